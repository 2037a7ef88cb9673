"""Scored, CountsOnly or Withheld, and nothing between."""

from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from typing import get_args

import msgspec
import pytest

from schemes.loading import load
from schemes.rules import ExpectedOutcome, OutcomeKind
from tally.counts import Counts, RowError, Turnout
from tally.outcome import CountsOnly, Scored, Withheld, WithheldReason, decide, floor_of, outcome_name

STANDARD = load("standard")
FULL = Turnout(expected=25, issued=25, returned=25)


def counting_only():
    """Give the standard scheme with evaluators that only count, as Shangzhou's do."""
    rule = STANDARD.panel("evaluators")
    options = tuple(msgspec.structs.replace(option, weight=None) for option in rule.options)
    changed = msgspec.structs.replace(rule, outcome=OutcomeKind.COUNTS_ONLY, options=options)
    return msgspec.structs.replace(STANDARD, panels=(changed, *STANDARD.panels[1:]), composite=None)


def test_a_good_row_is_scored():
    """(12,8,3,2) is 79.60 exactly, with its counts and flags (worked example 1)."""
    outcome = decide(STANDARD, "evaluators", FULL, Counts((12, 8, 3, 2)))
    assert isinstance(outcome, Scored)
    assert outcome.score == Fraction(398, 5)
    assert outcome.counts == Counts((12, 8, 3, 2))
    assert outcome.flags.dissatisfaction.share == Fraction(2, 25)
    assert outcome.floor is None


@pytest.mark.parametrize(("row", "below"), [((4, 10, 0, 6), False), ((4, 8, 3, 5), True)])
def test_the_villagers_row_knows_its_floor(row, below):
    """Where the floor rests on one panel alone, that panel's outcome says on which side it is."""
    outcome = decide(STANDARD, "villagers", Turnout(20, 20, 20), Counts(row))
    assert (outcome.floor.below, outcome.floor.panels, outcome.floor.score) == (below, ("villagers",), outcome.score)
    assert floor_of(STANDARD, {"villagers": outcome}) == outcome.floor


@pytest.mark.parametrize(
    ("turnout", "reason"),
    [
        (Turnout(20, 20, 19), WithheldReason.BELOW_MINIMUM),
        (Turnout(20, 20, 3), WithheldReason.BELOW_MINIMUM),
        (Turnout(25, 25, 26), WithheldReason.VOID),
    ],
)
def test_a_shut_box_stays_withheld_even_with_counts(turnout, reason):
    """Numbers handed in for a box that may not be opened do not come out again."""
    counts = Counts((turnout.returned, 0, 0, 0))
    for given in (None, counts, Counts((1, 1))):
        assert decide(STANDARD, "evaluators", turnout, given) == Withheld(reason)


def test_a_box_that_was_not_opened_is_withheld():
    """An annulled box, or one whose key is missing, has no counts and no number."""
    assert decide(STANDARD, "evaluators", FULL, None) == Withheld(WithheldReason.NOT_OPENED)


def test_no_valid_votes_is_no_score():
    """All blank: withheld, not zero; and the floor is unknown (worked example 8)."""
    outcome = decide(STANDARD, "villagers", Turnout(20, 20, 20), Counts((0, 0, 0, 0), abstain=20))
    assert outcome == Withheld(WithheldReason.NO_VALID_VOTES)
    assert not hasattr(outcome, "score")
    assert floor_of(STANDARD, {"villagers": outcome}).below is None


@pytest.mark.parametrize("reason", list(WithheldReason))
def test_every_withheld_panel_leaves_the_floor_unknown(reason):
    """Whatever the reason, unknown is neither a pass nor a veto."""
    status = floor_of(STANDARD, {"villagers": Withheld(reason)})
    assert (status.below, status.score) == (None, None)


def test_invalid_ballots_took_part():
    """20 returned, 2 of them invalid: the box may be opened and 18 votes are scored (worked example 6)."""
    outcome = decide(STANDARD, "evaluators", Turnout(20, 20, 20), Counts((9, 6, 2, 1), invalid=2))
    assert outcome.score == Fraction(740, 9)


def test_a_panel_that_only_counts_has_no_score():
    """Shangzhou has no formula: counts come out, and there is no score to print."""
    outcome = decide(counting_only(), "evaluators", FULL, Counts((12, 8, 3, 2)))
    assert isinstance(outcome, CountsOnly)
    assert [field.name for field in fields(outcome)] == ["counts", "flags"]
    assert not hasattr(outcome, "score")
    blank = decide(counting_only(), "evaluators", FULL, Counts((0, 0, 0, 0), abstain=25))
    assert blank == Withheld(WithheldReason.NO_VALID_VOTES)


def test_numbers_that_do_not_add_up_are_raised():
    """A wrong count is an error of the count, never an outcome."""
    with pytest.raises(RowError, match="does_not_add_up"):
        decide(STANDARD, "evaluators", FULL, Counts((12, 8, 3, 1)))
    with pytest.raises(RowError, match="no_dont_know"):
        decide(STANDARD, "evaluators", FULL, Counts((12, 8, 3, 1), dont_know=1))


def test_an_unknown_panel_is_a_key_error():
    """A panel the scheme does not have is the caller's mistake."""
    with pytest.raises(KeyError):
        decide(STANDARD, "masses", FULL, None)


def test_a_pooled_floor_is_not_one_panels_matter():
    """With two panels pooled neither row alone claims the verdict; together they have it."""
    floor = msgspec.structs.replace(STANDARD.satisfaction_floor, panels=("evaluators", "villagers"))
    scheme = msgspec.structs.replace(STANDARD, satisfaction_floor=floor)
    officials = decide(scheme, "evaluators", Turnout(20, 20, 20), Counts((20, 0, 0, 0)))
    villagers = decide(scheme, "villagers", Turnout(20, 20, 20), Counts((0, 0, 10, 10)))
    assert officials.floor is None
    assert villagers.floor is None
    assert floor_of(scheme, {"evaluators": officials, "villagers": villagers}).score == Fraction(125, 2)


def test_outcomes_are_frozen():
    """Nobody changes a result in passing."""
    outcome = decide(STANDARD, "evaluators", FULL, Counts((12, 8, 3, 2)))
    with pytest.raises(FrozenInstanceError):
        outcome.score = Fraction(100)
    with pytest.raises(FrozenInstanceError):
        outcome.counts.abstain = 1


def test_packs_and_documents_use_the_same_words():
    """What an example may expect is what outcomes are called, and the roster's refusal."""
    scored = decide(STANDARD, "evaluators", FULL, Counts((12, 8, 3, 2)))
    counted = decide(counting_only(), "evaluators", FULL, Counts((12, 8, 3, 2)))
    words = {outcome_name(outcome) for outcome in (scored, counted, *map(Withheld, WithheldReason))}
    assert words | {"not_printed"} == set(get_args(ExpectedOutcome))
