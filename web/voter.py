"""What a voter's phone talks to. No cookie, no access log, no address or time kept; sizes are limited before anything is parsed."""

import gzip

from flask import Blueprint, Response, abort, current_app, request
from flask_babel import get_locale

from ballots import box
from ballots.casting import cast, credential_state, is_in_box, opened_election, panel_state
from polling.db import Database
from polling.lifecycle import State
from publishing.signing import Signer
from publishing.signing_keys import Signers
from web.access import Audience, audience
from web.answers import BallotState, CredentialState, Taken, Trackers, answer
from web.bodies import Turns, read_body
from web.voter_page import VoterPage, render, tibetan_font, tibetan_letters

blueprint = Blueprint("voter", __name__, url_prefix="/v/<panel>")
voter = audience(Audience.VOTER)
turns = Turns()
MOST_PAGES = 256
# an opened panel's page changes with its state alone: rendered once a process
_pages: dict[tuple[str, State, str | None, str], VoterPage] = {}
_signers_of: dict[str, Signer] = {}
FOR_EVER = "public, max-age=31536000, immutable"


def _database() -> Database:
    return current_app.config["YIPIAO_DATABASE"]


def _signer(panel: str) -> Signer:
    """Who signs the receipts of an opened panel: whoever signed its opening record, for as long as its pages live."""
    found = _signers_of.get(panel)
    if found is None:
        with _database().reading_connection() as connection:
            record = box.opening_record(connection, panel)
        found = _signers().of_record(record)
        if len(_signers_of) >= MOST_PAGES:
            _signers_of.clear()
        _signers_of[panel] = found
    return found


def _signers() -> Signers:
    return current_app.config["YIPIAO_SIGNERS"]


@blueprint.get("")
@voter
def page(panel: str) -> Response:
    """The voter's page: one file, in the state that the panel is in."""
    language = get_locale().language  # type: ignore[union-attr]
    with _database().reading_connection() as connection:
        state, setup = panel_state(connection, panel)
        key = (panel, state, setup, language)
        found = _pages.get(key)
        election = opened_election(connection, panel).raw if state is State.OPEN and found is None else None
    if found is None:
        signer = _signer(panel) if setup is not None else _signers().active()
        with _database().read() as session:
            found = render(box.panel_view(session, panel), election, signer.public_base64, language)
        if setup is not None:  # before opening, keys and names may still change
            if len(_pages) >= MOST_PAGES:
                _pages.clear()
            _pages[key] = found
    packed = "gzip" in request.accept_encodings
    response = Response(found.packed if packed else found.plain, content_type="text/html; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Security-Policy"] = found.policy
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


@blueprint.get("/election.json")
@voter
def election(panel: str) -> Response:
    """The exact bytes whose hash every ballot names."""
    with _database().reading_connection() as connection:
        raw = opened_election(connection, panel).raw
    return _raw(raw, "application/json", cache=FOR_EVER)


@blueprint.get("/opening.json")
@voter
def opening(panel: str) -> Response:
    """The signed opening record."""
    with _database().reading_connection() as connection:
        return _raw(box.opening_record(connection, panel).encode(), "application/json", cache=FOR_EVER)


@blueprint.get("/tibetan.ttf")
@voter
def font(panel: str) -> Response:
    """The letters of a panel's Tibetan names, for phones without a font; 404 where it has none."""
    with _database().read() as session:
        letters = tibetan_letters(box.panel_view(session, panel))
    if not letters:
        abort(404)
    packed = tibetan_font(letters)
    accepted = "gzip" in request.accept_encodings
    response = _raw(packed if accepted else gzip.decompress(packed), "font/ttf", cache=FOR_EVER)
    if accepted:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    return response


@blueprint.get("/credentials/<point>")
@voter
def credential(panel: str, point: str) -> Response:
    """200 unused, 409 cast, 404 not of this panel."""
    with _database().reading_connection() as connection:
        panel_state(connection, panel)
        spent = credential_state(connection, panel, point)
    if spent is None:
        return answer(CredentialState("unknown"), 404)
    return answer(CredentialState("cast"), 409) if spent else answer(CredentialState("unused"))


@blueprint.post("/ballots")
@voter
def post_ballot(panel: str) -> Response:
    """Take one sealed ballot: 201 with tracker and receipt, 200 for the same bytes again."""
    raw = read_body(request)
    with turns:
        receipt = cast(_database(), panel, raw)
    taken = Taken(receipt.tracker, _signer(panel).receipt(panel, receipt.tracker))
    return answer(taken, 200 if receipt.already else 201)


@blueprint.get("/ballots/<tracker>")
@voter
def ballot(panel: str, tracker: str) -> Response:
    """Whether the ballot with this tracker (url-safe base64) is in the box."""
    with _database().reading_connection() as connection:
        opened_election(connection, panel)
        found = is_in_box(connection, panel, tracker.replace("-", "+").replace("_", "/"))
    return answer(BallotState("in_box")) if found else answer(BallotState("unknown"), 404)


@blueprint.get("/ballots")
@voter
def trackers(panel: str) -> Response:
    """Every tracker, after closing only (law 1)."""
    with _database().reading_connection() as connection:
        return answer(Trackers(box.trackers(connection, panel)))


@blueprint.get("/archive.bel")
@voter
def archive(panel: str) -> Response:
    """The evidence, after closing only."""
    with _database().reading_connection() as connection:
        raw = box.archive(connection, panel)
    response = _raw(raw, "application/octet-stream", cache="no-cache")
    response.headers["Content-Disposition"] = f'attachment; filename="{panel}.bel"'
    response.add_etag()
    return response.make_conditional(request)


def _raw(raw: bytes, kind: str, *, cache: str) -> Response:
    response = Response(raw, content_type=kind)
    response.headers["Cache-Control"] = cache
    return response
