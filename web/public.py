"""Pages for anybody: the start page, a published result with its evidence, and whether one's ballot is in the box."""

import re
import unicodedata

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ballots import box
from ballots.casting import PanelUnknown, is_in_box
from polling import organizations
from polling.calendar import day_of
from polling.lifecycle import State
from polling.models import ROOT
from publishing import notice_board
from publishing.course import with_others
from publishing.published import Listed, listed, public_result, withdrawn_document
from publishing.turnout import NOTED
from web.access import Audience, audience
from web.desk import database, now

blueprint = Blueprint("public", __name__)
public = audience(Audience.PUBLIC)
MOST_RESULTS = 12
TRACKER = re.compile(r"[A-Za-z0-9+/]{43}")


@blueprint.get("/")
@public
def start() -> str | Response:
    """Ask for the panel number and the code typed by hand, and list the published results. The code is never sent here."""
    typed = _plain(request.args.get("panel"))
    with database().read() as session:
        if typed:
            try:
                return redirect(url_for("voter.page", panel=box.panel_view(session, typed).panel))
            except PanelUnknown:
                pass
        current = [row for row in listed(session) if not row.superseded]
        places = notice_board.places(session, ROOT, today=day_of(now()))
    results = sorted(sorted(current, key=_title), key=_period, reverse=True)
    return render_template(
        "public/start.html",
        results=results[:MOST_RESULTS],
        more=len(results) > MOST_RESULTS,
        places=places,
        typed=typed,
        unknown=bool(typed),
    )


def _plain(text: str | None) -> str:
    """What was typed, without blanks and in half-width characters."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


def _title(row: Listed) -> str:
    return row.title


def _period(row: Listed) -> str:
    return row.period


@blueprint.get("/results/<document_id>")
@public
def result(document_id: str) -> str | Response:
    """Show a published result, as far as its scheme makes it public."""
    with database().read() as session:
        found = public_result(session, document_id)
        withdrawn = withdrawn_document(session, document_id) if found is None else None
        place = organizations.shown_name(session, found.organization) if found is not None else ""
        compared = with_others(session, found.document) if found is not None else set()
    if withdrawn is not None:  # the withdrawal of a result is told on the page of the result
        return redirect(url_for("public.result", document_id=withdrawn))
    if found is None:
        abort(404)
    told = {row.subject: row.name for panel in found.panels for row in panel.rows if row.subject in compared}
    return render_template(
        "public/result.html", result=found, document=found.document, noted=NOTED, place=place, compared=told
    )


@blueprint.get("/check")
@blueprint.get("/check/<panel>")
@public
def check(panel: str = "") -> str:
    """Look for one's ballot by its tracker, which the page's script takes from the address behind `#` or from a receipt's QR code."""
    return render_template("public/check.html", panel=panel, tracker="", answer="")


@blueprint.post("/check")
@public
def checked() -> str:
    """The same for who has no script: the form comes here, so that the tracker stands in no address."""
    panel, tracker = _plain(request.form.get("panel")), _plain(request.form.get("tracker")).rstrip("=")
    return render_template("public/check.html", panel=panel, tracker=tracker, answer=_answer(panel, tracker))


def _answer(panel: str, tracker: str) -> str:
    """One of the answers that the page has a sentence for."""
    standard = tracker.replace("-", "+").replace("_", "/")
    if not TRACKER.fullmatch(standard):
        return "malformed"
    with database().read() as session:
        try:
            view = box.panel_view(session, panel)
        except PanelUnknown:
            return "unknown_panel"
        if not view.closed and view.state is State.ANNULLED:
            return "annulled"
        if view.setup is None:
            return "not_open"
        found = is_in_box(session.connection(), panel, standard)
    return ("" if found else "not_") + ("in_list" if view.closed else "in_box")
