"""The ledgers: computed from what is in force and stored as their one spelling. Each can be made again from the other tables alone.

Every act that changes what is in force is followed, in the same transaction, by `refresh` for the organizations that it touches.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from schemes.periods import PeriodError
from scoring import packs
from scoring.compute import compute
from scoring.entries import alone
from scoring.gathering import Gathered, gather, inputs_for, scheme_for, subjects_in, wanted
from scoring.ledger import Ledger as Computed
from scoring.models import Ledger
from scoring.receiving import Received, receive
from scoring.writing import ledger_bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored ledger that is not what its documents and entries give; `missing` where there is none, `surplus` where there should be none."""

    organization: str
    scheme: str
    period: str
    rehearsal: bool
    what: str


def ledger_of(gathered: Gathered, organization: str, period: str) -> Computed:
    """Compute one ledger. Raise BadInput `scoring_period`."""
    try:
        scheme = scheme_for(gathered, period)
        inputs = inputs_for(gathered, scheme, period)
        return compute(scheme, inputs, organization, period, rehearsal=gathered.rehearsal)
    except PeriodError:
        raise BadInput("scoring_period", value=period[:40]) from None


def refresh(session: Session, name: str, *, rehearsal: bool, organizations: Iterable[str] | None = None) -> int:
    """Compute and store the ledgers of these organizations (None: of all); give how many changed."""
    alone(session, Ledger)
    gathered = gather(session, name, rehearsal=rehearsal)
    chosen = None if organizations is None else set(organizations)
    changed = 0
    now = {place for place in wanted(gathered) if chosen is None or place[0] in chosen}
    rows = {
        (row.organization, row.period): row
        for row in session.scalars(sa.select(Ledger).where(Ledger.scheme == name, Ledger.rehearsal == rehearsal))
        if chosen is None or row.organization in chosen
    }
    for place in rows.keys() - now:
        session.delete(rows[place])
        changed += 1
    for organization, period in sorted(now):
        raw = ledger_bytes(ledger_of(gathered, organization, period))
        row = rows.get((organization, period))
        if row is None:
            session.add(Ledger(rehearsal=rehearsal, organization=organization, scheme=name, period=period, raw=raw))
            changed += 1
        elif row.raw != raw:
            row.raw = raw
            changed += 1
    session.flush()
    return changed


def take(
    session: Session, raw: bytes, keys: Mapping[str, bytes], pack: Callable[[str], bytes | None], *, now: datetime
) -> Received:
    """Receive a document and refresh what it touches; arguments and refusals as `scoring.receiving.receive`."""
    received = receive(session, raw, keys, pack, now=now)
    refresh_received(session, received)
    return received


def refresh_received(session: Session, received: Received) -> int:
    """Refresh what a received document touches: all organizations, for whoever was in the replaced one may be in no newer one."""
    if received.scheme is None or received.rehearsal is None:
        return 0
    return refresh(session, received.scheme, rehearsal=received.rehearsal)


def current(session: Session, name: str, organization: str, period: str, *, rehearsal: bool) -> Computed:
    """The ledger as it is now, computed. Raise RuleRefused `scoring_pack_unknown`, `scoring_no_ledger`, BadInput `scoring_period`."""
    gathered = gather(session, name, rehearsal=rehearsal)
    ledger = ledger_of(gathered, organization, period)
    if not ledger.rows:
        subjects = subjects_in(gathered, scheme_for(gathered, period), period)
        known = sorted({each.organization or "—" for each in subjects.values()})
        raise RuleRefused("scoring_no_ledger", organization=organization, period=period, known=known or ["—"])
    return ledger


def stored(session: Session, name: str, organization: str, period: str, *, rehearsal: bool) -> dict[str, Any] | None:
    """A stored ledger as plain values, None where there is none."""
    row = session.get(Ledger, (rehearsal, organization, name, period))
    if row is None:
        return None
    read: dict[str, Any] = json.loads(row.raw)
    return read


def listed(session: Session, *, rehearsal: bool) -> list[tuple[str, str, str]]:
    """(scheme, organization, period) of all stored ledgers, sorted."""
    columns = (Ledger.scheme, Ledger.organization, Ledger.period)
    rows = session.execute(sa.select(*columns).where(Ledger.rehearsal == rehearsal)).all()
    return sorted((scheme, organization, period) for scheme, organization, period in rows)


def rebuild(session: Session) -> int:
    """Make every ledger anew from documents and entries; give how many changed."""
    return sum(
        refresh(session, name, rehearsal=rehearsal) for name in packs.names(session) for rehearsal in (False, True)
    )


def first_difference(session: Session) -> Difference | None:
    """Make every ledger anew, beside the stored ones, and compare byte for byte; None where all are the same."""
    for name in packs.names(session):
        for rehearsal in (False, True):
            gathered = gather(session, name, rehearsal=rehearsal)
            rows = session.scalars(sa.select(Ledger).where(Ledger.scheme == name, Ledger.rehearsal == rehearsal))
            there = {(row.organization, row.period): row.raw for row in rows}
            now = wanted(gathered)
            for organization, period in sorted({*there, *now}):
                place = (organization, period)
                what = (
                    "missing"
                    if place not in there
                    else "surplus"
                    if place not in now
                    else "differs"
                    if there[place] != ledger_bytes(ledger_of(gathered, organization, period))
                    else None
                )
                if what is not None:
                    return Difference(organization, name, period, rehearsal, what)
    return None
