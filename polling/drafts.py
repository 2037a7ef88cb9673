"""Polls as they lie on a desk: the list, correcting a draft, and what a draft leaves when it is thrown away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.lifecycle import State
from polling.models import AuditEntry, Organization, Panel, Poll, PollSubject, Role, Subject
from polling.organizations import RUNS_POLLS, reached
from polling.packs import load_pack
from polling.polls import PanelEntry, PollFile, SubjectEntry, demand_state, write_draft
from polling.preflight import forget_notes
from polling.rosters import forget_rosters, settle_rosters
from polling.scheme_choices import demand_used


@dataclass(frozen=True)
class OnDesk:
    """A poll in a person's list; `printed`: slips of it exist, or are being made elsewhere. `touched_at`: its latest act."""

    id: str
    title: str
    scheme: str
    period: str
    rehearsal: bool
    state: State
    printed: bool
    subjects: int
    organization: str
    touched_at: datetime | None

    @property
    def touched_on(self) -> date | None:
        """The day of its latest act."""
        return day_of(self.touched_at) if self.touched_at else None


def on_desk(session: Session, name: str, roles: Collection[Role] = RUNS_POLLS) -> list[OnDesk]:
    """The polls that somebody runs, or serves in one of these roles: those of the organizations that his roles reach; what was touched last stands first. No trials."""
    touched = (
        sa.select(
            AuditEntry.poll_id, sa.func.max(AuditEntry.number).label("number"), sa.func.max(AuditEntry.at).label("at")
        )
        .group_by(AuditEntry.poll_id)
        .subquery()
    )
    subjects = sa.select(sa.func.count()).where(PollSubject.poll_id == Poll.id).scalar_subquery()
    statement = (
        sa.select(
            Poll.id,
            Poll.title,
            Poll.scheme,
            Poll.period_label,
            Poll.rehearsal,
            Poll.state,
            Poll.printing.is_not(None),
            subjects,
            Organization.name,
            touched.c.at,
        )
        .join(Organization)
        .outerjoin(touched, touched.c.poll_id == Poll.id)
        .where(Poll.trial_of.is_(None), Poll.organization_id.in_(reached(name, roles)))
        .order_by(sa.func.coalesce(touched.c.number, 0).desc(), Poll.id)
    )
    return [OnDesk(*row) for row in session.execute(statement)]


def kinds_assessed(session: Session, polls: Collection[str]) -> dict[str, set[str]]:
    """Which kinds of subjects these polls assess, by scheme."""
    rows = session.execute(
        sa.select(Poll.scheme, PollSubject.kind)
        .distinct()
        .join(Poll, Poll.id == PollSubject.poll_id)
        .where(Poll.id.in_(polls))
    )
    found: dict[str, set[str]] = {}
    for scheme, kind in rows:
        found.setdefault(scheme, set()).add(kind)
    return found


def readable(session: Session, name: str) -> list[tuple[Poll, str]]:
    """The polls that somebody may read about, from printing on, each with its organization's name; the latest period first. No trials."""
    chosen = (
        sa.select(Poll, Organization.name)
        .join(Organization)
        .where(
            Poll.trial_of.is_(None), Poll.state != State.DRAFT, Poll.organization_id.in_(reached(name, {Role.READER}))
        )
        .order_by(Poll.period_label.desc(), Organization.position, Poll.title, Poll.id)
    )
    return [(poll, place) for poll, place in session.execute(chosen)]


def known_subjects(session: Session, kinds: Collection[str], name: str) -> list[SubjectEntry]:
    """Every subject of these kinds that a poll had which somebody runs, by name."""
    own = sa.select(PollSubject.subject_id).join(Poll).where(Poll.organization_id.in_(reached(name, RUNS_POLLS)))
    chosen = sa.select(Subject).where(Subject.kind.in_(kinds), Subject.id.in_(own))
    rows = session.scalars(chosen.order_by(Subject.name, Subject.id))
    return [SubjectEntry(id=row.id, kind=row.kind, name=row.name) for row in rows]


def subjects_elsewhere(session: Session, name: str) -> set[str]:
    """The ids of the subjects that only polls have which somebody does not run."""
    own = sa.select(PollSubject.subject_id).join(Poll).where(Poll.organization_id.in_(reached(name, RUNS_POLLS)))
    return set(session.scalars(sa.select(Subject.id).where(Subject.id.not_in(own))))


def rename(session: Session, names: Mapping[tuple[str, str], str]) -> None:
    """Call subjects, by (id, kind), as the register does now: where they are offered, and in drafts; what was printed keeps its names."""
    for subject in session.scalars(sa.select(Subject).where(Subject.id.in_([each for each, _kind in names]))).all():
        name = names.get((subject.id, subject.kind), subject.name)
        if name == subject.name:
            continue
        subject.name = name
        for row in session.scalars(
            sa.select(PollSubject)
            .join(Poll, Poll.id == PollSubject.poll_id)
            .where(PollSubject.subject_id == subject.id, Poll.state == State.DRAFT)
        ):
            row.name = name
            session.get_one(Poll, row.poll_id).revision += 1  # a form that is open is shown the new name first


def named_now(session: Session, subjects: Sequence[SubjectEntry]) -> tuple[SubjectEntry, ...]:
    """The same subjects as they are called now."""
    rows = session.execute(sa.select(Subject.id, Subject.name).where(Subject.id.in_([each.id for each in subjects])))
    names = {row.id: row.name for row in rows}
    return tuple(msgspec.structs.replace(each, name=names.get(each.id, each.name)) for each in subjects)


def earlier_subjects(session: Session, but: str | None) -> set[str]:
    """The ids of the subjects that some poll other than `but` has."""
    statement = sa.select(PollSubject.subject_id).distinct()
    return {*session.scalars(statement if but is None else statement.where(PollSubject.poll_id != but))}


def file_of(poll: Poll) -> PollFile:
    """What a poll says, as the file that would make it."""
    return PollFile(
        scheme=poll.scheme,
        title=poll.title,
        period=poll.period_label,
        rehearsal=poll.rehearsal,
        base_url=poll.base_url,
        intro=poll.intro,
        languages=tuple(poll.languages.split()),
        closes=poll.closes,
        subjects=tuple(SubjectEntry(id=row.subject_id, kind=row.kind, name=row.name) for row in poll.subjects),
        panels=tuple(PanelEntry(key=row.key, expected=row.expected, spare=row.spare) for row in poll.panels),
    )


def correct_poll(
    session: Session, poll: Poll, file: PollFile, *, where: str, who: str, now: datetime, complete: bool = True
) -> None:
    """Let a draft say what `file` says; a file that says the same changes nothing. `complete` as for `create_poll`.

    A draft keeps a scheme that its organization does not use any more, and can't be given one.

    Raises RuleRefused `state_needed` once it is printed, else as `create_poll` does; the caller rolls back then.
    """
    demand_state(poll, State.DRAFT)
    before = file_of(poll)
    if file.scheme != before.scheme:
        demand_used(session, poll.organization_id, load_pack(file.scheme))
    session.execute(sa.delete(Panel).where(Panel.poll_id == poll.id))
    session.execute(sa.delete(PollSubject).where(PollSubject.poll_id == poll.id))
    session.expire(poll, ["panels", "subjects"])
    write_draft(session, poll, file, where=where, complete=complete)
    settle_rosters(session, poll)
    _forget(session, [subject.id for subject in before.subjects])
    changed = _changes(before, file_of(poll))
    if changed:
        audit.record(session, who=who, what="poll.correct", poll_id=poll.id, now=now, changed=changed)


def _changes(before: PollFile, after: PollFile) -> dict[str, list[object]]:
    """What differs, by field: as it was and as it is."""
    return {
        name: [_said(old), _said(new)]
        for name in PollFile.__struct_fields__
        if (old := getattr(before, name)) != (new := getattr(after, name))
    }


def _said(value: object) -> object:
    """A field's value for the audit log."""
    if isinstance(value, tuple):
        return [
            entry
            if isinstance(entry, str)
            else entry.name
            if isinstance(entry, SubjectEntry)
            else [entry.key, entry.expected, entry.spare]
            for entry in value
        ]
    return value


def remove_rows(session: Session, poll: Poll) -> None:
    """Take a poll out of the tables of this room; the audit log keeps what was done with it."""
    subjects = [subject.subject_id for subject in poll.subjects]
    forget_rosters(session, poll)
    forget_notes(session, poll)
    session.execute(sa.delete(Panel).where(Panel.poll_id == poll.id))
    session.execute(sa.delete(PollSubject).where(PollSubject.poll_id == poll.id))
    session.expunge(poll)
    session.execute(sa.delete(Poll).where(Poll.id == poll.id))
    _forget(session, subjects)


def _forget(session: Session, subjects: Collection[str]) -> None:
    """Drop those subjects that no poll has: a name that was mistyped in a draft is not offered in the next one."""
    used = sa.select(PollSubject.subject_id).where(PollSubject.subject_id == Subject.id).exists()
    session.execute(sa.delete(Subject).where(Subject.id.in_(subjects), ~used))
