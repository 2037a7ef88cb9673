"""The outbox: what was published waits here for each receiver, written in the transaction that publishes it.

Invariants:
* a document is handed over at least once, always under the same message id; a receiver that knows the id drops the second;
* per receiver and poll the order of publication is kept: what is not delivered holds back what came later;
* whoever sends holds a claim with an end: dying with it loses nothing, and nobody else sends meanwhile.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from belenios.group import RandomBytes
from polling import audit
from polling.db import Database
from polling.errors import BadInput, RuleRefused
from publishing.models import Dispatch, Passage, Receiver, ResultDocument
from publishing.receivers import find_receiver

LEASE = timedelta(seconds=90)  # longer than any sending takes (publishing.webhooks.TOTAL)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=6)
PATIENCE = timedelta(days=3)
CLAIM_BYTES = 8
GONE = 410


@dataclass(frozen=True)
class Message:
    """A document on its way: its id, which never changes, and the exact signed bytes."""

    id: str
    document: str
    raw: bytes


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send, and to whom; `receiver` is a copy that outlives the session."""

    receiver: Receiver
    message: Message
    claim: str


@dataclass(frozen=True)
class Outcome:
    """What came of one sending. `reason` (publishing.delivery_words) is None when it was delivered; `status` is HTTP's."""

    reason: str | None = None
    status: int | None = None

    @property
    def answered(self) -> bool:
        """Whether the receiver answered at all: if not, there is no use in sending it the next one at once."""
        return self.reason not in {"timeout", "unreachable"}


def message_id(document_id: str) -> str:
    """The id under which a document is sent, the same at every attempt and to every receiver."""
    return f"msg_{document_id}"


def enqueue(session: Session, *, document_id: str, poll_id: str, now: datetime) -> None:
    """Put a document into the outbox of every receiver, paused ones too, in the caller's transaction."""
    session.flush()  # the document's own row comes first
    for name in session.scalars(sa.select(Receiver.name).order_by(Receiver.name)):
        session.add(Dispatch(receiver=name, document_id=document_id, poll_id=poll_id, enqueued_at=now, due_at=now))


def claim(database: Database, name: str, *, now: datetime, random: RandomBytes) -> Claimed | None:
    """Take what is to be sent next to an active receiver, None where nothing is due.

    It goes through the writers' lock even when nothing is due: a reader here could keep a closing box from being levelled (law 1).
    """
    with database.write() as session:
        receiver = session.get(Receiver, name)
        if receiver is None or not receiver.active:
            return None
        mark = random(CLAIM_BYTES).hex()
        due: Sequence[str] = session.scalars(_due(name, now)).all()
        for document_id in due:
            ours = (
                sa.update(Dispatch)
                .where(Dispatch.receiver == name, Dispatch.document_id == document_id, *_free(now))
                .values(
                    claim=mark,
                    claimed_until=now + LEASE,
                    attempts=Dispatch.attempts + 1,
                    first_at=sa.func.coalesce(Dispatch.first_at, now),
                )
                .execution_options(synchronize_session=False)
                .returning(Dispatch.document_id)
            )
            if session.scalar(ours) is None:
                continue  # another node was faster
            raw = session.scalars(sa.select(ResultDocument.raw).where(ResultDocument.id == document_id)).one()
            return Claimed(receiver, Message(message_id(document_id), document_id, raw.encode()), mark)
    return None


def _free(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    unclaimed = sa.or_(Dispatch.claimed_until.is_(None), Dispatch.claimed_until <= now)
    return Dispatch.passage == Passage.WAITING, Dispatch.due_at <= now, unclaimed


def _due(name: str, now: datetime) -> sa.Select[Any]:
    """What may be sent to a receiver now, in the order of publication: of each poll the first undelivered document."""
    earlier, before = aliased(Dispatch), aliased(ResultDocument)
    held_back = (
        sa.select(earlier.document_id)
        .join(before, before.id == earlier.document_id)
        .where(
            earlier.receiver == name,
            earlier.poll_id == Dispatch.poll_id,
            earlier.passage != Passage.DELIVERED,
            before.number < ResultDocument.number,
        )
    )
    return (
        sa.select(Dispatch.document_id)
        .join(ResultDocument, ResultDocument.id == Dispatch.document_id)
        .where(Dispatch.receiver == name, *_free(now), ~held_back.exists())
        .order_by(ResultDocument.number)
    )


def pause_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: doubled each time up to six hours, and of that a part between half and all by `chance`."""
    longest = min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)
    return longest * (0.5 + chance / 2)


def settle(database: Database, sent: Claimed, outcome: Outcome, *, now: datetime, chance: float) -> None:
    """Keep what came of a sending: delivered, to be tried again, or parked after three days. `chance` from 0 to 1."""
    with database.write() as session:
        row = session.get(Dispatch, (sent.receiver.name, sent.message.document), with_for_update=True)
        if row is None or (outcome.reason is not None and row.claim != sent.claim):
            return  # the receiver was struck out, or our claim ran out and another one is at it
        row.claim = row.claimed_until = None
        row.reason, row.status = outcome.reason, outcome.status
        if outcome.reason is None:
            row.passage, row.settled_at = Passage.DELIVERED, now
            return
        if outcome.status == GONE:
            _gone(session, sent.receiver.name, now)
            return
        end = (row.first_at or now) + PATIENCE
        if now >= end:
            row.passage, row.settled_at = Passage.PARKED, now
        else:
            row.due_at = min(now + pause_after(row.attempts, chance), end)


def _gone(session: Session, name: str, now: datetime) -> None:
    """The receiver says that it is gone for good: paused, and said, until somebody resumes it or strikes it out."""
    receiver = find_receiver(session, name)
    receiver.active, receiver.gone = False, True
    audit.record(session, who="yipiao", what="receiver.gone", now=now, name=name)


def replay(session: Session, name: str, document_id: str | None = None, *, who: str, now: datetime) -> int:
    """Send again what is parked at a receiver, or one document of it, which may be a delivered one; gives how many.

    Raises BadInput `receiver_unknown`, `dispatch_unknown`, RuleRefused `nothing_parked`.
    """
    find_receiver(session, name)
    query = sa.select(Dispatch).where(Dispatch.receiver == name)
    if document_id is None:
        query = query.where(Dispatch.passage == Passage.PARKED)
    else:
        query = query.where(Dispatch.document_id == document_id.replace("\0", ""))
    rows = session.scalars(query.with_for_update()).all()
    if not rows:
        if document_id is not None:
            raise BadInput("dispatch_unknown", name=name, document=document_id)
        raise RuleRefused("nothing_parked", name=name)
    for row in rows:
        row.passage, row.due_at, row.first_at, row.attempts = Passage.WAITING, now, None, 0
        row.settled_at = None
    audit.record(session, who=who, what="outbox.replay", now=now, name=name, documents=len(rows))
    return len(rows)


@dataclass(frozen=True)
class Waiting:
    """A document that has not reached its receiver. `held`: an earlier one of its poll is in the way."""

    document: str
    title: str
    passage: Passage
    attempts: int
    enqueued_at: datetime
    due_at: datetime
    reason: str | None
    status: int | None
    held: bool


Titles = Callable[[str], str]


def undelivered(session: Session, name: str, titles: Titles) -> list[Waiting]:
    """What has not reached a receiver, in the order of publication; `titles` names a poll by its id."""
    rows = session.execute(
        sa.select(Dispatch)
        .join(ResultDocument, ResultDocument.id == Dispatch.document_id)
        .where(Dispatch.receiver == name, Dispatch.passage != Passage.DELIVERED)
        .order_by(ResultDocument.number)
    ).scalars()
    listed: list[Waiting] = []
    polls: set[str] = set()
    for row in rows:
        listed.append(
            Waiting(
                row.document_id,
                titles(row.poll_id),
                Passage(row.passage),
                row.attempts,
                row.enqueued_at,
                row.due_at,
                row.reason,
                row.status,
                held=row.poll_id in polls,
            )
        )
        polls.add(row.poll_id)
    return listed
