"""The answers of the interface for programs, as types: what is sent and what `/api/v1/openapi.json` promises are the same lines."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from flask import Response

from ballots.casting import CastRefusal

MOST_LISTED = 1000


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer: a word for programs, a sentence for people."""

    error: str
    message: str


class Refusal(msgspec.Struct, frozen=True):
    """Why a ballot was not taken."""

    refusal: CastRefusal
    message: str


class Taken(msgspec.Struct, frozen=True):
    """A ballot in the box; the receipt is base64 Ed25519 over `panel|tracker`."""

    tracker: str
    receipt: str


class CredentialState(msgspec.Struct, frozen=True):
    """Whether a slip was used."""

    state: Literal["unused", "cast", "unknown"]


class BallotState(msgspec.Struct, frozen=True):
    """Whether a ballot is in the box."""

    state: Literal["in_box", "unknown"]


class Trackers(msgspec.Struct, frozen=True):
    """Every ballot of a closed box, sorted."""

    trackers: list[str]


class ResultsQuery(msgspec.Struct, frozen=True):
    """Which documents are asked for. `since`: a `next` of an earlier answer. Without `limit`: all."""

    since: str | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)] | None = None


class ListedDocument(msgspec.Struct, frozen=True):
    """A published document. `annulled`: its poll was annulled since."""

    id: str
    poll: str
    type: str
    published_on: date
    annulled: bool


class Results(msgspec.Struct, frozen=True):
    """Documents in the order of publication. `next` asks for what comes after them; `more`: some of it is there already."""

    results: list[ListedDocument]
    next: str | None
    more: bool


class Signature(msgspec.Struct, frozen=True):
    """Base64 over the canonical JSON of the document."""

    algorithm: Literal["Ed25519"]
    key: str
    value: str


class SignedDocument(msgspec.Struct, frozen=True):
    """A document in its envelope; results have the schema docs/result.schema.json."""

    document: dict[str, Any]
    signature: Signature


class KeptDocument(msgspec.Struct, frozen=True):
    """A document that the scoring layer keeps. `waiting`: what it replaces is still to come; `again`: it was kept before."""

    id: str
    poll: str
    arrival: Literal["accepted", "waiting", "again"]


class PublicKey(msgspec.Struct, frozen=True):
    """A key that signs, or signed: raw Ed25519 in base64. `since` null: from the beginning; `until` null: to this day."""

    key: str
    algorithm: Literal["Ed25519"]
    public: str
    active: bool
    since: date | None
    until: date | None


class Keys(msgspec.Struct, frozen=True):
    """Every key that ever signed here, the active one first."""

    keys: list[PublicKey]


def answer(said: msgspec.Struct, status: int = 200) -> Response:
    """One of these as an answer."""
    return Response(msgspec.json.encode(said), status, content_type="application/json")
