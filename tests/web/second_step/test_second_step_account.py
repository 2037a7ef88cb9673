"""The second step under one's own account: turned on with the app's first code, new recovery codes, turned off; and off by an administrator."""

import re
from datetime import timedelta

import pyotp
import pytest
from at_desk import GOOD, NAME, Desk, audited, user
from phones import CODE, MANAGE, words

from polling.throttle import FREE


def shown(answer):
    """Secret and sealed field of the page that shows them."""
    secret = re.search(r'id="secret">([A-Z2-7 ]+)<', answer.text)[1]
    assert [len(group) for group in secret.split()] == [4] * 8
    return secret.replace(" ", ""), re.search(r'name="sealed"[^>]*value="([^"]+)"', answer.text)[1]


def begun(desk):
    """The password was given: secret and sealed field."""
    answer = desk.send(MANAGE, current=GOOD)
    assert "data:image/svg+xml;base64," in answer.text
    return shown(answer)


def confirm(desk, sealed, code):
    """Give the app's first code."""
    return desk.send(MANAGE, act="try", sealed=sealed, code=code)


def recovery(answer):
    """The recovery codes of a page."""
    return re.findall(r'<li class="code">([0-9A-Z-]+)<', answer.text)


def test_turned_on_under_ones_account(app, desk, database, clock):
    """Password, secret, a right code: only then it is on; ten codes are shown; every other session ends; the log says so."""
    desk.sign_in()
    elsewhere = Desk(app)
    elsewhere.sign_in()
    assert "现在的密码不对" in words(desk.send(MANAGE, current="not this one"))
    assert "请输入现在的密码" in words(desk.send(MANAGE, current=""))
    secret, sealed = begun(desk)
    assert user(database, NAME).totp_sealed is None
    answer = confirm(desk, sealed, pyotp.TOTP(secret).at(clock() + timedelta(minutes=9)))
    assert (answer.status_code, shown(answer)) == (409, (secret, sealed))
    assert "快 9 分钟左右" in words(answer)
    assert shown(confirm(desk, sealed, "")) == (secret, sealed)
    assert user(database, NAME).totp_sealed is None
    answer = confirm(desk, sealed, pyotp.TOTP(secret).at(clock()))
    codes = recovery(answer)
    assert len(set(codes)) == 10
    assert "data-print" in answer.text
    assert desk.is_in()
    assert not elsewhere.is_in()
    page = words(desk.get("/desk/account"))
    assert "恢复码还剩 10 个" in page
    assert "就是这里" in page
    assert "退出这一处" not in page
    assert codes[0] not in desk.get(MANAGE).text
    assert (NAME, "user.second_on") in audited(database)
    answer = confirm(desk, sealed, pyotp.TOTP(secret).at(clock()))
    assert answer.location == MANAGE
    assert "两步登录已经开了" in words(desk.get(MANAGE))
    elsewhere.sign_in()
    assert elsewhere.send(CODE, recovery=codes[9]).status_code == 302


def test_a_secret_is_for_the_session_that_it_was_shown_to(app, desk, database, clock):
    """Not in somebody else's hands, not in another session of the same person, not after a quarter of an hour, not made up."""
    desk.sign_in()
    secret, sealed = begun(desk)
    same, other = Desk(app), Desk(app)
    same.sign_in()
    other.sign_in("李监票")
    code = pyotp.TOTP(secret).at(clock())
    for there, what in ((same, sealed), (other, sealed), (desk, "x"), (desk, sealed + "x"), (desk, "")):
        assert confirm(there, what, code).location == MANAGE
    assert user(database, NAME).totp_sealed is None
    assert user(database, "李监票").totp_sealed is None
    assert "请从头再来" in words(desk.get(MANAGE))


def test_a_secret_that_was_left_lying_is_not_taken(desk, database, clock, monkeypatch):
    """After a quarter of an hour one begins again."""
    desk.sign_in()
    secret, sealed = begun(desk)
    monkeypatch.setattr("web.second_step.SHOWN_FOR", -1)
    assert confirm(desk, sealed, pyotp.TOTP(secret).at(clock())).location == MANAGE
    assert user(database, NAME).totp_sealed is None


@pytest.fixture
def inside(desk, phone):
    """The organizer, signed in with both steps."""
    desk.sign_in()
    desk.send(CODE, code=phone.next())
    return desk


def test_new_recovery_codes_by_password_and_code(app, inside, phone, database):
    """Both are asked for; the new ones count, the old ones don't."""
    assert "现在的密码不对" in words(inside.send(MANAGE, act="renew", current="not this one", code=phone.next()))
    assert "验证码不对" in words(inside.send(MANAGE, act="renew", current=GOOD, code="000000"))
    assert inside.send(MANAGE, act="renew", current=GOOD, code="").status_code == 422
    answer = inside.send(MANAGE, act="renew", current=GOOD, code=phone.next())
    fresh = recovery(answer)
    assert len(fresh) == 10
    assert (NAME, "user.recovery") in audited(database)
    for code, status in ((phone.recovery[0], 409), (fresh[0], 302)):
        there = Desk(app)
        there.sign_in()
        assert there.send(CODE, recovery=code).status_code == status


@pytest.mark.parametrize("with_phone", [True, False])
def test_turned_off_by_password_and_code(app, inside, phone, database, with_phone):
    """By the phone or by a recovery code; other sessions end, this one goes on; then the password is enough."""
    elsewhere = Desk(app)
    elsewhere.sign_in()
    elsewhere.send(CODE, code=phone.next())
    assert elsewhere.is_in()
    assert "验证码不对" in words(inside.send(MANAGE, act="off", current=GOOD, code="000000"))
    assert "现在的密码不对" in words(inside.send(MANAGE, act="off", current="not this", code=phone.recovery[1]))
    code = phone.next() if with_phone else phone.recovery[1]
    assert inside.send(MANAGE, act="off", current=GOOD, code=code).location == "/desk/account"
    assert inside.is_in()
    assert not elsewhere.is_in()
    assert (NAME, "user.second_off") in audited(database)
    assert Desk(app).sign_in().location == "/desk/"


def test_a_stolen_session_can_not_guess_the_code(inside, phone):
    """The account page counts wrong codes too."""
    for _ in range(FREE):
        inside.send(MANAGE, act="off", current=GOOD, code="000000")
    assert "再试" in words(inside.send(MANAGE, act="off", current=GOOD, code=phone.next()))


def test_an_administrator_turns_it_off(app, inside, phone, database):
    """For who lost the phone; sessions end, the log says so, the password is enough. One's own is turned off under the own account."""
    admin = Desk(app)
    admin.sign_in("管理员")
    path = f"/desk/people/{NAME}"
    assert "换密码、给链接都不会关掉它" in words(admin.get(path))
    wrong = admin.send(path, act="second_step", written="李监票")
    assert wrong.status_code == 422
    assert f"这里写的不是「{NAME}」" in words(wrong)
    assert inside.is_in()
    assert admin.send(path, act="second_step", written=NAME).location.endswith(
        path.rpartition("/")[0] + "/%E7%8E%8B%E7%BB%84%E7%BB%87"
    )
    assert not inside.is_in()
    assert ("管理员", "user.second_off") in audited(database)
    assert "两步登录" not in words(admin.get(path)).partition("已经关掉")[2]
    assert Desk(app).sign_in().location == "/desk/"
    assert "没有开两步登录" in words(admin.send(path, act="second_step", written=NAME))
    answer = admin.send("/desk/people/管理员", act="second_step", written="管理员")
    assert answer.status_code == 409
    assert "不能对自己做" in words(answer)
    organizer = Desk(app)
    organizer.sign_in()
    assert organizer.send(path, form="/desk/account", act="second_step").status_code == 403
