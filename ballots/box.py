"""Looking at a box from outside: its state for a page, and after closing its trackers and archive."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.casting import CastRefusal, CastRefused, PanelUnknown, panel_state
from ballots.models import BoxedBallot
from ballots.slips import keys_of
from ballots.wording import Keys
from belenios.encoding import is_uuid
from polling.lifecycle import State
from polling.models import Panel
from polling.polls import scheme_of


class NotClosedYet(Exception):
    """What was asked for exists only after closing."""


class Annulled(Exception):
    """The poll was annulled before this came to be; it never will."""


NOT_CLOSED = frozenset({State.DRAFT, State.PRINTED, State.OPEN})


@dataclass(frozen=True)
class PanelView:
    """What anybody may know of a panel. `returned` is None until the box is closed."""

    panel: str
    title: str
    panel_title: str
    answers: tuple[str, ...]
    period: str
    rehearsal: bool
    state: State
    subjects: tuple[str, ...]
    setup: str | None
    returned: int | None
    keys: Keys
    intro: str
    languages: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether trackers and archive can be had."""
        return self.returned is not None


def panel_view(session: Session, panel: str) -> PanelView:
    """The view of a printed panel. Raises PanelUnknown."""
    if not is_uuid(panel):
        raise PanelUnknown(panel)
    row = session.scalars(sa.select(Panel).where(Panel.uuid == panel)).one_or_none()
    if row is None:
        raise PanelUnknown(panel)
    poll = row.poll
    rule = scheme_of(poll).panel(row.key)
    return PanelView(
        panel=panel,
        title=poll.title,
        panel_title=rule.title,
        answers=rule.answer_titles,
        period=poll.period_label,
        rehearsal=poll.rehearsal,
        state=poll.state,
        subjects=tuple(subject.name for subject in poll.subjects),
        setup=row.setup_hash,
        returned=row.returned,
        keys=keys_of(session, poll),
        intro=poll.intro,
        languages=tuple(poll.languages.split()),
    )


def opening_record(connection: sa.Connection, panel: str) -> str:
    """The signed opening record. Raises PanelUnknown, CastRefused `box_not_open` before opening."""
    panel_state(connection, panel)
    record: str | None = connection.execute(sa.select(Panel.opening_record).where(Panel.uuid == panel)).scalar_one()
    if record is None:
        raise CastRefused(CastRefusal.BOX_NOT_OPEN)
    return record


def trackers(connection: sa.Connection, panel: str) -> list[str]:
    """Every tracker of a closed box, sorted; none before closing, when a list would show who just voted (law 1)."""
    _demand_closed(connection, panel)
    return list(
        connection.execute(
            sa.select(BoxedBallot.hash).where(BoxedBallot.panel == panel).order_by(BoxedBallot.hash)
        ).scalars()
    )


def archive(connection: sa.Connection, panel: str) -> bytes:
    """The archive of a closed box. Raises NotClosedYet; Annulled when its poll was annulled before the count: nobody shall open it."""
    _demand_closed(connection, panel)
    raw, result = connection.execute(sa.select(Panel.archive, Panel.result).where(Panel.uuid == panel)).one()
    if panel_state(connection, panel)[0] is State.ANNULLED and result is None:
        raise Annulled(panel)
    return bytes(raw)


def _demand_closed(connection: sa.Connection, panel: str) -> None:
    state, _setup = panel_state(connection, panel)
    returned = connection.execute(sa.select(Panel.returned).where(Panel.uuid == panel)).scalar_one()
    if state is State.ANNULLED and returned is None:
        raise Annulled(panel)
    if state in NOT_CLOSED:
        raise NotClosedYet(panel)
