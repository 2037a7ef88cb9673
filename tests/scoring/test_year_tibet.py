"""An assessment year of 西藏 (October to September) with twenty members, eight teams and two units; the tables were worked out by hand.

Usual and target are y, polls are unanimous: 0.8y + 20 with content masses, 0.8y + 10 where the masses (half of the ballots) all say 不满意.
"""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kept_years import BEST, FIFTH, FOURTH, held, keep, kept, sign, take
from regulated import people, published
from year_tables import score, signed, waits, who_gets

from polling.packs import load_pack
from schemes.vocabulary import PeriodKind
from scoring.compute import compute
from scoring.inputs import FactEntry, Inputs, PartScore, Subject
from scoring.ledger import Awaited, AwaitedKind
from scoring.parts import Missing
from scoring.periods import inside
from scoring.receiving import Arrival

TIBET = load_pack("tibet_2018")
MONTHS = ("2017-10", "2017-11", "2017-12", *(f"2018-{number:02d}" for number in range(1, 10)))
QUARTERS = ("2017Q4", "2018Q1", "2018Q2", "2018Q3")
GOOD, BAD = (0, 5, 0, 0, 0), (0, 0, 0, 0, 5)
E, C, B, I = "excellent", "competent", "basically_competent", "incompetent"  # noqa: E741 - the sheet's columns
LEAVE = (92, 91, 90, 93, 88, 90, 92, 91, None, None, 90, 93)
# the twelve composites with content masses; months in which the masses are not content; the year by hand; its grade
MEMBERS = [
    ([92] * 12, (), "92", E),
    (LEAVE, (), "91", E),  # two months of leave: 910 by 10
    (["90", "89.99"] * 6, (), "89.995", C),  # never rounded up to the line
    ([92] * 12, ("2018-03",), "547/6", E),  # 11 x 92 and 82; that month is vetoed, the year's satisfaction is 1100/12
    ([92] * 12, MONTHS[:5], "527/6", I),  # 7 x 92 and 5 x 82; satisfaction 700/12 is below 60
    ([92] * 10 + [None, None], MONTHS[:4], "88", C),  # satisfaction 600/10 is the floor itself and passes
    ([92] * 12, (), "92", I),  # a fact of the year
    ([92] * 12, (), "92", E),  # a fact of one month
    ([92] * 12, (), "92", E),  # as much as the first: no quota, both keep it
    ([None] * 12, (), None, None),
    ([80] * 12, (), "80", C),
    (["79.99"] * 12, (), "79.99", B),
    ([60] * 12, (), "60", B),
    (["59.99"] * 12, (), "59.99", I),
    ([85] * 12, (), "85", C),  # noticed twice: to be recalled, whatever the grade
    ([85, 85, 40, *[85] * 9], (), "85", C),  # the masses' box of the third month had too few ballots: 40 counts nowhere
    *[([85] * 12, (), "85", C)] * 4,
]
TEAMS = [
    ([95] * 4, "95", E),
    ([92, None, 88, 90], "90", E),
    ([95] * 4, "95", I),  # 重大维稳事件
    *[([85, 86, 87, 88], "86.5", C)] * 5,
]
SHORT = ("m16", "2017-12")
# asked about alone in March: that is the poll that is really held below
APART = ("m04", "2018-03")


def members():
    """The register: the first works at 4,500 m, the second just below, the others' height is not known."""
    heights = {0: {"altitude_m": 4500}, 1: {"altitude_m": 4499}}
    return tuple(
        replace(subject, id=f"m{place + 1:02d}", name=f"队员{place + 1:02d}", attributes=heights.get(place, {}))
        for place, subject in enumerate(people("team_member", 20))
    )


REGISTER = members()
CREWS = tuple(
    Subject(f"t{n}", "work_team", f"工作队{n}", "乡", {4: {"altitude_m": 4500}, 5: {"altitude_m": 4499}}.get(n, {}))
    for n in range(1, 9)
)
ALONE = tuple(who for who in REGISTER if who.id == APART[0])
UNITS = (Subject("u1", "dispatching_unit", "甲局", "乡"), Subject("u2", "dispatching_unit", "乙局", "乡"))


def rest(composite):
    """What is entered for both other parts, so that content masses make this composite."""
    return (Fraction(composite) - 20) / Fraction("0.8")


def numbers(subject, period, composite):
    """The two entered numbers."""
    return [PartScore(subject.id, period, part, rest(composite), "强基办", "考评表") for part in ("usual", "target")]


def polled(period, subjects, sad=(), name=None):
    """One poll; the masses are not content with those in `sad`."""
    masses = [(*(BAD if subject.id in sad else GOOD), 0) for subject in subjects]
    return published(
        TIBET, period, subjects, {"officials": [GOOD] * len(subjects), "masses": masses}, name=name or period
    )


def the_year():
    """Everything in force at the end of the year."""
    parts, results = [], []
    for place, month in enumerate(MONTHS):
        there = [(who, row) for who, row in zip(REGISTER, MEMBERS, strict=True) if row[0][place] is not None]
        for who, row in there:
            parts += numbers(who, month, row[0][place])
        whole = [who for who, _row in there if (who.id, month) not in (SHORT, APART)]
        results.append(polled(month, whole, {who.id for who, row in there if month in row[1]}))
    for place, quarter in enumerate(QUARTERS):
        crews = [(who, row[0][place]) for who, row in zip(CREWS, TEAMS, strict=True) if row[0][place] is not None]
        for who, composite in crews:
            parts += numbers(who, quarter, composite)
        results.append(polled(quarter, [who for who, _composite in crews]))
    results.append(polled(APART[1], ALONE, {APART[0]}, name="apart"))
    short = [who for who in REGISTER if who.id == SHORT[0]]
    results.append(published(TIBET, SHORT[1], short, {"officials": [GOOD], "masses": None}, name="short"))
    for who in UNITS:
        parts += numbers(who, "2018", 96)
    results.append(polled("2018", UNITS))
    facts = (
        FactEntry("m07", "2018", "disobeys_local_management", "甲", "通报", "乙"),
        FactEntry("m08", "2018-01", "disobeys_local_management", "甲", "通报", "乙"),
        FactEntry(
            "m09", "2018", "disobeys_local_management", "甲", "通报", "甲"
        ),  # the same person twice: nothing follows
        FactEntry("m15", "2018", "negative_notices", "甲", "两次通报", "乙"),
        FactEntry("t3", "2018", "major_stability_incident", "甲", "通报", "乙"),
        FactEntry("u2", "2018", "leadership_neglect", "甲", "会议记录", "乙"),
    )
    return Inputs(subjects=(*REGISTER, *CREWS, *UNITS), parts=tuple(parts), results=tuple(results), facts=facts)


YEAR = the_year()
LEDGER = compute(TIBET, YEAR, "乡", "2018")


def test_the_months_of_the_year():
    """The year begins in October."""
    assert (inside(TIBET, "2018", PeriodKind.MONTH), inside(TIBET, "2018", PeriodKind.QUARTER)) == (MONTHS, QUARTERS)


def table():
    """The thirty rows as they were worked out: exact number and grade by subject."""
    rows = [row[-2:] for row in (*MEMBERS, *TEAMS)] + [("96", E), ("96", I)]
    everybody = [subject.id for subject in (*REGISTER, *CREWS, *UNITS)]
    return {key: (number and Fraction(number), grade) for key, (number, grade) in zip(everybody, rows, strict=True)}


def test_the_whole_year():
    """The table."""
    assert {row.subject.id: (score(row), row.proposed) for row in LEDGER.rows} == table()
    assert len(LEDGER.rows) == 30
    assert LEDGER.row("m03").shown == "89.99"


def test_what_follows():
    """Criticism for members, for the units of failed teams, accountability for heads; eligibility for the excellent; recall by notices alone."""
    found = {
        key: who_gets(LEDGER, key)
        for key in ("member_criticism", "unit_criticism", "head_accountability", "award_eligibility", "recall")
    }
    assert found == {
        "recall": {"m15"},
        "member_criticism": {"m05", "m07", "m14"},
        "unit_criticism": {"t3"},
        "head_accountability": {"u2"},
        "award_eligibility": {"m01", "m02", "m04", "m08", "m09", "t1", "t2", "u1"},
    }


def test_missing_months_and_vetoed_months():
    """What a reviewer sees beside the year."""
    assert LEDGER.row("m02").missing_periods == ("2018-06", "2018-07")
    assert LEDGER.row("m16").missing_periods == ("2017-12",)
    assert LEDGER.row("t2").missing_periods == ("2018Q1",)
    assert isinstance(LEDGER.row("m10").composite, Missing)
    vetoed = {row.subject.id: [each.period for each in row.periods if each.vetoes] for row in LEDGER.rows}
    assert {key: value for key, value in vetoed.items() if value} == {
        "m04": ["2018-03"],
        "m05": list(MONTHS[:5]),
        "m06": list(MONTHS[:4]),
        "m08": ["2018-01"],
    }


def test_one_month():
    """March: the floor overrides 82 points, beside them."""
    march = compute(TIBET, YEAR, "乡", "2018-03")
    assert len(march.rows) == 20
    assert (score(march.row("m04")), march.row("m04").band, march.row("m04").proposed) == (82, C, I)
    december = compute(TIBET, YEAR, "乡", "2017-12").row("m16")
    assert (december.composite, december.proposed) == (Missing(("opinion",)), None)


def test_half_a_year_is_for_the_high_villages_alone():
    """January to June: a member and a team work at 4,500 m, one of each just below; of everybody else it is asked how high."""
    half = compute(TIBET, YEAR, "乡", "2018H1")
    high = {row.subject.id: (score(row), row.proposed) for row in half.rows if row.subject.attributes}
    assert high == {"m01": (92, E), "t4": (Fraction("86.5"), C)}  # (86 + 87) / 2
    asked = {row.subject.id: row.awaited for row in half.rows if not row.subject.attributes}
    assert len(asked) == len(half.rows) - 2 == 18 + 6
    assert set(asked.values()) == {(Awaited(AwaitedKind.ATTRIBUTE, "altitude_m"),)}


def test_a_poll_that_supersedes_one_month():
    """March's document is replaced by one in which the masses are content: the veto is gone and the year is 92; the signatures are stale."""
    chain = signed(TIBET, LEDGER, date(2018, 11, 5))
    done = compute(TIBET, replace(YEAR, signed=chain), "乡", "2018")
    assert [row.subject.id for row in done.rows if row.confirmed is None] == [
        "m09",
        "m10",
    ]  # a fact of m09 still waits for a second person
    assert [step.step for step in done.row("m15").chain if step.step == "discipline_opinion"] == []
    others = [document for document in YEAR.results if document["id"] != "apart"]
    newer = replace(YEAR, results=(*others, polled(APART[1], ALONE, name="newer")), signed=chain)
    row = compute(TIBET, newer, "乡", "2018").row("m04")
    assert (score(row), [each.period for each in row.periods if each.vetoes]) == (92, [])
    assert {each.kind for each in row.awaited} == {AwaitedKind.STALE}


def test_march_is_polled_with_sealed_ballots_and_corrected(village):
    """第七条: m04's officials are content, the masses are not, one does not know him. Signed, received, and superseded by a corrected document."""
    keep(village.database, TIBET, YEAR, without=["apart"], only=["m04"])
    ballots = {"officials": [BEST] * 5, "masses": [FOURTH] * 5 + [FIFTH]}
    poll = held(village, TIBET, APART[1], *ALONE, ballots, spare=1)

    def received(raw, **expected):
        assert take(village.database, TIBET, raw).arrival is Arrival.ACCEPTED
        [subject] = (document := json.loads(raw)["document"])["subjects"]
        assert (subject["floor"]["panels"], subject["floor"]["below"]) == (["masses"], True)
        assert [(row["valid"], row["dont_know"]) for row in subject["rows"]] == [(5, 0), (5, 1)]
        assert [panel["issued"] for panel in document["panels"]] == list(expected.values())
        year = kept(village.database, TIBET, "乡", "2018")
        assert [(score(row), row.proposed) for row in year.rows] == [table()["m04"]]
        march = kept(village.database, TIBET, "乡", APART[1]).row("m04")
        assert (score(march), march.band, march.proposed) == (82, C, I)
        assert {each.document for each in march.polls} == {document["id"]}
        return document, march

    first, _march = received(village.publish(), officials=5, masses=6)
    sign(village.database, TIBET, "乡", APART[1])
    assert kept(village.database, TIBET, "乡", APART[1]).row("m04").confirmed == I
    poll.correct(masses=7)
    second, march = received(village.publish(), officials=5, masses=7)
    assert second["supersedes"] == first["id"]
    assert (march.confirmed, waits(march)) == (None, [("stale", "township_office"), ("stale", "township_secretary")])
