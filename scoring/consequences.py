"""What follows beside the grade: bars and consequences, all of them proposals. Pure."""

from collections.abc import Sequence

from schemes.assessment import Consequence, Fact, Force, GradeCount
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring.findings import Barred, Cause, Counted, ProposedConsequence
from scoring.grading import applies, barred, confirmed
from scoring.inputs import FactEntry


def bars_of(
    scheme: Scheme, facts: Sequence[Fact], entries: Sequence[FactEntry], counts: Sequence[tuple[GradeCount, Counted]]
) -> tuple[Barred, ...]:
    """Give the eligibilities that confirmed facts and counts take away; under `may` they are proposed."""
    found: list[Barred] = []
    for fact in facts:
        if confirmed(entries, fact) is not None:
            found += barred(scheme, fact.bars, Cause.FACT, fact.key, proposed=fact.force is Force.MAY)
    for rule, verdict in counts:
        if verdict.applies:
            found += barred(scheme, rule.bars, Cause.GRADE_COUNT, rule.key, proposed=rule.force is Force.MAY)
    return tuple(found)


def consequences_of(
    scheme: Scheme,
    kind: str,
    period: PeriodKind,
    *,
    grade: str | None,
    facts: Sequence[Fact],
    entries: Sequence[FactEntry],
    counts: Sequence[tuple[GradeCount, Counted]],
) -> tuple[ProposedConsequence, ...]:
    """Give what is proposed to a subject: by the grade, by confirmed facts, by counts; the ladder's severest rung covers the others."""
    causes: list[tuple[Cause, str, tuple[str, ...]]] = [
        (Cause.FACT, fact.key, fact.consequences) for fact in facts if confirmed(entries, fact) is not None
    ]
    causes += [(Cause.GRADE_COUNT, rule.key, rule.consequences) for rule, verdict in counts if verdict.applies]
    rules = {rule.key: rule for rule in scheme.consequences}
    found = [(rules[key], cause, by) for cause, by, keys in causes for key in keys]
    if grade is not None:
        found += [
            (rule, Cause.GRADE, grade)
            for rule in scheme.consequences
            if grade in rule.grades and applies(rule.subjects, kind, rule.periods, period)
        ]
    steps = [rule.step for rule, _cause, _key in found if rule.step is not None]
    highest = max(steps, default=None)
    return tuple(_proposed(rule, cause, key, highest) for rule, cause, key in found)


def _proposed(rule: Consequence, cause: Cause, key: str, highest: int | None) -> ProposedConsequence:
    severest = rule.step is None or rule.step == highest
    return ProposedConsequence(
        rule.key, rule.title, rule.source, cause, key, rule.yuan, rule.step, rule.to, severest=severest
    )
