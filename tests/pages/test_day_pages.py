"""The organizer's day in a real browser: the wall begins with a zero and moves in steps, nobody is hurt by a second click or an old tab."""

import pytest
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, bring, change, invite, state, title_of
from pages.chromium import DESK, PHONE, follow
from pages.signing_in import at, signed_in
from playwright.sync_api import expect
from village import Village

from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user

ASKS = 5000  # ms after which the wall has asked again (static/wall.js)


@pytest.fixture
def people(site):
    """Who sits at the desk."""
    with site.database.write() as session:
        for name, role in ((ORGANIZER, Role.ORGANIZER), (OTHER, Role.ORGANIZER), (SCRUTINEER, Role.SCRUTINEER)):
            add_user(session, name, role, PASSWORD)


def figure(page) -> str:
    """The large figure on the wall."""
    return page.locator(".wall-figure").inner_text()


def told(page, answers=1) -> None:
    """Let time pass until the wall has been told its figures some times more. Its clock is one that can be put forward."""
    for _ in range(answers):
        with page.expect_response(lambda answer: answer.url.endswith("/turnout.json")) as waited:
            page.clock.fast_forward(ASKS)
        waited.value.finished()


def test_the_wall_shows_zero_then_steps(look, site, people, desk, axe):
    """Zero before opening and with four ballots in the box, five with the fifth; lost connection and signed-out are said; no cookie but ours."""
    village = site.village
    village.create(spare=2)
    village.print()
    page = signed_in(site, desk())
    page.clock.install()
    page.goto(at(site, "wall"))
    assert figure(page) == "0"
    assert page.get_by_text("票箱是空的，还没有打开").is_visible()
    look(page, "wall-before-1280")
    axe(page)
    village.open()
    told(page)
    page.get_by_text("每 5 张更新一次").wait_for()
    assert figure(page) == "0"
    village.vote([[1]] * 4)
    told(page, 2)
    assert figure(page) == "0"
    village.cast(village.seal(4, [1]))
    told(page)
    page.locator(".wall-figure", has_text="5").wait_for()
    assert page.get_by_text("还不到最低张数").is_visible()
    look(page, "wall-five-1280")
    for number in range(5, 10):
        village.cast(village.seal(number, [1]))
    told(page)
    page.locator(".wall-figure", has_text="10").wait_for()
    # enough is no reason to stop: the number stands beside the minimum, and the time that was announced is said
    assert "已达到" not in page.locator("main").inner_text()
    assert not page.get_by_text("还不到最低张数").is_visible()
    change(village, closes="2999-10-20 17:30")
    told(page)
    page.get_by_text("2999年10月20日 17:30 关箱").wait_for()
    look(page, "wall-closes-1280")
    page.context.set_offline(True)
    page.clock.fast_forward(ASKS)
    page.get_by_text("网络断了").wait_for()
    assert figure(page) == "10"
    look(page, "wall-lost-1280")
    page.context.set_offline(False)
    page.clock.fast_forward(ASKS)
    page.get_by_text("网络断了").wait_for(state="hidden")
    page.context.clear_cookies(name="session")
    page.clock.fast_forward(ASKS)
    page.get_by_text("登录已经结束").wait_for()


def test_a_hidden_wall_asks_for_nothing(site, people, desk):
    """A tab that nobody sees sends no request in a whole hour; seen again it asks at once."""
    site.village.opened()
    page = signed_in(site, desk())
    page.clock.install()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "turnout.json" in request.url else None)
    page.goto(at(site, "wall"))
    told(page)
    hide = "value => { Object.defineProperty(document, 'hidden', { get: () => value, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide, True)
    page.wait_for_timeout(300)
    asked.clear()
    page.clock.run_for(3_600_000)
    page.wait_for_timeout(300)
    assert asked == []
    with page.expect_request("**/turnout.json"):
        page.evaluate(hide, False)
    page.wait_for_timeout(300)
    assert len(asked) == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_double_click_opens_and_closes_once(site, people, desk, script):
    """With and without scripts: two clicks on open, two on close; the pages follow, and the log has each act once."""
    village = site.village
    village.create()
    village.print()
    page = signed_in(site, desk(java_script_enabled=script))
    page.goto(at(site, "open"))
    page.get_by_label("知道了").check()
    page.get_by_role("button", name="打开票箱").dblclick()
    page.get_by_text("票箱已打开，可以投票了").or_(page.get_by_text("票箱已经打开过了")).wait_for()
    assert state(village) is State.OPEN
    page.goto(at(site, "close"))
    page.get_by_label("演练：由演练监票人代替").check()
    page.get_by_role("button", name="关闭票箱").dblclick()
    page.get_by_text("票箱已经关好，不再收票").or_(page.get_by_text("不用再关")).wait_for()
    assert state(village) is State.CLOSED
    page.goto(at(site))
    assert page.get_by_text("：打开票箱，").count() == 1
    assert page.get_by_text("：关闭票箱，").count() == 1


def test_the_back_button_after_opening_and_after_closing(site, people, desk):
    """The browser does not show the old form again: one is told where the poll stands, and nothing happens twice."""
    village = site.village
    village.create()
    village.print()
    page = signed_in(site, desk())
    page.goto(at(site, "open"))
    page.get_by_label("知道了").check()
    follow(page.get_by_role("button", name="打开票箱"))
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("票箱已经打开过了")
    page.goto(at(site, "close"))
    page.get_by_label("演练：由演练监票人代替").check()
    follow(page.get_by_role("button", name="关闭票箱"))
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("不用再关")
    assert page.get_by_text("：打开票箱，").count() == 1
    assert page.get_by_text("：关闭票箱，").count() == 1


def test_an_old_tab_is_told_so(site, people, desk):
    """A page that was left open while somebody else changed the poll does nothing; what was typed stays, and from the new one it goes."""
    village = site.village
    village.opened()
    page = signed_in(site, desk())
    page.goto(at(site, "annul"))
    page.get_by_label("理由").fill("名单印错了")
    page.get_by_label("请照写名称").fill(title_of(village))
    page.get_by_label("演练：由演练监票人代替").check()
    change(village, revision=50)
    page.get_by_role("button", name="作废「").click()
    page.get_by_text("又有了变动").wait_for()
    assert page.get_by_label("理由").input_value() == "名单印错了"
    assert state(village) is State.OPEN
    page.get_by_role("button", name="作废「").click()
    page.get_by_text("测评已作废。要重新测评").wait_for()
    assert state(village) is State.ANNULLED


@pytest.mark.long
def test_every_page_of_the_day_can_be_read(look, site, people, phone, axe):
    """From the draft to the report on a phone, turned into a laptop on each page: axe-core finds nothing, in the dark and on paper either; nothing is wider than the screen."""
    village = site.village
    page = signed_in(site, phone())

    def seen(name, address=None):
        if address is not None:
            page.goto(at(site, address, village))
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen["viewport"])
            size = page.evaluate("innerWidth")
            assert size == screen["viewport"]["width"], name
            look(page, f"{name}-{size}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (name, size, wide)
            if name.startswith("result"):  # a table there is read without pushing it sideways
                hidden = "[...document.querySelectorAll('.wide')].map(each => each.scrollWidth - each.clientWidth)"
                assert max(page.evaluate(hidden), default=0) <= 0, (name, size)
        # once a page, at the size with the smaller targets; results are what people print
        axe(page, also=("dark", "paper") if name.startswith("result") else ("dark",))

    panels = ("evaluators", "interviewees", "villagers")
    village.create(rehearsal=False, panels=panels, subjects=3, spare=3)
    seen("poll-draft", "")
    village.print()
    numbers = [invite(village, "甲监票"), invite(village, "乙监票")]
    seen("open-awaited", "open")
    for number in numbers:
        bring(village, number)
    seen("open-ready", "open")
    follow(page.get_by_role("button", name="打开票箱"))
    seen("open-no-tick")
    seen("wall-before", "wall")
    page.goto(at(site, "open"))
    page.get_by_label("已告诉每位保管人").check()
    page.get_by_role("button", name="打开票箱").click()
    page.get_by_text("票箱已打开").wait_for()
    seen("poll-open")
    for key, ballots in (("evaluators", 20), ("interviewees", 7), ("villagers", 11)):
        village.vote([[1 + number % 4, 2, 0] for number in range(ballots)], key)
    seen("wall-open", "wall")
    seen("poll-voted", "")
    seen("close", "close")
    page.locator("[name=issued_villagers]").fill("99")
    page.get_by_label("监票人姓名").fill(SCRUTINEER)
    follow(page.get_by_role("button", name="关闭票箱"))
    seen("close-refused")
    page.locator("[name=issued_villagers]").fill("11")
    page.get_by_label("监票人密码").fill(PASSWORD)
    page.get_by_role("button", name="关闭票箱").click()
    page.locator("[name=note_villagers]").fill("补发一张")  # 11 slips for 10 people
    seen("close-unbalanced")
    page.get_by_label("监票人密码").fill(PASSWORD)
    page.get_by_role("button", name="关闭票箱").click()
    page.get_by_text("票箱已经关好，不再收票").wait_for()
    seen("poll-closed")
    seen("count-waiting", "count")
    seen("annul", "annul")
    village = Village(site.database, site.village.random).opened(panels=panels, subjects=3)
    for key, ballots in (("evaluators", 20), ("interviewees", 7), ("villagers", 10)):
        village.vote([[4 if number % 3 else 1, 2, 5 if key == "villagers" else 0] for number in range(ballots)], key)
    village.close()
    seen("count-ready", "count")
    page.get_by_role("button", name="计票").click()
    page.get_by_text("票已经计好").wait_for(timeout=120_000)  # as long as a busy machine needs
    seen("result-before")
    against = page.locator("figure.against")
    assert against.locator("dd > svg").count() == 2  # the third has no score with one of them
    assert against.locator(".legend li").all_inner_texts() == [
        "民主测评",
        "村民代表和老党员代表",
    ]  # seven of ten is no panel to compare
    page.get_by_role("button", name="公布").click()
    page.get_by_text("结果已经公布").wait_for()
    seen("result-published")
    seen("poll-published", "")
    village.annul("名单里少了一个测评对象")
    seen("poll-annulled", "")
    seen("result-annulled", "result")
