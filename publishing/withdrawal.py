"""Annulling a poll: what was published of it is withdrawn by a signed document of its own, in the same transaction."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots import annulment
from polling.calendar import day_of
from polling.models import Poll
from publishing import documents
from publishing.models import Notice, ResultDocument
from publishing.outbox import enqueue
from publishing.results import latest_notice
from publishing.signing import Signer


def annul(
    session: Session,
    poll: Poll,
    *,
    reason: str,
    people: tuple[str, str],
    signer: Signer,
    document_id: str,
    now: datetime,
) -> bytes | None:
    """Annul a poll as `ballots.annulment.annul` does; gives the withdrawal's bytes, None where nothing was published."""
    annulment.annul(session, poll, reason=reason, people=people, now=now)
    notice = latest_notice(session, poll)
    if notice is None:
        return None
    raw = signer.document(
        documents.withdrawal(
            document_id=document_id,
            poll=poll.id,
            withdraws=notice.document_id,
            published_on=day_of(now).isoformat(),
            reason=reason.strip(),
        )
    )
    session.add(ResultDocument(id=document_id, poll_id=poll.id, raw=raw.decode(), published_on=day_of(now)))
    session.flush()
    session.execute(sa.update(Notice).where(Notice.poll_id == poll.id).values(withdrawn_by=document_id))
    for due in due_after_final(session, poll, document_id):
        enqueue(session, document_id=due, poll_id=poll.id, now=now)
    return raw


def due_after_final(session: Session, poll: Poll, withdrawal_id: str) -> list[str]:
    """What receivers of a poll's final document have to be sent now, in order: what superseded it since, and the withdrawal.

    Empty where nothing of the poll was ever final: then nobody was sent anything.
    """
    notices = session.scalars(sa.select(Notice).where(Notice.poll_id == poll.id).order_by(Notice.number)).all()
    finals = [notice.number for notice in notices if notice.final_on is not None]
    if not finals:
        return []
    return [*(notice.document_id for notice in notices if notice.number > max(finals)), withdrawal_id]
