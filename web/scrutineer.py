"""What a key holder's own device talks to: the page that makes and uses a key, and three small routes. No cookie, no log.

A one-time link's token speaks for a new key; a share speaks for itself, because it is checked against the key's proof. The page is one
built file that is served as it is, so that the same bytes can be downloaded, compared by their hash and opened without a network.
"""

import functools
import gzip
import hashlib
import html
import re
from dataclasses import asdict

import msgspec
from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from ballots.invitations import demand_link, keys_with_names, register_key
from polling.db import ROOT
from polling.errors import BadInput, DomainError
from polling.polls import find_poll
from publishing.counting import boxes_to_open, take_share
from web import desk
from web.access import Audience, audience
from web.bodies import Turns
from web.words import sentence

blueprint = Blueprint("scrutineer", __name__, url_prefix="/scrutineer")
scrutineer = audience(Audience.SCRUTINEER)
PAGE = ROOT / "static/booth/scrutineer.html"
MOST_BODY = 1_000_000
MOST_KEY = 10_000
MOST_WAITING = 8
STATUS = {
    "poll_unknown": 404,
    "link_ended": 403,
    "link_late": 409,
    "key_used": 409,
    "state_needed": 409,
    "share_other_poll": 409,
    "share_false": 422,
    "key_false": 422,
    "not_levelled": 503,
}
turns = Turns()  # who posts shares has no name: their proofs are checked one after the other, whatever comes


class KeyPosted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new key's public part, with the token of the link that asked for it."""

    token: str
    public: str


@functools.cache
def page_bytes() -> bytes:
    """The built page, exactly as it lies in the source."""
    return PAGE.read_bytes()


@functools.cache
def _packed() -> bytes:
    return gzip.compress(page_bytes(), 9, mtime=0)


def page_hash() -> str:
    """SHA-256 of the page, to be compared with the one of the published source."""
    return hashlib.sha256(page_bytes()).hexdigest()


@functools.cache
def page_policy() -> str:
    """The policy that the page carries within itself, for who opens it from a disk; as a header it can also forbid frames."""
    [written] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page_bytes().decode())
    return f"{html.unescape(written)}; frame-ancestors 'none'"


@blueprint.errorhandler(DomainError)
def _refused(error: DomainError) -> tuple[Response, int]:
    return jsonify(refusal=error.code, message=sentence(error)), STATUS.get(error.code, 400)


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> tuple[Response, int]:
    return jsonify(refusal="too_large", message=_("送来的内容太大。")), 413


@blueprint.get("/<poll_id>")
@scrutineer
def page(poll_id: str) -> Response:  # noqa: ARG001 - one page for all polls: it asks for its own
    """The page of a key holder: with a token in the fragment it makes a key, without one it uses it after closing."""
    response = Response(page_bytes(), content_type="text/html; charset=utf-8")
    if "gzip" in request.accept_encodings:
        response.set_data(_packed())
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Content-Security-Policy"] = page_policy()
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@blueprint.get("/page.html")
@scrutineer
def download() -> Response:
    """The same bytes to keep: opened from a disk they need no network."""
    response = page("")
    response.headers["Content-Disposition"] = 'attachment; filename="scrutineer.html"'
    return response


@blueprint.post("/<poll_id>/key")
@scrutineer
def key(poll_id: str) -> tuple[Response, int]:
    """Take a new key: 201 with its fingerprint."""
    try:
        posted = msgspec.json.decode(_body(MOST_KEY), type=KeyPosted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("key_false") from None
    public = posted.public.encode()
    with desk.database().read() as session:  # strangers take no turn of the writers
        find_poll(session, poll_id)
        demand_link(session, poll_id, posted.token, public)
    with desk.database().write() as session:
        fingerprint = register_key(session, poll_id, posted.token, public, now=desk.now())
    return jsonify(fingerprint=fingerprint), 201


@blueprint.get("/<poll_id>/work.json")
@scrutineer
def work(poll_id: str) -> Response:
    """How far the poll is, its keys, and the boxes that they may open."""
    with desk.database().read() as session:
        poll = find_poll(session, poll_id)
        return jsonify(
            state=poll.state.value,
            title=poll.title,
            rehearsal=poll.rehearsal,
            keys=[asdict(known) for known in keys_with_names(session, poll)],
            panels=[asdict(box) for box in boxes_to_open(session, poll)],
            all_panels=[panel.uuid for panel in poll.panels if panel.setup_hash],
        )


@blueprint.post("/<poll_id>/shares")
@scrutineer
def shares(poll_id: str) -> tuple[Response, int]:
    """Take one share of one box: 201 with the panel and the key's number."""
    raw = _body(MOST_BODY)
    if turns.waiting >= MOST_WAITING:  # threads are for voters: whoever posts many shares at once waits outside
        return jsonify(refusal="busy", message=_("现在交的人多。请过几秒再交一次。")), 503
    with turns:
        panel, owner = take_share(desk.database(), poll_id, raw, where=_("这份文件"), who=None, now=desk.now())
    return jsonify(panel=panel, owner=owner), 201


def _body(most: int) -> bytes:
    request.max_content_length = most
    return request.get_data(cache=False)
