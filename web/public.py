"""Pages for anybody: the start page, a published result, and where the evidence lies."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ballots.box import panel_view
from ballots.casting import PanelUnknown
from publishing.published import Listed, listed, public_document
from schemes.rules import PublicView
from web.access import Audience, audience

blueprint = Blueprint("public", __name__)
public = audience(Audience.PUBLIC)


@blueprint.get("/")
@public
def start() -> str | Response:
    """Ask for the panel number typed by hand, and list the published results."""
    typed = "".join((request.args.get("panel") or "").split())
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        if typed:
            try:
                return redirect(url_for("voter.page", panel=panel_view(session, typed).panel))
            except PanelUnknown:
                pass
        results = sorted(sorted(listed(session), key=_title), key=_period, reverse=True)
    return render_template("public/start.html", results=results, typed=typed, unknown=bool(typed))


def _title(row: Listed) -> str:
    return row.title


def _period(row: Listed) -> str:
    return row.period


@blueprint.get("/results/<document_id>")
@public
def result(document_id: str) -> str:
    """Show a published result, as far as its scheme makes it public."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        found = public_document(session, document_id)
    if found is None:
        abort(404)
    document, shown, annulled = found
    panels = [panel for panel in document["panels"] if shown[panel["key"]] is not PublicView.NOTHING]
    return render_template(
        "public/result.html",
        document=document,
        panels=panels,
        shown=shown,
        annulled=annulled,
        counts_view=PublicView.COUNTS,
    )
