"""Turnout for the desk and the wall: each panel's ballots against its minimum, in steps while the box is open."""

from dataclasses import dataclass
from textwrap import wrap

from sqlalchemy.orm import Session

from ballots.turnout import boxed, stepped
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import scheme_of
from tally.quorum import needed

NOTED = 16  # characters of a setup value that people write down at opening; the key holders' page asks for as many


@dataclass(frozen=True)
class PanelTurnout:
    """What may be shown of a panel by now. `returned` is exact once the box is closed; None where it was annulled before.

    `setup` is what people note at opening of the setup value, in groups of four; empty before.
    """

    key: str
    title: str
    expected: int
    printed: int
    needed: int
    issued: int | None
    returned: int | None
    setup: str = ""

    @property
    def reached(self) -> bool:
        """Whether the minimum was reached. It is a step of its own, so that this is known as soon as it is so."""
        return self.returned is not None and self.returned >= self.needed

    @property
    def everybody(self) -> bool:
        """Whether as many ballots came as people were expected."""
        return self.returned is not None and self.returned >= self.expected


def turnout(session: Session, poll: Poll) -> list[PanelTurnout]:
    """Every panel in the scheme's order."""
    scheme = scheme_of(poll)
    inside = boxed(session, poll) if poll.state is State.OPEN else {}
    shown = []
    for panel in poll.panels:
        rule = scheme.panel(panel.key)
        least = needed(rule, panel.expected)
        before = 0 if poll.state in (State.DRAFT, State.PRINTED) else panel.returned
        # the whole roster is a mark too: who is the last of all is seen by everybody, and the hall need not wait for nobody
        returned = stepped(inside[panel.key], {least, panel.expected}) if panel.key in inside else before
        noted = " ".join(wrap((panel.setup_hash or "")[:NOTED], 4))
        shown.append(
            PanelTurnout(panel.key, rule.title, panel.expected, panel.slips, least, panel.issued, returned, noted)
        )
    return shown
