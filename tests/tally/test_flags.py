"""Dissatisfied votes: strict, over valid votes, with the other ratio beside them."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from schemes.rules import Dissatisfied
from tally.counts import Counts, Turnout
from tally.flags import flags

VILLAGERS = load("standard").panel("villagers")
OVER_30 = msgspec.structs.replace(
    VILLAGERS, dissatisfied=Dissatisfied(options=("dissatisfied",), source="拜城县 四", above=Fraction(3, 10))
)


@pytest.mark.parametrize(("dissatisfied", "flagged"), [(9, False), (10, True)])
def test_over_30_percent_is_strict(dissatisfied, flagged):
    """9 of 30 valid is 30.00 % and no flag, 10 of 30 is one (worked example 9)."""
    row = Counts((30 - dissatisfied, 0, 0, dissatisfied))
    assert flags(OVER_30, Turnout(30, 30, 30), row).dissatisfaction.exceeded is flagged


def test_the_other_ratio_stands_beside_it():
    """40 returned, 10 不了解, 10 不满意: 10/30 is compared and flagged, 10/40 is shown (worked example 9)."""
    found = flags(OVER_30, Turnout(40, 40, 40), Counts((10, 10, 0, 10), dont_know=10)).dissatisfaction
    assert (found.share, found.share_of_returned, found.exceeded) == (Fraction(1, 3), Fraction(1, 4), True)
    assert (found.votes, found.valid, found.returned) == (10, 30, 40)


@given(st.tuples(*[st.integers(0, 3000)] * 4).filter(any), st.fractions(0, 1))
def test_the_flag_agrees_with_the_fraction(row, above):
    """For every threshold the whole-number test says what the fractions say."""
    rule = msgspec.structs.replace(
        VILLAGERS, dissatisfied=Dissatisfied(options=("fair", "dissatisfied"), source="x", above=above)
    )
    found = flags(rule, Turnout(9, 9, sum(row)), Counts(row)).dissatisfaction
    assert found.votes == row[2] + row[3]
    assert found.exceeded == (Fraction(row[2] + row[3], sum(row)) > above)


def test_without_a_threshold_there_is_a_ratio_and_no_flag():
    """The standard scheme shows the ratio; None is not False."""
    found = flags(VILLAGERS, Turnout(30, 30, 30), Counts((0, 0, 0, 30))).dissatisfaction
    assert (found.share, found.above, found.exceeded) == (Fraction(1), None, None)


def test_without_such_options_there_is_nothing_to_show():
    """A scheme that names no dissatisfied options has no ratio."""
    rule = msgspec.structs.replace(VILLAGERS, dissatisfied=None)
    assert flags(rule, Turnout(30, 30, 30), Counts((0, 0, 0, 30))).dissatisfaction is None


@pytest.mark.parametrize(("valid", "few"), [(1, True), (4, True), (5, False), (20, False)])
def test_under_five_valid_votes_are_marked(valid, few):
    """A public table of four votes could name its voters: such rows carry a mark."""
    row = Counts((valid, 0, 0, 0), abstain=20 - valid)
    assert flags(VILLAGERS, Turnout(20, 20, 20), row).few_valid is few
