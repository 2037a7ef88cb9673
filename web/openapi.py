"""The public interface as an OpenAPI 3.1 document, its schemas made from the types of `web/answers.py`. Tests hold it against the routes."""

import re
from typing import Any

import msgspec

from ballots.casting import CastRefusal
from web import answers
from web.errors import STATUS

_TYPES = [
    kind
    for kind in vars(answers).values()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not answers.ResultsQuery
]
_SCHEMAS = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")[1]
_JSON = "application/json"


def _in_path(name: str, pattern: str = "^[^/\\x00]+$") -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _in_head(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}


_PANEL = _in_path("panel", "^[1-9A-HJ-NP-Za-km-z]{14}$")


def _query(kind: type[msgspec.Struct]) -> list[dict[str, Any]]:
    """The parameters behind `?`, from their type."""
    [schema] = msgspec.json.schema_components([kind])[1].values()
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(kind)}
        for name, kind in schema["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What is optional is left out, never spelled `null`."""
    [kept] = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
    return dict(kept)


def _answer(text: str, kind: type[msgspec.Struct] | None = None, content: str | None = None) -> dict[str, Any]:
    """One response: of one of our types as JSON, or bytes of another kind, or without a body."""
    if kind is not None:
        schema = {"$ref": f"#/components/schemas/{kind.__name__}"}
        return {"description": text, "content": {_JSON: {"schema": schema}}}
    return {"description": text, "content": {content: {}}} if content else {"description": text}


def _get(
    summary: str,
    *parameters: dict[str, Any],
    kind: type[msgspec.Struct] | None = None,
    content: str = _JSON,
    also: dict[int, str | dict[str, Any]] | None = None,
    etag: bool = False,
) -> dict[str, Any]:
    responses = {"200": _answer(summary, kind, None if kind else content)}
    if etag:
        responses["304"] = _answer("as the ETag in If-None-Match says, nothing changed")
    responses |= {
        str(status): text if isinstance(text, dict) else _answer(text, answers.Problem)
        for status, text in (also or {}).items()
    }
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _refusals() -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for refusal in CastRefusal:
        by_status.setdefault(STATUS[refusal], []).append(refusal.value)
    return {str(status): _answer(" | ".join(names), answers.Refusal) for status, names in sorted(by_status.items())}


_UNKNOWN: dict[int, str | dict[str, Any]] = {404: "unknown"}
# a box answers a program that comes too early as it answers a ballot
_EARLY = _UNKNOWN | {409: _answer("box_not_open", answers.Refusal), 410: _answer("box_closed", answers.Refusal)}

_NOT_KEPT = {
    400: "no document that can be read",
    401: "webhook_signature_false: another secret, or sent more than five minutes ago",
    404: "nothing is taken here",
    409: "at odds with what is kept: its id, or its place in its poll",
    413: "scoring_document_large",
    422: "signed by no known key, or its rules are not at hand",
    503: "receive_keys_unreadable: send it again later",
}

OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Yipiao", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    "paths": {
        "/v/{panel}": _get(
            "the voter's page", _PANEL, content="text/html", also={404: _answer("unknown", content="text/html")}
        ),
        "/v/{panel}/election.json": _get("the exact election bytes", _PANEL, also=_EARLY),
        "/v/{panel}/opening.json": _get("the signed opening record", _PANEL, kind=answers.SignedDocument, also=_EARLY),
        "/v/{panel}/credentials/{point}": _get(
            "a code that is still unused",
            _PANEL,
            _in_path("point"),
            kind=answers.CredentialState,
            also={
                404: _answer("unknown panel (error) or point (state)", content=_JSON),
                409: _answer("cast", answers.CredentialState),
            },
        ),
        "/v/{panel}/ballots": {
            "get": _get(
                "every tracker, after closing", _PANEL, kind=answers.Trackers, also=_UNKNOWN | {409: "not_closed"}
            )["get"],
            "post": {
                "summary": "cast one sealed ballot",
                "parameters": [_PANEL],
                "requestBody": {"required": True, "content": {_JSON: {}}},
                "responses": {
                    "201": _answer("in the box", answers.Taken),
                    "200": _answer("the same bytes were in the box", answers.Taken),
                    "404": _answer("unknown panel", answers.Problem),
                    **_refusals(),
                },
            },
        },
        "/v/{panel}/ballots/{tracker}": _get(
            "in the box",
            _PANEL,
            _in_path("tracker"),
            kind=answers.BallotState,
            also=_EARLY | {404: _answer("unknown panel (error) or tracker (state)", content=_JSON)},
        ),
        "/v/{panel}/tibetan.ttf": _get(
            "the letters of the panel's Tibetan names",
            _PANEL,
            content="font/ttf",
            also={404: "unknown, or no such names"},
        ),
        "/v/{panel}/archive.bel": _get(
            "the evidence, after closing",
            _PANEL,
            content="application/octet-stream",
            also=_UNKNOWN | {409: "not_closed", 410: "annulled"},
            etag=True,
        ),
        "/api/v1/results": _get(
            "the published documents, in the order of publication",
            *_query(answers.ResultsQuery),
            kind=answers.Results,
            also={400: "cursor_unreadable, or a limit that is none", 410: "cursor_unknown: start again without one"},
            etag=True,
        ),
        "/api/v1/results/{document_id}": _get(
            "one signed document", _in_path("document_id"), kind=answers.SignedDocument, also=_UNKNOWN, etag=True
        ),
        "/api/v1/schemes/{digest}": _get(
            "the rules a poll was frozen with", _in_path("digest"), content="application/toml", also=_UNKNOWN, etag=True
        ),
        "/api/v1/keys": _get("every public key that ever signed here", kind=answers.Keys, etag=True),
        "/api/v1/scoring/documents": {
            "post": {
                "summary": "hand a signed document to the scoring layer here, by Standard Webhooks",
                "parameters": [_in_head("webhook-id"), _in_head("webhook-timestamp"), _in_head("webhook-signature")],
                "requestBody": {
                    "required": True,
                    "content": {_JSON: {"schema": {"$ref": "#/components/schemas/SignedDocument"}}},
                },
                "responses": {
                    "201": _answer("kept", answers.KeptDocument),
                    "200": _answer("kept before", answers.KeptDocument),
                    **{str(status): _answer(text, answers.Problem) for status, text in _NOT_KEPT.items()},
                },
            }
        },
        "/api/v1/openapi.json": _get("this document", etag=True),
    },
    "components": {"schemas": _SCHEMAS},
}
# what makers of clients call their functions
for _path, _methods in OPENAPI["paths"].items():
    for _method, _operation in _methods.items():
        _operation["operationId"] = "_".join([_method, *re.findall("[a-z]+", _path)])
