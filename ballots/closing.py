"""Closing the boxes: two people state what was handed out; the archive is written up to the encrypted tally; the order of arrival goes.

Whether a box may be opened is decided above, by the scheme's gates (`publishing.counting`); here nothing is ever decrypted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.models import BoxedBallot
from ballots.reconciliation import Fault, Reconciliation, reconciliation
from belenios.archive import ArchiveWriter
from belenios.ballot import read_ballot
from belenios.election import read_election
from belenios.tallying import encrypted_tally
from polling import audit
from polling.attendance import Attendance, attendance, wipe
from polling.calendar import day_of
from polling.db import Database
from polling.errors import BadInput
from polling.lifecycle import State, step
from polling.models import Panel, Poll
from polling.polls import demand_state, scheme_of
from polling.rosters import RosterEntry

# what arrivals write to
ORDERED = (BoxedBallot.__tablename__, RosterEntry.__tablename__)

MOST_FIGURE = 99_999


@dataclass(frozen=True)
class Stated:
    """What two people state of a panel beside the slips handed out; None: worked out."""

    present: int | None = None
    spoiled: int = 0
    unused: int | None = None


def close_boxes(
    session: Session,
    poll: Poll,
    issued: Mapping[str, int],
    *,
    people: tuple[str, str],
    now: datetime,
    figures: Mapping[str, Stated] | None = None,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Close every box of an open poll; `issued` by panel key, default what the attendance desk counted, else expected.

    `figures` by panel key are the others of the reconciliation, with defaults of their own. `notes` by panel key are reasons why a panel
    does not balance; with None nobody was asked for any, and none is missed. Raises BadInput `balance_reason` where one is missing.

    The caller commits, then calls `level`. Raises BadInput when a key is unknown, a number is above the slips that were printed, or a real
    poll's panel returned more than expected and no number was stated for it; the boxes are still open then.
    """
    demand_state(poll, State.OPEN)
    keys = {panel.key for panel in poll.panels}
    came = {found.key: found for found in attendance(session, poll)}
    for key in {**issued, **(figures or {}), **(notes or {})}:
        if key not in keys:
            raise BadInput("issued_key", key=key, allowed=sorted(keys))
    poll.state = step(poll.state, State.CLOSED)
    poll.closed_on = day_of(now)
    session.flush()  # on PostgreSQL this waits for every casting transaction that saw the box open
    for panel in poll.panels:
        there = came[panel.key]
        number = issued.get(panel.key, there.slips if there.noted else panel.expected)
        if not 0 <= number <= panel.slips:
            raise BadInput("issued_number", key=panel.key, number=number, printed=panel.slips)
        ballots = session.scalars(
            sa.select(BoxedBallot.raw).where(BoxedBallot.panel == panel.uuid).order_by(BoxedBallot.hash)
        ).all()
        if panel.key not in issued and len(ballots) > number and not poll.rehearsal:
            # taken silently, the default would make the panel void for ever
            raise BadInput("issued_needed", key=panel.key, expected=panel.expected, returned=len(ballots))
        panel.issued = number
        panel.returned = len(ballots)
        _reconcile(panel, there, (figures or {}).get(panel.key, Stated()), notes)
        panel.archive = write_archive(panel, [raw.encode("ascii") for raw in ballots], now)
    wipe(session, poll)
    closed = {panel.key: _logged(panel) for panel in poll.panels}
    audit.record(session, who=people[0], what="poll.close", poll_id=poll.id, now=now, witness=people[1], panels=closed)


def _reconcile(panel: Panel, there: Attendance, stated: Stated, notes: Mapping[str, str] | None) -> None:
    """Fill in what was not stated, and see that it balances or has a reason."""
    issued = panel.issued or 0
    present = stated.present if stated.present is not None else there.present if there.noted else issued
    unused = stated.unused if stated.unused is not None else max(0, panel.slips - issued - stated.spoiled)
    for number in (present, stated.spoiled, unused):
        if not 0 <= number <= MOST_FIGURE:
            raise BadInput("figure_number", key=panel.key, number=number, most=MOST_FIGURE)
    panel.present, panel.spoiled, panel.unused = present, stated.spoiled, unused
    panel.note = ((notes or {}).get(panel.key) or "").strip() or None
    found = reconciliation(panel)
    assert found is not None
    if not found.faults:
        panel.note = None
    elif notes is not None and panel.note is None:
        raise BadInput(
            "balance_reason",
            key=panel.key,
            panel=scheme_of(panel.poll).panel(panel.key).title,
            faults=_said(found),
        )


def _said(found: Reconciliation) -> list[BadInput]:
    """Each fault with its figures, but never how many ballots are in a box that is still open."""
    said = {
        Fault.PRINTED: BadInput("balance_printed", printed=found.printed, accounted=found.accounted),
        Fault.RETURNED: BadInput("balance_returned", issued=found.issued),
        Fault.ISSUED: BadInput("balance_issued", issued=found.issued, present=found.present),
        Fault.PRESENT: BadInput("balance_present", present=found.present, expected=found.expected),
    }
    return [said[fault] for fault in found.faults]


def _logged(panel: Panel) -> dict[str, object]:
    names = ("issued", "returned", "present", "spoiled", "unused")
    return {name: getattr(panel, name) for name in names} | ({"note": panel.note} if panel.note else {})


def write_archive(panel: Panel, ballots: list[bytes], now: datetime) -> bytes:
    """The archive up to EncryptedTally, its ballots sorted by hash and its timestamp the day's (pitfalls 8 and 11)."""
    assert panel.election is not None and panel.trustees is not None and panel.credentials is not None  # noqa: PT018 - one invariant
    day = datetime.combine(day_of(now), time(), UTC)
    writer = ArchiveWriter(int(day.timestamp()))
    writer.setup(panel.election, panel.trustees, panel.credentials)
    for raw in ballots:
        writer.ballot(raw)
    writer.end_ballots()
    writer.encrypted_tally(
        encrypted_tally(read_election(panel.election), [read_ballot(raw) for raw in ballots]), len(ballots)
    )
    return writer.bytes()


def forget_order(database: Database) -> None:
    """Put open boxes and rosters in key order before a backup, which outlives them (law 1). SQLite's own way of copying does so itself."""
    if not database.is_sqlite:
        database.compact(*ORDERED)


def level(database: Database) -> None:
    """Rewrite what closed boxes and their rosters lie on, so that no byte tells the order of arrival (law 1); done again if it was cut short."""
    with database.read() as session:
        due = session.scalars(sa.select(Poll.id).where(Poll.closed_on.is_not(None), Poll.levelled.is_(False))).all()
    if not due:
        return
    database.compact(*ORDERED)
    with database.write() as session:
        session.execute(sa.update(Poll).where(Poll.id.in_(due)).values(levelled=True))
