"""The formula, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from tally.counts import Counts, RowError
from tally.weighting import score

WEIGHTS = load("standard").panel("evaluators").weights
ROWS = st.tuples(*[st.integers(0, 3000)] * 4)


@given(ROWS)
def test_the_formula_is_the_one_of_the_page(row):
    """Score = 10(10a + 8b + 5c) / n over the valid votes, as a naive model has it; None without valid votes."""
    a, b, c, d = row
    n = a + b + c + d
    found = score(WEIGHTS, Counts(row, abstain=7, invalid=3))
    assert found == (Fraction(10 * (10 * a + 8 * b + 5 * c), n) if n else None)
    assert found is None or type(found) is Fraction


@given(st.lists(st.tuples(st.fractions(0, 1), st.integers(0, 50)), min_size=1, max_size=6))
def test_the_formula_is_the_mean_of_the_ballots(pairs):
    """Counting ballot by ballot gives the same number for every scale of weights."""
    weights, row = zip(*pairs, strict=True)
    ballots = [weight for weight, votes in pairs for _ in range(votes)]
    naive = 100 * sum(ballots, Fraction(0)) / len(ballots) if ballots else None
    assert score(weights, Counts(row)) == naive


@given(ROWS, st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_who_does_not_choose_changes_nothing(row, abstain, dont_know, invalid):
    """弃权, 不了解 and 无效 stay out of the denominator."""
    assert score(WEIGHTS, Counts(row, abstain, dont_know, invalid)) == score(WEIGHTS, Counts(row))


@given(ROWS)
def test_one_poll_below_sixty_cannot_stand_under_a_composite_of_92(row):
    """Worked example 5: full marks elsewhere and 20 % of a poll below 60 stay below 92; a veto at 92 needs two measures."""
    found = score(WEIGHTS, Counts(row))
    if found is not None and found < 60:
        assert 10 + found * Fraction(20, 100) + 70 < 92


def test_the_longnan_composite_is_exact_to_the_end():
    """Worked example 11: the two polls go into 91.40 unrounded; rounded parts would give another number."""
    poll = score(WEIGHTS, Counts((40, 15, 3, 2)))
    talks = score(WEIGHTS, Counts((9, 4, 1, 1)))
    entered = Fraction(92) * 45 / 100 + Fraction(90) * 20 / 100 + Fraction(187, 2) / 10 + Fraction(95) / 10
    assert (poll, talks) == (Fraction(535, 6), Fraction(254, 3))
    assert entered + poll / 10 + talks / 20 == Fraction("91.4")
    assert entered + Fraction("8.917") + Fraction("4.2335") == Fraction("91.4005")


def test_a_row_of_another_length_is_an_error():
    """Three votes for four weights are no score."""
    with pytest.raises(RowError, match="wrong_length"):
        score(WEIGHTS, Counts((1, 2, 3)))
