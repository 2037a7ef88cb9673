"""The public interface as an OpenAPI 3.1 document. A test holds it against the routes."""

from typing import Any

from ballots.casting import CastRefusal
from web.errors import STATUS

_PANEL = {
    "name": "panel",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[1-9A-HJ-NP-Za-km-z]{14}$"},
}


def _parameter(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _get(
    summary: str, *parameters: dict[str, Any], kind: str = "application/json", also: dict[int, str] | None = None
) -> dict[str, Any]:
    responses = {"200": {"description": summary, "content": {kind: {}}}}
    responses |= {str(status): {"description": text} for status, text in (also or {}).items()}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _refusals() -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for refusal in CastRefusal:
        by_status.setdefault(STATUS[refusal], []).append(refusal.value)
    schema = {
        "type": "object",
        "required": ["refusal", "message"],
        "properties": {"refusal": {"type": "string"}, "message": {"type": "string"}},
    }
    return {
        str(status): {"description": " | ".join(names), "content": {"application/json": {"schema": schema}}}
        for status, names in sorted(by_status.items())
    }


_TAKEN = {
    "type": "object",
    "required": ["tracker", "receipt"],
    "properties": {
        "tracker": {"type": "string"},
        "receipt": {"type": "string", "description": "base64 Ed25519 over panel|tracker"},
    },
}
_NOT_FOUND = {404: "unknown"}

OPENAPI: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Yipiao", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    "paths": {
        "/v/{panel}": _get("the voter's page", _PANEL, kind="text/html", also=_NOT_FOUND),
        "/v/{panel}/election.json": _get(
            "the exact election bytes", _PANEL, also={404: "unknown", 409: "box_not_open"}
        ),
        "/v/{panel}/opening.json": _get(
            "the signed opening record", _PANEL, also={404: "unknown", 409: "box_not_open"}
        ),
        "/v/{panel}/credentials/{point}": _get(
            "unused", _PANEL, _parameter("point"), also={404: "unknown", 409: "cast, or box_not_open"}
        ),
        "/v/{panel}/ballots": {
            "get": _get("every tracker, after closing", _PANEL, also={404: "unknown", 409: "not_closed"})["get"],
            "post": {
                "summary": "cast one sealed ballot",
                "parameters": [_PANEL],
                "requestBody": {"required": True, "content": {"application/json": {}}},
                "responses": {
                    "201": {"description": "in the box", "content": {"application/json": {"schema": _TAKEN}}},
                    "200": {
                        "description": "the same bytes were in the box",
                        "content": {"application/json": {"schema": _TAKEN}},
                    },
                    "404": {"description": "unknown panel"},
                    **_refusals(),
                },
            },
        },
        "/v/{panel}/ballots/{tracker}": _get(
            "in the box", _PANEL, _parameter("tracker"), also={404: "unknown", 409: "box_not_open"}
        ),
        "/v/{panel}/archive.bel": _get(
            "the evidence, after closing",
            _PANEL,
            kind="application/octet-stream",
            also={404: "unknown", 409: "not_closed", 410: "annulled"},
        ),
        "/api/v1/results": _get("the published documents"),
        "/api/v1/results/{document_id}": _get("one signed document", _parameter("document_id"), also=_NOT_FOUND),
        "/api/v1/schemes/{digest}": _get(
            "the rules a poll was frozen with", _parameter("digest"), kind="application/toml", also=_NOT_FOUND
        ),
        "/api/v1/keys": _get("the public keys that sign"),
        "/api/v1/openapi.json": _get("this document"),
    },
}
