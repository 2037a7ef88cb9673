"""Where a line of the register stands: kept with it, moved with a day, no matter to any ledger; the migration finds the place by the unit."""

import json
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from alembic import command
from counties import add_places
from desks import workbook
from offices import MEMBERS

from polling.db import alembic_config
from polling.errors import BadInput, RuleRefused
from polling.models import AuditEntry, Level
from polling.organizations import places_by_name
from scoring import book, importing
from scoring.inputs import Subject
from scoring.models import Entry, Ledger
from scoring.register import TOP, Line, held, line_on, lines, put, stands_at

ZHAXI = MEMBERS[0]


@pytest.fixture
def enter(any_office):
    """Put a line into the register: its number."""

    def line(said, **more):
        with any_office.database.write() as session:
            return put(session, any_office.act(), any_office.scheme, said, **more)

    return line


def places(office, identity="zhaxi"):
    """Where a subject's lines stand."""
    with office.database.read() as session:
        return [each.place for each in lines(session, rehearsal=False)[identity]]


def test_a_line_stands_at_its_place(any_office, enter):
    """The root where nobody said another; a rename keeps what is said; the log of the place knows it."""
    enter(Line(ZHAXI))
    assert places(any_office) == [TOP]
    enter(Line(ZHAXI, place="east"))
    assert places(any_office) == ["east"]
    with any_office.database.read() as session:
        assert (stands_at(session, "east"), stands_at(session, TOP), stands_at(session, "west")) == (True, True, False)
        details = [json.loads(each) for each in session.scalars(sa.select(AuditEntry.detail))]
    assert [each["organization"] for each in details if each.get("subject") == "zhaxi"] == [TOP, "east"]


def test_a_move_has_its_day_or_is_a_correction(any_office, enter):
    """Without a new day the place changes as a correction alone; with one the old line goes on for the days before it."""
    enter(Line(ZHAXI, place="east"))
    with pytest.raises(RuleRefused, match="register_move_day"):
        enter(Line(ZHAXI, place="west"), corrects=False)
    enter(Line(ZHAXI, date(2026, 7, 1), place="west"), corrects=False)
    with pytest.raises(RuleRefused, match="register_move_day"):
        enter(Line(ZHAXI, date(2026, 7, 1), place="east"), corrects=False)
    assert places(any_office) == ["east", "west"]
    with any_office.database.read() as session:
        found = lines(session, rehearsal=False)
    for month, place in ((6, "east"), (7, "west")):
        days = date(2026, month, 1), date(2026, month, 30)
        assert held(found, *days)["zhaxi"].place == line_on(found["zhaxi"], days[1]).place == place
    enter(Line(ZHAXI, date(2026, 7, 1), place="north"))
    assert places(any_office) == ["east", "north"]


def test_another_offices_number_is_refused(any_office, enter):
    """By hand and in a table; nothing is entered."""
    with pytest.raises(RuleRefused, match="register_foreign"):
        enter(Line(ZHAXI), foreign={"zhaxi"})
    raw = workbook(["编号", "姓名", "类别", "单位"], ["zhaxi", "扎西", "team_member", "东乡"])
    with pytest.raises(BadInput) as refused, any_office.database.write() as session:
        importing.import_register(
            session, any_office.act(), any_office.scheme, raw, where="表", foreign={"zhaxi"}, replace=True
        )
    [fault] = refused.value.params["faults"]
    assert fault.params["fault"].code == "register_foreign"
    with any_office.database.read() as session:
        assert lines(session, rehearsal=False) == {}


def test_ledgers_do_not_know_the_place(any_office, enter):
    """The same register at other places: every ledger byte for byte the same."""

    def ledgers():
        with any_office.database.write() as session:
            book.refresh(session, any_office.scheme.name, rehearsal=False)
            return sorted(session.execute(sa.select(Ledger.organization, Ledger.period, Ledger.raw)).all())

    for subject in MEMBERS:
        enter(Line(subject))
    any_office.receive(any_office.result("d1", subjects=[each.id for each in MEMBERS]))
    before = ledgers()
    assert {row.organization for row in before} == {"嘎玛乡"}
    for number, subject in enumerate(MEMBERS):
        enter(Line(subject, place=f"place-{number}"))
    assert ledgers() == before
    enter(Line(replace(ZHAXI, organization="曲水乡"), place="place-0"))
    assert ledgers() != before


def test_the_migration_finds_the_place_by_the_unit(any_database, any_office, enter):
    """A unit that is the name of exactly one organization; else the root. Other entries have none, and nothing else of them changes."""
    east, west = add_places(any_database, "东乡", "西乡")
    for below in (east, west):
        add_places(any_database, "同名村", below=below, level=Level.VILLAGE)
    for number, unit in enumerate(("东乡", "同名村", "县医院")):
        enter(Line(Subject(f"s{number}", "team_member", "某", unit, {}), place="was"))
    any_office.receive(any_office.result("d1", subjects=[each.id for each in MEMBERS]))
    columns = [column for column in Entry.__table__.columns if column.name != "place"]

    def entries():
        with any_database.read() as session:
            return session.execute(sa.select(*columns).order_by(Entry.number)).all()

    before = entries()
    with any_database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "0019-1")
        connection.commit()
        command.upgrade(alembic_config(connection), "head")
        connection.commit()
    assert [places(any_office, f"s{number}") for number in range(3)] == [[east], [TOP], [TOP]]
    assert entries() == before
    with pytest.raises(sa.exc.DBAPIError, match="what was entered stays as it is"), any_database.write() as session:
        session.execute(sa.update(Entry).values(place="elsewhere"))
    with any_database.read() as session:
        assert "同名村" not in places_by_name(session, TOP)
        assert places_by_name(session, east)["同名村"] != places_by_name(session, west)["同名村"]
