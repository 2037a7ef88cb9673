"""A backup to take home."""

from collections.abc import Iterator
from typing import BinaryIO

from flask import Blueprint, flash, render_template
from werkzeug.wrappers import Response

from ballots.closing import forget_order
from polling import audit
from polling.backup import any_box_open, backup, workplace
from polling.calendar import day_of
from polling.errors import DomainError
from web.access import Audience, audience
from web.desk import database, now, who
from web.words import sentence

blueprint = Blueprint("backups", __name__)

PIECE = 2**16


@blueprint.get("/backup")
@audience(Audience.OWNER)
def page() -> str:
    """Say what is in a backup and what is not."""
    with database().read() as session:
        open_now = any_box_open(session)
    return render_template("desk/backup.html", open_now=open_now, in_browser=database().is_sqlite)


@blueprint.post("/backup")
@audience(Audience.OWNER)
def download() -> Response | tuple[str, int]:
    """Make a backup and send it; no copy stays here."""
    try:
        with database().write() as session:
            audit.record(session, who=who(), what="backup", now=now())
        forget_order(database())
        with workplace(database().settings) as folder:
            backup(database(), folder / "backup")
            file = (folder / "backup").open("rb")  # stays readable after its folder is gone
    except DomainError as error:
        flash(sentence(error), "bad")
        return page(), 409
    size = file.seek(0, 2)
    file.seek(0)
    answer = Response(_pieces(file), mimetype="application/octet-stream")
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="yipiao-{day_of(now())}.backup"'
    answer.call_on_close(file.close)  # also when nobody reads it
    return answer


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
