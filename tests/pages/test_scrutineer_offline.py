"""The same page opened from a disk: keys are made and used without any server, and files go to and fro."""

from pathlib import Path

import pytest
from holders import Closing, Key, state, title, write_setups
from playwright.sync_api import expect

from ballots.shares import read_share
from belenios.trustees import fingerprint, read_public_part
from polling.lifecycle import State
from web.scrutineer import PAGE, page_bytes


@pytest.fixture
def downloaded(site, phone, tmp_path) -> Path:
    """The page as a holder downloads it, its bytes those of the source."""
    page = phone()
    page.goto(site.url + "/")
    with page.expect_download() as download:
        page.evaluate("location.href = '/scrutineer/page.html'")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "scrutineer.html"
    assert path.read_bytes() == PAGE.read_bytes() == page_bytes()
    return path


def offline(page, path) -> list[str]:
    """Open it from the disk without a network; the addresses that it asks for."""
    asked = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    title(page, "不连网也能")
    return asked


def test_a_key_is_made_without_a_network(downloaded, phone, desk, in_both_sizes):
    """The public part comes as a file once the backup was read back, and is what the desk takes; nothing is asked of any network."""
    page = phone()
    asked = offline(page, downloaded)
    in_both_sizes(page, "offline-1")
    page.click("#make-one")
    page.click("#make")
    groups = page.locator("main > .groups .group").all_inner_texts()
    page.click("#next")
    for number, group in enumerate(groups, start=1):
        page.fill(f"#group-{number}", group)
    page.click("#groups-done")
    title(page, "钥匙做成了")
    in_both_sizes(page, "offline-2-made")
    with page.expect_download() as download:
        page.click("#save-public")
    part = read_public_part(Path(download.value.path()).read_bytes())
    assert page.locator(".fingerprint").inner_text() == fingerprint(part.public_key)
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


def test_a_box_is_opened_without_a_network(downloaded, site, phone, tmp_path, in_both_sizes):
    """Opening record and archive as files, the key typed: the share comes as a file that counts; wrong files have their sentence."""
    poll = Closing(site).closed()
    panel = poll.village.panel()
    (tmp_path / "opening.json").write_text(panel.opening_record, encoding="utf-8")
    (tmp_path / "archive.bel").write_bytes(panel.archive)
    page = phone()
    asked = offline(page, downloaded)

    def files(record, archive) -> None:
        page.set_input_files("#record-file", tmp_path / record)
        page.set_input_files("#archive-file", tmp_path / archive)
        page.click("#next")

    page.click("#use-one")
    title(page, "先选两个文件")
    in_both_sizes(page, "offline-3-files")
    assert page.locator("#next").is_disabled()
    files("archive.bel", "opening.json")
    page.set_input_files("#key-file", poll.keys[0].file())
    expect(page.locator(".note.bad")).to_contain_text("开箱记录读不懂")
    files("opening.json", "archive.bel")
    page.set_input_files("#key-file", Key().file(confirmed=False))
    expect(page.locator(".note.bad")).to_contain_text("读回来核对以前存的")
    files("opening.json", "archive.bel")
    page.set_input_files("#key-file", Key().file())
    expect(page.locator(".note.bad")).to_contain_text("不是这个票箱的")
    for key in poll.keys:
        files("opening.json", "archive.bel")
        for number, group in enumerate(key.groups, start=1):
            page.fill(f"#group-{number}", group)
        page.click("#groups-done")
        title(page, "核对无误")
        asks = page.locator(".cards input").count()
        assert asks == (key is poll.keys[0])  # typed once, remembered by this device for the second key
        in_both_sizes(page, "offline-4-found")
        assert page.locator("#agree").is_disabled() == bool(asks)
        write_setups(page, poll.village)
        page.click("#agree")
        title(page, "合计已经解出")
        in_both_sizes(page, "offline-5-share")
        with page.expect_download() as download:
            page.click("#save-share")
        raw = Path(download.value.path()).read_bytes()
        assert read_share(raw).panel == panel.uuid
        poll.village.count((download.value.suggested_filename, raw))
        page.get_by_role("button", name="下一个票箱").click()
    assert state(poll) is State.COUNTED
    assert [url for url in asked if not url.startswith(("file:", "blob:", "data:"))] == []


def test_only_its_own_address_is_the_servers_page(site, phone):
    """A download that a phone opens under another kind of address is taken as one: no server of that name is asked."""
    page = phone()
    page.route(
        "http://download.test/**", lambda route: route.fulfill(body=page_bytes().decode(), content_type="text/html")
    )
    for path in ("document/17", "scrutineer/page.html", "scrutineer/a/b"):
        page.goto(f"http://download.test/{path}")
        title(page, "不连网也能")
