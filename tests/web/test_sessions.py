"""Where somebody is signed in: seen by the owner and an administrator, and ended one by one or all."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from at_desk import GOOD, NAME, OTHER, Desk, add_staff, audited

from polling import sessions
from web.app import create_app


@pytest.fixture
def app(database, cheap_passwords):
    """The application with an administrator, an organizer and a scrutineer."""
    add_staff(database)
    return create_app(database)


PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0"
LAPTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"


def at_device(app, agent, name=NAME):
    """Somebody who signs in with a device."""
    desk = Desk(app)
    desk.client.environ_base["HTTP_USER_AGENT"] = agent
    assert desk.sign_in(name).status_code == 302
    return desk


def numbers(page):
    """The sessions that a page offers to end."""
    return re.findall(r'name="number" value="([^"]+)"', page)


def test_one_sees_where_one_is_signed_in_and_ends_it(app, database):
    """Device, beginning and last day, no address; one other session is ended, then all others; somebody else's number ends nothing."""
    phone, laptop, third = at_device(app, PHONE), at_device(app, LAPTOP), at_device(app, "")
    stranger = at_device(app, PHONE, "李监票")
    page = laptop.get("/desk/account").text
    assert "Windows · Edge</strong> · 就是这里" in page
    assert "Android · 微信" in page
    assert "10.0.0.7" not in page
    assert len(numbers(page)) == 2
    foreign = numbers(page)[0]
    stranger.send("/desk/account/sessions", form="/desk/account", number=foreign)
    assert phone.is_in()
    assert third.is_in()
    with database.read() as session:
        [own] = [row.number for row in sessions.listed(session, NAME, now=datetime.now(UTC)) if "微信" in row.device]
    laptop.send("/desk/account/sessions", form="/desk/account", number=own)
    assert not phone.is_in()
    assert third.is_in()
    laptop.send("/desk/account/sessions", form="/desk/account")
    assert not third.is_in()
    assert laptop.is_in()
    assert stranger.is_in()
    assert numbers(laptop.get("/desk/account").text) == []
    assert phone.client.post("/desk/account/sessions").status_code == 403


def test_an_administrator_ends_somebodys_sessions(app, database):
    """One, or all; the log says so. A new password leaves none of before in the list."""
    phone, laptop = at_device(app, PHONE), at_device(app, LAPTOP)
    admin = at_device(app, LAPTOP, "管理员")
    path = f"/desk/people/{NAME}"
    [latest, _first] = numbers(admin.get(path).text)
    admin.send(path, act="sessions", number=latest)
    assert not laptop.is_in()
    assert phone.is_in()
    admin.send(path, act="sessions")
    assert not phone.is_in()
    assert ("管理员", "user.sessions") in audited(database)
    phone = at_device(app, PHONE)
    phone.send("/desk/account", current=GOOD, password=OTHER, again=OTHER)
    assert numbers(phone.get("/desk/account").text) == []
    assert "就是这里" in phone.get("/desk/account").text


def test_a_session_is_noted_once_a_day_and_swept_when_it_is_over(app, database, monkeypatch):
    """The day that it was last in use, no moment; the next day's first sign-in sweeps what has ended by itself."""
    desk = at_device(app, PHONE)
    begun = datetime.now(UTC)
    monkeypatch.setattr("web.login.now", lambda: begun + timedelta(hours=15))
    later = (begun + timedelta(hours=15)).astimezone(timezone(timedelta(hours=8))).date()
    assert desk.is_in()
    with database.read() as session:
        assert [row.seen_on for row in sessions.listed(session, NAME, now=begun)] == [later]
    monkeypatch.setattr("web.login.now", lambda: begun + timedelta(hours=17))
    at_device(app, LAPTOP, "李监票")
    with database.read() as session:
        assert sessions.listed(session, NAME, now=begun) == []
