"""Objections 异议 to a result on notice: recorded by the desk, decided in writing by a named person.

An upheld objection leads to a correction or to annulling; a box is never reopened. No objection is linked to a voter or a vote.
"""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.people import LONGEST_NAME
from polling.polls import demand_state
from polling.recusal import demand_unconcerned
from publishing.models import Notice, Objection, ResultDocument
from publishing.results import latest_notice
from publishing.sign_off import LONGEST_TEXT, demand_not_subject


class Came(StrEnum):
    """How an objection came."""

    VISIT = "visit"
    LETTER = "letter"
    PHONE = "phone"
    OTHER = "other"


class Decision(StrEnum):
    """What was decided: it is not so; the figures are to be corrected; the poll is to be annulled."""

    REJECTED = "rejected"
    CORRECT = "correct"
    ANNUL = "annul"


def record(
    session: Session,
    poll: Poll,
    *,
    text: str,
    came: Came,
    received_on: date,
    from_whom: str | None,
    who: str,
    now: datetime,
) -> int:
    """Record an objection that was received while the result was on notice: its number.

    Raises RuleRefused `objection_late` for one that came after the last day, BadInput for an empty text or a day that can't be.
    """
    demand_state(poll, State.NOTICED)
    demand_unconcerned(session, poll, who)
    notice = latest_notice(session, poll)
    assert notice is not None
    begun = _published_on(session, notice)
    if notice.last_day is not None and received_on > notice.last_day:
        raise RuleRefused("objection_late", last=notice.last_day.isoformat())
    if not begun <= received_on <= day_of(now):
        raise BadInput("objection_date", first=begun.isoformat(), last=day_of(now).isoformat())
    number = (
        session.scalar(
            sa.select(sa.func.coalesce(sa.func.max(Objection.number), 0)).where(Objection.poll_id == poll.id)
        )
        or 0
    ) + 1
    session.add(
        Objection(
            poll_id=poll.id,
            number=number,
            document_id=notice.document_id,
            text=_text(text),
            came=came.value,
            from_whom=(from_whom or "").strip()[:LONGEST_NAME] or None,
            received_on=received_on,
            settled=False,
        )
    )
    audit.record(session, who=who, what="poll.object", poll_id=poll.id, now=now, number=number)
    return number


def decide(
    session: Session,
    poll: Poll,
    number: int,
    *,
    decision: Decision,
    text: str,
    decided_by: str,
    who: str,
    now: datetime,
) -> None:
    """Write down how an objection was decided, by whom and why.

    Raises BadInput `objection_unknown`, RuleRefused `objection_decided`, and `sign_subject` for a subject who would decide about himself.
    """
    demand_state(poll, State.NOTICED)
    demand_unconcerned(session, poll, who)
    row = find(session, poll, number)
    if row.decision is not None:
        raise RuleRefused("objection_decided", number=number)
    name = " ".join(decided_by.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("sign_name", most=LONGEST_NAME)
    demand_not_subject(session, poll, name)
    row.decision, row.decision_text, row.decided_by, row.decided_on = decision.value, _text(text), name, day_of(now)
    audit.record(
        session, who=who, what="poll.decide", poll_id=poll.id, now=now, number=number, decision=decision.value, by=name
    )


def listed(session: Session, poll: Poll) -> list[Objection]:
    """All objections to a poll's results, in the order of recording."""
    return list(session.scalars(sa.select(Objection).where(Objection.poll_id == poll.id).order_by(Objection.number)))


def find(session: Session, poll: Poll, number: int) -> Objection:
    """One objection. Raises BadInput `objection_unknown`."""
    row = session.get(Objection, (poll.id, number))
    if row is None:
        raise BadInput("objection_unknown", number=number)
    return row


def open_objections(session: Session, poll: Poll) -> list[Objection]:
    """Those that keep a result from being final: undecided, or upheld and nothing came of it yet."""
    return [row for row in listed(session, poll) if row.decision != Decision.REJECTED and not row.settled]


def settle(session: Session, poll: Poll) -> None:
    """A correction was made: the objections that asked for one are dealt with."""
    for row in listed(session, poll):
        if row.decision == Decision.CORRECT:
            row.settled = True


def _published_on(session: Session, notice: Notice) -> date:
    return session.scalars(sa.select(ResultDocument.published_on).where(ResultDocument.id == notice.document_id)).one()


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        raise BadInput("objection_empty")
    if len(text) > LONGEST_TEXT:
        raise BadInput("text_long", most=LONGEST_TEXT)
    return text
