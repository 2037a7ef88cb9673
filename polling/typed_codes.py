"""Codes that people copy by hand: made of letters none of which is read as another, in groups, and read as they are typed."""

import unicodedata
from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # five bits each
GROUPS, GROUP = 3, 4
READ_AS = str.maketrans("OIL", "011")


def new_code(random: Callable[[int], bytes]) -> str:
    """A code of 60 random bits, in groups."""
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in random(GROUPS * GROUP))
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def plain(typed: str) -> str:
    """What a person typed, without what does not matter: small letters, full width, the lines and blanks between."""
    letters = unicodedata.normalize("NFKC", typed).upper().translate(READ_AS)
    return "".join(letter for letter in letters if letter in LETTERS)
