"""The desk's doors and people in a real browser, on a laptop and on a phone; every page is also looked at by axe."""

import re

import sqlalchemy as sa
from at_desk import GOOD, NAME, OTHER, add_staff
from counties import add_person, add_places
from pages.chromium import follow
from playwright.sync_api import expect
from village import NOW

from polling import first
from polling.backup import backup
from polling.models import DeskSession, Grant, Level, Role, User


def fill(page, button, **fields):
    """Fill in fields by their labels and press a button."""
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def sign_in(page, site, name, password=GOOD):
    """Sign in."""
    page.goto(f"{site.url}/desk/login")
    fill(page, "登录", 姓名=name, 密码=password)


def a_code(site):
    """A code, as a later start of the server would show it."""
    return first.new_code(site.database, now=NOW, random=lambda number: bytes(range(40, 40 + number)))


def test_the_first_day_at_the_desk(page, site, seen):
    """From the login page to the first administrator, an organizer and a scrutineer, and out again."""
    page.goto(f"{site.url}/desk/login")
    seen("login-first")
    follow(page.get_by_role("link", name="设立管理员，或恢复备份"))
    seen("first")
    code = a_code(site)
    page.get_by_label("一次性口令").first.fill("AAAA-AAAA-AAAA")
    fill(page, "设为管理员并登录", 您的姓名="次仁卓玛", 新密码=GOOD, 再输一遍新密码=GOOD)
    expect(page.locator(".error")).to_contain_text("一次性口令不对")
    expect(page.get_by_label("您的姓名")).to_have_value("次仁卓玛")
    seen("first-wrong")
    page.get_by_label("一次性口令").first.fill(code.lower())
    fill(page, "设为管理员并登录", 新密码=GOOD, 再输一遍新密码=GOOD)
    expect(page.get_by_role("heading", level=1)).to_have_text("人员")
    expect(page.locator(".note.warn")).to_contain_text("还没有能登录的监票人")
    seen("people-first")
    for name, role in ((NAME, "organizer"), ("李监票", "scrutineer")):
        page.get_by_label("身份").select_option(role)
        fill(page, "登记", 姓名=name, 新密码=OTHER, 再输一遍新密码=OTHER)
        expect(page.locator(".note.good")).to_contain_text(f"已登记 {name}")
    expect(page.locator(".note.warn")).to_have_count(0)
    seen("people")
    fill(page, "登记", 姓名=NAME, 新密码="1234567890", 再输一遍新密码="1234567890")
    expect(page.locator(".error")).to_contain_text("太容易猜到")
    expect(page.get_by_label("姓名", exact=True)).to_have_value(NAME)
    expect(page.get_by_label("新密码", exact=True)).to_have_value("")
    seen("people-refused")
    page.get_by_role("button", name="退出").click()
    expect(page.locator(".note.good")).to_contain_text("您已退出")
    page.goto(f"{site.url}/desk/first")
    expect(page.locator("main")).to_contain_text("不再开放")
    seen("first-over")


def test_somebody_forgot_and_somebody_leaves(page, site, seen):
    """The administrator gives a link or a new password, and takes somebody out of service."""
    add_staff(site.database)
    sign_in(page, site, "管理员")
    page.goto(f"{site.url}/desk/people")
    follow(page.get_by_role("link", name=NAME))
    seen("person")
    page.get_by_role("button", name="给一个链接").click()
    expect(page.get_by_role("img", name="这个链接的二维码")).to_be_visible()
    seen("invited")
    link = page.locator("p.code").inner_text()
    page.go_back()
    page.goto(f"{site.url}/desk/invited/{link.rpartition('/')[2]}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    seen("invitation")
    page.goto(f"{site.url}/desk/people/{NAME}")
    fill(page, "换密码", 新密码=OTHER, 再输一遍新密码=OTHER + "x")
    expect(page.locator(".error")).to_contain_text("不一样")
    seen("person-refused")
    fill(page, "换密码", 新密码=OTHER, 再输一遍新密码=OTHER)
    expect(page.locator(".note.good")).to_contain_text("已经换好")
    page.get_by_role("link", name="李监票").click()
    page.get_by_role("button", name="停用 李监票").click()
    expect(page.locator(".note.warn")).to_contain_text("还没有能登录的监票人")
    seen("people-left")
    page.goto(f"{site.url}/desk/people/管理员")
    expect(page.locator("main")).to_contain_text("不能自己收回")
    seen("person-own")


def test_who_guesses_is_asked_to_wait(page, site, seen):
    """Wrong passwords: a sentence, the name stays; after five one waits, and is told how long."""
    add_staff(site.database)
    for _ in range(5):
        sign_in(page, site, NAME, "not this one")
        expect(page.get_by_label("姓名")).to_have_value(NAME)
        expect(page.get_by_label("密码")).to_have_value("")
    seen("login-wrong")
    sign_in(page, site, NAME)
    expect(page.locator(".note.bad")).to_contain_text(re.compile("请等 1 分钟再试"))
    seen("login-wait")


def test_a_scrutineer_at_the_desk(page, site, seen):
    """A scrutineer is led to the own account, changes the password there, and is told what is not theirs."""
    add_staff(site.database)
    sign_in(page, site, "李监票")
    expect(page.locator("main")).to_contain_text("监票人不用在这里办事")
    seen("account")
    fill(page, "换密码", 现在的密码="not this one", 新密码=OTHER, 再输一遍新密码=OTHER)
    expect(page.locator(".error")).to_contain_text("现在的密码不对")
    seen("account-refused")
    fill(page, "换密码", 现在的密码=GOOD, 新密码=OTHER, 再输一遍新密码=OTHER)
    expect(page.locator(".note.good")).to_contain_text("密码已经换好")
    page.goto(f"{site.url}/desk/people")
    expect(page.locator("main")).to_contain_text("您的身份")
    seen("forbidden")


def test_a_form_that_lay_too_long(page, site, seen):
    """A page whose session is over meanwhile says what to do, and the way back still has what was typed."""
    add_staff(site.database)
    page.goto(f"{site.url}/desk/login")
    page.context.clear_cookies()
    fill(page, "登录", 姓名=NAME, 密码=GOOD)
    expect(page.locator("main")).to_contain_text("这一页放得太久了")
    seen("form-old")
    page.go_back()
    page.reload()
    fill(page, "登录", 姓名=NAME, 密码=GOOD)
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_a_backup_is_downloaded_and_comes_back(page, served_site, seen, tmp_path):
    """A file is taken, and a fresh installation takes it: its people sign in, whatever worker answers."""
    site = served_site  # restoring lets its worker processes begin anew
    # what is brought back was an installation of the same secret: this one, before it was emptied
    add_staff(site.database)
    backup(site.database, tmp_path / "earlier")
    sign_in(page, site, "管理员")
    page.goto(f"{site.url}/desk/backup")
    seen("backup")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载备份").click()
    assert waiting.value.suggested_filename.endswith(".backup")
    expect(page.locator(".said")).to_contain_text("正在做备份")
    assert waiting.value.path().read_bytes().startswith(b"SQLite format 3")
    with site.database.write() as session:
        for table in (DeskSession, Grant, User):
            session.execute(sa.delete(table))
    page.context.clear_cookies()
    page.goto(f"{site.url}/desk/first")
    code = a_code(site)
    page.locator("summary").click()
    seen("restore")
    page.get_by_label("一次性口令").nth(1).fill(code)
    page.get_by_label("备份文件").set_input_files(__file__)
    page.get_by_role("button", name="恢复这份备份").click()
    expect(page.locator(".error")).to_contain_text("不是 Yipiao 的备份")
    seen("restore-refused")
    page.get_by_label("备份文件").set_input_files(tmp_path / "earlier")
    page.get_by_role("button", name="恢复这份备份").click()
    expect(page.locator(".note.good")).to_contain_text("备份已经恢复")
    for _ in range(6):
        sign_in(page, site, "李监票")
        expect(page.locator("main")).to_contain_text("监票人不用在这里办事")
        page.get_by_role("button", name="退出").click()


def test_cookies_over_https_stay_there(phone, served_securely):
    """Over https both cookies are Secure and of the desk's path, and public pages carry none."""
    add_staff(served_securely.database)
    page = phone()
    sign_in(page, served_securely, "李监票")
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {"session", "yipiao_device"}
    assert all(cookie["secure"] and cookie["httpOnly"] and cookie["path"] == "/desk" for cookie in cookies)
    with page.expect_request(f"{served_securely.url}/") as request:
        page.goto(f"{served_securely.url}/")
    assert "cookie" not in request.value.all_headers()


def test_the_tree_of_organizations(page, site, seen):
    """A county's townships are pasted at once, wrong lines are said, and the people page goes by organization."""
    add_staff(site.database)
    east, _west = add_places(site.database, "嘎玛乡", "曲水乡")
    add_places(site.database, "嘎玛村", "达那村", below=east, level=Level.VILLAGE)
    add_person(site.database, "扎西", Role.ORGANIZER, east)
    sign_in(page, site, "管理员")
    page.goto(f"{site.url}/desk/organizations")
    seen("organizations")
    page.get_by_role("link", name="本单位", exact=True).click()
    page.get_by_label("名称，一行一个").fill("阿旺乡\n嘎玛乡")
    page.get_by_role("button", name="加上", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("第 2 行")
    seen("organization-wrong")
    page.get_by_label("名称，一行一个").fill("阿旺乡\n柴维乡")
    page.get_by_role("button", name="加上", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 个单位")
    page.goto(f"{site.url}/desk/people/扎西")
    expect(page.get_by_role("button", name="收回组织者身份")).to_be_visible()
    seen("roles")
    page.goto(f"{site.url}/desk/people")
    expect(page.get_by_role("heading", name="嘎玛乡")).to_be_visible()
    seen("people-by-organization")
