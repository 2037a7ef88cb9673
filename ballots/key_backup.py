"""A trustee's key on paper: eight groups of seven base58 characters, each with a check of its own, as text and as one QR code.

A group holds four bytes of the key and one byte of SHA-256 over its place and those bytes, so a mistyped or torn group is named.
"""

import hashlib

from polling.errors import BadInput

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GROUPS, GROUP_BYTES, GROUP_CHARACTERS = 8, 4, 7


def _check(place: int, part: bytes) -> int:
    return hashlib.sha256(bytes([place]) + part).digest()[0]


def backup_text(private_key: int) -> str:
    """The key as eight groups with hyphens between."""
    raw = private_key.to_bytes(GROUPS * GROUP_BYTES, "big")
    groups = []
    for place in range(GROUPS):
        part = raw[place * GROUP_BYTES : (place + 1) * GROUP_BYTES]
        number = int.from_bytes(part + bytes([_check(place, part)]), "big")
        characters = ""
        for _ in range(GROUP_CHARACTERS):
            number, rest = divmod(number, len(ALPHABET))
            characters = ALPHABET[rest] + characters
        groups.append(characters)
    return "-".join(groups)


def read_backup(text: str) -> int:
    """The key from its backup, spaces and hyphens as one likes.

    Raises BadInput `backup_length`, or `backup_damaged` with the numbers (from 1) of the groups that can't be right.
    """
    characters = "".join(text.replace("-", " ").split())
    if len(characters) != GROUPS * GROUP_CHARACTERS:
        raise BadInput("backup_length", found=len(characters), wanted=GROUPS * GROUP_CHARACTERS)
    raw, damaged = b"", []
    for place in range(GROUPS):
        number = 0
        group = characters[place * GROUP_CHARACTERS : (place + 1) * GROUP_CHARACTERS]
        for character in group:
            number = number * len(ALPHABET) + ALPHABET.find(character)
        known = all(character in ALPHABET for character in group) and number < 256 ** (GROUP_BYTES + 1)
        part, check = divmod(number if known else 0, 256)
        if not known or _check(place, part.to_bytes(GROUP_BYTES, "big")) != check:
            damaged.append(place + 1)
        else:
            raw += part.to_bytes(GROUP_BYTES, "big")
    if damaged:
        raise BadInput("backup_damaged", groups=damaged)
    return int.from_bytes(raw, "big")
