"""Trustees: keys, public parts, the list an election's key is made of (specification 4.5, 4.7).

The election's key is the product of all trustees' sub-keys. `Single` trustees are all needed; a `Pedersen` item
(`threshold`) needs some of its members. Owners are counted from 1 through the whole list (4.20).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import UNSET

from belenios.encoding import Misshapen, encode, strict
from belenios.group import (
    IDENTITY,
    NAME,
    GroupError,
    RandomBytes,
    add,
    base_power,
    random_scalar,
    read_point,
    write_point,
)
from belenios.proofs import check_knowledge, prove_knowledge
from belenios.threshold import FalseThreshold, ThresholdRefusal, read_threshold
from belenios.wire import Proof, ThresholdParameters, TrusteeKey

FINGERPRINT_DIGITS = 20


class TrusteesRefusal(StrEnum):
    """Why a trustee's public part or a list of trustees is refused."""

    MALFORMED = "malformed"
    OUTSIDE_GROUP = "outside_group"
    FALSE_PROOF = "false_proof"
    REPEATED_KEY = "repeated_key"
    FALSE_THRESHOLD = "false_threshold"


class TrusteesRefused(ValueError):
    """Trustees that are refused; `reason` says why, `threshold` more closely for a threshold item."""

    def __init__(self, reason: TrusteesRefusal, detail: str, threshold: ThresholdRefusal | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.threshold = threshold


@dataclass(frozen=True, slots=True)
class PublicPart:
    """A trustee's public key whose proof of knowledge was checked; `raw` is its canonical JSON."""

    public_key: bytes
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the list: owners `first`..`first + size - 1`, of whom `needed` must decrypt."""

    first: int
    size: int
    needed: int
    single: bool

    @property
    def owners(self) -> range:
        """The owners' numbers."""
        return range(self.first, self.first + self.size)


@dataclass(frozen=True, slots=True)
class Trustees:
    """All trustees of an election, every proof checked; `keys[owner - 1]` is the owner's verification key."""

    public_key: bytes
    keys: tuple[bytes, ...]
    items: tuple[Item, ...]

    @property
    def owners(self) -> int:
        """The number of owners; they are counted from 1."""
        return len(self.keys)

    def missing(self, present: Collection[int]) -> tuple[int, ...]:
        """List owners whose partial decryptions are still wanted: empty when `present` suffice (4.21).

        Of a threshold item that lacks members, all absent members are listed: any of them would do.
        """
        wanted: list[int] = []
        for item in self.items:
            absent = [owner for owner in item.owners if owner not in present]
            if item.size - len(absent) < item.needed:
                wanted += absent
        return tuple(wanted)


def new_key(random: RandomBytes) -> int:
    """Draw a trustee's private key (4.5): a scalar modulo q, never 0."""
    while (key := random_scalar(random)) == 0:
        pass
    return key


def public_part(private: int, random: RandomBytes) -> bytes:
    """Write the public part of a private key: public key and proof of knowledge as canonical JSON, no newline (4.5)."""
    public_key = base_power(private)
    challenge, response = prove_knowledge(_possession(public_key), private, random)
    return encode(
        TrusteeKey(pok=Proof(challenge=str(challenge), response=str(response)), public_key=write_point(public_key))
    )


def read_public_part(raw: bytes) -> PublicPart:
    """Read a trustee's public part and check its proof (4.5); raise TrusteesRefused.

    White space around the JSON is allowed (files end in a newline); `.raw` is the canonical form without it.
    """
    try:
        message = strict(TrusteeKey, raw)
    except Misshapen as error:
        raise TrusteesRefused(TrusteesRefusal.MALFORMED, str(error)) from None
    return PublicPart(public_key=_single(message, "the trustee"), raw=encode(message))


def write_trustees(parts: Sequence[PublicPart]) -> bytes:
    """Write the trustees of an n-of-n election: one `Single` item per public part (4.7); raise TrusteesRefused."""
    raw = encode([("Single", msgspec.Raw(part.raw)) for part in parts])
    read_trustees(raw)
    return raw


def read_trustees(raw: bytes) -> Trustees:
    """Read an election's trustees and check every proof, key, certificate and signature (4.5-4.7).

    Raises TrusteesRefused. The same verification key twice is refused too: it would be one person counted as two.
    """
    try:
        tree = strict(list[tuple[str, Any]], raw)
        messages = [_convert(kind, value) for kind, value in tree]
    except (Misshapen, msgspec.ValidationError) as error:
        raise TrusteesRefused(TrusteesRefusal.MALFORMED, str(error)) from None
    if not messages:
        raise TrusteesRefused(TrusteesRefusal.MALFORMED, "there is no trustee")
    keys: list[bytes] = []
    items: list[Item] = []
    product = IDENTITY
    for number, message in enumerate(messages, start=1):
        first = len(keys) + 1
        if isinstance(message, TrusteeKey):
            keys.append(_single(message, f"item {number}"))
            items.append(Item(first=first, size=1, needed=1, single=True))
            product = add(product, keys[-1])
        else:
            try:
                group = read_threshold(message)
            except FalseThreshold as error:
                detail = f"item {number}: {error}"
                raise TrusteesRefused(TrusteesRefusal.FALSE_THRESHOLD, detail, error.reason) from None
            keys += group.keys
            items.append(Item(first=first, size=len(group.keys), needed=group.threshold, single=False))
            product = add(product, group.public_key)
    if len(set(keys)) != len(keys):
        raise TrusteesRefused(TrusteesRefusal.REPEATED_KEY, "a verification key stands twice in the list")
    return Trustees(public_key=product, keys=tuple(keys), items=tuple(items))


def fingerprint(public_key: bytes) -> str:
    """Shorten a trustee's public key for eyes: 80 bits of the SHA-256 of its text, five groups of four digits."""
    digits = sha256(write_point(public_key).encode()).hexdigest()[:FINGERPRINT_DIGITS]
    return " ".join(digits[start : start + 4] for start in range(0, FINGERPRINT_DIGITS, 4))


def _convert(kind: str, value: Any) -> TrusteeKey | ThresholdParameters:
    if kind == "Single":
        return msgspec.convert(value, TrusteeKey)
    if kind == "Pedersen":
        return msgspec.convert(value, ThresholdParameters)
    raise Misshapen(f"{kind[:20]!r} is no kind of trustee")


def _single(message: TrusteeKey, where: str) -> bytes:
    if message.signature is not UNSET:
        raise TrusteesRefused(TrusteesRefusal.MALFORMED, f"{where}: a signature belongs to threshold keys only")
    try:
        public_key = read_point(message.public_key)
    except GroupError as error:
        raise TrusteesRefused(TrusteesRefusal.OUTSIDE_GROUP, f"{where}: {error}") from None
    try:
        proof = message.pok.scalars()
    except GroupError as error:
        raise TrusteesRefused(TrusteesRefusal.MALFORMED, f"{where}: {error}") from None
    if not check_knowledge(_possession(public_key), public_key, proof):
        raise TrusteesRefused(TrusteesRefusal.FALSE_PROOF, f"{where} does not prove to know the private key")
    return public_key


def _possession(public_key: bytes) -> str:
    return f"pok|{NAME}|{write_point(public_key)}|"
