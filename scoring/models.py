"""The scoring layer's own tables. No foreign key leaves them: what it knows of a poll is the signed document.

Invariants:
* documents, packs and entries are never changed and never deleted (triggers say so, migration 0005); whatever corrects is a newer row;
* `rehearsal` keeps two worlds apart in every table: nothing of a rehearsal is ever read for a real ledger;
* ledgers are the only rows that are written anew: each can be made again from the other three tables (`yipiao scoring rebuild --check`).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from polling.db import Base, UtcDateTime


class Pack(Base):
    """The exact bytes of a scheme that ledgers are computed by. `number`: the order in which they came."""

    __tablename__ = "scoring_packs"
    digest: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(index=True)
    raw: Mapped[bytes]


class Document(Base):
    """A received document, its signature checked, as the exact bytes that came.

    `replaces`: the document that this one supersedes or withdraws; each has at most one successor.
    """

    __tablename__ = "scoring_documents"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    poll: Mapped[str] = mapped_column(index=True)
    replaces: Mapped[str | None] = mapped_column(unique=True)
    # of a withdrawal both are None: it has whatever the document has that it withdraws
    scheme: Mapped[str | None] = mapped_column(index=True)
    rehearsal: Mapped[bool | None]
    raw: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Entry(Base):
    """One thing that a named person entered. `scheme`, `organization`, `subject`, `period` are empty where the kind has none.

    `place`: the organization of the tree at which a line of the register stands, by its id; None for every other kind.
    `replaces`: the entry that this one corrects or takes back; each is replaced at most once.
    """

    __tablename__ = "scoring_entries"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rehearsal: Mapped[bool]
    kind: Mapped[str]
    scheme: Mapped[str]
    organization: Mapped[str]
    subject: Mapped[str]
    period: Mapped[str]
    detail: Mapped[str]
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaces: Mapped[int | None] = mapped_column(unique=True)
    place: Mapped[str | None]
    __table_args__ = (sa.Index(None, "rehearsal", "kind", "scheme"), sa.Index(None, "subject"))


class Ledger(Base):
    """The ledger of one organization, scheme and period as canonical JSON."""

    __tablename__ = "scoring_ledgers"
    rehearsal: Mapped[bool] = mapped_column(primary_key=True)
    organization: Mapped[str] = mapped_column(primary_key=True)
    scheme: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    raw: Mapped[bytes]
