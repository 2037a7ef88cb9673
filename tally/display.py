"""Rounding, only where a person reads: half up, but never to the other side of a line (R3). The exact number stays what is compared."""

from collections.abc import Iterable
from fractions import Fraction

from schemes.rules import SchemeFile


def score_text(scheme: SchemeFile, value: Fraction) -> str:
    """Write a score or composite (0 to 100) with the scheme's decimals: 398/5 -> "79.60", 89.995 -> "89.99".

    Raise ValueError outside 0 to 100.
    """
    if not 0 <= value <= 100:  # noqa: PLR2004 - the scale itself
        raise ValueError(f"a score of {value} lies outside 0 to 100")
    return _written(value, scheme.display.decimals, at_least=scheme.grade_lines)


def rate_text(scheme: SchemeFile, votes: int, of: int, above: Fraction | None = None) -> str:
    """Write `votes` of `of` votes in percent: 12 of 25 -> "48.00%".

    `above` is the share (0 to 1) a rule compares strictly with: a rate above it is never written as the threshold itself.
    Raise ValueError unless 0 <= votes <= of and of > 0.
    """
    if not 0 <= votes <= of or of == 0:
        raise ValueError(f"{votes} of {of} votes is no rate")
    lines = () if above is None else (100 * above,)
    return _written(Fraction(100 * votes, of), scheme.display.decimals, above=lines) + "%"


def _written(
    value: Fraction, decimals: int, *, at_least: Iterable[Fraction] = (), above: Iterable[Fraction] = ()
) -> str:
    """Round half up; truncate where that would reach a line from below, round up where it would fall back onto a strict one."""
    unit = 10**decimals
    lower = value * unit // 1
    units = (2 * value * unit + 1) // 2
    if any(value < line <= Fraction(units, unit) for line in at_least):
        units = lower
    if any(Fraction(units, unit) <= line < value for line in above):
        units = lower + 1
    whole, rest = divmod(units, unit)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
