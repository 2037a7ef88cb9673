"""Random inspections as they are kept, on both databases: fixed once, drawn once, replaced with a trace."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa
from drawing import LOTTERY, NOW, THROWS, VILLAGES, wanted

from polling.audit import walk
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import AuditEntry
from publishing.signing import Signer, check_document
from schemes.assessment import Inspection
from schemes.loading import load
from schemes.vocabulary import PeriodKind
from scoring.draws import dice, draw, find, fix, listed, published, standing
from scoring.sampling import fault_of, read_record

SIGNER = Signer.generate()
KEYS = {SIGNER.key_id: SIGNER.public}


def fixed(database, draw_id="one", **changes):
    """Fix a draw."""
    with database.write() as session:
        return fix(session, wanted(**changes), draw_id=draw_id, signer=SIGNER, who="王组织", now=NOW)


def drawn(database, seed=None, draw_id="one", now=NOW):
    """Draw from it."""
    with database.write() as session:
        return draw(session, draw_id, seed or dice(THROWS), signer=SIGNER, who="王组织", now=now)


def refused(code, act, *arguments, **changes):
    """Do what is refused."""
    with pytest.raises(DomainError) as caught:
        act(*arguments, **changes)
    assert caught.value.code == code
    return caught.value


def test_fixed_then_drawn_then_for_ever(any_database):
    """What was signed is what is found again; the record works out; neither table takes a change, and the log has both acts."""
    made = fixed(any_database)
    assert made.population.size == 10
    assert made.population.fixed_on.isoformat() == "2026-11-01"  # Beijing's day
    assert made.record is None
    result = drawn(any_database)
    document = check_document(result.drawn.encode(), KEYS)
    assert fault_of(read_record(document)) is None
    assert document["commitment"] == made.commitment
    assert check_document(result.fixed.encode(), KEYS) == document["population"]
    assert len({row["name"] for row in document["sample"]}) == 10
    with any_database.read() as session:
        assert find(session, "one") == result
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
        assert [(entry.who, entry.what) for entry in entries] == [("王组织", "sample.fix"), ("王组织", "sample.draw")]
        assert all(made.commitment in entry.detail for entry in entries)
        assert walk(session).broken is None
    for table in ("fixed_draws", "drawn_samples"):
        for statement in (f"UPDATE {table} SET raw = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError), any_database.write() as session:
                session.execute(sa.text(statement))
    refused("draw_done", drawn, any_database)


def test_drawing_again_leaves_a_trace(any_database):
    """A second draw of the purpose and period names the one that stands, with a reason; the old one can't be drawn any more."""
    fixed(any_database)
    refused("draw_exists", fixed, any_database, "two")
    refused("draw_exists", fixed, any_database, "two", purpose=" 驻村工作队 半年抽查", names=VILLAGES[:9])
    refused("reason_empty", fixed, any_database, "two", replaces="one", reason=" ")
    refused("draw_replaces_other", fixed, any_database, "two", replaces="none", reason="名单漏了一村")
    refused("draw_replaces_other", fixed, any_database, "two", replaces="one", reason="名单漏了一村", period="2026H2")
    made = fixed(any_database, "two", replaces="one", reason="名单漏了一村")
    assert made.population.replaces.reason == "名单漏了一村"
    refused("draw_replaced", drawn, any_database)
    refused("draw_replaces_other", fixed, any_database, "three", replaces="one", reason="再来")
    drawn(any_database, draw_id="two")
    fixed(any_database, "three", replaces="two", reason="抽到的村在修路，进不去")
    fixed(any_database, "other", period="2026H2")
    with any_database.read() as session:
        assert [each.id for each in listed(session)] == ["other", "three", "two", "one"]
        assert [each.replaced_by for each in listed(session)] == [None, None, "three", "two"]
        assert standing(session, "驻村工作队半年抽查", "2026H1") == "three"
        assert standing(session, "别的", "2026H1") is None


def test_the_database_itself_refuses_a_second_line(any_database):
    """Two first draws of one purpose and period can't both stand, whatever the program thinks."""
    fixed(any_database)
    with pytest.raises(sa.exc.IntegrityError), any_database.write() as session:
        session.execute(
            sa.text("INSERT INTO fixed_draws SELECT 'two', about, period, replaces, raw, 2 FROM fixed_draws")
        )


def test_a_published_number(database):
    """Named before with its day, typed in on that day or later, never dice instead."""
    early = wanted(seed=LOTTERY)
    refused("draw_day_past", fixed, database, seed=replace_day(-1))
    refused("draw_day_past", fixed, database, seed=replace_day(0))
    refused("draw_text", fixed, database, seed=type(LOTTERY)(source=" ", day=LOTTERY.day))
    fixed(database, seed=early.seed)
    number = published("03 11 22 25 30 33 08", "王组织")
    refused("draw_early", drawn, database, number)
    refused("draw_seed_number", drawn, database, now=NOW + timedelta(days=40))
    result = drawn(database, number, now=NOW + timedelta(days=40))
    assert fault_of(result.record) is None
    assert result.record.seed_text == f"{result.commitment}:03 11 22 25 30 33 08"
    fixed(database, "dice", purpose="别的")
    refused("draw_seed_dice", drawn, database, number, "dice")


def replace_day(days):
    """A published number, some days from the day of fixing in Beijing."""
    return type(LOTTERY)(source=LOTTERY.source, day=wanted_day() + timedelta(days=days))


def wanted_day():
    """The day of fixing in Beijing."""
    return LOTTERY.day.replace(month=11, day=1)


def test_the_ratio_of_a_scheme(database):
    """The share of an inspection is the ratio, its period the kind of the label; another one is refused."""
    inspection = Inspection(
        key="half_year",
        title="地市半年抽查",
        share=Fraction(1, 5),
        period=PeriodKind.HALF_YEAR,
        who="地市强基办",
        source="第六条（六）",
    )
    rule = (load("standard"), inspection)
    refused("ratio_other", fixed, database, rule=rule, ratio=Fraction(1, 10))
    refused("draw_period_other", fixed, database, rule=rule, ratio=None, period="2026Q3")
    made = fixed(database, rule=rule, ratio=None)
    assert (made.population.size, made.population.rule.inspection) == (10, "half_year")
    assert made.population.rule.digest == rule[0].digest
    refused("ratio_missing", fixed, database, "two", ratio=None, purpose="别的")


def test_bad_words(database):
    """Empty, endless and unreadable words are refused, and nothing is kept."""
    refused("draw_text", fixed, database, purpose=" \n")
    refused("draw_text", fixed, database, purpose="长" * 201)
    refused("draw_period", fixed, database, period="去年")
    assert refused("draw_unknown", drawn, database, draw_id="none\0").params == {"draw": "none\0"}
    assert isinstance(refused("draw_unknown", drawn, database), BadInput)
    assert not issubclass(RuleRefused, BadInput)
    with database.read() as session:
        assert listed(session) == []
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_a_sample_says_who_threw_what(database):
    """Both names and both rows of dice stand in the record."""
    fixed(database)
    result = drawn(database)
    seed = json.loads(result.drawn)["document"]["seed"]
    assert [(throw["by"], throw["dice"]) for throw in seed["throws"]] == THROWS
