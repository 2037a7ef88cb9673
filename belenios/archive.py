"""The archive of an election: entries chained by events (specification 4.4).

Invariants, all kept by `ArchiveWriter` and demanded by `read_archive`:

* The bytes are those of `tar`: writing the entries again gives the same.
* Every entry but the first is named by the SHA-256 of its content, and no content stands twice.
* Events are canonical and follow the grammar Setup, Ballot*, EndBallots, EncryptedTally, PartialDecryption*, Result;
  each names its predecessor's hash and its own height. The data of an event lie immediately before it, in the
  specification's order, and nothing else lies anywhere.
* Ballots and all other data are kept as the raw bytes that were signed and hashed.

Nothing here asks what the data say beyond these references: that is `verify`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from msgspec import UNSET

from belenios.checks import Check, NotVerified
from belenios.encoding import encode, hexadecimal_hash
from belenios.events import (
    DATA,
    EVENT,
    FOLLOWS,
    EncryptedTally,
    Kind,
    Link,
    check_data,
    check_place,
    read_links,
)
from belenios.tar import read_entries, write_entry, write_header
from belenios.wire import Event, Owned, SetupData, SizedTally

Raw = bytes  # the writer has a method of that name


class WrongOrder(ValueError):
    """Something that may not be appended to an archive at this place; the archive is unchanged."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A structurally sound archive: raw data by role; `last` is the type of its last event."""

    timestamp: int
    last: Kind
    height: int
    last_hash: str
    setup_hash: str
    election: bytes = field(repr=False)
    trustees: bytes = field(repr=False)
    credentials: bytes = field(repr=False)
    ballots: tuple[bytes, ...] = field(repr=False)
    tally: EncryptedTally | None
    decryptions: tuple[tuple[int, bytes], ...] = field(repr=False)
    result: bytes | None = field(repr=False)
    digests: frozenset[str] = field(repr=False)


def read_archive(raw: bytes) -> Archive:
    """Read an archive that may end after any event (4.4): the structural level, where changing any byte is noticed.

    Raises `checks.Unreadable` for what is no archive, `NotVerified` with the failed check for one that is not sound.
    """
    timestamp, entries = read_entries(raw)
    links = read_links(entries)
    previous: Link | None = None
    for height, link in enumerate(links):
        check_place(link, previous, height)
        previous = link
    if previous is None:
        raise NotVerified(Check.EVENT_ORDER, "there is no Setup event")
    references = [check_data(link) for link in links]
    tally = next((found for found in references if isinstance(found, EncryptedTally)), None)
    owners = [found for found in references if isinstance(found, int)]
    decryptions = [link.bodies[0] for link in links if link.kind is Kind.PARTIAL_DECRYPTION]
    return Archive(
        timestamp=timestamp,
        last=previous.kind,
        height=len(links) - 1,
        last_hash=previous.digest,
        setup_hash=links[0].digest,
        election=links[0].bodies[0],
        trustees=links[0].bodies[1],
        credentials=links[0].bodies[2],
        ballots=tuple(link.bodies[0] for link in links if link.kind is Kind.BALLOT),
        tally=tally,
        decryptions=tuple(zip(owners, decryptions, strict=True)),
        result=previous.bodies[0] if previous.kind is Kind.RESULT else None,
        digests=frozenset(name.partition(".")[0] for name, _ in entries),
    )


class ArchiveWriter:
    """Writes an archive event by event and keeps the grammar; `timestamp` (Unix seconds) is every entry's time."""

    def __init__(self, timestamp: int) -> None:
        self.setup_hash = ""
        self._timestamp = timestamp
        self._raw = bytearray(write_header(timestamp))
        self._digests: set[str] = set()
        self._last: Kind | None = None
        self._height = -1
        self._parent = ""

    @classmethod
    def resume(cls, raw: bytes) -> Self:
        """Continue an archive after its last event; raises what `read_archive` raises."""
        archive = read_archive(raw)
        writer = cls(archive.timestamp)
        writer.setup_hash = archive.setup_hash
        writer._raw = bytearray(raw)
        writer._digests = set(archive.digests)
        writer._last, writer._height, writer._parent = archive.last, archive.height, archive.last_hash
        return writer

    def setup(self, election: bytes, trustees: bytes, credentials: bytes) -> str:
        """Begin with an election, its trustees and public credentials (4.10); the Setup event's hash is returned."""
        names = [hexadecimal_hash(raw) for raw in (election, trustees, credentials)]
        data = encode(SetupData(election=names[0], trustees=names[1], credentials=names[2]))
        self._append(Kind.SETUP, [election, trustees, credentials, data])
        self.setup_hash = self._parent
        return self.setup_hash

    def ballot(self, raw: bytes) -> None:
        """Append a ballot's raw bytes (4.17)."""
        self._append(Kind.BALLOT, [raw])

    def end_ballots(self) -> None:
        """Close the box (4.17)."""
        self._append(Kind.END_BALLOTS, [])

    def encrypted_tally(self, tally: bytes, count: int) -> None:
        """Append the encrypted tally of `count` ballots of weight 1 (4.18)."""
        sized = SizedTally(num_tallied=count, total_weight=count, encrypted_tally=hexadecimal_hash(tally))
        self._append(Kind.ENCRYPTED_TALLY, [tally, encode(sized)])

    def partial_decryption(self, owner: int, payload: bytes) -> None:
        """Append the partial decryption of the trustee number `owner`, counted from 1 (4.20)."""
        owned = encode(Owned(owner=owner, payload=hexadecimal_hash(payload)))
        self._append(Kind.PARTIAL_DECRYPTION, [payload, owned])

    def result(self, payload: bytes) -> None:
        """Append the result (4.21): nothing can follow it."""
        self._append(Kind.RESULT, [payload])

    def bytes(self) -> bytes:
        """Give the whole archive as it stands."""
        return bytes(self._raw)

    def _append(self, kind: Kind, bodies: Sequence[Raw]) -> None:
        if self._last not in FOLLOWS[kind]:
            raise WrongOrder(f"{kind} cannot follow {self._last or 'nothing'}")
        hashes = [hexadecimal_hash(body) for body in bodies]
        if self._digests.intersection(hashes) or len(set(hashes)) != len(hashes):
            raise WrongOrder(f"the data of {kind} stand in this archive already")
        event = encode(
            Event(
                parent=self._parent or UNSET,
                height=self._height + 1,
                type=kind.value,
                payload=hashes[-1] if hashes else UNSET,
            )
        )
        for digest, body in zip(hashes, bodies, strict=True):
            self._raw += write_entry(digest + DATA, body, self._timestamp)
        self._parent = hexadecimal_hash(event)
        self._raw += write_entry(self._parent + EVENT, event, self._timestamp)
        self._digests.update(hashes, [self._parent])
        self._last = kind
        self._height += 1
