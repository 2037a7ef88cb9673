"""Signed documents and the life of a result until its end, the keys that sign, who receives documents and what waits for them.

Documents are never edited.
"""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from polling.db import Base, UtcDateTime


class ResultDocument(Base):
    """One signed document as the exact bytes that were published.

    `number` counts the documents of this installation in the order of their commits; it and `type` are filled in at insertion.
    """

    __tablename__ = "result_documents"
    id: Mapped[str] = mapped_column(primary_key=True)
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), index=True)
    raw: Mapped[str]
    published_on: Mapped[date]
    number: Mapped[int] = mapped_column(unique=True)
    type: Mapped[str]


@event.listens_for(ResultDocument, "before_insert")
def _number(_mapper: Mapper[Any], connection: sa.Connection, document: ResultDocument) -> None:
    """Give a document the next number: whoever read up to a number has missed nothing below it."""
    if connection.dialect.name == "postgresql":
        # one document at a time until its commit, by the lock that the audit entry of the same act takes anyway
        connection.execute(sa.text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    stored = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(ResultDocument.number), 0))) or 0
    session = object_session(document)
    beside = [new.number or 0 for new in session.new if isinstance(new, ResultDocument)] if session else []
    document.number = max(stored, *beside, 0) + 1
    document.type = str(json.loads(document.raw)["document"]["type"])


class Signature(Base):
    """One step of a poll's sign-off chain, from the day on which the result was sent to be signed.

    `asked`: the approver who is to sign at the desk, None: on paper. `name`: who signed, None while it waits. A paper signature counts
    when a second person compared it with its scan (`confirmed_by`).
    """

    __tablename__ = "signatures"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    asked: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str | None]
    signed_on: Mapped[date | None]
    # the words of an opinion; in no published document
    text: Mapped[str | None]
    way: Mapped[str | None]
    entered_by: Mapped[str | None]
    confirmed_by: Mapped[str | None]
    scan: Mapped[bytes | None] = mapped_column(deferred=True)
    scan_type: Mapped[str | None]

    @property
    def done(self) -> bool:
        """Whether this step is signed."""
        return self.name is not None and (self.way != "paper" or self.confirmed_by is not None)


class Notice(Base):
    """The public notice of one result document; `number` counts a poll's result documents from 1.

    The days are None for what was published before notices were computed. `final_on`: the day on which it became final.
    """

    __tablename__ = "notices"
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("result_documents.id"), primary_key=True)
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"))
    number: Mapped[int]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    final_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None]
    __table_args__ = (sa.UniqueConstraint("poll_id", "number"),)


class Objection(Base):
    """异议: what somebody holds against a result on notice, and its decision. `from_whom` may stay empty, and is never a voter's link to a vote."""

    __tablename__ = "objections"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("result_documents.id"))
    text: Mapped[str]
    came: Mapped[str]
    from_whom: Mapped[str | None]
    received_on: Mapped[date]
    decision: Mapped[str | None]
    decision_text: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    # whether the correction that it asked for was made
    settled: Mapped[bool] = mapped_column(default=False)


class Correction(Base):
    """Figures of a panel restated by two people; `document_id` is the document that carries it, None until that is published."""

    __tablename__ = "corrections"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    made_on: Mapped[date]
    organizer: Mapped[str]
    witness: Mapped[str]
    document_id: Mapped[str | None]


class SigningKey(Base):
    """A key that signs documents and receipts, wrapped by the installation's secret; retired keys stay for checking.

    `since` is None for the first key, `until` for the active one.
    """

    __tablename__ = "signing_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    public: Mapped[str]
    wrapped: Mapped[str]
    active: Mapped[bool]
    since: Mapped[date | None]
    until: Mapped[date | None]


class Receiver(Base):
    """Who is sent every document. Without a `url` it is the scoring layer in this very process, and has no secret.

    `secret` is wrapped by the installation's. `gone`: it answered 410 and is paused for that.
    """

    __tablename__ = "receivers"
    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str | None]
    secret: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    gone: Mapped[bool] = mapped_column(default=False)


class Passage(StrEnum):
    """How far a document is on its way to a receiver."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


class Dispatch(Base):
    """One document for one receiver: a row of the outbox.

    `claim` names who is sending it just now, until `claimed_until`. `reason` and `status` (HTTP) are of the last failure.
    """

    __tablename__ = "outbox"
    receiver: Mapped[str] = mapped_column(sa.ForeignKey("receivers.name"), primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("result_documents.id"), primary_key=True)
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"))
    passage: Mapped[str] = mapped_column(default=Passage.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    enqueued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claim: Mapped[str | None]
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None]
    status: Mapped[int | None]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_outbox_receiver_passage", "receiver", "passage"),)
