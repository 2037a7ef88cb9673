"""What was done with a poll, as its people may read it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.calendar import BEIJING
from polling.models import AuditEntry


@dataclass(frozen=True)
class Done:
    """One entry of the audit log; `at` in Beijing time."""

    at: datetime
    who: str
    what: str
    detail: dict[str, Any]


def history(session: Session, poll_id: str) -> list[Done]:
    """Every entry about a poll, the latest first."""
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.poll_id == poll_id).order_by(AuditEntry.number.desc())
    )
    return [Done(entry.at.astimezone(BEIJING), entry.who, entry.what, json.loads(entry.detail)) for entry in entries]
