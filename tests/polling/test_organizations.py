"""The tree of organizations, how far a role reaches, and what a migration makes of an installation that had no tree."""

import os

import pytest
import sqlalchemy as sa
from alembic import command
from counties import NOW, add_person, add_places, roles

from polling import organizations, people
from polling.db import alembic_config, migrate
from polling.errors import DomainError
from polling.history import log
from polling.models import ROOT, Grant, Level, Organization, Poll, Role
from polling.organizations import RUNS_POLLS, holds
from polling.people import demand_role, two_people


def refused(function, *arguments, **named):
    """Give the code that a call is refused with, and its parameters."""
    with pytest.raises(DomainError) as caught:
        function(*arguments, **named)
    return caught.value.code, caught.value.params


def add(session, *lines, below=ROOT, level=Level.TOWNSHIP):
    """Add organizations, as a page does."""
    parent = organizations.find(session, below)
    return organizations.add(session, parent, level, lines, who="县", now=NOW, random=os.urandom)


@pytest.fixture
def county(any_database):
    """A county with two townships and a village, and people: (database, ids by name)."""
    east, west = add_places(any_database, "东乡", "西乡")
    [village] = add_places(any_database, "东村", below=east, level=Level.VILLAGE)
    return any_database, {"东乡": east, "西乡": west, "东村": village}


def test_a_role_holds_at_its_node_and_below_and_nowhere_else(county):
    """The county's reaches everywhere, a township's its village, and neither the neighbour nor the county."""
    database, ids = county
    add_person(database, "县", Role.ORGANIZER)
    add_person(database, "东", Role.ORGANIZER, ids["东乡"])
    add_person(database, "东", Role.SCRUTINEER, ids["东村"])
    with database.read() as session:
        for place in (ROOT, *ids.values()):
            assert holds(session, "县", RUNS_POLLS, place)
        held = {name: holds(session, "东", RUNS_POLLS, place) for name, place in [*ids.items(), ("root", ROOT)]}
        assert held == {"东乡": True, "东村": True, "西乡": False, "root": False}
        assert not holds(session, "县", {Role.APPROVER}, ROOT)
        assert [(node.name, node.depth, node.path) for node in organizations.organized_by(session, "东")] == [
            ("东乡", 0, "东乡"),
            ("东村", 1, "东乡 东村"),
        ]
        assert [node.name for node in organizations.organized_by(session, "县")] == ["本单位", "东乡", "东村", "西乡"]
        code, params = refused(demand_role, session, "东", RUNS_POLLS, ids["西乡"])
        assert (code, params["organization"]) == ("role_wrong", "西乡")


def test_both_people_have_their_role_at_the_polls_organization(county):
    """A neighbour's scrutineer closes no box, one of the county does."""
    database, ids = county
    poll = Poll(id="x", rehearsal=False, organization_id=ids["东村"], subjects=[])
    add_person(database, "东", Role.ORGANIZER, ids["东乡"])
    add_person(database, "西监", Role.SCRUTINEER, ids["西乡"])
    add_person(database, "县监", Role.SCRUTINEER)
    with database.write() as session:
        assert refused(two_people, session, poll, organizer="东", witness="西监")[0] == "role_wrong"
        assert two_people(session, poll, organizer="东", witness="县监") == ("东", "县监")


def test_whole_lists_come_in_or_nothing_does(any_database):
    """Every wrong line is named, nothing is added while one is wrong, empty lines are none, and the order stays."""
    with any_database.write() as session:
        add(session, "曲水乡")
        code, params = refused(add, session, "嘎玛乡", "", "曲水乡", " 嘎玛乡 ", "名" * 61, "a\x07b")
        assert code == "organization_lines"
        found = [(fault.params["line"], fault.params["fault"].code) for fault in params["faults"]]
        assert found == [
            (3, "organization_exists"),
            (4, "organization_line_twice"),
            (5, "organization_name"),
            (6, "organization_name"),
        ]
        assert refused(add, session, "", " ")[0] == "organization_none"
        assert refused(add, session, *map(str, range(2001)))[0] == "organization_many"
        add(session, "  དར་རྩེ་མདོ།  乡 ", "嘎玛乡", "阿旺乡")
    with any_database.read() as session:
        names = [node.name for node in organizations.tree(session)]
        assert names == ["本单位", "曲水乡", "དར་རྩེ་མདོ། 乡", "嘎玛乡", "阿旺乡"]


def test_levels_descend_and_names_differ_among_siblings(county):
    """A child of the same or a higher level, a twin among siblings, and a parent at its child's level are refused."""
    database, ids = county
    with database.write() as session:
        assert refused(add, session, "别的县", level=Level.COUNTY)[0] == "organization_level"
        assert refused(add, session, "更小的村", below=ids["东村"], level=Level.VILLAGE)[0] == "organization_level"
        add(session, "东村", below=ids["西乡"], level=Level.VILLAGE)  # the same name elsewhere is another one
        east, root = organizations.find(session, ids["东乡"]), organizations.find(session, ROOT)
        change = organizations.change
        assert refused(change, session, east, "西乡", Level.TOWNSHIP, who="县", now=NOW)[0] == "organization_exists"
        assert refused(change, session, east, "  ", Level.TOWNSHIP, who="县", now=NOW)[0] == "organization_name_empty"
        assert refused(change, session, east, "x" * 61, Level.TOWNSHIP, who="县", now=NOW)[0] == "organization_name"
        for level, code in ((Level.COUNTY, "organization_level"), (Level.VILLAGE, "organization_level_children")):
            assert refused(change, session, east, "东乡", level, who="县", now=NOW)[0] == code
        change(session, root, "林周县", Level.REGION, who="县", now=NOW)
        change(session, east, "东镇", Level.CITY, who="县", now=NOW)
        assert organizations.paths(session)[ids["东村"]] == "东镇 东村"


def test_only_what_is_empty_is_removed(county):
    """Not the root, nor what still has something below it, a poll or somebody with a role."""
    database, ids = county
    add_person(database, "西", Role.READER, ids["西乡"])
    with database.write() as session:
        find, remove = organizations.find, organizations.remove
        for place, why in ((ROOT, "root"), (ids["东乡"], "children"), (ids["西乡"], "people")):
            assert why in organizations.in_the_way(session, find(session, place))
            assert refused(remove, session, find(session, place), who="县", now=NOW)[0] == "organization_not_empty"
        remove(session, find(session, ids["东村"]), who="县", now=NOW)
        remove(session, find(session, ids["东乡"]), who="县", now=NOW)
        assert [node.name for node in organizations.tree(session)] == ["本单位", "西乡"]
        assert refused(find, session, ids["东乡"])[0] == "organization_unknown"
        assert refused(find, session, "a\0b")[0] == "organization_unknown"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organizations SET parent = '{village}' WHERE id = '{east}'",
        "UPDATE organizations SET id = 'other' WHERE id = '{village}'",
        "INSERT INTO organizations (id, parent, name, level, position) VALUES ('x', 'x', 'x', 'village', 9)",
        "INSERT INTO organizations (id, parent, name, level, position) VALUES ('x', NULL, 'x', 'region', 9)",
        "INSERT INTO organizations (id, parent, name, level, position) VALUES ('x', 'root', '东乡', 'township', 9)",
        "DELETE FROM organizations WHERE id = '{east}'",
    ],
)
def test_the_database_itself_keeps_the_tree_a_tree(county, statement):
    """No parent changes, so nothing comes to lie below itself; no second root, no twin, no child without its parent."""
    database, ids = county
    with pytest.raises(sa.exc.DBAPIError), database.write() as session:
        session.execute(sa.text(statement.format(village=ids["东村"], east=ids["东乡"])))


def test_administrators_act_below_them_and_on_nobody_who_is_elsewhere_too(county):
    """A township's administrator gives and takes roles there; passwords of those who have a role above are not his matter."""
    database, ids = county
    add_person(database, "东管", Role.ADMINISTRATOR, ids["东乡"])
    add_person(database, "县管", Role.ADMINISTRATOR)
    add_person(database, "两处", Role.READER, ids["东村"])
    add_person(database, "两处", Role.READER)
    with database.write() as session:
        people.give_role(session, "两处", Role.TELLER, ids["东村"], by="东管")
        people.give_role(session, "两处", Role.TELLER, ids["东村"], by="东管")  # a second click
        for place in (ROOT, ids["西乡"]):
            code = refused(people.give_role, session, "两处", Role.TELLER, place, by="东管")[0]
            assert code == "user_not_administrator"
        assert refused(people.take_role, session, "两处", Role.READER, ROOT, by="东管")[0] == "user_not_administrator"
        people.take_role(session, "两处", Role.READER, ids["东村"], by="东管")
        for name in ("两处", "县管"):
            assert refused(people.remove, session, name, by="东管")[0] == "user_not_administrator"
            assert refused(people.demand_charge, session, name, by="东管")[0] == "user_not_administrator"
        people.remove(session, "东管", by="县管")
        for role, place in roles(database, "两处"):
            people.take_role(session, "两处", role, place, by="县管")
        people.demand_charge(session, "两处", by="县管")  # who has no role at all is the root's
        assert people.who_may(session, {Role.ADMINISTRATOR}, ids["东村"]) == ["县管"]


def test_the_log_of_an_organization_is_about_it_and_what_is_below(county):
    """Its polls, its people, its place in the tree; a neighbour's and the county's own are not in it."""
    database, ids = county

    def said(at):
        with database.read() as session:
            return [(entry.what, entry.detail.get("names") or entry.detail["name"]) for entry in log(session, at=at)]

    with database.write() as session:
        add(session, "西村", below=ids["西乡"], level=Level.VILLAGE)
        east = organizations.find(session, ids["东乡"])
        organizations.change(session, east, '东"organization":"', Level.TOWNSHIP, who="县", now=NOW)
    assert said(ids["东乡"]) == [("organization.change", '东"organization":"'), ("organization.add", ["东村"])]
    assert said(ids["东村"]) == []
    assert [what for what, _ in said(ROOT)] == ["organization.change", *["organization.add"] * 3]


def test_an_installation_without_a_tree_becomes_its_root(any_village):
    """Every user keeps the role and every poll its rows, at a root that nobody is named in."""
    database = any_village.database
    any_village.opened()
    any_village.vote([[1]])
    with database.engine.connect() as connection:
        if database.is_sqlite:  # as `migrate` does it
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        command.downgrade(alembic_config(connection), "0008")
        insert = sa.text("INSERT INTO users (name, role) VALUES (:name, :role)")
        connection.execute(insert, [{"name": role.value, "role": role.value} for role in Role])
        connection.execute(sa.text("UPDATE polls SET made_by = 'organizer'"))
        connection.commit()
    database.dispose()
    migrate(database)
    with database.read() as session:
        assert [(row.id, row.parent, row.name) for row in session.scalars(sa.select(Organization))] == [
            (ROOT, None, "本单位")
        ]
        held = {(row.user_name, row.organization_id, row.role.value) for row in session.scalars(sa.select(Grant))}
        assert held == {(role.value, ROOT, role.value) for role in Role}
        [poll] = session.scalars(sa.select(Poll))
        assert (poll.id, poll.organization_id, len(poll.panels)) == (any_village.poll, ROOT, 1)
        if database.is_sqlite:
            assert session.execute(sa.text("PRAGMA foreign_keys")).scalar() == 1
    with pytest.raises(sa.exc.DBAPIError), database.write() as session:
        session.execute(sa.text("UPDATE polls SET organization_id = 'nowhere'"))


def test_what_is_known_of_somebody_is_the_name_and_all_places_above(any_database):
    """The name, the township of the role and the county above it, and the one that a role is to be given at."""
    with any_database.write() as session:
        town, other = add(session, "嘎玛乡", "曲水乡")
        session.get(Organization, ROOT).name = "噶玛县"
        people.register(session, "多吉", Role.ORGANIZER, None, at=town.id)
        assert set(people.known_of(session, "多吉")) == {"多吉", "嘎玛乡", "噶玛县"}
        assert set(people.known_of(session, "无名", other.id)) == {"无名", "曲水乡", "噶玛县"}
