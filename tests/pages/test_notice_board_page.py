"""The notice board and its course of a subject in a real browser, in both sizes and on paper."""

import json

from counties import add_places
from lives import counted, published_month
from pages.chromium import follow
from village import NOW

from polling import organizations
from polling.models import ROOT


def test_from_the_board_to_a_result_and_its_subject(site, phone, in_both_sizes, look, monkeypatch):
    """A villager finds the own township's board, reads what came out and where to object; printed, the sheet has a code and no buttons."""
    monkeypatch.setattr("web.notice_board.now", lambda: NOW)
    monkeypatch.setattr("web.public.now", lambda: NOW)
    [township] = add_places(site.database, "嘎玛乡")
    with site.database.write() as session:
        root = organizations.find(session, ROOT)
        organizations.set_contact(session, root, "县考核办，电话 0895-1234567", who="测试", now=NOW)
    for period, picks in (("2026-08", [[1]] * 10), ("2026-09", [[3]] * 10)):
        published_month(site.village, period, picks)
    life = counted(site.village, organization_id=township, subjects=1)
    json.loads(life.village.publish())
    page = phone()
    page.goto(site.url)
    in_both_sizes(page, "start")
    follow(page.get_by_role("link", name="各单位的公示栏"))
    in_both_sizes(page, "board-root")
    follow(page.get_by_role("link", name="嘎玛乡"))
    in_both_sizes(page, "board-township")
    assert "电话 0895-1234567" in page.inner_text("main")
    assert not page.locator("main img").is_visible()
    page.emulate_media(media="print")
    assert page.locator("main img").is_visible()
    assert not page.locator("footer").is_visible()
    look(page, "board-print")
    page.emulate_media(media="screen")
    page.go_back()
    follow(page.locator("main h3 a").first)
    in_both_sizes(page, "result-compared")
    follow(page.get_by_role("link", name="第1工作队"))
    in_both_sizes(page, "subject")
    assert page.locator("circle").count() == 2
