"""Documents for a scoring layer that runs elsewhere: taken from one installation by Standard Webhooks, by the code that takes our own."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from polling.errors import BadInput, DomainError, RuleRefused
from polling.packs import packs
from publishing.published import frozen_scheme
from publishing.signing import KeysUnreadable, keys_from
from publishing.webhooks import demand_sender
from scoring import book
from scoring.receiving import MOST_BYTES, Arrival
from web.access import Audience, audience
from web.answers import KeptDocument, Problem, answer
from web.bodies import limited
from web.desk import database, now
from web.words import sentence

blueprint = Blueprint("receiving", __name__, url_prefix="/api/v1/scoring")
# what is neither bad input (400) nor at odds with what is kept (409)
STATUS = {
    "scoring_document_large": 413,
    "webhook_signature_false": 401,
    "scoring_signature_false": 422,
    "scoring_pack_missing": 422,
    "scoring_pack_false": 422,
    "receive_keys_unreadable": 503,
}


@blueprint.post("/documents")
@audience(Audience.SENDER)
def documents() -> Response:
    """Keep one signed document: 201, or 200 where it was kept before. 404 where this installation takes none."""
    settings = current_app.config["YIPIAO_DATABASE"].settings
    if settings.receive_secret is None:
        abort(404)
    try:
        raw = limited(request, MOST_BYTES)
        if len(raw) > MOST_BYTES:
            raise BadInput("scoring_document_large", limit=MOST_BYTES // 1024 // 1024)
        demand_sender(settings.receive_secret, dict(request.headers), raw)
        keys = _keys(settings.receive_keys)
        with database().write() as session:
            kept = book.take(
                session, raw, keys, lambda digest: frozen_scheme(session, digest) or _installed(digest), now=now()
            )
    except DomainError as error:
        status = STATUS.get(error.code, 400 if isinstance(error, BadInput) else 409)
        return answer(Problem(error.code, sentence(error)), status)
    return answer(KeptDocument(kept.id, kept.poll, kept.arrival.value), 200 if kept.arrival is Arrival.AGAIN else 201)


def _keys(where: Path) -> dict[str, bytes]:
    """Read at every document: a sender's new key is known as soon as its file is saved again."""
    try:
        return keys_from(where.read_bytes())
    except (OSError, KeysUnreadable):
        raise RuleRefused("receive_keys_unreadable") from None


def _installed(digest: str) -> bytes | None:
    return next((pack.raw for pack in packs()[0] if pack.digest == digest), None)
