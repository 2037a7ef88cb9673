"""The interface for other programs: signed result documents and the keys that sign."""

import base64

from flask import Blueprint, Response, abort, current_app, jsonify

from publishing.published import frozen_scheme, listed, signed_document
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
        rows = listed(session)
    return jsonify(
        results=[
            {"id": row.id, "poll": row.poll, "published_on": row.published_on.isoformat(), "annulled": row.annulled}
            for row in rows
        ]
    )


@blueprint.get("/results/<document_id>")
@feed
def result(document_id: str) -> Response:
    """One signed result document, byte for byte as it was signed."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        raw = signed_document(session, document_id)
    if raw is None:
        abort(404)
    return Response(raw, content_type="application/json")


@blueprint.get("/schemes/<digest>")
@feed
def scheme(digest: str) -> Response:
    """The rules a poll was frozen with, byte for byte: with them its result can be worked out again for ever."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        raw = frozen_scheme(session, digest)
    if raw is None:
        abort(404)
    return Response(raw, content_type="application/toml")


@blueprint.get("/keys")
@feed
def keys() -> Response:
    """The raw Ed25519 public keys (base64) by id."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        known = public_keys(session)
    return jsonify(
        keys=[
            {"key": key, "algorithm": "Ed25519", "public": base64.b64encode(public).decode()}
            for key, public in known.items()
        ]
    )


@blueprint.get("/openapi.json")
@feed
def openapi() -> Response:
    """What this interface offers, for machines."""
    return jsonify(OPENAPI)
