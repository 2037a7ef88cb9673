"""The box, the list of credentials, and the keys of a poll.

Law 1 in columns: no time, no address, no rising key, no mark of use; both box and list are kept in the order of their own random keys.
No foreign key leads from a ballot to its credential: PostgreSQL would note the casting transaction's number on the credential's row.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from polling.db import Base


class Credential(Base):
    """The public point of one slip. Whether it was used is asked of the box, never written here."""

    __tablename__ = "credentials"
    __table_args__ = ({"sqlite_with_rowid": False},)
    panel: Mapped[str] = mapped_column(sa.ForeignKey("panels.uuid"), primary_key=True)
    point: Mapped[str] = mapped_column(primary_key=True, unique=True)


class BoxedBallot(Base):
    """One sealed ballot as the raw text that was signed and hashed. A trigger refuses every UPDATE, and DELETE outside a purge."""

    __tablename__ = "ballots"
    __table_args__ = (
        sa.Index(None, "panel", "hash"),
        {"sqlite_with_rowid": False},
    )
    hash: Mapped[str] = mapped_column(primary_key=True)
    panel: Mapped[str]
    credential: Mapped[str] = mapped_column(unique=True)
    raw: Mapped[str]


class Purge(Base):
    """A panel whose box is being destroyed after its retention period: the one case in which ballots may be deleted."""

    __tablename__ = "purges"
    panel: Mapped[str] = mapped_column(primary_key=True)


class Trustee(Base):
    """One key of a poll: its public part, in the order of the election's trustees (index from 1)."""

    __tablename__ = "trustees"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str]  # server | brought | rehearsal: what law 14 promises depends on it
    public_key: Mapped[str] = mapped_column(unique=True)
    public_part: Mapped[str]


class Invitation(Base):
    """A key holder who was asked for a key. The link's token is kept as its hash, and goes when the key has come."""

    __tablename__ = "invitations"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    public_key: Mapped[str | None]


class PartialDecryption(Base):
    """A key holder's share for one panel, checked when it came in."""

    __tablename__ = "partial_decryptions"
    panel: Mapped[str] = mapped_column(sa.ForeignKey("panels.uuid"), primary_key=True)
    owner: Mapped[int] = mapped_column(primary_key=True)
    payload: Mapped[str]
