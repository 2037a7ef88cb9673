"""What a row shows beside its score. Flags propose; people decide (law 12)."""

from dataclasses import dataclass
from fractions import Fraction

from schemes.rules import FEWEST_BALLOTS, PanelRule
from tally.counts import Counts, Turnout


@dataclass(frozen=True, slots=True)
class Dissatisfaction:
    """Dissatisfied votes over valid votes, and over all ballots returned, which is shown beside it (拜城县 names no denominator).

    `above` is the scheme's threshold as a share, None where it only shows the ratio; `exceeded` is None with it.
    """

    votes: int
    valid: int
    returned: int
    above: Fraction | None
    exceeded: bool | None

    @property
    def share(self) -> Fraction:
        """The share of the valid votes, 不了解 excluded: the one that is compared."""
        return Fraction(self.votes, self.valid)

    @property
    def share_of_returned(self) -> Fraction:
        """The share of all ballots returned."""
        return Fraction(self.votes, self.returned)


@dataclass(frozen=True, slots=True)
class Flags:
    """`dissatisfaction`: None where the scheme names no such options. `few_valid`: under five valid votes, not for a public table."""

    dissatisfaction: Dissatisfaction | None
    few_valid: bool


def flags(rule: PanelRule, turnout: Turnout, counts: Counts) -> Flags:
    """Work out the flags of one row with at least one valid vote. 超过 is strict: 30.00 % exactly is not above 30 %."""
    return Flags(dissatisfaction=_dissatisfaction(rule, turnout, counts), few_valid=counts.valid < FEWEST_BALLOTS)


def _dissatisfaction(rule: PanelRule, turnout: Turnout, counts: Counts) -> Dissatisfaction | None:
    if rule.dissatisfied is None:
        return None
    chosen = zip(rule.options, counts.options, strict=True)
    votes = sum(each for option, each in chosen if option.key in rule.dissatisfied.options)
    above = rule.dissatisfied.above
    exceeded = None if above is None else votes * above.denominator > above.numerator * counts.valid
    return Dissatisfaction(votes, counts.valid, turnout.returned, above, exceeded)
