"""How many ballots lie in each box of a poll, and how much of that may be told while people are still voting."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.models import BoxedBallot
from polling.models import Poll

STEP = 5


def boxed(session: Session, poll: Poll) -> dict[str, int]:
    """The ballots in each box, by panel key. Exact: while a box is open this is for no page (law 1), `stepped` is."""
    count = sa.select(BoxedBallot.panel, sa.func.count()).where(
        BoxedBallot.panel.in_([panel.uuid for panel in poll.panels if panel.uuid is not None])
    )
    found = {row[0]: row[1] for row in session.execute(count.group_by(BoxedBallot.panel))}
    return {panel.key: found.get(str(panel.uuid), 0) for panel in poll.panels}


def stepped(number: int, marks: Collection[int]) -> int:
    """The figure that may be shown of an open box: the last multiple of STEP, or the last of `marks`, that it has reached.

    A figure that followed every ballot would tell the room who has just voted. A mark below the first step is none.
    """
    return max(number - number % STEP, *(mark for mark in marks if STEP < mark <= number), 0)
