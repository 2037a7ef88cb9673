"""A ledger as a document: plain values of one spelling, so that equal inputs give equal bytes in whatever order they came."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from publishing.documents import canonical_json
from scoring.ledger import Ledger, Row

LEDGER_TYPE = "yipiao.ledger"
LEDGER_VERSION = 1


def ledger_document(ledger: Ledger) -> dict[str, Any]:
    """Give the ledger as canonical JSON takes it: fractions as numerator and denominator, days as ISO dates, `type` beside variants."""
    return {"type": LEDGER_TYPE, "version": LEDGER_VERSION, **_plain(ledger)}


def ledger_bytes(ledger: Ledger) -> bytes:
    """Give the one spelling of a ledger."""
    return canonical_json(ledger_document(ledger))


def content_digest(ledger: Ledger) -> str:
    """Give the SHA-256 (hex) of what signers see: everything but signatures, confirmations and what waits for them."""
    unsigned = replace(ledger, rows=tuple(map(_unsigned, ledger.rows)), digest="")
    return hashlib.sha256(ledger_bytes(unsigned)).hexdigest()


def _unsigned(row: Row) -> Row:
    """Drop what a signature changes, here or in a shorter period."""
    return replace(
        row,
        chain=(),
        confirmed=None,
        periods=tuple(replace(each, confirmed=False) for each in row.periods),
        counted=tuple(replace(each, unconfirmed=()) for each in row.counted),
    )


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        named = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        variant = _VARIANTS.get(type(value).__name__)
        return named if variant is None else {"is": variant, **named}
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return _word(value)


def _word(value: object) -> Any:
    if isinstance(value, Fraction):
        return {"num": value.numerator, "den": value.denominator}
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


# the types of which a field may hold one or another
_VARIANTS = {
    "Composed": "composed",
    "Missing": "missing",
    "PartValue": "value",
    "PartMissing": "missing",
    "PollSource": "poll",
    "EntrySource": "entry",
}
