"""The notice board of each organization for anybody."""

from flask import Blueprint, abort, render_template, request, url_for

from polling.calendar import day_of
from polling.errors import BadInput
from polling.models import ROOT
from publishing.notice_board import board
from web import qr
from web.access import Audience, audience
from web.desk import database, now
from web.slip_address import usual

blueprint = Blueprint("notice_board", __name__)
public = audience(Audience.PUBLIC)


@blueprint.get("/notices")
@blueprint.get("/notices/<organization_id>")
@public
def page(organization_id: str = ROOT) -> str:
    """The results of an organization, those on notice first; printed, it is the sheet for the board on the wall."""
    today = day_of(now())
    with database().read() as session:
        try:
            wanted = {"year": request.args.get("year", ""), "page": request.args.get("page", 1, type=int)}
            found = board(session, organization_id, today=today, **wanted)
        except BadInput:
            abort(404)
    address = usual() + url_for("notice_board.page", organization_id=organization_id)
    return render_template(
        "public/notice_board.html",
        board=found,
        id=organization_id,
        today=today,
        address=address,
        code=qr.picture(address),
    )
