"""The tables of random inspections. Appended to, never changed: triggers refuse every UPDATE and DELETE."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from polling.db import Base


class FixedDraw(Base):
    """What was fixed before a seed: the signed document as exact bytes.

    `about` is the purpose as it is compared; `replaces` the earlier draw, empty for the first one: the database itself refuses a
    second draw of one purpose and period that does not name another one.
    """

    __tablename__ = "fixed_draws"
    __table_args__ = (sa.UniqueConstraint("about", "period", "replaces"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str]
    period: Mapped[str]
    replaces: Mapped[str]
    raw: Mapped[str]
    # the order in which they were fixed
    number: Mapped[int] = mapped_column(unique=True)


class DrawnSample(Base):
    """The finished draw: the signed record as exact bytes."""

    __tablename__ = "drawn_samples"
    draw_id: Mapped[str] = mapped_column(sa.ForeignKey("fixed_draws.id"), primary_key=True)
    raw: Mapped[str]
