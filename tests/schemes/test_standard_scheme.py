"""The pack `standard` says what the project's page on the regulations fixes."""

import re
import tomllib
from fractions import Fraction

import pytest

from schemes.assessment import SignOffOf
from schemes.loading import load, names
from schemes.rules import DayKind, OutcomeKind, PanelKind, PeriodKind
from tally.examples import run_examples

SCHEME = load("standard")
SCALE = (Fraction(1), Fraction(4, 5), Fraction(1, 2), Fraction(0))


@pytest.mark.parametrize("name", names())
def test_every_pack_of_the_project_can_be_read(name):
    """No pack is shipped that the loader refuses, each with a poll has worked examples, and all of them come true."""
    scheme = load(name)
    ran = run_examples(scheme)
    assert [each for each in ran if not each.ok] == []
    assert bool(scheme.examples) == bool(scheme.panels)


def test_six_packs():
    """The five regulations and the default that combines them."""
    assert names() == ["baicheng_2011", "huayuan_2016", "longnan", "shangzhou", "standard", "tibet_2018"]


def sources(value):
    """Collect every `source` of a pack."""
    if isinstance(value, dict):
        yield from ([value["source"]] if "source" in value else [])
        yield from (found for each in value.values() for found in sources(each))
    elif isinstance(value, list):
        yield from (found for each in value for found in sources(each))


@pytest.mark.parametrize("name", names())
def test_every_rule_names_its_article_or_says_that_it_is_ours(name):
    """第…条, a chapter, a law, (ours) or (custom): no rule comes from nowhere."""
    pack = tomllib.loads(load(name).raw.decode())
    title = pack.pop("source")
    assert title
    for source in sources(pack):
        assert re.search(r"第.+条|^[三四五六]|\(ours\)|\(custom\)|不纳入|无效", source), source


def test_two_people_sign_a_result_and_each_rhythm_has_a_last_day():
    """(ours) The group's leader, then the township's party secretary; of a result, and of a period's grades."""
    assert [(each.key, each.of, each.who) for each in SCHEME.sign_off] == [
        ("assessment_group", SignOffOf.RESULT, "考核组长"),
        ("party_secretary", SignOffOf.RESULT, "乡镇党（工）委书记"),
        ("grades_group", SignOffOf.GRADES, "考核组长"),
        ("grades_secretary", SignOffOf.GRADES, "乡镇党（工）委书记"),
    ]
    assert [(each.period, each.days_after, each.until) for each in SCHEME.deadlines] == [
        (PeriodKind.MONTH, 10, None),
        (PeriodKind.QUARTER, 10, None),
        (PeriodKind.YEAR, None, "12-31"),
    ]
    assert SCHEME.assessment_year is None


def test_three_panels_with_their_kinds_and_minimums():
    """民主测评 from 20, 个别谈话 from 15, villagers from 10 ballots; the roster's minimum is the same number."""
    found = [(each.key, each.title, each.kind, each.minimum_returned, each.minimum_expected) for each in SCHEME.panels]
    assert found == [
        ("evaluators", "民主测评", PanelKind.DEMOCRATIC_EVALUATION, 20, 20),
        ("interviewees", "个别谈话", PanelKind.INTERVIEW, 15, 15),
        ("villagers", "村民代表和老党员代表", PanelKind.SATISFACTION, 10, 10),
    ]
    assert all(each.at_least_share is None and each.more_than_share is None for each in SCHEME.panels)


def test_one_scale_for_all_panels():
    """1.0, 0.8, 0.5, 0 in each; the villagers' words are those of satisfaction, with 不了解 beside them."""
    assert [each.weights for each in SCHEME.panels] == [SCALE] * 3
    assert all(each.outcome is OutcomeKind.SCORED for each in SCHEME.panels)
    graded = ("优秀", "称职", "基本称职", "不称职")
    assert [each.answer_titles for each in SCHEME.panels] == [
        graded,
        graded,
        ("很满意", "满意", "一般", "不满意", "不了解"),
    ]
    assert SCHEME.panel("villagers").answer_keys[-1] == "dont_know"


def test_the_third_option_is_never_half_satisfied():
    """基本满意 at 0.5 would turn a content village into a veto: the word is not in the pack's scale."""
    assert "基本满意" not in {title for each in SCHEME.panels for title in each.answer_titles}


def test_composite_floor_and_bands():
    """2/3 and 1/3; villagers alone below 60 -> 不称职; 90/80/60."""
    assert [(part.panels, part.weight) for part in SCHEME.composite.parts] == [
        (("evaluators",), Fraction(2, 3)),
        (("interviewees",), Fraction(1, 3)),
    ]
    floor = SCHEME.satisfaction_floor
    assert (floor.panels, floor.threshold, floor.grade) == (("villagers",), Fraction(60), "incompetent")
    assert [(each.key, each.title, each.at_least) for each in SCHEME.grades] == [
        ("excellent", "优秀", 90),
        ("competent", "称职", 80),
        ("basically_competent", "基本称职", 60),
        ("incompetent", "不称职", 0),
    ]
    assert SCHEME.grade_lines == (60, 80, 90)


def test_no_threshold_of_dissatisfaction():
    """超过30% is a rule of one county alone: here the ratio is shown and nothing follows."""
    assert [each.dissatisfied.above for each in SCHEME.panels] == [None] * 3
    assert [each.dissatisfied.options for each in SCHEME.panels] == [
        ("incompetent",),
        ("incompetent",),
        ("dissatisfied",),
    ]


def test_subjects_periods_and_notice():
    """Teams, first secretaries and members by month, quarter and year; five working days of notice, never under three."""
    assert [each.key for each in SCHEME.subjects] == ["work_team", "first_secretary", "team_member"]
    rhythms = {each.periods for each in SCHEME.subjects}
    assert rhythms == {(PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR)}
    assert (SCHEME.notice.days, SCHEME.notice.minimum_days, SCHEME.notice.day_kind) == (5, 3, DayKind.WORKING)


def test_the_slip_says_who_why_and_how_long():
    """The three sentences of 个人信息保护法 第十七条 stand in the pack and are short enough for a slip."""
    slip = SCHEME.slip
    for text in (slip.asked_by, slip.purpose, slip.retention):
        assert 0 < len(text) <= 40


@pytest.mark.parametrize(
    ("score", "grade"),
    [("100", 0), ("90", 0), ("89.995", 1), ("89.5", 1), ("80", 1), ("79.99", 2), ("60", 2), ("59.99", 3), ("0", 3)],
)
def test_bands_are_half_open(score, grade):
    """The lower edge belongs to the band, the upper one to the next; nothing is rounded up into a grade."""
    assert SCHEME.band_of(Fraction(score)) is SCHEME.grades[grade]
