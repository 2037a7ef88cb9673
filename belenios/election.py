"""The election structure: questions, key, fingerprint (specification 4.9, 4.10)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from msgspec import UNSET

from belenios.encoding import UUID_LENGTH, Misshapen, compact_hash, encode, is_uuid, random_base58, strict
from belenios.group import NAME, GroupError, RandomBytes, read_point, write_point
from belenios.wire import WireElection, WireQuestion

VERSION = 1


class ElectionRefusal(StrEnum):
    """Why bytes are no election this program can count."""

    MALFORMED = "malformed"
    UNSUPPORTED_VERSION = "unsupported_version"
    UNSUPPORTED_GROUP = "unsupported_group"
    UNSUPPORTED_QUESTION = "unsupported_question"
    FALSE_KEY = "false_key"


class ElectionRefused(ValueError):
    """An election that is refused; `reason` says why."""

    def __init__(self, reason: ElectionRefusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Question:
    """A homomorphic question: between `minimum` and `maximum` of the answers, or blank where `blank` is true."""

    text: str
    answers: tuple[str, ...]
    blank: bool
    minimum: int
    maximum: int

    @property
    def width(self) -> int:
        """The number of ciphertexts of an answer: one per answer, and a leading one for blank (4.11.1)."""
        return len(self.answers) + self.blank


@dataclass(frozen=True, slots=True)
class Election:
    """An election as read; `raw` are its exact bytes, `fingerprint` their hash phi (specification 4.10)."""

    raw: bytes = field(repr=False)
    uuid: str
    name: str
    description: str
    fingerprint: str
    public_key: bytes
    questions: tuple[Question, ...]


def new_uuid(random: RandomBytes) -> str:
    """Draw a new election identifier: 14 base58 characters, about 82 bits (specification 4.2)."""
    return random_base58(UUID_LENGTH, random)


def write_election(
    *, uuid: str, name: str, description: str, questions: Sequence[Question], public_key: bytes
) -> bytes:
    """Write an election (specification 4.10); what is written is read back, so ElectionRefused tells of bad values."""
    message = WireElection(
        version=VERSION,
        description=description,
        name=name,
        group=NAME,
        public_key=write_point(public_key),
        questions=[
            WireQuestion(
                answers=list(question.answers),
                blank=True if question.blank else UNSET,
                min=question.minimum,
                max=question.maximum,
                question=question.text,
            )
            for question in questions
        ],
        uuid=uuid,
    )
    try:
        raw = encode(message)
    except UnicodeEncodeError as error:
        raise ElectionRefused(ElectionRefusal.MALFORMED, str(error)) from None
    read_election(raw)
    return raw


def read_election(raw: bytes) -> Election:
    """Read an election strictly; raise ElectionRefused.

    Spelling is free (the raw bytes are what is hashed), but doubled or unknown keys, another version, another group
    and questions that are not homomorphic are refused, and the key must be a point of the group.
    """
    try:
        message = strict(WireElection, raw)
    except Misshapen as error:
        raise ElectionRefused(ElectionRefusal.MALFORMED, str(error)) from None
    if message.version != VERSION:
        raise ElectionRefused(ElectionRefusal.UNSUPPORTED_VERSION, f"version {message.version}")
    if message.group != NAME:
        raise ElectionRefused(ElectionRefusal.UNSUPPORTED_GROUP, message.group[:40])
    if not is_uuid(message.uuid):
        raise ElectionRefused(ElectionRefusal.MALFORMED, "uuid: 14 base58 characters or more are needed")
    if not message.questions:
        raise ElectionRefused(ElectionRefusal.MALFORMED, "there is no question")
    try:
        public_key = read_point(message.public_key)
    except GroupError as error:
        raise ElectionRefused(ElectionRefusal.FALSE_KEY, str(error)) from None
    return Election(
        raw=raw,
        uuid=message.uuid,
        name=message.name,
        description=message.description,
        fingerprint=compact_hash(raw),
        public_key=public_key,
        questions=tuple(_question(number, item) for number, item in enumerate(message.questions, start=1)),
    )


def _question(number: int, item: object) -> Question:
    if isinstance(item, dict) and "type" in item:
        raise ElectionRefused(ElectionRefusal.UNSUPPORTED_QUESTION, f"question {number} is not homomorphic")
    try:
        message = msgspec.convert(item, WireQuestion)
    except msgspec.ValidationError as error:
        raise ElectionRefused(ElectionRefusal.MALFORMED, f"question {number}: {error}") from None
    if not message.answers or not 0 <= message.min <= message.max <= len(message.answers):
        raise ElectionRefused(
            ElectionRefusal.MALFORMED,
            f"question {number}: from {message.min} to {message.max} of {len(message.answers)} answers cannot be",
        )
    return Question(
        text=message.question,
        answers=tuple(message.answers),
        blank=message.blank is True,
        minimum=message.min,
        maximum=message.max,
    )
