"""Signatures, notice and objections in a real browser, on a laptop and on a phone; axe finds nothing."""

import os

import pytest
from desks import ORGANIZER, PASSWORD, SCRUTINEER, signed_sheet
from pages.chromium import follow
from pages.signing_in import signed_in
from village import NOW

from polling.models import Role
from polling.people import add_user
from publishing.counting import count_poll

LEADER, SECRETARY = "张组长", "陈书记"


@pytest.fixture
def counted(site):
    """A counted real poll, and everybody with an account."""
    village = site.village
    people = (
        (ORGANIZER, Role.ORGANIZER),
        (SCRUTINEER, Role.SCRUTINEER),
        (LEADER, Role.APPROVER),
        (SECRETARY, Role.APPROVER),
    )
    with site.database.write() as session:
        for name, role in people:
            add_user(session, name, role, PASSWORD)
    village.people = (ORGANIZER, SCRUTINEER)
    village.opened(rehearsal=False, spare=2, subjects=2)
    village.vote([[1, 2]] * 10)
    village.close()
    store = village.store(rehearsal=False)
    count_poll(site.database, village.poll, (), store=store, who=ORGANIZER, now=NOW, random=os.urandom)
    return site


def test_the_life_of_a_result_in_the_browser(counted, desk, phone, look, axe):
    """Sent from the desk, signed on a phone and on paper, published, objected, decided: every page as people meet it."""
    site, poll = counted, counted.village.poll
    organizer, approver = signed_in(site, desk(), ORGANIZER), signed_in(site, phone(), LEADER)

    def seen(name, page=organizer):
        small = page is approver
        look(page, f"life-{name}-{360 if small else 1280}")
        if not small:
            page.set_viewport_size({"width": 360, "height": 740})
            look(page, f"life-{name}-360")
            page.set_viewport_size({"width": 1280, "height": 800})
        axe(page)

    at = f"{site.url}/desk/polls/{poll}"
    seen("waiting-none", approver)
    organizer.goto(at)
    follow(organizer.get_by_role("link", name="看结果"))
    seen("result-unsigned")
    organizer.get_by_role("link", name="去送签").click()
    organizer.get_by_label("乡镇党（工）委书记审定").select_option("在打印的报告上签")
    organizer.get_by_label("考核组确认").select_option(LEADER)
    seen("send")
    organizer.get_by_role("button", name="送签").click()
    organizer.get_by_text(f"等{LEADER}登录签字").wait_for()
    seen("signatures")
    approver.goto(f"{site.url}/desk/waiting")
    seen("waiting", approver)
    approver.get_by_role("link", name="看结果，签字").click()
    approver.get_by_label("您的姓名").fill(LEADER)
    approver.get_by_label("您的密码").fill(PASSWORD)
    seen("sign", approver)
    approver.get_by_role("button", name="签字").click()
    approver.get_by_text("现在没有等您签的").wait_for()
    organizer.goto(f"{at}/signatures/paper")
    organizer.get_by_label("签字人姓名").fill(SECRETARY)
    organizer.get_by_label("签字页的照片或扫描件").set_input_files(
        {"name": "签字.jpg", "mimeType": "image/jpeg", "buffer": signed_sheet()}
    )
    seen("paper")
    organizer.get_by_role("button", name="保存，请人核对").click()
    organizer.get_by_role("link", name="核对纸上的签字").click()
    organizer.get_by_label("核对人姓名").fill(SCRUTINEER)
    organizer.get_by_label("核对人密码").fill(PASSWORD)
    seen("compare")
    follow(organizer.get_by_role("button", name="核对过了，一样"))
    seen("signed")
    follow(organizer.get_by_role("link", name="都签好了，去公布"))
    seen("publish")
    organizer.get_by_role("button", name="公布").click()
    organizer.get_by_text("结果已经公布").wait_for()
    organizer.goto(at)
    seen("poll-noticed")
    organizer.get_by_role("link", name="公示和异议").click()
    organizer.get_by_role("link", name="记一件异议").click()
    organizer.get_by_label("异议的内容").fill("第2工作队发出的票数和名册对不上。")
    seen("objection")
    follow(organizer.get_by_role("button", name="记下"))
    seen("notice")
    organizer.get_by_role("link", name="写下决定").click()
    organizer.get_by_label("成立：更正发出的票数").check()
    organizer.get_by_label("决定的理由").fill("登记时抄错，应为 11 张。")
    organizer.get_by_label("作出决定的人").fill("赵主任")
    seen("decide")
    organizer.get_by_role("button", name="记下决定").click()
    follow(organizer.get_by_role("link", name="去更正"))
    seen("correct")
    organizer.goto(f"{site.url}/")
    follow(organizer.locator("a[href^='/results/']"))
    seen("public")
