"""Signed documents, the keys that sign, who receives the documents and what waits for them. Documents are never edited."""

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
