"""Which boxes stay shut."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from tally.counts import Turnout
from tally.quorum import Withheld, WithheldReason, gate, missing_from_roster, needed

STANDARD = load("standard")
PANELS = {panel.key: panel for panel in STANDARD.panels}


@pytest.mark.parametrize(("key", "minimum"), [("evaluators", 20), ("interviewees", 15), ("villagers", 10)])
def test_a_box_below_its_minimum_is_never_opened(key, minimum):
    """One ballot below the minimum withholds, the minimum itself does not: 以上 includes the number."""
    assert gate(PANELS[key], Turnout(40, 40, minimum)) is None
    for returned in (minimum - 1, 4, 0):
        assert gate(PANELS[key], Turnout(40, 40, returned)) == Withheld(WithheldReason.BELOW_MINIMUM)


def test_more_returned_than_issued_voids_the_panel():
    """Issued 25, returned 26: void (worked example 18), and void is said before anything else."""
    assert gate(PANELS["evaluators"], Turnout(25, 25, 26)) == Withheld(WithheldReason.VOID)
    assert gate(PANELS["evaluators"], Turnout(25, 3, 4)) == Withheld(WithheldReason.VOID)
    assert gate(PANELS["evaluators"], Turnout(25, 25, 25)) is None


def test_fewer_than_five_stay_shut_whatever_the_rule_says():
    """A rule that reached the gate with a minimum of 1 still opens no box of four."""
    lax = msgspec.structs.replace(PANELS["villagers"], minimum_returned=1, minimum_expected=1)
    assert gate(lax, Turnout(10, 10, 4)) == Withheld(WithheldReason.TOO_FEW)
    assert gate(lax, Turnout(10, 10, 5)) is None


@pytest.mark.parametrize(
    ("share", "expected", "least"),
    [
        ({"at_least_share": Fraction(2, 3)}, 33, 22),
        ({"at_least_share": Fraction(2, 3)}, 34, 23),
        ({"more_than_share": Fraction(1, 2)}, 301, 151),
        ({"more_than_share": Fraction(1, 2)}, 300, 151),
        ({"more_than_share": Fraction(2, 3)}, 33, 23),
        ({"at_least_share": Fraction(2, 3)}, 12, 10),
        ({}, 1000, 10),
    ],
)
def test_shares_of_the_roster(share, expected, least):
    """2/3 of 33 is 22 and passes, more than half of 301 is 151 (worked example 20); the fixed minimum stays beside it."""
    rule = msgspec.structs.replace(PANELS["villagers"], **share)
    assert needed(rule, expected) == least
    assert gate(rule, Turnout(expected, expected, least)) is None
    assert gate(rule, Turnout(expected, expected, least - 1)) == Withheld(WithheldReason.BELOW_MINIMUM)


@given(st.integers(0, 5000), st.fractions(0, 1), st.booleans())
def test_shares_agree_with_the_fraction(expected, share, strict):
    """The whole-number reckoning of a share is the comparison of fractions."""
    rule = msgspec.structs.replace(
        PANELS["villagers"], **{("more_than_share" if strict else "at_least_share"): share}, minimum_returned=0
    )
    least = needed(rule, expected)
    reaches = (lambda n: n > share * expected) if strict else (lambda n: n >= share * expected)
    assert reaches(least)
    assert least == 0 or not reaches(least - 1)


def test_the_roster_says_how_many_are_missing():
    """19 on a roster of at least 20: one is missing; with 20 or more none is."""
    assert [missing_from_roster(PANELS["evaluators"], expected) for expected in (0, 19, 20, 21)] == [20, 1, 0, 0]


def test_what_is_withheld_has_nothing_but_a_reason():
    """No page can print a number of a withheld panel: there is no attribute to print."""
    withheld = Withheld(WithheldReason.VOID)
    assert Withheld.__slots__ == ("reason",)
    with pytest.raises(AttributeError):
        _ = withheld.score
    with pytest.raises((AttributeError, TypeError)):
        withheld.score = 1
