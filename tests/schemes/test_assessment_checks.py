"""What the tables after a poll may get wrong: each is refused with file, key path and code."""

import pytest

from schemes.errors import SchemeError, SchemeFault
from schemes.loading import load, read_scheme

TIBET, BAICHENG, SHANGZHOU = (load(name).raw.decode() for name in ("tibet_2018", "baicheng_2011", "shangzhou"))
LONGNAN, HUAYUAN = (load(name).raw.decode() for name in ("longnan", "huayuan_2016"))
MEMBER = 'subjects = ["team_member"]'
STATION = 'subjects = ["station_cadre"]\nparts'

# one line per way to be wrong: the pack, what is edited, the key path, the code
WRONG = [
    # the same key twice, table by table
    (TIBET, 'key = "city_report"', 'key = "unit_year"', "deadlines[5].key", SchemeFault.REPEATED),
    (TIBET, 'key = "township_secretary"', 'key = "township_office"', "sign_off[2].key", SchemeFault.REPEATED),
    (TIBET, 'key = "funds_misused"', 'key = "rotation_neglect"', "facts[7].key", SchemeFault.REPEATED),
    (TIBET, 'key = "unit_criticism"', 'key = "recall"', "consequences[4].key", SchemeFault.REPEATED),
    (TIBET, 'key = "region"', 'key = "city"', "inspections[1].key", SchemeFault.REPEATED),
    (BAICHENG, 'key = "a_stationed"', 'key = "a"', "quotas[4].key", SchemeFault.REPEATED),
    (BAICHENG, 'key = "quarter_last_place"', 'key = "quarter_no_bonus"', "grade_counts[3].key", SchemeFault.REPEATED),
    (
        BAICHENG,
        "[[bars]]\n",
        '[[bars]]\nkey = "award"\ntitle = "x"\nsource = "x"\n[[bars]]\n',
        "bars[1].key",
        SchemeFault.REPEATED,
    ),
    (
        TIBET,
        "[assessment_year]",
        '[[attributes]]\nkey = "altitude_m"\ntitle = "x"\nkind = "number"\nsource = "x"\n[assessment_year]',
        "attributes[1].key",
        SchemeFault.REPEATED,
    ),
    (TIBET, MEMBER, 'subjects = ["team_member", "team_member"]', "aggregates[0].subjects[1]", SchemeFault.REPEATED),
    # kinds of subjects that nobody assesses, and rhythms that nobody has
    (TIBET, '["team_member", "work_team"]\nsource', '["cadre"]\nsource', "attributes[0].subjects[0]", "subject"),
    (TIBET, MEMBER, 'subjects = ["cadre"]', "aggregates[0].subjects[0]", "subject"),
    (TIBET, 'subjects = ["dispatching_unit"]\nsince', 'subjects = ["x"]\nsince', "deadlines[3].subjects[0]", "subject"),
    (
        HUAYUAN,
        'subjects = ["helper"]\nsource = "第六条(一)"\n\n# -',
        'subjects = ["x"]\nsource = "x"\n\n# -',
        "inspections[0].subjects[0]",
        "subject",
    ),
    (BAICHENG, STATION, 'subjects = ["x"]\nparts', "composites[0].subjects[0]", "subject"),
    (BAICHENG, 'subjects = ["village"]\ngrades', 'subjects = ["x"]\ngrades', "grade_scales[1].subjects[0]", "subject"),
    (
        BAICHENG,
        'subjects = ["village"]\nconsequences',
        'subjects = ["x"]\nconsequences',
        "grade_counts[2].subjects[0]",
        "subject",
    ),
    (
        SHANGZHOU,
        'periods = ["year"]\nconsequences',
        'periods = ["month"]\nconsequences',
        "facts[0].periods[0]",
        "period",
    ),
    (SHANGZHOU, 'periods = ["year"]\nyuan', 'periods = ["month"]\nyuan', "consequences[0].periods[0]", "period"),
    (
        SHANGZHOU,
        'periods = ["year", "term"]\nsource = "第二十六条第1项、',
        'periods = ["month"]\nsource = "',
        "sign_off[2].periods[0]",
        "period",
    ),
    (
        BAICHENG,
        'periods = ["month"]\nleast_pool = 10',
        'periods = ["term"]\nleast_pool = 10',
        "quotas[0].periods[0]",
        "period",
    ),
    (BAICHENG, 'periods = ["year"]\ngrades', 'periods = ["term"]\ngrades', "grade_scales[0].periods[0]", "period"),
    # grades, bars, consequences and attributes that are not defined
    (TIBET, 'grades = ["excellent"]\nsource', 'grades = ["superb"]\nsource', "sign_off[4].grades[0]", "grade"),
    (TIBET, 'grades = ["incompetent"]\nsource', 'grades = ["bad"]\nsource', "facts[0].grades[0]", "grade"),
    (TIBET, 'grades = ["excellent"]\nperiods', 'grades = ["superb"]\nperiods', "consequences[0].grades[0]", "grade"),
    (SHANGZHOU, 'grade = "excellent"\nbound', 'grade = "superb"\nbound', "quotas[0].grade", "grade"),
    (
        BAICHENG,
        'grades = ["c", "d"], source',
        'grades = ["c", "e"], source',
        "panels[0].dissatisfied.grades[1]",
        "grade",
    ),
    (
        BAICHENG,
        '"village_unqualified", at_least = 2',
        '"awful", at_least = 2',
        "grade_counts[2].when[0].grade",
        "grade",
    ),
    (BAICHENG, '["basically_competent", "incompetent"]', '["x"]', "grade_counts[0].grades[0]", "grade"),
    (BAICHENG, 'bars = ["award"]', 'bars = ["prize"]', "grade_counts[1].bars[0]", SchemeFault.UNKNOWN_BAR),
    (HUAYUAN, 'bars = ["award"]', 'bars = ["prize"]', "facts[1].bars[0]", SchemeFault.UNKNOWN_BAR),
    (TIBET, 'consequences = ["recall"]', 'consequences = ["x"]', "facts[9].consequences[0]", "consequence"),
    (
        BAICHENG,
        'consequences = ["bonus_cancelled"]',
        'consequences = ["x"]',
        "grade_counts[2].consequences[0]",
        "consequence",
    ),
    (TIBET, '{ attribute = "altitude_m"', '{ attribute = "height"', "aggregates[2].only.attribute", "attribute"),
    (TIBET, 'kind = "number"', 'kind = "yes_no"', "aggregates[2].only.attribute", "attribute"),
    (BAICHENG, 'share_of = "stationed"', 'share_of = "posted"', "quotas[4].grade_share_of", "attribute"),
    (BAICHENG, 'kind = "yes_no"', 'kind = "number"', "quotas[4].grade_share_of", "attribute"),
    # what does not hold together
    (
        TIBET,
        'grades = ["incompetent"]\nsource = "第七条(一)1;',
        'grades = ["incompetent", "basically_competent"]\nsource = "第七条(一)1;',
        "facts[0].grades",
        SchemeFault.ONE_GRADE,
    ),
    (HUAYUAN, 'of = "grades"\n', "", "sign_off[0].one_by_one", SchemeFault.ONE_BY_ONE),
    (BAICHENG, STATION, "parts", "composites[1].subjects", SchemeFault.TWO_COMPOSITES),
    (BAICHENG, "weight = 0.7", "weight = 0.6", "composites[0].parts", SchemeFault.WEIGHTS_SUM),
    (BAICHENG, '"leading_group", title', '"superior", title', "composites[0].parts[1].key", SchemeFault.REPEATED),
    (
        BAICHENG,
        '意见", weight = 0.3',
        '意见", weight = 0.3, panels = ["x"]',
        "composites[0].parts[0].panels[0]",
        SchemeFault.UNKNOWN_PANEL,
    ),
    (BAICHENG, "at_least = 80", "at_least = 95", "grade_scales[1].grades[1].at_least", SchemeFault.GRADE_LINES_RISE),
    (BAICHENG, ", at_least = 80", "", "grade_scales[1].grades[1].at_least", SchemeFault.GRADE_LINES_MIXED),
    (
        BAICHENG,
        'title = "不合格", at_least = 0',
        'title = "不合格", at_least = 10',
        "grade_scales[1].grades[3].at_least",
        SchemeFault.GRADE_LINES_OPEN,
    ),
    (BAICHENG, "at_least = 80", "at_least = 80.005", "grade_scales[1].grades[1].at_least", SchemeFault.LINE_TOO_FINE),
    (BAICHENG, '"village_qualified"', '"village_excellent"', "grade_scales[1].grades[1].key", SchemeFault.REPEATED),
    (BAICHENG, 'title = "合格"', 'title = "优秀"', "grade_scales[1].grades[1].title", SchemeFault.REPEATED),
    (LONGNAN, "share = 0.15", "share = 0.15\nnumber = 3", "quotas[0]", SchemeFault.ONE_OF_TWO),
    (LONGNAN, "share = 0.15\n", "", "quotas[0]", SchemeFault.ONE_OF_TWO),
    (LONGNAN, "share = 0.15", "share = 15", "quotas[0].share", SchemeFault.OUT_OF_RANGE),
    (LONGNAN, "share = 0.15", "share = 0", "quotas[0].share", SchemeFault.OUT_OF_RANGE),
    (LONGNAN, "alternative = 0.20", "alternative = 20", "quotas[0].alternative", SchemeFault.OUT_OF_RANGE),
    (TIBET, "share = 0.2\n", "share = 20\n", "inspections[0].share", SchemeFault.OUT_OF_RANGE),
    (TIBET, 'over = "half_year"', 'over = "month"', "aggregates[2].over", SchemeFault.NOT_LONGER),
    (
        TIBET,
        'over = "year"\nof = "month"',
        'over = "month"\nof = "month"',
        "aggregates[0].over",
        SchemeFault.NOT_LONGER,
    ),
    (
        BAICHENG,
        'over = "quarter"\nof = "month"\nwhen',
        'over = "quarter"\nof = "year"\nwhen',
        "grade_counts[2].over",
        SchemeFault.NOT_LONGER,
    ),
    (
        BAICHENG,
        "{ last_places = 2 }",
        '{ grade = "a", last_places = 2 }',
        "grade_counts[2].when[1]",
        SchemeFault.ONE_OF_TWO,
    ),
    (BAICHENG, "{ last_places = 2 }", "{}", "grade_counts[2].when[1]", SchemeFault.ONE_OF_TWO),
    (
        BAICHENG,
        '{ grade = "d", at_least = 5 }',
        '{ grade = "d" }',
        "grade_counts[0].when[0].at_least",
        SchemeFault.MISSING_KEY,
    ),
    (
        BAICHENG,
        "{ last_places = 2 }",
        "{ last_places = 2, at_least = 1 }",
        "grade_counts[2].when[1].at_least",
        SchemeFault.MISSING_KEY,
    ),
    (TIBET, 'since = "10-21"            # 10月下旬\nuntil = "10-31"', "", "deadlines[3]", SchemeFault.ONE_OF_TWO),
    (TIBET, "days_after = 20 ", 'until = "10-31"\ndays_after = 20 ', "deadlines[2]", SchemeFault.ONE_OF_TWO),
    (TIBET, 'until = "10-31"\n', 'until = "02-30"\n', "deadlines[3].until", SchemeFault.NO_SUCH_DAY),
    (TIBET, 'since = "10-21"', 'since = "04-31"', "deadlines[3].since", SchemeFault.NO_SUCH_DAY),
    (TIBET, 'starts = "10-01"', 'starts = "06-31"', "assessment_year.starts", SchemeFault.NO_SUCH_DAY),
    (TIBET, 'starts = "10-01"', 'starts = "1 October"', "assessment_year.starts", SchemeFault.NOT_A_DAY),
    # words that are none of the choices: the sentence names those there are
    (TIBET, 'force = "shall"', 'force = "must"', "facts[0].force", SchemeFault.NOT_ONE_OF),
    (LONGNAN, 'bound = "at_most"', 'bound = "under"', "quotas[0].bound", SchemeFault.NOT_ONE_OF),
    (LONGNAN, 'strictness = "must"', 'strictness = "hard"', "quotas[0].strictness", SchemeFault.NOT_ONE_OF),
    (LONGNAN, 'rounding = "floor"', 'rounding = "down"', "quotas[0].rounding", SchemeFault.NOT_ONE_OF),
    (TIBET, 'of = "grades"', 'of = "grade"', "sign_off[1].of", SchemeFault.NOT_ONE_OF),
    (TIBET, 'kind = "opinion"', 'kind = "advice"', "sign_off[4].kind", SchemeFault.NOT_ONE_OF),
    (TIBET, 'method = "mean"', 'method = "sum"', "aggregates[0].method", SchemeFault.NOT_ONE_OF),
]
# seen here, and not in tests/schemes/test_scheme_loading.py
CODES = {
    SchemeFault.UNKNOWN_SUBJECT,
    SchemeFault.UNKNOWN_ATTRIBUTE,
    SchemeFault.UNKNOWN_BAR,
    SchemeFault.UNKNOWN_CONSEQUENCE,
    SchemeFault.PERIOD_NOT_ASSESSED,
    SchemeFault.ONE_GRADE,
    SchemeFault.ONE_BY_ONE,
    SchemeFault.ONE_OF_TWO,
    SchemeFault.NOT_A_DAY,
    SchemeFault.NO_SUCH_DAY,
    SchemeFault.TWO_COMPOSITES,
    SchemeFault.NOT_LONGER,
}
SHORT = {
    "subject": SchemeFault.UNKNOWN_SUBJECT,
    "period": SchemeFault.PERIOD_NOT_ASSESSED,
    "grade": SchemeFault.UNKNOWN_GRADE,
    "consequence": SchemeFault.UNKNOWN_CONSEQUENCE,
    "attribute": SchemeFault.UNKNOWN_ATTRIBUTE,
}


@pytest.mark.parametrize(("pack", "old", "new", "path", "code"), WRONG, ids=[f"{each[4]}-{each[3]}" for each in WRONG])
def test_a_wrong_table_is_refused_by_file_key_path_and_code(pack, old, new, path, code):
    """A rule that refers to nothing, or cannot be followed, is refused before any poll or ledger uses it."""
    assert old in pack
    with pytest.raises(SchemeError) as caught:
        read_scheme(pack.replace(old, new, 1).encode(), "county.toml")
    assert (caught.value.where, caught.value.path, caught.value.code) == ("county.toml", path, SHORT.get(code, code))
    if code == SchemeFault.NOT_ONE_OF:
        assert caught.value.params["known"]


def test_a_longer_period_made_of_shorter_ones_can_be_spoken_of():
    """A member of a work team has no poll of the year, and signatures for its year all the same; without the mean it has none."""
    head, tail = TIBET.split('[[aggregates]]\nover = "year"\nof = "month"')
    without = head + tail[tail.index("[[aggregates]]") :]
    with pytest.raises(SchemeError) as caught:
        read_scheme(without.encode(), "county.toml")
    assert caught.value.path == "sign_off[4].periods[0]"


def test_every_fault_of_these_tables_is_seen():
    """No code is dead; the others are seen in tests/schemes/test_scheme_loading.py."""
    assert {SHORT.get(each[4], each[4]) for each in WRONG} >= CODES
