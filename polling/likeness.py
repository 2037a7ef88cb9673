"""Names that are written almost alike: a warning against a slip of the hand, which would begin a second history of one subject."""

import unicodedata
from collections.abc import Iterable

SHORTEST = 3  # of two characters one is half the name
MOST_ADDED = 2  # 达那村工作队, 达那村驻村工作队
# what tells neighbours apart on purpose: 第一组, 第二组
COUNTED = frozenset("0123456789一二三四五六七八九十甲乙丙丁戊东西南北上下前后左右大小老新男女")


def like(name: str, known: Iterable[str]) -> str | None:
    """The first of `known` that `name` may be meant to be, None where there is none or `name` itself is one of them."""
    names = list(known)
    return None if name in names else next((each for each in names if _alike(name, each)), None)


def _alike(one: str, other: str) -> bool:
    """Whether two names differ in blanks and width alone, in one character, in two that changed places, or in one or two more."""
    one, other = _plain(one), _plain(other)
    if one == other:
        return True
    if min(len(one), len(other)) < SHORTEST:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    end = next((at for at, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), None)
    end = min(len(one), len(other)) if end is None else end
    one, other = one[: len(one) - end], other[: len(other) - end]
    if COUNTED.issuperset(one + other):
        return False
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return (
        len(longer) <= 1
        or (not shorter and len(longer) <= MOST_ADDED)
        or (one == other[::-1] and len(one) == MOST_ADDED)
    )


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
