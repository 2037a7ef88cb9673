"""The organizer's day at the desk: who may see what, the poll at a glance, opening, and the wall."""

import re

import pytest
from counties import add_places
from desks import ORGANIZER, PASSWORD, Desk, at, bring, change, hand_in, invite, state, title_of
from village import NOW

from ballots import invitations
from ballots.turnout import stepped
from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll

# ------------------------------------------------------------------ who may see what


@pytest.mark.parametrize(
    "page",
    ["", "open", "wall", "turnout.json", "close", "count", "result", "report.pdf", "annul"],
)
def test_somebody_elses_poll_is_not_there(village, app, page):
    """A neighbouring township's poll, an unknown one and a nonsense id are all answered by the same 404 with a sentence."""
    here, there = add_places(village.database, "嘎玛乡", "曲水乡")
    village.create(organization_id=here)
    with village.database.write() as session:
        for name, place in (("本乡", here), ("邻乡", there)):
            add_user(session, name, Role.ORGANIZER, PASSWORD, at=place)
    desk = Desk(app, "邻乡")
    for poll in (village.poll, "AAAAAAAAAAAAAA", "%00", "x" * 300):
        answer = desk.client.get(f"/desk/polls/{poll}" + (f"/{page}" if page else ""))
        assert answer.status_code == 404
        assert "没有这个页面或编号" in answer.text
    for name in ("本乡", ORGANIZER):
        assert Desk(app, name).client.get(at(village)).status_code == 200


def test_nothing_is_shown_or_done_without_signing_in(village, app):
    """Who is not signed in is sent to the door, for every page and every act of the day."""
    village.opened()
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    for page in ("", "open", "wall", "turnout.json", "close", "count", "result", "report.pdf", "annul"):
        answer = client.get(at(village, page))
        assert answer.status_code == 302
        assert "/desk/login" in answer.location
    for page in ("open", "close", "count", "publish", "annul"):
        answer = client.post(
            at(village, page), data={"told": "y", "written": title_of(village), "stand_in": "y", "reason": "x"}
        )
        assert answer.status_code == 302
        assert "/desk/login" in answer.location
    assert state(village) is State.OPEN


@pytest.mark.parametrize("page", ["open", "close", "count", "publish", "annul"])
def test_an_act_without_its_token_is_refused(village, desk, page):
    """A form that did not come from our page does nothing, whatever it says."""
    village.opened()
    fields = {"told": "y", "written": title_of(village), "stand_in": "y", "reason": "x", "revision": "1"}
    answer = desk.client.post(at(village, page), data=fields)
    assert answer.status_code == 403
    assert "放得太久" in answer.text
    assert state(village) is State.OPEN


# ------------------------------------------------------------------ the poll at a glance


def test_the_page_leads_through_the_day_with_one_button_at_a_time(village, desk):
    """In every state the page names the current step and offers exactly one main act, the right one."""

    def main_act(page):
        found = re.findall(r'<a class="button" href="([^"]+)"', page)
        assert len(found) == 1, found
        step = re.search(r'<li aria-current="step">([^<]+)</li>', page)
        return found[0].rpartition("/")[2], step[1] if step else None

    village.create()
    assert main_act(desk.page(at(village))) == ("print", "起草")
    village.print()
    assert main_act(desk.page(at(village))) == ("preflight", "开箱")
    village.open()
    assert main_act(desk.page(at(village))) == ("attendance", "投票")
    village.vote([[1]] * 10)
    assert main_act(desk.page(at(village))) == ("close", "投票")
    village.close()
    assert main_act(desk.page(at(village))) == ("count", "计票")
    village.count()
    assert main_act(desk.page(at(village))) == ("result", "签字")
    village.publish()
    assert main_act(desk.page(at(village))) == ("notice", "公示")
    desk.send(at(village, "final"), 302, hidden=desk.form(at(village, "notice")))
    assert main_act(desk.page(at(village))) == ("result", None)
    village.annul("印错了名字")
    page = desk.page(at(village))
    assert 'class="button" href' not in page
    assert "印错了名字" in page


def test_the_way_waits_twice_for_key_holders(village, desk):
    """With key holders the way has two more steps, each the current one while somebody is waited for by name; without them it has none."""

    def stands():
        page = desk.page(at(village))
        steps = re.findall(r'<li(?: (class="done"|aria-current="step"))?>(\w+)</li>', page)
        [now] = [words for mark, words in steps if "step" in mark] or [None]
        [act] = re.findall(r'<a class="button" href="[^"]+/(\w+)"', page)
        return now, act, [words for mark, words in steps if "done" in mark], page

    village.create()
    assert "做钥匙" not in stands()[3]
    numbers = [invite(village, "张监票"), invite(village, "卓玛代表")]
    now, act, done, page = stands()
    assert (now, act, done) == ("做钥匙", "keys", ["起草"])
    assert "还在等：张监票、卓玛代表" in page
    keys = [bring(village, number) for number in numbers]
    assert stands()[:3] == ("印票", "print", ["起草", "做钥匙"])
    village.print()
    late = invite(village, "次仁")
    assert stands()[:3] == ("做钥匙", "keys", ["起草", "印票"])
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        invitations.strike_out(session, poll, late, who=ORGANIZER, now=NOW)
    village.open()
    village.vote([[1]] * 10)
    village.close()
    before = ["起草", "做钥匙", "印票", "开箱", "投票", "关箱"]
    assert stands()[:3] == ("用钥匙", "keys", before)
    hand_in(village, "张监票", keys[0])
    now, _act, _done, page = stands()
    assert now == "用钥匙"
    assert "还在等：卓玛代表。" in page
    hand_in(village, "卓玛代表", keys[1])
    assert stands()[:3] == ("计票", "count", [*before, "用钥匙"])


def test_a_print_that_broke_off_leads_to_printing_again(village, desk):
    """A poll that is frozen but has no slips is not offered for opening."""
    village.create()
    change(village, state=State.PRINTED)
    assert re.findall(r'<a class="button" href="[^"]+/(\w+)"', desk.page(at(village))) == ["print"]
    assert "先印票" in desk.page(at(village, "open"))
    assert "data-busy" not in desk.page(at(village, "open"))


def test_the_audit_log_is_told_in_words(village, desk):
    """Who did what and when stands on the page in Beijing time, without codes of ours."""
    village.opened()
    page = desk.page(at(village))
    assert "2026年10月20日 17:30" in page
    assert "测试：打开票箱，钥匙 3 把" in page
    assert "村民代表和老党员代表 10 张" in page
    assert "poll." not in page


# ------------------------------------------------------------------ opening


def test_opening_says_what_it_fixes_and_opens_once(village, desk):
    """The page names the rules, the subjects, the slips and the keys; the button opens; a second click is told so, quietly."""
    village.create(subjects=2)
    village.print()
    page = desk.page(at(village, "open"))
    for words in ("驻村干部考核通用方案", "第1工作队、第2工作队", "10 张票", "钥匙", "掌管服务器的人有办法看到单张票"):
        assert words in page
    hidden = desk.form(at(village, "open"))
    assert "票箱已打开" in desk.send(at(village, "open"), 200, follow=True, hidden=hidden, told="y")
    assert state(village) is State.OPEN
    panel = village.panel()
    assert "已经打开过了" in desk.send(at(village, "open"), 200, follow=True, hidden=hidden, told="y")
    assert village.panel().setup_hash == panel.setup_hash


def test_opening_wants_its_tick(village, desk):
    """Without the tick nothing opens, and the page says where it is missing."""
    village.create()
    village.print()
    assert "请先确认这一项" in desk.send(at(village, "open"), 422)
    assert state(village) is State.PRINTED


def test_opening_waits_for_every_invited_key(village, desk):
    """While an invited holder's key is missing there is no button, and the act itself is refused naming them; with the key it opens."""
    village.create(rehearsal=False)
    village.print()
    numbers = [invite(village, "甲监票"), invite(village, "乙监票")]
    bring(village, numbers[0])
    hidden = {"csrf_token": desk.form(at(village, "annul"))["csrf_token"]}
    page = desk.page(at(village, "open"))
    assert "乙监票：<strong>还没有交来" in page
    assert 'name="told"' not in page
    with village.database.read() as session:
        revision = str(find_poll(session, village.poll).revision)
    page = desk.send(at(village, "open"), 409, hidden=hidden | {"revision": revision}, told="y")
    assert "还没有收到这几位的钥匙：乙监票" in page
    assert state(village) is State.PRINTED
    bring(village, numbers[1])
    page = desk.page(at(village, "open"))
    assert "任何一位保管人丢了钥匙又没有备份，票箱就再也打不开" in page
    assert "已告诉每位保管人" in page
    desk.send(at(village, "open"), 302, told="y")
    assert state(village) is State.OPEN


def test_a_stale_page_opens_nothing(village, desk):
    """What somebody else changed meanwhile is shown before it is fixed for ever; from that page on it goes."""
    village.create(rehearsal=False)
    village.print()
    hidden = desk.form(at(village, "open"))
    bring(village, invite(village, "甲监票"))
    page = desk.send(at(village, "open"), 409, hidden=hidden, told="y")
    assert "这一页打开以后，这场测评又有了变动" in page
    assert "甲监票" in page
    assert state(village) is State.PRINTED
    again = dict(re.findall(r'name="(csrf_token|revision)"[^>]*value="([^"]*)"', page.partition("<main")[2]))
    desk.send(at(village, "open"), 302, hidden=again, told="y")
    for nonsense in ("", "x", "9" * 5000, "-1"):
        village.create()
        village.print()
        hidden["revision"] = nonsense
        desk.send(at(village, "open"), 409, hidden=hidden, told="y")


# ------------------------------------------------------------------ the wall


@pytest.mark.parametrize(
    ("number", "shown"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (21, 20), (22, 22), (24, 23), (25, 25)]
)
def test_figures_move_in_steps(number, shown):
    """A figure stands still between steps; minimum (22) and roster (23) are steps of their own."""
    assert stepped(number, {22, 23}) == shown


def test_marks_below_the_first_step_are_none():
    """The first ballots are not announced one by one, however small a panel is."""
    assert [stepped(number, {1, 3}) for number in range(6)] == [0, 0, 0, 0, 0, 5]


def numbers(desk, village) -> list[tuple[int, bool]]:
    """What the wall's script is told."""
    return [
        (panel["returned"], panel["reached"]) for panel in desk.client.get(at(village, "turnout.json")).json["panels"]
    ]


def test_the_wall_begins_with_a_zero_and_moves_in_steps(village, desk):
    """Before opening, right after it and up to the fourth ballot it shows 0; then 5; exactly only when closed. No tracker anywhere."""
    village.create(spare=4)
    village.print()
    page = desk.page(at(village, "wall"))
    assert re.search(r'<p data-stage="before">票箱是空的', page)
    assert numbers(desk, village) == [(0, False)]
    village.open()
    trackers = village.vote([[1]] * 4)
    assert numbers(desk, village) == [(0, False)]
    assert '<span class="wall-figure" aria-live="polite">0</span>' in desk.page(at(village, "wall"))
    trackers += [village.cast(village.seal(4, [1])).tracker]
    assert numbers(desk, village) == [(5, False)]
    for number in range(5, 12):
        trackers.append(village.cast(village.seal(number, [1])).tracker)
    assert numbers(desk, village) == [(10, True)]
    said = [desk.client.get(at(village, page)).text for page in ("", "wall", "turnout.json", "close")]
    assert not any(tracker in text for tracker in trackers for text in said)
    assert not any(">12<" in text for text in said)
    village.close(villagers=14)
    assert numbers(desk, village) == [(12, True)]
    assert ">12<" in desk.page(at(village))


def test_the_figures_may_be_kept_for_two_seconds_by_this_browser_alone(village, desk):
    """The JSON is private; pages of the desk are not stored at all."""
    village.opened()
    answer = desk.client.get(at(village, "turnout.json"))
    assert answer.headers["Cache-Control"] == "private, max-age=2"
    assert answer.json["stage"] == "open"
    assert desk.client.get(at(village, "wall")).headers["Cache-Control"] == "no-store"


def test_the_servers_key_alone_is_said_on_every_page(village, desk):
    """Law 14: glance, wall and result of a poll whose keys all lie on the server say so; with a holder's key none does."""
    sentence = "掌管服务器的人有办法看到单张票"
    village.opened()
    assert all(sentence in desk.page(at(village, page)) for page in ("", "wall"))
    village.vote([[1]] * 10)
    village.close()
    village.count()
    assert sentence in desk.page(at(village, "result"))
    village.create(rehearsal=False)
    village.print()
    number = invite(village, "甲监票")
    assert not any(sentence in desk.page(at(village, page)) for page in ("", "wall"))
    bring(village, number)
    village.open()
    assert not any(sentence in desk.page(at(village, page)) for page in ("", "wall"))
