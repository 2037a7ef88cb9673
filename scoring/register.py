"""The register of subjects: entries of kind `subject`, for each id. A rename or a move is a newer entry; the id stays.

Of a subject's lines that one holds on a day whose first day is the latest not after it, of equal ones the one entered last; a line without a
first day holds from the beginning and puts all that were entered before it out of force (decisions 44 and 95).
A line stands at a place, an organization of the tree, by its id (decision 82); ledgers know nothing of it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.rules import Scheme
from scoring.entries import Act, New, append, detail_of, in_force
from scoring.inputs import Subject
from scoring.models import Entry

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
MOST_LETTERS = 300
TOP = "root"  # the place that every other one lies below


@dataclass(frozen=True, slots=True)
class Line:
    """What the register says of a subject. `since`: from which day, None: always; `until`: the last day that it is assessed for; `post` 职务.

    `place`: the organization at which it stands.
    """

    subject: Subject
    since: date | None = None
    until: date | None = None
    post: str = ""
    place: str = TOP


@dataclass(frozen=True, slots=True)
class Registered(Line):
    """A line with the number of the entry that says so."""

    number: int = 0

    @property
    def line(self) -> Line:
        """What it says."""
        return Line(self.subject, self.since, self.until, self.post, self.place)


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
    return Line(check_subject(scheme, said.subject), said.since, said.until, post, said.place)


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
    return New(
        "subject", detail, organization=subject.organization, subject=subject.id, replaces=replaces, place=said.place
    )


def demand_own_days(own: Sequence[Registered], said: Line, places: Collection[str] | None) -> None:
    """Let nobody write over the time in which a subject stood elsewhere than at these places (None: there is no elsewhere).

    Raises RuleRefused `register_past` {name, day}: from which day on the newest own lines hold.
    """
    if places is None:
        return
    outside = [number for number, each in enumerate(own) if each.place not in places]
    here = own[outside[-1] + 1 :] if outside else ()
    since = here[0].since if here else None
    if since is not None and (said.since is None or said.since < since):
        raise RuleRefused("register_past", name=here[-1].subject.name, day=since.isoformat())


def put(
    session: Session,
    act: Act,
    scheme: Scheme,
    said: Line,
    *,
    foreign: Collection[str] = (),
    places: Collection[str] | None = None,
    corrects: bool = True,
) -> int:
    """Register a subject, rename it, move it or end it; give the entry's number.

    With `since` the earlier line goes on holding for the periods that ended before that day: last month's ledger stays with the old unit.
    `foreign`: ids that are not the actor's to change; `places`: the organizations that are (None: all). `corrects`: a place that changes
    without a new day was a mistake from the beginning. Raise what `check_line` and `demand_own_days` do, and RuleRefused `register_foreign`,
    `register_move_day`, `scoring_kind_changed` for an id that belongs to another kind of subject.
    """
    checked = check_line(scheme, said)
    subject = checked.subject
    if subject.id in foreign:
        raise RuleRefused("register_foreign", id=subject.id)
    before = lines(session, rehearsal=act.rehearsal).get(subject.id, [])
    if before and before[-1].subject.kind != subject.kind:
        raise RuleRefused("scoring_kind_changed", id=subject.id, name=before[-1].subject.name)
    old = replaced(before, checked.since)
    if old is not None and old.line == checked:
        return old.number
    demand_own_days(before, checked, places)
    if old is not None and old.place != checked.place and not corrects:
        raise RuleRefused("register_move_day", name=old.subject.name)
    new = new_line(checked, None if old is None else old.number)
    [number] = append(session, act, [new], what="subject", subject=subject.id, organization=checked.place)
    return number


def lines(session: Session, *, rehearsal: bool) -> dict[str, list[Registered]]:
    """Every line in force by subject id, in the order of their first days."""
    found: dict[str, list[Registered]] = {}
    for entry in in_force(session, ["subject"], rehearsal=rehearsal):
        new = _registered(entry)
        before = found.get(new.subject.id, []) if new.since is not None else []
        found[new.subject.id] = [*(each for each in before if each.since != new.since), new]
    return {identity: sorted(own, key=lambda each: each.since or date.min) for identity, own in found.items()}


def replaced(own: Sequence[Registered], since: date | None) -> Registered | None:
    """Of a subject's lines the one that a line of this first day puts out of force: that of the same day, of none the last."""
    return next((each for each in reversed(own) if since in (None, each.since)), None)


def _registered(entry: Entry) -> Registered:
    detail = detail_of(entry)
    subject = Subject(entry.subject, detail["kind"], detail["name"], entry.organization, detail["attributes"])
    since, until = (date.fromisoformat(day) if (day := detail.get(key)) else None for key in ("since", "until"))
    return Registered(subject, since, until, detail.get("post", ""), entry.place or TOP, entry.number)


def line_on(own: Sequence[Registered], day: date) -> Registered:
    """Of a subject's lines, in their order, the last that began by a day; where all begin later the first."""
    return next((each for each in reversed(own) if each.since is None or each.since <= day), own[0])


def held(found: Mapping[str, list[Registered]], first: date, last: date) -> dict[str, Registered]:
    """The register as it stood at a period's end. Whoever ended before the period's first day is not in it."""
    lines_then = {identity: line_on(own, last) for identity, own in found.items()}
    return {identity: each for identity, each in lines_then.items() if each.until is None or each.until >= first}


def in_period(found: Mapping[str, list[Registered]], first: date, last: date) -> dict[str, Subject]:
    """The subjects of the register as it stood at a period's end."""
    return {identity: each.subject for identity, each in held(found, first, last).items()}


def stands_at(session: Session, place: str) -> bool:
    """Whether a line stands or stood at a place, rehearsed ones too: whose it was is part of a subject's history."""
    there = sa.exists().where(Entry.kind == "subject", Entry.place == place)
    return bool(session.scalar(sa.select(there)))


def current(session: Session, *, rehearsal: bool) -> dict[str, Registered]:
    """The line of every subject that begins last, by id."""
    return {identity: own[-1] for identity, own in lines(session, rehearsal=rehearsal).items()}


def find(session: Session, identity: str, *, rehearsal: bool) -> Registered:
    """A registered subject. Raise BadInput `scoring_subject_unknown`."""
    found = current(session, rehearsal=rehearsal).get(identity)
    if found is None:
        raise BadInput("scoring_subject_unknown", value=identity[:80])
    return found
