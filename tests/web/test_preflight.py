"""Before opening: each line is in order or says its remedy; a phone that opens the address is noticed; nothing hangs on ticks but a warning."""

import re

import pytest
from counties import neighbour
from desks import Desk, at, change, state

from polling.lifecycle import State


def stands(page) -> dict[str, str]:
    """How each line stands, by its title."""
    found = re.findall(r"<h2[^>]*><svg.*?</svg> (.*?) <span[^>]*>(.*?)</span></h2>", page)
    assert len(found) == 8
    return dict(found)


@pytest.fixture
def printed(village):
    """A poll that counts, printed, for phones of the tests."""
    village.create(rehearsal=False)
    change(village, base_url="http://localhost")
    village.print()
    return village


def try_address(desk, village) -> str:
    """The path that the QR code leads to."""
    return re.search(r"/try/\w+/\w+", desk.page(at(village, "preflight")))[0]


def test_each_line_says_how_it_stands(village, desk):
    """Before anything was looked at only what the machine knows is in order; a draft without slips can't be opened and is led to printing."""
    village.create(rehearsal=False)
    page = desk.page(at(village, "preflight"))
    assert stands(page) == {
        "票印好了": "不能开箱",
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


def test_faults_of_the_poll_itself_are_red(village, desk):
    """A roster below the minimum, a name that can't be printed and an address of this machine forbid opening, each with its words."""
    village.create(rehearsal=False, expected={"villagers": 9})
    change(village, base_url="http://127.0.0.1:8000", title="\U0001f600")
    page = desk.page(at(village, "preflight"))
    found = stands(page)
    assert [found[title] for title in ("应到人数够", "名称都印得出来", "票上的网址手机连得上")] == ["不能开箱"] * 3
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
    assert "告诉电脑" in phone.get(path).text
    assert not reached()
    answer = phone.post(path, base_url="http://10.9.9.9")
    assert "这不是票上的网址" in answer.text
    assert not reached()
    answer = phone.post(path)
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
    app.test_client().post(try_address(desk, printed))
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
