"""Signed documents, the keys that sign, and the life of a result between the count and its end. Documents are never edited."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from polling.db import Base


class ResultDocument(Base):
    """One signed result document as the exact bytes that were published."""

    __tablename__ = "result_documents"
    id: Mapped[str] = mapped_column(primary_key=True)
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), index=True)
    raw: Mapped[str]
    published_on: Mapped[date]


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
    """A key that signs documents and receipts, wrapped by the installation's secret; retired keys stay for checking."""

    __tablename__ = "signing_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    public: Mapped[str]
    wrapped: Mapped[str]
    active: Mapped[bool]
