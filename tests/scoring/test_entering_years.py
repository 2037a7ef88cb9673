"""Years and quarters that only sum up shorter periods: people grade, sign and enter facts about them as about any other."""

from datetime import UTC, date, datetime

import pytest

from polling.errors import BadInput
from polling.packs import load_pack
from scoring import entering
from scoring.entries import Act
from scoring.inputs import Subject
from scoring.register import put

ACT = Act("李文书", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
BAICHENG, TIBET = load_pack("baicheng_2011"), load_pack("tibet_2018")
CADRE = Subject("cadre", "township_cadre", "扎西", "乡", {"stationed": True})
VILLAGE = Subject("village", "village", "嘎玛村", "乡")
MEMBER = Subject("member", "team_member", "卓玛", "乡", {"altitude_m": 4600})
LOW = Subject("low", "team_member", "阿旺", "乡", {"altitude_m": 3600})
SIGNED = {"organization": "乡", "by": "陈书记", "on": date(2026, 11, 24), "ledger": "a" * 64, "text": ""}


@pytest.fixture
def session(database):
    """A register of both schemes."""
    with database.write() as session:
        for scheme, subject in ((BAICHENG, CADRE), (BAICHENG, VILLAGE), (TIBET, MEMBER), (TIBET, LOW)):
            put(session, ACT, scheme, subject)
        yield session


def test_the_year_of_a_cadre_is_graded(session):
    """拜城县 六.2: months are polled, and people grade the year on a scale of its own."""
    entering.decide_grade(
        session, ACT, BAICHENG, subject="cadre", period="2026", grade="basically_competent", reason="一年五次D等"
    )


def test_a_quarter_of_villages_is_signed(session):
    """六.3: the quarter is the mean of its months."""
    entering.sign(session, ACT, BAICHENG, period="2026Q1", step="party_committee", people=[VILLAGE], **SIGNED)


def test_facts_and_signatures_of_longer_periods(session):
    """西藏: a member's year and, from 4,500 m, half-year are means of months."""
    fact = {"fact": "disobeys_local_management", "evidence": "通报"}
    entering.enter_fact(session, ACT, TIBET, subject="member", period="2026", **fact)
    entering.enter_fact(session, ACT, TIBET, subject="member", period="2026H1", **fact)
    entering.sign(session, ACT, TIBET, period="2026H1", step="township_office", people=[MEMBER], **SIGNED)
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        entering.enter_fact(session, ACT, TIBET, subject="low", period="2026H1", **fact)


def test_what_stays_refused(session):
    """Numbers belong to assessed periods, and no ledger is made of a cadre's half-year."""
    number = {"subject": "member", "part": "usual", "score": "90", "source": "表"}
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        entering.enter_part(session, ACT, TIBET, period="2026", **number)
    with pytest.raises(BadInput, match=r"^scoring_period "):
        entering.sign(session, ACT, BAICHENG, period="2026H1", step="party_committee", people=[CADRE], **SIGNED)
    with pytest.raises(BadInput, match=r"^scoring_period_kind "):
        entering.decide_grade(session, ACT, BAICHENG, subject="cadre", period="2026Q1", grade="a", reason="试")
