"""The composite of one subject: poll parts from published counts, entered parts from people, the weighted sum exactly."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from schemes.rules import Composite as CompositeRule
from schemes.rules import CompositePart, Scheme
from scoring.inputs import PartScore
from scoring.parts import (
    Composed,
    Composite,
    EntrySource,
    Missing,
    MissingReason,
    Part,
    PartMissing,
    PartValue,
    Satisfaction,
)
from scoring.results import Polled
from tally.counts import Counts, pooled
from tally.floor import floor_status
from tally.outcome import Scored, Withheld
from tally.weighting import score


def parts_of(
    scheme: Scheme, rule: CompositeRule, polled: Mapping[str, tuple[Polled, ...]], entered: Sequence[PartScore]
) -> tuple[Part, ...]:
    """Give every part in the scheme's order. `polled`: one subject's rows by panel; `entered`: the numbers entered for subject and period."""
    return tuple(
        _polled_part(scheme, part, polled)
        if part.panels
        else _entered_part(part, [each for each in entered if each.part == part.key])
        for part in rule.parts
    )


def composed(parts: Sequence[Part]) -> Composite:
    """Add the weighted parts; with one of them missing there is no number, however small its weight."""
    missing = tuple(part.key for part in parts if isinstance(part, PartMissing))
    if missing:
        return Missing(missing)
    return Composed(sum((part.weight * part.value for part in parts if isinstance(part, PartValue)), Fraction(0)))


def satisfaction_of(scheme: Scheme, polled: Mapping[str, tuple[Polled, ...]]) -> Satisfaction | None:
    """Give the satisfaction floor of one subject; None where the scheme has none. A panel that is not known leaves it unknown."""
    rule = scheme.satisfaction_floor
    if rule is None:
        return None
    single = {key: rows[0] for key in rule.panels if len(rows := polled.get(key, ())) == 1}
    counts: dict[str, Counts | None] = {
        key: row.outcome.counts if isinstance(row.outcome, Scored) else None for key, row in single.items()
    }
    status = floor_status(scheme, counts)
    assert status is not None  # the scheme has a floor
    sources = tuple(row.source for key in rule.panels for row in polled.get(key, ()))
    return Satisfaction(rule.panels, rule.threshold, status.score, status.below, sources)


def _polled_part(scheme: Scheme, part: CompositePart, polled: Mapping[str, tuple[Polled, ...]]) -> Part:
    """Pool the panels by adding their counts, then the formula."""
    sources = tuple(row.source for key in part.panels for row in polled.get(key, ()))
    rows = []
    for key in part.panels:
        reason = _why_missing(polled.get(key, ()))
        if reason is not None:
            return PartMissing(part.key, part.title, part.weight, reason, key, sources)
        rows.append(polled[key][0].outcome)
    counts = pooled([row.counts for row in rows if isinstance(row, Scored)])
    value = score(scheme.panel(part.panels[0]).weights, counts)
    assert value is not None  # a scored row has a valid vote
    return PartValue(part.key, part.title, part.weight, value, sources)


def _why_missing(rows: Sequence[Polled]) -> MissingReason | None:
    if not rows:
        return MissingReason.NO_RESULT
    if len(rows) > 1:
        return MissingReason.SEVERAL_RESULTS
    outcome = rows[0].outcome
    return MissingReason(outcome.reason.value) if isinstance(outcome, Withheld) else None


def _entered_part(part: CompositePart, entries: Sequence[PartScore]) -> Part:
    """One person's number, or where the scheme says `several` the exact mean of one number a person."""
    ordered = sorted(entries, key=lambda each: (each.by, each.source, each.score))
    sources = tuple(EntrySource(each.score, each.by, each.source) for each in ordered)
    if not entries:
        return PartMissing(part.key, part.title, part.weight, MissingReason.NOT_ENTERED)
    givers = {(each.by, each.source) for each in entries}
    if len(givers) < len(entries) or (len(entries) > 1 and not part.several):
        return PartMissing(part.key, part.title, part.weight, MissingReason.SEVERAL_ENTRIES, None, sources)
    value = sum((each.score for each in entries), Fraction(0)) / len(entries)
    return PartValue(part.key, part.title, part.weight, value, sources)
