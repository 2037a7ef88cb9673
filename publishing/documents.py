"""Published documents: canonical JSON, their envelope, and the result document's form. Pure: plain values in, bytes out.

Canonical JSON here: keys sorted, no white space, UTF-8 unescaped, integers only (no float ever), so that the signed bytes can be made
again from the parsed document.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

RESULT_TYPE = "yipiao.result"
OPENING_TYPE = "yipiao.opening"
WITHDRAWAL_TYPE = "yipiao.withdrawal"
VERSION = 1


class DocumentUnreadable(ValueError):
    """Not one of our signed documents."""


def canonical_json(document: object) -> bytes:
    """The one spelling of a document that is signed. Raises TypeError for a float."""
    _no_floats(document)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _no_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float in a document")
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        _no_floats(part)


def envelope(document: Mapping[str, Any], *, key: str, signature: str) -> bytes:
    """A document with its signature (base64) and the id of the key that made it."""
    return canonical_json({"document": document, "signature": {"algorithm": "Ed25519", "key": key, "value": signature}})


def open_envelope(raw: bytes) -> tuple[dict[str, Any], str, str]:
    """(document, key id, signature) of a signed document. Raises DocumentUnreadable; unknown keys inside the document are kept."""
    try:
        parsed = json.loads(raw)
        document, signature = parsed["document"], parsed["signature"]
        key, value, algorithm = signature["key"], signature["value"], signature["algorithm"]
        if (
            algorithm != "Ed25519"
            or not isinstance(document, dict)
            or not isinstance(key, str)
            or not isinstance(value, str)
        ):
            raise DocumentUnreadable("not a signed document")
        if canonical_json(parsed) != raw.strip():
            raise DocumentUnreadable("not in canonical form")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DocumentUnreadable(
            str(error) if isinstance(error, DocumentUnreadable) else "not a signed document"
        ) from None
    return document, key, value


def result(
    *,
    document_id: str,
    poll: Mapping[str, Any],
    scheme: Mapping[str, str],
    panels: Iterable[Mapping[str, Any]],
    subjects: Iterable[Mapping[str, Any]],
    published_on: str,
    supersedes: str | None,
) -> dict[str, Any]:
    """The result document of one poll (`docs/result.schema.json`); scores as numerator and denominator (law 7)."""
    return {
        "type": RESULT_TYPE,
        "version": VERSION,
        "id": document_id,
        **poll,
        "published_on": published_on,
        "supersedes": supersedes,
        "scheme": dict(scheme),
        "panels": [dict(panel) for panel in panels],
        "subjects": [dict(subject) for subject in subjects],
    }
