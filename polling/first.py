"""The first administrator: a one-time code from the server's terminal opens one page, once."""

import hmac
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit, typed_codes
from polling.db import Database
from polling.errors import RuleRefused
from polling.models import ROOT, OneTimeCode, Poll, Role, User
from polling.organizations import change, find, holds
from polling.people import can_sign_in, look_up, register
from polling.settings import Settings
from polling.throttle import begin, forget, keyed

PURPOSE = "administrator"
# counted like guesses of a password, under a name that nobody can have
NOBODY = "\0first"


def is_due(session: Session) -> bool:
    """Whether nobody can sign in yet as administrator of everything."""
    return not can_sign_in(session, Role.ADMINISTRATOR, at=ROOT)


def is_empty(session: Session) -> bool:
    """Whether nothing is here yet that restoring a backup would overwrite."""
    return not any(session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Poll, User))


def new_code(database: Database, *, now: datetime, random: Callable[[int], bytes]) -> str:
    """A new code, in groups; the one before counts no more."""
    code = typed_codes.new_code(random)
    with database.write() as session:
        session.merge(OneTimeCode(purpose=PURPOSE, hash=_hash(database.settings, code), made_at=now))
    return code


def check_code(database: Database, typed: str, *, address: str, now: datetime) -> None:
    """Raise RuleRefused `code_wrong` for another code than the newest, `login_wait` for one guess too many."""
    attempt = begin(database, NOBODY, address, now=now)
    with database.write() as session:
        _demand_code(session, database.settings, typed)
        forget(session, attempt)


def make_administrator(
    session: Session, settings: Settings, typed: str, name: str, password_hash: str, *, office: str = "", now: datetime
) -> User:
    """The first administrator, and the name of the office where one is given; the code is used up.

    Raises RuleRefused `code_wrong`, and BadInput as `register` and `polling.organizations.change` do.

    Somebody who was registered as administrator at the terminal, without a password, gets this one.
    """
    _demand_code(session, settings, typed)
    user = look_up(session, name.strip())
    if user is not None and holds(session, user.name, {Role.ADMINISTRATOR}, ROOT):
        user.password_hash = password_hash
    else:
        user = register(session, name, Role.ADMINISTRATOR, password_hash)
    session.execute(sa.delete(OneTimeCode).where(OneTimeCode.purpose == PURPOSE))
    audit.record(session, who=user.name, what="user.first", now=now, name=user.name)
    root = find(session, ROOT)
    if office.strip():
        change(session, root, office, root.level, who=user.name, now=now)
    return user


def carry_over(source: Session, target: Session) -> None:
    """Let the code of one database count in another, that takes its place, unless that one has an administrator."""
    target.execute(sa.delete(OneTimeCode))
    kept = source.get(OneTimeCode, PURPOSE)
    if kept is not None and is_due(target):
        target.add(OneTimeCode(purpose=PURPOSE, hash=kept.hash, made_at=kept.made_at))


def _demand_code(session: Session, settings: Settings, typed: str) -> None:
    kept = session.get(OneTimeCode, PURPOSE, with_for_update=True) if is_due(session) else None
    if kept is None or not hmac.compare_digest(kept.hash, _hash(settings, typed)):
        raise RuleRefused("code_wrong")


def _hash(settings: Settings, typed: str) -> str:
    return keyed(settings.secret(), "first", typed_codes.plain(typed))
