"""The formula (陇南市 第八条 5, 6): 得分 = Σ(票数 × 权重) ÷ 有效票数 × 100, exactly."""

from collections.abc import Sequence
from fractions import Fraction

from tally.counts import Counts, RowError, RowFault


def score(weights: Sequence[Fraction], counts: Counts) -> Fraction | None:
    """Give the score, 0 to 100, exact; None when no vote is valid, which is not the same as 0 (R2).

    `weights` (0 to 1) stand in the order of `counts.options`; RowError where their numbers differ.
    """
    if len(weights) != len(counts.options):
        raise RowError(RowFault.WRONG_LENGTH, given=len(counts.options), wanted=len(weights))
    if counts.valid == 0:
        return None
    points = sum((weight * votes for weight, votes in zip(weights, counts.options, strict=True)), Fraction(0))
    return 100 * points / counts.valid
