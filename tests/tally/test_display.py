"""What the eye reads never stands on the other side of a line."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from tally.display import rate_text, score_text

STANDARD = load("standard")
SCORES = st.one_of(
    st.fractions(0, 100),
    st.fractions(0, 100, max_denominator=60),
    # close to a line, on either side
    st.builds(
        lambda line, offset: min(max(line + offset, Fraction(0)), Fraction(100)),
        st.sampled_from((Fraction(0), Fraction(60), Fraction(80), Fraction(90), Fraction(100))),
        st.fractions(Fraction(-1, 100), Fraction(1, 100)),
    ),
)


def in_decimals(decimals):
    """Give the standard scheme with another number of decimals."""
    return msgspec.structs.replace(STANDARD, display=msgspec.structs.replace(STANDARD.display, decimals=decimals))


@pytest.mark.parametrize(
    ("score", "text"),
    [
        ("398/5", "79.60"), ("740/9", "82.22"), ("254/3", "84.67"), ("176/3", "58.67"), ("0", "0.00"), ("100", "100.00"),
        ("89.995", "89.99"), ("89.9949", "89.99"), ("89.99", "89.99"), ("90", "90.00"), ("90.004", "90.00"),
        ("59.996", "59.99"), ("79.9999999", "79.99"), ("1/200", "0.01"), ("0.0049", "0.00"), ("70.005", "70.01"),
        ("7.5", "7.50"), ("99.995", "100.00"), ("91.4005", "91.40"),
    ],
)  # fmt: skip
def test_two_decimals_half_up_and_truncated_at_a_line(score, text):
    """Half up, and 89.995 stays 89.99 because 90.00 would be another grade."""
    assert score_text(STANDARD, Fraction(score)) == text


@given(SCORES, st.integers(0, 6))
def test_the_printed_number_lies_in_the_band_of_the_exact_one(score, decimals):
    """Reading the grade off the printed number gives the grade of the exact number, at any number of decimals."""
    scheme = in_decimals(decimals)
    printed = Fraction(score_text(scheme, score))
    assert scheme.band_of(printed) == scheme.band_of(score)
    assert (printed < 60) == (score < 60)
    assert abs(printed - score) < Fraction(1, 10**decimals)


@given(SCORES)
def test_away_from_lines_it_is_plain_rounding(score):
    """Only at a line is the nearest number not printed; ties go up."""
    printed = Fraction(score_text(STANDARD, score))
    if not any(line - Fraction(1, 100) < score < line for line in STANDARD.grade_lines):
        assert Fraction(-1, 200) < printed - score <= Fraction(1, 200)


def test_without_lines_nothing_is_truncated():
    """A scheme without grade lines and floor rounds plainly."""
    bare = msgspec.structs.replace(STANDARD, grades=(), satisfaction_floor=None, composite=None)
    assert score_text(bare, Fraction("89.995")) == "90.00"


def test_the_floor_is_a_line_too():
    """59.996 is below the floor and must not read 60.00, even where the grades have no line there."""
    scheme = msgspec.structs.replace(STANDARD, grades=())
    assert score_text(scheme, Fraction("59.996")) == "59.99"


@pytest.mark.parametrize("score", ["-0.001", "100.001"])
def test_what_is_no_score_is_not_written(score):
    """Numbers outside the scale are somebody's mistake."""
    with pytest.raises(ValueError, match="outside 0 to 100"):
        score_text(STANDARD, Fraction(score))


@pytest.mark.parametrize(
    ("votes", "of", "text"),
    [(12, 25, "48.00%"), (2, 25, "8.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (0, 7, "0.00%"), (7, 7, "100.00%")],
)
def test_rates_are_votes_over_valid_votes(votes, of, text):
    """得票率 in percent with the scheme's decimals."""
    assert rate_text(STANDARD, votes, of) == text


@given(st.integers(1, 200_000), st.integers(0, 200_000), st.fractions(0, 1, max_denominator=20))
def test_a_flagged_rate_never_reads_as_the_threshold(of, votes, above):
    """超过30%: a rate above the threshold is printed above it, one that is not above is not."""
    votes = min(votes, of)
    printed = Fraction(rate_text(STANDARD, votes, of, above)[:-1]) / 100
    assert abs(printed - Fraction(votes, of)) < Fraction(1, 10_000)
    if (above * 10_000).denominator == 1:
        assert (printed > above) == (Fraction(votes, of) > above)
    elif Fraction(votes, of) > above:
        assert printed > above


def test_a_rate_just_over_thirty_percent():
    """3001 of 10003 is 30.0009...%: plain rounding would print the threshold itself."""
    assert rate_text(STANDARD, 3001, 10003) == "30.00%"
    assert rate_text(STANDARD, 3001, 10003, Fraction(3, 10)) == "30.01%"


@pytest.mark.parametrize(("votes", "of"), [(1, 0), (0, 0), (3, 2), (-1, 2)])
def test_what_is_no_rate_is_not_written(votes, of):
    """Votes of nothing, and more votes than there are, have no rate."""
    with pytest.raises(ValueError, match="no rate"):
        rate_text(STANDARD, votes, of)
