"""Where the marks of a chart stand, as percentages of its width or height; templates/public/charts.html draws them as SVG.

Every chart has its figures beside it as text, or says them in its label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

READABLE = 9  # percent of the width that a figure inside its part needs on a phone


def percent(value: Fraction) -> str:
    """A place or a length, 0 to 100, with two decimals: for the eye alone."""
    hundredths = round(value * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Share:
    """One option's part of a bar; `written`: the part is wide enough for its figure."""

    title: str
    votes: int
    left: str
    width: str
    middle: str
    written: bool


def distribution(votes: Sequence[tuple[str, int]]) -> list[Share]:
    """Divide a bar among the options (title, votes) in their order; nothing without a valid vote."""
    valid = sum(number for _title, number in votes)
    shares, left = [], Fraction(0)
    for title, number in votes if valid else ():
        width = Fraction(100 * number, valid)
        shares.append(Share(title, number, percent(left), percent(width), percent(left + width / 2), width >= READABLE))
        left += width
    return shares


@dataclass(frozen=True)
class Dot:
    """One period of a course. `y` is None where there was no score: the line breaks there and does not fall to nought."""

    label: str
    text: str
    x: str
    y: str | None


def course(scores: Sequence[tuple[str, Fraction | None, str]]) -> list[Dot]:
    """Place (period, score of 0 to 100, its text) from left to right; a score stands at its height above the bottom."""
    step = Fraction(100, max(1, len(scores)))
    return [
        Dot(label, text, percent(step * place + step / 2), None if score is None else percent(100 - score))
        for place, (label, score, text) in enumerate(scores)
    ]


def strokes(dots: Sequence[Dot]) -> list[tuple[Dot, Dot]]:
    """The lines between neighbours that both have a score."""
    return [(one, next_) for one, next_ in pairwise(dots) if one.y and next_.y]
