"""The attendance desk's page without a script, and what it answers one with a script."""

import html
import re

import pytest
from counties import neighbour
from desks import ORGANIZER, PASSWORD, Desk, at, change
from rosters import lines_of, rostered, ticked

from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user

TELLER = "孙计票"
JSON = {"Accept": "application/json"}
NAMES = [
    ("王强", "王大山"),
    ("单雄信",),
    ("བཀྲ་ཤིས",),
    ("ئابدۇراخمان",),
    ("\U00020bb7野家",),
    *((f"村民{n}",) for n in range(5)),
]


@pytest.fixture
def teller(village, app) -> Desk:
    """Somebody who counts."""
    with village.database.write() as session:
        add_user(session, TELLER, Role.TELLER, PASSWORD)
    return Desk(app, TELLER)


def room(village, **query) -> str:
    """The page's address."""
    return at(village, "attendance") + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def tap(desk, village, value, name="tick", panel="villagers", **options):
    """One tap, with the token of the page."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk.page(room(village)).partition("<main")[2])[1]
    fields = {"csrf_token": token, "panel": panel, name: value}
    return desk.client.post(at(village, "attendance"), data=fields | options.pop("more", {}), **options)


def shown(page) -> list[str]:
    """The names that a page lists."""
    return [re.sub(r"<.*", "", name).strip() for name in re.findall(r'class="who"[^>]*>(.*?)</span>', page)]


def test_a_tap_without_a_script_comes_back_to_its_line(village, desk):
    """The page goes back to where the tap was, with the search that was typed; the counts have moved; a second tap takes it back."""
    rostered(village, names=NAMES)
    answer = tap(desk, village, "1 slip on", more={"q": "sxx"})
    assert answer.status_code == 303
    assert answer.location.endswith("?panel=villagers&q=sxx#line-1")
    page = desk.page(room(village))
    assert re.findall(r'data-count="(\w+)">(\d+)', page) == [("expected", "10"), ("present", "1"), ("slip", "1")]
    assert 'value="1 slip off" data-what="slip" aria-pressed="true"' in page
    tap(desk, village, "1 slip off")
    assert lines_of(village)[1] == (True, False)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("wq", ["王强"]),
        ("wangqiang", ["王强"]),
        ("王大山", ["王强"]),
        ("shanx", ["单雄信"]),
        ("ཤིས", ["བཀྲ་ཤིས"]),
        ("xyz", []),
    ],
)
def test_the_server_searches_too(village, desk, search, names):
    """By characters, pinyin, initials and household; nobody found is said."""
    rostered(village, names=NAMES)
    page = desk.page(room(village, panel="villagers", q=search))
    assert shown(page) == names
    assert ("<p data-none>" in page) == (not names)


def test_only_those_without_a_slip(village, desk):
    """Who is still missing can be seen."""
    rostered(village, names=NAMES)
    ticked(village, 0)
    assert shown(desk.page(room(village, left=1)))[0] == "单雄信"


def test_a_script_is_told_the_counts(village, desk):
    """The answer has the counts; a person who has a slip already is named, so that no second one is handed out; other phones see the line."""
    rostered(village, names=NAMES)
    first = tap(desk, village, "0 slip on", headers=JSON)
    assert (first.status_code, first.json) == (
        200,
        {"counts": {"expected": 10, "present": 1, "slip": 1}, "message": ""},
    )
    second = tap(desk, village, "0 slip on", headers=JSON)
    assert "王强已经领过票" in second.json["message"]
    stands = desk.client.get(at(village, "attendance.json?panel=villagers")).json
    assert stands["present"] == stands["slip"] == "1" + "0" * 9
    assert stands["takes"] is True


def test_counters_where_there_is_only_a_number(village, desk):
    """Two counters, and their ends are said."""
    village.opened()
    page = desk.page(room(village))
    assert "这一组只有人数" in page
    assert "data-line" not in page
    assert tap(desk, village, "slip 1", "move", headers=JSON).json["counts"] == {
        "expected": 10,
        "present": 1,
        "slip": 1,
    }
    assert "不能少过发出的" in tap(desk, village, "present -1", "move", headers=JSON).json["message"]
    answer = tap(desk, village, "present -1", "move", follow_redirects=True)
    assert "不能少过发出的" in answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("99 slip on", "tick"), "没有这一行"),
        (("x", "tick"), "没有这一行"),
        (("1 slip on", "tick", "evaluators"), "没有叫 evaluators 的测评组"),
        (("slip 1", "move"), "按姓名点"),
        (("slip 5", "move"), "没有这一行"),
    ],
)
def test_what_can_not_be_is_refused_in_words(village, desk, given, words):
    """With and without a script: a sentence, and nothing is ticked."""
    rostered(village, names=NAMES)
    answer = tap(desk, village, *given, headers=JSON)
    assert (answer.status_code, words in answer.json["message"]) == (422, True)
    page = tap(desk, village, *given, follow_redirects=True).text
    assert 'class="note bad"' in page
    assert lines_of(village) == [(False, False)] * 10


def test_a_tap_after_closing_is_told_so(village, desk):
    """A page that stayed open: the tap is refused with a sentence; the page itself says that nobody's mark is left, and the counts."""
    rostered(village, names=NAMES)
    village.open()
    ticked(village, 0)
    desk_page = desk.page(room(village))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk_page.partition("<main")[2])[1]
    village.close()
    fields = {"csrf_token": token, "panel": "villagers", "tick": "1 slip on"}
    answer = desk.client.post(at(village, "attendance"), data=fields, headers=JSON)
    assert (answer.status_code, answer.json["message"]) == (409, "票箱已经关好，签到已经结束，这一下没有记。")
    page = desk.client.post(at(village, "attendance"), data=fields, follow_redirects=True).text
    assert "这一下没有记" in page
    assert "记号已经抹掉" in page
    assert "王强" not in page
    assert desk.client.get(at(village, "attendance.json")).json["takes"] is False


def test_before_printing_and_after_annulment_nobody_is_ticked(village, desk):
    """The page says why."""
    village.create()
    assert "还没有印票" in desk.page(room(village))
    village.print()
    village.annul()
    assert "本场测评已作废" in desk.page(room(village))


def test_a_long_roster_is_searched_by_the_server(village, desk):
    """Of 1,200 people a page lists a thousand and says how many more there are; whoever is looked for is found."""
    rostered(village, names=[f"村民{number:04}" for number in range(1200)])
    page = desk.page(room(village))
    assert (len(shown(page)), 'data-all="no"' in page) == (1000, True)
    assert "还有 200 人没有列出来" in page
    assert shown(desk.page(room(village, q="cm1199"))) == ["村民1199"]


def test_a_teller_ticks_and_sees_nothing_else(village, desk, teller):
    """After signing in a teller sees the polls to tick in, ticks, and is kept from every page of the desk; a draft is not listed."""
    rostered(village, names=NAMES)
    change(village, made_by=ORGANIZER)
    assert at(village, "attendance") in teller.page("/desk/attendance")
    assert tap(teller, village, "0 slip on", headers=JSON).status_code == 200
    for page in ("", "close", "result", "wall"):
        teller.page(at(village, page), 403)
    teller.page("/desk/", 403)
    assert teller.client.get("/desk/login").location == "/desk/attendance"
    change(village, state=State.CLOSED)
    assert "现在没有要签到的测评" in teller.page("/desk/attendance")


def test_nobody_else_ticks(village, app, desk):
    """Another organizer finds no such poll, who is not signed in is sent to the door, a tap without its token does nothing."""
    rostered(village, names=NAMES)
    other = Desk(app, neighbour(village.database))
    for page in ("attendance", "attendance.json"):
        other.page(at(village, page), 404)
        assert "/desk/login" in app.test_client().get(at(village, page)).location
    assert (
        desk.client.post(at(village, "attendance"), data={"panel": "villagers", "tick": "0 slip on"}).status_code == 403
    )
    assert lines_of(village)[0] == (False, False)
    assert "现在没有要签到的测评" in other.page("/desk/attendance")


def test_a_trial_is_no_poll_to_tick_in(village, teller):
    """Nor is an unknown number one."""
    rostered(village, names=NAMES)
    change(village, trial_of="x")
    teller.page(room(village), 404)
    change(village, trial_of=None)
    teller.page("/desk/polls/AAAAAAAAAAAAAA/attendance", 404)


def test_names_are_no_markup(village, desk):
    """Whatever a name is made of, the page shows it."""
    rostered(village, names=[("<b>\"'&",), *NAMES])
    page = desk.client.get(room(village)).text
    assert "<b>" not in page.partition("<main")[2]
    assert "<b>\"'&" in html.unescape(page)


def test_the_poll_leads_there(village, desk):
    """While people vote it is the main button."""
    village.opened()
    assert f'class="button" href="{room(village)}"' in desk.page(at(village))
