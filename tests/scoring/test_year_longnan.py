"""A year of 陇南市 with thirty people: the table beside the test was worked out by hand.

Every entered number is x (leaders and heads: a little more and as much less, so x on the mean) and everybody's polls are unanimous: 0.85x + 15, where the polls
are 优秀 throughout.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from kept_years import held, keep, kept, take
from regulated import people, published
from village import Village
from year_tables import score, signed, waits, who_gets

from polling.packs import load_pack
from scoring.board import Finding
from scoring.compute import compute
from scoring.inputs import FactEntry, GradeDecision, Inputs, PartScore
from scoring.ledger import Awaited, AwaitedKind
from scoring.parts import Missing

LONGNAN = load_pack("longnan")
MEMBERS = people("county_leadership_member", 30, "某县")
BEST, SECOND, THIRD = (0, 5, 0, 0, 0), (0, 0, 5, 0, 0), (0, 0, 0, 5, 0)
E, C, B, I = "excellent", "competent", "basically_competent", "incompetent"  # noqa: E741 - the sheet's columns
# x, the composite by hand, the grade once everything is there. 15 % of 30 are 4 seats, 20 % are 6
TABLE = [
    ("100", "100", E),  # first seat
    ("98", "98.3", E),
    ("96", "96.6", E),
    ("94", "94.9", E),  # ties with the next for the fourth seat; people give it to him
    ("94", "94.9", C),
    ("97", "97.45", I),  # 一票否决: the person chose 不称职, so his seat goes to the next
    ("92", "93.2", C),  # above 90 and outside the quota: 称职
    ("88.2353", "90.000005", C),  # over the line by five millionths
    ("88.2352", "89.99992", C),  # under it; shown as 89.99, never 90.00
    ("76.5", "80.025", C),
    ("76.4", "79.94", B),
    ("53", "60.05", B),
    ("52.9", "59.965", I),
    ("0", "15", I),
    *[("80", "83", C)] * 15,
    ("90", "86.5", C),  # the last: his evaluators' poll fell short first, then gave 基本称职: 76.5 + 5 + 5
]
KEYS = [subject.id for subject in MEMBERS]


def entered():
    """Every number that people enter."""
    parts = []
    for subject, (x, _composite, _grade) in zip(MEMBERS, TABLE, strict=True):
        parts += [
            PartScore(subject.id, "2026", part, Fraction(x), "县考核办", "考核表")
            for part in ("county_results", "target")
        ]
        for part in ("leaders", "heads"):
            off = min(1, Fraction(x), 100 - Fraction(x))
            for by, given in (("甲", Fraction(x) + off), ("乙", Fraction(x) - off)):
                parts.append(PartScore(subject.id, "2026", part, given, by, "评分表"))
    return tuple(parts)


def polls(*extra):
    """One poll of twenty-nine, one of the last alone whose evaluators were too few."""
    rest, last = MEMBERS[:-1], MEMBERS[-1:]
    return (
        published(LONGNAN, "2026", rest, {"evaluators": [BEST] * 29, "interviewees": [BEST] * 29}, name="a"),
        published(LONGNAN, "2026", last, {"evaluators": None, "interviewees": [BEST]}, name="b"),
        *extra,
    )


SAFETY = FactEntry("s06", "2026", "veto_work_safety", "甲", "通报", "乙", "incompetent")
BEFORE = Inputs(subjects=MEMBERS, parts=entered(), results=polls(), facts=(SAFETY,))
AGAIN = published(LONGNAN, "2026", MEMBERS[-1:], {"evaluators": [THIRD]}, name="c")
DECIDED = tuple(GradeDecision(who, "2026", grade, "市委", "同分，集体研究") for who, grade in (("s04", E), ("s05", C)))
AFTER = replace(BEFORE, results=polls(AGAIN), decisions=DECIDED)


def test_a_missing_score_holds_the_last_seat_open():
    """One of thirty has no number: he may take a seat, so the three first are sure, and the tie is not yet one."""
    ledger = compute(LONGNAN, BEFORE, "某县", "2026")
    last = ledger.row("s30")
    assert last.composite == Missing(("evaluators",))
    assert (last.shown, last.band, last.proposed) == (None, None, None)
    assert [ledger.row(key).proposed for key in ("s01", "s02", "s03")] == [E, E, E]
    for key in ("s04", "s05"):
        assert ledger.row(key).awaited == (Awaited(AwaitedKind.OPEN),)
    assert ledger.quotas[0].finding is Finding.OPEN


def test_two_tie_for_the_fourth_seat():
    """Equal scores are never parted by the program; both would fit under the 20 % if people so decide."""
    ledger = compute(LONGNAN, replace(AFTER, decisions=()), "某县", "2026")
    for key in ("s04", "s05"):
        assert ledger.row(key).awaited == (Awaited(AwaitedKind.TIE),)
    [board] = ledger.quotas
    assert (board.pool, board.number, board.alternative, board.tie_admissible) == (30, 4, 6, True)
    assert {seat.subject: seat.places for seat in board.seats} == {
        "s01": (1, 1),
        "s02": (2, 2),
        "s03": (3, 3),
        "s04": (4, 5),
        "s05": (4, 5),
        "s07": (6, 6),
        "s08": (7, 7),
    }


def table():
    """The rows as they were worked out: exact number and grade."""
    return [(key, Fraction(composite), grade) for key, (_x, composite, grade) in zip(KEYS, TABLE, strict=True)]


def test_the_whole_year():
    """The table."""
    ledger = compute(LONGNAN, AFTER, "某县", "2026")
    assert [(row.subject.id, score(row), row.proposed) for row in ledger.rows] == table()
    assert ledger.row("s06").band == E
    assert ledger.row("s09").shown == "89.99"
    assert [row.subject.id for row in ledger.rows if waits(row)] == []
    [board] = ledger.quotas
    assert (board.given, board.finding) == (4, Finding.KEPT)
    assert who_gets(ledger, "admonition_talk") == {"s11", "s12"}


@pytest.mark.parametrize("alternative", [THIRD, SECOND])
def test_a_signed_year_and_a_document_that_supersedes(alternative):
    """The four steps are signed over the figures; another document makes every signature stale, with equal counts too."""
    chain = signed(LONGNAN, compute(LONGNAN, AFTER, "某县", "2026"), date(2027, 1, 20))
    assert [each.step for each in chain] == ["assessment_group", "review", "deliberation", "approval"]
    done = compute(LONGNAN, replace(AFTER, signed=chain), "某县", "2026")
    assert [row.confirmed for row in done.rows] == [grade for _x, _composite, grade in TABLE]
    newer = published(LONGNAN, "2026", MEMBERS[-1:], {"evaluators": [alternative]}, name="d")
    superseded = replace(AFTER, results=polls(newer), signed=chain)
    row = compute(LONGNAN, superseded, "某县", "2026").row("s30")
    assert row.composite.score == Fraction("86.5") + (3 if alternative is SECOND else 0)
    assert row.confirmed is None  # even with equal counts it is another document, and the signature names the old one
    assert {each.kind for each in row.awaited} == {AwaitedKind.STALE}


def test_the_last_is_polled_twice_with_sealed_ballots(village):
    """第八条第5、6项: four evaluators of five are never opened, five interviewees give 100; asked again, the five evaluators give 基本称职."""
    keep(village.database, LONGNAN, AFTER, without=["b", "c"])
    [last] = MEMBERS[-1:]
    held(village, LONGNAN, "2026", last, {"evaluators": [1] * 4, "interviewees": [1] * 5})
    take(village.database, LONGNAN, village.publish())
    row = kept(village.database, LONGNAN, "某县", "2026").row("s30")
    assert (row.composite, row.proposed) == (Missing(("evaluators",)), None)
    again = Village(village.database, village.random)
    held(again, LONGNAN, "2026", last, {"evaluators": [3] * 5})
    take(village.database, LONGNAN, again.publish())
    ledger = kept(village.database, LONGNAN, "某县", "2026")
    assert [(row.subject.id, score(row), row.proposed) for row in ledger.rows] == table()
    assert [(each.panel_key, each.score) for each in ledger.row("s30").polls] == [
        ("evaluators", 50),
        ("interviewees", 100),
    ]
