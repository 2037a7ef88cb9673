"""How a closed poll stands: which boxes stay shut for ever, whose shares are missing, and what was published of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.invitations import Key, keys_with_names
from polling.models import Poll
from publishing.counting import boxes_to_open, withheld
from publishing.models import Notice, ResultDocument
from tally.quorum import WithheldReason


@dataclass(frozen=True)
class Awaited:
    """A key, and the boxes (by title) whose share of it has not come. `here`: it lies on this machine, and its shares come last, by themselves."""

    key: Key
    here: bool
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What the count of a closed poll waits for."""

    shut: dict[str, WithheldReason]  # by panel key
    ballots: int  # in the boxes that may be opened
    keys: tuple[Awaited, ...]

    @property
    def ready(self) -> bool:
        """Whether nobody but this machine is waited for."""
        return all(key.here or not key.missing for key in self.keys)


def standing(session: Session, poll: Poll, holds: Callable[[int], bool]) -> Standing:
    """How a closed poll stands; `holds` says whether this machine has the key of that number."""
    boxes = boxes_to_open(session, poll)
    return Standing(
        shut={key: found.reason for key, found in withheld(poll).items()},
        ballots=sum(box.returned for box in boxes),
        keys=tuple(
            Awaited(key, holds(key.owner), tuple(box.title for box in boxes if key.owner not in box.owners))
            for key in keys_with_names(session, poll)
        ),
    )


def published_document(session: Session, poll_id: str) -> dict[str, Any] | None:
    """The latest published result document of a poll, parsed; None before there is one."""
    raw = session.scalar(
        sa.select(ResultDocument.raw)
        .join(Notice, Notice.document_id == ResultDocument.id)
        .where(Notice.poll_id == poll_id)
        .order_by(Notice.number.desc())
        .limit(1)
    )
    return None if raw is None else dict(json.loads(raw)["document"])
