"""The tree of organizations, and how far a role reaches: it holds at its node and for everything below.

Invariants:
* there is one root; a parent never changes (a trigger says so), a child is of a lower level, and names differ among siblings;
* nobody's role reaches up or to a sibling: whoever asks about another organization is answered as about one that is not there.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import ROOT, Grant, Level, Organization, Poll, Role

RUNS_POLLS = frozenset({Role.ORGANIZER, Role.ADMINISTRATOR})
LONGEST_NAME = 60
LONGEST_CONTACT = 100
# what the root is called until somebody names it; for whoever comes from outside it says nothing
UNNAMED = "本单位"
MOST_LINES = 2000
ID_BYTES = 6


@dataclass(frozen=True)
class Node:
    """An organization where it stands in a tree; `depth` 0 is the highest that was asked for, `path` names it with those above it."""

    id: str
    name: str
    level: Level
    depth: int
    path: str


def find(session: Session, organization_id: str) -> Organization:
    """The organization. Raises BadInput `organization_unknown`."""
    found = session.get(Organization, organization_id) if organization_id.isprintable() else None
    if found is None:
        raise BadInput("organization_unknown", organization=organization_id)
    return found


def lineage(session: Session, organization_id: str) -> list[Organization]:
    """An organization and all above it, up to the root. Raises BadInput `organization_unknown`."""
    rows = [find(session, organization_id)]
    while (parent := rows[-1].parent) is not None:
        rows.append(find(session, parent))
    return rows


def above(session: Session, organization_id: str) -> list[str]:
    """An organization's id and those of all above it, up to the root. Raises BadInput `organization_unknown`."""
    return [row.id for row in lineage(session, organization_id)]


def below(tops: sa.Select[str] | Collection[str]) -> sa.Select[str]:
    """The ids of these organizations and of all below them, as a subquery."""
    start = sa.select(Organization.id).where(Organization.id.in_(tops)).cte(recursive=True)
    start = start.union(sa.select(Organization.id).join(start, Organization.parent == start.c.id))
    return sa.select(start.c.id)


def granted(name: str, roles: Collection[Role]) -> sa.Select[str]:
    """The ids of the organizations where somebody was given one of these roles, as a subquery."""
    return sa.select(Grant.organization_id).where(Grant.user_name == name, Grant.role.in_(roles))


def reached(name: str, roles: Collection[Role]) -> sa.Select[str]:
    """The ids of the organizations that somebody's roles reach, as a subquery."""
    return below(granted(name, roles))


def holds(session: Session, name: str, roles: Collection[Role], at: str) -> bool:
    """Whether somebody has one of these roles at an organization or above it."""
    at_or_above = Grant.organization_id.in_(above(session, at))
    chosen = sa.select(Grant.role).where(Grant.user_name == name, Grant.role.in_(roles), at_or_above)
    return session.execute(chosen.limit(1)).first() is not None


def tree(session: Session, tops: Collection[str] = (ROOT,)) -> list[Node]:
    """These organizations with all below them, each before its children, as they were added."""
    rows = {row.id: row for row in session.scalars(sa.select(Organization).order_by(Organization.position))}
    children: dict[str | None, list[Organization]] = {}
    for row in rows.values():
        children.setdefault(row.parent, []).append(row)
    nodes: list[Node] = []

    def walk(row: Organization, depth: int, path: str, *, wanted: bool) -> None:
        inside = wanted or row.id in tops
        if inside:
            nodes.append(Node(row.id, row.name, row.level, depth, path))
        for child in children.get(row.id, ()):
            # an office writes the names of those above before its own; the root is everybody's and says nothing
            named = child.name if row.id == ROOT else f"{path} {child.name}"
            walk(child, depth + 1 if inside else depth, named, wanted=inside)

    walk(rows[ROOT], 0, rows[ROOT].name, wanted=False)
    return nodes


def reach(session: Session, name: str, roles: Collection[Role]) -> list[Node]:
    """The organizations that somebody's roles reach, in the order of the tree."""
    return tree(session, set(session.scalars(granted(name, roles))))


def organized_by(session: Session, user: str) -> list[Node]:
    """The organizations for which somebody may make and run polls; the highest stands first."""
    return reach(session, user, RUNS_POLLS)


def paths(session: Session) -> dict[str, str]:
    """Every organization's name with those above it, by id."""
    return {node.id: node.path for node in tree(session)}


def places_by_name(session: Session, top: str) -> dict[str, str]:
    """The ids of an organization and of all below it by their names; what two of them are called says neither."""
    rows = session.execute(sa.select(Organization.name, Organization.id).where(Organization.id.in_(below([top])))).all()
    times = Counter(row.name for row in rows)
    return {row.name: row.id for row in rows if times[row.name] == 1}


def shown_name(session: Session, organization_id: str) -> str:
    """An organization's name with those above it, as the public reads it: empty for a root that nobody has named."""
    path = paths(session)[organization_id]
    return "" if organization_id == ROOT and path == UNNAMED else path


def figures(session: Session) -> dict[str, tuple[int, int]]:
    """How many people and how many polls an organization has itself, by id; none with neither. Trials are no polls."""
    people = sa.select(Grant.organization_id, sa.func.count(sa.distinct(Grant.user_name))).group_by(
        Grant.organization_id
    )
    polls = (
        sa.select(Poll.organization_id, sa.func.count()).where(Poll.trial_of.is_(None)).group_by(Poll.organization_id)
    )
    persons, held = ({row[0]: row[1] for row in session.execute(counted)} for counted in (people, polls))
    return {place: (persons.get(place, 0), held.get(place, 0)) for place in {*persons, *held}}


def add(
    session: Session,
    parent: Organization,
    level: Level,
    lines: Sequence[str],
    *,
    who: str,
    now: datetime,
    random: Callable[[int], bytes],
) -> list[Organization]:
    """Add organizations below another, one a line (empty lines are none); all of them or, where a line can't be, none.

    Raises BadInput `organization_lines` naming each line that is wrong, `organization_none`, RuleRefused `organization_level`.
    """
    if _rank(level) <= _rank(parent.level):
        raise RuleRefused("organization_level", name=parent.name, level=parent.level.value)
    siblings = set(session.scalars(sa.select(Organization.name).where(Organization.parent == parent.id)))
    names: dict[str, int] = {}
    faults: list[DomainError] = []
    for number, line in enumerate(lines, start=1):
        if not (name := plain(line)):
            continue
        fault = name_fault(name)
        if fault is None and name in names:
            fault = BadInput("organization_line_twice", name=name, other=names[name])
        elif fault is None and name in siblings:
            fault = BadInput("organization_exists", name=name)
        names.setdefault(name, number)
        if fault is not None:
            faults.append(BadInput("organization_line", line=number, fault=fault))
    if len(names) > MOST_LINES:
        raise BadInput("organization_many", most=MOST_LINES)
    if faults:
        raise BadInput("organization_lines", number=len(faults), faults=faults[:20])
    if not names:
        raise BadInput("organization_none")
    last = session.scalar(sa.select(sa.func.max(Organization.position))) or 0
    made = [
        Organization(id=random(ID_BYTES).hex(), parent=parent.id, name=name, level=level, position=last + place)
        for place, name in enumerate(names, start=1)
    ]
    session.add_all(made)
    session.flush()
    audit.record(
        session, who=who, what="organization.add", now=now, organization=parent.id, name=parent.name, names=list(names)
    )
    return made


def change(session: Session, found: Organization, name: str, level: Level, *, who: str, now: datetime) -> None:
    """Give an organization another name or level. Raises BadInput for a name that can't be, RuleRefused for a level out of order."""
    name = plain(name)
    if not name:
        raise BadInput("organization_name_empty")
    if (fault := name_fault(name)) is not None:
        raise fault
    twins = sa.select(Organization.id).where(
        Organization.parent == found.parent, Organization.name == name, Organization.id != found.id
    )
    if session.scalars(twins).first() is not None:
        raise BadInput("organization_exists", name=name)
    if found.parent is not None:
        parent = find(session, found.parent)
        if _rank(level) <= _rank(parent.level):
            raise RuleRefused("organization_level", name=parent.name, level=parent.level.value)
    for child in session.scalars(sa.select(Organization).where(Organization.parent == found.id)):
        if _rank(child.level) <= _rank(level):
            raise RuleRefused("organization_level_children", name=child.name, level=child.level.value)
    if (found.name, found.level) == (name, level):
        return
    was = found.name
    found.name, found.level = name, level
    session.flush()
    audit.record(
        session,
        who=who,
        what="organization.change",
        now=now,
        organization=found.id,
        was=was,
        name=name,
        level=level.value,
    )


def contact(session: Session, organization_id: str) -> str | None:
    """Where people turn to about a result of an organization: what it wrote itself, else the nearest above it that wrote something."""
    written = (row.contact for row in lineage(session, organization_id))
    return next(filter(None, written), None)


def set_contact(session: Session, found: Organization, text: str, *, who: str, now: datetime) -> None:
    """Write where people turn to about a result; empty: as the organization above. Raises BadInput `organization_contact`."""
    text = plain(text)
    if len(text) > LONGEST_CONTACT or not text.isprintable():
        raise BadInput("organization_contact", most=LONGEST_CONTACT)
    if text == (found.contact or ""):
        return
    found.contact = text or None
    session.flush()
    audit.record(
        session, who=who, what="organization.contact", now=now, organization=found.id, name=found.name, contact=text
    )


def in_the_way(session: Session, found: Organization) -> list[str]:
    """Why an organization can't be removed: the codes of what it still has; empty when it can."""
    kept = {
        "root": sa.literal(found.id == ROOT),
        "children": sa.exists().where(Organization.parent == found.id),
        "polls": sa.exists().where(Poll.organization_id == found.id),
        "people": sa.exists().where(Grant.organization_id == found.id),
    }
    return [code for code, there in kept.items() if session.scalar(sa.select(there))]


def remove(session: Session, found: Organization, *, who: str, now: datetime) -> None:
    """Take an organization out that has nothing any more. Raises RuleRefused `organization_not_empty`."""
    if in_the_way(session, found):
        raise RuleRefused("organization_not_empty", name=found.name)
    audit.record(session, who=who, what="organization.remove", now=now, organization=found.parent, name=found.name)
    session.delete(found)
    session.flush()


def plain(line: str) -> str:
    """A name as it is kept: without blanks at its ends."""
    return " ".join(line.split())


def name_fault(name: str) -> BadInput | None:
    """Why a text can't be an organization's name."""
    if len(name) > LONGEST_NAME or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
        return BadInput("organization_name", most=LONGEST_NAME)
    return None


def _rank(level: Level) -> int:
    return list(Level).index(level)
