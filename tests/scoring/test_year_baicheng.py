"""The year 2012 of a township of 拜城县: 20 cadres, a community of five, one hired cadre, six villages. Every table was worked out by hand.

Of 20 people at most 2 have A (10 % floored), at least 2 have D (10 % ceiled), about 14 B and about 2 C; of each grade half are stationed.
"""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from kept_years import BEST, FOURTH, SECOND, THIRD, held, keep, kept, take
from regulated import published
from year_tables import found, notes, score, sheet, signed, waits, who_gets

from polling.packs import load_pack
from scoring.compute import compute
from scoring.inputs import FactEntry, GradeDecision, Inputs, PartScore, QuotaDecision, Subject

BAICHENG = load_pack("baicheng_2011")
MONTHS = tuple(f"2012-{number:02d}" for number in range(1, 13))
# grades of January to December; stationed; what the year counts: rules that hold, in the order of the plan
FIVE_D, NO_AWARD = "year_five_d", "year_no_award"
CADRES = {
    "t01": ("DDDDD BBBBBBB", True, (FIVE_D, NO_AWARD)),  # D five times
    "t02": ("BBBBB BBBBBBB", True, ()),
    "t03": ("BDBBB DDBBBBB", False, (NO_AWARD,)),  # D three times
    "t04": ("CCDCC CDBBBBB", True, ()),  # C five times and D twice: nothing
    "t05": ("CCCCC CBBBBBB", False, (NO_AWARD,)),  # C six times
    "t06": ("BBBBB BBDDBBB", False, ()),
    "t07": ("BBBBB BBBBDDB", True, ()),
    "t08": ("BBBBB BB-BDDB", False, ()),  # August on leave: in no pool then
    "t09": ("BBBBB BBBBBBD", True, ()),
    "t10": ("BBCBB BBBBBBC", True, ()),
    "t11": ("BBBBB BBBBBBC", False, ()),
    "t12": ("AAAAA ABBBBBB", True, ()),
    "t13": ("AAAAA ABBBBBB", False, ()),
    "t14": ("BBBBB BAAAAAA", True, ()),
    "s01": ("BBBBB BBDDBBB", True, ()),
    "s02": ("DBBDD DBBBBBB", False, (NO_AWARD,)),  # D four times
    "s03": ("BBBBB BCCCCCB", True, ()),  # C five times
    "s04": ("BBBBB BCCCCCB", False, ()),
    "s05": ("BBBBB BABAAAA", False, ()),  # August: of 19 people one alone has A
    "s06": ("BBBBB BBBBBBD", True, ()),
}
COMMUNITY = {
    "k1": ("AAAAA AAAAAAA", ()),
    "k2": ("CCCCC CBBBBBB", (NO_AWARD,)),
    "k3": ("DDDBB BCCCCCC", (NO_AWARD,)),
    "k4": ("BBBDD DDDBBBB", (FIVE_D, NO_AWARD)),
    "k5": ("BBBBB BBBDDDD", (NO_AWARD,)),
    "h1": ("BBBBB BBBBBBD", ()),  # the hired one, in no pool
}
# the twelve numbers of each village
VILLAGES = {
    "v1": "95 95 95   91 92 93        90 90 90           95 95 95",
    "v2": "85 85 85   88 88 88        80 - 81            88 88 88",
    "v3": "75 75 75   70 73 73        89.99 89.99 89.99  80 80 80",
    "v4": "69.5 69 100  80 80 80      79.99 79.99 79.99  79 80 81",
    "v5": "72 72 72   72 72 72        70 70 70           70 71 72",
    "v6": "60 71 70   66 66 66        69.99 70 70        71 71 71",
}
GOOD, FIT, BARELY, UNFIT = (
    "village_excellent",
    "village_qualified",
    "village_basically_qualified",
    "village_unqualified",
)
# mean, how it is shown, its grade; whether the bonus is cancelled, whether the county criticizes; None: people break the tie
QUARTERS = {
    "2012Q1": [
        ("95", "95.00", GOOD, False, False),
        ("85", "85.00", FIT, False, False),
        ("75", "75.00", BARELY, False, False),
        ("79.5", "79.50", BARELY, True, False),  # two months below 70, and the third place
        ("72", "72.00", BARELY, True, False),
        ("67", "67.00", UNFIT, True, True),
    ],
    "2012Q2": [
        ("92", "92.00", GOOD, False, False),
        ("88", "88.00", FIT, False, False),
        ("72", "72.00", BARELY, None, False),  # shares the last place but one
        ("80", "80.00", FIT, False, False),
        ("72", "72.00", BARELY, None, False),
        ("66", "66.00", UNFIT, True, True),
    ],
    "2012Q3": [
        ("90", "90.00", GOOD, False, False),
        ("80.5", "80.50", FIT, False, False),  # 161 by 2: August is missing
        ("89.99", "89.99", FIT, False, False),
        ("79.99", "79.99", BARELY, False, False),
        ("70", "70.00", BARELY, True, False),
        ("20999/300", "69.99", UNFIT, True, True),  # never shown as 70.00
    ],
    "2012Q4": [
        ("95", "95.00", GOOD, False, False),
        ("88", "88.00", FIT, False, False),
        ("80", "80.00", FIT, False, False),
        ("80", "80.00", FIT, False, False),
        ("71", "71.00", BARELY, True, None),  # both are among the last two; who is the last is for people
        ("71", "71.00", BARELY, True, None),
    ],
}
TOWN = "大桥乡"


def register():
    """The 32 subjects."""
    kinds = {"t": "township_cadre", "s": "station_cadre", "k": "community_cadre", "h": "hired_community_cadre"}
    stationed = {key: {"stationed": row[1]} for key, row in CADRES.items()}
    cadres = [Subject(key, kinds[key[0]], key, TOWN, stationed.get(key, {})) for key in (*CADRES, *COMMUNITY)]
    return (*cadres, *(Subject(key, "village", key, TOWN) for key in VILLAGES))


REGISTER = register()
ASKED = tuple(each for each in REGISTER if each.kind == "township_cadre")
[T11] = [each for each in ASKED if each.id == "t11"]


def opinions(month, unhappy, *, name):
    """The month's poll of the township's cadres, 40 ballots each: blank, 满意, 基本满意, 不满意, 不了解."""
    asked = [each for each in ASKED if (each.id, month) != ("t11", "2012-05")]  # who is asked about alone
    sums = [unhappy.get(each.id, (0, 40, 0, 0, 0)) for each in asked]
    return published(BAICHENG, month, asked, {"evaluators": sums}, name=name)


MAY = opinions(
    "2012-05",
    {
        "t09": (10, 15, 6, 9, 0),  # 9 of 30: not more than 30 %
        "t10": (10, 14, 6, 10, 0),  # 10 of 30
    },
    name="may",
)
# 2 of the 6 who know him; of all 7 it would be 28.57 %
ALONE = published(BAICHENG, "2012-05", (T11,), {"evaluators": [(0, 2, 2, 2, 1)]}, name="alone")
OCTOBER = opinions("2012-10", {"t07": (10, 14, 6, 10, 0)}, name="october")


def decided():
    """The months as the leading group decided them."""
    for key, row in (CADRES | COMMUNITY).items():
        for month, letter in zip(MONTHS, row[0].replace(" ", ""), strict=True):
            if letter != "-":
                yield GradeDecision(key, month, letter.lower(), "领导小组", "集体研究")


def numbers():
    """The two opinions on each cadre of a station, the number of each village."""
    for month in MONTHS:
        for key in (key for key in CADRES if key[0] == "s"):
            for part, given in (("superior", "85.5"), ("leading_group", "91")):
                yield PartScore(key, month, part, Fraction(given), "组长", "评分表")
    for key, row in VILLAGES.items():
        for month, given in zip(MONTHS, row.split(), strict=True):
            if given != "-":
                yield PartScore(key, month, "party_building", Fraction(given), "乡党委", "党建考核表")


# June's two D are not stationed: the party committee gave its reason
REASON = QuotaDecision("d_stationed", TOWN, "2012-06", "override", "乡党委", "驻村干部当月无人旷工")
YEAR = Inputs(
    subjects=REGISTER,
    parts=tuple(numbers()),
    results=(MAY, ALONE, OCTOBER),
    decisions=tuple(decided()),
    quota_decisions=(REASON,),
)
LEDGERS = {month: compute(BAICHENG, YEAR, TOWN, month) for month in MONTHS}
WHOLE = compute(BAICHENG, YEAR, TOWN, "2012")


@pytest.mark.parametrize("month", MONTHS)
def test_the_bounds_of_each_month(month):
    """20 people: 2, 14, 2, 2 and of each grade half stationed; August has 19."""
    usual = {"a": (20, 2, 2, "kept"), "b": (20, 14, 14, "kept"), "c": (20, 2, 2, "kept"), "d": (20, 2, 2, "kept")}
    if month == "2012-08":  # 1.9 floored, 13.3 half-up, 1.9 half-up, 1.9 ceiled
        usual = {"a": (19, 1, 1, "kept"), "b": (19, 13, 14, "off"), "c": (19, 2, 2, "kept"), "d": (19, 2, 2, "kept")}
    community = {f"community_{grade}": (5, 1, 1, "kept") for grade in "acd"}
    boards = found(LEDGERS[month])
    assert {key: boards[key] for key in (*usual, *community)} == usual | community
    # holders, half of them, those who are stationed
    half = {"a": (2, 1, 1, "kept"), "b": (14, 7, 8, "kept"), "c": (2, 1, 1, "kept"), "d": (2, 1, 1, "kept")}
    special = {
        "2012-03": {"b": (14, 7, 7, "kept"), "d": (2, 1, 2, "kept")},
        "2012-06": {"b": (14, 7, 9, "kept"), "d": (2, 1, 0, "overridden")},
        "2012-08": {"a": (1, 0, 1, "kept")},
        "2012-12": {"b": (14, 7, 7, "kept"), "d": (2, 1, 2, "kept")},
    }
    wanted = half | special.get(month, {})
    assert {key: boards[f"{key}_stationed"] for key in wanted} == wanted


def assert_the_tables(ledger):
    """One month of 26 people, 0.3 x 85.5 + 0.7 x 91 for the stations."""
    place = MONTHS.index(ledger.period)
    letters = {key: row[0].replace(" ", "")[place].lower() for key, row in (CADRES | COMMUNITY).items()}
    given = {row.subject.id: row.proposed for row in ledger.rows if row.subject.kind != "village"}
    assert given == {key: None if letter == "-" else letter for key, letter in letters.items()}
    assert {score(ledger.row(key)) for key in CADRES if key[0] == "s"} == {Fraction("89.35")}


def test_the_months_of_the_year():
    """The tables: 26 people by twelve months."""
    for month in MONTHS:
        assert_the_tables(LEDGERS[month])


def test_the_year_counts():
    """六.2: five D, six C or three D; nothing at C five times with D twice."""
    table = {key: row[-1] for key, row in (CADRES | COMMUNITY).items()}
    assert {row.subject.id: tuple(each.key for each in row.counted if each.applies) for row in WHOLE.rows} == table
    barred = {row.subject.id for row in WHOLE.rows if any(each.bar == "award" for each in row.bars)}
    assert barred == {key for key, rules in table.items() if NO_AWARD in rules}
    assert [key for key in table if waits(WHOLE.row(key)) != [("people", "")]] == ["t01", "k4"]


def test_five_d_leave_two_grades_to_choose_from():
    """六.2 年终考核被评为基本称职或不称职: people choose which, and cannot choose a third."""

    def year(key, grade):
        chosen = GradeDecision(key, "2012", grade, "乡党委", "年终研究")
        return compute(BAICHENG, replace(YEAR, decisions=(*YEAR.decisions, chosen)), TOWN, "2012").row(key)

    for grade in ("basically_competent", "incompetent"):
        row = year("t01", grade)
        assert (row.proposed, waits(row)) == (grade, [])
    for grade in ("excellent", "competent"):
        row = year("t01", grade)
        assert (row.proposed, waits(row)) == (None, [("people", ""), ("choice", FIVE_D), ("decision", "")])
    [said, _other] = [note for note in notes(sheet(BAICHENG, WHOLE)) if "之一" in note]
    assert "t01" in said
    assert "年终考核为基本称职或不称职，只能定为基本称职（基本合格）、不称职（不合格）之一" in said
    assert year("t03", "competent").proposed == "competent"  # three D take the award, not the grade


def test_the_money_of_the_year():
    """五: 260, 130, nothing; 200 for the hired one whatever the grade."""
    paid = dict.fromkeys((*CADRES, *COMMUNITY), 0)
    for ledger in LEDGERS.values():
        for row in ledger.rows:
            for each in row.consequences:
                paid[row.subject.id] += each.yuan or 0
    yuan = {"t12": 2340, "s05": 2210, "t02": 1560, "t01": 910, "t04": 650, "t08": 1170, "k1": 3120, "h1": 2400}
    # 6 A and 6 B; 5 A and 7 B; 12 B; 7 B; 5 B; 9 B with a month of leave; 12 A; 12 months
    assert {key: paid[key] for key in yuan} == yuan
    assert who_gets(LEDGERS["2012-08"], "accountability") == {"t06", "s01", "k4"}
    assert who_gets(LEDGERS["2012-08"], "bonus_hired") == {"h1"}


def test_more_than_thirty_percent_in_may():
    """四 第4项 may give C or D: t10 and t11 are flagged, and the leading group left both at B; 9 of 30 is no flag."""
    flagged = {row.subject.id: row.proposed for row in LEDGERS["2012-05"].rows if row.choices}
    assert flagged == {"t10": "b", "t11": "b"}
    assert all(choice.grades == ("c", "d") for key in flagged for choice in LEDGERS["2012-05"].row(key).choices)


def test_one_of_may_is_polled_with_sealed_ballots(village):
    """四 第4项: two of six valid votes are more than 30 %, of all seven ballots they would not be; people choose."""
    keep(village.database, BAICHENG, YEAR, without=["alone"], periods=["2012-05"])
    picks = [BEST, BEST, SECOND, SECOND, THIRD, THIRD, FOURTH]  # FOURTH is 不了解
    held(village, BAICHENG, "2012-05", T11, {"evaluators": picks})
    raw = village.publish()
    take(village.database, BAICHENG, raw)
    [[row]] = [each["rows"] for each in json.loads(raw)["document"]["subjects"]]
    assert (row["outcome"], row["score"], row["valid"], row["dont_know"]) == ("counts_only", None, 6, 1)
    assert (row["flags"], row["dissatisfied"]) == (["dissatisfied"], {"votes": 2, "valid": 6, "returned": 7})
    may = kept(village.database, BAICHENG, TOWN, "2012-05")
    assert_the_tables(may)
    assert {row.subject.id: row.choices[0].grades for row in may.rows if row.choices} == dict.fromkeys(
        ("t10", "t11"), ("c", "d")
    )


def test_the_quarters_of_the_villages():
    """六.3: the means, two months below 70, the last two, the last one; ties stay ties."""
    for quarter, table in QUARTERS.items():
        ledger = compute(BAICHENG, YEAR, TOWN, quarter)
        rows = []
        for key in VILLAGES:
            row = ledger.row(key)
            verdicts = {each.key: each.applies for each in row.counted}
            rows.append((score(row), row.shown, row.band, verdicts["quarter_no_bonus"], verdicts["quarter_last_place"]))
        assert rows == [(Fraction(mean), *rest) for mean, *rest in table], quarter
        cancelled = {key for key, row in zip(VILLAGES, table, strict=True) if row[3]}
        criticized = {key for key, row in zip(VILLAGES, table, strict=True) if row[4]}
        assert (who_gets(ledger, "bonus_cancelled"), who_gets(ledger, "county_criticism")) == (cancelled, criticized)
        tied = {key for key, row in zip(VILLAGES, table, strict=True) if None in row}
        assert {row.subject.id for row in ledger.rows if waits(row)} == tied
    assert compute(BAICHENG, YEAR, TOWN, "2012Q3").row("v2").missing_periods == ("2012-08",)


def test_a_missing_number_and_a_third_a():
    """s02 has no number in September: no grade then, and five D cannot be told. A third A holds the whole pool up."""
    parts = tuple(
        each for each in YEAR.parts if (each.subject, each.period, each.part) != ("s02", "2012-09", "superior")
    )
    missing = replace(YEAR, parts=parts)
    row = compute(BAICHENG, missing, TOWN, "2012-09").row("s02")
    assert (row.proposed, waits(row)) == (None, [("score", "superior"), ("decision", "")])
    row = compute(BAICHENG, missing, TOWN, "2012").row("s02")
    assert {each.key: each.applies for each in row.counted} == {FIVE_D: None, NO_AWARD: True}
    assert ("count", FIVE_D) in waits(row)
    third = tuple(
        replace(each, grade="a") if (each.subject, each.period) == ("t02", "2012-01") else each
        for each in YEAR.decisions
    )
    january = compute(BAICHENG, replace(YEAR, decisions=third), TOWN, "2012-01")
    assert found(january)["a"] == (20, 2, 3, "broken")
    january = compute(
        BAICHENG, replace(YEAR, decisions=third, signed=signed(BAICHENG, january, date(2012, 2, 3))), TOWN, "2012-01"
    )
    # outside the pool the community, the hired one and the villages are confirmed
    assert {row.subject.id for row in january.rows if row.confirmed} == {*COMMUNITY, *VILLAGES}


def test_a_poll_that_supersedes_october():
    """t07 had 10 of 30 against him, in the corrected document 9: the flag goes, the D stays, every signature is stale."""
    october = LEDGERS["2012-10"]
    assert [row.subject.id for row in october.rows if row.choices] == ["t07"]
    signatures = signed(BAICHENG, october, date(2012, 11, 2))
    done = compute(BAICHENG, replace(YEAR, signed=signatures), TOWN, "2012-10")
    assert [row.subject.id for row in done.rows if row.confirmed is None] == []
    newer = opinions("2012-10", {"t07": (10, 15, 6, 9, 0)}, name="newer")
    after = compute(BAICHENG, replace(YEAR, results=(MAY, newer), signed=signatures), TOWN, "2012-10")
    row = after.row("t07")
    assert (row.choices, row.proposed, row.confirmed) == ((), "d", None)
    assert {kind for each in after.rows for kind, _key in waits(each)} == {"stale"}


def test_a_fact_of_one_month():
    """四 第5项: late five times, confirmed by a second person; the group keeps B or takes C, and until it does nothing is proposed."""
    fact = FactEntry("t02", "2012-01", "late_or_absent", "甲", "考勤表", "乙")
    assert compute(BAICHENG, replace(YEAR, facts=(fact,)), TOWN, "2012-01").row("t02").proposed == "b"
    open_ = tuple(each for each in YEAR.decisions if (each.subject, each.period) != ("t02", "2012-01"))
    row = compute(BAICHENG, replace(YEAR, facts=(fact,), decisions=open_), TOWN, "2012-01").row("t02")
    assert (row.proposed, waits(row)) == (None, [("people", ""), ("choice", "late_or_absent")])
    chosen = replace(fact, chosen="c")
    assert (
        compute(BAICHENG, replace(YEAR, facts=(chosen,), decisions=open_), TOWN, "2012-01").row("t02").proposed == "c"
    )
