"""The worked examples of every pack come true, and a wrong one is noticed."""

from fractions import Fraction

import msgspec
import pytest

from schemes.loading import load, names
from tally.examples import run_examples

STANDARD = load("standard")
EXAMPLES = [(name, checked) for name in names() for checked in run_examples(load(name))]


@pytest.mark.parametrize(("name", "checked"), EXAMPLES, ids=[f"{name}: {checked.name}" for name, checked in EXAMPLES])
def test_worked_examples_come_true(name, checked):
    """What a pack says will come out is what the functions that decide real polls give."""
    assert checked.ok, f"{name}: {checked.name}: {checked.detail}"
    assert checked.detail == ""


def test_every_example_is_run():
    """None is skipped."""
    ran = [checked.name for checked in run_examples(STANDARD)]
    assert ran == [each.name for each in (*STANDARD.examples, *STANDARD.score_examples)]
    assert len(ran) >= 20


def altered(name, **changes):
    """Give the scheme with one example changed."""
    one = next(each for each in (*STANDARD.examples, *STANDARD.score_examples) if each.name == name)
    field = "examples" if one in STANDARD.examples else "score_examples"
    rows = {"examples": (), "score_examples": ()} | {field: (msgspec.structs.replace(one, **changes),)}
    return msgspec.structs.replace(STANDARD, **rows)


@pytest.mark.parametrize(
    ("name", "changes", "word"),
    [
        ("formula", {"score": Fraction(80)}, "score"),
        ("formula", {"score": None}, "score"),
        ("formula", {"shown": "79.61"}, "shown"),
        ("formula", {"grade": "competent"}, "grade"),
        ("formula", {"valid": 24}, "valid"),
        ("formula", {"rates": ("48.00%", "32.00%", "12.00%", "8.01%")}, "rates"),
        ("formula", {"outcome": "counts_only"}, "outcome"),
        ("formula", {"counts": (12, 8, 3, 1)}, "does_not_add_up"),
        ("formula", {"counts": None}, "not_opened"),
        ("formula", {"below_floor": False}, "below_floor"),
        ("formula", {"dissatisfied": False}, "dissatisfied"),
        ("below the floor", {"below_floor": False}, "below_floor"),
        ("below the floor", {"below_floor": None}, "below_floor"),
        ("a roster of 19", {"missing": 0}, "missing"),
        ("a roster of 19", {"outcome": "below_minimum"}, "outcome"),
        ("19 returned of 20", {"outcome": "void"}, "outcome"),
        ("19 returned of 20", {"shown": "79.60"}, "shown"),
        ("all rows blank", {"score": Fraction(0)}, "score"),
        ("all villagers say 不了解", {"below_floor": True}, "below_floor"),
        ("rounding stops at the line", {"shown": "90.00"}, "shown"),
        ("60", {"grade": "incompetent"}, "grade"),
        ("21 of 33 village representatives", {"at_least_share": None}, "not_opened"),
        ("22 of 33 village representatives", {"at_least_share": Fraction(7, 10)}, "outcome"),
        ("151 of 301 adults", {"more_than_share": Fraction(151, 301)}, "outcome"),
    ],
)
def test_an_example_that_is_wrong_is_reported(name, changes, word):
    """Each thing an example says is compared: one wrong word fails it and is named, and nothing is raised."""
    (checked,) = run_examples(altered(name, **changes))
    assert not checked.ok
    assert word in checked.detail


def test_a_changed_rule_fails_its_examples():
    """The examples guard the pack: a floor of 59 or a minimum of 21 does not pass unnoticed."""
    lower = msgspec.structs.replace(STANDARD.satisfaction_floor, threshold=Fraction(59))
    assert not all(each.ok for each in run_examples(msgspec.structs.replace(STANDARD, satisfaction_floor=lower)))
    stricter = msgspec.structs.replace(STANDARD.panels[0], minimum_returned=21, minimum_expected=21)
    changed = msgspec.structs.replace(STANDARD, panels=(stricter, *STANDARD.panels[1:]))
    assert not all(each.ok for each in run_examples(changed))
