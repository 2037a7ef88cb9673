"""The interface for other programs: signed result documents and the keys that sign."""

import base64

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, jsonify

from publishing.models import ResultDocument
from publishing.signing_keys import public_keys
from web.access import Audience, audience
from web.openapi import OPENAPI

blueprint = Blueprint("feed", __name__, url_prefix="/api/v1")
feed = audience(Audience.FEED)


@blueprint.get("/results")
@feed
def results() -> Response:
    """The ids of all published documents, with poll and day; the bytes are under each id."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        rows = session.scalars(sa.select(ResultDocument).order_by(ResultDocument.published_on, ResultDocument.id)).all()
        listed = [{"id": row.id, "poll": row.poll_id, "published_on": row.published_on.isoformat()} for row in rows]
    return jsonify(results=listed)


@blueprint.get("/results/<document_id>")
@feed
def result(document_id: str) -> Response:
    """One signed result document, byte for byte as it was signed."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        row = session.get(ResultDocument, document_id)
        if row is None:
            abort(404)
        return Response(row.raw.encode(), content_type="application/json")


@blueprint.get("/keys")
@feed
def keys() -> Response:
    """The raw Ed25519 public keys (base64) by id."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        listed = public_keys(session)
    return jsonify(keys=[{"key": key, "algorithm": "Ed25519", "public": base64.b64encode(public).decode()} for key, public in listed.items()])


@blueprint.get("/openapi.json")
@feed
def openapi() -> Response:
    """What this interface offers, for machines."""
    return jsonify(OPENAPI)
