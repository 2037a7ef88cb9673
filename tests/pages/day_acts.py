"""What the people of a day do on their pages, from the holder's key to the opened sum; for the long day over http and the short one over https."""

import secrets
import subprocess
from pathlib import Path

import httpx
from pages.chromium import NAME
from pages.hands import Hands
from pages.office import PASSWORDS, SCRUTINEER, Day
from pages.voter_site import choose, look_over, press, says
from playwright.sync_api import Page, expect

from cli.phone import Phone, Slip


def make_key(day: Day, phone: Page) -> tuple[Path, str]:
    """A holder, on the page behind the own link, makes the key and reads the backup back: its file, and what is compared."""
    phone.click("#make")
    expect(phone.locator("h1")).to_contain_text("钥匙做好了")
    with phone.expect_download() as saving:
        phone.get_by_role("button", name="存").first.click()
    file = day.folder / saving.value.suggested_filename
    saving.value.save_as(file)
    groups = phone.locator("main > .groups .group").all_inner_texts()
    phone.click("#next")
    for at, group in enumerate(groups, start=1):
        phone.fill(f"#group-{at}", group)
    phone.click("#groups-done")
    expect(phone.locator("h1")).to_contain_text("钥匙交上去了")
    return file, phone.locator(".fingerprint").inner_text()


def print_slips(day: Day, hands: Hands) -> None:
    """Print: one PDF, whose codes a scanner reads at 200 dpi."""
    page = day.desk
    hands.click("link", "去印票")
    expect(page.get_by_role("heading", name="印票", exact=True)).to_be_visible()
    assert "没有人能看到您的选择" in page.locator("main").inner_text()
    with page.expect_download() as printing:
        hands.click("button", "印票（下载一个 PDF）")
    sheets = day.folder / "slips.pdf"
    printing.value.save_as(sheets)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", sheets, day.folder / "sheet"], check=True)
    pictures = sorted(day.folder.glob("sheet*.pgm"))
    read = subprocess.run(["zbarimg", "--raw", "-q", *pictures], capture_output=True, text=True, check=True)
    for url in sorted(set(read.stdout.split())):
        day.slips.setdefault(Slip.scan(url).panel, []).append(url)
    assert sorted(map(len, day.slips.values())) == sorted(number + 1 for number in day.expected.values())


def open_boxes(day: Day, hands: Hands) -> None:
    """The boxes are opened."""
    page = day.desk
    hands.check("y")
    hands.click("button", "打开票箱")
    expect(page.get_by_text("票箱已打开，可以投票了")).to_be_visible()
    noted = page.locator(".setups")
    day.noted = dict(
        zip(noted.locator("dt").all_inner_texts(), noted.locator(".figure").all_inner_texts(), strict=True)
    )
    assert len(day.noted) == len(day.expected)


def cast_on_a_phone(phone: Page, url: str, picks: tuple[int, ...]) -> str:
    """A villager scans, chooses, looks once more, casts: the tracker on the receipt."""
    phone.goto(url)
    choose(phone, *picks)
    look_over(phone)
    press(phone)
    says(phone, "已收到")
    return "".join(phone.locator(".code").inner_text().split())


def rest_votes(day: Day, urls: list[str], picks: tuple[int, ...]) -> None:
    """The others, by the Python client: the same protocol over the same HTTP."""
    # a certificate of our own making is nobody's: not looked at
    with httpx.Client(transport=httpx.HTTPTransport(verify=False), timeout=60) as client:
        for url in urls:
            plain = url.replace(NAME, "127.0.0.1")
            python = Phone(client, secrets.token_bytes)
            slip = Slip.scan(plain)
            questions = python.election(slip).questions
            rows = [
                [int(place == pick) for place in range(question.width)]
                for question, pick in zip(questions, picks, strict=True)
            ]
            python.post(slip, python.seal(slip, rows))


def close_boxes(day: Day) -> None:
    """Organizer and scrutineer close together; one slip more than expected was handed out to the villagers."""
    page = day.desk
    page.goto(day.at("close"))
    page.locator("[name=issued_villagers]").fill("11")
    page.locator("[name=witness]").fill(SCRUTINEER)
    page.locator("[name=password]").fill(PASSWORDS[SCRUTINEER])
    page.get_by_role("button", name="关闭票箱").click()
    page.locator("[name=note_villagers]").fill(
        "补发一张，原票当场收回作废"
    )  # 11 of 10: it does not balance without a reason
    page.locator("[name=password]").fill(PASSWORDS[SCRUTINEER])
    page.get_by_role("button", name="关闭票箱").click()
    expect(page.get_by_text("票箱已经关好，不再收票")).to_be_visible()


def use_key(day: Day, phone: Page, file: Path, boxes: int) -> None:
    """A holder's browser checks every ballot of every box, then opens the sums once."""
    phone.goto(f"{day.url}/scrutineer/{day.poll}")
    phone.locator("#key-file").set_input_files(file)
    expect(phone.locator("h1")).to_contain_text("核对无误", timeout=240_000)
    assert phone.locator("main .cards > li").count() == boxes
    expect(phone.locator("#agree")).to_be_disabled()
    for box in range(boxes):  # this phone was away during the vote: its holder types what was noted at opening
        card = phone.locator("main .cards > li").nth(box)
        card.locator("input").fill(day.noted[card.locator("h2").inner_text().removesuffix("（演练）")])
    phone.click("#agree")
    expect(phone.locator("h1")).to_contain_text("交好了", timeout=60_000)
