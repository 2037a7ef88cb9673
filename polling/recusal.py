"""Recusal 回避: whoever is assessed in a poll holds no role in it (公务员法 第七十六条).

People are known by their names, and names coincide: an administrator may note, with a reason, that a user is not the subject of that name.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.errors import BadInput, RuleRefused
from polling.models import Namesake, Poll, Subject

LONGEST_REASON = 300


def same_name(one: str, other: str) -> bool:
    """Whether two names are one person's, blanks and spellings of the same characters aside."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def is_concerned(session: Session, poll: Poll, name: str) -> bool:
    """Whether somebody of this name is assessed in a poll, and nobody has noted that it is another one."""
    same = [subject.subject_id for subject in poll.subjects if same_name(subject.name, name)]
    return any(session.get(Namesake, (name, subject)) is None for subject in same)


def demand_unconcerned(session: Session, poll: Poll, name: str) -> None:
    """Raise RuleRefused `recused` for somebody who is assessed in this very poll."""
    if is_concerned(session, poll, name):
        raise RuleRefused("recused", name=name)


@dataclass(frozen=True)
class Twin:
    """A subject that has a user's name; `reason` why it is another person, None where nobody has noted so."""

    subject_id: str
    name: str
    reason: str | None


def twins_of(session: Session, name: str) -> list[Twin]:
    """The subjects that have this name."""
    noted = {
        row.subject_id: row.reason for row in session.scalars(sa.select(Namesake).where(Namesake.user_name == name))
    }
    rows = session.execute(sa.select(Subject.id, Subject.name).order_by(Subject.id))
    return [Twin(row.id, row.name, noted.get(row.id)) for row in rows if same_name(row.name, name)]


def note_namesake(session: Session, name: str, subject_id: str, *, reason: str, by: str, now: datetime) -> None:
    """Note that a user is not the subject of the same name. Raises BadInput `reason_empty`, RuleRefused `user_self`, `namesake_none`."""
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise BadInput("reason_empty")
    if name == by:
        raise RuleRefused("user_self")
    if subject_id not in {twin.subject_id for twin in twins_of(session, name)}:
        raise RuleRefused("namesake_none")
    session.merge(Namesake(user_name=name, subject_id=subject_id, reason=reason))
    audit.record(session, who=by, what="user.namesake", now=now, name=name, subject=subject_id, reason=reason)
