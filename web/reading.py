"""What a reader sees: how the polls of an organization and of all below it stand, and the results that were published. Nothing can be done here."""

from flask import Blueprint, abort, render_template

from polling.drafts import readable
from polling.sentences import VALUES
from publishing.standing import published_document
from web.access import Audience, audience
from web.desk import database, who
from web.outcome import rows_of

blueprint = Blueprint("reading", __name__, url_prefix="/desk/results")
reader = audience(Audience.READER)


@blueprint.get("")
@reader
def listed() -> str:
    """Every poll from its printing on, with its totals once the boxes are closed."""
    with database().read() as session:
        rows = [(poll, place, published_document(session, poll.id)) for poll, place in readable(session, who())]
    return render_template("desk/reading.html", rows=rows, states=VALUES)


@blueprint.get("/<poll_id>")
@reader
def one(poll_id: str) -> str:
    """One published result. Of a poll that is not below a reader's organization there is none (404)."""
    with database().read() as session:
        found = {poll.id: poll for poll, _place in readable(session, who())}
        document = published_document(session, poll_id) if poll_id in found else None
    if document is None:
        abort(404)
    return render_template(
        "desk/read.html",
        poll=found[poll_id],
        problems=[],
        document=document,
        panels=[(panel, rows_of(document, panel)) for panel in document["panels"]],
    )
