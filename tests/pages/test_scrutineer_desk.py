"""The organizer's page about keys, looked at: links to scan, fingerprints to compare, and whose shares are missing."""

import re
from textwrap import wrap

import pytest
from holders import Closing, Key, write_setups
from playwright.sync_api import expect
from village import NOW

from ballots.invitations import register_key
from polling.models import Role
from polling.people import add_user
from publishing.turnout import NOTED


@pytest.fixture
def organizer(site, desk):
    """A laptop whose person has signed in."""
    with site.database.write() as session:
        add_user(session, "张组织", Role.ADMINISTRATOR, "correct horse battery staple")
    page = desk()
    page.goto(f"{site.url}/desk/login?lang=zh_CN")
    page.fill("[name=name]", "张组织")
    page.fill("[name=password]", "correct horse battery staple")
    page.click("main form button")
    expect(page.locator("h1")).not_to_have_text("登录工作台")
    return page


def small(page, look, axe, name) -> None:
    """Look at the page in both sizes."""
    look(page, f"{name}-desk")
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    look(page, f"{name}-phone")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_holders_are_invited_by_a_mouse(look, site, organizer, phone, axe):
    """Two names, a link scanned by a phone, and the fingerprint that stands on both screens."""
    page, village = organizer, site.village
    village.create()
    page.goto(f"{site.url}/desk/polls/{village.poll}/keys")
    small(page, look, axe, "keys-1-none")
    for name in ("李明", "王芳"):
        page.fill("#name", name)
        page.get_by_role("button", name="加上").click()
    page.fill("#name", "李明")
    page.get_by_role("button", name="加上").click()
    expect(page.locator(".note.bad")).to_contain_text("写了两次")
    small(page, look, axe, "keys-2-named")
    page.locator("#holder-1").get_by_role("button", name="给出链接").click()
    expect(page.locator("#holder-1 img")).to_be_visible()
    small(page, look, axe, "keys-3-link")
    token = page.locator("#holder-1 .link").inner_text().split("#")[1]
    holder = Key()
    with site.database.write() as session:
        register_key(session, village.poll, token, holder.public, now=NOW)
    page.goto(f"{site.url}/desk/polls/{village.poll}/keys")
    assert page.locator("#holder-1 .figure").inner_text() == holder.fingerprint
    small(page, look, axe, "keys-4-one-came")
    page.locator("#holder-2 summary", has_text="划掉").click()
    page.locator("#holder-2").get_by_role("button", name=re.compile("划掉")).click()
    expect(page.locator("#holder-2")).to_have_count(0)


def test_whose_share_is_missing(look, site, organizer, phone, axe):
    """After closing the page names who is awaited; one came, the other is still named."""
    closing = Closing(site)
    page = organizer
    path = f"{site.url}/desk/polls/{closing.village.poll}/keys"
    page.goto(path)
    small(page, look, axe, "keys-5-voting")
    closing.closed()
    page.goto(path)
    expect(page.locator(".state")).to_contain_text("还在等：李明、王芳")
    small(page, look, axe, "keys-6-waiting")
    holder = phone()
    holder.goto(closing.url)
    holder.set_input_files("#key-file", closing.keys[0].file())
    write_setups(holder, closing.village)
    holder.click("#agree")
    expect(holder.locator("h1")).to_contain_text("交好了")
    page.goto(path)
    expect(page.locator(".state")).to_contain_text("还在等：王芳")
    small(page, look, axe, "keys-7-one-missing")


def test_the_setup_values_stand_where_people_can_note_them(look, site, organizer, phone, axe):
    """Right after opening: large on the poll's page, small on the wall; the same that the record says; before opening nowhere."""
    page, village = organizer, site.village
    village.create(panels=("interviewees", "villagers"))
    village.print()
    page.goto(f"{site.url}/desk/polls/{village.poll}")
    assert page.get_by_text("开箱核对码").count() == 0
    village.open()
    parts = [village.panel(key).setup_hash for key in ("interviewees", "villagers")]
    noted = [" ".join(wrap(part[:NOTED], 4)) for part in parts]
    page.goto(f"{site.url}/desk/polls/{village.poll}")
    assert page.locator(".setups .figure").all_inner_texts() == noted
    small(page, look, axe, "setups-poll")
    page.goto(f"{site.url}/desk/polls/{village.poll}/wall")
    assert page.locator("[data-setup]").all_inner_texts() == noted
    small(page, look, axe, "setups-wall")
    village.close()
    page.goto(f"{site.url}/desk/polls/{village.poll}")
    expect(page.locator(".setups")).to_contain_text("应当和开箱时抄下的一样")
