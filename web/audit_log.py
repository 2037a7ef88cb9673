"""What was done in the whole installation, by whom and when, in words. For administrators; a poll's own history is on its page."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from polling import audit
from polling.history import log, panel_titles, poll_titles
from polling.history_words import act_words, who_words
from web.access import Audience, audience
from web.desk import database

ON_A_PAGE = 50
MOST = 2**31 - 1  # the greatest number that a column of numbers holds
blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/log")
@audience(Audience.ADMINISTRATOR)
def page() -> str:
    """The entries, the latest first; `?before=` a number goes on from there."""
    asked = request.args.get("before", type=int)
    before = min(asked, MOST) if asked is not None and asked > 0 else None
    with database().read() as session:
        done = log(session, before=before, most=ON_A_PAGE + 1)
        shown = done[:ON_A_PAGE]
        panels = panel_titles(session, {entry.poll_id for entry in shown})
        entries, head = audit.head(session)
        return render_template(
            "desk/log.html",
            lines=[(entry, who_words(entry.who, _), act_words(entry, panels[entry.poll_id], _)) for entry in shown],
            titles=poll_titles(session, shown),
            older=shown[-1].number if len(done) > ON_A_PAGE else None,
            newest=before is None,
            entries=entries,
            head=head,
        )
