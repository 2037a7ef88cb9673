"""The year 2017 of 花园乡: 23 helpers, five village committees, two units. No poll, no score, no rank: a ledger, samples, signatures, a ladder.

Worked out by hand: which rungs each ground proposes, whom the year bars from awards, how many are inspected each month, who still has to sign.
"""

from dataclasses import replace
from datetime import date

import pytest
from consistent_sampler import sampler
from drawing import THROWS
from year_tables import sheet, signed, waits

from polling.errors import BadInput
from polling.packs import load_pack
from polling.polls import PanelEntry, PollFile, SubjectEntry
from scoring.compute import compute
from scoring.inputs import FactEntry, GradesSigned, Inputs, Subject
from scoring.sampling import (
    METHOD,
    POPULATION_TYPE,
    DiceSeed,
    DiceSource,
    Population,
    Ratio,
    Replaced,
    Rule,
    Throw,
    commitment_of,
    draw_from,
    fault_of,
    size_of,
)

HUAYUAN = load_pack("huayuan_2016")
TOWN = "花园乡"
HELPERS = tuple(Subject(f"h{number:02d}", "helper", f"帮扶责任人{number:02d}", TOWN) for number in range(1, 24))
COMMITTEES = tuple(Subject(f"v{number}", "village_two_committees", f"村“两委”{number}", TOWN) for number in range(1, 6))
UNITS = tuple(Subject(f"u{number}", "unit", f"单位{number}", TOWN) for number in range(1, 3))
REGISTER = (*HELPERS, *COMMITTEES, *UNITS)
MONTHS = tuple(f"2017-{number:02d}" for number in range(1, 13))
QUARTERS = ("2017Q1", "2017Q2", "2017Q3", "2017Q4")
CRITICISM, PAPER, TALK, PUNISHED, JUDGE = (
    "public_criticism",
    "written_self_criticism",
    "admonition_talk",
    "disciplinary_action",
    "judicial_transfer",
)
FIRST = ["priority_excellent", "priority_award"]
# whom, when, what was found; what it proposes, the rungs that a heavier one covers marked with a dash
GROUNDS = [
    ("h01", "2017-02", ["meeting_missed"], [CRITICISM]),
    ("h02", "2017-03", ["no_household_visits", "tasks_late"], ["-" + CRITICISM, PAPER, "-" + CRITICISM]),
    ("h03", "2017-05", ["guidance_late"], [TALK]),
    ("h04", "2017-06", ["no_plan", "fraud_or_dereliction"], ["-" + TALK, PUNISHED]),
    ("h05", "2017-08", ["funds_withheld", "crime"], ["-" + PUNISHED, JUDGE]),
    ("h08", "2017Q2", ["passive_attitude"], [PAPER, "-" + CRITICISM]),
    ("h09", "2017Q3", ["plan_not_completed"], [TALK]),
    ("h01", "2017Q4", ["papers_late_or_poor"], [CRITICISM]),
    *[(f"h{number:02d}", "2017", ["task_complete"], FIRST) for number in range(1, 21)],
    ("h21", "2017", ["task_incomplete"], [CRITICISM]),
    ("h22", "2017", ["task_incomplete", "plan_not_completed"], ["-" + CRITICISM, TALK]),
    ("v1", "2017", ["determination_not_public"], [TALK]),
    ("v2", "2017", ["poor_reception"], [PAPER, "-" + CRITICISM]),
    ("v3", "2017", ["funds_withheld"], [PUNISHED]),
    ("u1", "2017", ["policy_breach"], [PUNISHED]),
    # 第九条(一) is about helpers alone: nothing follows for a unit
    ("u2", "2017", ["meeting_missed"], []),
]
# one person said so; the same person said so twice: nothing follows yet
PENDING = (
    FactEntry("h06", "2017-04", "papers_late_or_poor", "甲", "报送登记"),
    FactEntry("h07", "2017-04", "papers_late_or_poor", "甲", "报送登记", "甲"),
)
YEAR = Inputs(
    subjects=REGISTER,
    facts=(
        *(FactEntry(who, period, fact, "甲", "台账", "乙") for who, period, facts, _steps in GROUNDS for fact in facts),
        *PENDING,
    ),
)
LEDGERS = {period: compute(HUAYUAN, YEAR, TOWN, period) for period in (*MONTHS, *QUARTERS, "2017")}
# how many helpers there are in each month, and 30 % of them rounded up: 6.9, 7.2, 6.6 and 6 exactly
INSPECTED = [*[(23, 7)] * 3, *[(24, 8)] * 3, *[(22, 7)] * 3, *[(20, 6)] * 3]


def proposed(row):
    """The consequences as the table writes them."""
    return [each.consequence if each.severest else f"-{each.consequence}" for each in row.consequences]


def test_it_has_no_poll(village):
    """A regulation without a poll is refused at the draft, with a sentence that says where its assessment happens."""
    file = PollFile(
        scheme="huayuan_2016",
        title="试办",
        period="2017-09",
        rehearsal=False,
        base_url="http://10.0.0.5:8000",
        subjects=(SubjectEntry(id="h01", kind="helper", name="帮扶责任人01"),),
        panels=(PanelEntry(key="evaluators", expected=5, spare=0),),
    )
    with pytest.raises(BadInput) as caught:
        village.create(file=file)
    assert (caught.value.code, caught.value.params["path"]) == ("scheme_without_poll", "scheme")


def test_the_ledgers_of_the_year():
    """The table: every ground its rung, the severest uncovered, and nothing for anybody else in any of the 17 ledgers."""
    table = {(who, period): steps for who, period, _facts, steps in GROUNDS if steps}
    found = {
        (row.subject.id, period): proposed(row)
        for period, ledger in LEDGERS.items()
        for row in ledger.rows
        if row.consequences
    }
    assert found == table


def test_who_stands_in_which_ledger():
    """Helpers in all; committees and units, whom only the ladder reaches, in the year's. Nobody has a score, a grade or a place."""
    assert {len(LEDGERS[period].rows) for period in (*MONTHS, *QUARTERS)} == {23}
    assert len(LEDGERS["2017"].rows) == 30
    every = [row for ledger in LEDGERS.values() for row in ledger.rows]
    assert {(row.composite, row.band, row.proposed, row.confirmed) for row in every} == {(None,) * 4}
    assert {ledger.quotas for ledger in LEDGERS.values()} == {()}
    # January: nothing is known of anybody
    assert {row.assessed for row in LEDGERS["2017-01"].rows} == {False}
    assert [row.subject.id for row in LEDGERS["2017-04"].rows if row.assessed] == ["h06", "h07"]


def test_a_fact_of_one_person_alone():
    """h06 and h07 wait for a second person, and nothing is proposed."""
    april = LEDGERS["2017-04"]
    for key in ("h06", "h07"):
        assert (proposed(april.row(key)), waits(april.row(key))) == ([], [("fact", "papers_late_or_poor")])


def test_the_veto_bars_from_awards():
    """第七条(二) 一票否决: two helpers may take part in no 评先选优. It is no grade; h23, of whom nobody decided, is not barred."""
    year = LEDGERS["2017"]
    barred = {row.subject.id: [(each.bar, each.proposed) for each in row.bars] for row in year.rows if row.bars}
    assert barred == {"h21": [("award", False)], "h22": [("award", False)]}
    assert {row.vetoes for row in year.rows} == {()}
    assert (year.row("h23").assessed, year.row("h23").consequences) == (False, ())


def test_the_last_days():
    """当月抽查: the month's last day; the year's ledger by the end of the year; a quarter has no day of its own."""
    dues = {period: [each.last for each in LEDGERS[period].deadlines] for period in ("2017-02", "2017Q1", "2017")}
    assert dues == {"2017-02": [date(2017, 2, 28)], "2017Q1": [], "2017": [date(2017, 12, 31)]}


# ---------------------------------------------------------------- the samples of the year


def population(month, number, *, replaces=None):
    """Everybody who helps in that month, before any dice are thrown."""
    [inspection] = HUAYUAN.inspections
    share = inspection.share
    names = tuple(sorted(f"帮扶责任人{each:02d}" for each in range(1, number + 1)))
    return Population(
        type=POPULATION_TYPE,
        version=1,
        method=METHOD,
        id=f"draw-{month}-{number}",
        purpose=inspection.title,
        period=month,
        rule=Rule(scheme=HUAYUAN.name, digest=HUAYUAN.digest, inspection=inspection.key),
        names=names,
        ratio=Ratio(num=share.numerator, den=share.denominator),
        size=size_of(share, len(names)),
        seed=DiceSource(),
        replaces=replaces,
        fixed_on=date.fromisoformat(f"{month}-20"),
    )


DICE = DiceSeed(throws=(Throw(by=THROWS[0][0], dice=THROWS[0][1]), Throw(by=THROWS[1][0], dice=THROWS[1][1])))


@pytest.mark.parametrize(("month", "place"), [(month, place) for place, month in enumerate(MONTHS)])
def test_three_in_ten_each_month(month, place):
    """第六条(一): so many as the table says, and those whom the reference draws from list and dice."""
    number, size = INSPECTED[place]
    fixed = population(month, number)
    record = draw_from(fixed, DICE, on=date.fromisoformat(f"{month}-21"))
    assert (fixed.size, len(record.sample), fault_of(record)) == (size, size, None)
    seed = f"{commitment_of(fixed)}:{THROWS[0][1]}:{THROWS[1][1]}"
    reference = [name for _ticket, name, _generation in sampler(fixed.names, seed=seed, digits=100, take=size)]
    assert [each.name for each in record.sample] == reference


def test_a_sample_drawn_again_names_the_one_it_replaces():
    """June's list lacked the 24th helper: the new draw names the old one, and the same dice fall on another list."""
    first = draw_from(population("2017-06", 23), DICE, on=date(2017, 6, 21))
    again = population("2017-06", 24, replaces=Replaced(draw=first.population.id, reason="名单少一人"))
    second = draw_from(again, DICE, on=date(2017, 6, 22))
    assert (first.population.size, second.population.size) == (7, 8)
    assert first.seed_text != second.seed_text
    assert (fault_of(first), fault_of(second)) == (None, None)


# ---------------------------------------------------------------- the four signatures, then two bodies


FOUR = ["household", "helper", "village_head", "liaison_leader"]
BODIES = ["leading_group", "party_committee"]
CHAIN = signed(HUAYUAN, LEDGERS["2017"], date(2017, 12, 28))


def with_chain(chain, *, period="2017", facts=YEAR.facts):
    """A ledger with these signatures."""
    return compute(HUAYUAN, replace(YEAR, signed=tuple(chain), facts=facts), TOWN, period)


def test_who_signs():
    """第五条: of the year four signatures and two bodies; shorter periods go to the leading group, committees and units to both bodies."""
    chains = {row.subject.kind: [each.step for each in row.chain] for row in LEDGERS["2017"].rows}
    assert chains == {"helper": [*FOUR, *BODIES], "village_two_committees": BODIES, "unit": BODIES}
    for period in (*MONTHS, *QUARTERS):
        assert {tuple(each.step for each in row.chain) for row in LEDGERS[period].rows} == {("leading_group",)}
    assert all(row.complete for row in with_chain(CHAIN).rows)


def test_the_sheet_to_sign():
    """In each helper's row what is proposed and room for his four signatures; below, the lines of those who sign the whole."""
    printed = sheet(HUAYUAN, LEDGERS["2017"])
    helpers, committees, units = printed.sections
    whose = ("帮扶对象（贫困户）", "帮扶责任人", "村主要负责人", "乡联系领导")
    assert helpers.titles == ("序号", "姓名", "拟提出", *whose)
    assert committees.titles == units.titles == ("序号", "姓名", "拟提出")
    first = "年度考核中优先评为优秀等次、优先推荐参加各类先进评选和表彰奖励"
    wanted = {"20": first, "21": "在全乡范围内通报批评", "22": "在全乡范围内通报批评、诫勉谈话", "23": "未考核"}
    assert {row[0]: row[2:] for row in helpers.rows if row[0] in wanted} == {
        number: (said, "", "", "", "") for number, said in wanted.items()
    }
    assert [row[2] for row in committees.rows] == [
        "诫勉谈话",
        "向党委作出书面检查、在全乡范围内通报批评",
        "党政纪处分",
        *["未考核"] * 2,
    ]
    assert [line.title for line in printed.signatures] == ["乡扶贫开发领导小组汇总", "乡党委审核，确定帮扶任务是否完成"]
    rest = [each for each in CHAIN if (each.step, each.subject) != ("village_head", "h10")]
    tenth = sheet(HUAYUAN, with_chain(rest)).sections[0].rows[9]
    day = "2017-12-28"
    assert tenth[3:] == (f"帮扶对象（贫困户）甲 {day}", f"帮扶责任人甲 {day}", "", f"乡联系领导甲 {day}")


def test_the_four_sign_one_by_one():
    """逐一签字确认: each helper's ledger by those whom it concerns; nobody signs for all 23 at once, a body does."""
    for step in FOUR:
        own = [each for each in CHAIN if each.step != step]
        for_all = GradesSigned(TOWN, "2017", step, "甲", date(2017, 12, 28), "同意", None, LEDGERS["2017"].digest)
        ledger = with_chain([*own, for_all])
        lacking = {row.subject.id for row in ledger.rows if [(each.kind, each.key) for each in row.awaited]}
        assert lacking == {each.id for each in HELPERS}, step
        one = with_chain([*own, replace(for_all, subject="h10")])
        assert {row.subject.id for row in one.rows if row.complete} == {"h10", "v1", "v2", "v3", "v4", "v5", "u1", "u2"}
    assert [each.subject for each in CHAIN if each.step in BODIES] == [None, None]


def test_one_signature_that_is_missing():
    """The village head did not sign for h10: his ledger alone is incomplete."""
    rest = [each for each in CHAIN if (each.step, each.subject) != ("village_head", "h10")]
    ledger = with_chain(rest)
    assert [row.subject.id for row in ledger.rows if not row.complete] == ["h10"]
    assert [(each.kind, each.key) for each in ledger.row("h10").awaited] == [("signature", "village_head")]


def test_a_fact_that_is_replaced_after_the_signatures():
    """h21's household had come out of poverty after all: the bar goes, the preference comes, and everybody signs again."""
    kept = [each for each in YEAR.facts if each.subject != "h21"]
    newer = FactEntry("h21", "2017", "task_complete", "甲", "复核表", "乙")
    ledger = with_chain(CHAIN, facts=(*kept, newer))
    assert (ledger.row("h21").bars, proposed(ledger.row("h21"))) == ((), FIRST)
    assert not any(row.complete for row in ledger.rows)
    assert {kind for row in ledger.rows for kind, _key in waits(row)} == {"stale"}
    assert {row[3:] for row in sheet(HUAYUAN, ledger).sections[0].rows} == {("",) * 4}
