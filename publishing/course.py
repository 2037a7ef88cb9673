"""How a subject came out over the periods: the scores of every published result that stands."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.lifecycle import State
from polling.models import Poll, PollSubject
from polling.polls import scheme_of
from publishing.models import Notice, ResultDocument
from publishing.published import FEW_VALID, is_told, score_of


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
    session: Session,
    subject_id: str,
    *,
    rehearsal: bool,
    seen: Callable[[Poll], bool] = lambda _poll: True,
    whole: Callable[[Poll], bool] = lambda _poll: False,
) -> tuple[Course, ...]:
    """List a subject's courses by scheme, panel and kind of period, out of the polls that `seen` lets through.

    Those that are not to be told `whole` are told as anybody may see them: no panel of which nothing is public, no score of few valid votes.
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
    for poll, raw in rows:
        if not seen(poll):
            continue
        public = not whole(poll)
        document = json.loads(raw)["document"]
        shown = {panel["key"]: panel for panel in document["panels"]}
        if public:
            scheme = scheme_of(poll)
            shown = {key: panel for key, panel in shown.items() if is_told(panel, scheme.panel(key))}
        [subject] = [each for each in document["subjects"] if each["id"] == subject_id]
        for row in subject["rows"]:
            if (panel := shown.get(row["panel_key"])) is None:
                continue
            about = (document["scheme"]["title"], panel["title"], document["period"]["kind"])
            kept = public and FEW_VALID in row["flags"]
            found.setdefault(about, []).append(_outcome(document, subject, row, kept=kept))
    return tuple(Course(*about, tuple(outcomes)) for about, outcomes in found.items())


def with_others(session: Session, document: Mapping[str, Any]) -> set[str]:
    """The subjects of a result document that another published poll of its kind had too, by id."""
    ids = [subject["id"] for subject in document["subjects"]]
    elsewhere = (
        sa.select(PollSubject.subject_id)
        .join(Poll, Poll.id == PollSubject.poll_id)
        .join(Notice, Notice.poll_id == Poll.id)
        .where(PollSubject.subject_id.in_(ids), Poll.id != document["poll"])
        .where(Poll.rehearsal == document["rehearsal"], Poll.state != State.ANNULLED)
    )
    return set(session.scalars(elsewhere))


def _outcome(document: dict[str, Any], subject: dict[str, Any], row: dict[str, Any], *, kept: bool) -> Outcome:
    floor = subject["floor"]
    here = floor is not None and floor["panels"] == [row["panel_key"]]
    return Outcome(
        document["id"],
        document["poll"],
        document["period"]["label"],
        subject["name"],
        None if kept else score_of(row),
        None if kept else row["display"],
        Fraction(floor["threshold"]) if here else None,
    )
