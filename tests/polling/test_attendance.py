"""The attendance desk: ticks and counters, what they keep to, and that closing forgets who came (law 1)."""

import secrets
import threading

import pytest
import sqlalchemy as sa
from arrival import bound, leaks, traces
from rosters import give, lines_of, rostered, ticked
from village import Village

import publishing.models  # noqa: F401 - registers its tables
from ballots.closing import forget_order
from polling.attendance import Tick, attendance_of, move
from polling.db import Database
from polling.errors import BadInput, RuleRefused
from polling.models import AuditEntry
from polling.polls import find_poll
from polling.settings import read_settings

P, S = Tick.PRESENT, Tick.SLIP


def counts(village, key="villagers"):
    """实到 and 发出."""
    with village.database.read() as session:
        found = attendance_of(session, find_poll(session, village.poll), key)
    return found.present, found.slips


def moved(village, what, by, key="villagers"):
    """One step of a counter: whether it went."""
    with village.database.write() as session:
        return move(session, find_poll(session, village.poll), key, what, by)


def test_a_slip_makes_present_and_who_left_holds_none(any_village):
    """One tap for both; taken back they go together; a second tick says that it was so already."""
    rostered(any_village)
    assert [ticked(any_village, 3, S), ticked(any_village, 3, S), ticked(any_village, 5, P)] == [True, False, True]
    assert (lines_of(any_village)[3], lines_of(any_village)[5]) == ((True, True), (True, False))
    assert counts(any_village) == (2, 1)
    assert [ticked(any_village, 3, P, on=False), ticked(any_village, 3, S, on=False)] == [True, False]
    assert lines_of(any_village)[3] == (False, False)
    assert counts(any_village) == (1, 0)


def test_two_attendants_hand_out_one_slip(any_village):
    """Of many who tick the same person at the same moment one alone is told that it was new; all others' ticks are there too."""
    rostered(any_village)
    told, ready = [], threading.Barrier(8)

    def attendant(number: int) -> None:
        ready.wait()
        told.append(ticked(any_village, 7, S))
        ticked(any_village, number % 7, S)

    threads = [threading.Thread(target=attendant, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]
    assert counts(any_village) == (8, 8)


def test_counters_keep_their_bounds(any_village):
    """Not below zero, not above the printed slips, a slip counts a person too, and nobody goes who still holds a slip."""
    any_village.create(spare=2)
    any_village.print()
    assert not moved(any_village, S, -1)
    assert not moved(any_village, P, -1)
    assert all(moved(any_village, S, 1) for _ in range(12))
    assert not moved(any_village, S, 1)
    assert not moved(any_village, P, 1)
    assert counts(any_village) == (12, 12)
    assert not moved(any_village, P, -1)
    assert moved(any_village, S, -1)
    assert counts(any_village) == (12, 11)
    assert moved(any_village, P, -1)
    assert counts(any_village) == (11, 11)


def test_what_can_not_be_ticked_is_refused(village):
    """A draft, a closed box, a line or panel that is not there, a counter beside a roster, each by its own sentence."""
    village.create()
    with pytest.raises(RuleRefused, match="attendance_early"):
        ticked(village, 0, S)
    village.print()
    with pytest.raises(BadInput, match="roster_line"):
        ticked(village, 0, S)
    with pytest.raises(BadInput, match="panel_missing"):
        ticked(village, 0, S, key="evaluators")
    give(village, map(str, range(10)))
    with pytest.raises(BadInput, match="panel_has_roster"):
        moved(village, S, 1)
    village.open()
    assert ticked(village, 0, S)
    village.close()
    with pytest.raises(RuleRefused, match="attendance_over"):
        ticked(village, 1, S)


def test_a_corrected_roster_keeps_the_ticks(village):
    """Who is added on the day moves nobody's ticks to another line."""
    rostered(village, spare=1)
    ticked(village, 2, S)
    give(village, ["新来", *(f"村民{number}" for number in range(10))])
    assert [line for line, (_, slip) in enumerate(lines_of(village)) if slip] == [3]


@pytest.mark.parametrize("end", ["close", "annul"])
def test_closing_and_annulling_wipe_the_ticks(any_village, end):
    """Who was on the roster stays, who came is forgotten, nothing of it is in the audit log, and no tick made a revision."""
    rostered(any_village)
    with any_village.database.read() as session:
        before = find_poll(session, any_village.poll).revision
    for position in (4, 1, 8):
        ticked(any_village, position, S)
    with any_village.database.read() as session:
        assert find_poll(session, any_village.poll).revision == before
    if end == "close":
        any_village.open()
        any_village.close()
    else:
        any_village.annul()
    assert (len(lines_of(any_village)), counts(any_village)) == (10, (0, 0))
    with any_village.database.read() as session:
        log = " ".join(f"{row.what} {row.detail}" for row in session.scalars(sa.select(AuditEntry)))
        assert find_poll(session, any_village.poll).levelled
    assert "attend" not in log
    assert "村民" not in log


RUNS, PEOPLE = 4, 40
LIMIT = bound(RUNS, PEOPLE)


def spelled(village, names, order):
    """What names the people in SQLite's files, in the order in which they were ticked: the name, and the row with both its ticks."""
    kept = village.poll.encode() + b"villagers"
    rows = [
        b"\x09\x09\x00" + bytes([13 + 2 * len(names[at].encode())]) + kept + bytes([at]) + names[at].encode()
        for at in order
    ]
    return {"name": [names[at].encode() for at in order], "ticked row": rows}


def test_no_byte_tells_in_which_order_people_came(tmp_path, installed, cheap_keys):
    """After closing no file of YIPIAO_HOME knows anybody's tick, nor has names in the order of arrival; before, and where planted, the search finds it."""
    open_, closed, planted = [], [], []
    for number in range(RUNS):
        home = tmp_path / str(number)
        database = installed(home)
        village = Village(database, secrets.token_bytes)
        names = [secrets.token_hex(8) for _ in range(PEOPLE)]
        rostered(village, names=names)
        village.open()
        # lines 0 and 1 are written in a byte less
        order = secrets.SystemRandom().sample(range(2, PEOPLE), PEOPLE - 2)
        for position in order:
            ticked(village, position, S)
        spellings = spelled(village, names, order)
        open_.append(traces(home, PEOPLE, spellings))
        village.close()
        closed.append(traces(home, PEOPLE, spellings))
        assert not any("ticked row 0" in name for name in closed[-1])
        assert any("sqlite3: name 0" in name for name in closed[-1])
        with database.write() as session:
            session.execute(sa.text("CREATE TABLE planted (name TEXT)"))
            for position in order:
                session.execute(sa.text("INSERT INTO planted VALUES (:name)"), {"name": names[position]})
        planted.append(traces(home, PEOPLE, spellings))
        database.dispose()
    assert leaks(closed, LIMIT) == {}
    assert any("ticked row" in name for name in leaks(open_, LIMIT))
    assert any("name" in name for name in leaks(planted, LIMIT))


def test_postgres_forgets_the_order_too(postgres, home, monkeypatch, cheap_keys):
    """Ticked rows move to the end of PostgreSQL's heap one by one; a backup and closing lay them out in the roster's order again."""
    monkeypatch.setenv("DATABASE_URL", postgres.database())
    database = Database(read_settings())
    village = Village(database, secrets.token_bytes)
    rostered(village)
    village.open()

    def heap() -> tuple[list[int], int]:
        with database.read() as session:
            rows = session.execute(sa.text("SELECT position, xmin::text FROM roster ORDER BY ctid")).all()
        return [row[0] for row in rows], len({row[1] for row in rows})

    order = [7, 2, 9, 0]
    for position in order:
        ticked(village, position, S)
    assert heap()[0][-4:] == order
    forget_order(database)
    assert heap() == (list(range(10)), 1)
    for position in order:
        ticked(village, position, S, on=False)
    assert heap()[0][-4:] == order
    village.close()
    assert heap() == (list(range(10)), 1)
    database.dispose()
