"""Reading result documents: a row of a panel is decided anew from its counts, by the very functions that the polls use.

* only documents of this scheme (by digest), this period and real or rehearsed as asked are looked at;
* a row whose counts do not give the outcome and score that the document states refuses the whole document;
* a withheld row steps back behind a counted one (the poll was held again); two counted rows of one panel are a question for people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemes.rules import Scheme
from scoring.parts import PollSource
from tally.counts import Counts, RowError, Turnout
from tally.outcome import Outcome, Scored, Withheld, decide, outcome_name


class ResultRefused(ValueError):
    """A result document says of itself what its own numbers do not give; `document` is its id, `place` the subject and panel."""

    def __init__(self, document: str, place: str) -> None:
        self.document = document
        self.place = place
        super().__init__(f"{document}: {place}: counts, outcome and score do not agree")


@dataclass(frozen=True, slots=True)
class Polled:
    """One panel's row about one subject, decided, with its source."""

    outcome: Outcome
    source: PollSource


def documents_of(
    scheme: Scheme, results: Iterable[Mapping[str, Any]], period: str, *, rehearsal: bool
) -> list[Mapping[str, Any]]:
    """Give the documents that speak of this scheme and period, in the order of their ids."""
    return sorted(
        (
            document
            for document in results
            if document["scheme"]["digest"] == scheme.digest
            and document["period"]["label"] == period
            and bool(document["rehearsal"]) is rehearsal
        ),
        key=lambda document: str(document["id"]),
    )


def rows_of(
    scheme: Scheme, documents: Sequence[Mapping[str, Any]], subject: str, kind: str
) -> dict[str, tuple[Polled, ...]]:
    """Give one subject's rows by panel, in the order of the documents. Raise ResultRefused where a document disagrees with itself."""
    found: dict[str, tuple[Polled, ...]] = {}
    for document in documents:
        panels = {panel["key"]: panel for panel in document["panels"]}
        for each in document["subjects"]:
            if each["id"] != subject or each["kind"] != kind:
                continue
            for row in each["rows"]:
                key = row["panel_key"]
                found[key] = (*found.get(key, ()), _polled(scheme, document, panels[key], row, subject))
    return {key: _counted_first(rows) for key, rows in found.items()}


def _counted_first(rows: tuple[Polled, ...]) -> tuple[Polled, ...]:
    """Of a panel that was polled again after it gave no number, keep the rows with numbers; of withheld ones the last."""
    counted = tuple(row for row in rows if not isinstance(row.outcome, Withheld))
    return counted or rows[-1:]


def _polled(
    scheme: Scheme, document: Mapping[str, Any], panel: Mapping[str, Any], row: Mapping[str, Any], subject: str
) -> Polled:
    place = f"{subject}, {row['panel_key']}"
    try:
        outcome = decide(scheme, row["panel_key"], _turnout(panel), _counts(scheme, row))
    except (RowError, KeyError) as error:
        raise ResultRefused(str(document["id"]), place) from error
    stated = row["score"] and (row["score"]["num"], row["score"]["den"])
    score = outcome.score.as_integer_ratio() if isinstance(outcome, Scored) else None
    if outcome_name(outcome) != row["outcome"] or stated != score:
        raise ResultRefused(str(document["id"]), place)
    withheld = isinstance(outcome, Withheld)
    source = PollSource(
        document=str(document["id"]),
        published_on=str(document["published_on"]),
        panel_key=row["panel_key"],
        panel=str(panel["panel"]),
        archive=str(panel["archive"]),
        keys=tuple(panel["keys"]),
        outcome=row["outcome"],
        counts=None if withheld else dict(row["counts"]),
        valid=None if withheld else sum(row["counts"].values()),
        score=outcome.score if isinstance(outcome, Scored) else None,
    )
    return Polled(outcome, source)


def _turnout(panel: Mapping[str, Any]) -> Turnout:
    return Turnout(panel["expected"], panel["issued"], panel["returned"])


def _counts(scheme: Scheme, row: Mapping[str, Any]) -> Counts | None:
    if row["counts"] is None:
        return None
    options = tuple(row["counts"][option.key] for option in scheme.panel(row["panel_key"]).options)
    return Counts(options, row["abstain"], row["dont_know"], row["invalid"])
