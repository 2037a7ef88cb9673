"""The chain of events: grammar, links, references (specification 4.4).

Events follow the grammar Setup, Ballot*, EndBallots, EncryptedTally, PartialDecryption*, Result; each names its
predecessor's hash and its own height. The data of an event lie immediately before it, in the specification's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from belenios.checks import Check, NotVerified
from belenios.encoding import Misshapen, NotCanonical, canonical, hexadecimal_hash
from belenios.wire import Event, Owned, SetupData, SizedTally

DATA, EVENT = ".data.json", ".event.json"
T = TypeVar("T")


class Kind(StrEnum):
    """The types of events of an election whose questions are all homomorphic (4.4)."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"


# what may stand before each event, and how many data lie before it
FOLLOWS: dict[Kind, tuple[Kind | None, ...]] = {
    Kind.SETUP: (None,),
    Kind.BALLOT: (Kind.SETUP, Kind.BALLOT),
    Kind.END_BALLOTS: (Kind.SETUP, Kind.BALLOT),
    Kind.ENCRYPTED_TALLY: (Kind.END_BALLOTS,),
    Kind.PARTIAL_DECRYPTION: (Kind.ENCRYPTED_TALLY, Kind.PARTIAL_DECRYPTION),
    Kind.RESULT: (Kind.PARTIAL_DECRYPTION,),
}
DATA_OF = {
    Kind.SETUP: 4,
    Kind.BALLOT: 1,
    Kind.END_BALLOTS: 0,
    Kind.ENCRYPTED_TALLY: 2,
    Kind.PARTIAL_DECRYPTION: 2,
    Kind.RESULT: 1,
}
_EVENT = msgspec.json.Decoder(Event)
_SETUP = msgspec.json.Decoder(SetupData)
_SIZED = msgspec.json.Decoder(SizedTally)
_OWNED = msgspec.json.Decoder(Owned)


@dataclass(frozen=True, slots=True)
class EncryptedTally:
    """What an archive records about its tally; `hash` names it, `raw` is its JSON."""

    raw: bytes = field(repr=False)
    hash: str
    num_tallied: int
    total_weight: int


@dataclass(frozen=True, slots=True)
class Link:
    """One event and the data before it, each with its hash."""

    kind: Kind
    event: Event
    digest: str
    hashes: list[str]
    bodies: list[bytes]


def read_links(entries: Sequence[tuple[str, bytes]]) -> list[Link]:
    """Group entries into events with their data and check each entry's name; raise NotVerified."""
    links: list[Link] = []
    seen: set[str] = set()
    hashes: list[str] = []
    bodies: list[bytes] = []
    for name, body in entries:
        digest = hexadecimal_hash(body)
        if name not in {digest + DATA, digest + EVENT}:
            raise NotVerified(Check.ENTRY_HASHES, f"{name[:80]!r} is not named by the hash of its content")
        if digest in seen:
            raise NotVerified(Check.ENTRY_HASHES, f"{digest} stands twice")
        seen.add(digest)
        if name.endswith(DATA):
            hashes.append(digest)
            bodies.append(body)
            continue
        event = _message(_EVENT, body)
        try:
            kind = Kind(event.type)
        except ValueError:
            raise NotVerified(Check.EVENT_ORDER, f"{event.type[:40]!r} has no place in such an election") from None
        links.append(Link(kind=kind, event=event, digest=digest, hashes=hashes, bodies=bodies))
        hashes, bodies = [], []
    if hashes:
        raise NotVerified(Check.EVENT_DATA, "data without an event stand at the end")
    return links


def check_place(link: Link, previous: Link | None, height: int) -> None:
    """Check that an event may follow `previous` and names it and its own height; raise NotVerified."""
    before = previous.kind if previous else None
    if before not in FOLLOWS[link.kind]:
        raise NotVerified(Check.EVENT_ORDER, f"{link.kind} at height {height} cannot follow {before or 'nothing'}")
    parent: str | UnsetType = previous.digest if previous else UNSET
    if link.event.height != height or link.event.parent != parent:
        raise NotVerified(Check.EVENT_CHAIN, f"the event at height {height} does not continue the chain")


def check_data(link: Link) -> EncryptedTally | int | None:
    """Check what an event refers to; the tally's record or a decryption's owner is given back."""
    payload: str | UnsetType = link.hashes[-1] if link.hashes else UNSET
    where = f"{link.kind} at height {link.event.height}"
    if len(link.hashes) != DATA_OF[link.kind] or link.event.payload != payload:
        raise NotVerified(Check.EVENT_DATA, f"{where}: its data do not lie before it")
    named: list[str] = link.hashes[:-1]
    found: EncryptedTally | int | None = None
    if link.kind is Kind.SETUP:
        setup = _message(_SETUP, link.bodies[3])
        named = [setup.election, setup.trustees, setup.credentials]
    elif link.kind is Kind.ENCRYPTED_TALLY:
        sized = _message(_SIZED, link.bodies[1])
        named = [sized.encrypted_tally]
        found = EncryptedTally(link.bodies[0], link.hashes[0], sized.num_tallied, sized.total_weight)
    elif link.kind is Kind.PARTIAL_DECRYPTION:
        owned = _message(_OWNED, link.bodies[1])
        named = [owned.payload]
        found = owned.owner
    if named != link.hashes[:-1]:
        raise NotVerified(Check.EVENT_DATA, f"{where}: its data name other data")
    return found


def _message(decoder: msgspec.json.Decoder[T], raw: bytes) -> T:
    try:
        return canonical(decoder, raw)
    except (Misshapen, NotCanonical) as error:
        raise NotVerified(Check.EVENT_FORM, str(error)) from None
