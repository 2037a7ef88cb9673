"""A random inspection in a real browser, on a laptop and on a phone: fixed, thrown, drawn, printed, seen by everybody."""

from at_desk import GOOD, NAME, add_staff
from drawing import THROWS, VILLAGES
from pages.chromium import follow
from playwright.sync_api import expect


def press(page, name):
    """Press a button that leads to another page."""
    follow(page.get_by_role("button", name=name, exact=True))


def test_a_draw_from_the_list_to_the_print(page, site, seen):
    """A wrong list keeps what was typed; the commitment is there before the dice; wrong dice stay; the sample is what everybody sees."""
    add_staff(site.database)
    page.goto(f"{site.url}/desk/login?next=/desk/draws")
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("密码").fill(GOOD)
    press(page, "登录")
    expect(page.get_by_text("还没有抽查。")).to_be_visible()
    seen("none")
    page.get_by_role("link", name="定一份名单").click()
    page.get_by_label("抽查什么").fill("驻村工作队半年随机抽查")
    page.get_by_label("周期", exact=True).fill("2026H1")
    page.get_by_label("名单，一行一个").fill("\n".join([*VILLAGES, VILLAGES[3]]))
    page.get_by_label("比例").fill("20%")
    seen("new")
    press(page, "定下来，算出核对码")
    expect(page.locator(".error")).to_contain_text(f"{VILLAGES[3]} (4, 48)")
    expect(page.get_by_label("名单，一行一个")).to_have_value("\n".join([*VILLAGES, VILLAGES[3]]))
    expect(page.get_by_label("比例")).to_have_value("20%")
    seen("twice")
    page.get_by_label("名单，一行一个").fill("\n".join(VILLAGES))
    press(page, "定下来，算出核对码")
    commitment = "".join(page.locator(".hash span").all_inner_texts())
    assert len(commitment) == 64
    seen("fixed")
    page.get_by_label("第一个人的姓名").fill(THROWS[0][0])
    page.get_by_label("第一个人掷出的点数").fill(THROWS[0][1] + "7")
    page.get_by_label("第二个人的姓名").fill(THROWS[1][0])
    page.get_by_label("第二个人掷出的点数").fill(THROWS[1][1])
    press(page, "抽")
    expect(page.locator(".error")).to_contain_text("骰子只有 1 到 6 点")
    expect(page.get_by_label("第二个人掷出的点数")).to_have_value(THROWS[1][1])
    assert "".join(page.locator(".hash span").all_inner_texts()) == commitment
    seen("seven")
    page.get_by_label("第一个人掷出的点数").fill(THROWS[0][1])
    press(page, "抽")
    expect(page.locator("caption")).to_have_text("抽中的 10 个，按先后")
    names = page.locator("tbody strong").all_inner_texts()
    assert len(set(names)) == 10
    seen("drawn")
    follow(page.get_by_role("link", name="给大家看的页面"))
    assert page.locator("tbody strong").all_inner_texts() == names
    assert "".join(page.locator(".hash span").all_inner_texts()) == commitment
    seen("public")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="抽取记录（带签名）").click()
    assert commitment in waiting.value.path().read_text(encoding="utf-8")
    page.goto(f"{site.url}/draws")
    seen("list")
