"""Annulling a poll: what was not counted is never opened, by nobody."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.keys import KeyStore
from ballots.models import PartialDecryption
from polling import audit
from polling.attendance import TAKES, wipe
from polling.calendar import day_of
from polling.db import Database
from polling.errors import BadInput
from polling.lifecycle import State, step
from polling.models import Panel, Poll

ENDED = (State.ANNULLED, State.FINAL, State.ARCHIVED)


def annul(session: Session, poll: Poll, *, reason: str, people: tuple[str, str], now: datetime) -> None:
    """Annul a poll for a reason, by two people. The caller commits, then calls `destroy_ended_keys` and `closing.level`.

    Shares that were handed in go with it: with them and one more key the sum of an unopened box could still be had.
    """
    if not reason.strip():
        raise BadInput("reason_empty")
    before = poll.state
    poll.state = step(poll.state, State.ANNULLED)
    if before in TAKES:  # box and roster are closed now, and must forget the order of arrival like any others (law 1)
        poll.closed_on = day_of(now)
        wipe(session, poll)
    poll.annulled_reason = reason.strip()
    panels = sa.select(Panel.uuid).where(Panel.poll_id == poll.id)
    session.execute(sa.delete(PartialDecryption).where(PartialDecryption.panel.in_(panels)))
    audit.record(
        session,
        who=people[0],
        what="poll.annul",
        poll_id=poll.id,
        now=now,
        witness=people[1],
        reason=reason.strip(),
        before=before.value,
    )


def destroy_ended_keys(database: Database) -> None:
    """Destroy this machine's keys of every poll that is annulled or final (law 14); done again at each start, in case it was cut short."""
    with database.read() as session:
        ended = session.scalars(sa.select(Poll.id).where(Poll.state.in_(ENDED))).all()
    store = KeyStore(database.settings, rehearsal=False)
    for poll_id in ended:
        store.destroy(poll_id)
