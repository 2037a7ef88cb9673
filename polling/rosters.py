"""Rosters: who is expected in a panel, by name or by household, in the roster's own order; and what the attendance desk ticks on it.

Invariants:
* a line is a name in the order of the pasted list: no time, no number that rises as people come, no tie to any slip (law 1);
* whoever holds a slip is present;
* a panel with a roster expects as many people as the roster has lines.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from polling.db import Base
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Panel, Poll
from polling.polls import MOST_EXPECTED, demand_state, scheme_of

LONGEST_NAME = 60
# what MOST_EXPECTED lines of the longest names and households can take; more is no roster, and is not read at all
LARGEST_ROSTER = MOST_EXPECTED * (2 * LONGEST_NAME + 2)
SHOWN = 5
# letters of no width that a copied cell brings along at its ends
_UNSEEN = "\u200b\u2060\ufeff"
_HEADS = frozenset({"姓名", "名字"})


class RosterEntry(Base):
    """A line of a panel's roster with its two ticks; no foreign key to the panel, whose row a corrected draft makes anew."""

    __tablename__ = "roster"
    __table_args__ = ({"sqlite_with_rowid": False},)
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    panel_key: Mapped[str] = mapped_column(primary_key=True)
    # the roster's own order, never that of arrival
    position: Mapped[int] = mapped_column(primary_key=True)
    present: Mapped[bool] = mapped_column(default=False)
    has_slip: Mapped[bool] = mapped_column(default=False)
    household: Mapped[str | None]
    # last: `polling.db.Database.compact` rewrites a table by its last column
    name: Mapped[str]


@dataclass(frozen=True)
class RosterLine:
    """One line of a roster: a name as it was written, and the household where one was."""

    name: str
    household: str | None = None

    @property
    def words(self) -> str:
        """The line for the eye."""
        return self.name if self.household is None else f"{self.name} ({self.household})"


def read_roster(text: str) -> list[RosterLine]:
    """Read a pasted roster: one person a line, after a tab or a comma the household. Blank lines and a first line 姓名 are none.

    Names stay as they are but for their ends and one spelling of composed letters (NFC). Raises BadInput `roster_large`,
    `roster_empty`, `roster_many`, `roster_columns`, `roster_no_name`, `roster_long`, `roster_letter` with the line,
    `roster_twice` with the lines.
    """
    if len(text) > LARGEST_ROSTER:
        raise BadInput("roster_large", most=MOST_EXPECTED)
    lines: list[tuple[int, RosterLine]] = []
    for number, written in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        line = _read_line(written, number)
        if line is not None and not (not lines and line.name in _HEADS):
            lines.append((number, line))
    if not lines:
        raise BadInput("roster_empty")
    if len(lines) > MOST_EXPECTED:
        raise BadInput("roster_many", number=len(lines), most=MOST_EXPECTED)
    _demand_once(lines)
    return [line for _number, line in lines]


def _read_line(written: str, number: int) -> RosterLine | None:
    """One line, None for a blank one."""
    parts = [_trimmed(part) for part in (written.split("\t") if "\t" in written else re.split("[,，،]", written))]
    while parts and not parts[-1]:  # a spreadsheet writes its empty columns too
        parts.pop()
    if not parts:
        return None
    if len(parts) > 2:  # noqa: PLR2004 - name and household
        raise BadInput("roster_columns", line=number)
    if not parts[0]:
        raise BadInput("roster_no_name", line=number)
    for part in parts:
        if len(part) > LONGEST_NAME:
            raise BadInput("roster_long", line=number, most=LONGEST_NAME)
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in part):
            raise BadInput("roster_letter", line=number)
    return RosterLine(*parts)


def _trimmed(text: str) -> str:
    """A name in one spelling, with nothing unseen at its ends."""
    kept = unicodedata.normalize("NFC", text)
    while kept != (shorter := kept.strip().strip(_UNSEEN)):
        kept = shorter
    return kept


def _demand_once(lines: Iterable[tuple[int, RosterLine]]) -> None:
    """Raise BadInput `roster_twice` for lines that nobody could tell apart."""
    first: dict[tuple[str, str | None], int] = {}
    twice = []
    for number, line in lines:
        known = first.setdefault((_looks(line.name), line.household and _looks(line.household)), number)
        if known != number:
            twice.append(f"{line.words}: {known}, {number}")
    if twice:
        raise BadInput("roster_twice", names=[*twice[:SHOWN], "…"] if len(twice) > SHOWN else twice, number=len(twice))


def _looks(text: str) -> str:
    return " ".join(text.split())


def write_roster(session: Session, poll: Poll, panel_key: str, lines: Sequence[RosterLine]) -> None:
    """Give a panel this roster in place of the one it has; no lines: none, and the expected number stays. The caller writes the audit log.

    The panel then expects as many as there are lines, and who stays on the roster keeps the ticks. Once slips are printed their number
    stays: who is added takes a spare one. Raises RuleRefused `state_needed` once the boxes are open, `roster_above_printed`, `roster_short`; BadInput `panel_missing`.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    panel = panel_of(poll, panel_key)
    if lines and poll.printing is not None:
        _fit_printed(poll, panel, len(lines))
    elif lines:
        panel.expected = len(lines)
    ticked = {(old.name, old.household): (old.present, old.has_slip) for old in roster_of(session, poll, panel_key)}
    forget_rosters(session, poll, panel_key)
    for position, line in enumerate(lines):
        present, has_slip = ticked.get((line.name, line.household), (False, False))
        session.add(
            RosterEntry(
                poll_id=poll.id,
                panel_key=panel_key,
                position=position,
                name=line.name,
                household=line.household,
                present=present,
                has_slip=has_slip,
            )
        )
    session.flush()


def _fit_printed(poll: Poll, panel: Panel, number: int) -> None:
    """Keep the number of slips that exist, or are being made elsewhere."""
    rule = scheme_of(poll).panel(panel.key)
    if number > panel.slips:
        raise RuleRefused("roster_above_printed", panel=rule.title, number=number, printed=panel.slips)
    if number < rule.minimum_expected:
        raise RuleRefused("roster_short", panel=rule.title, number=number, minimum=rule.minimum_expected)
    panel.expected, panel.spare = number, panel.slips - number


def panel_of(poll: Poll, key: str) -> Panel:
    """The panel of that key. Raises BadInput `panel_missing`."""
    for panel in poll.panels:
        if panel.key == key:
            return panel
    raise BadInput("panel_missing", key=key)


def roster_of(session: Session, poll: Poll, panel_key: str) -> list[RosterEntry]:
    """The lines of a panel's roster in its own order; empty where the panel has only a number."""
    return list(
        session.scalars(
            sa.select(RosterEntry)
            .where(RosterEntry.poll_id == poll.id, RosterEntry.panel_key == panel_key)
            .order_by(RosterEntry.position)
        )
    )


def settle_rosters(session: Session, poll: Poll) -> None:
    """After a draft's panels were made anew: a panel that is gone takes its roster along, and one with a roster expects its lines."""
    counted = (
        sa.select(RosterEntry.panel_key, sa.func.count().label("lines"))
        .where(RosterEntry.poll_id == poll.id)
        .group_by(RosterEntry.panel_key)
    )
    lines = {row.panel_key: row.lines for row in session.execute(counted)}
    for panel in poll.panels:
        panel.expected = lines.pop(panel.key, panel.expected)
    for key in lines:
        forget_rosters(session, poll, key)


def forget_rosters(session: Session, poll: Poll, panel_key: str | None = None) -> None:
    """Take the roster of one panel, or of all, out of the database."""
    statement = sa.delete(RosterEntry).where(RosterEntry.poll_id == poll.id)
    session.execute(statement if panel_key is None else statement.where(RosterEntry.panel_key == panel_key))
