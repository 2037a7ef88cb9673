"""The register of subjects: the newest entry of kind `subject` for each id. A rename or a move is a newer entry; the id stays."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.rules import Scheme
from scoring.entries import Act, New, append, detail_of, in_force
from scoring.inputs import Subject
from scoring.models import Entry

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MOST_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Line:
    """What the register says of a subject. `since`: from which day, None: always; `until`: the last day that it is assessed for; `post` 职务."""

    subject: Subject
    since: date | None = None
    until: date | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class Registered(Line):
    """A line with the number of the entry that says so."""

    number: int = 0

    @property
    def line(self) -> Line:
        """What it says."""
        return Line(self.subject, self.since, self.until, self.post)


def line(value: str, field: str) -> str:
    """One printable line, stripped. Raise BadInput `scoring_empty` or `scoring_line`."""
    value = value.strip()
    if not value:
        raise BadInput("scoring_empty", field=field)
    if len(value) > MOST_LETTERS or not value.isprintable():
        raise BadInput("scoring_line", field=field, most=MOST_LETTERS)
    return value


def check_subject(scheme: Scheme, subject: Subject) -> Subject:
    """Hold a subject against the pack; give it cleaned.

    Raise BadInput: `scoring_subject_id`, `scoring_subject_kind`, `scoring_attribute_unknown`, `scoring_attribute`, `scoring_empty`, `scoring_line`.
    """
    if not _ID.fullmatch(subject.id):
        raise BadInput("scoring_subject_id", value=subject.id[:80])
    kinds = {rule.key: rule.title for rule in scheme.subjects}
    if subject.kind not in kinds:
        raise BadInput("scoring_subject_kind", value=subject.kind[:80], allowed=list(kinds.values()))
    rules = {rule.key: rule for rule in scheme.attributes if not rule.subjects or subject.kind in rule.subjects}
    for key, value in subject.attributes.items():
        if key not in rules:
            raise BadInput("scoring_attribute_unknown", value=key[:80], allowed=[rule.title for rule in rules.values()])
        if type(value) is not (int if rules[key].kind == "number" else bool) or (type(value) is int and value < 0):
            raise BadInput("scoring_attribute", title=rules[key].title)
    return Subject(
        subject.id,
        subject.kind,
        line(subject.name, "姓名"),
        line(subject.organization, "单位"),
        dict(subject.attributes),
    )


def check_line(scheme: Scheme, said: Line) -> Line:
    """Hold a line against the pack; give it cleaned. Raise what `check_subject` does, and BadInput `scoring_until` for an end before the start."""
    if said.since is not None and said.until is not None and said.until < said.since:
        raise BadInput("scoring_until", since=said.since.isoformat(), until=said.until.isoformat())
    post = line(said.post, "职务") if said.post.strip() else ""
    return Line(check_subject(scheme, said.subject), said.since, said.until, post)


def new_line(said: Line, replaces: int | None = None) -> New:
    """The entry that puts a checked line into the register."""
    subject = said.subject
    detail = {
        "kind": subject.kind,
        "name": subject.name,
        "attributes": dict(subject.attributes),
        "since": None if said.since is None else said.since.isoformat(),
    }
    # absent where there is none, as in entries of before they were asked for
    if said.until is not None:
        detail["until"] = said.until.isoformat()
    if said.post:
        detail["post"] = said.post
    return New("subject", detail, organization=subject.organization, subject=subject.id, replaces=replaces)


def put(session: Session, act: Act, scheme: Scheme, said: Line) -> int:
    """Register a subject, rename it, move it or end it; give the entry's number.

    With `since` the earlier line goes on holding for the periods that ended before that day: last month's ledger stays with the old unit.
    Raise what `check_line` does, and RuleRefused `scoring_kind_changed` for an id that belongs to another kind of subject.
    """
    checked = check_line(scheme, said)
    subject = checked.subject
    before = lines(session, rehearsal=act.rehearsal).get(subject.id, [])
    if before and before[-1].subject.kind != subject.kind:
        raise RuleRefused("scoring_kind_changed", id=subject.id, name=before[-1].subject.name)
    if before and before[-1].line == checked:
        return before[-1].number
    replaces = before[-1].number if before and checked.since in (None, before[-1].since) else None
    [number] = append(session, act, [new_line(checked, replaces)], what="subject", subject=subject.id)
    return number


def lines(session: Session, *, rehearsal: bool) -> dict[str, list[Registered]]:
    """Every line in force by subject id, oldest first."""
    found: dict[str, list[Registered]] = {}
    for entry in in_force(session, ["subject"], rehearsal=rehearsal):
        found.setdefault(entry.subject, []).append(_registered(entry))
    return found


def _registered(entry: Entry) -> Registered:
    detail = detail_of(entry)
    subject = Subject(entry.subject, detail["kind"], detail["name"], entry.organization, detail["attributes"])
    since, until = (date.fromisoformat(day) if (day := detail.get(key)) else None for key in ("since", "until"))
    return Registered(subject, since, until, detail.get("post", ""), entry.number)


def in_period(found: Mapping[str, list[Registered]], first: date, last: date) -> dict[str, Subject]:
    """The register as it stood at a period's end: of each subject the newest line that held by then, of later ones alone the first.

    Whoever ended before the period's first day is not in it.
    """
    held = {
        identity: next((each for each in reversed(own) if each.since is None or each.since <= last), own[0])
        for identity, own in found.items()
    }
    return {identity: each.subject for identity, each in held.items() if each.until is None or each.until >= first}


def current(session: Session, *, rehearsal: bool) -> dict[str, Registered]:
    """The newest line of every subject, by id."""
    return {identity: own[-1] for identity, own in lines(session, rehearsal=rehearsal).items()}


def find(session: Session, identity: str, *, rehearsal: bool) -> Registered:
    """A registered subject. Raise BadInput `scoring_subject_unknown`."""
    found = current(session, rehearsal=rehearsal).get(identity)
    if found is None:
        raise BadInput("scoring_subject_unknown", value=identity[:80])
    return found
