"""低于60分, in whole numbers; unknown is neither a pass nor a veto."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from tally.counts import Counts, RowError
from tally.floor import FloorStatus, floor_status, is_below
from tally.weighting import score

STANDARD = load("standard")
WEIGHTS = STANDARD.panel("villagers").weights
SIXTY = Fraction(60)
ROWS = st.tuples(*[st.integers(0, 3000)] * 4)
POOLED = msgspec.structs.replace(
    STANDARD,
    satisfaction_floor=msgspec.structs.replace(STANDARD.satisfaction_floor, panels=("evaluators", "villagers")),
)


@given(ROWS)
def test_the_floor_is_the_inequality_of_the_page(row):
    """10a + 8b + 5c < 6n, and the same verdict as comparing fractions."""
    a, b, c, d = row
    n = a + b + c + d
    found = is_below(WEIGHTS, Counts(row), SIXTY)
    assert found == ((10 * a + 8 * b + 5 * c < 6 * n) if n else None)


@given(st.lists(st.tuples(st.fractions(0, 1), st.integers(0, 500)), min_size=1, max_size=6), st.fractions(0, 100))
def test_the_floor_agrees_with_the_score(pairs, threshold):
    """For every scale and threshold the integer test says what the exact score says; exactly on it is not below."""
    weights, row = zip(*pairs, strict=True)
    points = score(weights, Counts(row))
    assert is_below(weights, Counts(row), threshold) == (None if points is None else points < threshold)
    if points is not None:
        assert is_below(weights, Counts(row), points) is False


@pytest.mark.parametrize(
    ("row", "below"), [((4, 10, 0, 6), False), ((4, 8, 3, 5), True), ((0, 0, 30, 0), True), ((3, 6, 2, 4), True)]
)
def test_worked_examples_of_the_floor(row, below):
    """60.00 passes, 59.50, 50.00 and 58.67 do not (worked examples 2 to 4)."""
    assert is_below(WEIGHTS, Counts(row), SIXTY) is below


def test_a_third_option_worth_more_is_another_verdict():
    """On a 1 / 0.6 / 0 scale the same unanimous village stands at 60.00 and passes (worked example 3)."""
    assert is_below((Fraction(1), Fraction(3, 5), Fraction(0)), Counts((0, 30, 0)), SIXTY) is False


@pytest.mark.parametrize("rows", [{}, {"villagers": None}, {"evaluators": Counts((20, 0, 0, 0))}])
def test_an_unknown_panel_leaves_the_floor_unknown(rows):
    """A panel that is withheld or absent gives neither True nor False."""
    assert floor_status(STANDARD, rows) == FloorStatus(("villagers",), SIXTY, below=None, score=None)


def test_no_valid_vote_leaves_the_floor_unknown():
    """Zero valid votes are no score of zero."""
    status = floor_status(STANDARD, {"villagers": Counts((0, 0, 0, 0), abstain=12)})
    assert (status.below, status.score) == (None, None)


def test_a_scheme_without_a_floor_has_no_status():
    """Where the regulation knows no floor there is nothing to be below of."""
    assert floor_status(msgspec.structs.replace(STANDARD, satisfaction_floor=None), {}) is None


def test_pooled_panels_add_their_votes():
    """Villagers alone 58.67, all panels pooled 76.15: pooling adds counts, it does not average scores (worked example 4)."""
    villagers, officials = Counts((3, 6, 2, 4)), Counts((11, 0, 0, 0))
    alone = floor_status(STANDARD, {"villagers": villagers, "evaluators": officials})
    both = floor_status(POOLED, {"villagers": villagers, "evaluators": officials})
    assert (alone.score, alone.below) == (Fraction(176, 3), True)
    assert (both.score, both.below) == (Fraction(1980, 26), False)


def test_half_a_pool_is_no_pool():
    """One withheld panel of a pooled floor leaves the whole floor unknown."""
    status = floor_status(POOLED, {"villagers": Counts((3, 6, 2, 4)), "evaluators": None})
    assert status.below is None


def test_a_row_of_another_length_is_an_error():
    """Three votes for four weights have no floor."""
    with pytest.raises(RowError, match="wrong_length"):
        is_below(WEIGHTS, Counts((1, 2, 3)), SIXTY)
