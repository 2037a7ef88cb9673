"""Years and quarters that only sum up shorter periods: people grade, sign and enter facts about them as about any other."""

from datetime import UTC, date, datetime

import pytest

from polling.errors import BadInput, RuleRefused
from polling.packs import load_pack
from schemes.assessment import SignOffOf
from schemes.periods import period_kind
from scoring import deciding, entering
from scoring.entries import Act
from scoring.grading import applies
from scoring.inputs import Subject
from scoring.ledger import Row, Step
from scoring.register import Line, put

ACT = Act("李文书", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
BAICHENG, TIBET = load_pack("baicheng_2011"), load_pack("tibet_2018")
CADRE = Subject("cadre", "township_cadre", "扎西", "乡", {"stationed": True})
VILLAGE = Subject("village", "village", "嘎玛村", "乡")
MEMBER = Subject("member", "team_member", "卓玛", "乡", {"altitude_m": 4600})
LOW = Subject("low", "team_member", "阿旺", "乡", {"altitude_m": 3600})
SIGNED = {"organization": "乡", "by": "陈书记", "on": date(2026, 11, 24), "ledger": "a" * 64, "text": ""}


def chained(scheme, subject, period):
    """A row that waits for every signature that the scheme asks for over any grade of such a period."""
    steps = [
        each
        for each in scheme.sign_off
        if each.of is SignOffOf.GRADES and applies(each.subjects, subject.kind, each.periods, period_kind(period))
    ]
    return Row(
        subject, True, chain=tuple(Step(each.key, each.title, each.who, each.kind, None, None) for each in steps)
    )


@pytest.fixture
def session(database):
    """A register of both schemes."""
    with database.write() as session:
        for scheme, subject in ((BAICHENG, CADRE), (BAICHENG, VILLAGE), (TIBET, MEMBER), (TIBET, LOW)):
            put(session, ACT, scheme, Line(subject))
        yield session


def test_the_year_of_a_cadre_is_graded(session):
    """拜城县 六.2: months are polled, and people grade the year on a scale of its own."""
    deciding.decide_grade(
        session, ACT, BAICHENG, subject="cadre", period="2026", grade="basically_competent", reason="一年五次D等"
    )


def test_a_quarter_of_villages_is_signed(session):
    """六.3: the quarter is the mean of its months."""
    deciding.sign(
        session,
        ACT,
        BAICHENG,
        period="2026Q1",
        step="party_committee",
        rows=[chained(BAICHENG, VILLAGE, "2026Q1")],
        **SIGNED,
    )


def test_facts_and_signatures_of_longer_periods(session):
    """西藏: a member's year and, from 4,500 m, half-year are means of months."""
    fact = {"fact": "disobeys_local_management", "evidence": "通报"}
    entering.enter_fact(session, ACT, TIBET, subject="member", period="2026", **fact)
    entering.enter_fact(session, ACT, TIBET, subject="member", period="2026H1", **fact)
    deciding.sign(
        session, ACT, TIBET, period="2026H1", step="township_office", rows=[chained(TIBET, MEMBER, "2026H1")], **SIGNED
    )
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        entering.enter_fact(session, ACT, TIBET, subject="low", period="2026H1", **fact)


def test_what_stays_refused(session):
    """Numbers belong to assessed periods, and no ledger is made of a cadre's half-year."""
    number = {"subject": "member", "part": "usual", "score": "90", "source": "表"}
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        entering.enter_part(session, ACT, TIBET, period="2026", **number)
    with pytest.raises(BadInput, match=r"^scoring_period "):
        deciding.sign(
            session,
            ACT,
            BAICHENG,
            period="2026H1",
            step="party_committee",
            rows=[chained(BAICHENG, CADRE, "2026")],
            **SIGNED,
        )
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        deciding.decide_grade(session, ACT, BAICHENG, subject="cadre", period="2026Q1", grade="a", reason="试")


def test_the_county_signs_a_half_year_that_no_township_signs(session):
    """西藏: teams alone are graded in this half-year, and their chain begins at the county, though an ungraded member stands in the ledger."""
    team = Subject("team", "work_team", "嘎玛村工作队", "乡", {"altitude_m": 4600})
    rows = [chained(TIBET, team, "2026H1"), Row(MEMBER, False)]
    with pytest.raises(RuleRefused, match=r"^scoring_step_early "):
        deciding.sign(session, ACT, TIBET, period="2026H1", step="county_secretary", rows=rows, **SIGNED)
    deciding.sign(session, ACT, TIBET, period="2026H1", step="county_office", rows=rows, **SIGNED)
