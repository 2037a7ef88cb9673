"""Every state in which the voter's page may be opened, each with a sentence, and who may have to do without a mouse, an eye or a new phone."""

import http.client
import os
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from pages.voter_site import (
    DONE,
    boxed,
    chinese,
    choose,
    left_behind,
    look_over,
    named,
    press,
    says,
    scan,
    until,
    vote,
)

from ballots import typed_codes
from ballots.wording import Keys
from belenios.trustees import new_key, public_part

TIBETAN = "བོད་རང་སྐྱོང་ལྗོངས་ནག་ཆུ་གྲོང་ཁྱེར་གཉན་རོང་རྫོང་ཉི་མ་ཤང་སྐར་མ་གྲོང་ཚོའི་གྲོང་བཅའ"


def ask_now(page) -> None:
    """Do as if the page was looked at again: it asks the box at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_not_open_yet(site, phone, in_both_sizes):
    """Before opening the page says so, waits, and opens by itself with the slip still known."""
    site.village.create()
    site.village.print()
    page = scan(phone(), site)
    says(page, "票箱还没有打开")
    in_both_sizes(page, "voter-early")
    ask_now(page)
    page.wait_for_timeout(300)
    says(page, "票箱还没有打开")
    site.village.open()
    ask_now(page)
    vote(page, 1)
    says(page, DONE)


def test_already_cast(site, phone, in_both_sizes):
    """A slip that was used says so before anything is chosen."""
    site.village.opened()
    site.village.vote([[1]])
    page = scan(phone(), site)
    says(page, "这张票已经投好，请放心")
    in_both_sizes(page, "voter-used")
    assert left_behind(page) == {}


@pytest.mark.parametrize(("end", "said"), [("close", "票箱已经关闭"), ("annul", "本场测评已作废")])
def test_after_the_end(site, phone, end, said, in_both_sizes):
    """A closed or annulled poll says so; the slip's code is forgotten, and after closing the evidence is linked."""
    site.village.opened()
    site.village.vote([[1]] * 10)
    getattr(site.village, end)()
    page = scan(phone(), site)
    says(page, said)
    in_both_sizes(page, f"voter-{end}")
    assert left_behind(page) == {}
    assert page.locator("footer:visible a").count() == (3 if end == "close" else 0)
    page.get_by_role("button", name="English").click()
    in_both_sizes(page, f"voter-{end}-english")
    assert chinese(page) == []
    assert site.village.codes["villagers"][0] not in page.url


def test_a_ballot_that_waited_past_closing(site, phone):
    """Who lost the box's answer and comes back after closing still gets the receipt: the box has these bytes."""
    site.village.opened()
    page = phone()
    page.route("**/ballots", lambda route: route.abort())
    vote(scan(page, site), 1)
    page.get_by_role("status").get_by_text("没有网络").wait_for()
    site.village.cast(page.evaluate("JSON.parse(sessionStorage.yipiao).sealed.raw").encode())
    site.village.close()
    page.unroute("**/ballots")
    page.reload()
    says(page, DONE)
    assert left_behind(page) == {}


@pytest.mark.parametrize("torn", ["abc", "11111-111111-11111-11111", "%E4%B8%80", "0" * 25])
def test_a_torn_slip(site, phone, axe, torn, in_both_sizes):
    """What is no code is said to be torn, and the place to type it is there."""
    site.village.opened()
    page = phone()
    page.goto(f"{site.url}/v/{site.village.panels['villagers']}#{torn}")
    says(page, "请扫票上的二维码")
    assert "没有扫完整" in page.get_by_role("alert").inner_text()
    assert "#" not in page.url
    axe(page)
    if torn == "abc":
        in_both_sizes(page, "voter-torn")


def test_a_slip_of_another_panel(site, phone, in_both_sizes):
    """A code that is not of this panel is said to be foreign, and forgotten."""
    site.village.opened(panels=("evaluators", "villagers"))
    village = site.village
    page = phone()
    page.goto(f"{site.url}/v/{village.panels['villagers']}#{village.codes['evaluators'][0]}")
    page.get_by_role("alert").get_by_text("不是这一组的").wait_for()
    in_both_sizes(page, "voter-foreign")
    assert left_behind(page) == {}


def test_an_unknown_panel(site, phone):
    """A number that is no panel's is a page with a sentence."""
    page = phone()
    answer = page.goto(f"{site.url}/v/11111111111111#x")
    assert answer.status == 404
    assert "没有这个页面或编号" in page.locator("main").inner_text()


def test_another_scan_in_the_same_tab(site, phone):
    """A slip scanned over a half-filled ballot begins afresh with its own code."""
    site.village.opened()
    page = phone()
    choose(scan(page, site), 2)
    scan(page, site, 1)
    until(page, "!document.querySelector('input:checked')")
    vote(page, 3)
    says(page, DONE)
    [raw] = boxed(site)
    assert site.village.point(1) in raw


def test_two_tabs_of_one_slip(site, phone, in_both_sizes):
    """The second page of a slip says that the first is open; going on there closes the first. One ballot comes of it."""
    site.village.opened()
    first = phone()
    choose(scan(first, site), 2)
    until(first, "performance.getEntriesByName('prepared').length")
    second = first.context.new_page()
    scan(second, site)
    says(second, "这张票已经在另一页打开")
    in_both_sizes(second, "voter-elsewhere")
    second.get_by_role("button", name="在这里继续").click()
    says(first, "这张票已经在另一页打开")
    assert first.locator("input").count() == 0
    vote(second, 4)
    says(second, DONE)
    # the second has cast: there is nothing to go on with in the first
    says(first, "这张票正在另一个窗口送出")
    assert first.get_by_role("button", name="在这里继续").count() == 0
    assert left_behind(first) == {}
    assert len(boxed(site)) == 1


def test_two_tabs_of_one_slip_and_one_has_sealed(site, phone, in_both_sizes):
    """A ballot that waits in one window is not begun anew in another, nor after the first was loaded again."""
    site.village.opened()
    first = phone()
    first.route("**/ballots", lambda route: route.abort())
    second = first.context.new_page()
    choose(scan(second, site), 3)
    until(second, "performance.getEntriesByName('prepared').length")
    scan(first, site)
    first.get_by_role("button", name="在这里继续").click()
    vote(first, 2)
    first.get_by_role("status").get_by_text("没有网络").wait_for()
    says(second, "这张票正在另一个窗口送出")
    first.reload()
    first.get_by_role("status").get_by_text("没有网络").wait_for()
    scan(second, site)
    says(second, "这张票正在另一个窗口送出")
    assert second.get_by_role("button", name="在这里继续").count() == 0
    in_both_sizes(second, "voter-away")
    first.unroute("**/ballots")
    first.evaluate("dispatchEvent(new Event('online'))")
    says(first, DONE)
    assert len(boxed(site)) == 1


def test_two_tabs_of_one_slip_without_word_of_each_other(site, phone):
    """Where pages can't hear each other, the box decides, and the second is told in a clear sentence."""
    site.village.opened()
    first = phone()
    first.context.add_init_script("delete window.BroadcastChannel")
    second = first.context.new_page()
    for page in (first, second):
        choose(scan(page, site), 2)
        look_over(page)
    press(first)
    says(first, DONE)
    press(second)
    says(second, "您刚才的选择没有收下")


def test_change_leads_to_ones_own_subject(site, phone, monkeypatch):
    """Whatever voters before did on this phone, change leads to the subject beside which it stands."""
    monkeypatch.setattr("village.new_code", typed_codes.new_code)
    site.village.opened(subjects=3)
    page = phone()
    vote(scan(page, site), 1, 1, 1)
    received(page)
    page.get_by_role("button", name="下一位").click()
    page.get_by_label("投票码").fill(site.village.codes["villagers"][1])
    page.keyboard.press("Enter")
    choose(page, 1, 2, 3)
    look_over(page)
    page.get_by_role("button", name="改 第3工作队").click()
    says(page, "请选择")
    assert page.evaluate("document.activeElement.name") == "q2"
    look_over(page)
    page.go_back()
    says(page, "请选择")
    assert page.evaluate("document.activeElement.name") == "q0"


@pytest.mark.parametrize(("keys", "promise"), [(Keys.SEPARATE, True), (Keys.SERVER_ALONE, False)])
def test_secrecy_is_promised_where_the_keys_keep_it(site, phone, keys, promise):
    """Law 14: nobody can see a choice is said only where two keys were made apart."""
    site.village.create()
    site.village.print()
    if keys is Keys.SEPARATE:
        site.village.open(("监票人", public_part(new_key(os.urandom), os.urandom)))
    else:
        site.village.open()
    page = scan(phone(), site)
    says(page, "请选择")
    text = page.locator("footer:visible").inner_text()
    assert ("没有人能看到您的选择" in text) is promise
    assert ("掌管服务器的人有办法看到单张票" in text) is not promise
    assert "任何人不得要求您出示选择" in text


def test_keyboard_alone(site, phone):
    """Tab, space, arrows and Enter are enough, and the focus goes to the heading of every screen."""
    site.village.opened(subjects=2)
    page = scan(phone(), site)
    says(page, "请选择")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    keys = page.keyboard
    keys.press("Tab")
    keys.press("Space")
    keys.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "2"
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Enter")
    says(page, "请核对")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    for _ in range(3):
        keys.press("Tab")
    keys.press("Enter")
    says(page, DONE)
    assert page.evaluate("document.activeElement.tagName") == "H2"


def test_what_a_screen_reader_hears(site, phone):
    """Each subject is a group with its name, each option its word; the marks beside them are silent."""
    site.village.opened(subjects=2)
    page = scan(phone(), site)
    says(page, "请选择")
    group = page.get_by_role("group", name="2 / 2 第2工作队")
    assert group.get_by_role("radio").count() == 6
    for word in ("很满意", "满意", "一般", "不满意", "不了解", "弃权"):
        assert group.get_by_role("radio", name=word, exact=True).count() == 1


def test_forty_subjects_and_long_names(site, phone, look, monkeypatch, in_both_sizes):
    """Forty subjects with Tibetan names of sixty letters fit a phone, also at 200 % zoom, without moving sideways, and can be cast."""
    assert len(TIBETAN) >= 60
    monkeypatch.setattr("village.SubjectEntry", named(lambda at: f"{TIBETAN[:56]}{at}"))
    site.village.opened(subjects=40)
    page = phone()
    scan(page, site)
    choose(page, *[1 + at % 5 for at in range(40)])
    for name, then in (("form", look_over), ("review", cast), ("receipt", received)):
        page.set_viewport_size({"width": 180, "height": 370})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        look(page, f"voter-forty-180-{name}", full=False)
        in_both_sizes(page, f"voter-forty-{name}", scripts=name == "form")
        then(page)


def test_dark(site, phone, desk, look, in_both_sizes):
    """In the dark and in the colours that a person has chosen the page can be read as well."""
    site.village.opened(subjects=2)
    page = scan(phone(color_scheme="dark"), site)
    choose(page, 1, 3)
    in_both_sizes(page, "voter-dark")
    wide = scan(desk(color_scheme="dark", forced_colors="active"), site, 1)
    choose(wide, 1, 3)
    look(wide, "voter-wide-forced", full=False)


def received(page) -> None:
    """Wait for the receipt."""
    says(page, DONE)


def cast(page) -> None:
    """Cast, and wait for the receipt."""
    press(page)
    received(page)


def test_touch_targets(site, phone):
    """Whatever can be touched is at least 48 pixels high."""
    site.village.opened()
    page = scan(phone(), site)
    choose(page, 1)
    for step in (look_over, press, received):
        heights = page.evaluate(
            "[...document.querySelectorAll('button:not([hidden]), .o, a')].map(e => e.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48, step
        step(page)


def test_every_voter_gets_the_same_page(site):
    """The page says nothing of who asks: the same bytes for everybody, without and with compression, and no cookie."""
    site.village.opened()
    found = set()
    for coding in ("", "gzip", "gzip, br", "identity"):
        with closing(http.client.HTTPConnection("127.0.0.1", urlsplit(site.url).port)) as connection:
            connection.request("GET", f"/v/{site.village.panels['villagers']}", headers={"Accept-Encoding": coding})
            answer = connection.getresponse()
            found.add((answer.headers["Content-Encoding"], answer.read(), answer.headers["Set-Cookie"]))
    assert len(found) == 2
    assert {coding for coding, _, _ in found} == {None, "gzip"}
    assert {cookie for _, _, cookie in found} == {None}
