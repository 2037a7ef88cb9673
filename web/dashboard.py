"""The first page of the desk: which deadlines are near, what is to be done and for what one waits; and the calendar."""

import re
from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request

from belenios.election import new_uuid
from polling.calendar import day_of
from polling.db import Session
from polling.drafts import OnDesk, kinds_assessed, on_desk
from polling.lifecycle import State
from polling.models import Poll
from polling.organizations import organized_by
from polling.packs import packs
from polling.polls import find_polls
from polling.sentences import VALUES
from publishing.results import latest_notice
from scoring.ledger import Due
from scoring.periods import deadlines_between
from web.access import Audience, audience
from web.day import next_step
from web.desk import database, now, random, who
from web.guide import Turn, href

blueprint = Blueprint("dashboard", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
BEHIND, AHEAD = timedelta(days=14), timedelta(days=31)
ENDED = (State.FINAL, State.ANNULLED)
MOST_ENDED = 20
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Deadline:
    """A deadline of a scheme that the desk's polls use. `left`: days until its last day, below 0 when that is over.

    `polls`: the real ones of its period that were not annulled; `model`: the latest real one of the scheme, to make another after.
    """

    scheme: str
    period: str
    due: Due
    left: int
    polls: tuple[OnDesk, ...]
    model: OnDesk


@dataclass(frozen=True)
class Task:
    """A poll that is not ended: the sentence of what comes next, the button's words, where it leads, and whose turn it is."""

    poll: OnDesk
    words: str
    button: str
    address: str
    turn: Turn


@blueprint.get("/")
@desk
def home() -> str:
    """What is due, and the polls of who is signed in: by whose turn it is, what was touched last first."""
    today = day_of(now())
    with database().read() as session:
        rows = _own(session)
        several = len(organized_by(session, who())) > 1
        running = find_polls(session, [row.id for row in rows if row.state not in ENDED])
        tasks = [_task(session, row, running[row.id]) for row in rows if row.id in running]
        deadlines = _deadlines(session, rows, (today - BEHIND, today + AHEAD), today)
    by_turn = {turn: [task for task in tasks if task.turn is turn] for turn in Turn}
    ended = [row for row in rows if row.state in ENDED]
    everything = request.args.get("ended") == "all"
    return render_template(
        "desk/home.html",
        today=today,
        deadlines=deadlines,
        by_turn=by_turn,
        rows=rows,
        ended=ended if everything else ended[:MOST_ENDED],
        earlier=0 if everything else max(0, len(ended) - MOST_ENDED),
        several=several,
        states=VALUES,
        number=lambda: new_uuid(random),
    )


def _own(session: Session) -> list[OnDesk]:
    return on_desk(session, who())


def _task(session: Session, row: OnDesk, poll: Poll) -> Task:
    step = next_step(session, poll)
    button, address = (step.link.words, href(step.link, poll)) if step.link else ("", "")
    return Task(row, step.words, button, address, step.turn)


def _deadlines(session: Session, rows: Sequence[OnDesk], days: tuple[date, date], today: date) -> list[Deadline]:
    """The deadlines in these days, first and last included, that concern a kind of subject which real polls here have assessed."""
    real = [row for row in rows if not row.rehearsal]
    kinds = kinds_assessed(session, [row.id for row in real])
    found = []
    for scheme in packs()[0]:
        for label, due in deadlines_between(scheme, *days) if scheme.name in kinds else ():
            if due.subjects and not kinds[scheme.name] & set(due.subjects):
                continue
            own = [row for row in real if row.scheme == scheme.name]
            polls = tuple(row for row in own if row.period == label and row.state is not State.ANNULLED)
            found.append(Deadline(scheme.title, label, due, (due.last - today).days, polls, own[0]))
    return sorted(found, key=lambda each: (each.due.last, each.scheme, each.period))


@blueprint.get("/calendar")
@desk
def calendar() -> str:
    """A month: the last days of deadlines and of public notices. Raises 404 for what is no month."""
    today = day_of(now())
    asked = request.args.get("month", f"{today:%Y-%m}")
    if not MONTH.fullmatch(asked):
        abort(404)
    first = date.fromisoformat(f"{asked}-01")
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    with database().read() as session:
        rows = _own(session)
        deadlines = _deadlines(session, rows, (weeks[0][0], weeks[-1][-1]), today)
        running = find_polls(session, [row.id for row in rows if row.state is State.NOTICED])
        noticed = [(row, latest_notice(session, running[row.id])) for row in rows if row.id in running]
    days: dict[date, list[Deadline | OnDesk]] = {}
    for deadline in deadlines:
        days.setdefault(deadline.due.last, []).append(deadline)
    for row, notice in noticed:
        if notice is not None and notice.last_day is not None:
            days.setdefault(notice.last_day, []).append(row)
    return render_template(
        "desk/calendar.html",
        first=first,
        before=first - timedelta(days=1),
        after=weeks[-1][-1] if weeks[-1][-1].month != first.month else weeks[-1][-1] + timedelta(days=1),
        weeks=weeks,
        days={day: days[day] for day in sorted(days) if weeks[0][0] <= day <= weeks[-1][-1]},
        today=today,
    )
