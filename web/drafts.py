"""Stub."""

from flask import Blueprint


blueprint = Blueprint("drafts", __name__, url_prefix="/desk")
