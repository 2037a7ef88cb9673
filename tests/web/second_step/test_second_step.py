"""The second step at the doors of the desk: asked for after every password, and nobody is in before it."""

import re

import pytest
from at_desk import GOOD, NAME, OTHER, Desk, audited, user
from phones import CODE, MANAGE, Phone, words

from polling import backup, first
from polling.models import DeskSession
from polling.people import find_user
from polling.throttle import FREE
from web.app import create_app
from web.desk import random
from web.login import WAITING

# ---------------------------------------------------------------- signing in


def test_after_the_password_nobody_is_in_before_the_code(desk, phone, database):
    """The right password leads to the second page and opens nothing else: no page, no session in the list; the code opens the page asked for."""
    answer = desk.sign_in(path="/desk/login?next=/desk/scoring")
    assert answer.location == f"{CODE}?next=/desk/scoring"
    for path in ("/desk/", "/desk/account", MANAGE, "/desk/scoring", "/desk/polls/x"):
        assert desk.get(path).location.startswith("/desk/login?next="), path
    assert desk.client.post("/desk/account/sessions", data={"csrf_token": desk.token(CODE)}).location == "/desk/login"
    with database.read() as session:
        assert session.query(DeskSession).all() == []
    assert (NAME, "login.code") not in audited(database)
    page = words(desk.get(answer.location))
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "退出" not in page
    assert desk.send(answer.location, code=phone.next()).location == "/desk/scoring"
    assert desk.is_in()
    assert audited(database) == [(NAME, "user.second_on"), (NAME, "login.code")]


def test_a_wrong_code_is_said_and_the_right_one_still_opens(desk, phone):
    """The sentence speaks of the clock; what was typed is not shown; nothing typed is a sentence of its own."""
    desk.sign_in()
    answer = desk.send(CODE, code="000000")
    assert answer.status_code == 409
    assert "请看手机的时间准不准" in words(answer)
    assert "000000" not in answer.text
    assert desk.send(CODE, code="").status_code == 422
    assert not desk.is_in()
    wide = phone.next().translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert desk.send(CODE, code=f" {wide[:3]} {wide[3:]}").status_code == 302
    assert desk.is_in()


def test_a_recovery_code_opens_once_and_says_how_many_are_left(app, desk, phone, database):
    """In its own field, and in the other; used again it is refused at its field."""
    for number, field in enumerate(("recovery", "code")):
        there = Desk(app)
        there.sign_in()
        typed = phone.recovery[number].lower().replace("-", " ")
        assert there.send(CODE, **{field: typed}).location == "/desk/"
        assert f"还剩 {9 - number} 个" in words(there.get("/desk/account"))
    desk.sign_in()
    answer = desk.send(CODE, recovery=phone.recovery[0])
    assert answer.status_code == 409
    assert 'id="recovery-error"' in answer.text
    assert not desk.is_in()
    assert audited(database).count((NAME, "user.recovery_used")) == 2


def test_the_state_between_ends_by_the_clock(desk, phone, clock):
    """After ten minutes one begins again with the password."""
    desk.sign_in()
    clock.pass_by(minutes=10, seconds=1)
    token = desk.token()
    answer = desk.send(CODE, token=token, code=phone.now())
    assert answer.location == "/desk/login"
    assert "等得太久了" in words(desk.get("/desk/login"))
    assert desk.get(CODE).location == "/desk/login"
    assert not desk.is_in()


def copied(app, desk):
    """Another browser with a copy of the cookie."""
    thief = Desk(app)
    thief.client.set_cookie("session", desk.client.get_cookie("session", path="/desk").value, path="/desk")
    return thief


def test_the_state_between_ends_with_going_back_and_with_its_use(app, desk, phone):
    """A copy of the cookie is worth nothing after "somebody else", and nothing after the code was given."""
    desk.sign_in()
    thief = copied(app, desk)
    assert thief.get(CODE).status_code == 200
    desk.send("/desk/logout", form=CODE)
    assert desk.get(CODE).location == "/desk/login"
    assert thief.get(CODE).location == "/desk/login"
    desk.sign_in()
    thief = copied(app, desk)
    desk.send(CODE, code=phone.next())
    assert desk.is_in()
    assert thief.get(CODE).location == "/desk/login"
    desk.send("/desk/logout", form="/desk/account")
    assert desk.get(CODE).location == "/desk/login"


@pytest.mark.parametrize("act", ["password", "second_step", "remove"])
def test_the_state_between_ends_with_what_it_rests_on(app, desk, phone, act):
    """Another password, the second step turned off, out of service: the half-way cookie is void."""
    desk.sign_in()
    admin = Desk(app)
    admin.sign_in("管理员")
    admin.send(
        f"/desk/people/{NAME}",
        act=act,
        **{"password": {"password": OTHER, "again": OTHER}, "second_step": {"written": NAME}}.get(act, {}),
    )
    token = desk.token()
    assert desk.send(CODE, token=token, code=phone.next()).location == "/desk/login"
    assert not desk.is_in()


def test_half_way_in_one_may_sign_in_as_somebody_else(desk, phone):
    """The state of before is forgotten."""
    desk.sign_in()
    desk.sign_in("李监票")
    with desk.client.session_transaction(path="/desk/") as kept:
        assert "_user_id" in kept
        assert WAITING not in kept
    desk.send("/desk/logout", form="/desk/account")
    assert desk.get(CODE).location == "/desk/login"


def test_forms_of_before_the_code_are_worthless(desk, phone):
    """The token of the login page counts on no page after the password, that of the code page on none after the code."""
    first_token = desk.token()
    desk.send("/desk/login", token=first_token, name=NAME, password=GOOD)
    assert desk.send(CODE, token=first_token, code=phone.next()).status_code == 403
    second = desk.token(CODE)
    desk.send(CODE, token=second, code=phone.next())
    assert desk.send("/desk/logout", token=second).status_code == 403
    assert desk.is_in()


def test_a_code_is_taken_once(app, desk, phone):
    """Who looked on can't use it in another browser."""
    code = phone.next()
    desk.sign_in()
    desk.send(CODE, code=code)
    other = Desk(app)
    other.sign_in()
    assert "刚才已经用过" in words(other.send(CODE, code=code))
    assert not other.is_in()


# ---------------------------------------------------------------- guessing


def test_who_knows_the_password_can_not_guess_the_code(app, desk, phone):
    """Five codes from wherever, together; the password again gives no fresh ones. A browser of one's own is not held up."""
    desk.sign_in()
    desk.send(CODE, code=phone.next())
    desk.send("/desk/logout", form="/desk/account")
    for number in range(FREE + 2):
        thief = Desk(app, address=f"10.0.1.{number}")
        thief.sign_in()
        answer = thief.send(CODE, code="000000")
        assert ("请等 1 分钟再试" in words(answer)) is (number >= FREE), number
    assert "再试" in words(thief.send(CODE, code=phone.next()))
    desk.sign_in()
    assert desk.send(CODE, code=phone.next()).status_code == 302
    assert f"没有输对验证码（{FREE} 次）。不是您自己，请马上换密码" in words(desk.get("/desk/account"))
    desk.send("/desk/logout", form="/desk/account")
    phone.clock.pass_by(days=1)
    desk.sign_in()
    desk.send(CODE, code=phone.now())
    assert "请马上换密码" not in words(desk.get("/desk/account"))


def test_the_owner_is_told_of_wrong_codes_in_a_new_browser_too(app, phone):
    """The right code takes the wrong ones of before back: the warning is not lost with them."""
    thief, owner = Desk(app), Desk(app)
    thief.sign_in()
    for _ in range(3):
        thief.send(CODE, code="000000")
    owner.sign_in()
    owner.send(CODE, code=phone.next())
    assert "没有输对验证码（3 次）。不是您自己，请马上换密码" in words(owner.get("/desk/account"))


def test_a_browser_that_knew_the_password_alone_is_like_any_other(app, desk, database, clock):
    """Whoever signed in with a stolen password before the second step was on has no guesses of his own."""
    thieves = [Desk(app) for _ in range(2)]
    for thief in thieves:
        thief.sign_in()
        thief.send("/desk/logout", form="/desk/account")
    phone = Phone(database, clock, NAME)
    for number in range(FREE):
        thieves[number % 2].sign_in()
        thieves[number % 2].send(CODE, code="000000")
    code = phone.next()
    for thief in thieves:
        thief.sign_in()
        assert "再试" in words(thief.send(CODE, code=code))


# ---------------------------------------------------------------- other doors


def test_a_link_sets_the_password_and_the_code_is_asked_for(app, desk, phone):
    """An invitation, or a link for who forgot: the second step stays on, and whoever holds the paper alone is not in."""
    admin = Desk(app)
    admin.sign_in("管理员")
    answer = admin.send(f"/desk/people/{NAME}", act="invite")
    link = re.search(r"https?://[^/<]+(/desk/invited/[0-9a-f]{32})<", answer.text)[1]
    assert desk.send(link, password=OTHER, again=OTHER).location == CODE
    assert not desk.is_in()
    assert desk.send(CODE, code=phone.next()).status_code == 302
    assert desk.is_in()


@pytest.mark.usefixtures("phone")
def test_a_new_password_does_not_turn_it_off(app, database):
    """By an administrator, or out of service and back."""
    admin = Desk(app)
    admin.sign_in("管理员")
    path = f"/desk/people/{NAME}"
    for act in ("password", "remove", "password"):
        admin.send(path, act=act, password=OTHER, again=OTHER)
    assert Desk(app).sign_in(password=OTHER).location == CODE
    assert user(database, NAME).totp_sealed is not None


def test_the_code_of_the_terminal_opens_no_second_step(app, desk, database, clock):
    """An administrator whose password is gone and who comes in by the first page is asked for the code all the same."""
    phone = Phone(database, clock, "管理员")
    with database.write() as session:
        find_user(session, "管理员").password_hash = None
    made = first.new_code(database, now=clock(), random=random)
    answer = desk.send("/desk/first", code=made, name="管理员", password=OTHER, again=OTHER)
    assert answer.location == f"{CODE}?next=/desk/people"
    assert not desk.is_in()
    assert desk.send(answer.location, code=phone.next()).location == "/desk/people"
    assert desk.is_in()


def test_the_own_new_password_asks_for_no_code_and_keeps_the_step(desk, phone, app):
    """Who is in with both steps changes the password; the next sign-in takes both again."""
    desk.sign_in()
    desk.send(CODE, code=phone.next())
    assert desk.send("/desk/account", current=GOOD, password=OTHER, again=OTHER).status_code == 302
    assert desk.is_in()
    there = Desk(app)
    assert there.sign_in(password=OTHER).location == CODE
    assert there.send(CODE, code=phone.next()).status_code == 302


def test_a_restored_backup_keeps_it(phone, database, tmp_path, home):
    """It is in a backup, and what stands there opens with the same secret of the installation."""
    backup.backup(database, tmp_path / "kept")
    there = tmp_path / "there"
    there.mkdir()
    (there / "secret_key").write_bytes(database.settings.secret())
    settings = type(database.settings)(
        **vars(database.settings) | {"home": there, "database_url": f"sqlite:///{there}/x"}
    )
    backup.restore(settings, tmp_path / "kept")
    made = type(database)(settings)
    try:
        desk = Desk(create_app(made))
        assert desk.sign_in().location == CODE
        assert desk.send(CODE, code=phone.next()).status_code == 302
        assert desk.is_in()
    finally:
        made.dispose()
