"""Stub."""

from flask import Blueprint


blueprint = Blueprint("keys", __name__, url_prefix="/desk")
