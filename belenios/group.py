"""The group Ed25519 of prime order q = L, on libsodium through PyNaCl.

Invariants:

* A point is 32 `bytes` in libsodium's order (RFC 8032) inside; outside it is the same number written as 64 lower-case
  hexadecimal digits, most significant first: the bytes reversed (specification 5.2.1).
* Every point read from outside passes `crypto_core_ed25519_is_valid_point` (canonical, of order q), because the
  additions of libsodium check neither. What `power`, `add` and `subtract` make of valid points is valid again.
* libsodium's multiplications refuse the scalar 0 and the identity, so `power` answers those two cases itself. An error
  of libsodium is never caught here: it would mean that an unchecked point came in.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from hashlib import sha256

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
)

ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = b"\x01" + bytes(31)
NAME = "Ed25519"
SCALAR_DIGITS = len(str(ORDER))
POINT_DIGITS = 64

RandomBytes = Callable[[int], bytes]


class GroupRefusal(StrEnum):
    """Why a text is no scalar or no point of the group."""

    NO_SCALAR = "no_scalar"
    NO_POINT = "no_point"
    OUTSIDE_GROUP = "outside_group"
    IDENTITY = "identity"


class GroupError(ValueError):
    """A text that is no canonical scalar or no point of the group; `reason` says which."""

    def __init__(self, reason: GroupRefusal, text: str) -> None:
        super().__init__(f"{reason}: {text[:80]!r}")
        self.reason = reason


def read_scalar(text: str) -> int:
    """Read a decimal number without leading zero, below q (specification 4.2); raise GroupError otherwise."""
    if len(text) > SCALAR_DIGITS or not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise GroupError(GroupRefusal.NO_SCALAR, text)
    number = int(text)
    if number >= ORDER:
        raise GroupError(GroupRefusal.NO_SCALAR, text)
    return number


def parse_point(text: str) -> bytes:
    """Turn 64 lower-case hexadecimal digits into 32 bytes WITHOUT asking whether they are a point of the group.

    For what must be cheap to refuse (ballots before their credential is known); `is_member` asks afterwards.
    """
    try:
        number = bytes.fromhex(text)
    except ValueError:
        raise GroupError(GroupRefusal.NO_POINT, text) from None
    if len(number) != len(IDENTITY) or number.hex() != text:
        raise GroupError(GroupRefusal.NO_POINT, text)
    return number[::-1]


def is_member(point: bytes) -> bool:
    """Say whether 32 bytes are a canonical point of order q. The identity is none."""
    return crypto_core_ed25519_is_valid_point(point)


def read_point(text: str) -> bytes:
    """Read a point of order q (specification 4.2, 5.2.1); raise GroupError for anything else, the identity included."""
    point = parse_point(text)
    if not is_member(point):
        reason = GroupRefusal.IDENTITY if point == IDENTITY else GroupRefusal.OUTSIDE_GROUP
        raise GroupError(reason, text)
    return point


def read_point_or_identity(text: str) -> bytes:
    """Read a point as `read_point` does, the identity being allowed: tallies and factors of an empty box hold it."""
    point = parse_point(text)
    return point if point == IDENTITY else read_point(text)


def write_point(point: bytes) -> str:
    """Write a point as 64 hexadecimal digits, most significant first (specification 5.2.1)."""
    return point[::-1].hex()


def base_power(number: int) -> bytes:
    """Compute g^number."""
    number %= ORDER
    return crypto_scalarmult_ed25519_base_noclamp(number.to_bytes(32, "little")) if number else IDENTITY


def power(point: bytes, number: int) -> bytes:
    """Compute point^number for a valid point or the identity."""
    number %= ORDER
    if number == 0 or point == IDENTITY:
        return IDENTITY
    return crypto_scalarmult_ed25519_noclamp(number.to_bytes(32, "little"), point)


def add(left: bytes, right: bytes) -> bytes:
    """Compute the group's product of two points, written as a sum on the curve."""
    return crypto_core_ed25519_add(left, right)


def subtract(left: bytes, right: bytes) -> bytes:
    """Compute left / right in the group's multiplicative notation."""
    return crypto_core_ed25519_sub(left, right)


def random_scalar(random: RandomBytes) -> int:
    """Draw a scalar modulo q from 64 fresh bytes: the bias is below 2^-256."""
    return int.from_bytes(random(64), "big") % ORDER


def hash_to_scalar(prefix: str, points: Iterable[bytes]) -> int:
    """Compute H(prefix, A1..An): SHA-256 of the prefix and the points' texts between commas, big-endian, modulo q."""
    text = prefix + ",".join([point[::-1].hex() for point in points])
    return int.from_bytes(sha256(text.encode()).digest(), "big") % ORDER
