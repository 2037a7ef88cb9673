"""Signing in and out, the first administrator, and what a browser keeps of it."""

import io
import re
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
from at_desk import GOOD, NAME, OTHER, Desk, add_staff, audited

from polling import first, sessions
from polling.models import EndedSession, LoginFailure, Role, User
from polling.people import add_user
from web import uploads
from web.app import create_app
from web.login import DEVICE, destination

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
def code(database):
    """A code as `yipiao serve` shows it."""
    return first.new_code(database, now=NOW, random=lambda number: bytes(range(3, 3 + number)))


# ---------------------------------------------------------------- in and out


@pytest.mark.usefixtures("staff")
def test_in_and_out(desk, database):
    """The right password signs in and is audited; signing out is a POST and ends it."""
    assert not desk.is_in()
    answer = desk.sign_in()
    assert (answer.status_code, answer.location) == (302, "/desk/")
    assert desk.is_in()
    assert desk.get("/desk/login").location == "/desk/"
    assert desk.get("/desk/logout").status_code == 405
    assert desk.is_in()
    assert desk.send("/desk/logout", form="/desk/account").status_code == 302
    assert not desk.is_in()
    assert audited(database) == [(NAME, "login")]


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("name", [NAME, "不认识", "a\0b", "x" * 5000])
def test_a_wrong_password_is_said_and_the_name_is_kept(desk, name):
    """One sentence for every name; the name stays typed, the password does not; after five one is asked to wait."""
    for _ in range(5):
        answer = desk.sign_in(name, "not this one")
        assert answer.status_code == 409
        assert "姓名或密码不对" in answer.text
        assert "not this one" not in answer.text
        assert name.replace("\0", "") in answer.text.replace("\0", "")
    assert "请等 1 分钟再试" in desk.sign_in(name).text
    assert not desk.is_in()


@pytest.mark.usefixtures("staff")
def test_empty_fields_are_named(desk, database):
    """An empty form is not a guess: each field says what it wants."""
    answer = desk.sign_in("", "")
    assert answer.status_code == 422
    assert "请写姓名" in answer.text
    assert "请输入密码" in answer.text
    with database.read() as session:
        assert session.scalars(sa.select(LoginFailure)).all() == []


@pytest.mark.usefixtures("staff")
def test_a_browser_that_was_here_before_does_not_wait(app, desk):
    """While somebody at the same address guesses, the browser that signed in before gets in; its mark is this name's alone."""
    desk.sign_in()
    desk.send("/desk/logout", form="/desk/account")
    stranger = Desk(app)
    for _ in range(6):
        stranger.sign_in(password="not this one")
    assert "再试" in stranger.sign_in().text
    assert "再试" in Desk(app).sign_in().text
    assert desk.sign_in().location == "/desk/"
    desk.send("/desk/logout", form="/desk/account")
    for _ in range(5):
        assert "姓名或密码不对" in desk.sign_in(password="not this one").text
    assert "再试" in desk.sign_in().text, "the browser itself can't guess without end"


@pytest.mark.usefixtures("staff")
def test_a_made_up_mark_of_a_browser_is_none(app, desk):
    """A device cookie that we did not sign, or of another installation, is as good as no cookie."""
    for kept in ("x", "eyLnjovnu4Tnu4ciOiJ4In0.AAAA", ""):
        desk.client.set_cookie(DEVICE, kept, path="/desk", domain="localhost")
        assert "姓名或密码不对" in desk.sign_in(password="not this one").text
    other = Desk(app)
    for _ in range(2):
        assert "姓名或密码不对" in other.sign_in(password="not this one").text
    assert "再试" in other.sign_in().text


@pytest.mark.usefixtures("staff")
def test_one_browser_of_an_office_knows_them_all(app, desk):
    """Several people who share a computer are each known on it."""
    for name in (NAME, "李监票"):
        desk.sign_in(name)
        desk.send("/desk/logout", form="/desk/account")
    for name in (NAME, "李监票"):
        for _ in range(5):
            Desk(app).sign_in(name, "not this one")
        assert desk.sign_in(name).status_code == 302
        desk.send("/desk/logout", form="/desk/account")


# ---------------------------------------------------------------- where to


@pytest.mark.parametrize(
    ("wanted", "there"),
    [
        ("/desk/polls/abc?x=1", "/desk/polls/abc?x=1"),
        ("/desk/people", "/desk/people"),
        (None, "/desk/"),
        ("", "/desk/"),
        ("/", "/desk/"),
        ("/v/abc", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("https://evil.example/desk/", "/desk/"),
        ("/desk/../..//evil.example", "/desk/"),
        ("/desk/\\evil.example", "/desk/"),
        ("\\\\evil.example/desk/", "/desk/"),
        ("/desk/\r\nLocation: //evil.example", "/desk/"),
        ("javascript:alert(1)//desk/", "/desk/"),
    ],
)
def test_only_pages_of_the_desk_follow(app, wanted, there):
    """`next` leads to a page of this desk or is not followed."""
    with app.test_request_context():
        assert destination(wanted, {Role.ORGANIZER, Role.READER}) == there
        assert destination(wanted, {Role.SCRUTINEER}) == "/desk/account"
        assert destination(wanted, {Role.SCRUTINEER, Role.APPROVER}) == "/desk/waiting"
        assert destination(wanted, {Role.READER}) == "/desk/results"


@pytest.mark.usefixtures("staff")
def test_one_is_led_to_sign_in_and_back(desk):
    """A page of the desk asks to sign in, and then comes up."""
    asked = desk.get("/desk/people?x=1")
    assert asked.status_code == 302
    assert desk.sign_in("管理员", path=asked.location).location == "/desk/people?x=1"


@pytest.mark.usefixtures("staff")
def test_a_scrutineer_sees_the_own_account_alone(desk):
    """Signing in leads a scrutineer to the account page; other pages say so with 403."""
    assert desk.sign_in("李监票").location == "/desk/account"
    assert "监票人不用在这里办事" in desk.get("/desk/account").text
    for path in ("/desk/people", "/desk/backup"):
        answer = desk.get(path)
        assert answer.status_code == 403
        assert "您的身份" in answer.text


# ---------------------------------------------------------------- cookies, forged and old forms


def cookies(answer):
    """The cookies that an answer sets, by name."""
    return {name: found for line in answer.headers.getlist("Set-Cookie") for name, found in SimpleCookie(line).items()}


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("options", "secure"),
    [({}, False), ({"base_url": "https://localhost"}, True), ({"headers": {"X-Forwarded-Proto": "https"}}, True)],
)
def test_cookies_stay_at_the_desk(app, options, secure):
    """Both cookies: path /desk, HttpOnly, SameSite=Lax, and Secure where the browser speaks https."""
    client = app.test_client()
    page = client.get("/desk/login", **options)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    answer = client.post("/desk/login", data={"name": NAME, "password": GOOD, "csrf_token": token}, **options)
    found = cookies(answer)
    assert set(found) == {"session", DEVICE}
    for cookie in found.values():
        assert (cookie["path"], cookie["samesite"], bool(cookie["httponly"])) == ("/desk", "Lax", True)
        assert bool(cookie["secure"]) is secure


@pytest.mark.usefixtures("staff")
def test_other_pages_set_no_cookie(app, desk):
    """Public pages carry none, even to who is signed in."""
    desk.sign_in()
    assert cookies(desk.get("/")) == {}
    assert cookies(Desk(app).get("/v/nothing")) == {}


@pytest.mark.usefixtures("staff")
def test_a_form_without_its_token_does_nothing(desk):
    """A forged form, or one from a session that is over, gets a page that says what to do."""
    for path in ("/desk/login", "/desk/logout", "/desk/people", "/desk/backup", "/desk/first", "/desk/first/restore"):
        answer = desk.client.post(path, data={"name": NAME, "password": GOOD})
        assert answer.status_code == 403, path
        assert "这一页放得太久了，请回到上一页刷新再办" in answer.text
    assert not desk.is_in()


@pytest.mark.usefixtures("staff")
def test_signing_in_makes_the_forms_of_before_worthless(desk):
    """Whoever knew the token of the login page knows none of the session that follows."""
    known = desk.token()
    desk.send("/desk/login", token=known, name=NAME, password=GOOD)
    assert desk.send("/desk/logout", token=known).status_code == 403
    assert desk.is_in()


@pytest.mark.usefixtures("staff")
def test_a_session_ends_after_a_long_day(desk, monkeypatch):
    """A session that nobody ended is over on the next morning, however often its cookie was signed anew by then."""
    desk.sign_in()
    assert desk.is_in()
    monkeypatch.setattr("web.login.now", lambda: datetime.now(UTC) + timedelta(hours=15, minutes=59))
    assert desk.is_in()
    monkeypatch.setattr("web.login.now", lambda: datetime.now(UTC) + timedelta(hours=16, minutes=1))
    assert not desk.is_in()


@pytest.mark.usefixtures("staff")
def test_a_copied_cookie_ends_with_its_session(app, desk, database):
    """Signing out ends the session on the server: a copy of its cookie is worth nothing, the same person's other session goes on."""
    desk.sign_in()
    elsewhere, thief = Desk(app), Desk(app)
    elsewhere.sign_in()
    copy = desk.client.get_cookie("session", path="/desk")
    thief.client.set_cookie("session", copy.value, path="/desk")
    assert thief.is_in()
    token = thief.token("/desk/account")
    desk.send("/desk/logout", form="/desk/account")
    assert not thief.is_in()
    assert thief.send("/desk/account", token=token, current=GOOD, password=OTHER, again=OTHER).status_code == 302
    assert not thief.is_in()
    assert elsewhere.is_in()
    desk.sign_in()
    assert desk.is_in()
    with database.write() as session:
        sessions.end(session, "later", now=datetime.now(UTC) + timedelta(hours=17))
        assert session.scalars(sa.select(EndedSession.number)).all() == ["later"]


# ---------------------------------------------------------------- the own password


@pytest.mark.usefixtures("staff")
def test_a_new_password_ends_the_other_sessions(app, desk, database):
    """Who changes the own password stays signed in here and nowhere else; the old one opens nothing; it is audited."""
    elsewhere = Desk(app)
    desk.sign_in()
    elsewhere.sign_in()
    answer = desk.send("/desk/account", current=GOOD, password=OTHER, again=OTHER)
    assert answer.status_code == 302
    assert desk.is_in()
    assert not elsewhere.is_in()
    assert "姓名或密码不对" in elsewhere.sign_in().text
    assert elsewhere.sign_in(password=OTHER).status_code == 302
    assert (NAME, "user.password") in audited(database)


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "not this one"}, "现在的密码不对"),
        ({"current": ""}, "请输入现在的密码"),
        ({"password": "short", "again": "short"}, "密码太短，至少 10 个字符"),
        ({"password": "1234567890", "again": "1234567890"}, "太容易猜到"),
        ({"again": "and four other words"}, "两次输入的密码不一样"),
    ],
)
def test_a_new_password_that_is_refused(desk, database, fields, said):
    """The sentence says what to do, and the old password holds."""
    desk.sign_in()
    with database.read() as session:
        before = session.get(User, NAME).password_hash
    answer = desk.send("/desk/account", **{"current": GOOD, "password": OTHER, "again": OTHER} | fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert OTHER not in answer.text
    with database.read() as session:
        assert session.get(User, NAME).password_hash == before


@pytest.mark.usefixtures("staff")
def test_a_stolen_session_can_not_guess_the_password(desk):
    """The account page counts wrong passwords like the login page."""
    desk.sign_in()
    for _ in range(5):
        desk.send("/desk/account", current="not this one", password=OTHER, again=OTHER)
    answer = desk.send("/desk/account", current=GOOD, password=OTHER, again=OTHER)
    assert "请等 1 分钟再试" in answer.text


# ---------------------------------------------------------------- the first administrator


def begin(desk, code, /, **fields):
    """Fill in the page of the first administrator."""
    return desk.send("/desk/first", **{"code": code, "name": "管理员", "password": GOOD, "again": GOOD} | fields)


def test_the_first_administrator_comes_in_once(app, desk, code, database):
    """The code makes an administrator who is signed in; then the page is closed, and the login page speaks of it no more."""
    assert "/desk/first" in desk.get("/desk/login").text
    answer = begin(desk, code)
    assert (answer.status_code, answer.location) == (302, "/desk/people")
    assert desk.get("/desk/people").status_code == 200
    assert audited(database) == [("管理员", "user.first"), ("管理员", "login")]
    assert desk.get("/desk/first").location == "/desk/"
    other = Desk(app)
    over = other.get("/desk/first")
    assert over.status_code == 404
    assert "不再开放" in over.text
    assert begin_blindly(other, code).status_code == 404
    assert "/desk/first" not in other.get("/desk/login").text


def begin_blindly(desk, code):
    """Send the form of the closed page, with a token of another one."""
    return begin(desk, code, token=desk.token("/desk/login"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "AAAA-AAAA-AAAA"}, "一次性口令不对"),
        ({"code": ""}, "请输入终端里显示的一次性口令"),
        ({"name": " "}, "请写姓名"),
        ({"name": "a\nb"}, "控制字符"),
        ({"password": "short", "again": "short"}, "至少 10 个字符"),
        ({"again": "something else"}, "不一样"),
    ],
)
def test_the_first_administrator_mistypes(desk, code, fields, said):
    """The sentence stands on the page, what was typed stays, and the code is not used up."""
    answer = begin(desk, code, **fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert ("管理员" if "name" not in fields else code) in answer.text
    assert GOOD not in answer.text
    assert begin(desk, code).status_code == 302


def test_guessing_the_code_has_to_wait(desk, code):
    """After five wrong codes one waits."""
    for _ in range(5):
        begin(desk, "AAAA")
    assert "请等 1 分钟再试" in begin(desk, code).text


def test_a_large_upload_is_refused_before_it_is_read(desk, code, monkeypatch):
    """Where no backup is asked for, nobody fills the disk with a file."""
    monkeypatch.setattr(uploads, "LARGEST_FORM", 100)
    assert begin(desk, code, name="x" * 200).status_code == 413


def test_a_backup_is_taken_only_where_nothing_is_yet(desk, code, database, monkeypatch):
    """A large file for restoring is read on an untouched installation alone; with somebody registered it is refused unread."""
    monkeypatch.setattr(uploads, "LARGEST_FORM", 2000)

    def send():
        large = {"restore-csrf_token": "x", "restore-file": (io.BytesIO(b"x" * 5000), "b")}
        return desk.client.post("/desk/first/restore", data=large).status_code

    assert send() != 413
    with database.write() as session:
        add_user(session, "甲", Role.SCRUTINEER, None)
    assert send() == 413
