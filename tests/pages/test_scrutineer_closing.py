"""The key used on the holder's own phone after closing: everything checked there, the sum opened once, the share handed in."""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from holders import Closing, Key, give, state, title, write_setups
from playwright.sync_api import expect
from village import NOW

from ballots.invitations import name_holders, new_link
from belenios.archive import read_archive
from belenios.election import read_election
from belenios.verify import verify
from polling.lifecycle import State
from polling.polls import find_poll
from web.qr import picture

HOUR = 3_600_000  # ms


@pytest.fixture
def poll(site) -> Closing:
    """One panel of ten, two holders."""
    return Closing(site)


def test_two_holders_from_the_link_to_the_sum(site, phone, tmp_path, second_opinion, in_both_sizes):
    """Two people make keys on their own phones, come back after closing, check two boxes and open them; Python counts, belenios-tool accepts."""
    village = site.village
    village.create(panels=("interviewees", "villagers"))
    people = [phone(), phone()]
    backups = []
    with site.database.write() as session:
        name_holders(session, find_poll(session, village.poll, lock=True), ["李明", "王芳"], who="组织者", now=NOW)
    for number, page in enumerate(people, start=1):
        with site.database.write() as session:
            poll = find_poll(session, village.poll, lock=True)
            token = new_link(session, poll, number, random=secrets.token_bytes, who="组织者", now=NOW)
        page.goto(f"{site.url}/scrutineer/{village.poll}#{token}")
        page.click("#make")
        backups.append(page.locator("main > .groups .group").all_inner_texts())
        page.click("#next")
        page.fill("#group-1", "-".join(backups[-1]))  # pasted whole
        page.click("#groups-done")
        title(page, "钥匙交上去了")
    village.print()
    village.open()
    url = f"{site.url}/scrutineer/{village.poll}"
    people[0].goto(url)
    title(people[0], "正在投票")
    assert people[0].locator(".cards h3").all_inner_texts()[:3] == ["服务器的钥匙", "李明", "王芳"]
    in_both_sizes(people[0], "closing-2-voting")
    for key, number in (("interviewees", 15), ("villagers", 10)):
        village.vote([[1 + turn % 4] for turn in range(number)], key)
    village.close()
    for page, backup, name in zip(people, backups, ("one", "two"), strict=True):
        page.goto(url)
        title(page, "请拿出您的钥匙")
        in_both_sizes(page, "closing-3-key")
        for number, group in enumerate(backup, start=1):
            page.fill(f"#group-{number}", group)
        page.click("#groups-done")
        title(page, "核对无误")
        assert page.locator(".figure").all_inner_texts() == ["15 张", "10 张"]
        in_both_sizes(page, f"closing-5-found-{name}")
        assert page.locator(".cards input").count() == (0 if name == "one" else 2)
        write_setups(page, village)
        page.click("#disagree")
        title(page, "请先不要打开")
        in_both_sizes(page, "closing-6-disagree")
        page.get_by_role("button", name="回去看张数").click()
        page.click("#agree")
        title(page, "交好了")
        in_both_sizes(page, f"closing-7-done-{name}")
    assert village.count() == []
    for key, number in (("interviewees", 15), ("villagers", 10)):
        archive = village.panel(key).archive
        assert verify(archive).ballots == number
        folder = tmp_path / key
        folder.mkdir()
        (folder / f"{village.panels[key]}.bel").write_bytes(archive)
        assert second_opinion(folder) is not False
    people[0].goto(url)
    title(people[0], "合计已经打开")
    in_both_sizes(people[0], "closing-8-over")


def test_a_key_file_and_the_computers_screen(poll, desk, tmp_path, in_both_sizes):
    """With a key file on a laptop; the new file remembers the box; the same key again is told that its share is in."""
    poll.closed()
    page = desk()
    give(page, poll.url, poll.keys[0])
    title(page, "核对无误")
    in_both_sizes(page, "closing-5-found-desk")
    write_setups(page, poll.village)
    in_both_sizes(page, "closing-5-matched-desk")
    page.click("#agree")
    title(page, "交好了")
    in_both_sizes(page, "closing-7-done-desk")
    with page.expect_download() as download:
        page.click("#save")
    document = json.loads(Path(download.value.path()).read_text())
    box = read_archive(poll.village.panel().archive)
    assert document["decrypted"] == {read_election(box.election).fingerprint: box.tally.hash}
    assert document["private_key"] == str(poll.keys[0].private)
    give(page, poll.url, poll.keys[0])
    title(page, "已经交过了")
    in_both_sizes(page, "closing-already")


def test_wrong_keys_are_refused_before_anything_is_fetched(poll, phone, in_both_sizes):
    """No key file, one not read back, another poll's key, a damaged backup and a photo without a code: each has its sentence."""
    poll.closed()
    page = phone()
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if request.url.endswith(".bel") else None)
    stranger = Key()
    for key, changes, said in (
        (poll.keys[0], {"type": "x"}, "不是钥匙文件"),
        (poll.keys[0], {"private_key": str(stranger.private)}, "不是钥匙文件"),
        (stranger, {"confirmed": False}, "读回来核对以前存的"),
        (stranger, {}, "不是这场测评的"),
    ):
        give(page, poll.url, key, **changes)
        expect(page.locator(".note.bad")).to_contain_text(said)
    assert stranger.fingerprint in page.locator(".note.bad").inner_text()
    in_both_sizes(page, "closing-wrong-key")
    groups = [*poll.keys[0].groups]
    groups[4] = groups[4][:-1]
    for typed, said in ((groups, "现在是 55 个"), ([*groups[:4], "0" * 7, *groups[5:]], "第 5 组")):
        for number, group in enumerate(typed, start=1):
            page.fill(f"#group-{number}", group)
        page.click("#groups-done")
        expect(page.locator(".note.bad")).to_contain_text(said)
    assert fetched == []
    assert state(poll) is State.CLOSED


def serve(page, name, body) -> None:
    """Answer for the server with another body."""
    page.unroute_all()
    page.route(f"**/{name}", lambda route: route.fulfill(body=body))


def test_an_archive_that_is_not_right_is_never_decrypted(site, phone, in_both_sizes):
    """Whatever is changed in archive or record is found, said in plain words, and nothing is handed in."""
    poll = Closing(site, expected={"villagers": 12}).closed(11)
    page = phone()
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    ballots, whole = poll.ballots(), poll.village.panel().archive
    other = poll.village.seal(0, [4])
    replaced = [raw for raw in ballots if json.loads(raw)["credential"] != json.loads(other)["credential"]]
    record = json.loads(poll.village.panel().opening_record)
    bent = bytearray(whole)
    bent[len(bent) // 2] ^= 1
    foreign = record | {"document": record["document"] | {"setup": "0" * 64}}
    cases = (
        ("archive.bel", bytes(bent), "请不要打开合计"),
        ("archive.bel", b"nonsense", "读不懂"),
        ("archive.bel", whole[: len(whole) // 2 // 512 * 512], "文件的字节不合规定"),
        ("archive.bel", poll.archive(ballots, [*replaced, other]), "合计和一张张加起来的不一样"),
        ("archive.bel", poll.archive(ballots[1:]), "档案里有 10 张票，服务器说收回 11 张"),
        ("archive.bel", poll.archive(ballots[2:]), "只有 9 张票，少于规定的 10 张"),
        ("archive.bel", poll.archive([*ballots, other]), "有一个票号投了两次"),
        ("opening.json", "{}", "开箱记录读不懂"),
        (
            "opening.json",
            json.dumps(foreign, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
            "设置和开箱记录不一样",
        ),
    )
    page.goto(poll.url)
    for name, body, said in cases:
        expect(page.locator("#key-file, #retry").first).to_be_attached()
        page.evaluate("localStorage.clear()")
        serve(page, name, body)
        give(page, poll.url, poll.keys[0])
        title(page, "没有动用钥匙")
        expect(page.locator(".note.bad")).to_contain_text(re.compile(said))
    in_both_sizes(page, "closing-not-verified")
    assert posted == []
    page.unroute_all()
    page.evaluate("localStorage.clear()")
    page.click("#retry")
    title(page, "核对无误")


def test_a_second_archive_of_one_box_is_refused(poll, phone, contexts):
    """By the browser's memory and by the key file's: another sum of the same box is never opened, the same one is."""
    poll.closed()
    page = phone()
    page.route("**/shares?*", lambda route: route.abort())
    give(page, poll.url, poll.keys[0])
    write_setups(page, poll.village)
    page.click("#agree")
    title(page, "还没有交上去")
    other = poll.village.seal(0, [4])
    rest = [raw for raw in poll.ballots() if json.loads(raw)["credential"] != json.loads(other)["credential"]]
    swapped = poll.archive([*rest, other])
    page.route("**/archive.bel", lambda route: route.fulfill(body=swapped))
    give(page, poll.url, poll.keys[0])
    expect(page.locator(".note.bad")).to_contain_text("不再解第二份")
    fresh = phone()
    box = read_archive(poll.village.panel().archive)
    fresh.route("**/archive.bel", lambda route: route.fulfill(body=swapped))
    give(fresh, poll.url, poll.keys[0], decrypted={read_election(box.election).fingerprint: box.tally.hash})
    expect(fresh.locator(".note.bad")).to_contain_text("不再解第二份")
    page.unroute_all()
    give(page, poll.url, poll.keys[0])
    title(page, "核对无误")


def test_a_cut_line_keeps_the_share(poll, phone, in_both_sizes):
    """No network while handing in, on a phone whose clock is a year wrong: the share stays, also an hour locked, can be saved, and goes in later."""
    poll.closed()
    page = phone()
    page.clock.install(time=datetime.now(UTC) + timedelta(days=366))
    give(page, poll.url, poll.keys[0])
    write_setups(page, poll.village)
    page.clock.fast_forward(HOUR)
    page.context.set_offline(True)
    page.click("#agree")
    title(page, "还没有交上去")
    expect(page.locator(".note.bad")).to_contain_text("网络不通")
    in_both_sizes(page, "closing-no-network")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("存成文件")).click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert saved["type"] == "yipiao.decryption"
    assert saved["owner"] == 2
    page.clock.fast_forward(HOUR)
    page.context.set_offline(False)
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data) if request.method == "POST" else None)
    page.click("#retry")
    title(page, "交好了")
    assert json.loads(bodies[0]) == saved  # computed once
    assert state(poll) is State.TALLIED


def test_a_line_cut_while_fetching(poll, phone):
    """No network while the archive comes: said so, and tried again without giving the key anew."""
    poll.closed()
    page = phone()
    page.goto(poll.url)
    page.route("**/archive.bel", lambda route: route.abort())
    give(page, poll.url, poll.keys[1])
    expect(page.locator(".note.bad")).to_contain_text("网络不通")
    page.unroute_all()
    page.click("#retry")
    title(page, "核对无误")


def test_the_check_is_told_ballot_by_ballot(poll, phone, in_both_sizes):
    """While the archive comes and while it is checked the page says how far it is, to eyes and to a screen reader's progress bar."""
    poll.closed()
    page = phone()
    page.add_init_script(
        "window.told = []; new MutationObserver(() => { const line = document.querySelector('.state'), bar = document.querySelector('progress');"
        "if (line && bar) window.told.push([line.textContent, bar.value, bar.max]); }).observe(document, {subtree: true, childList: true, attributes: true})"
    )
    held = []
    page.route("**/archive.bel", lambda route: held.append(route))  # noqa: PLW0108 - Playwright counts its parameters
    give(page, poll.url, poll.keys[0])
    title(page, "正在核对票箱")
    expect(page.locator(".state")).to_have_text("正在取档案…")
    expect(page.locator("progress")).to_be_visible()
    in_both_sizes(page, "closing-5-checking")
    page.wait_for_timeout(200)
    held[0].continue_()
    title(page, "核对无误")
    told = page.evaluate("window.told")
    done = [value for line, value, most in told if most == 10 and line.startswith("正在核对第")]
    assert set(done) == set(range(1, 11))
    assert done == sorted(done)
    assert "正在核对第 10 张，共 10 张" in [line for line, _value, _most in told]


def test_polls_that_need_no_key(poll, phone, in_both_sizes):
    """A box below its minimum is not opened; an annulled poll's neither."""
    poll.closed(ballots=2)
    page = phone()
    page.goto(poll.url)
    title(page, "没有要打开的票箱")
    in_both_sizes(page, "closing-none")
    poll.village.annul()
    page.click("#reload")
    title(page, "作废")
    in_both_sizes(page, "closing-annulled")


def test_annulled_while_the_key_was_in_hand(poll, phone):
    """A poll annulled between the check and the handing in: the share is not taken, and the page says so."""
    poll.closed()
    page = phone()
    give(page, poll.url, poll.keys[0])
    write_setups(page, poll.village)
    poll.village.annul()
    page.click("#agree")
    title(page, "还没有交上去")
    expect(page.locator(".note.bad")).to_contain_text("已作废")


def test_a_camera_reads_the_backup(secure_site, contexts, tmp_path, browser, in_both_sizes):
    """Over https there is a camera button; where the camera can't be used the page says what else can be done. Over http there is none."""
    closing = Closing(secure_site).closed()
    page = contexts(viewport={"width": 360, "height": 740}).new_page()
    page.goto(closing.url)
    title(page, "请拿出您的钥匙")
    page.click("#key-camera")
    expect(page.locator(".note.bad")).to_contain_text("相机打不开")
    # a camera that shows the backup's code
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => {"
        "const canvas = document.createElement('canvas'); canvas.width = canvas.height = 640;"
        "const draw = () => { const pen = canvas.getContext('2d'); pen.fillStyle = '#fff'; pen.fillRect(0, 0, 640, 640);"
        "if (window.shown) pen.drawImage(window.shown, 40, 40, 560, 560); requestAnimationFrame(draw); }; draw();"
        "return canvas.captureStream(20); }"
    )
    page.goto(closing.url)
    page.click("#key-camera")
    title(page, "放进画面")
    in_both_sizes(page, "closing-4-camera")
    page.evaluate(
        "source => new Promise(done => { const image = new Image(); image.onload = () => { window.shown = image; done(); }; image.src = source; })",
        picture("-".join(closing.keys[0].groups)),
    )
    title(page, "核对无误")


def test_over_http_there_is_no_camera_button(poll, phone):
    """A page without a secure address cannot use the camera, and does not offer it."""
    poll.closed()
    page = phone()
    page.goto(poll.url)
    title(page, "请拿出您的钥匙")
    assert page.locator("#key-camera").count() == 0
    assert page.locator("#key-photo").count() == 1
