"""The log of the whole installation in a real browser, on a laptop and on a phone."""

import pytest
from at_desk import GOOD, add_staff
from playwright.sync_api import expect
from village import NOW

from polling import audit


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_an_administrator_reads_the_log_and_notes_its_head(request, site, look, axe, device):
    """One line each in words; the head lies folded below; the tab leads here."""
    page = request.getfixturevalue(device)()
    add_staff(site.database)
    site.village.opened()
    with site.database.write() as session:
        audit.record(session, who="管理员", what="user.role", now=NOW, name="多吉", role="scrutineer")
        audit.record(session, who="yipiao", what="receiver.gone", now=NOW, name="县委考核办")
        audit.record(session, who="王组织", what="scoring.part", now=NOW, first=3, last=41)
    page.goto(f"{site.url}/desk/login")
    page.get_by_label("姓名", exact=True).fill("管理员")
    page.get_by_label("密码", exact=True).fill(GOOD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name="记录", exact=True).click()
    expect(page.get_by_role("heading", name="操作记录")).to_be_visible()
    expect(page.get_by_text("把 多吉 的职责改成监票人")).to_be_visible()
    with site.database.read() as session:
        head = audit.head(session)[1]
    expect(page.get_by_text(head)).to_be_hidden()
    page.get_by_text("怎样看出记录被改动过").click()
    expect(page.get_by_text(head)).to_be_visible()
    look(page, f"audit-log-{device}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
