"""The attendance desk on two phones: a tap each, the search while one types, and what a tap says that did not arrive."""

import pytest
from desks import ORGANIZER, PASSWORD
from pages.chromium import follow
from pages.signing_in import at, signed_in
from playwright.sync_api import expect
from rosters import lines_of, rostered, ticked

from polling.models import Role
from polling.people import add_user

NAMES = [
    ("王强", "王大山户"),
    ("单雄信",),
    ("བཀྲ་ཤིས་ཚེ་རིང་།",),
    ("ئابدۇراخمان ئەزىز",),
    ("\U00020bb7野家",),
    ("欧阳娜娜·阿依古丽·买买提江",),
    *((f"李{given}",) for given in ("国强", "建华", "秀英", "志明", "玉兰", "小红")),
]


@pytest.fixture
def people(site):
    """Who sits at the desk."""
    with site.database.write() as session:
        add_user(session, ORGANIZER, Role.ORGANIZER, PASSWORD)
        add_user(session, "孙计票", Role.TELLER, PASSWORD)


def at_attendance(site, page, name):
    """The attendance page of somebody who has signed in."""
    signed_in(site, page, name).goto(at(site, "attendance"))
    return page


def button(page, name, words):
    """One person's button."""
    return page.get_by_role("button", name=f"{name} {words}", exact=True)


def pressed(locator, on=True) -> None:
    """Wait until it is so, and the server has answered."""
    expect(locator).to_have_attribute("aria-pressed", "true" if on else "false")
    expect(locator).not_to_have_attribute("aria-busy", "true")


def test_two_phones_hand_out_slips(site, people, phone, desk, look, axe, in_both_sizes):  # noqa: PLR0917 - fixtures
    """One tap is both ticks; the other phone is told who has a slip; typing filters; a lost tap says so and shows what is true."""
    village = site.village
    rostered(village, names=NAMES)
    village.open()
    one = at_attendance(site, phone(), "孙计票")
    follow(one.get_by_role("link", name="签到发票", exact=True))
    in_both_sizes(one, "attendance-polls")
    follow(one.locator("main").get_by_role("link").first)
    one.wait_for_function("document.fonts.status === 'loaded'")
    look(one, "attendance-360")
    axe(one)
    two = at_attendance(site, phone(), ORGANIZER)
    button(one, "王强", "领票").tap()
    pressed(button(one, "王强", "领票"))
    pressed(button(one, "王强", "到场"))
    expect(one.locator("[data-count=slip]")).to_have_text("1")
    # the other page has not asked yet
    pressed(button(two, "王强", "领票"), on=False)
    button(two, "王强", "领票").tap()
    expect(two.get_by_role("status").filter(has_text="王强已经领过票")).to_be_visible()
    look(two, "attendance-twice-360", full=False)
    assert lines_of(village)[0] == (True, True)
    search = one.get_by_role("searchbox")
    search.fill("sxx")
    expect(one.locator(".roll li:visible")).to_have_count(1)
    look(one, "attendance-search-360", full=False)
    button(one, "单雄信", "到场").tap()
    pressed(button(one, "单雄信", "到场"))
    search.fill("没有的人")
    expect(one.get_by_text("没有找到")).to_be_visible()
    search.fill("")
    button(one, "单雄信", "到场").tap()
    pressed(button(one, "单雄信", "到场"), on=False)
    assert lines_of(village)[1] == (False, False)
    one.context.set_offline(True)
    button(one, "李国强", "领票").tap()
    expect(one.get_by_role("alert")).to_have_text("李国强：没有记下：网络断了。等一等，再点一次。")
    for words in ("领票", "到场"):
        pressed(button(one, "李国强", words), on=False)
    look(one, "attendance-lost-360", full=False)
    one.context.set_offline(False)
    button(one, "李国强", "领票").tap()
    pressed(button(one, "李国强", "领票"))
    expect(one.get_by_role("alert")).to_be_hidden()
    one.get_by_label("只看没领票的").check()
    expect(one.locator(".roll li:visible")).to_have_count(10)
    village.close()
    button(one, "李秀英", "领票").tap()
    expect(one.get_by_role("alert")).to_contain_text("签到已经结束")
    pressed(button(one, "李秀英", "领票"), on=False)
    wide = at_attendance(site, desk(), ORGANIZER)
    look(wide, "attendance-closed-1280")
    one.goto(f"{site.url}/desk/attendance")
    expect(one.get_by_text("现在没有要签到的测评")).to_be_visible()
    in_both_sizes(one, "attendance-none")


def test_other_phones_taps_come_by_themselves(site, people, phone):
    """What somebody else ticked is shown after some seconds without a hand."""
    village = site.village
    rostered(village, names=NAMES)
    page = phone()
    page.clock.install()
    at_attendance(site, page, ORGANIZER)
    ticked(village, 4)
    page.clock.fast_forward(13_000)
    pressed(button(page, "\U00020bb7野家", "领票"))
    page.context.clear_cookies(name="session")
    button(page, "王强", "领票").tap()
    expect(page.get_by_role("alert")).to_contain_text("登录已经结束")


def test_counters_by_thumb(site, people, phone, desk, look, axe):  # noqa: PLR0917 - fixtures
    """A panel with a number alone has two large counters, with and without a script."""
    village = site.village
    village.create(panels=("evaluators", "villagers"))
    village.print()
    page = at_attendance(site, phone(), ORGANIZER)
    plus = page.get_by_role("button", name="发出加一")
    plus.tap()
    expect(page.locator("output[data-count=slip]")).to_have_text("1")
    plus.tap()
    expect(page.locator("output[data-count=present]")).to_have_text("2")
    page.get_by_role("button", name="发出减一").tap()
    expect(page.locator("output[data-count=slip]")).to_have_text("1")
    look(page, "attendance-counters-360")
    axe(page)
    bare = at_attendance(site, desk(java_script_enabled=False), ORGANIZER)
    bare.get_by_role("button", name="实到加一").click()
    expect(bare.locator("output[data-count=present]")).to_have_text("3")
    look(bare, "attendance-counters-1280")
