"""Credentials: secret codes on slips, public points in the archive (specification 4.8, the form of 2.4 and later)."""

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from belenios.encoding import BASE58, Misshapen, encode, random_base58, strict
from belenios.group import ORDER, GroupError, GroupRefusal, RandomBytes, base_power, read_point, write_point

CODE_LENGTH = 22
GROUPS = (5, 6, 5, 6)


class CredentialRefusal(StrEnum):
    """Why a code or a list of public credentials is refused."""

    MALFORMED_CODE = "malformed_code"
    MALFORMED = "malformed"
    OUTSIDE_GROUP = "outside_group"
    WEIGHTED = "weighted"
    REPEATED = "repeated"


class CredentialsRefused(ValueError):
    """A code or a list of credentials that is refused; `reason` says why. No secret is ever in the message."""

    def __init__(self, reason: CredentialRefusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def new_code(random: RandomBytes) -> str:
    """Draw a new secret code XXXXX-XXXXXX-XXXXX-XXXXXX of 22 base58 characters, about 128.9 bits (4.8)."""
    return _dashed(random_base58(CODE_LENGTH, random))


def secret_of(code: str, uuid: str) -> int:
    """Derive the secret exponent of a code for one election (4.8), modulo q.

    The code may be given with or without its dashes; anything else raises CredentialsRefused (malformed_code).
    """
    characters = code.replace("-", "")
    if len(characters) != CODE_LENGTH or any(character not in BASE58 for character in characters):
        raise CredentialsRefused(CredentialRefusal.MALFORMED_CODE, "22 base58 characters are needed")
    dashed = _dashed(characters)
    if code not in {characters, dashed}:
        raise CredentialsRefused(CredentialRefusal.MALFORMED_CODE, "the dashes stand in the wrong places")
    halves = [sha256(f"derive_credential|{uuid}|{half}|{dashed}".encode()).digest() for half in (0, 1)]
    return int.from_bytes(b"".join(halves), "big") % ORDER


def point_of(secret: int) -> str:
    """Compute the public credential g^secret as 64 hexadecimal digits (4.8)."""
    return write_point(base_power(secret))


def read_credentials(raw: bytes) -> tuple[str, ...]:
    """Read the public credentials of an archive (4.8) in the order they stand; raise CredentialsRefused.

    Each is a valid point, or a point, a comma and the weight 1; all are distinct. Another weight is refused by name:
    every ballot counts once here.
    """
    try:
        lines = strict(list[str], raw)
    except Misshapen as error:
        raise CredentialsRefused(CredentialRefusal.MALFORMED, str(error)) from None
    points = tuple(_point(number, line) for number, line in enumerate(lines, start=1))
    if len(set(points)) != len(points):
        raise CredentialsRefused(CredentialRefusal.REPEATED, "a credential stands twice in the list")
    return points


def write_credentials(points: Iterable[str]) -> bytes:
    """Write public credentials sorted, so that their order says nothing; raise CredentialsRefused for a false list."""
    raw = encode(sorted(points))
    read_credentials(raw)
    return raw


def _dashed(characters: str) -> str:
    parts = []
    for size in GROUPS:
        parts.append(characters[:size])
        characters = characters[size:]
    return "-".join(parts)


def _point(number: int, line: str) -> str:
    text, comma, weight = line.partition(",")
    try:
        read_point(text)
    except GroupError as error:
        malformed = error.reason is GroupRefusal.NO_POINT
        reason = CredentialRefusal.MALFORMED if malformed else CredentialRefusal.OUTSIDE_GROUP
        raise CredentialsRefused(reason, f"credential {number}: {error}") from None
    if comma and weight != "1":
        if weight.isascii() and weight.isdigit():
            raise CredentialsRefused(CredentialRefusal.WEIGHTED, f"credential {number} has the weight {weight[:20]}")
        raise CredentialsRefused(CredentialRefusal.MALFORMED, f"credential {number}: {weight[:20]!r} is no weight")
    return text
