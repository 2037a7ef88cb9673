"""Taking a whole poll out of the database: a draft that nobody needs, or a trial whose box was thrown away."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.models import BoxedBallot, Credential, Invitation, PartialDecryption, Purge, Trustee
from polling import audit
from polling.drafts import remove_rows
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import demand_state


def throw_away(session: Session, poll: Poll, *, who: str, now: datetime) -> None:
    """Remove a draft, or a trial in any state, with all that hangs on it; the caller destroys the keys of this machine.

    Raises RuleRefused `state_needed` for a poll whose slips were printed: that one is annulled, and stays to be read.
    """
    if poll.trial_of is None:
        demand_state(poll, State.DRAFT)
    for panel in [panel.uuid for panel in poll.panels if panel.uuid is not None]:
        session.add(Purge(panel=panel))
        session.flush()
        for of_panel in (BoxedBallot, Credential, PartialDecryption, Purge):
            session.execute(sa.delete(of_panel).where(of_panel.panel == panel))
    for of_poll in (Trustee, Invitation):
        session.execute(sa.delete(of_poll).where(of_poll.poll_id == poll.id))
    what = "poll.throw_away" if poll.trial_of is None else "trial.end"
    audit.record(session, who=who, what=what, poll_id=poll.id, now=now, title=poll.title)
    remove_rows(session, poll)
