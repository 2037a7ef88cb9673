"""How messages become bytes and back (specification 4.1, 4.2): canonical JSON, strict JSON, hashes, base58.

Two ways of reading:

* `canonical`: ballots, events and everything a program made. The bytes must be what `encode` would write: compact,
  fields in the specification's order, UTF-8 unescaped. Doubled keys, spaces, other spellings of a number fail.
* `strict`: election, trustees and credentials, which are hashed as raw bytes and may be spelled freely. Doubled and
  unknown keys are refused, because two programs could read two meanings out of them.
"""

import base64
import binascii
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NoReturn, TypeVar

import msgspec

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
UUID_LENGTH = 14
SHA256_BYTES = 32

T = TypeVar("T")


class Misshapen(ValueError):
    """JSON that is no message of the expected shape, or no JSON at all."""


class NotCanonical(ValueError):
    """A well-shaped message whose bytes are not its canonical form."""


def encode(message: Any) -> bytes:
    """Write a message as canonical JSON (specification 4.1)."""
    return msgspec.json.encode(message)


def canonical(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    """Read a message that must be its own canonical form; raise Misshapen or NotCanonical."""
    try:
        message = decoder.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Misshapen(str(error)) from None
    if msgspec.json.encode(message) != raw:
        raise NotCanonical("the bytes are not the canonical form of what they say")
    return message


def strict(shape: type[T], raw: bytes) -> T:
    """Read freely spelled JSON of the given shape, without doubled keys or fractions; raise Misshapen."""
    try:
        tree = json.loads(
            raw.decode(), object_pairs_hook=_single_keys, parse_float=_no_fraction, parse_constant=_no_fraction
        )
        msgspec.json.encode(tree)  # refuses halves of surrogate pairs, which no later writer could put into UTF-8
        return msgspec.convert(tree, shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Misshapen(str(error)) from None


def hexadecimal_hash(raw: bytes) -> str:
    """Compute the SHA-256 that names an entry of an archive."""
    return sha256(raw).hexdigest()


def compact_hash(raw: bytes) -> str:
    """Compute the unpadded base64 SHA-256 of fingerprints and trackers (specification 4.10, 4.17)."""
    return base64.b64encode(sha256(raw).digest()).rstrip(b"=").decode()


def is_compact_hash(text: str) -> bool:
    """Say whether a text is the unpadded base64 form of 32 bytes, in its one canonical spelling."""
    try:
        digest = base64.b64decode(text + "=", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(digest) == SHA256_BYTES and base64.b64encode(digest).rstrip(b"=").decode() == text


def is_uuid(text: str) -> bool:
    """Say whether a text is an election's identifier (specification 4.2): base58, 14 characters or more."""
    return len(text) >= UUID_LENGTH and all(character in BASE58 for character in text)


def random_base58(length: int, random: Callable[[int], bytes]) -> str:
    """Draw base58 characters, each equally likely: bytes of the incomplete last round are thrown away."""
    limit = 256 - 256 % len(BASE58)
    text = ""
    while len(text) < length:
        text += "".join(BASE58[byte % len(BASE58)] for byte in random(length) if byte < limit)
    return text[:length]


def _single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return names


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no integer")
