"""When the boxes are to close, as the hall was told: a day and a minute in Beijing. It closes nothing by itself, and says nothing about a voter."""

from datetime import datetime

from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import minute_of
from polling.errors import BadInput
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import demand_state
from polling.recusal import demand_unconcerned


def announce(session: Session, poll: Poll, closes: str | None, *, who: str, now: datetime) -> None:
    """Announce another time for a printed or open poll, None for no time.

    Raises RuleRefused `state_needed` otherwise and `recused`, BadInput `closes_past`.
    """
    demand_state(poll, State.PRINTED, State.OPEN)
    demand_unconcerned(session, poll, who)
    if closes == poll.closes:
        return
    if closes is not None and closes <= minute_of(now):
        raise BadInput("closes_past", value=closes)
    detail = {"closes": closes, "before": poll.closes}
    poll.closes = closes
    audit.record(session, who=who, what="poll.closes", poll_id=poll.id, now=now, **detail)
