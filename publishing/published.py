"""What was published, for pages and other programs to read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.lifecycle import State
from polling.models import Poll
from polling.polls import find_poll, scheme_of
from publishing.models import ResultDocument
from schemes.rules import PublicView


@dataclass(frozen=True)
class Listed:
    """One published document, as lists name it."""

    id: str
    poll: str
    title: str
    period: str
    rehearsal: bool
    published_on: date
    annulled: bool


def listed(session: Session) -> list[Listed]:
    """List all published documents, in the order of publication."""
    columns = (
        ResultDocument.id,
        Poll.id,
        Poll.title,
        Poll.period_label,
        Poll.rehearsal,
        ResultDocument.published_on,
        Poll.state == State.ANNULLED,
    )
    statement = sa.select(*columns).join(Poll, Poll.id == ResultDocument.poll_id)
    return [Listed(*row) for row in session.execute(statement.order_by(ResultDocument.published_on, ResultDocument.id))]


def signed_document(session: Session, document_id: str) -> bytes | None:
    """Give the exact bytes of a published document, None where there is none of that id."""
    raw = session.scalar(sa.select(ResultDocument.raw).where(ResultDocument.id == document_id))
    return None if raw is None else raw.encode()


def frozen_scheme(session: Session, digest: str) -> bytes | None:
    """Give the exact bytes of a scheme that a printed poll was frozen with, by SHA-256 (hex); None where no poll was."""
    return session.scalar(sa.select(Poll.scheme_raw).where(Poll.scheme_digest == digest).limit(1))


def public_document(session: Session, document_id: str) -> tuple[dict[str, Any], Mapping[str, PublicView], bool] | None:
    """Give a published document, parsed, what its scheme lets the public see of each panel (by key), and whether its poll was annulled."""
    row = session.get(ResultDocument, document_id)
    if row is None:
        return None
    poll = find_poll(session, row.poll_id)
    shown = {rule.key: rule.public for rule in scheme_of(poll).panels}
    return json.loads(row.raw)["document"], shown, poll.state is State.ANNULLED
