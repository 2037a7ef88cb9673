"""A key made on the holder's own phone: backup read back before anything leaves, public part handed in, fingerprint to compare."""

import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from holders import title
from playwright.sync_api import expect
from village import NOW

from ballots.invitations import invited, keys_with_names, name_holders, new_link
from ballots.key_backup import backup_text
from polling.polls import find_poll

NAME = "yipiao.test"
HOUR = 3_600_000  # ms


class Draft:
    """A draft with two invited holders on a running server."""

    def __init__(self, site) -> None:
        self.site = site
        site.village.create()
        self.poll = site.village.poll
        with site.database.write() as session:
            name_holders(session, find_poll(session, self.poll), ["李明", "王芳"], who="组织者", now=NOW)

    def link(self, number: int = 1) -> str:
        """A fresh one-time link."""
        with self.site.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            token = new_link(session, poll, number, random=secrets.token_bytes, who="组织者", now=NOW)
        return f"{self.site.url}/scrutineer/{self.poll}#{token}"

    def open(self) -> None:
        """Opened, without those whose key did not come."""
        with self.site.database.write() as session:
            name_holders(session, find_poll(session, self.poll, lock=True), [], who="组织者", now=NOW)
        self.site.village.print()
        self.site.village.open()

    def keys(self) -> dict[str, str]:
        """The fingerprints that came, by name."""
        with self.site.database.read() as session:
            return {key.name: key.fingerprint for key in keys_with_names(session, find_poll(session, self.poll))}

    def linked(self, number: int = 1) -> bool:
        """Whether a holder's link is still good."""
        with self.site.database.read() as session:
            return invited(session, find_poll(session, self.poll))[number - 1].linked


@pytest.fixture
def draft(site) -> Draft:
    """A draft with two invited holders."""
    return Draft(site)


def make(page, link) -> list[str]:
    """Open a link and make the key: the groups of its backup."""
    page.goto(link)
    title(page, "请您做一位钥匙保管人")
    page.click("#make")
    title(page, "钥匙做好了")
    return page.locator("main > .groups .group").all_inner_texts()


def type_groups(page, groups) -> None:
    """Type the backup and have it compared."""
    for number, group in enumerate(groups, start=1):
        page.fill(f"#group-{number}", group)
    page.click("#groups-done")


def stored(page) -> str:
    """Everything that this browser keeps for the site."""
    return page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie, location.href])")


def test_a_key_is_made_read_back_and_handed_in(draft, phone, in_both_sizes):
    """The whole way on a phone over http: the token leaves the address, wrong groups are named, the fingerprint is the server's, nothing stays."""
    page = phone()
    link = draft.link()
    groups = make(page, link)
    assert link.split("#")[1] not in page.url
    assert len(groups) == 8
    in_both_sizes(page, "key-2-backup")
    page.click("#next")
    title(page, "核对备份")
    in_both_sizes(page, "key-3-readback")
    assert "backup" not in page.locator("main").inner_text()
    assert groups[0] not in page.locator("main").inner_text()
    wrong = [*groups]
    wrong[2], wrong[6] = "1111111", groups[6][::-1] if groups[6] != groups[6][::-1] else "2222222"
    type_groups(page, wrong)
    expect(page.locator(".note.bad")).to_contain_text("第 3、7 组")
    assert page.locator(".wrong").count() == 2
    assert page.input_value("#group-1") == groups[0]
    in_both_sizes(page, "key-3-wrong-groups")
    assert draft.keys() == {}
    type_groups(page, groups)
    title(page, "钥匙交上去了")
    [fingerprint] = draft.keys().values()
    assert page.locator(".fingerprint").inner_text() == fingerprint
    in_both_sizes(page, "key-4-done")
    assert not draft.linked()
    left = stored(page)
    for secret in (*groups, "private_key", link.split("#")[1]):
        assert secret not in left
    page.reload()
    title(page, "还没有开始投票")
    in_both_sizes(page, "closing-1-early")


def test_the_welcome_says_what_a_holder_does(draft, page, in_both_sizes):
    """Three sentences before anything is made, in Chinese and, in place, in English."""
    page.goto(draft.link())
    title(page, "请您做一位钥匙保管人")
    in_both_sizes(page, "key-1-welcome")
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "en"
    in_both_sizes(page, "key-1-welcome-english")
    page.click("#language")
    title(page, "请您做一位钥匙保管人")


def test_a_reload_at_any_step_goes_on(draft, phone):
    """The key that is being made survives a reload; the link is not used up until the key was handed in."""
    page = phone()
    groups = make(page, draft.link())
    page.reload()
    title(page, "钥匙做好了")
    assert page.locator("main > .groups .group").all_inner_texts() == groups
    page.click("#next")
    page.reload()
    title(page, "核对备份")
    assert draft.linked()
    type_groups(page, groups)
    title(page, "钥匙交上去了")


def test_a_phone_that_died_begins_again_with_the_same_link(draft, phone):
    """The same link on another phone makes another key; the first is told that its link was used."""
    link = draft.link()
    first, second = phone(), phone()
    old, new = make(first, link), make(second, link)
    assert old != new
    second.click("#next")
    type_groups(second, new)
    title(second, "钥匙交上去了")
    first.click("#next")
    type_groups(first, old)
    title(first, "公开部分还没有交上去")
    expect(first.locator(".note.bad")).to_contain_text("链接已经用过")
    # the organizer gives another link: the backup need not be made again
    first.fill("#new-link", draft.link(2))
    first.click("form button")
    title(first, "钥匙交上去了")
    assert set(draft.keys()) == {"李明", "王芳"}


def test_a_key_that_another_link_left_behind_is_asked_about(draft, phone):
    """One phone for two holders: the second one is asked whose key still waits there, and can make an own one."""
    page = phone()
    first = make(page, draft.link())
    page.goto("about:blank")
    page.goto(draft.link(2))
    title(page, "还有一把没有交的钥匙")
    page.get_by_role("button", name="另做一把").click()
    title(page, "请您做一位钥匙保管人")
    page.click("#make")
    assert page.locator("main > .groups .group").all_inner_texts() != first


def test_the_file_is_the_terminal_programs(draft, phone, tmp_path, command_file, in_both_sizes):
    """A file saved before the backup was read back says so and is no backup; the one at the end is good. The terminal reads both as its own."""
    page = phone()
    groups = make(page, draft.link())

    def saved() -> dict:
        with page.expect_download() as download:
            page.click("#save")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return command_file(path)

    early = saved()
    assert backup_text(int(early["private_key"])) == "-".join(groups)
    assert early["confirmed"] is False
    page.click("#next")
    title(page, "核对备份")
    assert page.locator("#key-file").count() == 0
    assert page.locator("#key-photo").count() == 1
    page.reload()
    type_groups(page, groups)
    title(page, "钥匙交上去了")
    expect(page.locator("main")).to_contain_text("换掉核对以前存的那份")
    in_both_sizes(page, "key-4-save-again")
    assert saved() == early | {"confirmed": True}


def test_an_unfinished_key_does_not_bar_the_closing_page(draft, phone):
    """A tab in which a link was opened and left is of use after opening: the rest of it is dropped, and the page goes on."""
    page = phone()
    groups = make(page, draft.link())
    draft.open()
    page.goto(f"{draft.site.url}/scrutineer/{draft.poll}")
    title(page, "正在投票")
    assert groups[0] not in stored(page)
    assert "private_key" not in stored(page)


def test_the_signing_key_is_remembered_where_the_key_was_made(draft, phone):
    """A record signed by nobody that was known when the key was handed in is refused by this device."""
    page = phone()
    groups = make(page, draft.link())
    page.click("#next")
    with page.expect_response("**/api/v1/keys"):
        type_groups(page, groups)
    title(page, "钥匙交上去了")
    draft.open()
    page.goto(f"{draft.site.url}/scrutineer/{draft.poll}")
    title(page, "正在投票")
    record = json.loads(draft.site.village.panel().opening_record)
    record["signature"]["value"] = "A" * 86 + "=="
    raw = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    page.route("**/opening.json", lambda route: route.fulfill(body=raw))
    page.reload()
    expect(page.locator(".note.bad")).to_contain_text("签名不对")


@pytest.fixture
def command_file():
    """Reads a key file as the terminal's program does."""
    from cli.trustee import read_key_file

    return lambda path: read_key_file(str(path))


def test_the_code_on_the_screen_is_the_backup(draft, phone, tmp_path):
    """A picture of the QR code reads back; a picture without a code, and another key's, are refused in words."""
    page, other = phone(), phone()
    make(page, draft.link())
    make(other, draft.link(2))
    for each, name in ((page, "own.png"), (other, "other.png")):
        each.locator("main > .code-picture").screenshot(path=tmp_path / name)
        each.locator("h1").screenshot(path=tmp_path / "nothing.png")
    page.click("#next")
    page.set_input_files("#key-photo", tmp_path / "nothing.png")
    expect(page.locator(".note.bad")).to_contain_text("没有找到二维码")
    page.set_input_files("#key-photo", tmp_path / "other.png")
    expect(page.locator(".note.bad")).to_contain_text("另一把钥匙")
    assert draft.keys() == {}
    page.set_input_files("#key-photo", tmp_path / "own.png")
    title(page, "钥匙交上去了")


def test_only_the_backup_is_printed(look, draft, desk):
    """On paper stand title, name to write in, groups and code, and nothing else of the page."""
    page = desk()
    groups = make(page, draft.link())
    page.evaluate("window.print = () => { window.printed = document.body.className }")
    page.click("#print")
    assert page.evaluate("window.printed") == "printing"
    page.evaluate("document.body.classList.add('printing')")
    page.emulate_media(media="print")
    look(page, "key-sheet")
    seen = page.locator("body").inner_text()
    assert "嘎玛村驻村工作队民主测评" in seen
    assert all(seen.count(group) == 1 for group in groups)
    assert "存成文件" not in seen


def test_no_network_keeps_the_key(draft, phone, in_both_sizes):
    """A line that is cut while the key is handed in loses nothing, nor does an hour locked, nor a clock a year behind; the next try goes through."""
    page = phone()
    page.clock.install(time=datetime.now(UTC) - timedelta(days=366))
    groups = make(page, draft.link())
    page.clock.fast_forward(HOUR)
    page.click("#next")
    page.context.set_offline(True)
    type_groups(page, groups)
    title(page, "公开部分还没有交上去")
    expect(page.locator(".note.bad")).to_contain_text("网络不通")
    in_both_sizes(page, "key-4-no-network")
    page.clock.fast_forward(HOUR)
    page.context.set_offline(False)
    page.click("#retry")
    title(page, "钥匙交上去了")


def test_a_lost_answer_is_no_second_key(draft, phone):
    """When the server took the key and its answer was lost, trying again says done and the server has one key."""
    page = phone()
    groups = make(page, draft.link())
    page.click("#next")
    dropped = []

    def drop_first(route):
        if dropped:
            return route.continue_()
        dropped.append(route.fetch(url=route.request.url.replace(NAME, "127.0.0.1")).status)
        return route.abort()

    page.route("**/key?*", drop_first)
    type_groups(page, groups)
    title(page, "公开部分还没有交上去")
    assert dropped == [201]
    page.click("#retry")
    title(page, "钥匙交上去了")
    assert len(draft.keys()) == 1


def test_storage_may_be_blocked(draft, phone):
    """Without any storage a key is made all the same."""
    page = phone()
    page.add_init_script(
        "for (const name of ['sessionStorage', 'localStorage'])"
        "Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError'); }})"
    )
    groups = make(page, draft.link())
    page.click("#next")
    type_groups(page, groups)
    title(page, "钥匙交上去了")


def test_a_link_after_opening_is_late(draft, phone, in_both_sizes):
    """Who comes after opening is told so before making anything; an unknown poll is none."""
    link = draft.link()
    draft.open()
    page = phone()
    page.goto(link)
    title(page, "这个链接打不开")
    expect(page.locator(".note.bad")).to_contain_text("票箱已经打开")
    in_both_sizes(page, "key-late")
    page.goto(f"{draft.site.url}/scrutineer/11111111111111")
    expect(page.locator(".note.bad")).to_contain_text("没有这场测评")


def test_without_javascript_the_page_says_so(draft, phone):
    """A browser without JavaScript shows what is needed."""
    page = phone(java_script_enabled=False)
    page.goto(draft.link())
    assert "JavaScript" in page.locator("noscript").inner_text()
