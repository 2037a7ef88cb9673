"""The satisfaction floor (西藏2018 第七条: 群众满意度低于60分). 低于 is strict; unknown is neither a pass nor a veto."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from schemes.rules import SchemeFile
from tally.counts import Counts, RowError, RowFault, pooled
from tally.weighting import score


@dataclass(frozen=True, slots=True)
class FloorStatus:
    """Where the pooled satisfaction of `panels` stands. `below` and `score` (0 to 100) are None together: not known."""

    panels: tuple[str, ...]
    threshold: Fraction
    below: bool | None
    score: Fraction | None


def is_below(weights: Sequence[Fraction], counts: Counts, threshold: Fraction) -> bool | None:
    """Tell whether the score lies strictly below `threshold` (0 to 100), in whole numbers only (R3: 10a+8b+5c < 6n).

    None when no vote is valid. RowError where weights and options differ in number.
    """
    if len(weights) != len(counts.options):
        raise RowError(RowFault.WRONG_LENGTH, given=len(counts.options), wanted=len(weights))
    if counts.valid == 0:
        return None
    unit = lcm(*(weight.denominator for weight in weights))
    points = sum(
        weight.numerator * (unit // weight.denominator) * votes
        for weight, votes in zip(weights, counts.options, strict=True)
    )
    return 100 * points * threshold.denominator < threshold.numerator * unit * counts.valid


def floor_status(scheme: SchemeFile, rows: Mapping[str, Counts | None]) -> FloorStatus | None:
    """Compare one subject's pooled rows with the scheme's floor; None when the scheme has no floor.

    `rows` maps panel keys to counts; a panel that is absent or None (withheld) leaves the floor unknown: half a pool is no pool.
    """
    rule = scheme.satisfaction_floor
    if rule is None:
        return None
    known = [row for row in map(rows.get, rule.panels) if row is not None]
    if len(known) < len(rule.panels):
        return FloorStatus(rule.panels, rule.threshold, below=None, score=None)
    weights = scheme.panel(rule.panels[0]).weights
    row = pooled(known)
    return FloorStatus(rule.panels, rule.threshold, is_below(weights, row, rule.threshold), score(weights, row))
