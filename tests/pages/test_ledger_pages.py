"""The scoring layer's pages in a real browser, on a laptop and on a phone: a ledger with everything on it, a subject, the register."""

import pytest
from at_desk import GOOD, NAME, add_staff
from offices import Office
from pages.chromium import follow
from playwright.sync_api import expect

from scoring import book, entering
from scoring.inputs import Subject

PLACE = "scheme=county&organization=嘎玛乡&period=2026-10"
VOTES = [(12, 0, 0), (12, 0, 0), (9, 1, 0), (6, 4, 2), (12, 0, 0), (3, 3, 6), (9, 2, 1)]
PEOPLE = ["扎西次仁", "卓玛", "阿旺", "达瓦", "格桑", "洛桑", "次仁旺堆"]


@pytest.fixture
def office(site):
    """A township of seven: two tie for the last seat, one has a veto, one lacks a score; another township beside it."""
    office = Office(site.database)
    members = [Subject(f"m{number}", "team_member", name, "嘎玛乡", {}) for number, name in enumerate(PEOPLE)]
    office.register(*members, Subject("other", "team_member", "白玛", "曲水乡", {}))
    office.names |= {each.id: each.name for each in members} | {"other": "白玛"}
    for number, votes in enumerate(VOTES):
        office.receive(office.result(f"r{number}", poll=f"p{number}", subjects=(f"m{number}",), votes=votes))
    office.receive(office.result("other", poll="other", subjects=("other",)))
    with office.database.write() as session:
        for each in members[:6]:
            for part in ("daily", "leaders"):
                said = {"subject": each.id, "period": "2026-10", "part": part, "score": "95", "source": "乡镇打分表"}
                entering.enter_part(session, office.act(), office.scheme, by="张书记", **said)
        fact = {"subject": "m4", "period": "2026-10", "fact": "absent", "evidence": "县强基办通报〔2026〕7号"}
        number = entering.enter_fact(session, office.act(), office.scheme, **fact)
        entering.confirm_fact(session, office.act("张科长"), number=number)
        book.refresh(session, "county", rehearsal=False)
    return office


def press(page, name):
    """Press a button that leads to another page."""
    follow(page.get_by_role("button", name=name, exact=True))


def test_a_month_at_the_desk(page, site, office, seen):
    """From the list to a ledger, a subject, a refused and a good entry, the register: nothing typed is lost, nothing is wider than the phone."""
    add_staff(site.database)
    page.goto(f"{site.url}/desk/login?next=/desk/scoring")
    page.get_by_label("姓名").fill(NAME)
    page.get_by_label("密码").fill(GOOD)
    press(page, "登录")
    seen("list")
    page.get_by_role("link", name="2026年10月").first.click()
    expect(page.get_by_role("heading", name="嘎玛乡 · 2026年10月")).to_be_visible()
    expect(page.locator(".late")).to_contain_text("已过期")
    region = page.get_by_role("region", name="台账", exact=True)
    assert region.evaluate("region => region.scrollWidth >= region.clientWidth")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    seen("ledger")
    page.get_by_role("link", name="综合得分").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("综合得分")
    page.get_by_role("link", name=PEOPLE[4]).click()
    expect(page.locator(".note.bad")).to_contain_text("一票否决：擅自脱岗")
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    seen("subject")
    page.goto(f"{site.url}/desk/scoring/subject?{PLACE}&subject=m6")
    page.get_by_text("录入一个分数").click()
    page.get_by_label("得分（0 到 100）").fill("九十")
    page.get_by_label("来源（哪份表、哪次会）").fill("第三次打分")
    page.locator("details[open]").get_by_role("button", name="记下").click()
    expect(page.get_by_role("alert")).to_contain_text("得分“九十”不对")
    expect(page.get_by_label("来源（哪份表、哪次会）")).to_have_value("第三次打分")
    seen("refused")
    page.get_by_label("得分（0 到 100）").fill("90")
    page.locator("details[open]").get_by_role("button", name="记下").click()
    expect(page.get_by_role("status")).to_contain_text("已记下。")
    seen("entered")
    page.get_by_text("录入一个分数").click()
    page.get_by_label("项目").select_option("领导评分")
    page.get_by_label("得分（0 到 100）").fill("90")
    page.get_by_label("来源（哪份表、哪次会）").fill("第三次打分")
    page.locator("details[open]").get_by_role("button", name="记下").click()
    page.get_by_role("link", name="← 嘎玛乡 · 2026年10月").click()
    expect(page.locator(".seats .tie")).to_have_count(2)
    expect(page.get_by_text("同分不用抽签定。")).to_be_visible()
    seen("tie")
    page.get_by_text("记下一个签字").click()
    page.get_by_label("签字人").fill("王主任")
    page.locator("details[open]").get_by_role("button", name="记下").click()
    noted = page.get_by_role("region").filter(has_text="王主任")
    noted.get_by_text("撤回……").click()
    noted.get_by_label("理由").fill("签在了旧的汇总表上")
    seen("signed")
    press(page, "撤回")
    expect(page.get_by_role("status")).to_contain_text("已记下。")
    expect(page.locator("main")).not_to_contain_text("王主任")
    page.goto(f"{site.url}/desk/scoring/register")
    seen("register-schemes")
    page.get_by_role("link").filter(has_text="办法").filter(has_not_text="看条文").last.click()
    page.get_by_label("姓名或名称").fill("嘎玛村驻村工作队")
    page.get_by_label("单位（乡镇、部门）").fill("嘎玛乡")
    page.get_by_label("编号").fill("gama-team")
    press(page, "登记")
    expect(page.locator("tbody")).to_contain_text("嘎玛村驻村工作队")
    seen("register")
