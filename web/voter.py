"""What a voter's phone talks to. No cookie, no access log, no address or time kept; sizes are limited before anything is parsed."""

import zlib

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, jsonify, render_template, request

from ballots import box
from ballots.casting import CastRefusal, CastRefused, cast, credential_state, is_in_box, opened_election
from polling.db import Database
from publishing.signing import Signer
from web.access import Audience, audience

blueprint = Blueprint("voter", __name__, url_prefix="/v/<panel>")
voter = audience(Audience.VOTER)
# far above the largest ballot of the largest poll; the box then applies the poll's own limit
MOST_BODY = 1024 * 1024
FOR_EVER = "public, max-age=31536000, immutable"


def _database() -> Database:
    return current_app.config["YIPIAO_DATABASE"]


def _signer() -> Signer:
    return current_app.config["YIPIAO_SIGNER"]


def _connection() -> sa.Connection:
    return _database().engine.connect()


@blueprint.get("")
@voter
def page(panel: str) -> str:
    """What this panel is and how far it is."""
    with _database().read() as session:
        return render_template("voter/panel.html", view=box.panel_view(session, panel))


@blueprint.get("/election.json")
@voter
def election(panel: str) -> Response:
    """The exact bytes whose hash every ballot names."""
    with _connection() as connection:
        raw = opened_election(connection, panel).raw
    return _raw(raw, "application/json", cache=FOR_EVER)


@blueprint.get("/opening.json")
@voter
def opening(panel: str) -> Response:
    """The signed opening record."""
    with _connection() as connection:
        return _raw(box.opening_record(connection, panel).encode(), "application/json", cache=FOR_EVER)


@blueprint.get("/credentials/<point>")
@voter
def credential(panel: str, point: str) -> tuple[Response, int]:
    """200 unused, 409 cast, 404 not of this panel."""
    with _connection() as connection:
        opened_election(connection, panel)
        spent = credential_state(connection, panel, point)
    if spent is None:
        return jsonify(state="unknown"), 404
    return (jsonify(state="cast"), 409) if spent else (jsonify(state="unused"), 200)


@blueprint.post("/ballots")
@voter
def post_ballot(panel: str) -> tuple[Response, int]:
    """Take one sealed ballot: 201 with tracker and receipt, 200 for the same bytes again."""
    receipt = cast(_database(), panel, _body())
    answer = jsonify(tracker=receipt.tracker, receipt=_signer().receipt(panel, receipt.tracker))
    return answer, 200 if receipt.already else 201


@blueprint.get("/ballots/<tracker>")
@voter
def ballot(panel: str, tracker: str) -> tuple[Response, int]:
    """Whether the ballot with this tracker (url-safe base64) is in the box."""
    with _connection() as connection:
        opened_election(connection, panel)
        found = is_in_box(connection, panel, tracker.replace("-", "+").replace("_", "/"))
    return (jsonify(state="in_box"), 200) if found else (jsonify(state="unknown"), 404)


@blueprint.get("/ballots")
@voter
def trackers(panel: str) -> Response:
    """Every tracker, after closing only (law 1)."""
    with _connection() as connection:
        return jsonify(trackers=box.trackers(connection, panel))


@blueprint.get("/archive.bel")
@voter
def archive(panel: str) -> Response:
    """The evidence, after closing only."""
    with _connection() as connection:
        raw = box.archive(connection, panel)
    response = _raw(raw, "application/octet-stream", cache="no-cache")
    response.headers["Content-Disposition"] = f'attachment; filename="{panel}.bel"'
    response.add_etag()
    return response.make_conditional(request)


def _raw(raw: bytes, kind: str, *, cache: str) -> Response:
    response = Response(raw, content_type=kind)
    response.headers["Cache-Control"] = cache
    return response


def _body() -> bytes:
    """The request's body, inflated where it is gzip, at most MOST_BODY bytes of either. Raises CastRefused."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise CastRefused(CastRefusal.UNREADABLE_ENCODING)
    if (request.content_length or 0) > MOST_BODY:
        raise CastRefused(CastRefusal.TOO_LARGE)
    raw = request.stream.read(MOST_BODY + 1)
    if encoding == "gzip":
        inflater = zlib.decompressobj(wbits=31)
        try:
            raw = inflater.decompress(raw, MOST_BODY + 1)
        except zlib.error:
            raise CastRefused(CastRefusal.UNREADABLE_ENCODING) from None
        if len(raw) <= MOST_BODY and not inflater.eof:
            raise CastRefused(CastRefusal.UNREADABLE_ENCODING)
    if len(raw) > MOST_BODY:
        raise CastRefused(CastRefusal.TOO_LARGE)
    return raw
