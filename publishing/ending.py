"""From notice to final: a result ends its notice when the last day is over and every objection is dealt with."""

from datetime import datetime

from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.errors import RuleRefused
from polling.lifecycle import State, step
from polling.models import Poll
from polling.polls import demand_state
from polling.recusal import demand_unconcerned
from publishing.objections import open_objections
from publishing.outbox import enqueue
from publishing.results import latest_notice


def finalise(session: Session, poll: Poll, *, who: str, now: datetime) -> None:
    """定稿. The caller commits, then calls `ballots.annulment.destroy_ended_keys` (law 14).

    A rehearsal need not wait for the last day. Raises RuleRefused `notice_running`, `objections_open`.
    """
    demand_state(poll, State.NOTICED)
    demand_unconcerned(session, poll, who)
    notice = latest_notice(session, poll)
    assert notice is not None
    if not poll.rehearsal and notice.last_day is not None and day_of(now) <= notice.last_day:
        raise RuleRefused("notice_running", last=notice.last_day.isoformat())
    undealt = open_objections(session, poll)
    if undealt:
        raise RuleRefused("objections_open", numbers=[str(objection.number) for objection in undealt])
    poll.state = step(poll.state, State.FINAL)
    notice.final_on = day_of(now)
    audit.record(session, who=who, what="poll.final", poll_id=poll.id, now=now, document=notice.document_id)
    enqueue(session, document_id=notice.document_id, poll_id=poll.id, now=now)


def archive(session: Session, poll: Poll, *, who: str, now: datetime) -> None:
    """归档: the papers lie where they are kept."""
    demand_state(poll, State.FINAL)
    demand_unconcerned(session, poll, who)
    poll.state = step(poll.state, State.ARCHIVED)
    audit.record(session, who=who, what="poll.archive", poll_id=poll.id, now=now)
