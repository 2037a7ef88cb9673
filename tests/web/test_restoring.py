"""A backup brought back through the page of the first administrator."""

import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from at_desk import GOOD, NAME, Desk, add_staff, audited, left, user
from counties import add_person, roles

import web.beginning
from ballots.models import BoxedBallot
from polling import backup as keeping
from polling import first
from polling.db import Database, migrate
from polling.models import ROOT, Role, User
from polling.people import register, roles_of
from polling.settings import read_settings
from web.app import create_app

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def app(database, cheap_passwords):
    """The application without a user."""
    return create_app(database)


@pytest.fixture
def staff(database, cheap_passwords):
    """An administrator, an organizer and a scrutineer with the same password."""
    add_staff(database)


@pytest.fixture
def desk(app):
    """One browser."""
    return Desk(app)


@pytest.fixture
def admin(desk, staff):
    """The administrator, signed in."""
    desk.sign_in("管理员")
    return desk


@pytest.fixture
def taken(admin, village):
    """A backup of an installation with people, an open box and ballots."""
    village.opened()
    village.vote([[1]] * 3)
    return admin.send("/desk/backup").data


@pytest.fixture
def fresh(taken, village, tmp_path, monkeypatch):
    """A new installation with the same secret: (database, browser, code)."""
    home = tmp_path / "fresh"
    home.mkdir()
    (home / "secret_key").write_bytes(village.database.settings.secret())
    database = Database(read_settings({"YIPIAO_HOME": str(home)}))
    migrate(database)
    made = first.new_code(database, now=NOW, random=lambda number: bytes(range(9, 9 + number)))
    application = create_app(database)
    yield database, Desk(application), made
    database.dispose()


def bring(browser, made, raw):
    """Send the form for a backup."""
    return browser.client.post(
        "/desk/first/restore",
        data={
            "restore-csrf_token": browser.token("/desk/first"),
            "restore-code": made,
            "restore-file": (io.BytesIO(raw), "b"),
        },
        content_type="multipart/form-data",
    )


def test_a_backup_comes_back_through_the_page(fresh, taken, monkeypatch):
    """All is there again: people sign in, ballots lie in the box, the page is closed, no copy stays, new workers are asked for."""
    database, browser, made = fresh
    asked = []
    monkeypatch.setattr(web.beginning, "restart_workers", lambda: asked.append(1))
    assert "恢复备份" in browser.get("/desk/first").text
    assert bring(browser, made, b"hello").status_code == 422
    assert asked == []
    answer = bring(browser, made, taken)
    answer.close()
    assert asked == [1]
    assert (answer.status_code, answer.location) == (302, "/desk/login")
    assert "备份已经恢复" in browser.get("/desk/login").text
    assert browser.get("/desk/first").status_code == 404
    assert browser.sign_in().status_code == 302
    assert audited(database)[-2:] == [("terminal", "restore"), (NAME, "login")]
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(BoxedBallot)) == 3
    assert left(database.settings.home) == []


def test_a_running_servers_other_workers_see_the_restored_rows(fresh, taken):
    """An engine that read the empty tables before reads the restored ones after, though nobody told it."""
    database, browser, made = fresh
    other = Database(database.settings)
    with other.read() as session:
        assert session.scalars(sa.select(User.name)).all() == []
    bring(browser, made, taken)
    with other.read() as session:
        assert NAME in session.scalars(sa.select(User.name)).all()
    add_person(other, NAME, Role.READER)
    with database.read() as session:
        assert (Role.READER, ROOT) in roles_of(session, NAME)
        assert session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
    other.dispose()


@pytest.mark.parametrize("cut", ["nothing", "hello", "half", "damaged"])
def test_a_file_that_is_no_backup_changes_nothing(fresh, taken, cut):
    """The sentence stands at the file, the code still counts, and the good file comes back afterwards."""
    database, browser, made = fresh
    middle = len(taken) // 2
    bad = {"nothing": b"", "hello": b"hello", "half": taken[:middle], "damaged": taken[:middle] + b"\xa5" * middle}[cut]
    answer = bring(browser, made, bad)
    assert answer.status_code == 422
    assert "备份" in answer.text
    assert 'class="error"' in answer.text
    assert made in answer.text
    assert left(database.settings.home) == []
    assert bring(browser, made, taken).status_code == 302


def test_a_wrong_code_brings_nothing_back(fresh, taken):
    """Without the code of the terminal nobody puts a database into the server."""
    database, browser, _made = fresh
    answer = bring(browser, "AAAA-AAAA-AAAA", taken)
    assert answer.status_code == 409
    assert "一次性口令不对" in answer.text
    with database.read() as session:
        assert first.is_empty(session)


def test_a_backup_of_another_secret_is_refused(fresh, taken):
    """What could not sign here any more does not take the database's place: the sentence names the secret."""
    database, browser, made = fresh
    other = database.settings.home / "secret_key"
    other.write_text("a secret of another installation", encoding="utf-8")
    answer = bring(browser, first.new_code(database, now=NOW, random=bytes), taken)
    assert answer.status_code == 409
    assert "secret_key" in answer.text
    assert made
    with database.read() as session:
        assert first.is_empty(session)


def test_where_something_is_already_nothing_is_brought_back(fresh, taken, village):
    """With a user or a poll in it the page does not offer it, and refuses it where it is sent anyway."""
    database, browser, made = fresh
    with database.write() as session:
        register(session, "多吉", Role.SCRUTINEER, None)
    assert "备份不能恢复到这里" in browser.get("/desk/first").text
    answer = bring(browser, made, taken)
    assert answer.status_code == 409
    assert "已经有测评或人员" in answer.text
    assert user(database, NAME) is None


def test_the_code_counts_on_where_the_backup_has_no_administrator(app, village, fresh):
    """A backup from before anybody could sign in: its polls are back, and the same code still makes the administrator."""
    database, browser, made = fresh
    with village.database.write() as session:
        session.execute(sa.update(User).values(password_hash=None))
    target = village.database.settings.home.parent / "without"
    keeping.backup(village.database, target)
    assert bring(browser, made, target.read_bytes()).status_code == 302
    assert browser.send("/desk/first", code=made, name="新来的", password=GOOD, again=GOOD).status_code == 302
    assert roles(database, "新来的") == {(Role.ADMINISTRATOR, ROOT)}
