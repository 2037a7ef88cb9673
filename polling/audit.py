"""The audit log: append-only, each entry's hash covers the one before. Acts of those who run polls; never a voter."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.models import AuditEntry, Poll

START = "0" * 64


def _hash(  # noqa: PLR0917 - the columns of a row
    number: int, at: datetime, who: str, what: str, poll_id: str | None, detail: str, previous: str
) -> str:
    row = [number, at.astimezone(UTC).isoformat(), who, what, poll_id, detail, previous]
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def record(
    session: Session, *, who: str, what: str, poll_id: str | None = None, now: datetime, **detail: object
) -> None:
    """Append one entry inside the caller's transaction; its writer lock keeps the numbers without gap.

    An entry about a poll makes a new revision of it: whoever still looks at the one before is told so (`polling.polls.demand_revision`).
    """
    if poll_id is not None:
        session.execute(sa.update(Poll).where(Poll.id == poll_id).values(revision=Poll.revision + 1))
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    latest, previous = head(session)
    number = latest + 1
    at = now.astimezone(UTC).replace(microsecond=0)
    text = json.dumps(detail, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = _hash(number, at, who, what, poll_id, text, previous)
    session.add(
        AuditEntry(
            number=number, at=at, who=who, what=what, poll_id=poll_id, detail=text, previous=previous, hash=digest
        )
    )
    session.flush()


@dataclass(frozen=True)
class Chain:
    """What a walk along the whole log found: how many entries, the hash of the last, the first that does not fit, and whether `noted` is in it."""

    entries: int
    head: str
    broken: int | None
    has_noted: bool


def walk(session: Session, noted: str | None = None) -> Chain:
    """Compute every entry's hash anew; `noted` is a hash that somebody wrote down earlier."""
    previous, number, seen = START, 0, False
    chosen = sa.select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=1000)
    with session.scalars(chosen) as entries:  # closed where the walk ends early: PostgreSQL holds a cursor for it
        for number, entry in enumerate(entries, start=1):
            wanted = _hash(number, entry.at, entry.who, entry.what, entry.poll_id, entry.detail, previous)
            if (entry.number, entry.previous, entry.hash) != (number, previous, wanted):
                return Chain(number - 1, previous, number, seen)
            previous = wanted
            seen = seen or wanted == noted
    return Chain(number, previous, None, seen)


def head(session: Session) -> tuple[int, str]:
    """The number and the hash of the latest entry, as they stand; 0 and START before the first."""
    last = session.execute(
        sa.select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    return (last[0], last[1]) if last else (0, START)
