"""What must balance at closing: the paper (印制 = 发出 + 作废 + 备用未用) and the people (收回 <= 发出 <= 实到 <= 应到)."""

from dataclasses import dataclass
from enum import StrEnum

from polling.models import Panel, Poll


class Fault(StrEnum):
    """What does not balance."""

    PRINTED = "printed"
    RETURNED = "returned"
    ISSUED = "issued"
    PRESENT = "present"


@dataclass(frozen=True)
class Reconciliation:
    """A closed panel's figures: slips printed, handed out, spoiled and left over; people expected and present; ballots returned."""

    printed: int
    issued: int
    spoiled: int
    unused: int
    returned: int
    present: int
    expected: int
    note: str = ""

    @property
    def accounted(self) -> int:
        """The slips of which somebody says where they are."""
        return self.issued + self.spoiled + self.unused

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What does not balance; none: all is in order."""
        balances = {
            Fault.PRINTED: self.printed == self.accounted,
            Fault.RETURNED: self.returned <= self.issued,
            Fault.ISSUED: self.issued <= self.present,
            Fault.PRESENT: self.present <= self.expected,
        }
        return tuple(fault for fault, good in balances.items() if not good)


def reconciliation(panel: Panel) -> Reconciliation | None:
    """A panel's figures as they were stated; None before closing, and for one that was closed before they were asked for."""
    figures = (panel.issued, panel.spoiled, panel.unused, panel.returned, panel.present)
    if any(figure is None for figure in figures):
        return None
    issued, spoiled, unused, returned, present = (figure or 0 for figure in figures)
    return Reconciliation(
        printed=panel.slips,
        issued=issued,
        spoiled=spoiled,
        unused=unused,
        returned=returned,
        present=present,
        expected=panel.expected,
        note=panel.note or "",
    )


def balances_of(poll: Poll) -> dict[str, Reconciliation]:
    """What was stated at closing, by panel key."""
    found = {panel.key: reconciliation(panel) for panel in poll.panels}
    return {key: figures for key, figures in found.items() if figures is not None}
