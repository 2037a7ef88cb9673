"""Signed result documents and the keys that sign. Documents are never edited."""

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


class SigningKey(Base):
    """A key that signs documents and receipts, wrapped by the installation's secret; retired keys stay for checking."""

    __tablename__ = "signing_keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    public: Mapped[str]
    wrapped: Mapped[str]
    active: Mapped[bool]
