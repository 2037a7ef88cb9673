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
class Registered:
    """A subject as the register has it, with the number of the entry that says so. `since`: from which day; None: always."""

    subject: Subject
    number: int
    since: date | None = None


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


def new_subject(subject: Subject, since: date | None = None, replaces: int | None = None) -> New:
    """The entry that puts a checked subject into the register."""
    detail = {
        "kind": subject.kind,
        "name": subject.name,
        "attributes": dict(subject.attributes),
        "since": None if since is None else since.isoformat(),
    }
    return New("subject", detail, organization=subject.organization, subject=subject.id, replaces=replaces)


def put(session: Session, act: Act, scheme: Scheme, subject: Subject, *, since: date | None = None) -> int:
    """Register a subject, rename it or move it; give the entry's number.

    With `since` the earlier line goes on holding for the periods that ended before that day: last month's ledger stays with the old unit.
    Raise what `check_subject` does, and RuleRefused `scoring_kind_changed` for an id that belongs to another kind of subject.
    """
    checked = check_subject(scheme, subject)
    before = lines(session, rehearsal=act.rehearsal).get(subject.id, [])
    if before and before[-1].subject.kind != checked.kind:
        raise RuleRefused("scoring_kind_changed", id=subject.id, name=before[-1].subject.name)
    if before and (before[-1].subject, before[-1].since) == (checked, since):
        return before[-1].number
    replaces = before[-1].number if before and since is None else None
    [number] = append(session, act, [new_subject(checked, since, replaces)], what="subject", subject=subject.id)
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
    return Registered(subject, entry.number, date.fromisoformat(detail["since"]) if detail["since"] else None)


def on_day(found: Mapping[str, list[Registered]], day: date) -> dict[str, Subject]:
    """The register as it stood on a day: of each subject the newest line that held by then, of later ones alone the first."""
    return {
        identity: next((each for each in reversed(own) if each.since is None or each.since <= day), own[0]).subject
        for identity, own in found.items()
    }


def current(session: Session, *, rehearsal: bool) -> dict[str, Registered]:
    """The newest line of every subject, by id."""
    return {identity: own[-1] for identity, own in lines(session, rehearsal=rehearsal).items()}


def find(session: Session, identity: str, *, rehearsal: bool) -> Registered:
    """A registered subject. Raise BadInput `scoring_subject_unknown`."""
    found = current(session, rehearsal=rehearsal).get(identity)
    if found is None:
        raise BadInput("scoring_subject_unknown", value=identity[:80])
    return found
