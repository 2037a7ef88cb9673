"""A scheme as people read it: chapter by chapter, each rule with its article, and marked what is our own reading or choice."""

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from polling.packs import load_pack
from polling.scheme_chapters import chapters, examples_of
from schemes.errors import SchemeError
from web.access import Audience, audience

blueprint = Blueprint("scheme_page", __name__, url_prefix="/desk/schemes")


@blueprint.get("/<name>")
@audience(Audience.DESK)
def page(name: str) -> str:
    """The project's pack or the county's own, as it is installed; one that is not there or cannot be read is no page (404)."""
    try:
        scheme = load_pack(name)
    except SchemeError:
        abort(404)
    return render_template(
        "desk/scheme.html", scheme=scheme, chapters=chapters(scheme, gettext), examples=examples_of(scheme)
    )
