"""What was done at an organization and below it, by whom and when, in words. For administrators; a poll's own history is on its page."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from polling import audit
from polling.history import log, panel_titles, poll_titles
from polling.history_words import act_words, who_words
from polling.models import ROOT, Role
from polling.organizations import reach
from web.access import Audience, audience
from web.desk import database, who

ON_A_PAGE = 50
MOST = 2**31 - 1  # the greatest number that a column of numbers holds
blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/log")
@audience(Audience.ADMINISTRATOR)
def page() -> str:
    """The entries, the latest first; `?before=` a number goes on from there, `?at=` an organization that is administered here."""
    asked = request.args.get("before", type=int)
    before = min(asked, MOST) if asked is not None and asked > 0 else None
    with database().read() as session:
        places = reach(session, who(), {Role.ADMINISTRATOR})
        at = request.args.get("at", places[0].id)
        if at not in {place.id for place in places}:
            abort(404)
        done = log(session, at=at, before=before, most=ON_A_PAGE + 1)
        shown = done[:ON_A_PAGE]
        panels = panel_titles(session, {entry.poll_id for entry in shown})
        entries, head = audit.head(session)
        return render_template(
            "desk/log.html",
            lines=[(entry, who_words(entry.who, _), act_words(entry, panels[entry.poll_id], _)) for entry in shown],
            titles=poll_titles(session, shown),
            older=shown[-1].number if len(done) > ON_A_PAGE else None,
            newest=before is None,
            places=places,
            at=at,
            whole=at == ROOT,
            entries=entries,
            head=head,
        )
