"""The page of a count in a real browser: who waits there for the keys is shown the result without a click, and nobody else begins one."""

import pytest
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, bring, hand_in, invite, state
from pages.signing_in import at, signed_in
from playwright.sync_api import expect
from village import NOW

from ballots.closing import close_boxes
from polling.history import history
from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll

# ms after which a page that waits for keys has looked again, and the count has begun (static/desk.js)
LOOKS, BEGINS = 11_000, 10_000
SUBJECT = "第1工作队"  # what the village's first subject is called


@pytest.fixture
def awaited(site):
    """A closed poll that waits for one holder: what uses the key."""
    village = site.village
    with site.database.write() as session:
        for name, role in ((ORGANIZER, Role.ORGANIZER), (OTHER, Role.ORGANIZER), (SCRUTINEER, Role.SCRUTINEER)):
            add_user(session, name, role, PASSWORD)
    village.create(rehearsal=False)
    village.print()
    key = bring(village, invite(village, "甲监票"))
    village.open()
    village.vote([[1]] * 10)
    with village.database.write() as session:
        close_boxes(session, find_poll(session, village.poll, lock=True), {}, people=(ORGANIZER, SCRUTINEER), now=NOW)
    return lambda: hand_in(village, "甲监票", key)


def waits(site, page):
    """The page of a count that waits, under a clock that can be put forward."""
    page.clock.install()
    page.goto(at(site, "count"))
    assert page.get_by_role("button", name="计票").is_disabled()
    page.get_by_text("钥匙一到齐，就自己开始计票").wait_for()


def looks_again(page) -> None:
    """Put the clock forward until the page has looked again."""
    with page.expect_navigation():
        page.clock.fast_forward(LOOKS)
    page.get_by_text("已经打开合计").wait_for()


def time_to_begin(page) -> None:
    """Let the time pass in which a count would begin."""
    page.wait_for_load_state("load")
    page.clock.run_for(200)  # a page that begins has said so by then
    page.clock.fast_forward(BEGINS)
    # sending the form would have switched its button off at once
    expect(page.get_by_role("button", name="计票", exact=True)).to_be_enabled()


def counts(site) -> list[str]:
    """Who counted, by the log."""
    with site.database.read() as session:
        return [done.who for done in history(session, site.village.poll) if done.what == "poll.count"]


def test_who_waits_for_keys_is_shown_the_result(site, awaited, phone, desk, look):
    """The last share comes while two pages are open: each counts without a hand, once together, in the name of who waited."""
    pages = [signed_in(site, phone(), ORGANIZER), signed_in(site, desk(), OTHER)]
    for page in pages:
        waits(site, page)
    awaited()
    for page in pages:
        looks_again(page)
        expect(page.get_by_role("status").filter(has_text="自己开始计票")).to_be_in_viewport()
        expect(page.get_by_role("button", name="先不计")).to_be_in_viewport()
        expect(page.get_by_role("button", name="先不计")).to_be_focused()
        look(page, f"count-begins-{page.viewport_size['width']}")
    for page in pages:
        page.clock.fast_forward(BEGINS)
    for page in pages:
        page.wait_for_url("**/result")
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        assert "100.00" in page.locator("main").inner_text()
    assert len(counts(site)) == 1
    assert counts(site)[0] in {ORGANIZER, OTHER}


def test_a_count_that_nobody_waited_for_begins_by_a_click(site, awaited, desk):
    """Kept back it stays; loaded once more, or come to when the keys were there, the page waits for the button; 现在刷新 is waiting too."""
    page = signed_in(site, desk())
    waits(site, page)
    awaited()
    page.get_by_role("link", name="现在刷新").click()
    page.get_by_role("button", name="先不计").click()
    expect(page.get_by_role("button", name="先不计")).to_be_hidden()
    expect(page.get_by_role("button", name="计票", exact=True)).to_be_focused()
    for come in (lambda: None, page.reload, lambda: page.goto(at(site, "count"))):
        come()
        expect(page.get_by_role("button", name="计票")).to_be_enabled()
        expect(page.get_by_text("自己开始计票")).to_be_hidden()
        time_to_begin(page)
    assert state(site.village) is State.TALLIED
    page.get_by_role("button", name="计票", exact=True).click()
    page.wait_for_url("**/result")


def test_a_subject_who_waits_counts_nothing(site, awaited, desk):
    """Nor does somebody else who signed in at the same tab meanwhile."""
    with site.database.write() as session:
        add_user(session, SUBJECT, Role.ORGANIZER, PASSWORD)
    page = signed_in(site, desk(), SUBJECT)
    page.clock.install()
    page.goto(at(site, "count"))
    expect(page.get_by_text("这一页会自己刷新")).to_be_visible()
    awaited()
    looks_again(page)
    time_to_begin(page)
    assert state(site.village) is State.TALLIED


SEEN = """(seen) => {
  Object.defineProperty(document, "hidden", { get: () => !seen, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_nothing_begins_on_a_page_that_nobody_sees(site, awaited, desk):
    """Whoever looked away while it was said is told again: the seconds are counted anew, and may be stopped."""
    page = signed_in(site, desk())
    waits(site, page)
    awaited()
    looks_again(page)
    expect(page.get_by_text("自己开始计票")).to_be_visible()
    page.evaluate(SEEN, False)
    time_to_begin(page)
    assert state(site.village) is State.TALLIED
    page.evaluate(SEEN, True)
    page.clock.fast_forward(BEGINS // 2)
    expect(page.get_by_role("button", name="计票", exact=True)).to_be_enabled()
    page.clock.fast_forward(BEGINS)
    page.wait_for_url("**/result")


@pytest.mark.parametrize(("name", "later"), [(OTHER, 0), (ORGANIZER, 61_000)])
def test_who_signs_in_where_a_page_waited_has_not_waited(site, awaited, desk, name, later):
    """The session ends while the page waits, a key comes, and somebody else signs in at the same tab, or the same one a while later."""
    page = signed_in(site, desk())
    waits(site, page)
    awaited()
    page.context.clear_cookies(name="session")
    with page.expect_navigation():
        page.clock.fast_forward(LOOKS)
    if later:
        page.clock.fast_forward(later)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/count")
    time_to_begin(page)
    assert state(site.village) is State.TALLIED
