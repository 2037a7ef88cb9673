"""Longer periods: means over what was assessed, the floor of a year, counts of grades and last places."""

from datetime import date
from fractions import Fraction

import pytest
from regulated import BAICHENG, TIBET, people, published

from scoring.compute import compute
from scoring.inputs import FactEntry, GradeDecision, GradesSigned, Inputs, PartScore
from scoring.ledger import Awaited, AwaitedKind
from scoring.parts import Composed, Missing

YEAR = (92, 91, 90, 93, 88, 90, 92, 91, None, None, 90, 93)


def monthly(scores, masses=None, year=2018, **more):
    """A member's year of these composites: a unanimous poll of 100, and the entered parts make the number. `masses`: month -> its row."""
    member = people("team_member", 1, **more)
    parts, results = [], []
    for month, score in enumerate(scores, 1):
        if score is None:
            continue
        label = f"{year}-{month:02d}"
        rest = (Fraction(score) - 20) / Fraction("0.8")
        parts += [PartScore("s01", label, part, rest, "强基办", "表") for part in ("usual", "target")]
        row = (masses or {}).get(month, (0, 5, 0, 0, 0, 0))
        polled = {"officials": [(0, 5, 0, 0, 0, 0)], "masses": [row]}
        results.append(published(TIBET, label, member, polled, name=label))
    return Inputs(subjects=member, parts=tuple(parts), results=tuple(results))


def test_a_year_with_leave():
    """Worked example 17: divided by the ten months that were assessed; the two others are listed."""
    row = compute(TIBET, monthly(YEAR), "乡", "2018").row("s01")
    assert row.composite == Composed(Fraction(91))
    assert (row.band, row.proposed, row.shown) == ("excellent", "excellent", "91.00")
    assert row.missing_periods == ("2018-09", "2018-10")
    assert len(row.periods) == 12


def test_a_year_nobody_assessed_is_no_number():
    """No month at all: no score, and every month is missing."""
    row = compute(TIBET, Inputs(subjects=people("team_member", 1)), "乡", "2018").row("s01")
    assert isinstance(row.composite, Missing)
    assert (len(row.composite.parts), row.proposed, row.assessed) == (12, None, False)


def test_the_floor_of_a_year_is_tested_on_the_mean():
    """A vetoed month vetoes that month; the year is tested on the mean satisfaction, and the month is listed for the reviewers."""
    low = (0, 0, 0, 5, 0, 0)
    inputs = monthly([92] * 12, {3: low})
    assert compute(TIBET, inputs, "乡", "2018-03").row("s01").proposed == "incompetent"
    row = compute(TIBET, inputs, "乡", "2018").row("s01")
    assert row.satisfaction.score == Fraction(1150, 12)
    assert row.vetoes == ()
    assert [each.period for each in row.periods if each.vetoes] == ["2018-03"]
    sunk = compute(TIBET, monthly([92] * 12, dict.fromkeys(range(1, 11), low)), "乡", "2018").row("s01")
    assert sunk.satisfaction.score == Fraction(700, 12)
    assert (sunk.composite.score, sunk.band, sunk.proposed) == (Fraction(1054, 12), "competent", "incompetent")
    assert [each.consequence for each in sunk.consequences] == ["criticism"]


def test_half_years_are_for_high_villages():
    """4,500 m and above: the number is included; below there is no such period. A height that nobody entered is asked for."""
    for altitude, wanted in ((4499, 0), (4500, 1)):
        ledger = compute(TIBET, monthly(YEAR, altitude_m=altitude), "乡", "2018H2")
        assert len(ledger.rows) == wanted
    assert ledger.rows[0].composite == Composed(Fraction(92 + 91 + 90 + 93, 4))
    [row] = compute(TIBET, monthly(YEAR), "乡", "2018H2").rows
    assert (row.composite, row.proposed, row.chain, row.complete) == (None, None, (), False)
    assert row.awaited == (Awaited(AwaitedKind.ATTRIBUTE, "altitude_m"),)
    year = compute(TIBET, monthly(YEAR), "乡", "2018").rows[0]
    assert AwaitedKind.ATTRIBUTE not in {each.kind for each in year.awaited}


def cadre_year(grades, **more):
    """A cadre's year of these monthly grades, decided by people."""
    decisions = tuple(
        GradeDecision("s01", f"2012-{month:02d}", grade, "领导小组", "确定") for month, grade in enumerate(grades, 1)
    )
    inputs = Inputs(subjects=people("cadre", 1, stationed=True), decisions=decisions + more.pop("decided", ()), **more)
    return compute(BAICHENG, inputs, "乡", "2012").row("s01")


@pytest.mark.parametrize(
    ("grades", "chooses", "barred"),
    [
        ("ddddd" + "b" * 7, True, True),
        ("cccccc" + "b" * 6, False, True),
        ("cccccddd" + "b" * 4, False, True),
        ("cccccdd" + "b" * 5, False, False),
    ],
)
def test_a_year_of_grades(grades, chooses, barred):
    """Worked example 16: counts of C and D, never a mean."""
    row = cadre_year(grades)
    assert [choice.grades for choice in row.choices] == ([("basic", "incompetent")] if chooses else [])
    assert [each.bar for each in row.bars] == (["award"] if barred else [])
    assert row.proposed is None


def test_a_person_chooses_the_year():
    """可评定为基本称职或不称职: the person picks; nothing else is open to him where only that is at issue."""
    picked = GradeDecision("s01", "2012", "basic", "领导小组", "首次")
    assert cadre_year("ddddd" + "b" * 7, decided=(picked,)).proposed == "basic"


def test_an_undecided_month_leaves_the_count_open():
    """Four D and a month without a grade: it cannot be told yet, and no bar is taken for granted."""
    fact = FactEntry("s01", "2012-05", "none", "甲", "")
    row = cadre_year("dddd", facts=(fact,))
    verdicts = {each.key: each.applies for each in row.counted}
    assert verdicts == {"five_d": None, "no_award": True}
    assert [each.key for each in row.awaited if each.kind == "count"] == ["five_d"]


def quarter(*villages):
    """Villages with three monthly scores each."""
    subjects = people("village", len(villages))
    parts = tuple(
        PartScore(subject.id, f"2012-{month:02d}", "party", Fraction(score), "乡党委", "党建表")
        for subject, scores in zip(subjects, villages, strict=True)
        for month, score in enumerate(scores, 1)
    )
    ledger = compute(BAICHENG, Inputs(subjects=subjects, parts=parts), "乡", "2012Q1")
    return [row.counted[0].applies for row in ledger.rows], ledger


def test_a_quarter_of_villages():
    """Two unfit months, or among the last two by the quarter's mean."""
    found, ledger = quarter((90, 90, 90), (69, 69, 100), (80, 80, 80), (70, 70, 71), (75, 75, 75))
    means = [row.counted[0].mean for row in ledger.rows]
    assert means == [90, Fraction(238, 3), 80, Fraction(211, 3), 75]
    assert found == [False, True, False, True, True]
    assert [each.consequence for each in ledger.rows[3].consequences] == ["no_bonus"]
    assert ledger.rows[0].proposed is None
    assert ledger.rows[0].awaited == ()


def test_last_places_that_tie_are_not_decided():
    """Three share the last two places: nobody's bonus goes by chance."""
    assert quarter((90, 90, 90), (75, 75, 75), (75, 75, 75), (75, 75, 75))[0] == [False, None, None, None]


def test_a_signed_month_changes_no_signed_year():
    """What a signature over the year names does not contain the months' signatures."""
    inputs = monthly(YEAR)
    signed = GradesSigned("乡", "2018-01", "secretary", "书记", date(2018, 2, 9))
    after = Inputs(subjects=inputs.subjects, parts=inputs.parts, results=inputs.results, signed=(signed,))
    assert compute(TIBET, inputs, "乡", "2018").digest == compute(TIBET, after, "乡", "2018").digest
