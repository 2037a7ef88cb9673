"""The pack `huayuan_2016` says what the document says, article by article."""

from fractions import Fraction

from schemes.assessment import Force, SignOffOf
from schemes.loading import load
from schemes.periods import check_period
from schemes.rules import PeriodKind

SCHEME = load("huayuan_2016")
STEPS = {each.key: each.step for each in SCHEME.consequences}


def test_no_poll_no_grades_no_score():
    """A regulation without a poll is subjects, facts, signatures and a ladder."""
    assert (SCHEME.panels, SCHEME.grades, SCHEME.composite, SCHEME.quotas, SCHEME.examples) == ((), (), None, (), ())
    assert check_period(SCHEME, "2016-11", "helper") is PeriodKind.MONTH
    assert check_period(SCHEME, "2016Q4", "helper") is PeriodKind.QUARTER


def test_seventeen_grounds_on_a_ladder():
    """第九条: 3, 4, 5 and 5 grounds, each proposing its rung; the judge of 第十条 above them."""
    rungs = {}
    for fact in SCHEME.facts:
        if fact.source.startswith("第九条"):
            rungs.setdefault(fact.source[:6], []).append(max(STEPS[key] for key in fact.consequences))
    assert rungs == {"第九条(一)": [1] * 3, "第九条(二)": [2] * 4, "第九条(三)": [3] * 5, "第九条(四)": [4] * 5}
    assert [STEPS[key] for key in ("public_criticism", "disciplinary_action", "judicial_transfer")] == [1, 4, 5]
    assert not any(fact.grades for fact in SCHEME.facts)


def test_whom_the_ladder_reaches():
    """第九条: helpers; from the second rung village committees, on the fourth units as well."""
    for fact in SCHEME.facts:
        reach = {"第九条(一)": 1, "第九条(二)": 2, "第九条(三)": 2, "第九条(四)": 3}.get(fact.source[:6])
        if reach:
            assert fact.subjects == ("helper", "village_two_committees", "unit")[:reach]


def test_an_incomplete_task_bars_from_awards():
    """第七条: a bar and public criticism, no grade; a complete one opens a preference."""
    facts = {each.key: each for each in SCHEME.facts}
    bad, good = facts["task_incomplete"], facts["task_complete"]
    assert (bad.force, bad.bars, bad.grades, bad.consequences) == (Force.SHALL, ("award",), (), ("public_criticism",))
    assert (good.force, good.bars, good.consequences) == (Force.MAY, (), ("priority_excellent", "priority_award"))


def test_four_signatures_of_which_one_is_the_subjects_own():
    """第五条: household, helper, village head, liaison leader; then the leading group and the party committee."""
    assert [each.key for each in SCHEME.sign_off] == [
        "household",
        "helper",
        "village_head",
        "liaison_leader",
        "leading_group",
        "party_committee",
    ]
    assert [each.key for each in SCHEME.sign_off if each.subject_signs] == ["helper"]
    assert [each.key for each in SCHEME.sign_off if each.names_subject] == [
        "household",
        "helper",
        "village_head",
        "liaison_leader",
    ]
    assert {each.of for each in SCHEME.sign_off} == {SignOffOf.GRADES}


def test_three_in_ten_are_inspected_each_month():
    """第六条(一)."""
    [inspection] = SCHEME.inspections
    assert (inspection.share, inspection.period, inspection.subjects) == (
        Fraction(3, 10),
        PeriodKind.MONTH,
        ("helper",),
    )
