"""The notice board (公示栏) of an organization: its published results, those first that objections are still open against."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import organizations
from polling.lifecycle import State
from polling.models import Poll
from publishing.models import Notice, ResultDocument
from publishing.published import PublicResult, public_result

MOST_REHEARSALS = 10
ON_A_PAGE = 30  # settled results; each is read anew for each visitor


@dataclass(frozen=True)
class Place:
    """An organization below with a board of its own: `results` published, `open` of them on notice."""

    id: str
    path: str
    results: int
    open: int


@dataclass(frozen=True)
class Board:
    """Results of the organization's own polls, the latest published first.

    `others` are those of one `year` that no objections are open against any more, a `page` of `pages`; `years` all that such results are of,
    the latest first.
    """

    path: str
    contact: str | None
    open: tuple[PublicResult, ...]
    others: tuple[PublicResult, ...]
    rehearsals: tuple[PublicResult, ...]
    year: str
    years: tuple[str, ...]
    page: int
    pages: int
    below: tuple[Place, ...]


def board(session: Session, organization_id: str, *, today: date, year: str = "", page: int = 1) -> Board:
    """The board of an organization with a page of the results of one year (the latest, where it has none of `year`; the nearest page).

    Raises BadInput `organization_unknown`.
    """
    organizations.find(session, organization_id)
    on_notice: list[str] = []
    rehearsals: list[str] = []
    settled: dict[str, list[str]] = {}
    rows = session.execute(_standing(today).where(Poll.organization_id == organization_id))
    for document, period, rehearsal, waits, _place in rows:
        if rehearsal:
            rehearsals.append(document)
        elif waits:
            on_notice.append(document)
        else:
            settled.setdefault(period[:4], []).append(document)
    years = tuple(sorted(settled, reverse=True))
    shown = year if year in settled else next(iter(years), "")
    others = settled.get(shown, [])
    pages = max(1, -(-len(others) // ON_A_PAGE))
    page = min(max(1, page), pages)
    return Board(
        organizations.shown_name(session, organization_id),
        organizations.contact(session, organization_id),
        _results(session, on_notice),
        _results(session, others[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]),
        _results(session, rehearsals[:MOST_REHEARSALS]),
        shown,
        years,
        page,
        pages,
        tuple(place for place in places(session, organization_id, today=today) if place.id != organization_id),
    )


def places(session: Session, organization_id: str, *, today: date) -> list[Place]:
    """An organization and those below it that have published real results, in the order of the tree."""
    figures: dict[str, list[bool]] = {}
    for *_of, waits, place in session.execute(_standing(today).where(Poll.rehearsal.is_(False))):
        figures.setdefault(place, []).append(waits)
    return [
        Place(node.id, node.path, len(figures[node.id]), sum(figures[node.id]))
        for node in organizations.tree(session, (organization_id,))
        if node.id in figures
    ]


def _standing(today: date) -> sa.Select[str, str, bool, bool, str]:
    """Document and period of every poll's latest result, a withdrawn one too; whether it is a rehearsal's, and open for objections; whose."""
    # none against what is being corrected, was withdrawn, or was published before notices were computed
    waits = sa.and_(Poll.state == State.NOTICED, sa.func.coalesce(Notice.last_day >= today, sa.false()))
    latest = sa.select(sa.func.max(Notice.number)).where(Notice.poll_id == Poll.id).correlate(Poll).scalar_subquery()
    return (
        sa.select(ResultDocument.id, Poll.period_label, Poll.rehearsal, waits, Poll.organization_id)
        .join(Poll, Poll.id == ResultDocument.poll_id)
        .join(Notice, Notice.document_id == ResultDocument.id)
        .where(Notice.number == latest)
        .order_by(ResultDocument.number.desc())
    )


def _results(session: Session, documents: list[str]) -> tuple[PublicResult, ...]:
    found = (public_result(session, document) for document in documents)
    return tuple(result for result in found if result is not None)
