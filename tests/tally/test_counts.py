"""A row adds up, or it is an error in the count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from tally.counts import Counts, RowError, RowFault, Turnout, check_row, pooled, read_row

STANDARD = load("standard")
EVALUATORS, VILLAGERS = STANDARD.panel("evaluators"), STANDARD.panel("villagers")
VOTES = st.integers(0, 5000)


def refused(code, act, *arguments, **keywords):
    """Demand a RowError of that code."""
    with pytest.raises(RowError) as caught:
        act(*arguments, **keywords)
    assert caught.value.code == code


def test_valid_votes_are_those_on_the_options():
    """One void ballot, one double mark, one blank row: 27, 26 and 26 valid of 28 returned (worked example 19)."""
    turnout = Turnout(expected=30, issued=30, returned=28)
    for counts, valid in (
        (Counts((12, 9, 4, 2), invalid=1), 27),
        (Counts((12, 8, 4, 2), invalid=2), 26),
        (Counts((12, 8, 4, 2), invalid=1, abstain=1), 26),
    ):
        check_row(EVALUATORS, turnout, counts)
        assert counts.valid == valid
        assert counts.valid == turnout.returned - counts.abstain - counts.dont_know - counts.invalid


@pytest.mark.parametrize("returned", [27, 29])
def test_a_row_that_does_not_add_up_is_refused(returned):
    """One vote too many or too few in a row is never a result."""
    row = Counts((12, 9, 4, 2), invalid=1)
    refused(RowFault.DOES_NOT_ADD_UP, check_row, EVALUATORS, Turnout(30, 30, returned), row)


def test_a_row_of_another_shape_is_refused():
    """Three numbers for four options, or 不了解 in a panel that does not have it, are refused."""
    refused(RowFault.WRONG_LENGTH, check_row, EVALUATORS, Turnout(20, 20, 20), Counts((10, 5, 5)))
    refused(RowFault.NO_DONT_KNOW, check_row, EVALUATORS, Turnout(20, 20, 20), Counts((10, 5, 3, 1), dont_know=1))


@pytest.mark.parametrize("wrong", [-1, True, 1.0, "1", None])
def test_only_whole_numbers_are_counts(wrong):
    """Negative, true, 1.0 and text are no counts, wherever they stand."""
    refused(RowFault.NOT_A_COUNT, Counts, (1, wrong, 0, 0))
    for name in ("abstain", "dont_know", "invalid"):
        refused(RowFault.NOT_A_COUNT, Counts, (1, 0, 0, 0), **{name: wrong})
    for name in ("expected", "issued", "returned"):
        refused(RowFault.NOT_A_COUNT, Turnout, **({"expected": 1, "issued": 1, "returned": 1} | {name: wrong}))


def test_an_opened_sum_is_read_blank_first():
    """Belenios puts the blank before the answers, and 不了解 is the last of them."""
    assert read_row(EVALUATORS, (3, 10, 4, 2, 1)) == Counts((10, 4, 2, 1), abstain=3)
    assert read_row(VILLAGERS, (3, 10, 4, 2, 1, 6)) == Counts((10, 4, 2, 1), abstain=3, dont_know=6)


def test_invalid_rows_of_paper_move_from_abstain():
    """Paper that is void was cast blank; what the batch declares moves, and cannot be more than the blanks."""
    assert read_row(EVALUATORS, (3, 10, 4, 2, 1), invalid=2) == Counts((10, 4, 2, 1), abstain=1, invalid=2)
    refused(RowFault.MORE_INVALID_THAN_BLANK, read_row, EVALUATORS, (3, 10, 4, 2, 1), invalid=4)
    refused(RowFault.NOT_A_COUNT, read_row, EVALUATORS, (3, 10, 4, 2, 1), invalid=-1)


def test_an_opened_sum_of_another_panel_is_refused():
    """A row with one number too many or too few belongs to another panel."""
    refused(RowFault.WRONG_LENGTH, read_row, EVALUATORS, (3, 10, 4, 2, 1, 6))
    refused(RowFault.WRONG_LENGTH, read_row, VILLAGERS, (3, 10, 4, 2, 1))


@given(st.lists(st.tuples(VOTES, VOTES, VOTES, VOTES, VOTES, VOTES, VOTES), min_size=1, max_size=5))
def test_pooling_adds_votes(rows):
    """Pooling panels adds each column; nothing is averaged."""
    total = pooled([Counts(row[:4], *row[4:]) for row in rows])
    assert (*total.options, total.abstain, total.dont_know, total.invalid) == tuple(map(sum, zip(*rows, strict=True)))
    assert total.total == sum(map(sum, rows))


def test_rows_of_different_scales_cannot_be_pooled():
    """Three options and four have no common sum, and no rows have none either."""
    refused(RowFault.WRONG_LENGTH, pooled, [Counts((1, 2, 3)), Counts((1, 2, 3, 4))])
    refused(RowFault.WRONG_LENGTH, pooled, [])
