"""The interface for other programs: signed documents and the keys that sign. Whoever asks again is told in few bytes that nothing changed."""

import msgspec
from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import BadRequest

from polling.errors import DomainError, RuleRefused
from publishing.listing import published_since
from publishing.published import frozen_scheme, signed_document
from publishing.signing_keys import listed_keys
from web.access import Audience, audience
from web.answers import Keys, ListedDocument, Problem, PublicKey, Results, ResultsQuery, answer
from web.openapi import OPENAPI
from web.words import sentence

blueprint = Blueprint("feed", __name__, url_prefix="/api/v1")
feed = audience(Audience.FEED)
ASK_AGAIN, FOR_EVER = "no-cache", "public, max-age=31536000, immutable"


def _cached(response: Response, how: str) -> Response:
    """Say how long an answer is good, with an ETag; 304 for who has it already."""
    response.headers["Cache-Control"] = how
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/results")
@feed
def results() -> Response:
    """The published documents with poll, type and day, in the order of publication; the bytes are under each id."""
    try:
        query = msgspec.convert(request.args.to_dict(), ResultsQuery, strict=False)
    except msgspec.ValidationError:
        raise BadRequest from None
    try:
        with current_app.config["YIPIAO_DATABASE"].read() as session:
            piece = published_since(session, query.since, query.limit)
    except DomainError as error:
        return answer(Problem(error.code, sentence(error)), 410 if isinstance(error, RuleRefused) else 400)
    rows = [ListedDocument(row.id, row.poll, row.type, row.published_on, row.annulled) for row in piece.rows]
    return _cached(answer(Results(rows, piece.next, piece.more)), ASK_AGAIN)


@blueprint.get("/results/<document_id>")
@feed
def result(document_id: str) -> Response:
    """One signed document, byte for byte as it was signed."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        raw = signed_document(session, document_id)
    if raw is None:
        abort(404)
    return _cached(Response(raw, content_type="application/json"), FOR_EVER)


@blueprint.get("/schemes/<digest>")
@feed
def scheme(digest: str) -> Response:
    """The rules a poll was frozen with, byte for byte: with them its result can be worked out again for ever."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        raw = frozen_scheme(session, digest)
    if raw is None:
        abort(404)
    return _cached(Response(raw, content_type="application/toml"), FOR_EVER)


@blueprint.get("/keys")
@feed
def keys() -> Response:
    """Every public key that ever signed here (raw Ed25519, base64) by id, and which signs now."""
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        known = listed_keys(session)
    listed = [PublicKey(key.id, "Ed25519", key.public, key.active, key.since, key.until) for key in known]
    return _cached(answer(Keys(listed)), ASK_AGAIN)


@blueprint.get("/openapi.json")
@feed
def openapi() -> Response:
    """What this interface offers, for machines."""
    return _cached(Response(msgspec.json.encode(OPENAPI), content_type="application/json"), ASK_AGAIN)
