"""Closing and annulling at the desk: two people, numbers that can be, and no step back."""

import re

import pytest
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, at, change, close_fields, state, title_of
from rosters import rostered, ticked

from polling.attendance import Tick
from polling.errors import DomainError
from polling.lifecycle import State
from polling.throttle import begin
from web.desk import now


def test_closing_a_rehearsal_with_its_stand_in(village, desk):
    """One tick stands for the second person, exact figures follow, and a second click is told that it is done."""
    village.opened()
    village.vote([[1]] * 6)
    hidden = desk.form(at(village, "close"))
    page = desk.send(at(village, "close"), 200, follow=True, hidden=hidden, stand_in="y")
    assert "票箱已经关好" in page
    assert "<strong>6</strong>" in page
    assert "监票人 演练监票人" in page
    page = desk.send(at(village, "close"), 200, follow=True, hidden=hidden, stand_in="y")
    assert "已经关好了，不用再关" in page


def test_closing_takes_a_second_person(real, desk):
    """A missing, false or wrong second person closes nothing, the sentence says why, and what was typed stays but for the password."""
    for fields, status, words in (
        ({"witness": "", "password": ""}, 422, ("请填写监票人的姓名", "请监票人输入密码")),
        ({"password": ""}, 422, ("请监票人输入密码",)),
        ({"password": "false-password"}, 409, ('id="password-error"', "姓名或密码不对")),
        ({"witness": "没有的人"}, 409, ('id="password-error"', "姓名或密码不对")),
        ({"witness": OTHER}, 409, (f"{OTHER} 在「本单位」没有这样的身份：这件事要由监票人来做",)),
        ({"witness": ORGANIZER}, 409, ("不能是同一个人",)),
        ({"witness": "", "password": "", "stand_in": "y"}, 422, ("请填写监票人的姓名",)),
    ):
        page = desk.send(at(real, "close"), status, issued_villagers="11", **close_fields(**fields))
        for said in words:
            assert said in page, (fields, page)
        assert 'value="11"' in page
        assert PASSWORD not in page
        assert state(real) is State.OPEN
    assert "stand_in" not in desk.page(at(real, "close"))
    typed = {"issued_villagers": "11", "note_villagers": "补发𪚥一张👍"}
    page = desk.send(at(real, "close"), 200, follow=True, **typed, **close_fields())
    assert "理由里的「𪚥👍」，打印字体里没有，报告上印成〓" in page
    assert (real.panel().issued, state(real)) == (11, State.CLOSED)
    assert f"监票人 {SCRUTINEER}" in desk.page(at(real))


def test_to_close_before_the_announced_time_asks_for_a_tick(real, desk):
    """The time is set and changed while people vote, said on poll page and wall; a tick is asked for before it, nothing after it."""

    def send(status, page, **fields):
        return desk.send(at(real, page), status, follow=True, hidden=desk.form(at(real)), **fields)

    assert "请写日期和时间" in send(200, "closes", closes="傍晚")
    assert "2020-01-01 00:00 已经过了" in send(200, "closes", closes="2020-01-01 00:00")
    assert "关箱。" not in desk.page(at(real))
    page = send(200, "closes", closes="２９９９-10-20T17:30")
    assert "说好 2999年10月20日 17:30 关箱" in page
    assert "关箱时间：2999-10-20 17:30（原来：没有定）" in page
    assert desk.client.get(at(real, "turnout.json")).json["closes"] == "2999年10月20日 17:30 关箱"
    assert '<p class="wall-closes" data-closes>2999年10月20日 17:30 关箱</p>' in desk.page(at(real, "wall"))
    assert "还没到说好的时间" in desk.page(at(real, "close"))
    assert "没到原先说好的 2999年10月20日 17:30" in desk.send(at(real, "close"), 409, **close_fields())
    assert state(real) is State.OPEN
    change(real, closes="2020-01-01 00:00")
    assert "过了 2020年1月1日 00:00，还在排队的照样投" in desk.page(at(real, "wall"))
    assert 'name="early"' not in desk.page(at(real, "close"))
    assert "说好" not in send(200, "closes", closes=" ")
    assert desk.client.get(at(real, "turnout.json")).json["closes"] == ""
    change(real, closes="2999-10-20 17:30")
    desk.send(at(real, "close"), 302, early="y", **close_fields())
    assert "关箱" not in desk.client.get(at(real, "turnout.json")).json["closes"]


@pytest.mark.parametrize("written", ["x", "-1", "13", "9" * 5000, "1.5", "²"])
def test_a_number_that_cannot_be_is_refused_at_its_field(real, desk, written):
    """Only 0 to the printed slips can have been handed out."""
    page = desk.send(at(real, "close"), 422, issued_villagers=written, **close_fields())
    assert "请填 0 到 12 的整数" in page
    assert state(real) is State.OPEN


@pytest.mark.parametrize(("written", "issued"), [("", 10), ("12", 12), (" 1 2 ", 12), ("１２", 12)])
def test_the_number_handed_out_is_the_expected_one_or_what_was_typed(real, desk, written, issued):
    """Nothing typed means the roster; wide digits and blanks are read."""
    desk.send(at(real, "close"), 302, issued_villagers=written, note_villagers="补发", **close_fields())
    assert real.panel().issued == issued


def test_a_panel_is_void_only_by_a_confirmed_number(real, desk):
    """More ballots than expected: the number is asked for; a smaller one than the ballots wants a tick of its own."""
    real.vote([[1]] * 11)
    page = desk.send(at(real, "close"), 422, **close_fields())
    assert "收回的票比应到的 10 人还多" in page
    assert "11" not in page.partition("<form")[2].partition("</form>")[0]
    page = desk.send(at(real, "close"), 422, issued_villagers="10", **close_fields())
    assert "这一组就作废了" in page
    assert state(real) is State.OPEN
    assert 'name="less"' in page
    page = desk.send(at(real, "close"), 422, issued_villagers="10", less="y", **close_fields())
    assert "收回的比发出的 10 张多" in page
    desk.send(at(real, "close"), 302, issued_villagers="10", less="y", note_villagers="多出一张", **close_fields())
    assert real.panel().issued == 10
    assert "收回的比发出的多" in desk.page(at(real, "count"))


def test_figures_that_do_not_balance_want_a_reason(real, desk):
    """What does not add up is named, nothing typed is lost, a field for the reason appears, and the reason is kept and logged."""
    assert 'name="note_villagers"' not in desk.page(at(real, "close"))
    stated = {"issued_villagers": "9", "present_villagers": "8", "spoiled_villagers": "1", "unused_villagers": "1"}
    page = desk.send(at(real, "close"), 422, **stated, **close_fields())
    assert "印制 12 张，发出、作废、备用未用加起来是 11 张" in page
    assert "发出 9 张，实到只有 8 人" in page
    assert all(f'value="{number}"' in page for number in "981")
    assert 'name="note_villagers"' in page
    assert state(real) is State.OPEN
    desk.send(at(real, "close"), 302, **stated, note_villagers="丢了一张\n\0", **close_fields())
    panel = real.panel()
    assert (panel.issued, panel.present, panel.spoiled, panel.unused, panel.note) == (9, 8, 1, 1, "丢了一张")
    assert "不相符，理由：丢了一张" in desk.page(at(real))


def test_what_the_attendance_desk_counted_is_proposed(village, desk):
    """The counts stand in the fields, and closing without a word takes them: the spare slips are worked out; it balances, so no reason is kept."""
    rostered(village, rehearsal=False, spare=2)
    village.open()
    for position in range(7):
        ticked(village, position)
    ticked(village, 8, Tick.PRESENT)
    page = desk.page(at(village, "close"))
    assert re.findall(r'name="(issued|present|spoiled|unused)_villagers" placeholder="(\d+)"', page) == [
        ("issued", "7"),
        ("present", "8"),
        ("spoiled", "0"),
        ("unused", "5"),
    ]
    desk.send(at(village, "close"), 302, note_villagers="多余的话", **close_fields())
    panel = village.panel()
    assert (panel.issued, panel.present, panel.spoiled, panel.unused, panel.note) == (7, 8, 0, 5, None)


@pytest.mark.parametrize("name", ["present", "spoiled", "unused"])
def test_a_figure_that_can_not_be_is_refused_at_its_field(real, desk, name):
    """Whole numbers alone, with a sentence at the field."""
    page = desk.send(at(real, "close"), 422, **{f"{name}_villagers": "-1"}, **close_fields())
    assert "请填 0 到 99999 的整数" in page
    assert state(real) is State.OPEN


def test_the_back_button_after_closing_loses_nothing(real, desk):
    """The closing page sent once more with other figures: a sentence, and what was stated stays."""
    hidden = desk.form(at(real, "close"))
    desk.send(at(real, "close"), 302, hidden=hidden, **close_fields())
    page = desk.send(at(real, "close"), 200, follow=True, hidden=hidden, issued_villagers="3", **close_fields())
    assert "已经关好了，不用再关" in page
    assert real.panel().issued == 10


def test_closing_below_the_minimum_is_said_before(real, desk):
    """Who closes too early is told first that this panel will have no result."""
    assert "还没有到最低的 10 张" in desk.page(at(real, "close"))
    real.vote([[1]] * 10)
    assert "还没有到最低的" not in desk.page(at(real, "close"))


def test_a_stale_page_closes_nothing(real, desk):
    """A change by somebody else is shown first."""
    hidden = desk.form(at(real, "close"))
    change(real, revision=99)
    assert "又有了变动" in desk.send(at(real, "close"), 409, hidden=hidden, **close_fields())
    assert state(real) is State.OPEN


def test_closing_what_is_not_open(village, desk):
    """Before opening and after annulment the poll's page says why there is nothing to close."""
    village.create()
    village.print()
    assert "还没有打开" in desk.client.get(at(village, "close"), follow_redirects=True).text
    village.annul()
    assert "已作废" in desk.client.get(at(village, "close"), follow_redirects=True).text


def test_annulling_takes_a_reason_the_polls_name_and_a_second_person(real, desk):
    """Each missing part is asked for, nothing typed is lost, and then the keys are gone."""
    key = real.store(rehearsal=False).path(real.poll, 1)
    assert key.exists()
    title = title_of(real)
    for fields, status, words in (
        ({"reason": ""}, 422, "请写明理由"),
        ({"reason": " \n "}, 422, "请写明理由"),
        ({"reason": "长" * 301}, 422, "太长了"),
        ({"written": ""}, 422, "什么都没有动"),
        ({"written": "另一场"}, 422, 'value="另一场"'),
        ({"password": "false-password"}, 409, "密码"),
        ({"witness": OTHER}, 409, "监票人"),
    ):
        given = {"reason": "名单印错了", "written": title} | close_fields() | fields
        page = desk.send(at(real, "annul"), status, **{name: value for name, value in given.items() if value})
        assert words in page, fields
        assert state(real) is State.OPEN
    hidden = desk.form(at(real, "annul"))
    page = desk.send(
        at(real, "annul"), 200, follow=True, hidden=hidden, reason="名单印错了\0\n重来", written=title, **close_fields()
    )
    assert "名单印错了 重来" in page
    assert state(real) is State.ANNULLED
    assert not key.exists()
    page = desk.send(at(real, "annul"), 200, follow=True, hidden=hidden, reason="再来", written=title, **close_fields())
    assert "再来" not in page


def test_a_stale_page_annuls_nothing(real, desk):
    """A change by somebody else is shown first; the reason stays."""
    hidden = desk.form(at(real, "annul"))
    change(real, revision=99)
    page = desk.send(
        at(real, "annul"), 409, hidden=hidden, reason="名单印错了", written=title_of(real), **close_fields()
    )
    assert "又有了变动" in page
    assert "名单印错了" in page
    assert state(real) is State.OPEN


def test_a_draft_is_corrected_not_annulled(village, desk):
    """There is nothing to annul before printing."""
    village.create()
    assert "可以直接修改" in desk.client.get(at(village, "annul"), follow_redirects=True).text


def test_who_guesses_the_second_persons_password_waits(real, desk):
    """Closing is no way round the brake on guessing."""
    said = [desk.send(at(real, "close"), 409, **close_fields(password=f"guess-number-{n}")) for n in range(7)]
    assert "再试" in said[-1]
    assert "分钟" in said[-1]
    assert "分钟" not in said[0]


def test_strangers_behind_the_same_address_keep_nobody_from_closing(real, desk, app):
    """However many guess passwords from the organizer's address, the scrutineer's right one closes the boxes."""
    for number in range(30):
        begin(real.database, f"没有的人 {number}", "127.0.0.1", now=now())
    with pytest.raises(DomainError, match="login_wait"):
        begin(real.database, "谁", "127.0.0.1", now=now())
    desk.send(at(real, "close"), 302, **close_fields())
    assert state(real) is State.CLOSED
