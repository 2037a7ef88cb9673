"""Which schemes an organization's polls may be made by: an administrator's choice holds there and for everything below.

Invariants:
* an organization without a choice of its own uses what the one above it uses, the root without one every scheme;
* a choice only narrows: what was chosen above binds below, also where it was chosen later;
* a poll that was begun keeps its scheme, whatever is chosen after.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit, organizations
from polling.errors import BadInput, RuleRefused
from polling.models import Organization
from polling.packs import packs
from schemes.rules import Scheme


@dataclass(frozen=True)
class Choice:
    """What was chosen at an organization: names of schemes, of those too that the installation has no more."""

    organization: str
    name: str
    schemes: frozenset[str]


def choices(session: Session, organization_id: str) -> list[Choice]:
    """The choices that bind an organization, the highest first. Raises BadInput `organization_unknown`."""
    rows = organizations.lineage(session, organization_id)
    return [
        Choice(row.id, row.name, frozenset(row.schemes.split())) for row in reversed(rows) if row.schemes is not None
    ]


def usable() -> list[Scheme]:
    """The schemes that a poll can be made by at all: those with panels."""
    return [pack for pack in packs()[0] if pack.panels]


def used(session: Session, organization_id: str) -> list[Scheme]:
    """The schemes that an organization's polls may be made by. Raises BadInput `organization_unknown`."""
    binding = choices(session, organization_id)
    return [pack for pack in usable() if all(pack.name in each.schemes for each in binding)]


def used_by_any(session: Session, places: Collection[str]) -> list[Scheme]:
    """The schemes that at least one of these organizations may use."""
    bound: dict[str | None, frozenset[str] | None] = {None: None}
    for row in session.scalars(sa.select(Organization).order_by(Organization.position)):  # none before its parent
        above = bound[row.parent]
        own = None if row.schemes is None else frozenset(row.schemes.split())
        bound[row.id] = own if above is None else above if own is None else above & own
    found = [bound[place] for place in places]
    return [pack for pack in usable() if any(names is None or pack.name in names for names in found)]


def demand_used(session: Session, organization_id: str, scheme: Scheme) -> None:
    """Raises RuleRefused `scheme_not_used`, naming the highest organization whose choice leaves the scheme out."""
    for each in choices(session, organization_id):
        if scheme.name not in each.schemes:
            raise RuleRefused("scheme_not_used", path="scheme", title=scheme.title, organization=each.name)


def choose(session: Session, found: Organization, names: Collection[str] | None, *, who: str, now: datetime) -> None:
    """Let an organization and those below it use these schemes alone; None: whatever the one above uses.

    Raises BadInput `schemes_none`, RuleRefused `scheme_not_used` for one that the organization above may not use.
    """
    chosen = None
    if names is not None:
        picked = [pack for pack in usable() if pack.name in names]
        if not picked:
            raise BadInput("schemes_none")
        for pack in picked if found.parent is not None else ():
            demand_used(session, str(found.parent), pack)
        chosen = " ".join(pack.name for pack in picked)
    if chosen == found.schemes:
        return
    before, found.schemes = found.schemes, chosen
    session.flush()
    audit.record(
        session,
        who=who,
        what="organization.schemes",
        now=now,
        organization=found.id,
        name=found.name,
        was_used=_titles(before),
        used=_titles(chosen),
    )


def _titles(chosen: str | None) -> list[str] | None:
    """A choice as it is logged: the log is read when a pack may be there no more."""
    titles = {pack.name: pack.title for pack in usable()}
    return None if chosen is None else [titles.get(name, name) for name in chosen.split()]
