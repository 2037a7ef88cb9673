"""The attendance desk 签到发票: a tap for each who came and received a slip, on several phones at once. Nothing of it is logged (law 1)."""

import re
from typing import Any

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from polling.attendance import TAKES, Attendance, Tick, attendance, attendance_of, move, tick
from polling.db import Session
from polling.drafts import on_desk
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Panel, Poll, Role
from polling.organizations import RUNS_POLLS, holds
from polling.polls import find_poll
from polling.recusal import demand_unconcerned, is_concerned
from polling.rosters import RosterEntry, roster_of
from polling.spelling import findable, typed
from web.access import Audience, audience
from web.acts import say
from web.desk import database, who
from web.words import sentence

blueprint = Blueprint("attendance", __name__, url_prefix="/desk")
desk = audience(Audience.ATTENDANCE)
ATTENDS = RUNS_POLLS | {Role.TELLER}
# rows that one page shows; of a longer roster the server searches
MOST_ROWS = 1000
LONGEST_SEARCH = 60
_TICK = re.compile(r"([0-9]{1,6}) (present|slip) (on|off)")
_MOVE = re.compile(r"(present|slip) (1|-1)")


def attended_poll(session: Session, poll_id: str) -> Poll:
    """The poll if this person runs it or is a teller where it is held; else the page says that there is none."""
    try:
        poll = find_poll(session, poll_id)
    except BadInput:
        abort(404)
    if poll.trial_of is not None or not holds(session, who(), ATTENDS, poll.organization_id):
        abort(404)
    return poll


@blueprint.get("/attendance")
@desk
def polls() -> str:
    """The polls whose people may be ticked now."""
    with database().read() as session:
        rows = [row for row in on_desk(session, who(), ATTENDS) if row.state in TAKES]
    return render_template("desk/attendance_polls.html", rows=rows)


@blueprint.get("/polls/<poll_id>/attendance")
@desk
def room(poll_id: str) -> str:
    """One panel's roster, or its counters."""
    with database().read() as session:
        poll = attended_poll(session, poll_id)
        panels = attendance(session, poll)
        panel = _chosen(panels, request.args.get("panel"))
        takes = poll.state in TAKES
        concerned = takes and is_concerned(session, poll, who())
        takes = takes and not concerned
        lines = roster_of(session, poll, panel.key) if takes else []
    search = (request.args.get("q") or "")[:LONGEST_SEARCH]
    left = bool(request.args.get("left"))
    found = _found(lines, search, left=left)
    return render_template(
        "desk/attendance.html",
        poll=poll,
        panels=panels,
        panel=panel,
        takes=takes,
        concerned=concerned,
        early=poll.state is State.DRAFT,
        closed={row.key: row for row in poll.panels},
        rows=[(line, findable(line.name, line.household)) for line in found[:MOST_ROWS]],
        more=max(0, len(found) - MOST_ROWS),
        all_here=len(lines) <= MOST_ROWS,
        found=len(found),
        search=search,
        left=left,
        form=FlaskForm(),
        runs=not RUNS_POLLS.isdisjoint(current_user.roles),
    )


def _chosen(panels: list[Attendance], key: str | None) -> Attendance:
    return next((panel for panel in panels if panel.key == key), panels[0])


def _found(lines: list[RosterEntry], search: str, *, left: bool) -> list[RosterEntry]:
    words = typed(search)
    return [
        line
        for line in lines
        if not (left and line.has_slip) and (not words or words in findable(line.name, line.household))
    ]


@blueprint.get("/polls/<poll_id>/attendance.json")
@desk
def standing(poll_id: str) -> Response:
    """How every line of a panel stands, for pages that are open on other phones: a digit a line, in the roster's order."""
    with database().read() as session:
        poll = attended_poll(session, poll_id)
        panel = _chosen(attendance(session, poll), request.args.get("panel"))
        lines = roster_of(session, poll, panel.key)
    return jsonify(
        counts=_counts(panel),
        takes=poll.state in TAKES,
        present="".join(str(int(line.present)) for line in lines),
        slip="".join(str(int(line.has_slip)) for line in lines),
    )


def _counts(panel: Attendance) -> dict[str, int]:
    return {"expected": panel.expected, "present": panel.present, "slip": panel.slips}


@blueprint.post("/polls/<poll_id>/attendance")
@desk
def note(poll_id: str) -> Response | tuple[Response, int]:
    """One tap: a line of a roster or a step of a counter. A page with a script is answered with the new counts, one without sent back."""
    key = request.form.get("panel", "")
    anchor = "counts"
    try:
        with database().write() as session:
            poll = attended_poll(session, poll_id)
            panel = next((panel for panel in poll.panels if panel.key == key), None)
            if panel is None:
                raise BadInput("panel_missing", key=key[:LONGEST_SEARCH])
            demand_unconcerned(session, poll, who())
            words, anchor = _note(session, poll, panel)
            counts = _counts(attendance_of(session, poll, panel.key))
    except DomainError as error:
        status = 422 if isinstance(error, BadInput) else 409
        if _wants_json():
            return jsonify(error=error.code, message=sentence(error)), status
        say(sentence(error), "bad")
    else:
        if _wants_json():
            return jsonify(counts=counts, message=words)
        if words:
            say(words, "warn")
    back: dict[str, Any] = {name: request.form[name] for name in ("panel", "q", "left") if request.form.get(name)}
    return redirect(url_for("attendance.room", poll_id=poll_id, _anchor=anchor, **back), 303)


def _note(session: Session, poll: Poll, panel: Panel) -> tuple[str, str]:
    """What is to be said of a tap, and where on the page it was. Raises DomainError."""
    if found := _TICK.fullmatch(request.form.get("tick", "")):
        position, what, on = int(found[1]), Tick(found[2]), found[3] == "on"
        changed = tick(session, poll, panel.key, position, what, on=on)
        line = session.get(RosterEntry, (poll.id, panel.key, position))
        twice = what is Tick.SLIP and on and not changed and line is not None
        words = _("%(name)s已经领过票，是别人刚记的。请核对，不要再发。", name=line.name) if twice and line else ""
        return words, f"line-{position}"
    if found := _MOVE.fullmatch(request.form.get("move", "")):
        if move(session, poll, panel.key, Tick(found[1]), int(found[2])):
            return "", "counts"
        return _("不能再多，也不能再少：发出的不能多过印的，实到的不能少过发出的。"), "counts"
    raise BadInput("roster_line")


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
