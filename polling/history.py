"""What was done, as those may read it who run polls: with one poll, or in the whole installation."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.calendar import BEIJING
from polling.models import ROOT, AuditEntry, Organization, Poll
from polling.organizations import below
from polling.polls import scheme_of


@dataclass(frozen=True)
class Done:
    """One entry of the audit log; `at` in Beijing time."""

    number: int
    at: datetime
    who: str
    what: str
    poll_id: str | None
    detail: dict[str, Any]


def history(session: Session, poll_id: str) -> list[Done]:
    """Every entry about a poll, the latest first."""
    return _read(session, sa.select(AuditEntry).where(AuditEntry.poll_id == poll_id))


def log(session: Session, *, at: str = ROOT, before: int | None = None, most: int | None = None) -> list[Done]:
    """Entries of an organization and of all below it, the latest first: those with a number below `before`, and of these at most `most`.

    The root's are those of the whole installation; of another one they are those about its polls, its people and its place in the tree.
    """
    chosen = sa.select(AuditEntry)
    if at != ROOT:
        inside = sa.select(Organization.id).where(Organization.id.in_(below([at])))
        named = (
            sa.literal('%"organization":"') + Organization.id + '"%'
        )  # no name can hold it: its quotes would be escaped
        own = sa.select(Poll.id).where(Poll.organization_id.in_(below([at])))
        chosen = chosen.where(sa.or_(AuditEntry.poll_id.in_(own), inside.where(AuditEntry.detail.like(named)).exists()))
    return _read(session, (chosen if before is None else chosen.where(AuditEntry.number < before)).limit(most))


def _read(session: Session, chosen: sa.Select[tuple[AuditEntry]]) -> list[Done]:
    return [
        Done(entry.number, entry.at.astimezone(BEIJING), entry.who, entry.what, entry.poll_id, json.loads(entry.detail))
        for entry in session.scalars(chosen.order_by(AuditEntry.number.desc()))
    ]


def poll_titles(session: Session, entries: Collection[Done]) -> Mapping[str, str]:
    """The title of each poll that entries are about, by id; of one that was thrown away as it was called when somebody drafted it."""
    about = {entry.poll_id for entry in entries if entry.poll_id is not None}
    titles = {entry.poll_id: entry.detail["title"] for entry in entries if entry.poll_id and "title" in entry.detail}
    drafted = sa.select(AuditEntry).where(AuditEntry.what == "poll.create", AuditEntry.poll_id.in_(about))
    titles |= {str(entry.poll_id): json.loads(entry.detail)["title"] for entry in session.scalars(drafted)}
    there = session.execute(sa.select(Poll.id, Poll.title).where(Poll.id.in_(about)))
    return titles | {row.id: row.title for row in there}


def panel_titles(session: Session, poll_ids: Collection[str | None]) -> dict[str | None, dict[str, str]]:
    """By poll the titles of its panels, by key and by number: two schemes may call different people by the same key."""
    titles: dict[str | None, dict[str, str]] = {poll_id: {} for poll_id in poll_ids}
    for poll in session.scalars(sa.select(Poll).where(Poll.id.in_(set(poll_ids) - {None}))).unique():
        scheme = scheme_of(poll)
        for panel in poll.panels:
            titles[poll.id][panel.key] = titles[poll.id][str(panel.uuid)] = scheme.panel(panel.key).title
    return titles
