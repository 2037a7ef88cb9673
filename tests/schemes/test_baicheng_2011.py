"""The pack `baicheng_2011` says what the document says, chapter by chapter."""

from fractions import Fraction

from schemes.assessment import Bound, Force, Rounding, Strictness
from schemes.loading import load
from schemes.rules import DayKind, OutcomeKind, PeriodKind

SCHEME = load("baicheng_2011")
MONTH, QUARTER, YEAR = PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR
CADRES = ("township_cadre", "station_cadre", "community_cadre", "hired_community_cadre")
POOL = ("township_cadre", "station_cadre")


def test_everybody_by_the_month():
    """三、四、六.3."""
    assert [each.key for each in SCHEME.subjects] == [*CADRES, "village"]
    assert {each.periods for each in SCHEME.subjects} == {(MONTH,)}


def test_more_than_thirty_percent_dissatisfied_may_give_c_or_d():
    """四 第4项: strict, votes counted only, 不了解 aside."""
    [panel] = SCHEME.panels
    assert (panel.outcome, panel.dont_know, panel.minimum_returned) == (OutcomeKind.COUNTS_ONLY, True, 5)
    rule = panel.dissatisfied
    assert (rule.options, rule.above, rule.grades) == (("dissatisfied",), Fraction(3, 10), ("c", "d"))


def test_thirty_and_seventy_for_stations():
    """四: the poll is no addend; other cadres have no sum."""
    parts = SCHEME.composite_of("station_cadre").parts
    assert [(part.key, part.weight, part.panels) for part in parts] == [
        ("superior", Fraction(3, 10), ()),
        ("leading_group", Fraction(7, 10), ()),
    ]
    assert SCHEME.composite_of("township_cadre") is None


def test_three_scales():
    """四, 六.2, 六.3: A to D by the month, the four grades of the year, a village's 90, 80 and 70."""
    assert [each.title for each in SCHEME.grades_of("station_cadre", MONTH)] == ["A等", "B等", "C等", "D等"]
    assert [each.key for each in SCHEME.grades_of("station_cadre", YEAR)][2:] == ["basically_competent", "incompetent"]
    assert [(each.title, each.at_least) for each in SCHEME.grades_of("village", MONTH)] == [
        ("优秀", 90),
        ("合格", 80),
        ("基本合格", 70),
        ("不合格", 0),
    ]


def test_shares_of_each_month():
    """四: A at most and D at least are hard, B and C are warned of; below ten people nothing is judged."""
    shares = [each for each in SCHEME.quotas if each.subjects == POOL and each.grade_share_of is None]
    assert [(each.grade, each.bound, each.share, each.rounding, each.strictness) for each in shares] == [
        ("a", Bound.AT_MOST, Fraction(1, 10), Rounding.FLOOR, Strictness.MUST),
        ("b", Bound.ABOUT, Fraction(7, 10), Rounding.HALF_UP, Strictness.WARN),
        ("c", Bound.ABOUT, Fraction(1, 10), Rounding.HALF_UP, Strictness.WARN),
        ("d", Bound.AT_LEAST, Fraction(1, 10), Rounding.CEIL, Strictness.MUST),
    ]
    assert {each.least_pool for each in shares} == {10}


def test_half_of_each_grade_is_stationed():
    """四: broken only with a written reason."""
    halves = [each for each in SCHEME.quotas if each.grade_share_of == "stationed"]
    assert [each.grade for each in halves] == ["a", "b", "c", "d"]
    assert {(each.share, each.bound, each.strictness) for each in halves} == {
        (Fraction(1, 2), Bound.AT_LEAST, Strictness.OVERRIDE)
    }
    [attribute] = SCHEME.attributes
    assert (attribute.key, attribute.kind) == ("stationed", "yes_no")


def test_a_community_has_exactly_one_a_one_c_and_one_d():
    """四."""
    exact = [each for each in SCHEME.quotas if each.bound is Bound.EXACTLY]
    assert [(each.grade, each.number, each.subjects) for each in exact] == [
        ("a", 1, ("community_cadre",)),
        ("c", 1, ("community_cadre",)),
        ("d", 1, ("community_cadre",)),
    ]


def test_facts_may_give_c_or_d():
    """四 第1、2、3、5、6项; the fourth is the poll's."""
    assert [each.source for each in SCHEME.facts] == [f"四 第{number}项" for number in (1, 2, 3, 5, 6)]
    assert {(each.force, each.grades, each.subjects) for each in SCHEME.facts} == {(Force.MAY, ("c", "d"), CADRES)}


def test_what_a_year_of_months_gives():
    """六.2: D five times, people choose one of two and no third; C six or D three times, no award."""
    year = {each.key: each for each in SCHEME.grade_counts if each.over is YEAR}
    five, award = year["year_five_d"], year["year_no_award"]
    assert [(each.grade, each.at_least) for each in five.when] == [("d", 5)]
    assert (five.force, five.grades) == (Force.SHALL, ("basically_competent", "incompetent"))
    assert [(each.grade, each.at_least) for each in award.when] == [("c", 6), ("d", 3)]
    assert (award.force, award.bars, award.grades) == (Force.SHALL, ("award",), ())


def test_what_a_quarter_of_a_village_gives():
    """六.3: two bad months or the last two places cost the bonus, the last place is criticized."""
    bonus, last = (each for each in SCHEME.grade_counts if each.over is QUARTER)
    assert [(each.grade, each.at_least, each.last_places) for each in bonus.when] == [
        ("village_unqualified", 2, None),
        (None, None, 2),
    ]
    assert (bonus.consequences, last.consequences) == (("bonus_cancelled",), ("county_criticism",))
    assert [each.last_places for each in last.when] == [1]


def test_money():
    """五: 260, 130, nothing; hired cadres of communities 200."""
    paid = {each.key: (each.yuan, each.grades) for each in SCHEME.consequences if each.yuan is not None}
    assert paid == {
        "bonus_a": (260, ("a",)),
        "bonus_b": (130, ("b",)),
        "bonus_none": (0, ("c", "d")),
        "bonus_hired": (200, ("a", "b", "c", "d")),
    }
    assert {each.periods for each in SCHEME.consequences if each.yuan is not None} == {(MONTH,)}


def test_three_calendar_days():
    """四 公示期为3天."""
    assert (SCHEME.notice.days, SCHEME.notice.minimum_days, SCHEME.notice.day_kind) == (3, 3, DayKind.CALENDAR)


def test_last_days_of_months_and_quarters():
    """四 每月底, 五 每季度末: the last day of the month and of the quarter themselves."""
    assert {each.key: (each.period, each.days_after, each.subjects) for each in SCHEME.deadlines} == {
        "month": (MONTH, 0, ()),
        "quarter_report": (QUARTER, 0, ()),
    }
