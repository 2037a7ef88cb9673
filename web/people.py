"""Stub."""

from flask import Blueprint

from web.access import Audience, audience

blueprint = Blueprint("people", __name__, url_prefix="/desk")


@blueprint.get("/login")
@audience(Audience.DOOR)
def login() -> str:
    """Stub."""
    return ""
