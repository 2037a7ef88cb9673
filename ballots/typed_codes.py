"""Codes that people type from a slip: the last character of each group follows from the others, so a slip of the finger is found in its group.

The check is asked of typed codes only. A scanned code is as it was printed, and the protocol knows nothing of it.
`booth/protocol/typed_code.js` is the same for the page.
"""

import re
import unicodedata
from hashlib import sha256

from belenios.credentials import GROUPS
from belenios.encoding import BASE58, random_base58
from belenios.group import RandomBytes

# what people type between groups: blanks and whatever looks like a hyphen, a dot or an underscore
_BETWEEN = re.compile(r"[\s\-_.·‐-―−]+")


def new_code(random: RandomBytes) -> str:
    """Draw a code XXXXX-XXXXXX-XXXXX-XXXXXX: 18 random base58 characters (105.4 bits) and a check at the end of each group."""
    drawn = random_base58(sum(GROUPS) - len(GROUPS), random)
    groups = []
    for place, size in enumerate(GROUPS, 1):
        rest, drawn = drawn[: size - 1], drawn[size - 1 :]
        groups.append(rest + _check(place, rest))
    return "-".join(groups)


def wrong_groups(text: str) -> list[int]:
    """Return which groups of a typed code (from 1) can't be right: a length, a character or the check is wrong.

    Blanks, hyphens and full-width characters are taken as they are meant. Without anything between the groups the text is cut by length.
    """
    groups = _groups(text)
    return [
        place
        for place, (size, group) in enumerate(zip(GROUPS, groups, strict=True), 1)
        if len(group) != size or not set(group) <= set(BASE58) or group[-1] != _check(place, group[:-1])
    ]


def _groups(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    groups = [group for group in _BETWEEN.split(plain) if group]
    if len(groups) == len(GROUPS):
        return groups
    whole, groups = "".join(groups), []
    for size in GROUPS[:-1]:
        groups.append(whole[:size])
        whole = whole[size:]
    return [*groups, whole]


def _check(place: int, rest: str) -> str:
    return BASE58[int.from_bytes(sha256(f"{place}|{rest}".encode()).digest(), "big") % len(BASE58)]
