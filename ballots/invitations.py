"""Key holders of a poll: who was asked, the one-time link to a page that makes the key, and the key that came back.

Invariants:
* of a link's token only the hash is kept; a new link ends the one before, and a key that came ends it for good;
* a holder has one key, a key has one holder, and it serves one poll;
* no subject of the poll has a hand in it, but to name people in a draft: whoever makes a link sees it;
* until opening somebody can be struck out, with the key; the others' keys move up, because a trustee's number is its place.
"""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.models import Invitation, Trustee
from ballots.opening import SERVER, bring_key, key_fingerprint, read_part, trustees_of
from ballots.slips import end_slips, keys_of
from ballots.wording import Keys
from belenios.group import RandomBytes, read_point, write_point
from belenios.trustees import fingerprint
from polling import audit
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import demand_state, find_poll
from polling.recusal import demand_unconcerned, is_concerned

TOKEN_BYTES = 16
DEFAULT_HOLDERS = 2
MOST_HOLDERS = 9
LONGEST_NAME = 60


@dataclass(frozen=True)
class Holder:
    """Somebody who was asked for a key. `fingerprint` is None until it came; `linked`: a link is out that nobody used yet."""

    number: int
    name: str
    fingerprint: str | None
    linked: bool


@dataclass(frozen=True)
class Key:
    """One key of a poll, with its holder's name where it is known; `owner` counts from 1."""

    owner: int
    origin: str
    fingerprint: str
    name: str | None


def name_holders(session: Session, poll: Poll, names: Sequence[str], *, who: str, now: datetime) -> None:
    """Set whom a poll not yet open asks for keys; empty names are passed over, and whoever's key came stays.

    A name that was there keeps its link. Raises BadInput `holder_name`, `holder_subject`, `holder_twice`, `holders_many`.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    if poll.state is not State.DRAFT:
        demand_unconcerned(session, poll, who)
    wanted = [name.strip() for name in names if name.strip()]
    _demand_names(session, poll, wanted)
    rows = _rows(session, poll)
    kept = [row for row in rows if row.public_key is not None or row.name in wanted]
    known = {row.name for row in kept}
    fresh = [name for name in wanted if name not in known]
    if len(kept) + len(fresh) > MOST_HOLDERS:
        raise BadInput("holders_many", most=MOST_HOLDERS)
    if len(kept) == len(rows) and not fresh:
        return
    for row in rows:
        if row not in kept:
            session.delete(row)
    number = max((row.number for row in rows), default=0)
    for name in fresh:
        number += 1
        session.add(Invitation(poll_id=poll.id, number=number, name=name))
    session.flush()
    audit.record(
        session,
        who=who,
        what="poll.holders",
        poll_id=poll.id,
        now=now,
        names=[row.name for row in _rows(session, poll)],
    )


def _demand_names(session: Session, poll: Poll, wanted: Sequence[str]) -> None:
    for name in wanted:
        if len(name) > LONGEST_NAME or any(unicodedata.category(character) == "Cc" for character in name):
            raise BadInput("holder_name", name=name[:LONGEST_NAME], most=LONGEST_NAME)
        if is_concerned(session, poll, name):
            raise BadInput("holder_subject", name=name)
        if wanted.count(name) > 1:
            raise BadInput("holder_twice", name=name)


def new_link(session: Session, poll: Poll, number: int, *, random: RandomBytes, who: str, now: datetime) -> str:
    """Give the token of a fresh one-time link for a holder, the only time it can be seen; the link before is ended.

    Raises BadInput `holder_unknown`, RuleRefused `holder_has_key`.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    demand_unconcerned(session, poll, who)
    row = _waiting(session, poll, number)
    token = urlsafe_b64encode(random(TOKEN_BYTES)).rstrip(b"=").decode()
    row.token_hash = _hash(token)
    audit.record(session, who=who, what="poll.invite", poll_id=poll.id, now=now, name=row.name)
    return token


def demand_link(session: Session, poll_id: str, token: str, public: bytes) -> None:
    """Raise RuleRefused `link_ended` unless a link's token is good, or its key has come: asked before anything that makes others wait."""
    good = sa.select(Invitation.number).where(Invitation.poll_id == poll_id, Invitation.token_hash == _hash(token))
    come = sa.select(Trustee.public_part).where(Trustee.poll_id == poll_id)
    # compared here: a stranger's text may hold what no database takes
    if session.scalar(good) is None and public.decode() not in session.scalars(come).all():
        raise RuleRefused("link_ended")


def register_key(session: Session, poll_id: str, token: str, public: bytes, *, now: datetime) -> str:
    """Take the public part that the page behind a one-time link made; return the key's fingerprint, and end the link.

    The same key again is answered as before: its first answer may have been lost. Raises RuleRefused `link_ended`, `link_late`
    once the poll was opened, `key_used`, and BadInput `key_false` when it does not prove to know the private key.
    """
    poll = find_poll(session, poll_id, lock=True)
    row = session.scalars(
        sa.select(Invitation).where(Invitation.poll_id == poll_id, Invitation.token_hash == _hash(token))
    ).one_or_none()
    part = read_part(public)
    if part is None:
        raise BadInput("key_false")
    if row is None:
        if part.raw.decode() in [known.public_part for known in trustees_of(session, poll)]:
            return fingerprint(part.public_key)
        raise RuleRefused("link_ended")
    if poll.state not in (State.DRAFT, State.PRINTED):
        raise RuleRefused("link_late")
    bring_key(session, poll, part)
    return _came(session, row, part.public_key, who=row.name, now=now)


def bring_file(session: Session, poll: Poll, number: int, public: bytes, *, where: str, who: str, now: datetime) -> str:
    """Take a holder's public part that came as the file `where`, made by `yipiao trustee new` or by the page without a network.

    Raises BadInput `trustee_file`, `holder_unknown`, RuleRefused `holder_has_key`, `key_used`.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    demand_unconcerned(session, poll, who)
    row = _waiting(session, poll, number)
    part = read_part(public)
    if part is None:
        raise BadInput("trustee_file", where=where)
    bring_key(session, poll, part)
    return _came(session, row, part.public_key, who=who, now=now)


def strike_out(session: Session, poll: Poll, number: int, *, who: str, now: datetime) -> None:
    """Remove a holder, and the key that came. Raises BadInput `holder_unknown`.

    Slips that were printed while the keys promised secrecy end when the keys left do not: no box is opened under a false promise (law 14).
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    demand_unconcerned(session, poll, who)
    promised = keys_of(session, poll)
    row = _row(session, poll, number)
    name, gone = row.name, row.public_key
    session.delete(row)
    session.flush()
    if gone is not None:
        session.execute(sa.delete(Trustee).where(Trustee.poll_id == poll.id, Trustee.public_key == gone))
        remaining = session.scalars(
            sa.select(Trustee.position).where(Trustee.poll_id == poll.id).order_by(Trustee.position)
        ).all()
        for place, position in enumerate(remaining, start=SERVER + 1):
            session.execute(
                sa.update(Trustee)
                .where(Trustee.poll_id == poll.id, Trustee.position == position)
                .values(position=place)
            )
    if poll.state is State.PRINTED and promised is Keys.SEPARATE and keys_of(session, poll) is not promised:
        end_slips(session, poll)
    audit.record(
        session,
        who=who,
        what="poll.strike_out",
        poll_id=poll.id,
        now=now,
        name=name,
        key=fingerprint(read_point(gone)) if gone else None,
    )


def invited(session: Session, poll: Poll) -> tuple[Holder, ...]:
    """Whom a poll asked for keys, in the order in which they were named."""
    return tuple(
        Holder(
            number=row.number,
            name=row.name,
            fingerprint=fingerprint(read_point(row.public_key)) if row.public_key else None,
            linked=row.token_hash is not None,
        )
        for row in _rows(session, poll)
    )


def keys_with_names(session: Session, poll: Poll) -> tuple[Key, ...]:
    """Every key of a poll in the order of the election's trustees."""
    names = {row.public_key: row.name for row in _rows(session, poll)}
    return tuple(
        Key(
            owner=trustee.position,
            origin=trustee.origin,
            fingerprint=key_fingerprint(trustee),
            name=names.get(trustee.public_key),
        )
        for trustee in trustees_of(session, poll)
    )


def _came(session: Session, row: Invitation, public_key: bytes, *, who: str, now: datetime) -> str:
    row.token_hash, row.public_key = None, write_point(public_key)
    session.flush()
    key = fingerprint(public_key)
    audit.record(session, who=who, what="poll.key", poll_id=row.poll_id, now=now, name=row.name, key=key)
    return key


def _rows(session: Session, poll: Poll) -> list[Invitation]:
    return list(session.scalars(sa.select(Invitation).where(Invitation.poll_id == poll.id).order_by(Invitation.number)))


def _row(session: Session, poll: Poll, number: int) -> Invitation:
    row = session.get(Invitation, (poll.id, number))
    if row is None:
        raise BadInput("holder_unknown")
    return row


def _waiting(session: Session, poll: Poll, number: int) -> Invitation:
    row = _row(session, poll, number)
    if row.public_key is not None:
        raise RuleRefused("holder_has_key", name=row.name)
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
