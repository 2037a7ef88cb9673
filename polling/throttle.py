"""Wrong passwords are counted, and who guesses waits; nobody else does.

Invariants:
* what is counted is one name tried from one place (an address, or a browser that signed in before), as a keyed hash: who guesses from
  elsewhere makes nobody wait, and no name or address is kept;
* codes of the second step are counted apart, and for longer;
* an attempt is written down as wrong before its password is looked at, and taken back when it is right: many attempts at once get no more
  guesses than one after the other, in however many processes;
* known and unknown names cost the same and are answered the same.
"""

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.db import Database
from polling.errors import RuleRefused
from polling.models import LoginFailure, User
from polling.passwords import hash_again, is_outdated, password_fits
from polling.people import look_up

FREE = 5  # guesses of one name from one place
FREE_ADDRESS = 30  # guesses from one place, whatever the names
MEMORY = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)


@dataclass(frozen=True)
class Patience:
    """How many wrong ones are free, how long they are remembered, and the longest wait."""

    free: int
    memory: timedelta
    longest: timedelta


PASSWORDS = Patience(FREE, MEMORY, LONGEST_WAIT)
PLACES = Patience(FREE_ADDRESS, MEMORY, LONGEST_WAIT)
# six digits bear less than a password does, and who guesses them knows the password: about thirty a day, each good for three in a million
CODES = Patience(FREE, timedelta(days=1), timedelta(hours=1))
# clocks of several nodes differ; what lies further ahead was written before a wrong clock was put right
AHEAD = timedelta(minutes=1)


def check_password(database: Database, name: str, password: str, *, address: str, now: datetime) -> User:
    """The user of this name, whose password this is. Raises RuleRefused `login_wrong` or `login_wait` {minutes}.

    Takes the database, not a session: a wrong password must stay counted when the caller's transaction is rolled back, and the hash takes
    too long for the writers' turn. Call it before writing.
    """
    name = name.strip()
    attempt = begin(database, name, address, now=now)
    with database.read() as session:
        user = look_up(session, name)
    if not password_fits(user.password_hash if user else None, password) or user is None:
        raise RuleRefused("login_wrong")
    renewed = hash_again(password) if is_outdated(user.password_hash or "") else None
    with database.write() as session:
        forget(session, attempt)
        if renewed is not None:
            row = session.get(User, name)
            if row is not None and row.password_hash == user.password_hash:
                row.password_hash = user.password_hash = renewed
    return user


Attempt = tuple[str, int]


def begin(database: Database, name: str, address: str, *, now: datetime, patience: Patience = PASSWORDS) -> Attempt:
    """Write an attempt down as a wrong one, until `forget` takes it back. Raises RuleRefused `login_wait` {minutes}."""
    pair, place = _keyed(database, [name, address]), _keyed(database, [address])
    with database.read() as session:  # who waits takes no turn of the writers
        _demand_patience(session, {pair: patience, place: PLACES}, now)
    with database.write() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("LOCK TABLE login_failures IN SHARE ROW EXCLUSIVE MODE"))
        session.execute(
            sa.delete(LoginFailure).where(sa.or_(LoginFailure.at < now - CODES.memory, LoginFailure.at > now + AHEAD))
        )
        _demand_patience(session, {pair: patience, place: PLACES}, now)
        rows = [LoginFailure(who=who, at=now) for who in (pair, place)]
        session.add_all(rows)
        session.flush()
        return pair, rows[1].id


def forget(session: Session, attempt: Attempt) -> None:
    """Take an attempt back that was right, with all wrong ones of the same name from the same place."""
    pair, place_row = attempt
    session.execute(sa.delete(LoginFailure).where(sa.or_(LoginFailure.who == pair, LoginFailure.id == place_row)))


def _demand_patience(session: Session, counted: Mapping[str, Patience], now: datetime) -> None:
    until = max(_until(session, who, patience, now) for who, patience in counted.items())
    if until > now:
        raise RuleRefused("login_wait", minutes=math.ceil((until - now) / timedelta(minutes=1)))


def wrong(database: Database, name: str, address: str, *, now: datetime, patience: Patience = PASSWORDS) -> int:
    """How many wrong ones of a name from a place are remembered."""
    with database.read() as session:
        return _recent(session, _keyed(database, [name, address]), patience, now)[0]


def _recent(session: Session, who: str, patience: Patience, now: datetime) -> tuple[int, datetime | None]:
    recent = sa.and_(LoginFailure.who == who, LoginFailure.at >= now - patience.memory, LoginFailure.at <= now + AHEAD)
    number, last = session.execute(sa.select(sa.func.count(), sa.func.max(LoginFailure.at)).where(recent)).one()
    return number, last


def _until(session: Session, who: str, patience: Patience, now: datetime) -> datetime:
    """From when on the next attempt is taken: the wait begins after the free wrong ones and doubles with each."""
    number, last = _recent(session, who, patience, now)
    if last is None or number < patience.free:
        return now
    wait: timedelta = min(FIRST_WAIT * 2 ** (number - patience.free), patience.longest)
    return last + wait


def _keyed(database: Database, what: list[str]) -> str:
    return keyed(database.settings.secret(), "login", json.dumps(what))


def keyed(secret: bytes, purpose: str, text: str) -> str:
    """A hash that only this installation can make."""
    return hmac.new(secret, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
