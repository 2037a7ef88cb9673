"""The append-only book of what people entered: one way in, and what of it is in force."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from polling import audit
from polling.db import Base
from polling.errors import RuleRefused
from scoring.models import Entry

# parameters of one statement that both databases take
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Act:
    """Who enters something, when, and in which world: a rehearsal's book is another book."""

    who: str
    now: datetime
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class New:
    """An entry to be made; fields as in `scoring.models.Entry`."""

    kind: str
    detail: Mapping[str, Any]
    scheme: str = ""
    organization: str = ""
    subject: str = ""
    period: str = ""
    replaces: int | None = None
    place: str | None = None


def alone(session: Session, table: type[Base]) -> None:
    """Keep other writers of a table out until the transaction ends; on SQLite there are none."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def append(session: Session, act: Act, new: Sequence[New], *, what: str, **noted: str | int) -> list[int]:
    """Append entries and one line of the audit log `scoring.<what>`; give their numbers, without gap.

    Raise RuleRefused `scoring_entry_replaced` where an entry to be replaced was replaced before or never was.
    """
    alone(session, Entry)
    _demand_standing(session, act, [each.replaces for each in new if each.replaces is not None])
    first = (session.scalar(sa.select(sa.func.max(Entry.number))) or 0) + 1
    rows = [
        {
            "number": number,
            "rehearsal": act.rehearsal,
            "kind": each.kind,
            "scheme": each.scheme,
            "organization": each.organization,
            "subject": each.subject,
            "period": each.period,
            "detail": json.dumps(each.detail, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
            "who": act.who,
            "at": act.now,
            "replaces": each.replaces,
            "place": each.place,
        }
        for number, each in enumerate(new, first)
    ]
    if rows:
        session.execute(sa.insert(Entry), rows)
        audit.record(
            session,
            who=act.who,
            what=f"scoring.{what}",
            poll_id=None,
            now=act.now,
            **{"first": first, "last": first + len(rows) - 1, "rehearsal": act.rehearsal, **noted},
        )
    return list(range(first, first + len(rows)))


def _demand_standing(session: Session, act: Act, replaced: Sequence[int]) -> None:
    for start in range(0, len(replaced), _AT_ONCE):
        numbers = replaced[start : start + _AT_ONCE]
        there = set(
            session.scalars(
                _in_force(sa.select(Entry.number)).where(
                    Entry.number.in_(numbers), Entry.rehearsal == act.rehearsal, Entry.kind != "withdraw"
                )
            )
        )
        for number in numbers:
            if number not in there:
                raise RuleRefused("scoring_entry_replaced", number=number)


def _in_force(statement: "sa.Select[Any]") -> "sa.Select[Any]":
    newer = aliased(Entry)
    return statement.where(~sa.exists().where(newer.replaces == Entry.number))


def in_force(
    session: Session,
    kinds: Iterable[str],
    *,
    rehearsal: bool,
    scheme: str = "",
    subjects: Iterable[str] | None = None,
) -> list[Entry]:
    """The entries of these kinds that no newer one replaced, in the order of their numbers."""
    statement = _in_force(sa.select(Entry)).where(
        Entry.rehearsal == rehearsal, Entry.kind.in_(list(kinds)), Entry.scheme == scheme
    )
    if subjects is not None:
        statement = statement.where(Entry.subject.in_(list(subjects)))
    return list(session.scalars(statement.order_by(Entry.number)))


def standing(session: Session, number: int, kind: str, *, rehearsal: bool) -> Entry:
    """One entry in force. Raise RuleRefused `scoring_entry_replaced` where there is none of that number, kind and world."""
    statement = _in_force(sa.select(Entry)).where(
        Entry.number == number, Entry.kind == kind, Entry.rehearsal == rehearsal
    )
    entry: Entry | None = session.scalars(statement).one_or_none()
    if entry is None:
        raise RuleRefused("scoring_entry_replaced", number=number)
    return entry


def detail_of(entry: Entry) -> dict[str, Any]:
    """What an entry says."""
    read: dict[str, Any] = json.loads(entry.detail)
    return read
