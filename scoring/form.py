"""The form of the documents that are read: what a ledger needs of them, checked strictly; unknown keys are let pass and kept.

A signature says who wrote a document, not that this program can count with it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from polling.errors import BadInput
from schemes.periods import LABELS, PeriodError, period_kind
from schemes.rules import Scheme
from scoring.results import ResultRefused, rows_of

WITHDRAWAL_TYPE = "yipiao.withdrawal"
RESULT_TYPE = "yipiao.result"
VERSION = 1

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class _Period(Struct, frozen=True):
    kind: str
    label: str


class _SchemeNamed(Struct, frozen=True):
    name: str
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class _Option(Struct, frozen=True):
    key: str
    title: Text


class _Panel(Struct, frozen=True):
    key: str
    title: Text
    options: tuple[_Option, ...]
    panel: Id
    expected: Count
    issued: Count
    returned: Count
    keys: tuple[str, ...]
    archive: Text
    withheld: str | None


class _Score(Struct, frozen=True):
    # far more digits than the exact mean of a year of polls has
    num: Annotated[int, Meta(ge=0)]
    den: Annotated[int, Meta(ge=1)]


class _Row(Struct, frozen=True):
    panel_key: str
    counts: dict[str, Count] | None
    abstain: Count | None
    dont_know: Count | None
    invalid: Count | None
    valid: Count | None
    outcome: str
    score: _Score | None
    flags: tuple[str, ...]


class _Floor(Struct, frozen=True):
    below: bool | None


class _Subject(Struct, frozen=True):
    id: Id
    kind: str
    name: Text
    floor: _Floor | None
    rows: Annotated[tuple[_Row, ...], Meta(min_length=1)]


class Result(Struct, frozen=True, tag_field="type", tag=RESULT_TYPE):
    """A result document, as far as ledgers read it."""

    version: Literal[1]
    id: Id
    poll: Id
    title: Text
    period: _Period
    rehearsal: bool
    published_on: Day
    supersedes: Id | None
    scheme: _SchemeNamed
    panels: Annotated[tuple[_Panel, ...], Meta(min_length=1)]
    subjects: Annotated[tuple[_Subject, ...], Meta(min_length=1)]


class Withdrawal(Struct, frozen=True, tag_field="type", tag=WITHDRAWAL_TYPE):
    """What takes a result back without another in its place: its poll was annulled."""

    version: Literal[1]
    id: Id
    poll: Id
    withdraws: Id
    published_on: Day
    reason: Text


def read_form(document: Mapping[str, Any]) -> Result | Withdrawal:
    """Read a document whose signature was checked.

    Raise BadInput: `scoring_document_type` for a type or version that is not known here, `scoring_document_form` with the place of the fault.
    """
    kind, version = document.get("type"), document.get("version")
    if kind not in (RESULT_TYPE, WITHDRAWAL_TYPE) or version != VERSION:
        raise BadInput("scoring_document_type", type=str(kind)[:40], version=str(version)[:10])
    form: type[Result | Withdrawal] = Result if kind == RESULT_TYPE else Withdrawal
    try:
        read = msgspec.convert(document, form)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("$")[2].strip("`.") or "/"
        raise BadInput("scoring_document_form", path=place) from None
    if isinstance(read, Result):
        _check_period(read)
    elif read.withdraws == read.id:
        raise BadInput("scoring_document_form", path="withdraws")
    return read


def _check_period(read: Result) -> None:
    try:
        kind = period_kind(read.period.label)
    except PeriodError:
        raise BadInput("scoring_document_form", path="period.label") from None
    assert kind in LABELS
    if kind.value != read.period.kind:
        raise BadInput("scoring_document_form", path="period.kind")
    if read.supersedes == read.id:
        raise BadInput("scoring_document_form", path="supersedes")


def check_against(read: Result, document: Mapping[str, Any], scheme: Scheme) -> None:
    """Hold a result against the pack it names and against its own counts.

    Raise BadInput `scoring_document_form` for panels, options or subjects the pack has not, and for a row whose counts give another outcome.
    """
    if read.scheme.name != scheme.name:
        raise BadInput("scoring_document_form", path="scheme.name")
    rules = {rule.key: rule for rule in scheme.panels}
    for number, panel in enumerate(read.panels):
        rule = rules.get(panel.key)
        if rule is None or [option.key for option in panel.options] != [option.key for option in rule.options]:
            raise BadInput("scoring_document_form", path=f"panels[{number}]")
    _check_subjects(read, document, scheme)


def _check_subjects(read: Result, document: Mapping[str, Any], scheme: Scheme) -> None:
    kinds = {rule.key for rule in scheme.subjects}
    polled = [panel.key for panel in read.panels]
    if len(set(polled)) != len(polled):
        raise BadInput("scoring_document_form", path="panels")
    if len({subject.id for subject in read.subjects}) != len(read.subjects):
        raise BadInput("scoring_document_form", path="subjects")
    for number, subject in enumerate(read.subjects):
        if subject.kind not in kinds:
            raise BadInput("scoring_document_form", path=f"subjects[{number}].kind")
        if [row.panel_key for row in subject.rows] != polled:
            raise BadInput("scoring_document_form", path=f"subjects[{number}].rows")
        if any(row.valid != (None if row.counts is None else sum(row.counts.values())) for row in subject.rows):
            raise BadInput("scoring_document_form", path=f"subjects[{number}].rows")
        try:
            rows_of(scheme, [document], subject.id, subject.kind)
        except ResultRefused:
            raise BadInput("scoring_document_form", path=f"subjects[{number}].rows") from None
