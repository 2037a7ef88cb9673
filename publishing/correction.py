"""Correcting a result: what people stated is stated again, what was counted stays.

The box is never reopened and no document is edited: the poll goes back to counted, is signed again, and a new document supersedes the old.
What may be corrected is the number of slips handed out, and not so far that another panel would be withheld: then it is to be annulled.
"""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.reconciliation import reconciliation
from polling import audit
from polling.calendar import day_of
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State, step
from polling.models import Panel, Poll
from polling.polls import demand_state
from publishing.counting import withheld
from publishing.models import Correction
from publishing.objections import settle
from publishing.sign_off import LONGEST_TEXT, chain_of, drop


def _rebalance(panel: Panel, reason: str) -> None:
    """Let the slips left over follow the restated number; what then does not balance is explained by the correction's own reason."""
    if panel.unused is None:
        return
    panel.unused = max(0, panel.slips - (panel.issued or 0) - (panel.spoiled or 0))
    found = reconciliation(panel)
    if found is not None:
        panel.note = (panel.note or reason) if found.faults else None


def correct(
    session: Session, poll: Poll, issued: Mapping[str, int], *, reason: str, people: tuple[str, str], now: datetime
) -> None:
    """Restate how many slips were handed out, by panel key, by two people for a reason.

    Before publishing the result must not be out for signatures. Raises RuleRefused `sign_sent`, `correction_nothing`, `correction_withheld`,
    BadInput `reason_empty`, `issued_key`, `issued_number`.
    """
    demand_state(poll, State.COUNTED, State.NOTICED, State.FINAL)
    if poll.state is State.COUNTED and chain_of(session, poll).sent:
        raise RuleRefused("sign_sent")
    reason = reason.strip()[:LONGEST_TEXT]
    if not reason:
        raise BadInput("reason_empty")
    panels = {panel.key: panel for panel in poll.panels}
    for key, number in issued.items():
        if key not in panels:
            raise BadInput("issued_key", key=key, allowed=sorted(panels))
        if not 0 <= number <= panels[key].slips:
            raise BadInput("issued_number", key=key, number=number, printed=panels[key].slips)
    changed = {key: (panels[key].issued, number) for key, number in issued.items() if panels[key].issued != number}
    if not changed:
        raise RuleRefused("correction_nothing")
    shut = withheld(poll)
    for key, (_before, number) in changed.items():
        panels[key].issued = number
        _rebalance(panels[key], reason)
    if withheld(poll) != shut:
        raise RuleRefused("correction_withheld")
    drop(session, poll)
    if poll.state is not State.COUNTED:
        poll.state = step(poll.state, State.COUNTED)
    number = (
        session.scalar(
            sa.select(sa.func.coalesce(sa.func.max(Correction.number), 0)).where(Correction.poll_id == poll.id)
        )
        or 0
    ) + 1
    made = day_of(now)
    session.add(
        Correction(poll_id=poll.id, number=number, reason=reason, made_on=made, organizer=people[0], witness=people[1])
    )
    settle(session, poll)
    audit.record(
        session,
        who=people[0],
        what="poll.correct_result",
        poll_id=poll.id,
        now=now,
        witness=people[1],
        reason=reason,
        issued={key: list(pair) for key, pair in changed.items()},
    )
