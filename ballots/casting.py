"""Casting: the one way into the box.

Invariants:
* one INSERT, here, called by `cast` alone: phone, tablet and paper end in the same POST of the same sealed bytes (law 3);
* one credential, one ballot: the UNIQUE constraint decides, the look before it only spares work (law 4);
* everything that can be checked is checked before the write lock; the lock covers one look at the state and the INSERT;
* when `cast` returns, the ballot is durable (law 5);
* nothing about the sender, the time or the order is stored or logged (law 1).
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from ballots.models import BoxedBallot, Credential
from ballots.questions import most_bytes
from belenios.ballot import (
    Ballot,
    BallotRefused,
    check_election,
    check_proofs,
    check_signature,
    read_ballot,
    tracker_of,
)
from belenios.election import Election, read_election
from belenios.encoding import is_uuid
from polling.db import Database
from polling.lifecycle import State
from polling.models import Panel, Poll

MOST_CACHED = 256


class CastRefusal(StrEnum):
    """Every reason for which a ballot is not taken; `docs/protocol.md` has the order of the checks."""

    BOX_NOT_OPEN = "box_not_open"
    BOX_CLOSED = "box_closed"
    UNREADABLE_ENCODING = "unreadable_encoding"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    NON_CANONICAL = "non_canonical"
    WRONG_ELECTION = "wrong_election"
    UNKNOWN_CREDENTIAL = "unknown_credential"
    ALREADY_CAST = "already_cast"
    FALSE_SIGNATURE = "false_signature"
    FALSE_PROOF = "false_proof"
    BUSY = "busy"


class PanelUnknown(LookupError):
    """No panel has this number."""


class CastRefused(Exception):
    """The ballot was not taken, for a named reason; nothing was stored."""

    def __init__(self, refusal: CastRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Receipt:
    """The ballot is in the box. `already`: the same bytes had come before."""

    tracker: str
    already: bool


_STATE = (
    sa.select(Poll.state, Panel.setup_hash)
    .join(Panel, Panel.poll_id == Poll.id)
    .where(Panel.uuid == sa.bindparam("panel"))
)
_STATE_HELD = _STATE.with_for_update(read=True, of=Poll)
_ELECTION = sa.select(Panel.election).where(Panel.uuid == sa.bindparam("panel"))
_BY_CREDENTIAL = sa.select(BoxedBallot.hash).where(BoxedBallot.credential == sa.bindparam("credential"))
_KNOWN = sa.select(sa.literal(1)).where(
    Credential.panel == sa.bindparam("panel"), Credential.point == sa.bindparam("credential")
)
_IN_BOX = sa.select(sa.literal(1)).where(
    BoxedBallot.panel == sa.bindparam("panel"), BoxedBallot.hash == sa.bindparam("hash")
)
# both databases know this clause. A conflict is an answer and no error: PostgreSQL would write an error to its log, with tracker and time
_INSERT = insert(BoxedBallot.__table__).on_conflict_do_nothing().returning(BoxedBallot.__table__.c.hash)

# an opened panel's election never changes: it is parsed once a process, keyed by the setup it was opened with
_elections: dict[tuple[str, str], Election] = {}


def panel_state(connection: sa.Connection, panel: str) -> tuple[State, str | None]:
    """State of the panel's poll and its setup hash. Raises PanelUnknown, for a number that can't be one without asking the database."""
    if not is_uuid(panel):
        raise PanelUnknown(panel)
    row = connection.execute(_STATE, {"panel": panel}).one_or_none()
    if row is None:
        raise PanelUnknown(panel)
    return row[0], row[1]


def opened_election(connection: sa.Connection, panel: str) -> Election:
    """The election of an opened panel. Raises PanelUnknown, CastRefused `box_not_open` before opening."""
    state, setup = panel_state(connection, panel)
    if setup is None:
        raise CastRefused(CastRefusal.BOX_CLOSED if state is State.ANNULLED else CastRefusal.BOX_NOT_OPEN)
    election = _elections.get((panel, setup))
    if election is None:
        election = read_election(bytes(connection.execute(_ELECTION, {"panel": panel}).scalar_one()))
        if len(_elections) >= MOST_CACHED:
            _elections.clear()
        _elections[panel, setup] = election
    return election


def cast(database: Database, panel: str, raw: bytes) -> Receipt:
    """Check one sealed ballot and put it into the box of `panel`.

    Raises PanelUnknown, or CastRefused with the first check that fails: state of the box, size, syntax, canonical form, election,
    credential known and unspent, signature, proofs. `busy` where the database does not answer: the same bytes may come again.
    """
    try:
        with database.reading_connection() as connection:
            ballot = _checked(connection, panel, raw)
        return ballot if isinstance(ballot, Receipt) else _put(database, panel, ballot)
    except (DBAPIError, PoolExhausted):
        raise CastRefused(CastRefusal.BUSY) from None


def _checked(connection: sa.Connection, panel: str, raw: bytes) -> Ballot | Receipt:
    """The ballot when every check is passed; the receipt when these bytes are in the box already."""
    state, _setup = panel_state(connection, panel)
    election = opened_election(connection, panel)
    if len(raw) > most_bytes(election.questions):
        raise CastRefused(CastRefusal.TOO_LARGE)
    if state is not State.OPEN:
        # who lost the answer on the way may ask again: the same bytes are in the box, closed or not
        if is_in_box(connection, panel, tracker_of(raw)):
            return Receipt(tracker_of(raw), already=True)
        raise CastRefused(CastRefusal.BOX_CLOSED)
    try:
        ballot = read_ballot(raw)
        check_election(election, ballot)
        spent = connection.execute(_BY_CREDENTIAL, {"credential": ballot.credential}).scalar_one_or_none()
        if spent is not None:
            return _already(spent, ballot.tracker)
        if connection.execute(_KNOWN, {"panel": panel, "credential": ballot.credential}).scalar_one_or_none() is None:
            raise CastRefused(CastRefusal.UNKNOWN_CREDENTIAL)
        connection.rollback()  # no transaction stays open while the proofs are checked
        check_signature(ballot)
        check_proofs(election, ballot)
    except BallotRefused as refused:
        raise CastRefused(CastRefusal(refused.reason.value)) from None
    return ballot


def _put(database: Database, panel: str, ballot: Ballot) -> Receipt:
    """Append a checked ballot to the box, if it is open still; the database decides whose credential was first."""
    row = {"hash": ballot.tracker, "panel": panel, "credential": ballot.credential, "raw": ballot.raw.decode("ascii")}
    with database.writing_connection() as connection:
        if connection.execute(_STATE_HELD, {"panel": panel}).one()[0] is not State.OPEN:
            raise CastRefused(CastRefusal.BOX_CLOSED)
        # the row itself says that it went in; a count of rows says -1 on PostgreSQL
        if connection.execute(_INSERT, row).first() is None:
            stored = connection.execute(_BY_CREDENTIAL, {"credential": ballot.credential}).scalar_one()
            return _already(stored, ballot.tracker)
    return Receipt(ballot.tracker, already=False)


def _already(stored: str, tracker: str) -> Receipt:
    """The same bytes are welcome again, other bytes are not."""
    if stored != tracker:
        raise CastRefused(CastRefusal.ALREADY_CAST)
    return Receipt(tracker, already=True)


def is_in_box(connection: sa.Connection, panel: str, tracker: str) -> bool:
    """Whether the ballot with this tracker (unpadded base64) is in the panel's box."""
    return connection.execute(_IN_BOX, {"panel": panel, "hash": tracker}).scalar_one_or_none() is not None


def credential_state(connection: sa.Connection, panel: str, point: str) -> bool | None:
    """True: cast; False: unused; None: not of this panel."""
    if connection.execute(_KNOWN, {"panel": panel, "credential": point}).scalar_one_or_none() is None:
        return None
    return connection.execute(_BY_CREDENTIAL, {"credential": point}).scalar_one_or_none() is not None
