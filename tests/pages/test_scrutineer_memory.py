"""What a holder's device knows of a box beside what the server shows it: the value noted at opening, what was opened, whether a key was read back."""

import json
import secrets
from pathlib import Path
from textwrap import wrap

import pytest
from holders import Closing, give, title, write_setups
from playwright.sync_api import expect

from belenios.archive import read_archive
from belenios.ballot import read_ballot
from belenios.credentials import point_of, write_credentials
from belenios.election import read_election
from belenios.group import random_scalar
from belenios.sealing import seal
from publishing.turnout import NOTED


@pytest.fixture
def poll(site) -> Closing:
    """One panel of ten, two holders."""
    return Closing(site)


def test_a_record_that_changed_since_the_vote_is_seen(poll, phone):
    """A phone that looked while people voted remembers the setup, and finds another one out."""
    page = phone()
    page.goto(poll.url)
    title(page, "正在投票")
    poll.closed()
    record = json.loads(poll.village.panel().opening_record)
    record["document"]["setup"] = "0" * 64
    changed = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    page.route("**/opening.json", lambda route: route.fulfill(body=changed))
    give(page, poll.url, poll.keys[0])
    expect(page.locator(".note.bad")).to_contain_text("和这部手机以前看到的不一样")


def forged(poll) -> tuple[str, bytes]:
    """What a server taken over after the vote can serve: the real election with a list of one villager and nine of its own."""
    box = read_archive(poll.village.panel().archive)
    election = read_election(box.election)
    own = [random_scalar(secrets.token_bytes) for _ in range(9)]
    row = [0, 1, *[0] * (election.questions[0].width - 2)]
    ballots = [poll.ballots()[0], *[seal(election, secret, [row], secrets.token_bytes) for secret in own]]
    points = [read_ballot(ballots[0]).credential, *map(point_of, own)]
    raw = poll.archive(ballots, credentials=write_credentials(sorted(points)))
    record = json.loads(poll.village.panel().opening_record)
    record["document"]["setup"] = read_archive(raw).setup_hash
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True), raw


def test_a_list_of_voters_forged_after_the_vote_opens_nothing(poll, phone, in_both_sizes):
    """Without the value noted at opening the sum of one villager and nine false ballots stays shut, however often the page is opened."""
    poll.closed()
    record, raw = forged(poll)
    page = phone()
    page.route("**/opening.json", lambda route: route.fulfill(body=record))
    page.route("**/archive.bel", lambda route: route.fulfill(body=raw))
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    for _visit in range(2):
        give(page, poll.url, poll.keys[0])
        title(page, "核对无误")
        expect(page.locator("#agree")).to_be_disabled()
        assert read_archive(raw).setup_hash[:4] not in page.locator("main").inner_html().replace(
            poll.village.panels["villagers"], ""
        )
        write_setups(page, poll.village)
        expect(page.locator(".error")).to_contain_text("和这里的对不上，请先不要打开")
        expect(page.locator("#agree")).to_be_disabled()
        in_both_sizes(page, "closing-5-setup-differs")
    assert posted == []


def test_what_was_noted_at_opening_is_typed_once(poll, phone):
    """Too few characters do not do; capitals and gaps do not matter; then the value is shown, and the device remembers it."""
    poll.closed()
    page = phone()
    give(page, poll.url, poll.keys[0])
    title(page, "核对无误")
    noted = poll.village.panel().setup_hash[:NOTED]
    field = page.locator(".cards input")
    field.fill(noted[:-1])
    expect(page.locator("#agree")).to_be_disabled()
    page.click("#language")
    assert field.input_value() == noted[:-1]
    page.click("#language")
    field.fill(f" {noted[:4].upper()} {noted[4:]}")
    expect(page.locator("#agree")).to_be_enabled()
    expect(page.locator(".cards .code")).to_have_text(" ".join(wrap(noted, 4)))
    assert page.locator("details").count() == 0
    give(page, poll.url, poll.keys[0])
    title(page, "核对无误")
    expect(page.locator(".cards")).to_contain_text("这部设备自己记住了")
    assert field.count() == 0
    expect(page.locator("#agree")).to_be_enabled()


def test_a_file_saved_before_its_backup_was_read_back(poll, phone):
    """It is taken where the poll has this key: the server has only keys whose backup was read back."""
    poll.closed()
    page = phone()
    give(page, poll.url, poll.keys[0], confirmed=False)
    write_setups(page, poll.village)
    page.click("#agree")
    title(page, "交好了")
    with page.expect_download() as download:
        page.click("#save")
    assert json.loads(Path(download.value.path()).read_text())["confirmed"] is True


BLOCKED = (
    "for (const name of ['sessionStorage', 'localStorage'])"
    "Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError'); }})"
)


def test_a_device_that_does_not_remember_says_so(poll, phone, in_both_sizes):
    """With storage blocked and a key typed from paper, the key file with the memory is offered before the share leaves."""
    page = phone()
    page.add_init_script(BLOCKED)
    page.goto(poll.url)
    title(page, "正在投票")
    expect(page.locator("main")).to_contain_text("这部设备记不住")
    poll.closed()
    page.goto(poll.url)
    for number, group in enumerate(poll.keys[0].groups, start=1):
        page.fill(f"#group-{number}", group)
    page.click("#groups-done")
    write_setups(page, poll.village)
    posted = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.click("#agree")
    title(page, "记不住")
    in_both_sizes(page, "closing-6-no-memory")
    assert posted == []
    assert page.locator("main button").first.get_attribute("id") == "save"
    with page.expect_download() as download:
        page.click("#save")
    document = json.loads(Path(download.value.path()).read_text())
    box = read_archive(poll.village.panel().archive)
    assert document["decrypted"] == {read_election(box.election).fingerprint: box.tally.hash}
    page.click("#hand-in")
    title(page, "交好了")


def test_the_page_has_air_while_it_checks(poll, phone):
    """With no workers at all, on a phone six times slower, no piece of work holds the page for a second."""
    poll.closed()
    page = phone()
    page.add_init_script(
        "delete self.Worker; self.blocks = [];"
        "new PerformanceObserver((list) => blocks.push(...list.getEntries().map((one) => one.duration))).observe({type: 'longtask'})"
    )
    page.goto(poll.url)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.set_input_files("#key-file", poll.keys[0].file())
    title(page, "核对无误")
    blocks = page.evaluate("blocks")
    assert blocks
    assert max(blocks) < 1000, blocks
