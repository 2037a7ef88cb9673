"""What was looked at before a poll is opened: ticks of the organizer, and what the machine noticed. Nothing of a voter.

A note holds for what it was made for: `detail` is what the item was then (an address, a printing), and another one is looked at anew.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from polling.db import Base
from polling.models import Poll
from polling.people import WITNESSES, who_may
from polling.recusal import is_concerned


class Item(StrEnum):
    """The lines that are noted; the others follow from the poll itself."""

    ADDRESS = "address"  # opened by a phone
    TRIAL = "trial"  # a trial ballot was cast and counted
    SCALE = "scale"
    SCRUTINEERS = "scrutineers"
    NOTICE = "notice"


# what no machine can check
TICKS = (Item.SCALE, Item.SCRUTINEERS, Item.NOTICE)


class LookedAt(Base):
    """One line of a poll that was looked at, and what it was then."""

    __tablename__ = "looked_at"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    detail: Mapped[str]


def note(session: Session, poll: Poll, item: Item, detail: str = "") -> None:
    """Note that a line was looked at."""
    session.merge(LookedAt(poll_id=poll.id, item=item.value, detail=detail))
    session.flush()


def unnote(session: Session, poll: Poll, item: Item) -> None:
    """Take a tick back."""
    session.execute(sa.delete(LookedAt).where(LookedAt.poll_id == poll.id, LookedAt.item == item.value))


def noted(session: Session, poll: Poll) -> dict[Item, str]:
    """What was looked at, each with what it was then."""
    rows = session.execute(sa.select(LookedAt.item, LookedAt.detail).where(LookedAt.poll_id == poll.id))
    return {Item(item): detail for item, detail in rows}


def forget_notes(session: Session, poll: Poll) -> None:
    """Take all notes of a poll out of the database."""
    session.execute(sa.delete(LookedAt).where(LookedAt.poll_id == poll.id))


def scrutineers(session: Session, poll: Poll) -> list[str]:
    """Who may close a poll beside its organizer."""
    return [name for name in who_may(session, WITNESSES, poll.organization_id) if not is_concerned(session, poll, name)]
