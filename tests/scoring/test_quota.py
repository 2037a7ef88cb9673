"""Quotas: whole numbers, ties that stay ties, and seats that never exceed a cap."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regulated import BAICHENG, LONGNAN, people

from schemes.assessment import Rounding
from scoring.board import Finding, Position
from scoring.compute import compute
from scoring.findings import Cause, Choice
from scoring.inputs import FactEntry, GradeDecision, Inputs, PartScore, QuotaDecision, Subject
from scoring.ledger import Row
from scoring.parts import Composed
from scoring.quota import rounded, seats_of

EIGHT = ("95", "94", "93", "92", "91.4", "91", "90.5", "90.2")
TIED = ("95", "94", "93", "92", "91.4", "91", "91", "90.2")


def county(tops, number=46, **more):
    """`number` cadres with these scores on top and 85 for all others, who have every part."""
    scores = [*map(Fraction, tops), *[Fraction(85)] * (number - len(tops))]
    subjects = people("cadre", number)
    parts = tuple(
        PartScore(subject.id, "2018", part, score, "考核组", "评分表")
        for subject, score in zip(subjects, scores, strict=True)
        for part in ("deeds", "leaders")
        if score >= 0
    )
    ledger = compute(LONGNAN, Inputs(subjects=subjects, parts=parts, **more), "乡", "2018")
    (board,) = ledger.quotas
    return ledger, board


def grades(ledger, upto=8):
    """The proposed grades of the first subjects."""
    return [row.proposed for row in ledger.rows[:upto]]


def decided(subject, grade):
    """A decision about one cadre."""
    return GradeDecision(subject, "2018", grade, "领导小组", "审议")


APPROVED = QuotaDecision("excellent", "乡", "2018", "alternative", "市委", "同意20%")


def test_six_seats_of_46():
    """Worked example 12: 6 get 优秀, two of 90 and more get 称职; with the higher cap approved all 8 are excellent."""
    ledger, board = county(EIGHT)
    assert (board.pool, board.number, board.alternative, board.given) == (46, 6, 9, 6)
    assert grades(ledger) == ["excellent"] * 6 + ["competent"] * 2
    assert [seat.position for seat in board.seats][6:] == [Position.ALTERNATIVE] * 2
    ledger, board = county(EIGHT, quota_decisions=(APPROVED,))
    assert grades(ledger) == ["excellent"] * 8
    assert (board.number, board.given, board.finding) == (6, 8, Finding.KEPT)


def test_a_tie_waits_for_people():
    """Worked example 13: five are sure, two tie for the sixth seat; the last is 称职 either way."""
    ledger, board = county(TIED)
    assert grades(ledger) == ["excellent"] * 5 + [None, None, "competent"]
    assert [seat.position for seat in board.seats][5:] == [Position.TIE, Position.TIE, Position.ALTERNATIVE]
    assert board.seats[5].places == board.seats[6].places == (6, 7)
    assert board.tie_admissible
    both = county(TIED, decisions=(decided("s06", "excellent"), decided("s07", "excellent")))
    assert grades(both[0])[5:] == ["excellent", "excellent", "competent"]
    assert (both[1].given, both[1].finding) == (7, Finding.KEPT)
    one = county(TIED, decisions=(decided("s06", "excellent"), decided("s07", "competent")))
    assert grades(one[0])[5:] == ["excellent", "competent", "competent"]
    assert (one[1].given, one[1].finding) == (6, Finding.KEPT)


def test_who_has_to_get_another_grade_takes_no_seat():
    """A choice that binds frees the seat before anybody chose; one that only may be made holds it."""
    first, second = people("cadre", 2)

    def seated(*, binding):
        choice = Choice(Cause.GRADE_COUNT, "five_d", "D等5次", "六.2", ("basic", "incompetent"), binding=binding)
        rows = [
            Row(first, assessed=True, composite=Composed(Fraction(99)), band="excellent", choices=(choice,)),
            Row(second, assessed=True, composite=Composed(Fraction(95)), band="excellent"),
        ]
        return [seat.subject for seat in seats_of(LONGNAN.quotas[0], LONGNAN.grades, rows, ())]

    assert seated(binding=True) == ["s02"]
    assert seated(binding=False) == ["s01", "s02"]


def test_a_tie_too_long_for_the_alternative_is_not_admitted():
    """Five tie for two seats and the alternative has nine: admitting all breaks the bound, and nobody is confirmed."""
    tops = ("95", "94", "93", "92", *["91"] * 6)
    everyone = tuple(decided(f"s{n:02d}", "excellent") for n in range(5, 11))
    ledger, board = county(tops, decisions=everyone)
    assert (board.given, board.tie_admissible, board.finding) == (10, False, Finding.BROKEN)
    assert "quota" in [each.kind for each in ledger.rows[0].awaited]


def test_a_decision_cannot_lift_over_the_rules():
    """Whoever is outside, or below the band, gets no better grade by a decision; it is named, and has no effect."""
    ledger, _board = county(EIGHT, decisions=(decided("s08", "excellent"), decided("s20", "excellent")))
    for subject in ("s08", "s20"):
        row = ledger.row(subject)
        assert row.proposed == "competent"
        assert [each.kind for each in row.awaited] == ["decision"]


def test_a_missing_score_keeps_the_last_seats_open():
    """One cadre's score is missing: whoever could lose his seat to it is not proposed yet, and he is in the pool."""
    subjects_parts = county(EIGHT)[0]
    fact = FactEntry("s46", "2018", "safety", "甲", "通报1号")
    scores = (*EIGHT, *["85"] * 37, "-1")
    ledger, board = county(scores, facts=(fact,))
    assert board.pool == 46
    assert grades(ledger) == ["excellent"] * 5 + [None, "competent", "competent"]
    assert board.seats[5].position is Position.OPEN
    assert subjects_parts.row("s06").proposed == "excellent"


def test_a_chosen_grade_frees_the_seat():
    """陇南市 第十四条: a confirmed fact waits for the person who chooses; once chosen the next one in order moves up."""
    fact = FactEntry("s01", "2018", "safety", "甲", "通报1号", confirmed_by="乙")
    ledger, _board = county(EIGHT, facts=(fact,))
    assert grades(ledger) == [None] + ["excellent"] * 5 + ["competent"] * 2
    assert [each.kind for each in ledger.rows[0].awaited] == ["choice"]
    chosen = FactEntry("s01", "2018", "safety", "甲", "通报1号", confirmed_by="乙", chosen="basic")
    ledger, _board = county(EIGHT, facts=(chosen,))
    assert grades(ledger) == ["basic"] + ["excellent"] * 6 + ["competent"]
    assert ledger.rows[0].composite.score == 95


@pytest.mark.parametrize(
    ("share", "pool", "floor", "ceil", "half_up"),
    [("3/20", 46, 6, 7, 7), ("1/5", 33, 6, 7, 7), ("3/20", 19, 2, 3, 3), ("3/20", 20, 3, 3, 3), ("1/5", 47, 9, 10, 9)],
)
def test_shares_are_rounded_in_whole_numbers(share, pool, floor, ceil, half_up):
    """Worked examples 12, 14 and 20."""
    assert [rounded(Fraction(share), pool, each) for each in Rounding] == [floor, ceil, half_up]


@given(st.lists(st.integers(9000, 9300), min_size=1, max_size=40), st.booleans(), st.randoms())
def test_seats_never_exceed_the_cap(points, approved, shuffle):
    """Whatever the scores and their ties, no more are inside than the cap, equal scores stand equal, and order of entry is nothing."""
    tops = [str(Fraction(each, 100)) for each in points]
    ledger, board = county(tops, len(tops), quota_decisions=(APPROVED,) if approved else ())
    cap = board.alternative if approved else board.number
    inside = [seat for seat in board.seats if seat.position is Position.INSIDE]
    assert len(inside) <= cap
    assert board.given == len(inside)
    for seat in board.seats:
        same = {each.position for each in board.seats if each.score == seat.score}
        assert same == {seat.position}
    shuffle.shuffle(tops)
    again = county(tops, len(tops), quota_decisions=(APPROVED,) if approved else ())[1]
    assert [(seat.score, seat.position) for seat in again.seats] == [
        (seat.score, seat.position) for seat in board.seats
    ]
    assert len(ledger.rows) == len(tops)


def month(*numbers, stationed=None, **more):
    """Baicheng's month: so many of A, B, C, D, decided by people; `stationed` of them, the first, live in the village."""
    subjects, decisions = [], []
    for grade, number in zip("abcd", numbers, strict=True):
        for place in range(number):
            identity = f"{grade}{place:02d}"
            lives = place < (number + 1) // 2 if stationed is None else place < stationed
            subjects.append(Subject(identity, "cadre", identity, "乡", {"stationed": lives}))
            decisions.append(GradeDecision(identity, "2011-06", grade, "领导小组", "探讨确定"))
    inputs = Inputs(subjects=tuple(subjects), decisions=tuple(decisions), **more)
    ledger = compute(BAICHENG, inputs, "乡", "2011-06")
    return {board.key: board.finding.value for board in ledger.quotas}, ledger


@pytest.mark.parametrize(
    ("numbers", "a", "d", "c"),
    [
        ((5, 35, 5, 5), "kept", "kept", "kept"),
        ((6, 34, 5, 5), "broken", "kept", "kept"),
        ((5, 36, 5, 4), "kept", "broken", "kept"),
        ((5, 34, 6, 5), "kept", "kept", "off"),
        ((0, 8, 0, 1), "small_pool", "small_pool", "kept"),
    ],
)
def test_a_month_of_fifty(numbers, a, d, c):
    """Worked example 15: hard bounds refuse, soft ones warn, a small pool is flagged and not judged."""
    found, ledger = month(*numbers)
    assert (found["a"], found["d"], found["c"]) == (a, d, c)
    assert ("quota" in [each.kind for each in ledger.rows[0].awaited]) == ("broken" in found.values())


def test_half_of_a_grade_lives_in_the_village():
    """各等次中驻村干部比例要占50%: broken, unless somebody answers for it with a reason."""
    assert month(5, 35, 5, 5, stationed=17)[0]["b_stationed"] == "broken"
    assert month(5, 35, 5, 5, stationed=18)[0]["b_stationed"] == "kept"
    excused = QuotaDecision("b_stationed", "乡", "2011-06", "override", "书记", "驻村干部不足")
    assert month(5, 35, 5, 5, stationed=17, quota_decisions=(excused,))[0]["b_stationed"] == "overridden"


def test_an_override_never_lifts_what_must_hold():
    """A 等 at most 10 % is a must: an override is no way around it."""
    excused = QuotaDecision("a", "乡", "2011-06", "override", "书记", "情况特殊")
    assert month(6, 34, 5, 5, quota_decisions=(excused,))[0]["a"] == "broken"


def test_grades_that_are_missing_leave_a_bound_open():
    """Nobody is graded: a cap is kept only if no later grade could break it."""
    subjects = people("cadre", 20, stationed=True)
    flagged = tuple(FactEntry(subject.id, "2011-06", "none", "甲", "") for subject in subjects)
    ledger = compute(BAICHENG, Inputs(subjects=subjects, facts=flagged), "乡", "2011-06")
    assert {board.finding for board in ledger.quotas} == {Finding.OPEN}
