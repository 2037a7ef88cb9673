"""One small election, made once, that the tests of the protocol copy and spoil."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belenios import tallying
from belenios.archive import ArchiveWriter
from belenios.ballot import read_ballot, seal
from belenios.credentials import new_code, point_of, secret_of, write_credentials
from belenios.decryption import decrypt
from belenios.election import Election, Question, new_uuid, read_election, write_election
from belenios.encoding import encode
from belenios.group import ORDER, base_power, random_scalar, write_point
from belenios.proofs import prove_knowledge
from belenios.sealing import sign
from belenios.trustees import new_key, public_part, read_public_part, read_trustees, write_trustees
from belenios.verify import verify
from belenios.wire import BallotBody

SIZE, THRESHOLD = 3, 2  # of the threshold groups made here
TIME = 1_790_000_000
QUESTIONS = (
    Question(text='"甲" \\ 村 \x7f', answers=("优秀", "称职"), blank=True, minimum=1, maximum=1),
    Question(text="乙", answers=("是", "否"), blank=False, minimum=1, maximum=1),
)
ROWS = (
    ((0, 1, 0), (1, 0)),
    ((0, 0, 1), (1, 0)),
    ((1, 0, 0), (0, 1)),
    ((0, 1, 0), (0, 1)),
    ((0, 1, 0), (1, 0)),
)
SUMS = ((1, 3, 1), (3, 2))


@dataclass(frozen=True)
class Parts:
    """Everything an archive is written from; a test replaces what it wants to be false and writes again."""

    election: bytes
    trustees: bytes
    credentials: bytes
    ballots: tuple[bytes, ...]
    tally: bytes
    count: int
    decryptions: tuple[tuple[int, bytes], ...]
    result: bytes | None

    def archive(self, **changes: Any) -> bytes:
        """Write an archive with consistent hashes out of these parts, some of them changed."""
        parts = replace(self, **changes)
        writer = ArchiveWriter(TIME)
        writer.setup(parts.election, parts.trustees, parts.credentials)
        for ballot in parts.ballots:
            writer.ballot(ballot)
        writer.end_ballots()
        writer.encrypted_tally(parts.tally, parts.count)
        for owner, payload in parts.decryptions:
            writer.partial_decryption(owner, payload)
        if parts.result is not None:
            writer.result(parts.result)
        return writer.bytes()


@dataclass(frozen=True)
class Box:
    """A small election with its secrets: two trustees, seven credentials, five ballots."""

    election: Election
    keys: tuple[int, ...]
    secrets: tuple[int, ...]
    setup: str
    parts: Parts

    @property
    def closed(self) -> bytes:
        """The archive ending at EncryptedTally."""
        return self.parts.archive(decryptions=(), result=None)

    @property
    def opened(self) -> bytes:
        """The archive with its result."""
        return self.parts.archive()


def _signed(message: str, key: int) -> dict[str, str]:
    """Sign a text as members do (specification 4.6.1)."""
    challenge, response = prove_knowledge(f"sigmsg|{message}|", key, os.urandom)
    return {"challenge": str(challenge), "response": str(response)}


def _point(number: int) -> str:
    """Write g^number."""
    return write_point(base_power(number))


@dataclass
class ThresholdGroup:
    """A group of members being made; each attribute may be spoilt before `write` signs and assembles everything."""

    signing: list[int] = field(default_factory=lambda: [random_scalar(os.urandom) for _ in range(SIZE)])
    polynomials: list[list[int]] = field(
        default_factory=lambda: [[random_scalar(os.urandom) for _ in range(THRESHOLD)] for _ in range(SIZE)]
    )
    context: Callable[[int], dict[str, Any]] = lambda index: {
        "group": "Ed25519",
        "size": SIZE,
        "threshold": THRESHOLD,
        "index": index,
    }
    encryption: str = _point(77)
    certificate_signer: int | None = None
    coefficient_signer: int | None = None
    round_signer: int | None = None
    key_signer: int | None = None
    share_shift: int = 0
    pok_prefix: str = "pok|Ed25519|"
    threshold: int = THRESHOLD
    drop: str | None = None

    def share(self, index: int) -> int:
        """Compute the private key of member `index`: the sum of all polynomials there."""
        values = (sum(c * index**k for k, c in enumerate(polynomial)) for polynomial in self.polynomials)
        return sum(values) % ORDER

    def write(self) -> bytes:
        """Assemble the trustees structure with this one item (specification 4.6.7)."""
        certs = []
        for index, key in enumerate(self.signing, start=1):
            keys = {"context": self.context(index), "verification": _point(key), "encryption": self.encryption}
            message = encode(keys).decode()
            certs.append({"message": message, "signature": _signed(message, self.certificate_signer or key)})
        coefexps, signatures, keys = [], [], []
        for polynomial, key in zip(self.polynomials, self.signing, strict=True):
            points = [_point(coefficient) for coefficient in polynomial]
            message = encode({"coefexps": points}).decode()
            coefexps.append({"message": message, "signature": _signed(message, self.coefficient_signer or key)})
            whole = "certs_sig|" + encode({"certs": certs, "coefexps": points}).decode()
            signatures.append(_signed(whole, self.round_signer or key))
        for index, key in enumerate(self.signing, start=1):
            private = self.share(index) + self.share_shift
            text = _point(private)
            challenge, response = prove_knowledge(f"{self.pok_prefix}{text}|", private, os.urandom)
            verification = {"pok": {"challenge": str(challenge), "response": str(response)}, "public_key": text}
            keys.append(verification | {"signature": _signed(text, self.key_signer or key)})
        item: dict[str, Any] = {
            "threshold": self.threshold,
            "certs": certs,
            "coefexps": coefexps,
            "signatures": signatures,
            "verification_keys": keys,
        }
        if self.drop is not None:
            item[self.drop] = item[self.drop][:-1]
        return json.dumps([["Pedersen", item]]).encode()


def make_box(questions: Sequence[Question], rows: Sequence[Sequence[Sequence[int]]], keys: int = 2) -> Box:
    """Make a whole election with `Single` trustees and the given ballots, one per row of rows."""
    uuid = new_uuid(os.urandom)
    privates = tuple(new_key(os.urandom) for _ in range(keys))
    trustees = write_trustees([read_public_part(public_part(key, os.urandom)) for key in privates])
    public_key = read_trustees(trustees).public_key
    raw = write_election(uuid=uuid, name="测评", description="", questions=questions, public_key=public_key)
    election = read_election(raw)
    secrets = tuple(secret_of(new_code(os.urandom), uuid) for _ in range(len(rows) + 2))
    credentials = write_credentials(point_of(secret) for secret in secrets)
    writer = ArchiveWriter(TIME)
    setup = writer.setup(raw, trustees, credentials)
    ballots = tuple(seal(election, secret, row, os.urandom) for secret, row in zip(secrets, rows, strict=False))
    for ballot in ballots:
        writer.ballot(ballot)
    writer.end_ballots()
    tally = tallying.encrypted_tally(election, [read_ballot(ballot) for ballot in ballots])
    writer.encrypted_tally(tally, len(ballots))
    decryptions = []
    for key in privates:
        part = decrypt(writer.bytes(), key, setup, os.urandom, minimum=0)
        writer.partial_decryption(part.owner, part.payload)
        decryptions.append((part.owner, part.payload))
    counted = verify(writer.bytes())
    result = tallying.result(election, counted.trustees, counted.tally, counted.factors, counted.ballots)
    parts = Parts(raw, trustees, credentials, ballots, tally, len(ballots), tuple(decryptions), result)
    return Box(election=election, keys=privates, secrets=secrets, setup=setup, parts=parts)


@pytest.fixture(scope="session")
def box() -> Box:
    """Make the small election most tests use."""
    return make_box(QUESTIONS, ROWS)


@pytest.fixture(scope="session")
def box_maker() -> Callable[..., Box]:
    """Hand out `make_box` to tests that need an election of another shape."""
    return make_box


@pytest.fixture(scope="session")
def sums() -> tuple[tuple[int, ...], ...]:
    """Tell what the ballots of `box` add up to."""
    return SUMS


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Name the folder of archives made elsewhere."""
    return Path(__file__).parent.parent / "vectors"


@pytest.fixture(scope="session")
def entries_of() -> Callable[[bytes], list[tuple[str, bytes]]]:
    """Read archives independently of our code: (name, content) of every entry."""

    def read(raw: bytes) -> list[tuple[str, bytes]]:
        found, offset = [], 0
        while offset < len(raw):
            size = int(raw[offset + 124 : offset + 135], 8)
            name = raw[offset : offset + 100].rstrip(b"\x00").decode()
            found.append((name, raw[offset + 512 : offset + 512 + size]))
            offset += 512 + -(-size // 512) * 512
        return found

    return read


@pytest.fixture(scope="session")
def resigned() -> Callable[[dict[str, Any], int], bytes]:
    """Sign a changed ballot's tree with a secret: its hashes and signature are right, only the change is not."""

    def again(tree: dict[str, Any], secret: int) -> bytes:
        body = msgspec.convert({name: tree[name] for name in BallotBody.__struct_fields__}, BallotBody)
        return sign(body, secret, os.urandom)

    return again


@pytest.fixture(scope="session")
def threshold_group() -> type[ThresholdGroup]:
    """Hand out the maker of threshold trustees, good and spoilt."""
    return ThresholdGroup
