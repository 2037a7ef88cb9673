"""Places of marks: parts fill the bar exactly, a missing score breaks the line, a score stands at its height."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from web.charts import course, distribution, strokes

OPTIONS = ("优秀", "称职", "基本称职", "不称职")


@given(st.lists(st.integers(0, 400), min_size=4, max_size=4))
def test_parts_fill_the_bar(votes):
    """Each part begins where the one before ends, and together they are the whole bar; without a valid vote there is no bar."""
    shares = distribution(list(zip(OPTIONS, votes, strict=True)))
    if sum(votes) == 0:
        assert shares == []
        return
    assert [share.votes for share in shares] == votes
    ends = [Fraction(share.left) + Fraction(share.width) for share in shares]
    assert all(
        abs(end - Fraction(after.left)) <= Fraction(2, 100) for end, after in zip(ends, shares[1:], strict=False)
    )
    assert abs(ends[-1] - 100) <= Fraction(2, 100)
    assert all(share.written == (100 * share.votes >= 9 * sum(votes)) for share in shares)


def test_a_course_breaks_where_a_score_is_missing():
    """Three periods, the middle one withheld: two dots at 100 - score from the top, and no line across the gap."""
    dots = course([("2026-08", Fraction(75), "75.00"), ("2026-09", None, ""), ("2026-10", Fraction(160, 3), "53.33")])
    assert [(dot.x, dot.y) for dot in dots] == [("16.67", "25.00"), ("50.00", None), ("83.33", "46.67")]
    assert strokes(dots) == []
    assert strokes([dots[0], dots[2]]) == [(dots[0], dots[2])]


def test_the_highest_score_stands_at_the_top():
    """100 points are at the upper edge and draw a line as any other."""
    dots = course([("2026-09", Fraction(100), "100.00"), ("2026-10", Fraction(0), "0.00")])
    assert [dot.y for dot in dots] == ["0.00", "100.00"]
    assert strokes(dots) == [(dots[0], dots[1])]
