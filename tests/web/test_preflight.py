"""Before printing and before opening: each line is in order or says its remedy; a phone that opens the address is noticed; nothing hangs on ticks but a warning."""

import re

import pytest
from counties import neighbour
from desks import Desk, at, bring, change, invite, state

from polling.lifecycle import State

HALL = "http://hall.test"  # where the phones of the tests reach the server
TO_TRY = "二维码：手机试一试网址"


def stands(page) -> dict[str, str]:
    """How each line stands, by its title."""
    found = re.findall(r"<h2[^>]*><svg.*?</svg> (.*?) <span[^>]*>(.*?)</span></h2>", page)
    assert len(found) == 8
    return dict(found)


@pytest.fixture
def printed(village):
    """A poll that counts, printed, for phones of the tests."""
    village.create(rehearsal=False)
    change(village, base_url=HALL)
    village.print()
    return village


def try_address(desk, village, page="preflight") -> str:
    """The path that the QR code of a page leads to."""
    shown = desk.page(at(village, page))
    assert TO_TRY in shown
    return re.search(r"/try/\w+/\w+", shown)[0]


def test_each_line_says_how_it_stands(village, desk):
    """Of a draft only what the machine knows is in order; what can't be known yet says so, without a tick; it is led to printing."""
    village.create(rehearsal=False)
    assert at(village, "preflight") in desk.page(at(village))
    page = desk.page(at(village, "preflight"))
    assert stands(page) == {
        "票印好了": "还没有",
        "应到人数够": "好了",
        "名称都印得出来": "好了",
        "票上的网址手机连得上": "还没有",
        "试投一张，数一遍": "还没有",
        "选项讲清楚了": "还没有",
        "监票人说定了": "还没有",
        "告知念过了": "还没有",
    }
    assert at(village, "print") in page
    assert at(village, "trial") in page
    assert "很满意、满意、一般、不满意、不了解" in page
    assert "参评名册只保存到异议处理完毕" in page
    assert "印票前核对" in page
    assert page.count("现在先看一看，印好票以后再勾选") == 3
    assert "有账号的监票人" in page
    assert "checkbox" not in page
    assert "打不开，就先改网址，再印票" in page


def test_a_draft_takes_no_ticks(village, desk):
    """What is said of a draft may still change; a form that is sent all the same keeps nothing."""
    village.create(rehearsal=False)
    hidden = desk.form(at(village, "print"))
    desk.send(at(village, "preflight"), 302, hidden=hidden, tick=["scale", "notice"])
    village.print()
    found = stands(desk.page(at(village, "preflight")))
    assert (found["选项讲清楚了"], found["告知念过了"]) == ("还没有", "还没有")


def test_a_draft_that_waits_for_keys_says_what_is_not_known_yet(village, desk):
    """What slips say of secrecy hangs on the keys: the line leads to them, and is like the others once they are here."""
    village.create(rehearsal=False)
    number = invite(village, "甲监票")
    page = desk.page(at(village, "preflight"))
    assert "票上怎么说保密还没有定" in page
    assert f'<a href="{at(village, "keys")}">去办</a>' in page
    bring(village, number)
    assert "票上怎么说保密还没有定" not in desk.page(at(village, "preflight"))


def test_the_address_is_tried_where_it_can_still_be_changed(village, app, desk):
    """The check of a draft, its preflight and its page of printing show the same code, until a phone came; then the words; once printed none."""
    village.create(rehearsal=False)
    change(village, base_url=HALL)
    path = try_address(desk, village)
    assert [try_address(desk, village, page) for page in ("edit", "print")] == [path, path]
    for page in ("edit", "print"):
        assert "打得开再印票" in desk.page(at(village, page))
    assert app.test_client().post(path, base_url=HALL).status_code == 200
    for page in ("edit", "print", "preflight"):
        shown = desk.page(at(village, page))
        assert "手机打开过" in shown
        assert TO_TRY not in shown
    change(village, base_url="http://10.0.0.6:8000")
    for page in ("edit", "print", "preflight"):
        assert try_address(desk, village, page) != path
    village.print()
    assert "打得开再印票" not in desk.page(at(village, "print"))
    assert "请作废这一场" in desk.page(at(village, "preflight"))


def test_no_phone_is_asked_to_open_this_machine_itself(village, desk):
    """A rehearsal may be printed under the server's own address; no code asks to try what can't work."""
    village.create()
    change(village, base_url="http://127.0.0.1:8000")
    for page in ("edit", "print", "preflight"):
        assert TO_TRY not in desk.page(at(village, page))
    assert stands(desk.page(at(village, "preflight")))["票上的网址手机连得上"] == "还没有"


def test_faults_of_the_poll_itself_are_red(village, desk):
    """A roster below the minimum, a name that can't be printed and an address of this machine forbid printing, each with its words and its step."""
    village.create(rehearsal=False, expected={"villagers": 9})
    change(village, base_url="http://127.0.0.1:8000", title="\U0001f600")
    page = desk.page(at(village, "preflight"))
    found = stands(page)
    assert [found[title] for title in ("应到人数够", "名称都印得出来", "票上的网址手机连得上")] == ["不能印票"] * 3
    for step in ("panels", "texts"):
        assert f'<a href="{at(village, f"edit/{step}")}">去办</a>' in page
    assert "应到 9 人，办法要求至少 10 人" in page


def test_ticks_are_kept_and_taken_back(printed, desk):
    """What no machine can check is ticked, and stands so for everybody; who unticks it takes it back."""
    fields = desk.form(at(printed, "preflight"))
    desk.send(at(printed, "preflight"), 302, hidden=fields, tick=["scale", "notice"])
    found = stands(desk.page(at(printed, "preflight")))
    assert (found["选项讲清楚了"], found["告知念过了"], found["监票人说定了"]) == ("好了", "好了", "还没有")
    desk.send(at(printed, "preflight"), 302, hidden=fields, tick=["notice"])
    assert stands(desk.page(at(printed, "preflight")))["选项讲清楚了"] == "还没有"


def test_a_phone_that_opens_the_address_is_noticed(printed, app, desk):
    """The page by itself notes nothing, its form does, under the slips' own name only and without a cookie; a wrong number is no page."""
    path = try_address(desk, printed)
    phone = app.test_client()
    reached = lambda: desk.client.get(at(printed, "preflight/reached.json")).json["come"]  # noqa: E731
    assert "告诉电脑" in phone.get(path, base_url=HALL).text
    assert not reached()
    answer = phone.post(path, base_url="http://10.9.9.9")
    assert "这不是票上的网址" in answer.text
    assert not reached()
    answer = phone.post(path, base_url=HALL)
    assert "连上了" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert reached()
    assert stands(desk.page(at(printed, "preflight")))["票上的网址手机连得上"] == "好了"
    for wrong in (
        path[:-1] + ("0" if path[-1] != "0" else "1"),
        path.replace("/try/", "/try/x"),
        "/try/11111111111111/aaaaaaaa",
    ):
        assert phone.get(wrong).status_code == 404
    change(printed, base_url="http://10.0.0.6:8000")
    assert not reached()


def test_opening_warns_and_is_not_kept_back(printed, app, desk):
    """What was not gone through is named on the opening page; the boxes open all the same; when all is in order the next step is to open."""
    page = desk.page(at(printed, "open"))
    assert "还没有核对：票上的网址手机连得上、试投一张，数一遍、选项讲清楚了、监票人说定了、告知念过了。" in page
    assert re.findall(r'<a class="button" href="([^"]+)"', desk.page(at(printed)))[0].endswith("/preflight")
    app.test_client().post(try_address(desk, printed), base_url=HALL)
    from polling.polls import find_poll
    from polling.preflight import Item, note

    with printed.database.write() as session:
        note(session, find_poll(session, printed.poll), Item.TRIAL)
    answer = desk.send(at(printed, "preflight"), 302, tick=["scale", "notice", "scrutineers"])
    assert answer is not None
    assert re.findall(r'<a class="button" href="([^"]+)"', desk.page(at(printed)))[0].endswith("/open")
    assert "还没有核对" not in desk.page(at(printed, "open"))
    assert "票箱已打开" in desk.send(at(printed, "open"), 200, follow=True, told="y")
    assert state(printed) is State.OPEN
    assert desk.client.get(at(printed, "preflight")).status_code == 302


def test_somebody_elses_preflight_is_not_there(printed, app):
    """Another organizer's poll is answered by 404, and the phone's page tells nothing of it."""
    other = Desk(app, neighbour(printed.database))
    assert other.client.get(at(printed, "preflight")).status_code == 404
    assert other.client.get(at(printed, "preflight/reached.json")).status_code == 404
