"""The pack `shangzhou` says what the document says, article by article."""

from fractions import Fraction

from schemes.assessment import Bound, Force, Rounding, SignOffOf, Strictness
from schemes.loading import load
from schemes.periods import check_period
from schemes.rules import OutcomeKind, PanelKind, PeriodKind

SCHEME = load("shangzhou")
HALF_YEAR, YEAR, TERM = PeriodKind.HALF_YEAR, PeriodKind.YEAR, PeriodKind.TERM


def test_half_years_years_and_terms():
    """第二十六条: for secretaries and members alike."""
    assert {each.key: each.periods for each in SCHEME.subjects} == {
        "first_secretary": (HALF_YEAR, YEAR, TERM),
        "team_member": (HALF_YEAR, YEAR, TERM),
    }
    assert check_period(SCHEME, "2016-2018", "first_secretary") is TERM


def test_twenty_raters_fifteen_talks_three_options_counts_only():
    """第二十八条第3、4项 and 第二十六条: no formula, so no weights and no score."""
    usual = [each for each in SCHEME.panels if not each.on_request]
    assert [(each.key, each.kind, each.minimum_returned, each.minimum_expected) for each in usual] == [
        ("evaluators", PanelKind.DEMOCRATIC_EVALUATION, 20, 20),
        ("interviewees", PanelKind.INTERVIEW, 15, 15),
    ]
    assert all(each.outcome is OutcomeKind.COUNTS_ONLY and each.weights == () for each in usual)
    assert all(each.answer_titles == ("优秀", "称职", "不称职") for each in usual)
    evaluators, interviewees = usual
    assert (len(evaluators.raters), len(interviewees.raters)) == (10, 7)
    assert "大学生村官" in evaluators.raters and "大学生村官" not in interviewees.raters


def test_a_score_for_reference_is_a_switch():
    """(ours) Four options with weights stand in panels of their own, which a poll has on request alone."""
    reference = [each for each in SCHEME.panels if each.on_request]
    assert [(each.key, each.minimum_returned) for each in reference] == [
        ("evaluators_scored", 20),
        ("interviewees_scored", 15),
    ]
    assert {each.weights for each in reference} == {(1, Fraction(4, 5), Fraction(1, 2), 0)}


def test_no_grade_follows_from_numbers():
    """Three grades without lines, no composite, no floor."""
    assert [(each.title, each.at_least) for each in SCHEME.grades] == [("优秀", None), ("称职", None), ("不称职", None)]
    assert (SCHEME.composite, SCHEME.composites, SCHEME.satisfaction_floor, SCHEME.grade_lines) == (None, (), None, ())


def test_a_fifth_may_be_excellent_floored_with_the_other_reading_beside():
    """第二十六条 占总数的20%: a cap of all, both roundings, no line."""
    [quota] = SCHEME.quotas
    assert (quota.grade, quota.share, quota.bound) == ("excellent", Fraction(1, 5), Bound.AT_MOST)
    assert (quota.rounding, quota.alternative_rounding) == (Rounding.FLOOR, Rounding.HALF_UP)
    assert (quota.by_score, quota.subjects, quota.strictness) == (False, (), Strictness.OVERRIDE)


def test_absences():
    """第二十六条第3项: talk, notice, notice with 不称职 of the year."""
    found = [(each.grades, each.consequences) for each in SCHEME.facts if each.key.startswith("absent")]
    assert found == [
        ((), ("criticism_talk",)),
        ((), ("district_criticism",)),
        (("incompetent",), ("district_criticism",)),
    ]
    assert {each.periods for each in SCHEME.facts if each.key.startswith("absent")} == {(YEAR,)}


def test_removal_is_proposed_for_first_secretaries_and_gives_no_grade():
    """第二十九条: six grounds; the 不称职 there is the home unit's own."""
    removals = [each for each in SCHEME.facts if "removal" in each.consequences]
    assert [each.source.split(";")[0] for each in removals] == [f"第二十九条第{number}项" for number in range(1, 7)]
    assert {(each.force, each.subjects, each.grades) for each in removals} == {
        (Force.SHALL, ("first_secretary",), ()),
    }


def test_rewards_and_recall():
    """第三十条: 800 and 500 yuan once a year; 不称职 is recalled and noticed."""
    paid = {each.grades: each.yuan for each in SCHEME.consequences if each.yuan is not None}
    assert paid == {("excellent",): 800, ("competent",): 500}
    bad = [each.key for each in SCHEME.consequences if each.grades == ("incompetent",)]
    assert bad == ["recall", "district_notice"]
    [filed] = [each for each in SCHEME.consequences if each.key == "personal_file"]
    assert filed.periods == (YEAR, TERM)


def test_who_signs_the_year():
    """第二十六条: the township's committee, then the 组织部 for secretaries and the 扶贫局 for members."""
    graded = [(each.key, each.subjects, each.periods) for each in SCHEME.sign_off if each.of is SignOffOf.GRADES]
    assert graded == [
        ("township_committee", (), ()),
        ("organization_dept", ("first_secretary",), (YEAR, TERM)),
        ("poverty_office", ("team_member",), (YEAR, TERM)),
    ]


def test_deadlines():
    """第二十六条第1项: by the end of June, by the end of December."""
    assert {each.key: (each.period, each.days_after, each.until) for each in SCHEME.deadlines} == {
        "half_year": (HALF_YEAR, 0, None),
        "year": (YEAR, None, "12-31"),
    }
