"""Polls from a file: strict reading, creation, and looking one up."""

import re
import tomllib
import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit, organizations
from polling.calendar import read_minute
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import ROOT, Panel, Poll, PollSubject, Subject
from polling.packs import load_pack
from polling.scheme_choices import demand_used
from polling.settings import WEB_ADDRESS
from schemes.loading import read_scheme
from schemes.periods import PeriodError, check_period, period_kind
from schemes.rules import Scheme

MOST_SUBJECTS = 60
MOST_EXPECTED = 20_000
SPARE_PERCENT = 10
LONGEST_INTRO = 200
LANGUAGES = ("zh_CN", "en")
LONGEST_LINE = 2000


class SubjectEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[subjects]]` of a poll file."""

    id: str
    kind: str
    name: str


class PanelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[panels]]` of a poll file; `spare` None means 10 % of `expected`, rounded up."""

    key: str
    expected: int
    spare: int | None = None

    @property
    def spares(self) -> int:
        """The spare slips: as written, else one in ten, rounded up."""
        return self.spare if self.spare is not None else usual_spare(self.expected)


def usual_spare(expected: int) -> int:
    """The spare slips where nobody wrote a number: one in ten, rounded up."""
    return -(-expected * SPARE_PERCENT // 100)


class PollFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A poll file, as docs/operations.md explains its keys."""

    scheme: str
    title: str
    period: str
    subjects: tuple[SubjectEntry, ...]
    panels: tuple[PanelEntry, ...]
    rehearsal: bool = False
    base_url: str | None = None
    intro: str = ""
    languages: tuple[str, ...] = LANGUAGES
    closes: str | None = None


def read_poll_file(raw: bytes, where: str) -> PollFile:
    """Parse a poll file strictly. Raises BadInput with `where` and the key path, or the line for a syntax error."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("file_not_utf8", where=where, line=raw[: error.start].count(b"\n") + 1) from None
    for number, written in enumerate(text.splitlines(), start=1):
        if len(written) > LONGEST_LINE:  # a dotted key takes the square of its length in memory
            raise BadInput("file_syntax", where=where, line=number)
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+), column (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise BadInput("file_syntax", where=where, line=line) from None
    except (RecursionError, ValueError):  # nested too deep, or a number of more digits than Python converts
        raise BadInput("file_syntax", where=where, line=1) from None
    unknown = _unknown_key(data)
    if unknown:
        raise BadInput("file_unknown_key", where=where, path=unknown)
    try:
        return msgspec.convert(data, PollFile)
    except msgspec.ValidationError as error:
        message = str(error)
        missing = re.search(r"missing required field `(\w+)`", message)
        at = re.search(r"at `\$\.?(.*?)`$", message)
        path = at[1] if at else ""
        if missing:
            raise BadInput("file_missing_key", where=where, path=".".join(filter(None, (path, missing[1])))) from None
        wanted = re.search(r"Expected `(.+?)`", message)
        raise BadInput("file_wrong_type", where=where, path=path, wanted=wanted[1] if wanted else "?") from None


def _unknown_key(data: dict[str, Any]) -> str | None:
    """The path of the first key that a poll file does not have."""
    for key, value in data.items():
        if key not in PollFile.__struct_fields__:
            return key
        entry = {"subjects": SubjectEntry, "panels": PanelEntry}.get(key)
        if entry is not None and isinstance(value, list):
            for index, row in enumerate(value):
                for inner in row if isinstance(row, dict) else ():
                    if inner not in entry.__struct_fields__:
                        return f"{key}[{index}].{inner}"
    return None


def create_poll(
    session: Session,
    file: PollFile,
    *,
    where: str,
    poll_id: str,
    who: str,
    now: datetime,
    organization_id: str = ROOT,
    complete: bool = True,
) -> Poll:
    """Make a draft of an organization from a poll file; subjects that are not known yet are made.

    `complete` False: the draft's subjects and panels may be missing still.

    Raises BadInput `organization_unknown`, naming file and key for what can't be so, RuleRefused `scheme_not_used`, and SchemeError when
    the scheme itself can't be read.
    """
    poll = Poll(
        id=poll_id, state=State.DRAFT, levelled=False, organization_id=organizations.find(session, organization_id).id
    )
    demand_used(session, organization_id, load_pack(file.scheme))
    write_draft(session, poll, file, where=where, complete=complete)
    audit.record(session, who=who, what="poll.create", poll_id=poll.id, now=now, title=poll.title, scheme=poll.scheme)
    return poll


def write_draft(session: Session, poll: Poll, file: PollFile, *, where: str, complete: bool = True) -> None:
    """Put what a poll file says into a draft that has no panels or subjects yet. Raises as `create_poll` does.

    `complete` False: subjects and panels may be missing still, as while a draft is being written.
    """

    def bad(code: str, path: str, **params: object) -> BadInput:
        return BadInput(code, where=where, path=path, **params)

    scheme = load_pack(file.scheme)
    _check_texts(file, bad)
    _check_entries(file, scheme, bad, complete=complete)
    try:
        kind = period_kind(file.period)
        for subject in file.subjects:
            check_period(scheme, file.period, subject.kind)
    except PeriodError as error:
        raise bad(error.code, "period", **error.params) from None
    poll.title, poll.scheme = file.title.strip(), file.scheme
    poll.period_kind, poll.period_label = kind.value, file.period
    poll.rehearsal = file.rehearsal
    poll.base_url = file.base_url.rstrip("/") if file.base_url else None
    poll.closes = read_minute(file.closes) if file.closes else None
    poll.intro, poll.languages = file.intro.strip(), " ".join(file.languages)
    session.add(poll)
    for position, entry in enumerate(file.subjects):
        known = session.get(Subject, entry.id)
        if known is None:
            session.add(Subject(id=entry.id, kind=entry.kind, name=entry.name.strip()))
        elif (known.kind, known.name) != (entry.kind, entry.name.strip()):
            raise bad("subject_differs", f"subjects[{position}]", id=entry.id, kind=known.kind, name=known.name)
        session.flush()
        poll.subjects.append(
            PollSubject(position=position, subject_id=entry.id, kind=entry.kind, name=entry.name.strip())
        )
    order = [rule.key for rule in scheme.panels]
    for panel in sorted(file.panels, key=lambda panel: order.index(panel.key)):
        poll.panels.append(
            Panel(key=panel.key, position=order.index(panel.key), expected=panel.expected, spare=panel.spares)
        )
    session.flush()


def _check_texts(file: PollFile, bad: Any) -> None:
    if not file.title.strip():
        raise bad("poll_empty", "title")
    for name in ("title", "intro"):
        if _has_control(getattr(file, name)):
            raise bad("poll_unprintable", name)
    if len(file.intro) > LONGEST_INTRO:
        raise bad("poll_intro", "intro", most=LONGEST_INTRO)
    if file.base_url is not None and not WEB_ADDRESS.fullmatch(file.base_url):
        raise bad("poll_base_url", "base_url", value=file.base_url)
    if file.closes:
        try:
            read_minute(file.closes)
        except ValueError:
            raise bad("poll_closes", "closes", value=file.closes) from None
    if not file.languages or len({*file.languages}) < len(file.languages) or not {*file.languages} <= {*LANGUAGES}:
        raise bad("poll_languages", "languages", allowed=list(LANGUAGES))


def _check_entries(file: PollFile, scheme: Scheme, bad: Any, *, complete: bool) -> None:
    """Subjects and panels against the scheme and each other."""
    if not scheme.panels:
        raise bad("scheme_without_poll", "scheme", title=scheme.title)
    if not complete <= len(file.subjects) <= MOST_SUBJECTS:
        raise bad("poll_subjects_number", "subjects", number=len(file.subjects), most=MOST_SUBJECTS)
    _check_subjects(file, [rule.key for rule in scheme.subjects], bad)
    rules = sorted(rule.key for rule in scheme.panels)
    if complete and not file.panels:
        raise bad("poll_no_panels", "panels", allowed=rules)
    _check_panels(file, rules, bad)


def _check_subjects(file: PollFile, kinds: list[str], bad: Any) -> None:
    seen: set[str] = set()
    for index, subject in enumerate(file.subjects):
        path = f"subjects[{index}]"
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", subject.id):
            raise bad("subject_id", f"{path}.id", value=subject.id)
        if subject.kind not in kinds:
            raise bad("subject_kind", f"{path}.kind", value=subject.kind, allowed=kinds)
        name = subject.name.strip()
        if not name:
            raise bad("poll_empty", f"{path}.name")
        if _has_control(name):
            raise bad("poll_unprintable", f"{path}.name")
        for key, value in (("id", subject.id), ("name", name)):
            if f"{key} {value}" in seen:
                raise bad("poll_twice", f"{path}.{key}", value=value)
            seen.add(f"{key} {value}")


def _has_control(text: str) -> bool:
    """Say whether a text holds what no print shows and PostgreSQL does not store."""
    return any(unicodedata.category(character) == "Cc" for character in text)


def _check_panels(file: PollFile, rules: list[str], bad: Any) -> None:
    keys: set[str] = set()
    for index, panel in enumerate(file.panels):
        path = f"panels[{index}]"
        if panel.key not in rules:
            raise bad("panel_unknown", f"{path}.key", value=panel.key, allowed=rules)
        if panel.key in keys:
            raise bad("poll_twice", f"{path}.key", value=panel.key)
        keys.add(panel.key)
        if not 1 <= panel.expected <= MOST_EXPECTED:
            raise bad("panel_expected", f"{path}.expected", value=panel.expected, most=MOST_EXPECTED)
        if panel.spare is not None and not 0 <= panel.spare <= MOST_EXPECTED:
            raise bad("panel_spare", f"{path}.spare", value=panel.spare, most=MOST_EXPECTED)


def find_poll(session: Session, poll_id: str, *, lock: bool = False) -> Poll:
    """The poll, its row locked against other writers where asked. Raises BadInput `poll_unknown`."""
    statement = sa.select(Poll).where(Poll.id == poll_id)
    poll = session.scalars(statement.with_for_update(of=Poll) if lock else statement).one_or_none()
    if poll is None:
        raise BadInput("poll_unknown", poll=poll_id)
    return poll


def find_polls(session: Session, poll_ids: Collection[str]) -> dict[str, Poll]:
    """Polls by id, looked up at once; ids of none are left out."""
    return {poll.id: poll for poll in session.scalars(sa.select(Poll).where(Poll.id.in_(poll_ids)))}


def scheme_of(poll: Poll) -> Scheme:
    """The scheme that binds a poll: the frozen bytes from printing on, the pack itself before."""
    if poll.scheme_raw is None:
        return load_pack(poll.scheme)
    return read_scheme(poll.scheme_raw, f"{poll.scheme}.toml")


def missing_parts(poll: Poll) -> list[str]:
    """What a draft lacks before anything can be made of it: subjects, panels."""
    return [name for name, rows in (("subjects", poll.subjects), ("panels", poll.panels)) if not rows]


def demand_complete(poll: Poll) -> None:
    """Raise RuleRefused `poll_incomplete` while a draft lacks something."""
    if parts := missing_parts(poll):
        raise RuleRefused("poll_incomplete", parts=parts)


def demand_revision(poll: Poll, seen: int) -> None:
    """Raise RuleRefused `form_stale` when the poll was changed after somebody saw it at revision `seen`."""
    if poll.revision != seen:
        raise RuleRefused("form_stale")


def demand_state(poll: Poll, *states: State) -> None:
    """Raise RuleRefused `state_needed` unless the poll is in one of `states`."""
    if poll.state not in states:
        raise RuleRefused(
            "state_needed", poll=poll.id, state=poll.state.value, needed=[state.value for state in states]
        )
