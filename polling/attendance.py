"""The attendance desk 签到发票: who came and received a slip, as ticks on a roster or as two counters.

Invariants:
* a tick is a yes: no time, no entry in the audit log, no number that rises, nothing of a slip or a credential (law 1);
* each act says what shall be so, not that it shall change: two attendants who tick the same person at once tick once;
* whoever holds a slip is present, so issued <= present always;
* closing takes the counts and wipes the ticks (`wipe`; decision 65).
"""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Panel, Poll
from polling.polls import scheme_of
from polling.rosters import RosterEntry, panel_of

# from the printing on, people may come before the boxes are opened
TAKES = (State.PRINTED, State.OPEN)


class Tick(StrEnum):
    """What an attendant notes."""

    PRESENT = "present"
    SLIP = "slip"


@dataclass(frozen=True)
class Attendance:
    """A panel's counts 应到/实到/发出 by now; `named`: it has a roster, else its counts are two counters."""

    key: str
    title: str
    expected: int
    printed: int
    present: int
    slips: int
    named: bool

    @property
    def noted(self) -> bool:
        """Whether anything was ticked or counted at all: a panel without is closed by figures that people state."""
        return self.present > 0


def attendance(session: Session, poll: Poll) -> list[Attendance]:
    """Every panel's counts, in the scheme's order."""
    scheme = scheme_of(poll)
    counted = (
        sa.select(
            RosterEntry.panel_key,
            sa.func.count().filter(RosterEntry.present).label("present"),
            sa.func.count().filter(RosterEntry.has_slip).label("slips"),
        )
        .where(RosterEntry.poll_id == poll.id)
        .group_by(RosterEntry.panel_key)
    )
    named = {row.panel_key: (row.present, row.slips) for row in session.execute(counted)}
    return [
        Attendance(
            panel.key,
            scheme.panel(panel.key).title,
            panel.expected,
            panel.slips,
            *named.get(panel.key, (panel.came, panel.handed_out)),
            named=panel.key in named,
        )
        for panel in poll.panels
    ]


def attendance_of(session: Session, poll: Poll, panel_key: str) -> Attendance:
    """One panel's counts. Raises BadInput `panel_missing`."""
    panel_of(poll, panel_key)
    return next(found for found in attendance(session, poll) if found.key == panel_key)


def tick(session: Session, poll: Poll, panel_key: str, position: int, what: Tick, *, on: bool) -> bool:
    """Note that the person on that line is present or holds a slip, or take it back; False: it was so already.

    A slip makes present, and who is not present holds none. Raises RuleRefused `attendance_early`, `attendance_over`, BadInput
    `panel_missing`, `roster_line`.
    """
    _hold(session, poll)
    panel_of(poll, panel_key)
    line = (
        RosterEntry.poll_id == poll.id,
        RosterEntry.panel_key == panel_key,
        RosterEntry.position == position,
    )
    column = RosterEntry.present if what is Tick.PRESENT else RosterEntry.has_slip
    values = {column: on}
    if what is Tick.SLIP and on:
        values[RosterEntry.present] = True
    if what is Tick.PRESENT and not on:
        values[RosterEntry.has_slip] = False
    # the database decides who was first: of two ticks at once one finds the line changed
    statement = sa.update(RosterEntry).where(*line, column.is_not(on)).values(values)
    changed = _changed(session, statement)
    if not changed and session.scalar(sa.select(RosterEntry.position).where(*line)) is None:
        raise BadInput("roster_line")
    return changed


def move(session: Session, poll: Poll, panel_key: str, what: Tick, by: int) -> bool:
    """Count one person or slip more or less (`by` 1 or -1) in a panel without roster; False at the counter's end.

    Not more slips than were printed, nor more people than slips; a slip more than people counts a person too, and no person can be taken
    back whose slip was not. Raises as `tick` does, and BadInput `panel_has_roster`.
    """
    _hold(session, poll)
    panel = panel_of(poll, panel_key)
    has_roster = sa.select(RosterEntry.position).where(
        RosterEntry.poll_id == poll.id, RosterEntry.panel_key == panel_key
    )
    if session.scalar(has_roster.limit(1)) is not None:
        raise BadInput("panel_has_roster")
    counter = Panel.came if what is Tick.PRESENT else Panel.handed_out
    wanted = counter + by
    bounds = [wanted >= 0, wanted <= panel.slips]
    values = {counter: wanted}
    if what is Tick.PRESENT:
        bounds.append(wanted >= Panel.handed_out)
    else:
        values[Panel.came] = sa.case((Panel.came < wanted, wanted), else_=Panel.came)
    statement = sa.update(Panel).where(Panel.poll_id == poll.id, Panel.key == panel_key, *bounds).values(values)
    changed = _changed(session, statement)
    session.expire(panel, ["came", "handed_out"])
    return changed


def _changed(session: Session, statement: sa.Update) -> bool:
    """Whether the one row that an update is about was there to be changed."""
    made = session.execute(statement.execution_options(synchronize_session=False))
    return bool(made.rowcount == 1)  # type: ignore[attr-defined]


def _hold(session: Session, poll: Poll) -> None:
    """Hold the poll where it is until this act is done: closing waits, other attendants don't."""
    held = sa.select(Poll.state).where(Poll.id == poll.id).with_for_update(read=True)
    state = session.execute(held).scalar_one()
    if state is State.DRAFT:
        raise RuleRefused("attendance_early")
    if state not in TAKES:
        raise RuleRefused("attendance_over")


def wipe(session: Session, poll: Poll) -> None:
    """Let the ticks and counters of a poll be forgotten; who was on the roster stays."""
    ticked = sa.or_(RosterEntry.present, RosterEntry.has_slip)
    session.execute(
        sa.update(RosterEntry).where(RosterEntry.poll_id == poll.id, ticked).values(present=False, has_slip=False)
    )
    for panel in poll.panels:
        panel.came = panel.handed_out = 0
