"""One whole day with nothing but browsers: from the code on the terminal to the signed report, three panels, five phones, two key holders.

What the pages made is then checked by our verifier and by the independent one.
"""

import json
import subprocess
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from desks import change, signed_sheet
from pages.afterwards import checks, nobody_is_in_the_log
from pages.chromium import NAME, follow
from pages.day_acts import (
    cast_on_a_phone,
    close_boxes,
    make_key,
    open_boxes,
    print_slips,
    rest_votes,
    use_key,
)
from pages.hands import Hands
from pages.office import ORGANIZER, PASSWORDS, SCRUTINEER, Day, first_administrator, sign_in
from pages.voter_site import choose, look_over, press, says
from playwright.sync_api import Page, expect
from running import serving

from cli.phone import Slip
from polling.models import Role
from polling.people import add_user

HOLDERS = ("张监票", "卓玛代表")
TIBETAN = "རྫོང་གི་ལས་དོན་རུ་ཁག་གྲོང་གསེབ་ཏུ་སྡོད་པའི་ལས་བྱེད་པ་"
TEAM = f"嘎玛村驻村工作队 {TIBETAN}"
# clicks, fields and ways to another page together, from 新建测评 or 照这一场再建一场 until the boxes are open (decision 89)
FIRST_POLL, COPIED_POLL = 40, 8
# the villagers come by name, and are ticked when they do
ROSTER = [f"{family}玛次仁" for family in "尼达巴拉索格旺央白洛"]
EXPECTED = {"evaluators": 20, "interviewees": 15, "villagers": 10}


def new_poll(day: Day, hands: Hands) -> None:
    """A draft by the five steps: three panels, two subjects, two key holders."""
    page = day.desk
    hands.click("link", "新建测评")
    page.wait_for_url("**/polls/new")
    hands.click("button", "保存，下一步")
    page.wait_for_url("**/edit/subjects")
    day.poll = page.url.split("/")[-3]
    hands.fill("subjects_work_team", f"{TEAM}\n曲松村驻村工作队")
    hands.click("button", "保存，下一步")
    page.wait_for_url("**/edit/panels")
    for key, expected in EXPECTED.items():
        if key == "villagers":
            hands.press(page.locator("details:has(> .field [name=roster_villagers]) > summary"))
            hands.fill("roster_villagers", "\n".join(ROSTER))
        else:
            hands.fill(f"expected_{key}", str(expected))
        hands.fill(f"spare_{key}", "1")
    hands.click("button", "保存，下一步")
    page.wait_for_url("**/edit/texts")
    for number, name in enumerate(HOLDERS, start=1):
        hands.fill(f"holder_{number}", name)
    assert page.locator("[name=base_url]").input_value() == day.url
    hands.click("button", "保存，下一步")
    expect(page.get_by_text("都齐了")).to_be_visible()


def give_link(hands: Hands, number: int, name: str) -> str:
    """A one-time link for a holder, from the check of the draft or from the page of keys."""
    holder = hands.page.locator(f"#holder-{number}")
    if holder.count():
        hands.press(holder.get_by_role("button", name="给出链接"))
    else:
        hands.click("button", f"给 {name} 链接")
    return holder.locator(".link").inner_text().strip()


def make_keys(day: Day, hands: Hands, phones: list[Page]) -> tuple[list[Path], list[str]]:
    """Every holder scans a link, then makes the key: the files, and what each compares."""
    for number, (name, phone) in enumerate(zip(HOLDERS, phones, strict=True), start=1):
        phone.goto(give_link(hands, number, name))
    made = [make_key(day, phone) for phone in phones]
    return [file for file, _code in made], [code for _file, code in made]


def trial(day: Day, hands: Hands, phone: Page) -> None:
    """One ballot in a box that is thrown away, by the organizer's own phone."""
    page = day.desk
    hands.goto(day.at("trial"))
    hands.check("villagers")
    hands.click("button", "开始试投")
    phone.goto(page.locator("a.code").inner_text())
    choose(phone, 2, 0)
    look_over(phone)
    press(phone)
    says(phone, "已收到")
    expect(page.locator("[data-come]")).to_contain_text("收到了")
    hands.click("button", "数一数")
    expect(page.locator("h1")).to_contain_text("您的一票和")
    own = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert own == ["满意", "弃权"]


def preflight(day: Day, hands: Hands, phone: Page) -> None:
    """Everything is gone through: a phone tries the address, and what no machine knows is ticked; then the next step is to open."""
    page = day.desk
    hands.goto(day.at())
    hands.click("link", "开箱前核对")
    phone.goto(page.locator("li .code").inner_text())
    expect(phone.get_by_role("heading", name="连上了")).to_be_visible()
    expect(page.locator("[data-come]")).to_contain_text("连上了")
    for tick in ("scale", "scrutineers", "notice"):
        hands.check(tick)
    hands.click("button", "记下勾选的")
    expect(page.get_by_text("都核对好了，可以开箱")).to_be_visible()


def cast_by_typing(phone: Page, url: str, picks: tuple[int, int]) -> str:
    """A villager who can't scan types the panel's number and the code."""
    slip = Slip.scan(url)
    phone.goto(url.partition("/v/")[0] + "/")
    phone.get_by_label("测评号").fill(slip.panel)
    phone.get_by_label("投票码").fill(slip.code)
    phone.get_by_role("button", name="下一步").click()
    choose(phone, *picks)
    look_over(phone)
    press(phone)
    says(phone, "已收到")
    return "".join(phone.locator(".code").inner_text().split())


def printed_report(day: Day) -> bytes:
    """The report, by the button of the result's page; a browser without windows saves what another one shows."""
    with day.desk.expect_download() as printing:
        day.desk.get_by_role("link", name="打印报告").click()
    return Path(printing.value.path()).read_bytes()


@pytest.fixture
def day(tmp_path, home, desk, monkeypatch) -> Day:
    """A server that nobody has used, and a laptop in front of it."""
    said = tmp_path / "terminal.txt"
    with ExitStack() as stack:
        port, _process = stack.enter_context(serving(home, said=said))
        made = Day(f"http://{NAME}:{port}", tmp_path, desk(accept_downloads=True), EXPECTED)
        first_administrator(made, said.read_text(encoding="utf-8"))
        yield made


@pytest.mark.long
def test_a_whole_day_with_nothing_but_browsers(day, home, phone, look, axe, second_opinion, capsys):  # noqa: PLR0917 - fixtures
    """From the first administrator to the report: every page works together, and both verifiers accept what came out."""
    sign_in(day, ORGANIZER)
    hands = Hands(day.desk)
    new_poll(day, hands)
    look(day.desk, "day-1-poll")
    holders = [phone(accept_downloads=True) for _ in HOLDERS]
    files, codes = make_keys(day, hands, holders)
    hands.goto(day.at("keys"))
    assert day.desk.locator(".figure").all_inner_texts() == codes
    print_slips(day, hands)
    trial(day, hands, phone())
    hands.goto(day.at("wall"))
    assert day.desk.locator(".wall-figure").all_inner_texts() == ["0", "0", "0"]
    preflight(day, hands, phone())
    look(day.desk, "day-2-open")
    open_boxes(day, hands)
    assert hands.count <= FIRST_POLL, hands.count
    panels = {
        httpx.get(f"{day.url}/v/{panel}/opening.json".replace(NAME, "127.0.0.1")).json()["document"]["panel_key"]: panel
        for panel in day.slips
    }
    assert panels.keys() == EXPECTED.keys()
    villagers, evaluators = day.slips[panels["villagers"]], day.slips[panels["evaluators"]]
    day.desk.goto(day.at("attendance?panel=villagers"))
    for name in ROSTER[:2]:
        slip = day.desk.get_by_role("button", name=f"{name} 领票")
        slip.click()
        expect(slip).to_have_attribute("aria-pressed", "true")
    expect(day.desk.locator("[data-count=slip]")).to_have_text("2")
    five = [phone() for _ in range(5)]
    five[0].goto(villagers[0])
    choose(five[0], 1, 1)
    five[0].evaluate("scrollTo(0, 0)")
    look(five[0], "ballot", full=False)
    trackers = [
        cast_on_a_phone(page, url, picks)
        for page, url, picks in zip(five[:4], villagers, [(1, 1), (2, 4), (0, 3), (1, 2)], strict=False)
    ]
    trackers.append(cast_by_typing(five[4], villagers[4], (1, 1)))
    rest_votes(day, villagers[5:11], (1, 2))
    rest_votes(day, evaluators[:20], (2, 1))
    rest_votes(day, day.slips[panels["interviewees"]][:14], (1, 1))  # one short of the minimum
    day.desk.goto(day.at("wall"))
    assert day.desk.locator(".wall-figure").all_inner_texts() == ["20", "10", "10"]
    look(day.desk, "wall", full=False)
    close_boxes(day)
    for page, file in zip(holders, files, strict=True):
        use_key(day, page, file, boxes=2)
    look(holders[0], "day-3-holder")
    day.desk.goto(day.at("count"))
    day.desk.get_by_role("button", name="计票").click()
    day.desk.get_by_role("link", name="去送签").click(timeout=120_000)
    sign_on_paper(day)
    day.desk.get_by_role("link", name="都签好了，去公布").click()
    day.desk.get_by_role("button", name="公布").click()
    (day.folder / "report.pdf").write_bytes(printed_report(day))
    said = subprocess.run(["pdftotext", day.folder / "report.pdf", "-"], capture_output=True, text=True, check=True)
    assert "卓玛代表" not in said.stdout
    assert "60" in said.stdout
    look(day.desk, "day-4-result")
    axe(day.desk)
    follow(day.desk.get_by_role("link", name="公开的结果页"))
    look(day.desk, "day-5-public")
    axe(day.desk)
    checks(day, panels, trackers, second_opinion, capsys)
    next_month(day, holders)
    codes = [Slip.scan(url).code for urls in day.slips.values() for url in urls]
    nobody_is_in_the_log(home, HOLDERS, [*ROSTER, *trackers, *codes])


@pytest.fixture
def secure_day(secure_site, tmp_path, desk) -> Day:
    """A server with a certificate of its own making, and a rehearsal of one panel as a draft."""
    with secure_site.database.write() as session:
        for name, role in ((ORGANIZER, Role.ORGANIZER), (SCRUTINEER, Role.SCRUTINEER)):
            add_user(session, name, role, PASSWORDS[name])
    poll = secure_site.village.create(spare=1)
    change(secure_site.village, base_url=secure_site.url)
    expected = {"villagers": EXPECTED["villagers"]}
    return Day(secure_site.url, tmp_path, desk(accept_downloads=True), expected, poll)


def test_a_short_day_over_https(secure_day, phone):
    """One panel, one holder, the same acts where the browser keeps what is for secure pages alone; no cookie goes out in the open."""
    day, hands = secure_day, Hands(secure_day.desk)
    sign_in(day, ORGANIZER)
    day.desk.goto(day.at("keys"))
    hands.fill("name", HOLDERS[0])
    hands.click("button", "加上")
    holder, voter = phone(accept_downloads=True), phone()
    holder.goto(give_link(hands, 1, HOLDERS[0]))
    file, code = make_key(day, holder)
    day.desk.goto(day.at("keys"))
    assert day.desk.locator(".figure").inner_text() == code
    day.desk.goto(day.at())
    print_slips(day, hands)
    day.desk.goto(day.at("open"))
    open_boxes(day, hands)
    [(panel, slips)] = day.slips.items()
    trackers = {cast_on_a_phone(voter, url, picks) for url, picks in zip(slips, [(0,), (5,)], strict=False)}
    assert voter.evaluate("isSecureContext")
    rest_votes(day, slips[2:], (1,))
    close_boxes(day)
    day.desk.goto(day.at("count"))
    use_key(day, holder, file, boxes=1)
    day.desk.get_by_role("button", name="公布").click(timeout=120_000)  # who waited is shown the result without a hand
    expect(day.desk.get_by_text("结果已经公布")).to_be_visible()
    assert all(cookie["secure"] for page in (day.desk, holder, voter) for cookie in page.context.cookies())
    assert voter.context.cookies() == []
    voter.goto(f"{day.url}/v/{panel}/ballots")
    assert trackers <= {*json.loads(voter.locator("body").inner_text())["trackers"]}
    voter.goto(f"{day.url}/v/{panel}")
    says(voter, "票箱已经关闭")


def next_month(day: Day, phones: list[Page]) -> None:
    """Next month's poll, until its boxes are open: the same holders, fresh keys, fresh slips."""
    page = day.desk
    page.goto(f"{day.url}/desk/")
    hands = Hands(page)
    hands.click("button", "照这一场再建一场")
    expect(page.get_by_text("其余照旧")).to_be_visible()
    day.poll = page.url.split("/")[-2]
    _files, codes = make_keys(day, hands, phones)
    hands.click("link", "钥匙齐了，去印票")
    with page.expect_download() as printing:
        hands.click("button", "印票（下载一个 PDF）")
    assert printing.value.suggested_filename == f"slips-{day.poll}.pdf"
    hands.click("link", "印好了，去开箱")
    compared = page.locator("main").inner_text()
    assert [code for code in codes if code not in compared] == []
    open_boxes(day, hands)
    assert hands.count <= COPIED_POLL, hands.count


def sign_on_paper(day: Day) -> None:
    """Both offices sign the printed report; the organizer enters the scan, the scrutineer compares it."""
    for step in ("考核组确认", "乡镇党（工）委书记审定"):
        day.desk.get_by_label(step).select_option("在打印的报告上签")
    day.desk.get_by_role("button", name="送签").click()
    for name in ("赵组长", "钱书记"):
        day.desk.goto(day.at("signatures/paper"))
        day.desk.get_by_label("签字人姓名").fill(name)
        scan = {"name": "签字.jpg", "mimeType": "image/jpeg", "buffer": signed_sheet()}
        day.desk.get_by_label("签字页的照片或扫描件").set_input_files(scan)
        day.desk.get_by_role("button", name="保存，请人核对").click()
        day.desk.get_by_role("link", name="核对纸上的签字").click()
        day.desk.get_by_label("核对人姓名").fill(SCRUTINEER)
        day.desk.get_by_label("核对人密码").fill(PASSWORDS[SCRUTINEER])
        day.desk.get_by_role("button", name="核对过了，一样").click()
