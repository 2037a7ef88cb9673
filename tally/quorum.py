"""Which boxes may be opened, decided from the turnout alone, before any key is touched."""

from dataclasses import dataclass
from enum import StrEnum

from schemes.rules import FEWEST_BALLOTS, PanelRule
from tally.counts import Turnout


class WithheldReason(StrEnum):
    """Why there is no number.

    * void: more ballots returned than issued; the whole panel is polled again with new slips
    * below_minimum: fewer ballots returned than the scheme wants
    * too_few: fewer than five ballots, whatever the scheme says; their sum would betray the voters
    * no_valid_votes: opened, but nobody chose among the options of this row
    * not_opened: the box stayed shut for another reason (annulled, a key missing)
    """

    VOID = "void"
    BELOW_MINIMUM = "below_minimum"
    TOO_FEW = "too_few"
    NO_VALID_VOTES = "no_valid_votes"
    NOT_OPENED = "not_opened"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A result without a number. It has no score attribute at all, so no page can print one by mistake."""

    reason: WithheldReason


def gate(rule: PanelRule, turnout: Turnout) -> Withheld | None:
    """Say why this panel's box must stay shut, or None when it may be opened."""
    if turnout.returned > turnout.issued:
        return Withheld(WithheldReason.VOID)
    if turnout.returned < needed(rule, turnout.expected):
        return Withheld(WithheldReason.BELOW_MINIMUM)
    if turnout.returned < FEWEST_BALLOTS:
        # no pack gets here, the loader refuses such minimums; this line does not trust it
        return Withheld(WithheldReason.TOO_FEW)
    return None


def needed(rule: PanelRule, expected: int) -> int:
    """Give the number of ballots that must be returned for a roster of `expected` people.

    以上 and 不少于 include the number, 超过 excludes it (R1): 2/3 of 33 is 22, more than 1/2 of 301 is 151.
    """
    least = rule.minimum_returned
    if (share := rule.at_least_share) is not None:
        least = max(least, -(-share.numerator * expected // share.denominator))
    if (share := rule.more_than_share) is not None:
        least = max(least, share.numerator * expected // share.denominator + 1)
    return least


def missing_from_roster(rule: PanelRule, expected: int) -> int:
    """Give the number of people the roster lacks before slips may be printed; 0 when it is long enough."""
    return max(0, rule.minimum_expected - expected)
