"""From a scheme and everything in force to the ledger of an organization's period. Pure: no database, no clock, no rounding.

First each subject alone (`scoring.drafts`), then the seats of the quotas over all of them, the grades, the bounds, and at last the chain of
signatures. A longer period reads the ledgers of the shorter ones inside it, which are computed the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemes.assessment import Bound, Quota, SignOff, SignOffOf
from schemes.periods import period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring.board import Finding, QuotaBoard, Seat
from scoring.consequences import bars_of, consequences_of
from scoring.drafts import Draft, drafts_of, in_scope, scale_of, shorter_kinds
from scoring.grading import applies, propose
from scoring.inputs import GradesSigned, Inputs, QuotaDecision, Subject
from scoring.ledger import Awaited, AwaitedKind, Ledger, Row, Step
from scoring.parts import Composed
from scoring.periods import days_of, deadlines_of, inside
from scoring.quota import board_of, seats_of
from scoring.writing import content_digest
from scoring.years import lacking


def compute(scheme: Scheme, inputs: Inputs, organization: str, period: str, *, rehearsal: bool = False) -> Ledger:
    """Give the ledger of an organization's period. `rehearsal`: look at rehearsed polls instead of real ones, never at both.

    Raise PeriodError for a label that cannot be read, `scoring.results.ResultRefused` for a document that disagrees with itself.
    """
    kind = period_kind(period)
    first, last = days_of(scheme, period)
    subjects = _subjects(scheme, inputs, organization, kind)
    shorter = {
        of: tuple(
            compute(scheme, inputs, organization, label, rehearsal=rehearsal) for label in inside(scheme, period, of)
        )
        for of in shorter_kinds(scheme, kind)
    }
    drafts = drafts_of(scheme, inputs, subjects, period, shorter, rehearsal=rehearsal)
    decisions = [each for each in inputs.quota_decisions if (each.organization, each.period) == (organization, period)]
    quotas = [rule for rule in scheme.quotas if not rule.periods or kind in rule.periods]
    seats = {rule.key: _seats(scheme, rule, drafts, kind, decisions) for rule in quotas}
    rows = tuple(_graded(scheme, draft, kind, quotas, seats) for draft in drafts)
    boards = tuple(
        board
        for rule in quotas
        if (board := board_of(rule, _pool(rule, rows), seats[rule.key], _of(rule, decisions))) is not None
    )
    ledger = Ledger(
        scheme=scheme.name,
        scheme_version=scheme.version,
        scheme_digest=scheme.digest,
        organization=organization,
        period=period,
        period_kind=kind,
        first=first,
        last=last,
        rehearsal=rehearsal,
        rows=tuple(_held_up(row, quotas, boards) for row in rows),
        quotas=boards,
        deadlines=deadlines_of(scheme, period),
    )
    ledger = replace(ledger, digest=content_digest(ledger))
    signed = [each for each in inputs.signed if (each.organization, each.period) == (organization, period)]
    return replace(ledger, rows=tuple(_signed(scheme, row, signed, ledger) for row in ledger.rows))


def _subjects(scheme: Scheme, inputs: Inputs, organization: str, kind: PeriodKind) -> list[Subject]:
    """Give the subjects of the organization that this period is about: by kind in the scheme's order, name, id."""
    order = {rule.key: number for number, rule in enumerate(scheme.subjects)}
    own = [
        subject
        for subject in inputs.subjects
        if subject.organization == organization and subject.kind in order and in_scope(scheme, subject, kind)
    ]
    return sorted(own, key=lambda subject: (order[subject.kind], subject.name, subject.id))


def _pool(quota: Quota, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.assessed and applies(quota.subjects, row.subject.kind)]


def _of(quota: Quota, decisions: Sequence[QuotaDecision]) -> list[QuotaDecision]:
    return [each for each in decisions if each.quota == quota.key]


def _seats(
    scheme: Scheme, quota: Quota, drafts: Sequence[Draft], kind: PeriodKind, decisions: Sequence[QuotaDecision]
) -> tuple[Seat, ...]:
    """Give the seats of a quota that caps a grade by score; the kinds of its pool share one scale of grades."""
    pool = _pool(quota, [draft.row for draft in drafts])
    if not pool or not quota.by_score or quota.bound is not Bound.AT_MOST:
        return ()
    return seats_of(quota, scale_of(scheme, pool[0].subject, kind), pool, _of(quota, decisions))


def _graded(
    scheme: Scheme, draft: Draft, kind: PeriodKind, quotas: Sequence[Quota], seats: Mapping[str, Sequence[Seat]]
) -> Row:
    """Give the row with its grade, what is awaited, and what is proposed to follow."""
    row = draft.row
    by_score = [rule for rule in quotas if rule.by_score and rule.bound is Bound.AT_MOST and _pool(rule, [row])]
    rule = next((each for each in by_score if row.band in (each.grade, None)), None)
    seated = [seat for each in ([rule] if rule else []) for seat in seats[each.key] if seat.subject == row.subject.id]
    position = seated[0].position if seated else None
    grade = rule.grade if rule is not None else None
    proposed, awaited = propose(draft.scale, row, position, grade)
    unknown = lacking(scheme, row.subject, kind)
    if unknown is not None:
        proposed, awaited = None, (Awaited(AwaitedKind.ATTRIBUTE, unknown), *awaited)
    return replace(
        row,
        proposed=proposed,
        awaited=(*awaited, *_floor_unknown(scheme, row, proposed)),
        bars=bars_of(scheme, draft.facts, draft.entries, draft.counts),
        consequences=consequences_of(
            scheme,
            row.subject.kind,
            kind,
            grade=proposed,
            facts=draft.facts,
            entries=draft.entries,
            counts=draft.counts,
        ),
    )


def _floor_unknown(scheme: Scheme, row: Row, proposed: str | None) -> tuple[Awaited, ...]:
    """Give the floor where it is not known and could still change the grade; a row without a number waits for that first (law 9)."""
    rule, satisfaction = scheme.satisfaction_floor, row.satisfaction
    if rule is None or satisfaction is None or satisfaction.below is not None or proposed == rule.grade:
        return ()
    return (Awaited(AwaitedKind.FLOOR, "satisfaction_floor"),) if isinstance(row.composite, Composed) else ()


def _held_up(row: Row, quotas: Sequence[Quota], boards: Sequence[QuotaBoard]) -> Row:
    """Add the bounds that must hold and do not: nobody of the pool is confirmed before."""
    broken = {board.key for board in boards if board.finding is Finding.BROKEN}
    waits = [Awaited(AwaitedKind.QUOTA, rule.key) for rule in quotas if rule.key in broken and _pool(rule, [row])]
    return replace(row, awaited=(*row.awaited, *waits))


def _signed(scheme: Scheme, row: Row, signed: Sequence[GradesSigned], ledger: Ledger) -> Row:
    """Add the chain. A grade is confirmed once every step that applies is signed over these very figures and nothing is awaited."""
    if row.proposed is None and (
        scale_of(scheme, row.subject, ledger.period_kind)
        or any(each.kind is AwaitedKind.ATTRIBUTE for each in row.awaited)
    ):
        return row
    steps = [
        rule
        for rule in scheme.sign_off
        if rule.of is SignOffOf.GRADES
        and applies(rule.subjects, row.subject.kind, rule.periods, ledger.period_kind)
        and (not rule.grades or row.proposed in rule.grades)
    ]
    chain = tuple(_step(rule, row, signed, ledger.digest) for rule in steps)
    waits = [
        Awaited(AwaitedKind.STALE if each.stale else AwaitedKind.SIGNATURE, each.step) for each in chain if _waits(each)
    ]
    awaited = (*row.awaited, *waits)
    return replace(row, chain=chain, awaited=awaited, confirmed=row.proposed if chain and not awaited else None)


def _waits(step: Step) -> bool:
    return step.by is None or step.stale


def _step(rule: SignOff, row: Row, signed: Sequence[GradesSigned], digest: str) -> Step:
    """Give the step as it stands: signed for the whole organization or for this subject; some steps for this subject alone."""
    mine = row.subject.id
    found = [
        each
        for each in signed
        if each.step == rule.key and (each.subject == mine or (each.subject is None and not rule.names_subject))
    ]
    # a signature over these figures counts before an older one, then the later day
    best = max(found, key=lambda each: (each.ledger in ("", digest), each.on, each.by, each.text), default=None)
    if best is None:
        return Step(rule.key, rule.title, rule.who, rule.kind, None, None)
    stale = best.ledger not in ("", digest)
    return Step(rule.key, rule.title, rule.who, rule.kind, best.by, best.on, best.text, stale=stale)
