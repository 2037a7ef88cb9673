"""What an office uses, in a real browser: schemes on the page of an organization and in a draft."""

import pytest
from at_desk import GOOD
from counties import add_person, add_places
from pages.chromium import follow
from playwright.sync_api import expect
from village import Village

from polling.models import ROOT, Level, Role
from polling.passwords import hash_password


@pytest.fixture
def county(site):
    """Two townships and their people: ids by name."""
    east, west = add_places(site.database, "嘎玛乡", "曲水乡")
    kept = hash_password(GOOD, "")
    for name, role, at in (
        ("县管", Role.ADMINISTRATOR, ROOT),
        ("嘎玛管", Role.ADMINISTRATOR, east),
        ("嘎玛组", Role.ORGANIZER, east),
    ):
        add_person(site.database, name, role, at, kept)
    return {"嘎玛乡": east, "曲水乡": west}


@pytest.fixture
def sign_in(page, site):
    """Sign in, whoever was there before."""

    def go(name):
        page.context.clear_cookies()
        page.goto(f"{site.url}/desk/login")
        page.get_by_label("姓名", exact=True).fill(name)
        page.get_by_label("密码", exact=True).fill(GOOD)
        follow(page.get_by_role("button", name="登录"))

    return go


def test_the_schemes_of_an_office(page, site, seen, county, sign_in):
    """Chosen on its page; a draft of before says so; a new one is offered what was chosen."""
    village = Village(site.database, lambda number: bytes(range(number)))
    village.create(organization_id=county["嘎玛乡"], rehearsal=False)
    sign_in("嘎玛管")
    page.goto(f"{site.url}/desk/organizations/{county['嘎玛乡']}")
    page.get_by_text("另选办法", exact=True).click()
    seen("schemes-all")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    follow(page.get_by_role("button", name="就用勾选的"))
    expect(page.get_by_role("alert")).to_contain_text("请至少勾选一个办法")
    seen("schemes-none")
    page.get_by_role("checkbox").nth(1).check()
    follow(page.get_by_role("button", name="就用勾选的"))
    expect(page.get_by_role("status")).to_contain_text("已经选好")
    seen("schemes-chosen")
    sign_in("嘎玛组")
    page.goto(f"{site.url}/desk/polls/{village.poll}/edit")
    expect(page.locator("main")).to_contain_text("不在「嘎玛乡」选定的办法里")
    seen("draft-kept")
    page.goto(f"{site.url}/desk/polls/{village.poll}/edit/scheme")
    seen("draft-kept-scheme")
    page.goto(f"{site.url}/desk/polls/new")
    expect(page.get_by_role("radio")).to_have_count(1)
    seen("new-poll")


def enrol(page, **fields):
    """Fill the register's form in and send it."""
    for label, said in fields.items():
        page.get_by_label(label, exact=True).fill(said)
    follow(page.get_by_role("button", name="登记", exact=True))


def test_the_register_of_an_office(page, site, seen, county, sign_in):
    """A township's clerk finds the own register, changes a line and ends it; the county moves one; the clerk sees that it went."""
    add_places(site.database, "嘎玛村", "达那村", below=county["嘎玛乡"], level=Level.VILLAGE)
    add_person(site.database, "县组", Role.ORGANIZER, ROOT, hash_password(GOOD, ""))
    sign_in("嘎玛组")
    follow(page.get_by_role("link", name="名册"))
    follow(page.get_by_role("link", name="驻村干部考核通用方案", exact=True))
    seen("register-empty")
    page.get_by_label("哪个单位的").first.select_option(label="嘎玛乡 嘎玛村")
    enrol(page, 姓名或名称="嘎玛村驻村工作队")
    page.get_by_label("类别").select_option(label="驻村工作队员")
    enrol(page, 姓名或名称="扎西", 工作单位="县医院", **{"职务（可以不填）": "队员"})
    expect(page.locator("tbody tr")).to_have_count(2)
    seen("register")
    follow(page.get_by_role("row", name="扎西").get_by_role("link"))
    expect(page.get_by_label("姓名或名称")).to_have_value("扎西")
    seen("register-change")
    page.get_by_label("哪个单位的").first.select_option(label="嘎玛乡 达那村")
    follow(page.get_by_role("button", name="登记", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("请写从哪天起")
    seen("register-day")
    page.get_by_label("从哪天起（调动、改名时填写）").fill("2026-10-01")
    follow(page.get_by_role("button", name="登记", exact=True))
    expect(page.get_by_role("status")).to_contain_text("已登记")
    sign_in("县组")
    page.goto(f"{site.url}/desk/scoring/register?scheme=standard")
    follow(page.get_by_role("row", name="扎西").get_by_role("link"))
    page.get_by_label("哪个单位的").first.select_option(label="曲水乡")
    enrol(page, **{"从哪天起（调动、改名时填写）": "2026-11-01"})
    seen("register-county")
    sign_in("嘎玛组")
    page.goto(f"{site.url}/desk/scoring/register?scheme=standard")
    expect(page.locator("tbody")).to_contain_text("到 2026-10-31，已调出")
    expect(page.locator("main")).not_to_contain_text("曲水乡")
    seen("register-gone")
