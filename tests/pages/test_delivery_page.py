"""The page of deliveries in a real browser, on a laptop and on a phone."""

import pytest
from at_desk import GOOD, add_staff
from playwright.sync_api import expect
from posting import published, receiving

from publishing.models import Dispatch, Passage, Receiver


@pytest.mark.parametrize("device", ["phone", "desk"])
def test_an_administrator_sends_again_what_was_parked(request, site, look, axe, device):
    """What was parked says why; one press and it waits to be sent."""
    page = request.getfixturevalue(device)()
    add_staff(site.database)
    receiving(site.database, "县委考核办", "https://kaohe.example.gov.cn/yipiao")
    receiving(site.database, "市里的平台", "https://old.example.gov.cn/hook")
    for number in (1, 2):
        published(site.database, site.village.create(), f"d{number}")
        published(site.database, site.village.poll, f"e{number}")
    with site.database.write() as session:
        for name, passage, reason, status in (
            ("d1", Passage.PARKED, "status", 500),
            ("d2", Passage.WAITING, "timeout", None),
        ):
            row = session.get(Dispatch, ("县委考核办", name))
            row.passage, row.reason, row.status, row.attempts = passage, reason, status, 9
        gone = session.get(Receiver, "市里的平台")
        gone.active, gone.gone = False, True
    page.goto(f"{site.url}/desk/login")
    page.get_by_label("姓名", exact=True).fill("管理员")
    page.get_by_label("密码", exact=True).fill(GOOD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("link", name="送达", exact=True).click()
    expect(page.get_by_role("heading", name="结果送达")).to_be_visible()
    look(page, f"delivery-{device}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.get_by_role("button", name="补送", exact=True).click()
    expect(page.get_by_text("1 份文件马上补送。")).to_be_visible()
    expect(page.get_by_role("button", name="补送", exact=True)).to_have_count(0)
