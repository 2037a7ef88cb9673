"""Grades: bands, vetoes, choices, the chain of signatures."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from regulated import BAICHENG, TIBET, people, published

from scoring.compute import compute
from scoring.grading import band_of
from scoring.inputs import FactEntry, GradeDecision, GradesSigned, Inputs, PartScore
from scoring.parts import Composed

MEMBER = people("team_member", 1)
MARCH = "2018-03"
SECRETARY = GradesSigned("乡", MARCH, "secretary", "书记", date(2018, 4, 9))


def inputs(score=95, **more):
    """A member whose March is complete."""
    parts = tuple(PartScore("s01", MARCH, part, Fraction(score), "强基办", "表") for part in ("usual", "target"))
    poll = {"officials": [(0, 5, 0, 0, 0, 0)], "masses": [(0, 5, 0, 0, 0, 0)]}
    return Inputs(subjects=MEMBER, parts=parts, results=(published(TIBET, MARCH, MEMBER, poll),), **more)


def march(given):
    """The member's row."""
    return compute(TIBET, given, "乡", MARCH).row("s01")


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("90", "excellent"),
        ("89.995", "competent"),
        ("89.5", "competent"),
        ("80", "competent"),
        ("79.99", "basic"),
        ("60", "basic"),
        ("59.99", "incompetent"),
        ("0", "incompetent"),
    ],
)
def test_bands_are_half_open(score, grade):
    """Worked example 10: nothing is rounded into a better grade."""
    assert band_of(TIBET.grades, Composed(Fraction(score))) == grade


def test_a_fact_binds_once_another_person_confirmed_it():
    """Pending: the grade stands and is not confirmed. Confirmed: the veto overrides the grade and leaves the score."""
    entered = FactEntry("s01", MARCH, "disobeyed", "甲", "通报3号")
    waiting = march(inputs(facts=(entered,), signed=(SECRETARY,)))
    assert waiting.proposed == "excellent"
    assert ("fact", "disobeyed") in [(each.kind, each.key) for each in waiting.awaited]
    assert waiting.confirmed is None
    own = march(inputs(facts=(replace(entered, confirmed_by="甲"),)))
    assert own.vetoes == ()
    bound = march(inputs(facts=(replace(entered, confirmed_by="乙"),), signed=(SECRETARY,)))
    assert (bound.proposed, bound.confirmed, bound.band) == ("incompetent", "incompetent", "excellent")
    assert bound.composite == waiting.composite
    assert (bound.vetoes[0].by, bound.vetoes[0].confirmed_by, bound.vetoes[0].evidence) == ("甲", "乙", "通报3号")


def test_nobody_decides_against_a_veto():
    """一律: a decision for another grade has no effect and is named."""
    fact = FactEntry("s01", MARCH, "disobeyed", "甲", "通报3号", confirmed_by="乙")
    row = march(inputs(facts=(fact,), decisions=(GradeDecision("s01", MARCH, "excellent", "书记", "表现好"),)))
    assert row.proposed == "incompetent"
    assert "decision" in [each.kind for each in row.awaited]


def test_no_decision_replaces_a_missing_part():
    """A grade cannot be given around a poll that was not held."""
    given = inputs(decisions=(GradeDecision("s01", MARCH, "excellent", "书记", "表现好"),))
    row = march(replace(given, results=()))
    assert row.proposed is None
    assert [each.kind for each in row.awaited] == ["score", "decision"]


def test_a_proposed_excellent_needs_the_discipline_office():
    """西藏 第九条: the opinion is asked for only where 优秀 is proposed."""
    row = march(inputs(signed=(SECRETARY,)))
    assert [step.step for step in row.chain] == ["discipline", "secretary"]
    assert (row.confirmed, [(each.kind, each.key) for each in row.awaited]) == (None, [("signature", "discipline")])
    opinion = GradesSigned("乡", MARCH, "discipline", "纪委", date(2018, 4, 8), "无不同意见", subject="s01")
    assert march(inputs(signed=(SECRETARY, opinion))).confirmed == "excellent"
    plain = march(inputs(score=80, signed=(SECRETARY,)))
    assert (plain.confirmed, len(plain.chain)) == ("competent", 1)


def test_a_signature_holds_for_the_figures_that_were_signed():
    """A score that changes after the signature makes the step stale: the grade is not confirmed any more."""
    digest = compute(TIBET, inputs(score=80), "乡", MARCH).digest
    signed = replace(SECRETARY, ledger=digest)
    assert march(inputs(score=80, signed=(signed,))).confirmed == "competent"
    changed = march(inputs(score=81, signed=(signed,)))
    assert changed.confirmed is None
    assert [(each.kind, each.key) for each in changed.awaited] == [("stale", "secretary")]


def test_a_scheme_without_a_chain_confirms_nothing():
    """Law 12: no grade is confirmed by nobody."""
    cadre = people("cadre", 1)
    decision = GradeDecision("s01", "2012-01", "a", "领导小组", "确定")
    row = compute(BAICHENG, Inputs(subjects=cadre, decisions=(decision,)), "乡", "2012-01").row("s01")
    assert (row.proposed, row.confirmed) == ("a", None)
    assert [(each.consequence, each.yuan) for each in row.consequences] == [("bonus", 260)]


@pytest.mark.parametrize(
    ("votes", "dont_know", "flagged"),
    [((20, 1, 0, 9), 0, False), ((20, 0, 0, 10), 0, True), ((20, 0, 0, 10), 10, True)],
)
def test_more_than_30_percent_dissatisfied_proposes_c_or_d(votes, dont_know, flagged):
    """Worked example 9: 30.00 % is not above 30 %; 不了解 is no valid vote; people choose."""
    cadre = people("cadre", 1)
    poll = published(BAICHENG, "2012-01", cadre, {"colleagues": [(0, *votes, dont_know)]})
    row = compute(BAICHENG, Inputs(subjects=cadre, results=(poll,)), "乡", "2012-01").row("s01")
    assert [choice.grades for choice in row.choices] == ([("c", "d")] if flagged else [])
    assert row.proposed is None
    assert [each.kind for each in row.awaited] == (["people", "choice"] if flagged else ["people"])
