"""Law 1, no link: once the box is closed, no byte tells in which order its ballots came."""

import os
import secrets
import subprocess
import threading
from hashlib import sha256

import pytest
import sqlalchemy as sa
from arrival import bound, leaks, traces
from sqlalchemy import event
from village import Village

import publishing.models  # noqa: F401 - registers its tables
from ballots import closing
from ballots.box import NotClosedYet, trackers
from cli.main import run
from polling.backup import backup
from polling.db import Base, Database
from polling.errors import RuleRefused
from polling.models import Poll
from polling.settings import read_settings

RUNS, VOTERS = 20, 14
BOUND = bound(RUNS, VOTERS)


def spelled(arrivals: list[tuple[str, str, bytes]]) -> dict[str, list[bytes]]:
    """All that names a ballot; `arrivals` in order: tracker, credential's point, ballot."""
    return {
        "tracker": [tracker.encode() for tracker, _, _ in arrivals],
        "hash": [sha256(raw).hexdigest().encode() for _, _, raw in arrivals],
        "raw hash": [sha256(raw).digest() for _, _, raw in arrivals],
        "credential": [point.encode() for _, point, _ in arrivals],
        "raw credential": [bytes.fromhex(point) for _, point, _ in arrivals],
        "begin": [raw[120:160] for _, _, raw in arrivals],
        "end": [raw[-60:-20] for _, _, raw in arrivals],
    }


def vote_in_order(village: Village) -> list[tuple[str, str, bytes]]:
    """Cast with slips in a known order, one slip left over: tracker, point and bytes of each ballot."""
    village.opened(expected={"villagers": VOTERS + 1})
    ballots = [village.seal(number) for number in range(VOTERS)]
    return [(village.cast(raw).tracker, village.point(number), raw) for number, raw in enumerate(ballots)]


@pytest.mark.long
def test_no_byte_of_a_closed_box_tells_the_order_of_arrival(tmp_path, installed, cheap_keys):
    """Over 20 runs nothing in YIPIAO_HOME, nor in a backup of the open box, correlates with arrival.

    A planted list does, and so does a box that was not levelled: the search can find something.
    """
    open_, kept, closed, planted = [], [], [], []
    for number in range(RUNS):
        home = tmp_path / str(number)
        database = installed(home)
        village = Village(database, secrets.token_bytes)
        arrivals = vote_in_order(village)
        open_.append(traces(home, VOTERS, spelled(arrivals)))
        (tmp_path / f"kept{number}").mkdir()
        backup(database, tmp_path / f"kept{number}" / "backup")
        kept.append(traces(tmp_path / f"kept{number}", VOTERS, spelled(arrivals)))
        village.close()
        closed.append(traces(home, VOTERS, spelled(arrivals)))
        with database.write() as session:
            session.execute(sa.text("CREATE TABLE planted (tracker TEXT)"))
            for tracker, _, _ in arrivals:
                session.execute(sa.text("INSERT INTO planted VALUES (:tracker)"), {"tracker": tracker})
        planted.append(traces(home, VOTERS, spelled(arrivals)))
        database.dispose()
        assert any("sqlite3: tracker" in name for name in closed[-1])
        assert any("sqlite3: credential" in name for name in closed[-1])
        assert any("backup: tracker" in name for name in kept[-1])
    assert leaks(closed, BOUND) == {}
    assert leaks(kept, BOUND) == {}
    assert any("tracker" in name for name in leaks(planted, BOUND))
    assert leaks(open_, BOUND) != {}


def rows(database, statement, **values) -> list[tuple]:
    """Run a statement and give its rows."""
    with database.read() as session:
        return [tuple(row) for row in session.execute(sa.text(statement), values)]


@pytest.fixture
def on_postgres(postgres, home, monkeypatch, cheap_keys):
    """A village on PostgreSQL."""
    monkeypatch.setenv("DATABASE_URL", postgres.database())
    database = Database(read_settings())
    yield Village(database, secrets.token_bytes)
    database.dispose()


LONG_VALUES = "SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = 'ballots'"


def postgres_order(database) -> dict[str, list]:
    """All that PostgreSQL keeps beside a box's rows, in the order of the rows on its disk."""
    [(toast,)] = rows(database, LONG_VALUES)
    return {
        "hashes": [row[0] for row in rows(database, "SELECT hash FROM ballots ORDER BY ctid")],
        "transactions": [row[0] for row in rows(database, "SELECT xmin::text FROM ballots ORDER BY ctid")],
        "long values": [
            row[0] for row in rows(database, f"SELECT chunk_id FROM {toast} WHERE chunk_seq = 0 ORDER BY ctid")
        ],
        "their transactions": [row[0] for row in rows(database, f"SELECT xmin::text FROM {toast}")],
    }


def test_postgresql_keeps_no_order_of_arrival(on_postgres):
    """After closing all ballots are of one transaction and lie in the order of their hashes, and so do the long values outside the rows."""
    arrivals = vote_in_order(on_postgres)
    before = postgres_order(on_postgres.database)
    assert before["hashes"] == [tracker for tracker, _, _ in arrivals]  # while it is open its disk may betray order
    assert len(set(before["transactions"])) == VOTERS
    on_postgres.close()
    after = postgres_order(on_postgres.database)
    assert after["hashes"] == sorted(tracker for tracker, _, _ in arrivals)
    assert len(set(after["transactions"])) == 1
    assert len(set(after["their transactions"])) == 1
    assert len(after["long values"]) == VOTERS
    assert after["long values"] == sorted(after["long values"])
    assert not set(after["long values"]) & set(before["long values"])


def test_a_backup_of_an_open_box_is_in_key_order(on_postgres, postgres, tmp_path, monkeypatch):
    """The command's backup of PostgreSQL, which outlives the box, lists ballots by hash and not as they came."""
    arrivals = vote_in_order(on_postgres)
    monkeypatch.setenv("PATH", f"{postgres.binaries}{os.pathsep}{os.environ['PATH']}")
    assert run(["backup", str(tmp_path / "backup")]) == 0
    dump = subprocess.run(
        [postgres.binaries / "pg_restore", "-f", "-", tmp_path / "backup"], check=True, capture_output=True
    ).stdout
    positions = [dump.index(tracker.encode() + b"\t") for tracker, _, _ in sorted(arrivals)]
    assert positions == sorted(positions)


def test_postgresql_keeps_no_trace_of_use_on_credentials(on_postgres):
    """The row of a used slip differs in nothing from an unused one's: neither who made it, nor a lock that casting left."""
    arrivals = vote_in_order(on_postgres)

    def kinds() -> set[tuple]:
        return set(rows(on_postgres.database, "SELECT xmin::text, xmax::text FROM credentials"))

    assert len(kinds()) == 1
    on_postgres.close()
    assert len(kinds()) == 1
    listed = [row[0] for row in rows(on_postgres.database, "SELECT point FROM credentials ORDER BY ctid")]
    assert listed == sorted(listed)
    assert {point for _, point, _ in arrivals} < set(listed)


def test_an_annulled_box_forgets_the_order_too(on_postgres):
    """A box annulled while open is levelled like a closed one."""
    vote_in_order(on_postgres)
    on_postgres.annul()
    after = postgres_order(on_postgres.database)
    assert len(set(after["transactions"])) == 1
    assert after["hashes"] == sorted(after["hashes"])


def test_a_reader_delays_levelling_and_it_is_done_again(village):
    """While somebody still reads the old pages the poll is not called levelled, and counting is refused; afterwards it goes on."""
    event.listen(village.database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    village.database.dispose()
    village.opened()
    village.vote([[1]] * 10)

    def levelled() -> bool:
        with village.database.read() as session:
            return session.get(Poll, village.poll).levelled

    with village.database.reading_connection() as reader:
        reader.execute(sa.text("SELECT count(*) FROM ballots")).scalar_one()
        with pytest.raises(RuleRefused) as caught:
            village.close()
        assert caught.value.code == "not_levelled"
        assert not levelled()
        with pytest.raises(RuleRefused):
            village.count()
    assert village.count() == []
    assert levelled()


def test_levelling_that_was_cut_short_is_finished(village):
    """A closing whose levelling never ran is levelled by the next count or start of the server."""
    village.opened()
    village.vote([[1]] * 3)
    with village.database.write() as session:
        session.execute(sa.text("UPDATE polls SET state = 'closed', closed_on = '2026-10-20'"))
    closing.level(village.database)
    assert rows(village.database, "SELECT levelled FROM polls") == [(1,)]


def test_no_list_of_trackers_before_closing(any_village):
    """A list would show who just voted: it exists after closing only, sorted."""
    any_village.opened()
    cast = any_village.vote([[1]] * 5)
    panel = any_village.panels["villagers"]
    with any_village.database.reading_connection() as connection, pytest.raises(NotClosedYet):
        trackers(connection, panel)
    any_village.close()
    with any_village.database.reading_connection() as connection:
        assert trackers(connection, panel) == sorted(cast)


def test_box_and_list_have_no_column_for_time_or_person(any_database):
    """Ballots and credentials hold what the law lists and nothing else; SQLite gives neither a rising row number."""
    columns = {name: set(Base.metadata.tables[name].columns.keys()) for name in ("ballots", "credentials")}
    assert columns == {"ballots": {"hash", "panel", "credential", "raw"}, "credentials": {"panel", "point"}}
    inspector = sa.inspect(any_database.engine)
    for name, wanted in columns.items():
        assert {column["name"] for column in inspector.get_columns(name)} == wanted
        assert all(isinstance(column["type"], (sa.String, sa.Text)) for column in inspector.get_columns(name))
        if any_database.is_sqlite:
            with pytest.raises(sa.exc.OperationalError, match="rowid"), any_database.engine.connect() as connection:
                connection.execute(sa.text(f"SELECT rowid FROM {name}"))


def test_casting_and_asking_write_no_log(village, caplog, capfd):
    """Neither a cast, a refusal nor a question leaves a line anywhere: not who, not what, not when."""
    caplog.set_level("INFO")
    village.opened()
    from web.app import create_app

    client = create_app(village.database).test_client()
    caplog.clear()
    capfd.readouterr()
    address = f"/v/{village.panels['villagers']}"
    raw = village.seal(0)
    for body in (raw, raw, village.seal(0), b"x"):
        client.post(f"{address}/ballots", data=body)
    client.get(f"{address}/credentials/{village.point(0)}")
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_closing_waits_for_ballots_on_their_way(any_village):
    """Ballots cast from threads while the box closes are either counted or refused: none is in the box beside the archive."""
    any_village.opened()
    raws = [any_village.seal(number) for number in range(10)]
    taken, threads, started = [], [], threading.Event()

    def cast(raw) -> None:
        started.wait()
        try:
            taken.append(any_village.cast(raw).tracker)
        except Exception:  # noqa: BLE001 - refused as closed: the sender knows
            return

    for raw in raws:
        threads.append(threading.Thread(target=cast, args=(raw,)))
        threads[-1].start()
    started.set()
    any_village.close()
    for thread in threads:
        thread.join()
    panel = any_village.panels["villagers"]
    with any_village.database.reading_connection() as connection:
        assert sorted(taken) == trackers(connection, panel)
    assert any_village.panel().returned == len(taken)
