"""The wall: how full the boxes are, for a projector in the hall. No tracker, no list, and figures in steps while people vote."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from polling.calendar import BEIJING
from polling.lifecycle import State
from polling.models import Poll
from publishing.turnout import PanelTurnout, turnout
from web.access import Audience, audience
from web.closing_time import wall_words
from web.day import server_alone
from web.desk import database, now, own_poll

blueprint = Blueprint("wall", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)


def stage(poll: Poll) -> str:
    """What the wall says of the boxes: not open yet, open, closed, or annulled."""
    if poll.state in (State.DRAFT, State.PRINTED):
        return "before"
    return {State.OPEN: "open", State.ANNULLED: "annulled"}.get(poll.state, "closed")


def figures(panel: PanelTurnout) -> dict[str, Any]:
    """One panel's figures, as the page and its JSON show them; `percent` of the expected, for the bar."""
    returned = panel.returned or 0
    return {
        "key": panel.key,
        "returned": returned,
        "percent": min(100, 100 * returned // panel.expected),
        "reached": panel.reached,
    }


def clock() -> str:
    """The time in Beijing, for the line that says how old the figures are."""
    return now().astimezone(BEIJING).strftime("%H:%M:%S")


@blueprint.get("/polls/<poll_id>/wall")
@desk
def wall(poll_id: str) -> str:
    """Full screen in the hall; it begins with a zero that everybody can see."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        panels = turnout(session, found)
        alone = server_alone(session, found)
    return render_template(
        "desk/wall.html",
        poll=found,
        stage=stage(found),
        panels=[(panel, figures(panel), 100 * panel.needed // panel.expected) for panel in panels],
        at=clock(),
        closes=wall_words(found),
        alone=alone,
    )


@blueprint.get("/polls/<poll_id>/turnout.json")
@desk
def numbers(poll_id: str) -> Response:
    """The same figures for the page's own script."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        panels = turnout(session, found)
    response = jsonify(
        stage=stage(found), at=clock(), closes=wall_words(found), panels=[figures(panel) for panel in panels]
    )
    response.headers["Cache-Control"] = "private, max-age=2"
    return response
