"""The year 2017 of a town of 商州区: 15 first secretaries and 18 members. Every table was worked out by hand.

There is no formula and no line: votes are counts for those who decide, and the cap of 20 % is held against what they decided. 20 % of 33 are
6.6: 6 floored, 7 by the other reading.
"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from kept_years import BEST, BLANK, FOURTH, SECOND, THIRD, held, keep, kept, take
from regulated import published
from village import Village
from year_tables import found, signed, waits, who_gets

from polling.packs import load_pack
from scoring.compute import compute
from scoring.inputs import FactEntry, GradeDecision, Inputs, QuotaDecision, Subject

SHANGZHOU = load_pack("shangzhou")
TOWN = "某镇"
SECRETARIES = tuple(Subject(f"f{number:02d}", "first_secretary", f"书记{number:02d}", TOWN) for number in range(1, 16))
MEMBERS = tuple(Subject(f"m{number:02d}", "team_member", f"队员{number:02d}", TOWN) for number in range(1, 19))
REGISTER = (*SECRETARIES, *MEMBERS)
E, C, I = "excellent", "competent", "incompetent"  # noqa: E741 - the sheet's columns
# what was decided in June, in December for the half-year and for the year: - nothing, E C I the three grades
TABLE = {
    "f01": "E E E",
    "f02": "E E E",
    "f03": "E C E",
    "f04": "C E E",  # as many votes as m04: nothing parts them but people
    "f05": "C C C",  # June's box had 19 ballots, the second poll 20
    "f06": "C C C",  # absent once
    "f07": "C C C",  # ninety days of absence: removal, and no grade from it
    "f08": "C C C",
    "f09": "C C C",
    "f10": "C C C",
    "f11": "C C C",
    "f12": "C C C",
    "f13": "C C C",
    "f14": "C C I",
    "f15": "C C C",
    "m01": "E E E",
    "m02": "E E E",
    "m03": "E C C",
    "m04": "C E E",  # the seventh
    "m05": "C C C",  # absent twice
    "m06": "C C C",  # absent three times: 不称职, whatever was decided
    "m07": "C C C",  # absent three times as one person says; nobody else confirmed it
    "m08": "C C C",
    "m09": "C C C",
    "m10": "C C C",
    "m11": "C C C",
    "m12": "C C C",
    "m13": "C C C",
    "m14": "C C C",
    "m15": "C C C",
    "m16": "C C C",
    "m17": "C - C",  # ill in the second half: nothing is known of him, so he is in no pool
    "m18": "I C C",
}
PERIODS = ("2017H1", "2017H2", "2017")
LETTERS = {"E": E, "C": C, "I": I}
# 应到25, one ballot blank in most rows: blank, 优秀, 称职, 不称职
PLAIN, EQUAL, BAD = (1, 10, 13, 1), (0, 20, 5, 0), (0, 2, 8, 15)
SEVENTH_READING = QuotaDecision("excellent", TOWN, "2017", "alternative", "区委组织部", "6.6 四舍五入为 7")


def votes(key):
    """The year's votes about one person."""
    return {"f04": EQUAL, "m04": EQUAL, "f14": BAD}.get(key, PLAIN)


def decided():
    """All that was decided, out of the table."""
    for key, row in TABLE.items():
        for period, letter in zip(PERIODS, row.split(), strict=True):
            if letter != "-":
                yield GradeDecision(key, period, LETTERS[letter], "镇党委", "集体研究")


def year_poll(*, name="year", **other):
    """民主测评 of the year with 25 ballots, 个别谈话 with 16."""
    sums = {
        "evaluators": [other.get(each.id, votes(each.id)) for each in REGISTER],
        "interviewees": [(0, 8, 8, 0)] * len(REGISTER),
    }
    return published(SHANGZHOU, "2017", REGISTER, sums, name=name)


FIFTH = SECRETARIES[4:5]
JUNE = published(SHANGZHOU, "2017H1", FIFTH, {"evaluators": 19}, name="june")
TALKS = published(SHANGZHOU, "2017H1", FIFTH, {"interviewees": [(0, 7, 8, 0)]}, name="talks")
AGAIN = published(SHANGZHOU, "2017H1", FIFTH, {"evaluators": [(0, 9, 11, 0)]}, name="june-2")
FACTS = (
    FactEntry("f06", "2017", "absent_once", "甲", "抽查记录", "乙"),
    FactEntry("m05", "2017", "absent_twice", "甲", "抽查记录", "乙"),
    FactEntry("m06", "2017", "absent_three_times", "甲", "抽查记录", "乙"),
    FactEntry("m07", "2017", "absent_three_times", "甲", "抽查记录"),
    FactEntry("f07", "2017", "removal_absence", "甲", "考勤表", "乙"),
)
YEAR = Inputs(
    subjects=REGISTER,
    results=(JUNE, TALKS, year_poll()),
    facts=FACTS,
    decisions=tuple(decided()),
    quota_decisions=(SEVENTH_READING,),
)
LEDGERS = {period: compute(SHANGZHOU, YEAR, TOWN, period) for period in PERIODS}


def table(period):
    """The grades of a period, but for the one who was absent three times."""
    wanted = {key: LETTERS.get(row.split()[PERIODS.index(period)]) for key, row in TABLE.items()}
    return wanted | {"m06": I} if period == "2017" else wanted


def test_the_whole_year():
    """The table."""
    for period in PERIODS:
        assert {row.subject.id: row.proposed for row in LEDGERS[period].rows} == table(period)
    assert {row.composite for ledger in LEDGERS.values() for row in ledger.rows} == {None}
    assert {row.band for ledger in LEDGERS.values() for row in ledger.rows} == {None}


@pytest.mark.parametrize(
    ("period", "other", "board"),
    [
        ("2017H1", 7, (33, 6, 6, "kept")),
        ("2017H2", 6, (32, 6, 6, "kept")),  # 6.4 by either reading, for one is ill
        ("2017", 7, (33, 6, 7, "kept")),  # the other reading was approved
    ],
)
def test_the_cap_of_a_fifth(period, other, board):
    """第二十六条: a cap of all, both readings beside each other, no line and no seats."""
    ledger = LEDGERS[period]
    assert found(ledger) == {"excellent": board}
    [cap] = ledger.quotas
    assert (cap.other_reading, cap.alternative, cap.seats, cap.tie_admissible) == (other, None, (), False)


def test_seven_without_approval_and_eight_with_it():
    """Nobody of the town is confirmed over the cap; a written reason lets more through, the other reading one more alone."""
    unread = replace(YEAR, quota_decisions=())
    ledger = compute(SHANGZHOU, unread, TOWN, "2017")
    assert found(ledger)["excellent"] == (33, 6, 7, "broken")
    chain = signed(SHANGZHOU, ledger, date(2017, 12, 29))
    done = compute(SHANGZHOU, replace(unread, signed=chain), TOWN, "2017")
    assert {row.confirmed for row in done.rows} == {None}
    eight = tuple(
        replace(each, grade=E) if (each.subject, each.period) == ("m03", "2017") else each for each in YEAR.decisions
    )
    assert found(compute(SHANGZHOU, replace(YEAR, decisions=eight), TOWN, "2017"))["excellent"][2:] == (8, "broken")
    reason = replace(SEVENTH_READING, what="override", reason="三支队同获表彰")
    ledger = compute(SHANGZHOU, replace(YEAR, decisions=eight, quota_decisions=(reason,)), TOWN, "2017")
    assert found(ledger)["excellent"] == (33, 6, 8, "overridden")


def test_equal_votes_are_never_parted():
    """f04 and m04 have 20, 5 and 0: there is no order to tie in; without a decision both wait for people."""
    year = LEDGERS["2017"]
    counts = {key: [dict(each.counts) for each in year.row(key).polls] for key in ("f04", "m04")}
    assert counts["f04"] == counts["m04"] == [{E: 20, C: 5, I: 0}, {E: 8, C: 8, I: 0}]
    undecided = tuple(
        each for each in YEAR.decisions if (each.subject, each.period) not in {("f04", "2017"), ("m04", "2017")}
    )
    ledger = compute(SHANGZHOU, replace(YEAR, decisions=undecided, quota_decisions=()), TOWN, "2017")
    for key in ("f04", "m04"):
        assert (ledger.row(key).proposed, waits(ledger.row(key))) == (None, [("people", "")])
    # five are given and two are open: six would be kept, seven not
    assert found(ledger)["excellent"] == (33, 6, 5, "open")


def test_counts_stay_counts():
    """No formula: 24 of 25 valid with one blank row, 15 of 25 against f14, and no number from either."""
    polls = {key: LEDGERS["2017"].row(key).polls for key in ("f08", "f14")}
    assert [(each.outcome, each.valid, each.score) for each in polls["f08"]] == [
        ("counts_only", 24, None),
        ("counts_only", 16, None),
    ]
    assert dict(polls["f14"][0].counts) == {E: 2, C: 8, I: 15}
    assert (LEDGERS["2017"].row("f14").vetoes, LEDGERS["2017"].row("f14").choices) == ((), ())


def test_a_box_below_twenty_and_the_poll_that_was_held_again():
    """第二十八条第3项: 19 ballots are never opened; the second poll has 20, its counts come first, the talks stay as they are."""
    row = LEDGERS["2017H1"].row("f05")
    assert [(each.panel_key, each.outcome, each.counts) for each in row.polls] == [
        ("evaluators", "below_minimum", None),
        ("interviewees", "counts_only", {E: 7, C: 8, I: 0}),
    ]
    row = compute(SHANGZHOU, replace(YEAR, results=(JUNE, TALKS, AGAIN)), TOWN, "2017H1").row("f05")
    assert [(each.document, each.outcome, each.counts) for each in row.polls] == [
        ("june-2", "counts_only", {E: 9, C: 11, I: 0}),
        ("talks", "counts_only", {E: 7, C: 8, I: 0}),
    ]


def test_it_is_held_again_with_sealed_ballots(village):
    """第二十八条: twenty evaluators are counted, fifteen talks too; four options on request have a score, for reference: no number of the ledger."""
    keep(village.database, SHANGZHOU, YEAR, without=["talks"], periods=["2017H1"])
    talks = Village(village.database, village.random)
    reference = [BEST] * 9 + [SECOND] * 6 + [THIRD] * 2 + [FOURTH] + [BLANK] * 2
    boxes = {"interviewees": [BEST] * 7 + [SECOND] * 8, "evaluators_scored": reference}
    for poll, own in ((talks, boxes), (village, {"evaluators": [BEST] * 9 + [SECOND] * 11})):
        held(poll, SHANGZHOU, "2017H1", *FIFTH, own)
        take(village.database, SHANGZHOU, poll.publish())
    ledger = kept(village.database, SHANGZHOU, TOWN, "2017H1")
    assert {row.subject.id: row.proposed for row in ledger.rows} == table("2017H1")
    row = ledger.row("f05")
    assert [(each.panel_key, each.outcome, each.counts, each.score) for each in row.polls] == [
        ("evaluators", "counts_only", {E: 9, C: 11, I: 0}, None),
        ("interviewees", "counts_only", {E: 7, C: 8, I: 0}, None),
        ("evaluators_scored", "scored", {E: 9, C: 6, "basically_competent": 2, I: 1}, Fraction(740, 9)),
    ]
    assert (row.composite, row.band) == (None, None)


def test_absences_and_removal():
    """第二十六条第3项 and 第二十九条: talk, notice, notice with 不称职; removal is proposed and gives no grade."""
    year = LEDGERS["2017"]
    assert who_gets(year, "criticism_talk") == {"f06"}
    assert who_gets(year, "district_criticism") == {"m05", "m06"}
    assert who_gets(year, "removal") == who_gets(year, "home_unit_notice") == {"f07"}
    vetoed = year.row("m06")
    assert [(each.key, each.grade, each.confirmed_by) for each in vetoed.vetoes] == [("absent_three_times", I, "乙")]
    assert waits(vetoed) == [("decision", "")]  # 称职 was decided against it: that has no effect
    assert (year.row("m07").vetoes, waits(year.row("m07"))) == ((), [("fact", "absent_three_times")])
    assert {row.subject.id for row in year.rows if waits(row)} == {"m06", "m07"}


def test_rewards_and_recall():
    """第三十条: 7 x 800 and 24 x 500 yuan once a year, two recalled; a half-year pays nothing and goes into no file."""
    year = LEDGERS["2017"]
    assert sum(each.yuan or 0 for row in year.rows for each in row.consequences) == 5600 + 12000
    assert who_gets(year, "recall") == who_gets(year, "district_notice") == {"f14", "m06"}
    assert len(who_gets(year, "personal_file")) == 33
    halves = [row for period in PERIODS[:2] for row in LEDGERS[period].rows]
    assert [each for row in halves for each in row.consequences] == []


def test_who_signs_and_by_when():
    """第二十六条: the town's committee signs all, 组织部 the secretaries' year, 扶贫局 the members'."""
    year = LEDGERS["2017"]
    chains = {row.subject.kind: [each.step for each in row.chain] for row in year.rows}
    assert chains == {
        "first_secretary": ["township_committee", "organization_dept"],
        "team_member": ["township_committee", "poverty_office"],
    }
    assert {tuple(each.step for each in row.chain) for row in LEDGERS["2017H1"].rows} == {("township_committee",)}
    assert [[each.last for each in LEDGERS[period].deadlines] for period in PERIODS] == [
        [date(2017, 6, 30)],
        [date(2017, 12, 31)],
        [date(2017, 12, 31)],
    ]


def test_a_document_that_supersedes_the_years_poll():
    """The year is signed; a corrected document gives m08 other counts: the grades stay as decided, every signature is asked for again."""
    chain = signed(SHANGZHOU, LEDGERS["2017"], date(2017, 12, 29))
    done = compute(SHANGZHOU, replace(YEAR, signed=chain), TOWN, "2017")
    assert {row.subject.id for row in done.rows if row.confirmed is None} == {"m06", "m07"}
    corrected = replace(YEAR, results=(JUNE, year_poll(name="newer", m08=(2, 10, 12, 1))), signed=chain)
    ledger = compute(SHANGZHOU, corrected, TOWN, "2017")
    assert (ledger.row("m08").polls[0].valid, ledger.row("m08").proposed) == (23, C)
    assert {row.confirmed for row in ledger.rows} == {None}
    assert {waits(row)[-1] for row in ledger.rows} == {("stale", "organization_dept"), ("stale", "poverty_office")}


def test_a_term_has_a_pool_of_its_own():
    """第二十六条: five secretaries end their two years; 20 % of five is one, and their grades go into the file without money."""
    term = tuple(
        GradeDecision(each.id, "2016-2017", E if each.id == "f01" else C, "区委组织部", "期满考核")
        for each in SECRETARIES[:5]
    )
    ledger = compute(SHANGZHOU, replace(YEAR, decisions=term), TOWN, "2016-2017")
    assert found(ledger) == {"excellent": (5, 1, 1, "kept")}
    assert [row.subject.id for row in ledger.rows if row.assessed] == ["f01", "f02", "f03", "f04", "f05"]
    given = {(each.consequence, each.yuan) for row in ledger.rows for each in row.consequences}
    assert given == {("personal_file", None)}
