"""The year 2026 of a township under `standard`: 12 members polled monthly, 10 teams quarterly, 8 first secretaries once. Worked out by hand.

A cell is two letters: what all 20 evaluators and all 15 interviewees say. E is 100, C 80, B 50, I 0, and the evaluators count twice:
EC = (2 x 100 + 80) / 3. The villagers are content (80) where nothing else is said.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from kept_years import held, keep, kept, take
from regulated import published
from year_tables import notes, score, sheet, signed, waits

from polling.packs import load_pack
from scoring.compute import compute
from scoring.inputs import GradeDecision, Inputs, Subject
from scoring.parts import Missing

STANDARD = load_pack("standard")
TOWN = "某乡"
E, C, B, I = "excellent", "competent", "basically_competent", "incompetent"  # noqa: E741 - the sheet's columns
CELLS = {
    "EE": ("100", "100.00", E),
    "EC": ("280/3", "93.33", E),
    "CE": ("260/3", "86.67", C),
    "EB": ("250/3", "83.33", C),
    "CC": ("80", "80.00", C),  # the line itself
    "CB": ("70", "70.00", B),
    "EI": ("200/3", "66.67", B),
    "BC": ("60", "60.00", B),  # the line itself
    "CI": ("160/3", "53.33", I),
    "BB": ("50", "50.00", I),  # everybody says 基本称职
    "IE": ("100/3", "33.33", I),
}
MONTHS = tuple(f"2026-{number:02d}" for number in range(1, 13))
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
MEMBERS = {
    "m01": "EE EE EE EE EE EE EE EE EE EE EE EE",
    "m02": "EC EC EC EC EC EC EC EC EC EC EC EC",
    "m03": "CE CE CE CE CE CE CE CE CE CE CE CE",
    "m04": "EE EE EE EE EE EE EE EE EE EE EE EE",  # March: the villagers give 59.5
    "m05": "CC CC CC CC CC -- CC CC CC CC CC CC",  # no poll about him in June
    "m06": "CB CB CB CB CB CB CB CB CB CB CB CB",
    "m07": "BC BC BC BC BC BC BC BC BC BC BC BC",  # March: the villagers give 60 exactly
    "m08": "BB BB BB BB BB BB BB BB BB BB BB BB",
    "m09": "EB EB EB EB EB EB EB EB EB EB EB EB",  # September: no villager knows him
    "m10": "CI CI CI CI CI CI CI CI CI CI CI CI",  # nor him, who is 不称职 by the sum already
    "m11": "EI IE EI IE EI IE EI IE EI IE EI IE",
    "m12": "EE EC CE EB CC CB EI BC CI BB IE EE",
}
TEAMS = {
    "t01": "EE EE EE EE",
    "t02": "EE EE EE EE",  # as much as the first: no quota, both keep it
    "t03": "CC -- CC CC",  # the second quarter was not polled
    "t04": "EC CE EB CC",
    "t05": "CB EI BC CI",
    "t06": "BB IE EE EC",
    "t07": "CC CC CC CC",  # the villagers give 59.5 in the fourth quarter
    "t08": "CE CE CE CE",
    "t09": "EB EB EB EB",
    "t10": "CI CB CC EC",
}
SECRETARIES = {"f01": "EE", "f02": "EC", "f03": "CC", "f04": "EI", "f05": "CI", "f06": "EE", "f07": "CE"}
KINDS = {"m": "team_member", "t": "work_team", "f": "first_secretary"}
REGISTER = tuple(Subject(key, KINDS[key[0]], key, TOWN) for key in (*MEMBERS, *TEAMS, *SECRETARIES, "f08"))
LETTERS = "ECBI"
# blank, 很满意, 满意, 一般, 不满意, 不了解
CONTENT, BELOW, EXACT, UNKNOWN = (0, 0, 20, 0, 0, 0), (0, 4, 8, 3, 5, 0), (0, 4, 10, 0, 6, 0), (0, 0, 0, 0, 0, 20)
VILLAGERS = {
    ("m07", "2026-03"): EXACT,  # (4 x 10 + 10 x 8) x 10 / 20 = 60
    ("m09", "2026-09"): UNKNOWN,
    ("m10", "2026-09"): UNKNOWN,
    ("t07", "2026Q4"): BELOW,
    ("f06", "2026"): BELOW,
}
# 20 evaluators, two of whom mark somebody twice or nobody: (9, 6, 2, 1) of 18 valid are 740/9; (9, 4, 1, 1) of 15 are 254/3
MIXED = ((2, 9, 6, 2, 1), (0, 9, 4, 1, 1))
# 27 and 26 ballots, 2570/27 and 2070/26: five millesimals under 90, which nothing may print as 90.00
NEAR = {"evaluators": [(0, 22, 4, 1, 0)], "interviewees": [(0, 1, 24, 1, 0)], "villagers": [CONTENT]}


def unanimous(letter, number):
    """Everybody's mark in one option, no blank."""
    return (0, *(number if letter == each else 0 for each in LETTERS))


def poll(period, cells, *, name=None, without=None):
    """One poll of a period about all who have a cell there, but for who is asked about alone."""
    asked = [each for each in REGISTER if cells.get(each.id, "--") != "--" and (each.id, period) != without]
    pairs = [cells[each.id] for each in asked]
    sums = {
        "evaluators": [unanimous(pair[0], 20) if isinstance(pair, str) else pair[0] for pair in pairs],
        "interviewees": [unanimous(pair[1], 15) if isinstance(pair, str) else pair[1] for pair in pairs],
        "villagers": [VILLAGERS.get((each.id, period), CONTENT) for each in asked],
    }
    return published(STANDARD, period, asked, sums, name=name or period)


def cells(table, place):
    """One column of a table."""
    return {key: row.split()[place] for key, row in table.items()}


NEARLY = REGISTER[-1:]
MARCH = "2026-03"
# asked about alone; his villagers give (4 x 10 + 8 x 8 + 3 x 5) x 10 / 20 = 59.5
APART = ("m04", MARCH)
ALONE = [each for each in REGISTER if each.id == APART[0]]
RESULTS = {
    **{period: poll(period, cells(MEMBERS, place), without=APART) for place, period in enumerate(MONTHS)},
    "apart": published(
        STANDARD, MARCH, ALONE, {"evaluators": [unanimous("E", 20)], "interviewees": [unanimous("E", 15)]}, name="apart"
    ),
    "villagers": published(STANDARD, MARCH, ALONE, {"villagers": [BELOW]}, name="villagers"),
    **{period: poll(period, cells(TEAMS, place)) for place, period in enumerate(QUARTERS)},
    "2026": poll("2026", {**SECRETARIES, "f07": MIXED}),
    "near": published(STANDARD, "2026", NEARLY, NEAR, name="near"),
}
YEAR = Inputs(subjects=REGISTER, results=tuple(RESULTS.values()))


def rows(period, table, place):
    """The rows of the ledger, as the tables write them, beside what the table says."""
    ledger = compute(STANDARD, YEAR, TOWN, period)
    found = {key: (score(ledger.row(key)), ledger.row(key).shown, ledger.row(key).band) for key in table}
    wanted = {key: CELLS.get(cell, (None, None, None)) for key, cell in cells(table, place).items()}
    return found, {key: (given and Fraction(given), shown, band) for key, (given, shown, band) in wanted.items()}


@pytest.mark.parametrize(("place", "period"), list(enumerate(MONTHS)))
def test_the_months_of_the_members(place, period):
    """Twelve by twelve: the weighted sum of both polls, shown, and its band; a veto changes none of them."""
    found, wanted = rows(period, MEMBERS, place)
    assert found == wanted
    ledger = compute(STANDARD, YEAR, TOWN, period)
    grades = {key: band for key, (_score, _shown, band) in wanted.items()}
    if period == "2026-03":
        grades["m04"] = I
    assert {key: ledger.row(key).proposed for key in MEMBERS} == grades


@pytest.mark.parametrize(("place", "period"), list(enumerate(QUARTERS)))
def test_the_quarters_of_the_teams(place, period):
    """Ten by four; two teams with as much as each other keep it both, for there is no quota."""
    found, wanted = rows(period, TEAMS, place)
    assert found == wanted
    ledger = compute(STANDARD, YEAR, TOWN, period)
    grades = {key: band for key, (_score, _shown, band) in wanted.items()}
    if period == "2026Q4":
        grades["t07"] = I
    assert {key: ledger.row(key).proposed for key in TEAMS} == grades
    assert (ledger.quotas, grades["t01"], grades["t02"]) == ((), E, E)


def test_the_year_of_the_secretaries():
    """The year has polls of its own: nothing is averaged, and members and teams have no number in it."""
    ledger = compute(STANDARD, YEAR, TOWN, "2026")
    # (2 x 740/9 + 254/3) / 3 = (1480 + 762) / 27; (2 x 2570/27 + 2070/26) / 3 = 94765/1053
    table = {
        "f01": ("100", "100.00", E, E),
        "f02": ("280/3", "93.33", E, E),
        "f03": ("80", "80.00", C, C),
        "f04": ("200/3", "66.67", B, B),
        "f05": ("160/3", "53.33", I, I),
        "f06": ("100", "100.00", E, I),  # the villagers give 59.5
        "f07": ("2242/27", "83.04", C, C),
        "f08": ("94765/1053", "89.99", C, C),
    }
    for key, (number, shown, band, grade) in table.items():
        row = ledger.row(key)
        assert (score(row), row.shown, row.band, row.proposed) == (Fraction(number), shown, band, grade)
    others = [row for row in ledger.rows if row.subject.kind != "first_secretary"]
    assert len(others) == 22
    assert {(row.assessed, row.composite, row.proposed) for row in others} == {
        (False, Missing(("evaluators", "interviewees")), None)
    }


def test_the_villagers_floor():
    """59.5 vetoes 100 points, 60 vetoes nothing; both stay beside the number."""
    march = compute(STANDARD, YEAR, TOWN, "2026-03")
    vetoed = march.row("m04")
    assert (vetoed.satisfaction.score, vetoed.satisfaction.below, vetoed.shown) == (Fraction("59.5"), True, "100.00")
    assert [(each.cause.value, each.grade) for each in vetoed.vetoes] == [("floor", I)]
    passed = march.row("m07")
    assert (passed.satisfaction.score, passed.satisfaction.below, passed.vetoes) == (60, False, ())
    again = GradeDecision("m04", "2026-03", E, "乡党委", "工作突出")
    row = compute(STANDARD, replace(YEAR, decisions=(again,)), TOWN, "2026-03").row("m04")
    assert (row.proposed, waits(row)) == (I, [("decision", "")])


def test_villagers_who_do_not_know_neither_pass_nor_veto():
    """All 20 say 不了解: the grade stands as proposed and waits for the floor; who is 不称职 already waits for nothing."""
    september = compute(STANDARD, YEAR, TOWN, "2026-09")
    row = september.row("m09")
    assert (row.satisfaction.score, row.satisfaction.below, row.vetoes, row.proposed) == (None, None, (), C)
    assert waits(row) == [("floor", "satisfaction_floor")]
    row = september.row("m10")
    assert (row.satisfaction.below, row.proposed, waits(row)) == (None, I, [])
    assert {row.subject.id for row in september.rows if waits(row) and row.assessed} == {"m09"}
    [said] = [note for note in notes(sheet(STANDARD, september)) if "群众满意度未知" in note]
    assert "m09" in said


def test_a_missing_month():
    """June knows nothing of m05, and a poll about him alone that is held late needs 20 and 15 ballots."""
    june = compute(STANDARD, YEAR, TOWN, "2026-06").row("m05")
    assert (june.assessed, june.composite) == (False, Missing(("evaluators", "interviewees")))
    asked = [each for each in REGISTER if each.id == "m05"]
    twenty, fifteen = [unanimous("C", 20)], [unanimous("C", 15)]
    for evaluators, interviewees, missing in (
        (19, fifteen, ("evaluators",)),
        (twenty, 14, ("interviewees",)),
        (twenty, fifteen, ()),
    ):
        boxes = {"evaluators": evaluators, "interviewees": interviewees, "villagers": [CONTENT]}
        late = published(STANDARD, "2026-06", asked, boxes, name="late")
        row = compute(STANDARD, replace(YEAR, results=(*YEAR.results, late)), TOWN, "2026-06").row("m05")
        assert (row.composite == Missing(missing), row.proposed) == (bool(missing), None if missing else C)
        assert waits(row) == [("score", key) for key in missing]


def test_a_document_that_supersedes_march():
    """In the corrected document two of m04's villagers moved from 不满意 to 满意: 67.5, no veto, 优秀; all others are as they were."""
    before = compute(STANDARD, YEAR, TOWN, "2026-03")
    moved = [(0, 4, 10, 3, 3, 0)]  # (40 + 80 + 15) x 10 / 20
    newer = published(STANDARD, MARCH, ALONE, {"villagers": moved}, name="newer")
    others = tuple(document for key, document in RESULTS.items() if key != "villagers")
    after = compute(STANDARD, replace(YEAR, results=(*others, newer)), TOWN, "2026-03")
    row = after.row("m04")
    assert (row.satisfaction.score, row.vetoes, row.proposed) == (Fraction("67.5"), (), E)
    assert before.digest != after.digest
    others = [key for key in MEMBERS if key != "m04"]
    assert [after.row(key).proposed for key in others] == [before.row(key).proposed for key in others]
    # nobody said which of two documents holds: then there is no number
    twice = poll(MARCH, {"m01": "EE"}, name="twice")
    both = compute(STANDARD, replace(YEAR, results=(*YEAR.results, twice)), TOWN, "2026-03").row("m01")
    assert both.composite == Missing(("evaluators", "interviewees"))


def test_his_villagers_vote_with_sealed_ballots(village):
    """Twenty real ballots of m04's villagers give the 59.5 of the table, and March comes out as it was worked out."""
    keep(village.database, STANDARD, YEAR, without=["villagers"], periods=[MARCH])
    held(village, STANDARD, MARCH, *ALONE, {"villagers": [1] * 4 + [2] * 8 + [3] * 3 + [4] * 5})
    take(village.database, STANDARD, village.publish())
    march = kept(village.database, STANDARD, TOWN, MARCH)
    wanted = {key: CELLS[cell][2] for key, cell in cells(MEMBERS, 2).items()} | {"m04": I}
    assert {key: march.row(key).proposed for key in MEMBERS} == wanted
    row = march.row("m04")
    assert (row.shown, row.satisfaction.score, row.satisfaction.below) == ("100.00", Fraction("59.5"), True)


def test_the_last_days():
    """Ten days after months and quarters, the year's last day."""
    dues = {
        period: [each.last for each in compute(STANDARD, YEAR, TOWN, period).deadlines]
        for period in ("2026-12", "2026Q1", "2026")
    }
    assert dues == {
        "2026-12": [date(2027, 1, 10)],
        "2026Q1": [date(2026, 4, 10)],
        "2026": [date(2026, 12, 31)],
    }


def test_a_grade_is_confirmed_by_both_who_sign():
    """The group's leader and the party secretary confirm January; one of them alone confirms nobody (law 12)."""
    ledger = compute(STANDARD, YEAR, TOWN, "2026-01")
    group, secretary = signed(STANDARD, ledger, on=date(2026, 2, 9))

    def confirmed(*signatures):
        rows = compute(STANDARD, replace(YEAR, signed=signatures), TOWN, "2026-01").rows
        return {(row.proposed, row.confirmed) for row in rows}

    assert confirmed() == confirmed(group) == {(row.proposed, None) for row in ledger.rows}
    assert confirmed(group, secretary) == {(row.proposed, row.proposed) for row in ledger.rows}
