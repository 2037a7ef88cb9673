"""How far the published documents are on their way to whoever reads them, and sending again by hand. For administrators."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from polling.calendar import BEIJING
from polling.errors import DomainError
from polling.polls import find_poll
from publishing import outbox, receivers
from publishing.delivery_words import reason_words
from publishing.models import Passage
from web.access import Audience, audience
from web.desk import database, now, who
from web.words import sentence

MOST_SHOWN = 20  # of those that only wait; what is parked is always shown
blueprint = Blueprint("delivery", __name__, url_prefix="/desk")


@blueprint.get("/delivery")
@audience(Audience.OWNER)
def page() -> str:
    """Each receiver, and what has not reached it."""
    with database().read() as session:
        listed = []
        for one in receivers.receivers(session):
            rows = outbox.undelivered(session, one.name, lambda poll: find_poll(session, poll).title)
            shown = [row for place, row in enumerate(rows) if place < MOST_SHOWN or row.passage is Passage.PARKED]
            listed.append((one, shown, len(rows) - len(shown)))
    return render_template("desk/delivery.html", receivers=listed, words=_words, moment=_moment)


def _words(row: outbox.Waiting) -> str:
    return reason_words(row, _)


def _moment(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


@blueprint.post("/delivery")
@audience(Audience.OWNER)
def act() -> Response | tuple[str, int]:
    """Send again, pause or resume, as the button says."""
    name, document = request.form.get("receiver", ""), request.form.get("document")
    try:
        with database().write() as session:
            match request.form.get("act"):
                case "replay":
                    number = outbox.replay(session, name, document, who=who(), now=now())
                    said = _("%(number)s 份文件马上补送。", number=number)
                case "pause":
                    receivers.pause(session, name, who=who(), now=now())
                    said = _("已暂停。文件会等着，恢复以后补送。")
                case "resume":
                    receivers.resume(session, name, who=who(), now=now())
                    said = _("已恢复，等着的文件马上补送。")
                case _other:
                    return page(), 422
    except DomainError as error:
        flash(sentence(error), "bad")
        return page(), 409
    flash(said, "good")
    return redirect(url_for("delivery.page"))
