"""The pack `tibet_2018` says what the document says, article by article."""

from fractions import Fraction

import pytest

from schemes.assessment import Force, SignOffKind, SignOffOf
from schemes.loading import load
from schemes.periods import PeriodError, check_period
from schemes.rules import DayKind, OutcomeKind, PanelKind, PeriodKind

SCHEME = load("tibet_2018")
MONTH, QUARTER, HALF_YEAR, YEAR = PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR, PeriodKind.YEAR


def test_members_by_month_teams_by_quarter_units_by_year():
    """第六条(一)(二)(三): each kind has one rhythm, and a poll of another one is refused."""
    assert {each.key: each.periods for each in SCHEME.subjects} == {
        "team_member": (MONTH,),
        "work_team": (QUARTER,),
        "dispatching_unit": (YEAR,),
    }
    assert check_period(SCHEME, "2018-03", "team_member") is MONTH
    with pytest.raises(PeriodError, match="period_not_assessed"):
        check_period(SCHEME, "2018-03", "work_team")


def test_four_kinds_of_raters_are_two_panels():
    """第六条: officials and masses, satisfaction on one scale, 不了解 for the masses, no minimum but that of secrecy."""
    officials, masses = SCHEME.panels
    assert officials.raters == ("乡镇（街道）干部", "村“两委”班子成员")
    assert masses.raters == ("村民代表", "老党员代表")
    scale = (Fraction(1), Fraction(4, 5), Fraction(1, 2), Fraction(0))
    for panel in SCHEME.panels:
        assert (panel.kind, panel.outcome) == (PanelKind.SATISFACTION, OutcomeKind.SCORED)
        assert (panel.weights, panel.minimum_returned, panel.minimum_expected) == (scale, 5, 5)
        assert panel.dissatisfied.above is None
    assert (officials.dont_know, masses.dont_know) == (False, True)


def test_composite_of_ten_twenty_and_seventy():
    """第六条(四): the poll's part is all four kinds of raters pooled, the others are entered; one sum for every kind."""
    assert [(part.weight, part.panels) for part in SCHEME.composite.parts] == [
        (Fraction(1, 10), ()),
        (Fraction(1, 5), ("officials", "masses")),
        (Fraction(7, 10), ()),
    ]
    assert all(SCHEME.composite_of(each.key) is SCHEME.composite for each in SCHEME.subjects)


def test_floor_and_bands():
    """第七条: the masses alone below 60; 第六条(四): four half-open bands."""
    floor = SCHEME.satisfaction_floor
    assert (floor.panels, floor.threshold, floor.grade) == (("masses",), 60, "incompetent")
    assert [(each.title, each.at_least) for each in SCHEME.grades] == [
        ("优秀", 90),
        ("称职（合格）", 80),
        ("基本称职（基本合格）", 60),
        ("不称职（不合格）", 0),
    ]
    assert SCHEME.quotas == ()


def test_vetoes_by_kind_of_subject():
    """第七条: three facts each, 一律; being noticed twice (第八条) recalls and gives no grade."""
    vetoes = [each for each in SCHEME.facts if each.grades]
    by_kind = {}
    for each in vetoes:
        assert (each.force, each.grades) == (Force.SHALL, ("incompetent",))
        by_kind.setdefault(each.subjects, []).append(each.source.split(";")[0])
    assert by_kind == {
        ("team_member",): ["第七条(一)1", "第七条(一)2", "第七条(一)3"],
        ("work_team",): ["第七条(二)1", "第七条(二)2", "第七条(二)3"],
        ("dispatching_unit",): ["第七条(三)1", "第七条(三)2", "第七条(三)3"],
    }
    [other] = [each for each in SCHEME.facts if not each.grades]
    assert (other.key, other.subjects, other.consequences) == ("negative_notices", ("team_member",), ("recall",))


def test_means_of_the_year_and_of_the_half_year_in_high_villages():
    """第六条(四)(五): member by months, team by quarters; half-years only at 4500 m and above."""
    found = [(each.subjects, each.of, each.over, each.only and each.only.at_least) for each in SCHEME.aggregates]
    assert found == [
        (("team_member",), MONTH, YEAR, None),
        (("work_team",), QUARTER, YEAR, None),
        (("team_member",), MONTH, HALF_YEAR, 4500),
        (("work_team",), QUARTER, HALF_YEAR, 4500),
    ]
    assert {each.only.attribute for each in SCHEME.aggregates if each.only} == {"altitude_m"}
    assert [(each.key, each.kind) for each in SCHEME.attributes] == [("altitude_m", "number")]


def test_use_of_the_year():
    """第八条: who gets what grade of the year, and whom it concerns."""
    yearly = [(each.key, each.subjects, each.grades, each.to) for each in SCHEME.consequences if each.grades]
    assert yearly == [
        ("award_eligibility", (), ("excellent",), None),
        ("member_criticism", ("team_member",), ("incompetent",), None),
        ("unit_criticism", ("work_team",), ("incompetent",), "派驻单位"),
        ("head_accountability", ("dispatching_unit",), ("incompetent",), "派驻单位主要领导"),
    ]
    assert {each.periods for each in SCHEME.consequences if each.grades} == {(YEAR,)}


def test_deadlines_and_the_year_of_rotation():
    """第六条: the 10th, ten days after a quarter, 21 to 31 October, the city in early November; the year ends before its report."""
    assert {each.key: (each.period, each.days_after, each.since, each.until) for each in SCHEME.deadlines} == {
        "member_month": (MONTH, 10, None, None),
        "team_quarter": (QUARTER, 10, None, None),
        "quarter_summary": (QUARTER, 20, None, None),
        "unit_year": (YEAR, None, "10-21", "10-31"),
        "unit_summary": (YEAR, None, None, "10-31"),
        "city_report": (YEAR, None, "11-01", "11-10"),
    }
    assert SCHEME.assessment_year.starts == "10-01"


def test_inspections():
    """第六条(六)(七): one in five each half-year by the city, one in ten by the region."""
    assert [(each.share, each.period) for each in SCHEME.inspections] == [
        (Fraction(1, 5), HALF_YEAR),
        (Fraction(1, 10), YEAR),
    ]


def test_signatures_step_by_step_with_the_discipline_offices_opinion():
    """第六条(五)至(七)、第九条: director before secretary, township before county before city; an opinion on excellent members."""
    graded = [each for each in SCHEME.sign_off if each.of is SignOffOf.GRADES]
    assert [each.key for each in graded] == [
        "township_office",
        "township_secretary",
        "county_office",
        "discipline_opinion",
        "county_secretary",
        "city_review",
        "city_secretary",
        "region_approval",
    ]
    [opinion] = [each for each in SCHEME.sign_off if each.kind is SignOffKind.OPINION]
    assert (opinion.key, opinion.grades, opinion.subjects) == ("discipline_opinion", ("excellent",), ("team_member",))
    assert [each.key for each in SCHEME.sign_off if each.of is SignOffOf.RESULT] == ["assessment_group"]
    assert not any(each.subject_signs for each in SCHEME.sign_off)


def test_notice_where_the_document_gives_no_length():
    """第九条 names no days: five working days, ours."""
    assert (SCHEME.notice.days, SCHEME.notice.minimum_days, SCHEME.notice.day_kind) == (5, 3, DayKind.WORKING)
    assert "(ours)" in SCHEME.notice.source


def test_recall():
    """第八条: a member who was noticed twice is recalled by the unit that sent him, whatever the grade."""
    [recall] = [each for each in SCHEME.consequences if each.key == "recall"]
    assert (recall.title, recall.to, recall.grades) == ("派驻单位及时召回调换", "派驻单位", ())
