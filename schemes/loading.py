"""Reading packs: TOML bytes in, a checked `Scheme` out, or a `SchemeError` that names file and key.

A poll stores the bytes of its pack at printing and reads them again with `read_scheme` for as long as it lives, so what is accepted today
must stay acceptable: new keys are optional.
"""

import hashlib
import re
import textwrap
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import msgspec

from schemes.assessment import Bound, Force, Rounding, SignOffKind, SignOffOf, Strictness
from schemes.checks import check
from schemes.errors import SchemeError, SchemeFault
from schemes.rules import ExpectedOutcome, OutcomeKind, PanelKind, PublicView, Scheme, SchemeFile
from schemes.vocabulary import DayKind, PeriodKind

PACKS = Path(__file__).parent / "packs"
# Several times what the six regulations need. It bounds the work that a file handed to `scheme check` can cause.
MOST_BYTES = 128 * 1024
# tomllib takes the square of a dotted key's length, and keys cannot leave their line.
LONGEST_LINE = 2000
# More digits than any rule has; 1e999999999 is a short text and an endless number.
_DECIMAL = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_QUOTIENT = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")
_NOT_EXACT = "not exact: "
_CHOICES: Mapping[str, Iterable[str]] = MappingProxyType(
    {
        "panels.kind": PanelKind,
        "panels.outcome": OutcomeKind,
        "panels.public": PublicView,
        "subjects.periods": PeriodKind,
        "notice.day_kind": DayKind,
        "display.rounding": ("half_up",),
        "display.at_grade_line": ("truncate",),
        "attributes.kind": ("number", "yes_no"),
        "grade_scales.periods": PeriodKind,
        "sign_off.of": SignOffOf,
        "sign_off.kind": SignOffKind,
        "sign_off.periods": PeriodKind,
        "facts.force": Force,
        "facts.periods": PeriodKind,
        "consequences.periods": PeriodKind,
        "quotas.bound": Bound,
        "quotas.strictness": Strictness,
        "quotas.periods": PeriodKind,
        "quotas.rounding": Rounding,
        "quotas.alternative_rounding": Rounding,
        "aggregates.over": PeriodKind,
        "aggregates.of": PeriodKind,
        "aggregates.method": ("mean",),
        "grade_counts.over": PeriodKind,
        "grade_counts.of": PeriodKind,
        "grade_counts.force": Force,
        "deadlines.period": PeriodKind,
        "inspections.period": PeriodKind,
        "examples.outcome": get_args(ExpectedOutcome),
        "grades_examples.period": PeriodKind,
    }
)


def digest(raw: bytes) -> str:
    """SHA-256 of a pack's bytes, 64 hex digits: what slips, records and results name the rules by."""
    return hashlib.sha256(raw).hexdigest()


def names(folder: Path | None = None) -> list[str]:
    """Name the packs of a folder, sorted; by default those that come with the project."""
    return sorted(path.stem for path in (folder or PACKS).glob("*.toml"))


def load(name: str, folder: Path | None = None) -> Scheme:
    """Read a pack of a folder, by default the project's own. Raise SchemeError: unknown_scheme, or whatever is wrong with the file."""
    known = names(folder)
    if name not in known:
        raise SchemeError(name, "", SchemeFault.UNKNOWN_SCHEME, name=name, known=", ".join(known))
    scheme = read_scheme(((folder or PACKS) / f"{name}.toml").read_bytes(), f"{name}.toml")
    if scheme.name != name:
        raise SchemeError(f"{name}.toml", "name", SchemeFault.WRONG_NAME, value=scheme.name, name=f"{name}.toml")
    return scheme


@lru_cache(maxsize=32)  # every page of a poll asks for its rules, and few are in use; what was refused is read again
def read_scheme(raw: bytes, where: str) -> Scheme:
    """Read and check the bytes of a pack; `where` is the file's name for the errors.

    Raise SchemeError, with line and column in `params` where the TOML itself is broken, else with the key path in `path`.
    """
    written = _convert(_parse(raw, where), where)
    check(written, where)
    fields = {name: getattr(written, name) for name in SchemeFile.__struct_fields__}
    return Scheme(raw=raw, digest=digest(raw), **fields)


def _parse(raw: bytes, where: str) -> dict[str, object]:
    if len(raw) > MOST_BYTES:
        raise SchemeError(where, "", SchemeFault.TOO_LONG, bytes=len(raw), limit=MOST_BYTES)
    try:
        # Windows editors put a byte order mark before UTF-8; it is no part of the text.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemeError(where, "", SchemeFault.NOT_UTF8, byte=error.start) from None
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise SchemeError(where, "", SchemeFault.LINE_TOO_LONG, line=number, limit=LONGEST_LINE)
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except ValueError as error:  # TOMLDecodeError, or what Python itself says to a number
        row, column, detail = _place(text, str(error))
        raise SchemeError(where, "", SchemeFault.SYNTAX, line=row, column=column, detail=detail) from None
    except RecursionError:
        raise SchemeError(where, "", SchemeFault.TOO_DEEP) from None


def _decimal(text: str) -> Decimal:
    """Keep the text of a TOML float exactly; `inf`, `nan` and exponents pass here and are refused later, with their key."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("nan")  # an exponent beyond what Decimal holds


def _place(text: str, message: str) -> tuple[int, int, str]:
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if found is None:
        return 1, 1, message
    if found[2] is None:
        lines = text.rstrip("\n").split("\n")
        return len(lines), len(lines[-1]) + 1, found[1]
    return int(found[2]), int(found[3]), found[1]


def _exact(kind: type, value: object) -> object:
    """Make a Fraction of what TOML gave: a whole number, a decimal, or the text "2/3"."""
    if kind is Fraction:
        if type(value) is int and 0 <= value < 10**9:
            return Fraction(value)
        if isinstance(value, Decimal) and _DECIMAL.fullmatch(str(value)):
            return Fraction(value)
        if isinstance(value, str) and (quotient := _QUOTIENT.fullmatch(value)):
            return Fraction(int(quotient[1]), int(quotient[2]))
    raise ValueError(_NOT_EXACT + textwrap.shorten(str(value), width=40, placeholder="…"))


def _convert(tree: dict[str, object], where: str) -> SchemeFile:
    try:
        return msgspec.convert(tree, SchemeFile, dec_hook=_exact)
    except msgspec.ValidationError as error:
        raise _translated(str(error), where) from None


def _translated(message: str, where: str) -> SchemeError:
    """Turn msgspec's sentence into a code, parameters and a key path."""
    detail, _, place = message.rpartition(" - at `$")
    detail, path = (detail, place.removesuffix("`").removeprefix(".")) if detail else (message, "")
    if found := re.fullmatch(r"Object (contains unknown|missing required) field `(.*)`", detail, re.DOTALL):
        code = SchemeFault.UNKNOWN_KEY if found[1] == "contains unknown" else SchemeFault.MISSING_KEY
        return SchemeError(where, f"{path}.{found[2]}".removeprefix("."), code)
    if detail.startswith(_NOT_EXACT):
        return SchemeError(where, path, SchemeFault.NOT_EXACT, value=detail.removeprefix(_NOT_EXACT))
    if found := re.fullmatch(r"Invalid enum value (.*)", detail, re.DOTALL):
        return SchemeError(where, path, SchemeFault.NOT_ONE_OF, value=found[1], known=_known(path))
    if "matching regex" in detail and "(?:0[1-9]" in detail:  # MonthDay's
        return SchemeError(where, path, SchemeFault.NOT_A_DAY)
    if "matching regex" in detail or "of length <=" in detail:
        is_key = "[a-z]" in detail or "<= 40" in detail
        return SchemeError(where, path, SchemeFault.NOT_A_KEY if is_key else SchemeFault.NOT_A_LINE)
    return SchemeError(where, path, SchemeFault.WRONG_TYPE, detail=detail)


def _known(path: str) -> str:
    return ", ".join(_CHOICES.get(re.sub(r"\[\d+\]", "", path), ()))
