"""The desk's pages for drafts, printing and trials in a real browser: a phone turned into a laptop on each page, with and without scripts."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from pages.chromium import DESK, PHONE, follow
from playwright.sync_api import expect

from belenios.credentials import secret_of
from belenios.election import read_election
from belenios.sealing import seal
from polling.lifecycle import State
from polling.models import Poll, Role
from polling.people import add_user
from polling.polls import find_poll

NAME, PASSWORD = "王组织", "vier-worte-am-see"
# the element with the focus: what it is called, and whether one sees that it has it
FOCUS = """(() => {
  const at = document.activeElement;
  return { name: ((at.labels && at.labels[0]) || at).innerText.trim(), seen: at === document.body || getComputedStyle(at).outlineStyle !== "none" };
})()"""
SUBJECTS = "嘎玛村驻村工作队\n达那村驻村工作队\n错那村驻村工作队"


@pytest.fixture
def signed_in(site):
    """Sign a page in as the organizer."""
    with site.database.write() as session:
        add_user(session, NAME, Role.ORGANIZER, PASSWORD)

    def enter(page):
        page.goto(f"{site.url}/desk/login")
        page.get_by_label("姓名").fill(NAME)
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{site.url}/desk/")
        return page

    return enter


def onward(page) -> None:
    """Save this step and wait for the next one."""
    at = page.url
    page.get_by_role("button", name="保存，下一步").click()
    page.wait_for_url(lambda url: url != at)


def fill(page) -> None:
    """Fill in the steps of a new rehearsal, from the first one on."""
    page.get_by_label("演练").check()
    onward(page)
    page.get_by_role("textbox", name="驻村工作队", exact=True).fill(SUBJECTS)
    onward(page)
    page.get_by_role("group", name="民主测评").get_by_label("应到人数").fill("24")
    page.get_by_role("group", name="村民代表").get_by_label("应到人数").fill("12")
    onward(page)
    page.get_by_label("标题").fill("嘎玛乡2026年10月驻村工作民主测评")
    page.get_by_label("钥匙保管人 1").fill("李保管")
    page.get_by_label("钥匙保管人 2").fill("陈保管")


@contextmanager
def on_a_laptop(page) -> Iterator[None]:
    """Load the page again on a laptop, and afterwards on the phone."""
    for screen in (DESK, PHONE):
        page.set_viewport_size(screen["viewport"])
        page.reload()
        if screen is DESK:
            yield


def only_poll(site) -> Poll:
    """The one poll there is, trials apart."""
    with site.database.read() as session:
        return session.scalars(sa.select(Poll).where(Poll.trial_of.is_(None))).one()


def test_from_the_empty_list_to_the_printed_slips(in_both_sizes, site, signed_in, phone):
    """A poll is made step by step, corrected, printed and copied by somebody who sees each sentence; no page has a fault that axe finds."""
    page = signed_in(phone())
    in_both_sizes(page, "drafts-1-empty")
    page.get_by_role("link", name="新建测评").click()
    page.get_by_label("驻村干部考核通用方案").wait_for()
    folded = page.locator("aside > details")
    expect(folded).to_have_js_property("open", value=False)
    with on_a_laptop(page):
        expect(folded).to_have_js_property("open", value=True)
    in_both_sizes(page, "drafts-2-scheme")
    page.get_by_label("演练").check()
    onward(page)
    page.get_by_role("textbox", name="驻村工作队", exact=True).fill(SUBJECTS + "\n达那村驻村工作队")
    page.get_by_role("button", name="保存，下一步").click()
    expect(page.get_by_text("「达那村驻村工作队」写了两次")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "subjects_work_team"
    in_both_sizes(page, "drafts-3-subjects")
    page.get_by_role("textbox", name="驻村工作队", exact=True).fill(SUBJECTS)
    expect(page.locator("aside > p")).to_contain_text("对象 3 个")
    expect(page.locator("aside > p")).to_be_in_viewport()
    onward(page)
    people = page.get_by_role("group", name="民主测评").get_by_label("应到人数")
    people.fill("19")
    people.press("Enter")
    expect(page.get_by_text("还差 1 人")).to_be_visible()
    in_both_sizes(page, "drafts-4-panels")
    page.get_by_role("group", name="民主测评").get_by_label("应到人数").fill("24")
    page.get_by_role("group", name="村民代表").get_by_label("应到人数").fill("12")
    onward(page)
    assert page.get_by_label("票上的网址").input_value() == site.url
    page.get_by_label("钥匙保管人 1").fill("李保管")
    page.get_by_label("标题").fill("嘎玛乡2026年10月驻村工作民主测评")
    page.get_by_text("票和选票的样子").click()
    expect(page.locator("aside .box").nth(1)).to_contain_text("嘎玛乡2026年10月驻村工作民主测评")
    page.get_by_text("票和选票的样子").click()
    in_both_sizes(page, "drafts-5-texts")
    # Enter in a field saves, whatever button stands first
    page.get_by_label("标题").press("Enter")
    page.get_by_text("都齐了").wait_for()
    slip = page.get_by_role("heading", name="票：民主测评，印 27 张")
    with on_a_laptop(page):
        expect(slip).to_be_in_viewport()
        expect(page.get_by_role("heading", name="手机上的选票").first).to_be_in_viewport()
    page.get_by_text("票和选票的样子").click()
    expect(slip).to_be_in_viewport()
    in_both_sizes(page, "drafts-6-check")
    page.go_back()
    assert page.get_by_label("标题").input_value() == "嘎玛乡2026年10月驻村工作民主测评"
    poll = only_poll(site)
    page.goto(f"{site.url}/desk/polls/{poll.id}/delete")
    in_both_sizes(page, "drafts-7-throw-away")
    page.goto(f"{site.url}/desk/polls/{poll.id}/print")
    in_both_sizes(page, "drafts-8-print")
    with page.expect_download() as download:
        page.get_by_role("button", name="印票").dblclick()
    assert download.value.suggested_filename == f"slips-{poll.id}.pdf"
    expect(page.get_by_text("回到测评的页面")).to_be_visible()
    assert page.get_by_role("button", name="印票").is_disabled()
    in_both_sizes(page, "drafts-9-printing")
    printed = only_poll(site)
    assert (printed.state, printed.revision) == (State.PRINTED, poll.revision + 1)
    page.reload()
    expect(page.get_by_text("以前的票就全部作废")).to_be_visible()
    page.get_by_text("在别的电脑上印票").click()
    in_both_sizes(page, "drafts-10-print-again")
    page.goto(f"{site.url}/desk/")
    in_both_sizes(page, "drafts-11-list")
    page.get_by_role("button", name="照这场演练办正式的").click()
    page.get_by_text("其余照旧").wait_for()
    in_both_sizes(page, "drafts-12-copy")
    page.get_by_role("link", name="对象", exact=True).click()
    page.get_by_text("从表格文件读").click()
    assert page.get_by_role("textbox", name="驻村工作队", exact=True).input_value().replace("\r", "") == SUBJECTS
    in_both_sizes(page, "drafts-13-subjects-again")


def tab_to(page, name) -> None:
    """Press Tab until the focus is on what is called so; wherever it rests, it can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        assert at["seen"], at
        if at["name"] == name:
            return
    raise AssertionError(name)


def test_with_the_keyboard_alone(site, desk):
    """From the door to the printed slips with Tab and Enter: everything is reached in order, and one sees where one is."""
    with site.database.write() as session:
        add_user(session, NAME, Role.ORGANIZER, PASSWORD)
    page = desk()
    page.goto(f"{site.url}/desk/login")
    keys = page.keyboard
    tab_to(page, "姓名")
    keys.type(NAME)
    tab_to(page, "密码")
    keys.type(PASSWORD)
    for name in ("新建测评", "保存，下一步"):
        with page.expect_navigation():
            keys.press("Enter")
        tab_to(page, name)
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "驻村工作队")
    keys.type("嘎玛村驻村工作队")
    tab_to(page, "保存，下一步")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "应到人数")
    keys.type("24")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "标题")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "去印票")
    with page.expect_navigation():
        keys.press("Enter")
    tab_to(page, "印票（下载一个 PDF）")
    with page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename == f"slips-{only_poll(site).id}.pdf"
    tab_to(page, "印好了，去开箱")


def test_a_stale_form(in_both_sizes, site, signed_in, phone):
    """Two tabs of one draft: the second to save sees what the first one made of it, and loses nothing."""
    first = signed_in(phone())
    first.goto(f"{site.url}/desk/polls/new")
    fill(first)
    first.get_by_role("button", name="保存，下一步").click()
    first.get_by_text("都齐了").wait_for()
    address = f"{site.url}/desk/polls/{only_poll(site).id}/edit/texts"
    first.goto(address)
    second = first.context.new_page()
    second.goto(address)
    second.get_by_label("标题").fill("第二个标题")
    second.get_by_role("button", name="保存，下一步").click()
    second.get_by_text("都齐了").wait_for()
    first.get_by_label("标题").fill("第一个标题")
    first.get_by_role("button", name="保存，下一步").click()
    expect(first.get_by_text("这份草稿又改过")).to_be_visible()
    assert first.get_by_label("标题").input_value() == "第一个标题"
    in_both_sizes(first, "drafts-14-stale")
    first.get_by_role("button", name="保存，下一步").click()
    first.get_by_text("都齐了").wait_for()
    assert only_poll(site).title == "第一个标题"


def test_the_address_is_tried_before_printing(in_both_sizes, site, signed_in, phone):
    """A draft's check, its preflight and its page of printing can be read on both sizes; a phone tries the code, and the page says so by itself."""
    page = signed_in(phone())
    site.village.create(rehearsal=False)
    with site.database.write() as session:
        find_poll(session, site.village.poll).base_url = site.url
    draft = f"{site.url}/desk/polls/{site.village.poll}"
    page.goto(draft)
    in_both_sizes(page, "try-1-draft")
    follow(page.get_by_role("link", name="印票前核对"))
    in_both_sizes(page, "try-2-preflight")
    page.goto(f"{draft}/edit")
    in_both_sizes(page, "try-3-check")
    page.goto(f"{draft}/print")
    in_both_sizes(page, "try-4-print")
    other = phone()
    other.goto(page.locator("p.code").inner_text())
    other.get_by_role("heading", name="连上了").wait_for()
    expect(page.locator("[data-come]")).to_contain_text("连上了")
    page.reload()
    expect(page.get_by_text("手机打开过")).to_be_visible()
    in_both_sizes(page, "try-5-tried")


def test_what_is_gone_through_before_opening(in_both_sizes, site, signed_in, phone):
    """The lines stand on both sizes, and the page sees by itself that a phone opened the address."""
    page = signed_in(phone())
    site.village.create(rehearsal=False)
    with site.database.write() as session:
        find_poll(session, site.village.poll).base_url = site.url
    site.village.print()
    page.goto(f"{site.url}/desk/polls/{site.village.poll}/preflight")
    in_both_sizes(page, "preflight-1")
    other = phone()
    other.goto(page.locator("li .code").inner_text())
    other.get_by_role("heading", name="连上了").wait_for()
    in_both_sizes(other, "preflight-2-phone")
    expect(page.locator("[data-come]")).to_contain_text("连上了")
    page.goto(f"{site.url}/desk/polls/{site.village.poll}/open")
    in_both_sizes(page, "preflight-3-open")


def vote(url: str, picks: list[int], site) -> None:
    """Cast the trial's ballot from outside the browser, by the address on the screen."""
    from ballots.casting import cast

    panel, code = re.search(r"/v/(\w+)#([\w-]+)", url).groups()
    with site.database.read() as session:
        [row] = [
            panel for poll in session.scalars(sa.select(Poll)) for panel in poll.panels if panel.uuid == panel_id(url)
        ]
    election = read_election(row.election)
    rows = [
        [int(place == pick) for place in range(question.width)]
        for question, pick in zip(election.questions, picks, strict=True)
    ]
    cast(site.database, panel, seal(election, secret_of(code, panel), rows, secrets.token_bytes))


def panel_id(url: str) -> str:
    """The panel's number in an address."""
    return re.search(r"/v/(\w+)", url)[1]


@pytest.mark.parametrize("scripts", [True, False])
def test_a_trial(in_both_sizes, site, signed_in, phone, scripts):
    """The trial from its first page to the table; without scripts too. The page says by itself that the ballot has come."""
    page = signed_in(phone(java_script_enabled=scripts))
    site.village.create(panels=("villagers", "evaluators"), subjects=3)
    name = "trial" if scripts else "trial-plain"
    page.goto(f"{site.url}/desk/polls/{site.village.poll}/trial")
    in_both_sizes(page, f"{name}-1-begin", scripts=scripts)
    page.get_by_label("村民代表").check()
    page.get_by_role("button", name="开始试投").click()
    page.get_by_role("heading", name="用手机扫这张票").wait_for()
    in_both_sizes(page, f"{name}-2-slip", scripts=scripts)
    url = page.locator("main a.code").get_attribute("href")
    vote(url, [1, 4, 0], site)
    if scripts:
        page.get_by_text("收到了。现在可以数一数。").wait_for()
    page.get_by_role("button", name="数一数").click()
    page.get_by_role("heading", name="您的一票和 9 张示范票").wait_for()
    assert page.get_by_role("row", name=re.compile("第2工作队")).get_by_role("cell").first.inner_text() == "不满意"
    in_both_sizes(page, f"{name}-3-table", scripts=scripts)
    with site.database.read() as session:
        assert find_poll(session, site.village.poll).state is State.DRAFT
