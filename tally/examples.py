"""Running a pack's worked examples through the very functions that decide real polls: `yipiao scheme check` and the tests."""

from typing import NamedTuple

import msgspec

from schemes.rules import PollExample, SchemeFile, ScoreExample
from tally.counts import Counts, RowError, Turnout
from tally.display import rate_text, score_text
from tally.outcome import CountsOnly, Outcome, Scored, decide, outcome_name
from tally.quorum import missing_from_roster


class Checked(NamedTuple):
    """One example: its name, whether the scheme gives what it says, and each difference in words (empty when ok)."""

    name: str
    ok: bool
    detail: str


def run_examples(scheme: SchemeFile) -> list[Checked]:
    """Run every example of a scheme, in the order of the file. Nothing is raised for an example that is wrong: it is reported."""
    results = []
    for example in scheme.examples:
        try:
            differences = _poll_differences(scheme, example)
        except RowError as error:
            differences = [str(error)]
        results.append(Checked(example.name, not differences, "; ".join(differences)))
    for reading in scheme.score_examples:
        differences = _reading_differences(scheme, reading)
        results.append(Checked(reading.name, not differences, "; ".join(differences)))
    return results


def _poll_differences(scheme: SchemeFile, example: PollExample) -> list[str]:
    scheme = _with_turnout(scheme, example)
    rule = scheme.panel(example.panel)
    missing = missing_from_roster(rule, example.expected)
    differences = compared("missing", example.missing, missing)
    if missing:
        return differences + compared("outcome", example.outcome, "not_printed")
    counts = None
    if example.counts is not None:
        counts = Counts(example.counts, example.abstain, example.dont_know, example.invalid)
        if example.valid is not None:
            differences += compared("valid", example.valid, counts.valid)
    turnout = Turnout(example.expected, example.issued, example.returned)
    outcome = decide(scheme, example.panel, turnout, counts)
    return differences + _outcome_differences(scheme, example, outcome)


def _with_turnout(scheme: SchemeFile, example: PollExample) -> SchemeFile:
    """Give the scheme with the panel that asks for the example's turnout; the same scheme where the example names none."""
    if example.at_least_share is None and example.more_than_share is None:
        return scheme
    asked = {"at_least_share": example.at_least_share, "more_than_share": example.more_than_share}
    panels = [
        msgspec.structs.replace(panel, **asked) if panel.key == example.panel else panel for panel in scheme.panels
    ]
    return msgspec.structs.replace(scheme, panels=tuple(panels))


def _outcome_differences(scheme: SchemeFile, example: PollExample, outcome: Outcome) -> list[str]:
    """Compare what always has a meaning (absent means none), and shown, rates and grade where the example gives them."""
    scored = outcome if isinstance(outcome, Scored) else None
    counted = outcome if isinstance(outcome, Scored | CountsOnly) else None
    dissatisfaction = counted.flags.dissatisfaction if counted else None
    differences = compared("outcome", example.outcome, outcome_name(outcome))
    differences += compared("score", example.score, scored.score if scored else None)
    differences += compared("below_floor", example.below_floor, scored.floor.below if scored and scored.floor else None)
    exceeded = dissatisfaction.exceeded if dissatisfaction else None
    differences += compared("dissatisfied", example.dissatisfied, exceeded)
    if example.shown is not None:
        differences += compared("shown", example.shown, score_text(scheme, scored.score) if scored else None)
    if example.grade is not None:
        band = scheme.band_of(scored.score) if scored else None
        differences += compared("grade", example.grade, band.key if band else None)
    if example.rates:
        counts = counted.counts if counted else None
        rates = tuple(rate_text(scheme, votes, counts.valid) for votes in counts.options) if counts else ()
        differences += compared("rates", example.rates, rates)
    return differences


def _reading_differences(scheme: SchemeFile, reading: ScoreExample) -> list[str]:
    band = scheme.band_of(reading.score)
    differences = compared("shown", reading.shown, score_text(scheme, reading.score))
    return differences + compared("grade", reading.grade, band.key if band else None)


def compared(name: str, said: object, found: object) -> list[str]:
    """Give the difference between what an example says and what the scheme gives, in words; nothing where they agree."""
    return [] if said == found else [f"{name}: the example says {said}, the scheme gives {found}"]
