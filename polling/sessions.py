"""Sessions of the desk: who is signed in where, and those that were ended: a copy of their cookie opens nothing any more.

A session's cookie is signed and carries all that it is. What is stored of a living one is for its owner to look at; what was ended is noted until
the cookie would have ended by itself. No address is kept.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.calendar import day_of
from polling.models import DeskSession, EndedSession

LIFE = timedelta(hours=16)  # a long day, from signing in


def begin(session: Session, number: str, user: str, device: str, *, now: datetime) -> None:
    """Note that somebody signed in; those that have ended by themselves are swept away."""
    session.execute(sa.delete(DeskSession).where(DeskSession.began < now - LIFE))
    session.add(DeskSession(number=number, user_name=user, device=device, began=now, seen_on=day_of(now)))


def listed(session: Session, user: str, *, now: datetime) -> list[DeskSession]:
    """Somebody's living sessions, the latest first."""
    chosen = sa.select(DeskSession).where(DeskSession.user_name == user, DeskSession.began >= now - LIFE)
    return list(session.scalars(chosen.order_by(DeskSession.began.desc(), DeskSession.number)))


def is_due(session: Session, number: str, *, today: date) -> bool:
    """Whether it is to be noted that a session is in use today: once a day, and no moment."""
    row = session.get(DeskSession, number)
    return row is not None and row.seen_on != today


def seen(session: Session, number: str, *, today: date) -> None:
    """Note the day on which a session was last in use."""
    session.execute(sa.update(DeskSession).where(DeskSession.number == number).values(seen_on=today))


def end(session: Session, number: str, *, now: datetime) -> None:
    """End the session of this number; those that are too old to open anything are swept away."""
    session.execute(sa.delete(EndedSession).where(EndedSession.at < now - LIFE))
    session.execute(sa.delete(DeskSession).where(DeskSession.number == number))
    session.add(EndedSession(number=number, at=now))


def end_of(session: Session, user: str, number: str | None, *, keep: str = "", now: datetime) -> int:
    """End one session of somebody's (None: all but `keep`); give how many ended. One that is not theirs is none."""
    numbers = [
        row.number for row in listed(session, user, now=now) if row.number != keep and number in (None, row.number)
    ]
    for each in numbers:
        end(session, each, now=now)
    return len(numbers)


def is_alive(session: Session, number: str, *, began: datetime, now: datetime) -> bool:
    """Whether a session that began then may go on."""
    if now - began > LIFE:
        return False
    return session.scalars(sa.select(EndedSession.id).where(EndedSession.number == number).limit(1)).first() is None
