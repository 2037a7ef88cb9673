"""Stub."""

from flask import Blueprint

blueprint = Blueprint("scrutineer", __name__, url_prefix="/scrutineer/<poll_id>")
