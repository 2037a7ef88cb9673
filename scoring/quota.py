"""Quotas: seats by score, ties that stay ties, bounds that hold, bend or warn. All arithmetic in whole numbers (R6).

The pool of a quota is everybody of its kinds who is assessed in the period, vetoed or not. A candidate for a seat has a composite in the
grade's band (any composite where the grades have no lines), no veto, and no decision for another grade.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from schemes.assessment import Bound, Grade, Quota, Rounding, Strictness
from scoring.board import Finding, Position, QuotaBoard, Seat
from scoring.grading import next_grade, worst
from scoring.inputs import QuotaDecision
from scoring.ledger import Row
from scoring.parts import Composed, Missing


def rounded(share: Fraction, pool: int, rounding: Rounding) -> int:
    """Give the share of `pool` people as a whole number: 15 % of 46 floored is 6, ceiled 7; half-up 20 % of 33 is 7."""
    over, under = share.numerator * pool, share.denominator
    if rounding is Rounding.FLOOR:
        return over // under
    if rounding is Rounding.CEIL:
        return -(-over // under)
    return (2 * over + under) // (2 * under)


def numbers(quota: Quota, pool: int) -> tuple[int, int | None, int | None]:
    """Give the number that binds, the number under the alternative share, and the number by the other rounding."""
    number = quota.number if quota.share is None else rounded(quota.share, pool, quota.rounding)
    assert number is not None  # the loader wants exactly one of share and number
    alternative = None if quota.alternative is None else rounded(quota.alternative, pool, quota.rounding)
    if quota.share is None or quota.alternative_rounding is None:
        return number, alternative, None
    return number, alternative, rounded(quota.share, pool, quota.alternative_rounding)


def effective(quota: Quota, pool: int, decisions: Sequence[QuotaDecision]) -> int:
    """Give the number that binds after what was approved: the alternative share, or where there is none the other rounding."""
    number, alternative, other = numbers(quota, pool)
    if not any(each.what == "alternative" for each in decisions):
        return number
    return next((each for each in (alternative, other) if each is not None), number)


def seats_of(
    quota: Quota, scale: Sequence[Grade], pool: Sequence[Row], decisions: Sequence[QuotaDecision]
) -> tuple[Seat, ...]:
    """Give the candidates in the order of their exact scores, with equal scores at equal places: a tie is never broken."""
    candidates = [
        (row.composite.score, row.subject.id)
        for row in pool
        if isinstance(row.composite, Composed) and _competes(quota, scale, row)
    ]
    unknown = len(waiting_for_scores(pool))
    cap, (_number, alternative, other) = effective(quota, len(pool), decisions), numbers(quota, len(pool))
    further = max(each for each in (cap, alternative, other) if each is not None)
    seats = []
    for score, subject in sorted(candidates, key=lambda each: (-each[0], each[1])):
        first = 1 + sum(each > score for each, _subject in candidates)
        last = sum(each >= score for each, _subject in candidates)
        seats.append(Seat(subject, score, (first, last), _position(first, last, unknown, cap, further)))
    return tuple(seats)


def waiting_for_scores(pool: Sequence[Row]) -> list[str]:
    """Give the subjects of the pool whose score is still missing and who could take a seat with it."""
    return [row.subject.id for row in pool if isinstance(row.composite, Missing) and not row.vetoes]


def _competes(quota: Quota, scale: Sequence[Grade], row: Row) -> bool:
    lines = any(grade.at_least is not None for grade in scale)
    if row.vetoes or (lines and row.band != quota.grade):
        return False
    if any(choice.binding and quota.grade not in choice.grades for choice in row.choices):
        return False
    below = {next_grade(scale, quota.grade)} if lines else {grade.key for grade in scale}
    lower = (below | {key for choice in row.choices for key in choice.grades}) - {quota.grade}
    if row.decision is not None:
        return row.decision.grade not in lower
    return worst(scale, (choice.chosen for choice in row.choices if choice.chosen)) in (None, quota.grade)


def _position(first: int, last: int, unknown: int, cap: int, further: int) -> Position:
    if first > cap:
        return Position.ALTERNATIVE if last <= further else Position.OUTSIDE
    if last + unknown <= cap:
        return Position.INSIDE
    return Position.OPEN if unknown else Position.TIE


def board_of(
    quota: Quota,
    rows: Sequence[Row],
    seats: Sequence[Seat],
    decisions: Sequence[QuotaDecision],
) -> QuotaBoard | None:
    """Give the board of a quota over the proposed grades of its pool; None where nobody is in it."""
    if not rows:
        return None
    waiting = [row.subject.id for row in rows if row.proposed is None]
    holders = [row for row in rows if row.proposed == quota.grade]
    size, given = len(rows), len(holders)
    if quota.grade_share_of is not None:
        answers: Mapping[str, int | bool | None] = {
            row.subject.id: row.subject.attributes.get(quota.grade_share_of) for row in holders
        }
        waiting += [subject for subject, answer in answers.items() if answer is None]
        size, given = given, sum(answer is True for answer in answers.values())
    number, alternative, other = numbers(quota, size)
    bound = effective(quota, size, decisions)
    tied = [seat for seat in seats if seat.position is Position.TIE]
    through = tied[0].places[1] if tied else 0
    admissible = bool(tied) and alternative is not None and through <= alternative
    finding = _finding(
        quota,
        (size, len(rows)),
        (given, len(waiting)),
        (bound, through if admissible else bound),
        overridden=any(each.what == "override" for each in decisions),
    )
    return QuotaBoard(
        quota.key,
        quota.title,
        quota.source,
        quota.grade,
        quota.bound,
        quota.strictness,
        quota.rounding,
        size,
        number,
        given,
        finding,
        alternative,
        other,
        tuple(seats),
        admissible,
        tuple(sorted(waiting)),
        tuple(sorted(decisions, key=lambda each: (each.what, each.by, each.reason))),
    )


def _finding(
    quota: Quota, sizes: tuple[int, int], given: tuple[int, int], limits: tuple[int, int], *, overridden: bool
) -> Finding:
    """Judge what is given: (known, still unknown) people against (the number, or exactly the end of a tie that people may admit)."""
    if sizes[1] < quota.least_pool:
        return Finding.SMALL_POOL
    if quota.grade_share_of is not None and given[1]:
        return Finding.OPEN
    verdicts = {_holds(quota.bound, given[0] + more, limits) for more in range(given[1] + 1)}
    if verdicts == {True}:
        return Finding.KEPT
    if verdicts == {True, False}:
        return Finding.OPEN
    if quota.strictness is Strictness.WARN:
        return Finding.OFF
    return Finding.OVERRIDDEN if overridden and quota.strictness is Strictness.OVERRIDE else Finding.BROKEN


def _holds(bound: Bound, given: int, limits: tuple[int, int]) -> bool:
    number, tie_end = limits
    if bound is Bound.AT_MOST:
        return given <= number or given == tie_end
    if bound is Bound.AT_LEAST:
        return given >= number
    return given == number
