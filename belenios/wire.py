"""The messages as they lie in an archive (specification 4.3-4.21): their shapes, field order being canonical order.

All structs hold text as it stands on the wire; `group` turns texts into points and scalars, `encoding` reads and writes.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from belenios.group import read_scalar


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A message: field order is the canonical order."""


class Proof(Wire, frozen=True, kw_only=True):
    """A pair of scalars (specification 4.3)."""

    challenge: str
    response: str

    def scalars(self) -> tuple[int, int]:
        """Read challenge and response; raise GroupError when one is no canonical scalar."""
        return read_scalar(self.challenge), read_scalar(self.response)


class Ciphertext(Wire, frozen=True, kw_only=True):
    """An ElGamal pair (specification 4.3)."""

    alpha: str
    beta: str


class Answer(Wire, frozen=True, kw_only=True):
    """A homomorphic answer (specification 4.11)."""

    choices: list[Ciphertext]
    individual_proofs: list[list[Proof]]
    overall_proof: list[Proof]
    blank_proof: list[Proof] | UnsetType = UNSET


class Signature(Wire, frozen=True, kw_only=True):
    """A ballot's signature (specification 4.16)."""

    hash: str
    proof: Proof


class BallotBody(Wire, frozen=True, kw_only=True):
    """A ballot without its signature: what the signature's hash covers (specification 4.17)."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: list[Answer]


class SealedBallot(Wire, frozen=True, kw_only=True):
    """A whole ballot (specification 4.17)."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: list[Answer]
    signature: Signature


class WireQuestion(Wire, frozen=True, kw_only=True):
    """A homomorphic question (specification 4.9.1)."""

    answers: list[str]
    blank: bool | UnsetType = UNSET
    min: int
    max: int
    question: str


class WireElection(Wire, frozen=True, kw_only=True):
    """The election structure (specification 4.10); `language` came with 3.3.0."""

    version: int
    description: str
    name: str
    group: str
    public_key: str
    questions: list[Any]
    uuid: str
    administrator: str | UnsetType = UNSET
    credential_authority: str | UnsetType = UNSET
    language: str | UnsetType = UNSET


class SetupData(Wire, frozen=True, kw_only=True):
    """The payload of the Setup event (specification 4.10)."""

    election: str
    trustees: str
    credentials: str


class Event(Wire, frozen=True, kw_only=True):
    """A link of the hash chain (specification 4.4)."""

    parent: str | UnsetType = UNSET
    height: int
    type: str
    payload: str | UnsetType = UNSET


class Header(Wire, frozen=True, kw_only=True):
    """The content of the archive's first file (specification 4.4)."""

    version: int
    timestamp: str


class SizedTally(Wire, frozen=True, kw_only=True):
    """The payload of the EncryptedTally event (specification 4.18)."""

    num_tallied: int
    total_weight: int
    encrypted_tally: str


class Owned(Wire, frozen=True, kw_only=True):
    """Who made a partial decryption (specification 4.20)."""

    owner: int
    payload: str


class WireDecryption(Wire, frozen=True, kw_only=True):
    """A partial decryption (specification 4.20)."""

    decryption_factors: list[list[str]]
    decryption_proofs: list[list[Proof]]


class WireResult(Wire, frozen=True, kw_only=True):
    """The election result (specification 4.21)."""

    result: list[list[int]]


class TrusteeKey(Wire, frozen=True, kw_only=True):
    """A trustee's public part (specification 4.5); `signature` in threshold mode only."""

    pok: Proof
    public_key: str
    signature: Proof | UnsetType = UNSET


class SignedMessage(Wire, frozen=True, kw_only=True):
    """A text and its signature (specification 4.6.1)."""

    message: str
    signature: Proof


class CertificateContext(Wire, frozen=True, kw_only=True):
    """Where a certificate belongs (specification 4.6.2)."""

    group: str
    size: int
    threshold: int
    index: int


class CertificateKeys(Wire, frozen=True, kw_only=True):
    """What a certificate says (specification 4.6.2)."""

    context: CertificateContext
    verification: str
    encryption: str


class RawCoefexps(Wire, frozen=True, kw_only=True):
    """The exponentiated coefficients of one member (specification 4.6.4)."""

    coefexps: list[str]


class CertificatesSigned(Wire, frozen=True, kw_only=True):
    """What each member signs besides (specification 4.6.4)."""

    certs: list[SignedMessage]
    coefexps: list[str]


class ThresholdParameters(Wire, frozen=True, kw_only=True):
    """A Pedersen item (specification 4.6.7)."""

    threshold: int
    certs: list[SignedMessage]
    coefexps: list[SignedMessage]
    signatures: list[Proof]
    verification_keys: list[TrusteeKey]
