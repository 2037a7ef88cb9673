"""Ballots: reading and checking (specification 4.11-4.13, 4.16, 4.17). `sealing` makes them.

Checks come in the order of their price, so that a flood costs little: `read_ballot` (syntax, canonical form, scalars
below q), `check_election` (uuid, fingerprint, shape), then the caller's question whether the credential is known and
unspent, `check_signature`, and only then `check_proofs`, the one expensive step. Membership of points in the group is
asked in the last two, for the points they use: a ballot that passed both has only valid points.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from msgspec import UNSET

from belenios.answers import bit_claims, overall_claims, overall_prefix, question_label, total
from belenios.election import Election, Question
from belenios.encoding import Misshapen, NotCanonical, canonical, compact_hash, encode, is_compact_hash, is_uuid
from belenios.group import GroupError, is_member, parse_point
from belenios.proofs import Cipher, Pair, check_knowledge, check_one_of
from belenios.sealing import seal
from belenios.wire import Answer, SealedBallot

_DECODER = msgspec.json.Decoder(SealedBallot)
BLANK_PAIRS = 2

__all__ = [
    "Ballot",
    "BallotRefusal",
    "BallotRefused",
    "SealedAnswer",
    "check_election",
    "check_proofs",
    "check_signature",
    "read_ballot",
    "seal",
    "tracker_of",
]


class BallotRefusal(StrEnum):
    """Why a ballot is refused."""

    MALFORMED = "malformed"
    NON_CANONICAL = "non_canonical"
    WRONG_ELECTION = "wrong_election"
    FALSE_SIGNATURE = "false_signature"
    FALSE_PROOF = "false_proof"


class BallotRefused(ValueError):
    """A ballot that is refused; `reason` says why, `detail` where."""

    def __init__(self, reason: BallotRefusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """One question's part of a ballot: ciphertexts as bytes and as text (blank first), proofs as pairs of int."""

    ciphers: tuple[Cipher, ...]
    texts: tuple[str, ...]
    individual: tuple[tuple[Pair, ...], ...]
    overall: tuple[Pair, ...]
    blank: tuple[Pair, ...] | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot that is well formed and canonical; nothing in it has been proved yet."""

    raw: bytes = field(repr=False)
    tracker: str
    election_uuid: str
    election_hash: str
    credential: str
    credential_point: bytes = field(repr=False)
    answers: tuple[SealedAnswer, ...] = field(repr=False)
    body_hash: str = field(repr=False)
    stated_hash: str = field(repr=False)
    signature: Pair = field(repr=False)


def tracker_of(raw: bytes) -> str:
    """Compute a ballot's tracker: the unpadded standard base64 SHA-256 of its bytes (4.17)."""
    return compact_hash(raw)


def read_ballot(raw: bytes) -> Ballot:
    """Read a ballot: shape, canonical form, every scalar below q, every point 64 hexadecimal digits (4.2, 4.17).

    Whatever the bytes are, the only exception is BallotRefused, `malformed` or `non_canonical`. The size of the bytes
    is the caller's to limit.
    """
    try:
        message = canonical(_DECODER, raw)
        if not (is_uuid(message.election_uuid) and is_compact_hash(message.election_hash)):
            raise BallotRefused(BallotRefusal.MALFORMED, "election_uuid or election_hash has the wrong form")
        if not is_compact_hash(message.signature.hash):
            raise BallotRefused(BallotRefusal.MALFORMED, "the signature's hash has the wrong form")
        return Ballot(
            raw=raw,
            tracker=compact_hash(raw),
            election_uuid=message.election_uuid,
            election_hash=message.election_hash,
            credential=message.credential,
            credential_point=parse_point(message.credential),
            answers=tuple([_answer(answer) for answer in message.answers]),
            # the canonical text without the signature is a prefix of the ballot's (4.17): no second writing
            body_hash=compact_hash(raw[: -len(b',"signature":' + encode(message.signature) + b"}")] + b"}"),
            stated_hash=message.signature.hash,
            signature=message.signature.proof.scalars(),
        )
    except NotCanonical as error:
        raise BallotRefused(BallotRefusal.NON_CANONICAL, str(error)) from None
    except (Misshapen, GroupError) as error:
        raise BallotRefused(BallotRefusal.MALFORMED, str(error)) from None


def check_election(election: Election, ballot: Ballot) -> None:
    """Check that a ballot belongs to an election and has its shape; raise BallotRefused (4.11.1, 4.17).

    `wrong_election` for another uuid or fingerprint, `malformed` for another number of answers, choices or proofs.
    """
    if ballot.election_uuid != election.uuid or ballot.election_hash != election.fingerprint:
        raise BallotRefused(BallotRefusal.WRONG_ELECTION, "the ballot names another election")
    if len(ballot.answers) != len(election.questions):
        raise BallotRefused(BallotRefusal.MALFORMED, f"{len(ballot.answers)} answers, not {len(election.questions)}")
    for number, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True), start=1):
        if not _fits(question, answer):
            raise BallotRefused(BallotRefusal.MALFORMED, f"question {number}: the answer has another shape")


def check_signature(ballot: Ballot) -> None:
    """Check the credential's signature over the ballot's hash (4.16); raise BallotRefused (`false_signature`)."""
    if not is_member(ballot.credential_point):
        raise BallotRefused(BallotRefusal.FALSE_SIGNATURE, "the credential is no point of the group")
    if ballot.stated_hash != ballot.body_hash:
        raise BallotRefused(BallotRefusal.FALSE_SIGNATURE, "the signed hash is not this ballot's")
    if not check_knowledge(f"sig|{ballot.body_hash}|", ballot.credential_point, ballot.signature):
        raise BallotRefused(BallotRefusal.FALSE_SIGNATURE, "the signature is not the credential's")


def check_proofs(election: Election, ballot: Ballot) -> None:
    """Check every proof of a ballot that passed `check_election` (4.11.1-4.13); raise BallotRefused (`false_proof`)."""
    label = f"{election.fingerprint}|{ballot.credential}"
    for number, (question, answer) in enumerate(zip(election.questions, ballot.answers, strict=True), start=1):
        fault = _answer_fault(label, election.public_key, question, answer)
        if fault is not None:
            raise BallotRefused(BallotRefusal.FALSE_PROOF, f"question {number}: {fault}")


def _answer_fault(label: str, key: bytes, question: Question, answer: SealedAnswer) -> str | None:
    for alpha, beta in answer.ciphers:
        if not (is_member(alpha) and is_member(beta)):
            return "a ciphertext is outside the group"
    for text, cipher, proof in zip(answer.texts, answer.ciphers, answer.individual, strict=True):
        if not check_one_of(f"prove|{label}|{text}|", key, bit_claims(cipher), proof):
            return "a choice is not proved to be 0 or 1"
    sealed = question_label(label, answer.texts)
    if answer.blank is None:
        chosen = total(answer.ciphers)
        prefix = overall_prefix(sealed, chosen)
        claims = overall_claims(question, None, chosen)
    else:
        blank, chosen = answer.ciphers[0], total(answer.ciphers[1:])
        if not check_one_of(f"bproof0|{sealed}|", key, [blank, chosen], answer.blank):
            return "blank is not proved to exclude the answers"
        prefix = f"bproof1|{sealed}|"
        claims = overall_claims(question, blank, chosen)
    if not check_one_of(prefix, key, claims, answer.overall):
        return "the number of choices is not proved to be allowed"
    return None


def _fits(question: Question, answer: SealedAnswer) -> bool:
    width = question.width
    return (
        len(answer.ciphers) == width
        and len(answer.individual) == width
        and all(len(proof) == BLANK_PAIRS for proof in answer.individual)
        and len(answer.overall) == question.maximum - question.minimum + 1 + question.blank
        and (answer.blank is not None) == question.blank
        and (answer.blank is None or len(answer.blank) == BLANK_PAIRS)
    )


def _answer(answer: Answer) -> SealedAnswer:
    choices = answer.choices
    return SealedAnswer(
        ciphers=tuple([(parse_point(choice.alpha), parse_point(choice.beta)) for choice in choices]),
        texts=tuple([f"{choice.alpha},{choice.beta}" for choice in choices]),
        individual=tuple([tuple([pair.scalars() for pair in proof]) for proof in answer.individual_proofs]),
        overall=tuple([pair.scalars() for pair in answer.overall_proof]),
        blank=None if answer.blank_proof is UNSET else tuple([pair.scalars() for pair in answer.blank_proof]),
    )
