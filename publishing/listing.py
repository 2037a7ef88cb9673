"""The list of published documents for programs that fetch: in pieces, by a cursor that nobody but us reads."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from publishing.models import ResultDocument

_PLACE = re.compile(r"([1-9][0-9]{0,8})\.([!-~]{1,64})")


@dataclass(frozen=True)
class PublishedDocument:
    """One published document, as lists for programs name it."""

    id: str
    poll: str
    type: str
    published_on: date
    annulled: bool


@dataclass(frozen=True)
class Piece:
    """Some published documents in the order of publication. `next` continues after them, None before there is any; `more`: at once."""

    rows: list[PublishedDocument]
    next: str | None
    more: bool


def published_since(session: Session, since: str | None, limit: int | None) -> Piece:
    """List what was published after a cursor, or from the beginning; all of it without a limit.

    Raises BadInput `cursor_unreadable`; RuleRefused `cursor_unknown` for one of a document that is not here at its place, as when a
    backup was restored since: going on from there would pass over what was published instead.
    """
    after = 0
    if since:
        after, document_id = _place(since)
        if session.scalar(sa.select(ResultDocument.id).where(ResultDocument.number == after)) != document_id:
            raise RuleRefused("cursor_unknown")
    statement = (
        sa.select(
            ResultDocument.number,
            ResultDocument.id,
            Poll.id,
            ResultDocument.type,
            ResultDocument.published_on,
            Poll.state == State.ANNULLED,
        )
        .join(Poll, Poll.id == ResultDocument.poll_id)
        .where(ResultDocument.number > after)
        .order_by(ResultDocument.number)
    )
    found = session.execute(statement.limit(None if limit is None else limit + 1)).all()
    rows = found[:limit]
    last = f"{rows[-1][0]}.{rows[-1][1]}" if rows else None
    return Piece(
        [PublishedDocument(*row[1:]) for row in rows], _cursor(last) if last else since or None, len(found) > len(rows)
    )


def _cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, str]:
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise BadInput("cursor_unreadable") from None
    found = _PLACE.fullmatch(place)
    if found is None or _cursor(place) != cursor:
        raise BadInput("cursor_unreadable")
    return int(found[1]), found[2]
