"""How a subject came out over the periods: the scores of every published result that stands."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.lifecycle import State
from polling.models import Poll, PollSubject
from publishing.models import Notice, ResultDocument
from publishing.published import score_of


@dataclass(frozen=True)
class Outcome:
    """A subject in one panel of one published result. `score` is None where the outcome has none; `display`: as the scheme writes it."""

    document: str
    poll: str
    period: str
    name: str
    score: Fraction | None
    display: str | None
    floor: Fraction | None


@dataclass(frozen=True)
class Course:
    """The outcomes of one panel of one scheme, oldest period first. `floor`: the latest that the panel alone had, in points."""

    scheme: str
    panel: str
    period_kind: str
    outcomes: tuple[Outcome, ...]

    @property
    def floor(self) -> Fraction | None:
        """The line to draw."""
        return self.outcomes[-1].floor


def courses_of(
    session: Session, subject_id: str, *, rehearsal: bool, seen: Callable[[Poll], bool]
) -> tuple[Course, ...]:
    """List a subject's courses by scheme, panel and kind of period, out of the polls that `seen` lets through.

    Annulled polls and superseded documents are no part of them.
    """
    latest = sa.select(sa.func.max(Notice.number)).where(Notice.poll_id == Poll.id).correlate(Poll).scalar_subquery()
    rows = session.execute(
        sa.select(Poll, ResultDocument.raw)
        .join(ResultDocument, ResultDocument.poll_id == Poll.id)
        .join(Notice, Notice.document_id == ResultDocument.id)
        .join(PollSubject, PollSubject.poll_id == Poll.id)
        .where(PollSubject.subject_id == subject_id, Poll.rehearsal == rehearsal, Poll.state != State.ANNULLED)
        .where(Notice.number == latest)
        .order_by(Poll.period_label, ResultDocument.number)
    )
    found: dict[tuple[str, str, str], list[Outcome]] = {}
    for raw in (raw for poll, raw in rows if seen(poll)):
        document = json.loads(raw)["document"]
        titles = {panel["key"]: panel["title"] for panel in document["panels"]}
        [subject] = [each for each in document["subjects"] if each["id"] == subject_id]
        for row in subject["rows"]:
            about = (document["scheme"]["title"], titles[row["panel_key"]], document["period"]["kind"])
            found.setdefault(about, []).append(_outcome(document, subject, row))
    return tuple(Course(*about, tuple(outcomes)) for about, outcomes in found.items())


def _outcome(document: dict[str, Any], subject: dict[str, Any], row: dict[str, Any]) -> Outcome:
    floor = subject["floor"]
    here = floor is not None and floor["panels"] == [row["panel_key"]]
    return Outcome(
        document["id"],
        document["poll"],
        document["period"]["label"],
        subject["name"],
        score_of(row),
        row["display"],
        Fraction(floor["threshold"]) if here else None,
    )
