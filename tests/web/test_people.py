"""The administrator's pages: people, backup, and a backup brought back."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest
from at_desk import NAME, OTHER, Desk, add_staff, audited, left, user
from counties import add_person, roles

from ballots.models import BoxedBallot
from polling import backup as keeping
from polling.models import ROOT, Role
from polling.people import everybody
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


# ---------------------------------------------------------------- finding one's way


def test_everybody_finds_the_pages_that_are_theirs(app, staff):
    """The header leads everybody to the own account, and nobody to a page that answers with a refusal; the start page leads to the desk."""
    links = {
        "管理员": [
            "/desk/",
            "/desk/scoring",
            "/desk/draws",
            "/desk/organizations",
            "/desk/people",
            "/desk/backup",
            "/desk/delivery",
            "/desk/log",
            "/desk/account",
        ],
        NAME: ["/desk/", "/desk/scoring", "/desk/draws", "/desk/account"],
        "李监票": ["/desk/account"],
    }
    for name, theirs in links.items():
        desk = Desk(app)
        desk.sign_in(name)
        page = desk.get("/desk/account").text
        assert re.findall(r'<a href="([^"]+)"', page.partition("<nav")[2].partition("</nav>")[0]) == theirs
        assert {desk.get(path).status_code for path in theirs} == {200}
    start = Desk(app)
    assert '<a class="push" href="/desk/">' in start.get("/").text
    assert 'href="/desk/">' in start.get("/desk/polls/nothing/nowhere").text.partition("<main>")[2]


def test_where_a_backup_is_brought_back(any_database):
    """On SQLite the pages offer to restore in the browser; on PostgreSQL both say that it is done at the terminal, and give the command."""
    desk = Desk(create_app(any_database))
    pages = [desk.get("/desk/first").text]
    add_staff(any_database)
    desk.sign_in("管理员")
    pages.append(desk.get("/desk/backup").text)
    for page in pages:
        assert ("<code>yipiao restore 备份文件</code>" in page) is not any_database.is_sqlite
        assert ("一次性口令，选“恢复备份”" in page or "选择备份文件" in page) is any_database.is_sqlite


# ---------------------------------------------------------------- who may


def test_the_pages_are_the_administrators(app, staff):
    """Others are asked to sign in, or told that it is not theirs; nothing changes."""
    paths = ("/desk/people", f"/desk/people/{NAME}", "/desk/backup")
    stranger, organizer = Desk(app), Desk(app)
    organizer.sign_in()
    for path in paths:
        assert stranger.get(path).location.startswith("/desk/login?next=")
        assert organizer.get(path).status_code == 403
        assert stranger.send(path, form="/desk/login").location.startswith("/desk/login")
        assert organizer.send(path, form="/desk/account", act="remove").status_code == 403


# ---------------------------------------------------------------- people


def test_people_are_listed_and_added(app, admin, database):
    """Somebody is added with a role and a first password, signs in with it, and the log says who added whom."""
    page = admin.get("/desk/people").text
    assert "监票人" in page
    assert "组织者" in page
    answer = admin.send("/desk/people", name=" 多吉 ", role="scrutineer", password=OTHER, again=OTHER)
    assert answer.location == "/desk/people"
    page = admin.get("/desk/people").text
    assert "已登记 多吉" in page
    assert OTHER not in page
    assert roles(database, "多吉") == {(Role.SCRUTINEER, ROOT)}
    assert Desk(app).sign_in("多吉", OTHER).status_code == 302
    assert ("管理员", "user.add") in audited(database)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "请写姓名"),
        ({"name": NAME}, f"已经有叫 {NAME} 的用户"),
        ({"name": "a\x01b"}, "控制字符"),
        ({"name": "名" * 81}, "最多 80 个字"),
        ({"password": "short", "again": "short"}, "至少 10 个字符"),
        ({"password": "qwertyuiop", "again": "qwertyuiop"}, "太容易猜到"),
        ({"again": "something else"}, "不一样"),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_a_person_who_can_not_be_added(admin, database, fields, said):
    """The sentence stands on the page, name and role stay, the password does not, nobody is added."""
    typed = {"name": "多吉", "role": "scrutineer", "password": OTHER, "again": OTHER} | fields
    answer = admin.send("/desk/people", **typed)
    assert answer.status_code == 422
    if "role" not in fields:
        assert said in answer.text
        assert '<option selected value="scrutineer">' in answer.text
    assert OTHER not in answer.text
    if "name" not in fields:
        assert 'value="多吉"' in answer.text
    with database.read() as session:
        assert len(everybody(session)) == 3


def test_a_new_password_opens_and_ends(app, admin, database):
    """An administrator gives a new password: the old session ends, the old password opens nothing."""
    organizer = Desk(app)
    organizer.sign_in()
    path = f"/desk/people/{NAME}"
    assert admin.send(path, act="password", password=OTHER, again=OTHER).location == "/desk/people"
    assert not organizer.is_in()
    assert organizer.sign_in().status_code == 409
    assert organizer.sign_in(password=OTHER).status_code == 302
    assert ("管理员", "user.password") in audited(database)
    assert "至少 10" in admin.send(path, act="password", password="short", again="short").text


def test_an_administrators_own_new_password_keeps_the_session(admin):
    """Giving oneself a password on the people's page does not throw one out."""
    admin.send("/desk/people/管理员", act="password", password=OTHER, again=OTHER)
    assert admin.get("/desk/people").status_code == 200


def test_somebody_leaves_and_comes_back(app, admin, database):
    """Out of service: the session ends at once, no password opens, the name stays; a new password brings back."""
    organizer = Desk(app)
    organizer.sign_in()
    path = f"/desk/people/{NAME}"
    assert admin.send(path, act="remove").location == "/desk/people"
    assert not organizer.is_in()
    assert organizer.sign_in().status_code == 409
    assert user(database, NAME).password_hash is None
    page = admin.get("/desk/people").text
    assert NAME in page
    assert "没有密码，不能登录" in page
    assert ("管理员", "user.remove") in audited(database)
    admin.send(path, act="password", password=OTHER, again=OTHER)
    assert organizer.sign_in(password=OTHER).status_code == 302


def test_another_role_holds_at_once(app, admin, database):
    """A role that was missing is given, one that was wrong is taken away, and the session has it from the next page on."""
    organizer = Desk(app)
    organizer.sign_in()
    assert organizer.get("/desk/people").status_code == 403
    assert admin.send(f"/desk/people/{NAME}", act="give", role="administrator").status_code == 302
    assert organizer.get("/desk/people").status_code == 200
    assert roles(database, NAME) == {(Role.ORGANIZER, ROOT), (Role.ADMINISTRATOR, ROOT)}
    for role in ("administrator", "organizer"):
        admin.send(f"/desk/people/{NAME}", act="take", role=role, at="root")
    assert organizer.get("/desk/").status_code == 403
    assert "没有身份的人" in admin.get("/desk/people").text
    log = admin.get("/desk/log").text
    assert f"给 {NAME} 在「本单位」的职责：管理员" in log
    assert f"收回 {NAME} 在「本单位」的职责：组织者" in log


def test_nobody_removes_or_changes_himself(admin, database):
    """The page does not offer it, and refuses it where it is sent anyway: one administrator always stays."""
    assert 'value="remove"' not in admin.get("/desk/people/管理员").text
    assert 'value="take"' not in admin.get("/desk/people/管理员").text
    for fields in ({"act": "remove"}, {"act": "take", "role": "administrator", "at": "root"}):
        answer = admin.send("/desk/people/管理员", **fields)
        assert answer.status_code == 409
    assert roles(database, "管理员") == {(Role.ADMINISTRATOR, ROOT)}
    assert user(database, "管理员").password_hash


def test_who_is_not_there_is_not_found(admin):
    """An unknown name, and the people of rehearsals, are no page; an unknown act changes nothing."""
    for name in ("不认识", "演练组织者", "a%00b"):
        assert admin.get(f"/desk/people/{name}").status_code == 404
    assert admin.send(f"/desk/people/{NAME}", act="promote").status_code == 200


def test_a_role_from_the_terminal_is_shown_as_it_is(admin, database):
    """A role that the page does not offer is shown."""
    add_person(database, NAME, Role.TELLER)
    assert "计票人" in admin.get(f"/desk/people/{NAME}").text


def test_who_is_missing_is_said(admin, database):
    """Without a scrutineer who can sign in no box can be closed: the page says so."""
    assert "还没有能登录的监票人" not in admin.get("/desk/people").text
    admin.send("/desk/people/李监票", act="remove")
    assert "还没有能登录的监票人" in admin.get("/desk/people").text
    assert "还没有能登录的组织者" not in admin.get("/desk/people").text


# ---------------------------------------------------------------- backup


def test_a_backup_is_sent_and_none_stays(admin, village):
    """The file is a whole database with the ballots in it, sent as an attachment that no cache keeps; no copy stays here."""
    village.opened()
    village.vote([[1]] * 3)
    page = admin.get("/desk/backup").text
    assert "有票箱正开着" in page
    before = left(village.database.settings.home)
    answer = admin.send("/desk/backup")
    assert (answer.status_code, answer.mimetype) == (200, "application/octet-stream")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="yipiao-20')
    assert answer.content_length == len(answer.data)
    copy = sqlite3.connect(":memory:")
    copy.deserialize(answer.data)
    assert copy.execute(f"SELECT count(*) FROM {BoxedBallot.__tablename__}").fetchone() == (3,)
    copy.close()
    assert left(village.database.settings.home) == before
    assert ("管理员", "backup") in audited(village.database)


def test_a_failed_backup_is_said(admin, database, monkeypatch):
    """A full disk, or a missing program: a sentence, not a half file."""
    monkeypatch.setattr(
        keeping, "_copy", lambda *_: (_ for _ in ()).throw(keeping.RuleRefused("backup_failed", program="SQLite"))
    )
    answer = admin.send("/desk/backup")
    assert answer.status_code == 409
    assert "没有做成" in answer.text
    assert left(database.settings.home) == []
