"""The worked examples of what follows after a poll come true in every pack, and a wrong one is noticed."""

from fractions import Fraction

import msgspec
import pytest

from schemes.loading import load, names
from scoring.examples import run_assessment_examples

PACKS = {name: load(name) for name in names()}
EXAMPLES = [(name, checked) for name, pack in PACKS.items() for checked in run_assessment_examples(pack)]
TABLES = ("composite", "quota", "grades", "year", "count", "sample")


@pytest.mark.parametrize(("name", "checked"), EXAMPLES, ids=[f"{name}: {checked.name}" for name, checked in EXAMPLES])
def test_worked_examples_come_true(name, checked):
    """What a pack says will come out is what the ledger computes."""
    assert checked.ok, f"{name}: {checked.name}: {checked.detail}"


def test_every_example_is_run():
    """None is skipped, and every table is in use."""
    written = [each for pack in PACKS.values() for table in TABLES for each in getattr(pack, f"{table}_examples")]
    assert [checked.name for _name, checked in EXAMPLES] == [each.name for each in written]
    assert all(any(getattr(pack, f"{table}_examples") for pack in PACKS.values()) for table in TABLES)


@pytest.mark.parametrize(
    ("pack", "table", "name", "changes", "word"),
    [
        ("tibet_2018", "composite", "92.02 by the sum, vetoed by the masses", {"score": Fraction(92)}, "score"),
        ("tibet_2018", "composite", "92.02 by the sum, vetoed by the masses", {"shown": "92.03"}, "shown"),
        ("tibet_2018", "composite", "92.02 by the sum, vetoed by the masses", {"band": "competent"}, "band"),
        ("tibet_2018", "composite", "92.02 by the sum, vetoed by the masses", {"below_floor": None}, "below_floor"),
        ("tibet_2018", "composite", "92.02 by the sum, vetoed by the masses", {"grade": "excellent"}, "grade"),
        (
            "tibet_2018",
            "composite",
            "a part is missing, so there is no number",
            {"entered": {"opinion": (Fraction(1),)}},
            "opinion",
        ),
        ("tibet_2018", "year", "a year with two months of leave", {"score": Fraction(910, 12)}, "score"),
        ("tibet_2018", "year", "a year with two months of leave", {"missing": ()}, "missing"),
        ("tibet_2018", "year", "a year with two months of leave", {"period": "2019"}, "outside"),
        ("tibet_2018", "year", "a year with two months of leave", {"period": "someday"}, "unreadable_period"),
        ("tibet_2018", "sample", "20 % of 47", {"size": 9}, "size"),
        ("longnan", "quota", "two tie for the sixth seat", {"tied": 0}, "tied"),
        ("longnan", "quota", "two tie for the sixth seat", {"inside": 6}, "inside"),
        ("longnan", "quota", "six seats of 46, or nine", {"inside_alternative": 9}, "inside_alternative"),
        ("longnan", "quota", "15 % of 19", {"number": 3}, "number"),
        ("longnan", "quota", "15 % of 19", {"quota": "nobody"}, "no such key"),
        ("shangzhou", "quota", "20 % of 33, both readings", {"other_reading": 6}, "other_reading"),
        ("baicheng_2011", "grades", "six A of 50", {"found": {"a": "kept"}}, "a:"),
        ("baicheng_2011", "count", "C six times", {"bars": ()}, "bars"),
        ("baicheng_2011", "count", "D five times", {"choices": ()}, "choices"),
        ("baicheng_2011", "count", "C six times", {"holds": ()}, "holds"),
        ("baicheng_2011", "count", "C six times", {"given": {"c": 13}}, "periods with a grade"),
    ],
)
def test_an_example_that_is_wrong_is_reported(pack, table, name, changes, word):
    """Each thing an example says is compared: one wrong word fails it and is named, and nothing is raised."""
    scheme = PACKS[pack]
    (one,) = [each for each in getattr(scheme, f"{table}_examples") if each.name == name]
    alone = {f"{each}_examples": () for each in TABLES} | {
        f"{table}_examples": (msgspec.structs.replace(one, **changes),)
    }
    (checked,) = run_assessment_examples(msgspec.structs.replace(scheme, **alone))
    assert not checked.ok
    assert word in checked.detail
