"""Stub."""

from flask import Blueprint


blueprint = Blueprint("day", __name__, url_prefix="/desk")
