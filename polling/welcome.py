"""Inviting somebody: a one-time link by which the invited chooses a password that nobody else has seen.

Invariants:
* the link's token is stored as a keyed hash alone, and shown once;
* it opens for `LIFE` and until a password was set or taken away, whichever way; a newer link of the same person replaces it;
* looking at it changes nothing: chat programs fetch what is sent through them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.errors import RuleRefused
from polling.models import User, Welcome
from polling.people import demand_charge, find_user, set_password
from polling.settings import Settings
from polling.throttle import keyed

LIFE = timedelta(days=7)
TOKEN_BYTES = 16


def invite(
    session: Session, settings: Settings, name: str, *, by: str, now: datetime, random: Callable[[int], bytes]
) -> str:
    """A new link's token for somebody. Raises RuleRefused as `polling.people.demand_charge` does."""
    user = demand_charge(session, name, by=by)
    token = random(TOKEN_BYTES).hex()
    session.merge(Welcome(user_name=user.name, hash=_hash(settings, token), made_at=now, used=False))
    audit.record(session, who=by, what="user.invite", now=now, name=user.name)
    return token


def invited(session: Session, settings: Settings, token: str, *, now: datetime) -> User:
    """Whose link this is. Raises RuleRefused `welcome_unknown`, `welcome_used`, `welcome_late`."""
    chosen = sa.select(Welcome).where(Welcome.hash == _hash(settings, token)).with_for_update()
    link = session.scalars(chosen).one_or_none()
    if link is None:
        raise RuleRefused("welcome_unknown")
    if link.used:
        raise RuleRefused("welcome_used")
    if not timedelta() <= now - link.made_at + timedelta(minutes=1) <= LIFE + timedelta(minutes=1):
        raise RuleRefused("welcome_late", days=LIFE.days)
    return find_user(session, link.user_name)


def accept(session: Session, settings: Settings, token: str, password_hash: str, *, now: datetime) -> User:
    """The invited has chosen a password: the link is used up, sessions of before end. Raises RuleRefused as `invited` does."""
    user = set_password(session, invited(session, settings, token, now=now).name, password_hash)
    audit.record(session, who=user.name, what="user.welcome", now=now, name=user.name)
    return user


def _hash(settings: Settings, token: str) -> str:
    return keyed(settings.secret(), "welcome", token)
