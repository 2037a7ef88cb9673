"""Two-step sign-in in a real browser: turned on with what the page shows, used on another device, with the phone and without it."""

import re

import pyotp
import pytest
from at_desk import GOOD, NAME, add_staff
from pages.chromium import follow
from phones import Clock
from playwright.sync_api import expect


@pytest.fixture
def clock(monkeypatch):
    """The server's clock."""
    made = Clock()
    made.set(monkeypatch)
    return made


def fill(page, button, **fields):
    """Fill in fields by their labels and press a button."""
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)
    follow(page.get_by_role("button", name=button, exact=True))


def sign_in(page, site, name=NAME):
    """The first step."""
    page.goto(f"{site.url}/desk/login")
    fill(page, "登录", 姓名=name, 密码=GOOD)


def turn_on(page, seen):
    """Turn it on under one's own account: the secret as the page says it, not yet confirmed."""
    follow(page.get_by_role("link", name="我的账号"))
    seen("account-off")
    follow(page.get_by_role("link", name="打开两步登录"))
    seen("off")
    fill(page, "打开两步登录", 现在的密码="not this one")
    expect(page.locator(".error")).to_contain_text("现在的密码不对")
    fill(page, "打开两步登录", 现在的密码=GOOD)
    picture = page.get_by_role("img", name=re.compile("给验证器的二维码"))
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
    seen("secret")
    page.get_by_text("扫不了，例如就在这台手机上").click()
    secret = page.locator("#secret").inner_text()
    assert [len(group) for group in secret.split()] == [4] * 8
    address = page.get_by_role("link", name="加进验证器").get_attribute("href")
    assert pyotp.parse_uri(address).secret == secret.replace(" ", "")
    seen("secret-typed")
    return pyotp.TOTP(secret.replace(" ", ""))


def test_two_steps_from_turning_on_to_a_recovery_code(desk, phone, site, in_both_sizes, clock):
    """What the page shows makes the code; on another device it is asked for after the password; a recovery code stands in for the phone."""
    add_staff(site.database)
    page = desk()
    sign_in(page, site)
    totp = turn_on(page, lambda name: in_both_sizes(page, f"two-steps-{name}"))
    fill(page, "打开两步登录", 手机上显示的六位验证码=totp.at(clock(), counter_offset=40))
    expect(page.locator(".error")).to_contain_text("快 20 分钟")
    in_both_sizes(page, "two-steps-clock")
    fill(page, "打开两步登录", 手机上显示的六位验证码=totp.at(clock()))
    expect(page.get_by_role("heading", name="您的恢复码")).to_be_visible()
    codes = page.locator(".recovery li").all_inner_texts()
    assert len(set(codes)) == 10
    expect(page.get_by_role("button", name="打印恢复码")).to_be_visible()
    in_both_sizes(page, "two-steps-recovery")
    page.emulate_media(media="print")
    expect(page.locator(".recovery li").first).to_be_visible()
    expect(page.get_by_role("button", name="打印恢复码")).to_be_hidden()
    page.emulate_media(media="screen")
    follow(page.get_by_role("link", name="收好了，回到我的账号"))
    expect(page.locator("main")).to_contain_text("恢复码还剩 10 个")

    other = phone()
    sign_in(other, site)
    expect(other.get_by_role("heading", name="再输入验证码")).to_be_visible()
    expect(other.get_by_label("验证码", exact=True)).to_be_focused()
    in_both_sizes(other, "two-steps-code")
    other.goto(f"{site.url}/desk/polls/x")
    expect(other.get_by_label("密码")).to_be_visible()
    other.goto(f"{site.url}/desk/login/code")
    fill(other, "登录", 验证码="000 000")
    expect(other.locator(".error")).to_contain_text("验证码不对")
    in_both_sizes(other, "two-steps-code-wrong")
    clock.pass_by(seconds=30)
    other.keyboard.type(totp.at(clock()))  # the field with the error has the focus
    with other.expect_navigation():
        other.keyboard.press("Enter")
    expect(other.get_by_role("button", name="退出")).to_be_visible()

    third = phone()
    sign_in(third, site)
    third.get_by_text("手机不在身边，用恢复码").click()
    in_both_sizes(third, "two-steps-without-phone")
    fill(third, "用恢复码登录", 恢复码=codes[4].lower().replace("-", " "))
    expect(third.locator(".note.warn")).to_contain_text("还剩 9 个")
    in_both_sizes(third, "two-steps-recovered")
    follow(third.get_by_role("link", name="我的账号"))
    follow(third.get_by_role("link", name="恢复码，或关掉两步登录"))
    in_both_sizes(third, "two-steps-on")
    fill(third, "关掉两步登录", **{"现在的密码": GOOD, "验证码，或恢复码": codes[4]})
    expect(third.locator(".error")).to_contain_text("也不是还能用的恢复码")
    in_both_sizes(third, "two-steps-on-wrong")
    fill(third, "关掉两步登录", **{"现在的密码": GOOD, "验证码，或恢复码": codes[5]})
    expect(third.locator(".note.good")).to_contain_text("两步登录已经关掉")


def test_two_steps_in_english_and_turned_off_by_an_administrator(desk, site, in_both_sizes, clock):
    """The pages in the other language; the administrator's page; who has no phone any more gets in again."""
    add_staff(site.database)
    page = desk()
    sign_in(page, site)
    page.goto(f"{site.url}/desk/account/two-steps?lang=en")
    in_both_sizes(page, "two-steps-off-en")
    page.get_by_label("Present password").fill(GOOD)
    follow(page.get_by_role("button", name="Turn on two-step sign-in"))
    page.get_by_text("It can't be scanned, as on this very phone").click()
    in_both_sizes(page, "two-steps-secret-en")
    totp = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("The six digits on the phone").fill(totp.at(clock()))
    follow(page.locator("main form button"))
    in_both_sizes(page, "two-steps-recovery-en")

    admin = desk()
    sign_in(admin, site, "管理员")
    admin.goto(f"{site.url}/desk/people/{NAME}")
    in_both_sizes(admin, "two-steps-person")
    admin.get_by_label(f"请照写名称：{NAME}").fill(NAME)
    follow(admin.get_by_role("button", name=f"关掉 {NAME} 的两步登录"))
    expect(admin.locator(".note.good")).to_contain_text("以后只用密码登录")
    expect(admin.get_by_role("button", name=f"关掉 {NAME} 的两步登录")).to_have_count(0)
    sign_in(page, site)
    expect(page.get_by_role("button", name="退出")).to_be_visible()
