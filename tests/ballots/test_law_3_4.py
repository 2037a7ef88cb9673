"""Laws 3 and 4: one way into the box, and one ballot a slip, both kept by the database itself."""

import ast
import threading

import pytest
import sqlalchemy as sa
from sources import importers, modules, users
from sqlalchemy.exc import DBAPIError

from ballots import casting
from ballots.casting import CastRefusal, CastRefused
from ballots.models import BoxedBallot


def inserts(tree: ast.AST) -> int:
    """How many places of a tree could put a row into the box."""
    number = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            number += (
                name == "BoxedBallot"
                or name.startswith("bulk_")
                or ("insert" in name and "BoxedBallot" in "".join(map(ast.dump, node.args)))
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            number += any(words in node.value.lower() for words in ("into ballots", "copy ballots"))
    return number


def boxed(village) -> list[tuple[str, str]]:
    """Every ballot in the box: hash and bytes."""
    with village.database.read() as session:
        return [
            tuple(row)
            for row in session.execute(sa.select(BoxedBallot.hash, BoxedBallot.raw).order_by(BoxedBallot.hash))
        ]


def test_law_3_one_insert_and_one_caller():
    """One INSERT into the box in the whole code base, one function that runs it, one caller of that: casting; one route casts."""
    assert {name: number for name, tree in modules() if (number := inserts(tree))} == {"ballots.casting": 1}
    assert users("_INSERT") == ["ballots.casting._put"]
    assert users("_put") == ["ballots.casting.cast"]
    assert importers("ballots.casting", "cast") == ["web.voter"]
    assert [user for user in users("cast") if user.startswith("web.")] == ["web.voter.post_ballot"]


@pytest.mark.parametrize(
    "code",
    [
        "session.add(BoxedBallot(hash=1))",
        "sa.insert(BoxedBallot)",
        "insert(BoxedBallot.__table__)",
        "x = 'INSERT INTO ballots VALUES (1)'",
    ],
)
def test_law_3_the_search_sees_other_ways(code):
    """The search for inserts finds an ORM object, a statement and plain SQL."""
    assert inserts(ast.parse(code)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballots SET raw = 'x'",
        "UPDATE ballots SET credential = credential",
        "DELETE FROM ballots",
        "DELETE FROM ballots WHERE hash = (SELECT min(hash) FROM ballots)",
    ],
)
def test_law_3_a_ballot_stays_as_it_is(any_village, statement):
    """The database refuses every UPDATE and every DELETE of a ballot, open or closed."""
    any_village.opened()
    any_village.vote([[1]] * 6)
    before = boxed(any_village)
    for _ in range(2):
        with pytest.raises(DBAPIError, match="ballot"), any_village.database.write() as session:
            session.execute(sa.text(statement))
        if any_village.panel().returned is None:
            any_village.close()
    assert boxed(any_village) == before


def test_law_3_no_replacing_and_no_emptying(any_village):
    """Neither INSERT OR REPLACE (SQLite) nor TRUNCATE (PostgreSQL) gets around the triggers."""
    any_village.opened()
    any_village.cast(any_village.seal(0))
    before = boxed(any_village)
    replace = "INSERT OR REPLACE INTO ballots SELECT hash, panel, credential, 'x' FROM ballots"
    with pytest.raises(DBAPIError), any_village.database.write() as session:
        session.execute(sa.text(replace if any_village.database.is_sqlite else "TRUNCATE ballots"))
    assert boxed(any_village) == before


def test_law_3_a_purge_deletes_its_own_panel_only(any_village):
    """With a purge noted for a panel its ballots may go, another panel's may not, and UPDATE stays refused."""
    any_village.opened(panels=("villagers", "interviewees"))
    for key in ("villagers", "interviewees"):
        any_village.cast(any_village.seal(0, key=key), key)
    purged = {"panel": any_village.panels["villagers"]}
    with any_village.database.write() as session:
        session.execute(sa.text("INSERT INTO purges VALUES (:panel)"), purged)
    for statement in ("UPDATE ballots SET raw = 'x'", "DELETE FROM ballots"):
        with pytest.raises(DBAPIError), any_village.database.write() as session:
            session.execute(sa.text(statement))
    with any_village.database.write() as session:
        session.execute(sa.text("DELETE FROM ballots WHERE panel = :panel"), purged)
    assert len(boxed(any_village)) == 1


def test_law_4_fifty_at_once_and_one_is_stored(any_village):
    """Fifty threads with fifty different ballots of one slip at the same instant: one is stored, 49 are told already_cast."""
    any_village.opened()
    raws = [any_village.seal(0, [1 + number % 5]) for number in range(50)]
    barrier, answers = threading.Barrier(50), []

    def cast(raw) -> None:
        barrier.wait()
        try:
            answers.append(any_village.cast(raw))
        except CastRefused as refused:
            answers.append(refused.refusal)

    threads = [threading.Thread(target=cast, args=(raw,)) for raw in raws]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(CastRefusal.ALREADY_CAST) == 49
    [receipt] = [answer for answer in answers if answer is not CastRefusal.ALREADY_CAST]
    assert not receipt.already
    assert [tracker for tracker, _ in boxed(any_village)] == [receipt.tracker]


def test_law_4_the_database_decides(any_village, monkeypatch):
    """With the look before the proofs made blind, other bytes of a spent slip are still refused, and the same bytes still welcome."""
    any_village.opened()
    first = any_village.seal(0)
    any_village.cast(first)
    looks = []

    def blind(connection, statement, *values, **options):
        if statement is casting._BY_CREDENTIAL and not looks:
            looks.append(statement)
            statement = statement.where(sa.false())
        return really(connection, statement, *values, **options)

    really = sa.Connection.execute
    monkeypatch.setattr(sa.Connection, "execute", blind)
    with pytest.raises(CastRefused) as caught:
        any_village.cast(any_village.seal(0, [2]))
    assert (caught.value.refusal, len(looks)) == (CastRefusal.ALREADY_CAST, 1)
    looks.clear()
    assert any_village.cast(first).already
    assert len(boxed(any_village)) == 1
