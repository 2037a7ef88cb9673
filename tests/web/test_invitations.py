"""Invitations: a link shown once, a password that only the invited knows, and the sentences for links that open nothing."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from at_desk import GOOD, NAME, OTHER, Desk, add_staff, audited, user

from polling import people
from polling.models import ROOT, Organization, Welcome
from web.app import create_app


@pytest.fixture
def app(database, cheap_passwords):
    """The application with an administrator, an organizer and a scrutineer."""
    add_staff(database)
    return create_app(database)


@pytest.fixture
def admin(app):
    """The administrator, signed in."""
    desk = Desk(app)
    desk.sign_in("管理员")
    return desk


def link_on(answer):
    """The path of the link that a page shows."""
    assert answer.status_code == 200, answer.text
    return re.search(r"https?://[^/<]+(/desk/invited/[0-9a-f]{32})<", answer.text)[1]


def text(answer, status):
    """An answer's text."""
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


def test_the_invited_chooses_the_password(app, admin, database):
    """The link is shown once, with a picture to print; looked at it changes nothing; it opens the desk once, and is nowhere in the database."""
    shown = admin.send("/desk/people", name="多吉", role="scrutineer", password="", again="")
    link = link_on(shown)
    assert "data:image/png" in shown.text
    assert "监票人 · 本单位" in shown.text
    assert link not in admin.get("/desk/people").text + admin.get("/desk/people/多吉").text
    assert user(database, "多吉").password_hash is None
    with database.read() as session:
        assert link.rpartition("/")[2] not in session.scalar(sa.select(Welcome.hash))
    desk = Desk(app)
    for _ in range(2):
        assert "多吉，请设一个密码" in text(desk.get(link), 200)
    assert "至少 10 个字符" in text(desk.send(link, password="short", again="short"), 422)
    assert "不一样" in text(desk.send(link, password=GOOD, again=OTHER), 422)
    assert desk.send(link, password=OTHER, again=OTHER).location == "/desk/account"
    assert desk.is_in()
    assert Desk(app).sign_in("多吉", OTHER).status_code == 302
    assert audited(database)[1:4] == [("管理员", "user.add"), ("管理员", "user.invite"), ("多吉", "user.welcome")]
    other = Desk(app)
    assert "已经用过" in text(other.get(link), 404)
    token = other.token()
    assert "已经用过" in text(other.send(link, token=token, password=GOOD, again=GOOD), 404)
    assert Desk(app).sign_in("多吉", OTHER).status_code == 302


def test_a_new_link_replaces_the_old_and_each_that_opens_nothing_says_why(app, admin, database, monkeypatch):
    """Replaced and made-up links, late ones, and those of who was put out of service: a sentence each, and no password is changed."""
    path = f"/desk/people/{NAME}"
    old, new = (link_on(admin.send(path, act="invite")) for _ in range(2))
    desk = Desk(app)
    for link in (old, "/desk/invited/" + "0" * 32, "/desk/invited/x"):
        assert "可能没有抄全，或者已经换了新的" in text(desk.get(link), 404)
    assert "请设一个密码" in text(desk.get(new), 200)
    assert desk.sign_in(password=GOOD).status_code == 302, "the old password holds until there is a new one"
    with monkeypatch.context() as later:
        later.setattr("web.invitations.now", lambda: datetime.now(UTC) + timedelta(days=7, minutes=1))
        assert "7 天以内才能用" in text(desk.get(new), 404)
    with monkeypatch.context() as later:
        later.setattr("web.invitations.now", lambda: datetime.now(UTC) + timedelta(days=6, hours=23))
        assert desk.get(new).status_code == 200
    with database.write() as session:
        people.remove(session, NAME, by="管理员")
    assert "已经用过" in text(desk.get(new), 404)
    assert user(database, NAME).password_hash is None


def test_a_new_password_by_link_ends_the_sessions_of_before(app, admin):
    """Whoever sat at the old password is out."""
    organizer = Desk(app)
    organizer.sign_in()
    link = link_on(admin.send(f"/desk/people/{NAME}", act="invite"))
    assert Desk(app).send(link, password=OTHER, again=OTHER).location == "/desk/"
    assert not organizer.is_in()
    assert organizer.sign_in().status_code == 409


def test_a_typed_password_still_registers(admin, database):
    """Both sit at one desk: a password that is typed is checked as ever, and no link is made."""
    assert admin.send("/desk/people", name="多吉", role="scrutineer", password=OTHER, again=OTHER).status_code == 302
    assert admin.send("/desk/people", name="卓玛", role="scrutineer", password="", again=OTHER).status_code == 422
    assert user(database, "卓玛") is None
    with database.read() as session:
        assert session.scalars(sa.select(Welcome)).all() == []


def test_no_password_from_the_own_organizations_name(app, admin, database):
    """The name of the organization above, in pinyin with a year, is refused on every page that takes a new password."""
    with database.write() as session:
        session.get(Organization, ROOT).name = "嘎玛县"
    guessed = {"password": "gamaxian2026", "again": "gamaxian2026"}
    assert "太容易猜到" in admin.send("/desk/people", name="多吉", role="scrutineer", **guessed).text
    link = link_on(admin.send("/desk/people", name="多吉", role="scrutineer", password="", again=""))
    assert "太容易猜到" in Desk(app).send(link, **guessed).text
    assert "太容易猜到" in admin.send("/desk/people/王组织", act="password", **guessed).text
    assert "太容易猜到" in admin.send("/desk/account", current=GOOD, **guessed).text
