"""Receiving signed documents, as any other system would: from the same process or over HTTP, by the same code.

Invariants:
* a document is kept as the bytes that came, or refused whole; it is never edited, and the same one again changes nothing;
* one poll has one chain: a result, what supersedes it, at most one withdrawal at its end. Each document has one successor at most;
* what is in force is read off the chain, so that the order of arrival makes no difference: a successor that comes first waits for nobody,
  and what it replaces arrives later already replaced;
* rehearsals are kept apart and never stand in a real ledger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from polling.errors import BadInput, RuleRefused
from publishing.documents import DocumentUnreadable, open_envelope
from publishing.signing import SignatureFalse, check_document
from schemes.errors import SchemeError
from schemes.loading import digest
from scoring import packs
from scoring.entries import alone
from scoring.form import Result, Withdrawal, check_against, read_form
from scoring.models import Document, Pack

# a poll of several thousand subjects; it bounds the work that a stranger's bytes can cause
MOST_BYTES = 8 * 1024 * 1024


class Arrival(StrEnum):
    """What became of a document: new; new, while what it replaces is still to come; or known before."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Received:
    """A document that is kept. `scheme`: the name of the pack whose ledgers it touches, None for a withdrawal that came first."""

    id: str
    poll: str
    arrival: Arrival
    scheme: str | None
    rehearsal: bool | None


def receive(
    session: Session, raw: bytes, keys: Mapping[str, bytes], pack: Callable[[str], bytes | None], *, now: datetime
) -> Received:
    """Check and keep one signed document. `keys`: raw public keys by id; `pack`: the bytes of a pack by digest, None where not at hand.

    The caller refreshes the ledgers (`scoring.book.refresh_received`). Raise BadInput `scoring_document_unreadable`,
    `scoring_document_type`, `scoring_document_form`, `scoring_document_large`; RuleRefused `scoring_signature_false`, `scoring_pack_missing`,
    `scoring_pack_false`, `scoring_document_differs`, `scoring_other_poll`, `scoring_replaced_twice`, `scoring_poll_twice`.
    """
    if len(raw) > MOST_BYTES:
        raise BadInput("scoring_document_large", limit=MOST_BYTES // 1024 // 1024)
    try:
        document = check_document(raw, keys)
    except DocumentUnreadable:
        raise BadInput("scoring_document_unreadable") from None
    except SignatureFalse:
        raise RuleRefused("scoring_signature_false") from None
    read = read_form(document)
    alone(session, Document)
    known = session.get(Document, read.id)
    if known is not None:
        if open_envelope(known.raw)[0] != document:
            raise RuleRefused("scoring_document_differs", id=read.id)
        return _received(session, known, Arrival.AGAIN)
    new = _row(session, read, document, raw=raw, pack=pack, now=now)
    _demand_place(session, new)
    session.add(new)
    session.flush()
    waits = new.replaces is not None and session.get(Document, new.replaces) is None
    return _received(session, new, Arrival.WAITING if waits else Arrival.ACCEPTED)


def _row(
    session: Session,
    read: Result | Withdrawal,
    document: Mapping[str, Any],
    *,
    raw: bytes,
    pack: Callable[[str], bytes | None],
    now: datetime,
) -> Document:
    if isinstance(read, Withdrawal):
        return Document(
            id=read.id,
            kind="withdrawal",
            poll=read.poll,
            replaces=read.withdraws,
            scheme=None,
            rehearsal=None,
            raw=raw,
            received_at=now,
        )
    scheme = packs.by_digest(session, read.scheme.digest)
    if scheme is None:
        found = pack(read.scheme.digest)
        if found is None:
            raise RuleRefused("scoring_pack_missing", digest=read.scheme.digest)
        if digest(found) != read.scheme.digest:
            raise RuleRefused("scoring_pack_false", digest=read.scheme.digest)
        try:
            scheme = packs.read(found)
        except SchemeError:
            raise RuleRefused("scoring_pack_false", digest=read.scheme.digest) from None
    check_against(read, document, scheme)
    packs.adopt(session, scheme.raw)
    return Document(
        id=read.id,
        kind="result",
        poll=read.poll,
        replaces=read.supersedes,
        scheme=read.scheme.digest,
        rehearsal=read.rehearsal,
        raw=raw,
        received_at=now,
    )


def _demand_place(session: Session, new: Document) -> None:
    """Refuse what has no place in its poll's chain."""
    chain = list(session.scalars(sa.select(Document).where(Document.poll == new.poll)))
    before = session.get(Document, new.replaces) if new.replaces is not None else None
    after = session.scalars(sa.select(Document).where(Document.replaces == new.id)).one_or_none()
    for other in (before, after):
        if other is not None and other.poll != new.poll:
            raise RuleRefused("scoring_other_poll", id=new.id, other=other.id)
    results = [each for each in chain if each.kind == "result"]
    if new.kind == "result" and any(
        (each.rehearsal, _name(session, each)) != (new.rehearsal, _name(session, new)) for each in results
    ):
        raise RuleRefused("scoring_other_poll", id=new.id, other=results[0].id)
    if new.replaces is not None:
        twin = next((each for each in chain if each.replaces == new.replaces), None)
        if twin is not None:
            raise RuleRefused("scoring_replaced_twice", id=new.id, replaces=new.replaces, other=twin.id)
        if before is not None and before.kind == "withdrawal":
            raise RuleRefused("scoring_replaced_twice", id=new.id, replaces=before.replaces, other=before.id)
    elif any(each.replaces is None for each in chain):
        raise RuleRefused("scoring_poll_twice", id=new.id, poll=new.poll)
    if new.kind == "withdrawal" and after is not None:
        raise RuleRefused("scoring_replaced_twice", id=after.id, replaces=new.replaces, other=new.id)
    _demand_no_circle(new, {each.id: each.replaces for each in chain})


def _demand_no_circle(new: Document, replaces: Mapping[str, str | None]) -> None:
    step = new.replaces
    while step is not None:
        if step == new.id:
            raise RuleRefused("scoring_other_poll", id=new.id, other=new.replaces)
        step = replaces.get(step)


def _name(session: Session, row: Document) -> str | None:
    if row.scheme is None:
        return None
    pack = session.get(Pack, row.scheme)
    assert pack is not None
    return pack.name


def _received(session: Session, row: Document, arrival: Arrival) -> Received:
    shown = row
    if row.kind == "withdrawal":  # it touches the ledgers of what it withdraws
        shown = session.get(Document, row.replaces) or row
    return Received(row.id, row.poll, arrival, _name(session, shown), shown.rehearsal)


def in_force(session: Session, name: str, *, rehearsal: bool) -> list[tuple[str, dict[str, Any]]]:
    """The results that count, of packs of this name: (digest of the pack, document), in the order of their ids."""
    newer = aliased(Document)
    statement = (
        sa.select(Document.scheme, Document.raw)
        .join(Pack, Pack.digest == Document.scheme)
        .where(Pack.name == name, Document.kind == "result", Document.rehearsal == rehearsal)
        .where(~sa.exists().where(newer.replaces == Document.id))
        .order_by(Document.id)
    )
    return [(str(scheme), open_envelope(raw)[0]) for scheme, raw in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept document, for a list. `standing`: in_force, replaced, or waiting for what it replaces."""

    id: str
    kind: str
    poll: str
    standing: str
    rehearsal: bool | None


def kept(session: Session) -> list[Kept]:
    """All kept documents in the order of their ids."""
    rows = session.execute(
        sa.select(Document.id, Document.kind, Document.poll, Document.replaces, Document.rehearsal).order_by(
            Document.id
        )
    ).all()
    replaced = {row.replaces for row in rows}
    there = {row.id for row in rows}
    return [
        Kept(
            row.id,
            row.kind,
            row.poll,
            "replaced"
            if row.id in replaced
            else "waiting"
            if row.replaces is not None and row.replaces not in there
            else "in_force",
            row.rehearsal,
        )
        for row in rows
    ]
