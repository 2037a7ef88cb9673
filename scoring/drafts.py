"""Each subject alone: parts, composite, satisfaction, band, vetoes, choices, counts. What needs the others comes later (`scoring.compute`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemes.assessment import Fact, Force, Grade, GradeCount
from schemes.periods import period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring.composite import composed, parts_of, satisfaction_of
from scoring.findings import Cause, Choice, Counted, Veto
from scoring.grading import applies, band_of, dissatisfied_choices, fact_findings, floor_veto
from scoring.inputs import FactEntry, GradeDecision, Inputs, Subject
from scoring.ledger import Ledger, Row
from scoring.parts import Composed, Composite, Part, Satisfaction
from scoring.results import documents_of, rows_of
from scoring.years import (
    Shorter,
    aggregate_for,
    counted,
    counts_for,
    lacking,
    mean_of,
    mean_satisfaction,
    period_scores,
)
from tally.display import score_text


@dataclass(frozen=True, slots=True)
class Draft:
    """A row before quotas and signatures, with the rules and entries that consequences are proposed from once there is a grade."""

    row: Row
    scale: tuple[Grade, ...]
    facts: tuple[Fact, ...]
    entries: tuple[FactEntry, ...]
    counts: tuple[tuple[GradeCount, Counted], ...]


def in_scope(scheme: Scheme, subject: Subject, kind: PeriodKind) -> bool:
    """Tell whether a ledger of such a period has a row for the subject: it is assessed then, shorter periods are summed up, or it can't be told."""
    if lacking(scheme, subject, kind) is not None:
        return True
    return _graded(scheme, subject, kind) or bool(counts_for(scheme, subject.kind, kind))


def scale_of(scheme: Scheme, subject: Subject, kind: PeriodKind) -> tuple[Grade, ...]:
    """Give the grades, best first; none where only shorter periods are counted and no grade is given for this one."""
    return scheme.grades_of(subject.kind, kind) if _graded(scheme, subject, kind) else ()


def shorter_kinds(scheme: Scheme, kind: PeriodKind) -> tuple[PeriodKind, ...]:
    """Give the kinds of shorter periods that a period of this kind is made from."""
    kinds = {rule.of for rule in scheme.aggregates if rule.over is kind}
    kinds |= {rule.of for rule in scheme.grade_counts if rule.over is kind}
    return tuple(each for each in PeriodKind if each in kinds)


def drafts_of(
    scheme: Scheme, inputs: Inputs, subjects: Sequence[Subject], period: str, shorter: Shorter, *, rehearsal: bool
) -> list[Draft]:
    """Give a draft a subject, in the order of `subjects`. `shorter`: the ledgers inside the period, by the kind of their periods."""
    documents = documents_of(scheme, inputs.results, period, rehearsal=rehearsal)
    return [_draft(scheme, inputs, subject, period, documents=documents, shorter=shorter) for subject in subjects]


def _graded(scheme: Scheme, subject: Subject, kind: PeriodKind) -> bool:
    assessed = kind in scheme.subject(subject.kind).periods
    scaled = any(kind in scale.periods and applies(scale.subjects, subject.kind) for scale in scheme.grade_scales)
    return assessed or scaled or aggregate_for(scheme, subject, kind) is not None


def _draft(
    scheme: Scheme,
    inputs: Inputs,
    subject: Subject,
    period: str,
    *,
    documents: Sequence[Mapping[str, Any]],
    shorter: Shorter,
) -> Draft:
    kind = period_kind(period)
    own = (subject.id, period)
    facts = tuple(rule for rule in scheme.facts if applies(rule.subjects, subject.kind, rule.periods, kind))
    entries = tuple(each for each in inputs.facts if (each.subject, each.period) == own)
    decision = _decision([each for each in inputs.decisions if (each.subject, each.period) == own])
    entered = [each for each in inputs.parts if (each.subject, each.period) == own]
    scale = scale_of(scheme, subject, kind)
    rules = counts_for(scheme, subject.kind, kind)
    counts = tuple((rule, counted(rule, shorter[rule.of], subject)) for rule in rules)
    mean = aggregate_for(scheme, subject, kind)
    polled = rows_of(scheme, documents, subject.id, subject.kind)
    periods = period_scores(shorter[mean.of], subject.id) if mean is not None else ()
    parts: tuple[Part, ...] = ()
    composite: Composite | None = mean_of(periods) if mean is not None else None
    satisfaction: Satisfaction | None = mean_satisfaction(scheme, periods) if mean is not None else None
    formula = scheme.composite_of(subject.kind)
    if mean is None and scale and not counts:
        satisfaction = satisfaction_of(scheme, polled)
        if formula is not None:
            parts = parts_of(scheme, formula, polled, entered)
            composite = composed(parts)
    vetoes, choices, pending = fact_findings(facts, entries)
    order = {grade.key for grade in scale}
    row = Row(
        subject=subject,
        assessed=bool(
            polled
            or entries
            or decision
            or entered
            or any(each.assessed for each in periods)
            or any(_known(shorter[rule.of], subject.id) for rule in rules)
        ),
        polls=tuple(each.source for panel in scheme.panels for each in polled.get(panel.key, ())),
        parts=parts,
        periods=periods,
        composite=composite,
        shown=score_text(scheme, composite.score) if isinstance(composite, Composed) else None,
        satisfaction=satisfaction,
        band=band_of(scale, composite),
        vetoes=tuple(
            each for each in (*floor_veto(scheme, satisfaction), *vetoes, *_count_vetoes(counts)) if each.grade in order
        ),
        choices=tuple(
            each
            for each in (*dissatisfied_choices(scheme, polled), *choices, *_count_choices(counts))
            if order.intersection(each.grades)
        ),
        pending=pending,
        counted=tuple(verdict for _rule, verdict in counts),
        decision=decision,
    )
    return Draft(row, scale, facts, entries, counts)


def _decision(found: Sequence[GradeDecision]) -> GradeDecision | None:
    """Give the decision in force; of two the first by grade, author and reason, so that the order of entry changes nothing."""
    return min(found, key=lambda each: (each.grade, each.by, each.reason), default=None)


def _known(ledgers: Sequence[Ledger], subject: str) -> bool:
    return any(row.assessed and row.subject.id == subject for ledger in ledgers for row in ledger.rows)


def _count_vetoes(counts: Sequence[tuple[GradeCount, Counted]]) -> list[Veto]:
    return [
        Veto(Cause.GRADE_COUNT, rule.key, rule.title, rule.source, rule.grades[0])
        for rule, verdict in counts
        if verdict.applies and len(rule.grades) == 1 and rule.force is Force.SHALL
    ]


def _count_choices(counts: Sequence[tuple[GradeCount, Counted]]) -> list[Choice]:
    return [
        Choice(Cause.GRADE_COUNT, rule.key, rule.title, rule.source, rule.grades, binding=rule.force is Force.SHALL)
        for rule, verdict in counts
        if verdict.applies and (len(rule.grades) > 1 or (rule.grades and rule.force is Force.MAY))
    ]
