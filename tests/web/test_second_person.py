"""A second person with a second step signs in for one act at somebody else's desk: with a code, and nobody is held up by guesses elsewhere."""

import pytest
from desks import PASSWORD, SCRUTINEER, at, close_fields, state, title_of
from phones import Clock, Phone

from polling.lifecycle import State
from polling.throttle import FREE


@pytest.fixture
def phone(real, monkeypatch):
    """The scrutineer's phone, with the second step on."""
    clock = Clock()
    clock.set(monkeypatch)
    return Phone(real.database, clock, SCRUTINEER)


def test_closing_asks_the_witness_for_a_code(real, desk, phone):
    """Password alone closes nothing: the sentence stands at the field, what was typed stays but for password and codes; then it closes."""
    page = desk.page(at(real, "close"))
    assert "验证码（开了两步登录才填）" in page
    stated = {"issued_villagers": "10", "spoiled_villagers": "2", "unused_villagers": "0", "present_villagers": "10"}
    for code, words in (("", f"{SCRUTINEER} 开了两步登录"), ("000000", "验证码不对"), ("X" * 12, "不是六位的验证码")):
        page = desk.send(at(real, "close"), 409 if code else 422, **stated, **close_fields(code=code))
        assert words in page
        assert 'id="code-error"' in page
        assert f'value="{SCRUTINEER}"' in page
        assert all(f'value="{number}"' in page for number in ("10", "2", "0"))
        assert PASSWORD not in page
        assert not code or code not in page
        assert state(real) is State.OPEN
    code = phone.next()
    desk.send(at(real, "close"), 302, **stated, **close_fields(code=code))
    assert state(real) is State.CLOSED
    assert "刚才已经用过" in desk.send(
        at(real, "annul"), 409, reason="试", written=title_of(real), **close_fields(code=code)
    )
    assert state(real) is State.CLOSED


def test_a_wrong_password_is_said_before_any_code(real, desk, phone):
    """Whether somebody has a second step is told to nobody who does not know the password; the code is not used up."""
    code = phone.next()
    for typed in ("", code):
        page = desk.send(at(real, "close"), 409, **close_fields(password="false-password", code=typed))
        assert "姓名或密码不对" in page
        assert "开了两步登录：" not in page
    desk.send(at(real, "close"), 302, **close_fields(code=code))


def test_annulling_takes_a_recovery_code_too(real, desk, phone):
    """For who left the phone at home; it is noted."""
    desk.send(
        at(real, "annul"),
        302,
        reason="票印错了",
        written=title_of(real),
        **close_fields(code=phone.recovery[4].lower()),
    )
    assert state(real) is State.ANNULLED


def test_guesses_at_one_desk_are_counted_there(real, desk, phone):
    """An organizer who knows the witness's password has five guesses, and the right code waits then."""
    for _ in range(FREE):
        desk.send(at(real, "close"), 409, **close_fields(code="000000"))
    assert "再试" in desk.send(at(real, "close"), 409, **close_fields(code=phone.next()))
    assert state(real) is State.OPEN


def test_who_has_none_leaves_the_field_alone(real, desk):
    """Whatever stands in it."""
    desk.send(at(real, "close"), 302, **close_fields(code="123"))
    assert state(real) is State.CLOSED


def test_a_kept_form_carries_no_code(real, desk, phone):
    """A form that outlived its session is shown again without passwords and codes."""
    hidden = desk.form(at(real, "close"))
    with desk.client.session_transaction(path="/desk/") as kept:
        kept.pop("_user_id")
    page = desk.send(at(real, "close"), 403, hidden=hidden, issued_villagers="9", **close_fields(code=phone.now()))
    assert "\n9</textarea>" in page
    assert phone.now() not in page
    assert PASSWORD not in page
