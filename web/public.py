"""Pages for anybody: the start page, a published result, and where the evidence lies."""

import json
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for

from polling.models import Panel, Poll
from polling.polls import find_poll, scheme_of
from publishing.models import ResultDocument
from schemes.rules import PublicView
from web.access import Audience, audience

blueprint = Blueprint("public", __name__)
public = audience(Audience.PUBLIC)


@blueprint.get("/")
@public
def start() -> str | Any:
    """The panel number typed by hand, and the published results."""
    typed = "".join((request.args.get("panel") or "").split())
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        if typed:
            if session.scalar(sa.select(Panel.uuid).where(Panel.uuid == typed)) is not None:
                return redirect(url_for("voter.page", panel=typed))
            return render_template("public/start.html", results=_listed(session), typed=typed, unknown=True)
        return render_template("public/start.html", results=_listed(session), typed="", unknown=False)


def _listed(session: Any) -> list[tuple[str, str, str, bool]]:
    statement = sa.select(ResultDocument.id, Poll.title, Poll.period_label, Poll.rehearsal).join(Poll, Poll.id == ResultDocument.poll_id)
    return [tuple(row) for row in session.execute(statement.order_by(Poll.period_label.desc(), Poll.title, ResultDocument.id))]


@blueprint.get("/results/<document_id>")
@public
def result(document_id: str) -> Response | str:
    """A published result, as far as its scheme makes it public."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        row = session.get(ResultDocument, document_id)
        if row is None:
            abort(404)
        document = json.loads(row.raw)["document"]
        scheme = scheme_of(find_poll(session, row.poll_id))
    shown = {rule.key: rule.public for rule in scheme.panels}
    panels = [panel for panel in document["panels"] if shown[panel["key"]] is not PublicView.NOTHING]
    return render_template("public/result.html", document=document, panels=panels, shown=shown, counts_view=PublicView.COUNTS)
