"""Sessions of the desk that were signed out of: a copy of their cookie opens nothing any more.

A session's cookie is signed and carries all that it is; nothing is stored of sessions that are alive. What was signed out of is noted until
the cookie would have ended by itself.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.models import EndedSession

LIFE = timedelta(hours=16)  # a long day, from signing in


def end(session: Session, number: str, *, now: datetime) -> None:
    """Note that the session of this number is over; those that are too old to open anything are swept away."""
    session.execute(sa.delete(EndedSession).where(EndedSession.at < now - LIFE))
    session.add(EndedSession(number=number, at=now))


def is_alive(session: Session, number: str, *, began: datetime, now: datetime) -> bool:
    """Whether a session that began then may go on."""
    if now - began > LIFE:
        return False
    return session.scalars(sa.select(EndedSession.id).where(EndedSession.number == number).limit(1)).first() is None
