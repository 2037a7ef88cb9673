"""From counts to an outcome, per panel and subject.

* Scored has a score, CountsOnly has counts and no score, Withheld has a reason and nothing else;
* a box the gate keeps shut stays withheld even if counts are handed in;
* grades, composites and vetoes are not decided here: the scoring layer and people do that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from schemes.rules import OutcomeKind, SchemeFile
from tally.counts import Counts, Turnout, check_row
from tally.flags import Flags, flags
from tally.floor import FloorStatus, floor_status
from tally.quorum import Withheld, WithheldReason, gate
from tally.weighting import score

__all__ = ["CountsOnly", "Outcome", "Scored", "Withheld", "WithheldReason", "decide", "floor_of", "outcome_name"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A row with an exact score, 0 to 100.

    `floor` is known here where the scheme's floor rests on this panel alone; None for other panels, and where several panels
    are pooled (then `floor_of` has it).
    """

    score: Fraction
    counts: Counts
    flags: Flags
    floor: FloorStatus | None


@dataclass(frozen=True, slots=True)
class CountsOnly:
    """A row of a panel whose regulation has no formula: counts and rates, no score attribute."""

    counts: Counts
    flags: Flags


Outcome = Scored | CountsOnly | Withheld


def decide(scheme: SchemeFile, panel_key: str, turnout: Turnout, counts: Counts | None) -> Outcome:
    """Decide one subject's row in one panel; `counts` is None while or because the box is not opened.

    Raise KeyError for a panel the scheme does not have, RowError for numbers that do not add up.
    """
    rule = scheme.panel(panel_key)
    withheld = gate(rule, turnout)
    if withheld is not None:
        return withheld
    if counts is None:
        return Withheld(WithheldReason.NOT_OPENED)
    check_row(rule, turnout, counts)
    if counts.valid == 0:
        return Withheld(WithheldReason.NO_VALID_VOTES)
    raised = flags(rule, turnout, counts)
    points = score(rule.weights, counts) if rule.outcome is OutcomeKind.SCORED else None
    if points is None:
        return CountsOnly(counts, raised)
    alone = scheme.satisfaction_floor is not None and scheme.satisfaction_floor.panels == (panel_key,)
    return Scored(points, counts, raised, floor_status(scheme, {panel_key: counts}) if alone else None)


def floor_of(scheme: SchemeFile, outcomes: Mapping[str, Outcome]) -> FloorStatus | None:
    """Give one subject's floor from the outcomes of its panels (by key); None when the scheme has no floor.

    A withheld panel leaves it unknown (`below` None).
    """
    rows = {key: outcome.counts if isinstance(outcome, Scored) else None for key, outcome in outcomes.items()}
    return floor_status(scheme, rows)


def outcome_name(outcome: Outcome) -> str:
    """Give the word that documents and packs use: scored, counts_only, or the reason of what is withheld."""
    if isinstance(outcome, Scored):
        return "scored"
    return "counts_only" if isinstance(outcome, CountsOnly) else outcome.reason.value
