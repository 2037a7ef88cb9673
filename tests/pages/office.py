"""The people of an office on a server that nobody has used: the first administrator by the code of the terminal, and whom that one registers."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from pages.chromium import follow
from playwright.sync_api import Page, expect

ADMINISTRATOR, ORGANIZER, SCRUTINEER = "李主任", "王组织", "张监票"
PASSWORDS = {name: f"{name}的密码，真的不短" for name in (ADMINISTRATOR, ORGANIZER, SCRUTINEER)}


@dataclass
class Day:
    """What the day's people see and carry."""

    url: str
    folder: Path
    desk: Page
    expected: dict[str, int]
    poll: str = ""
    slips: dict[str, list[str]] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)

    def at(self, page: str = "") -> str:
        """The address of one of the poll's pages at the desk."""
        return f"{self.url}/desk/polls/{self.poll}" + (f"/{page}" if page else "")


def sign_in(day: Day, name: str) -> None:
    """Sign out whoever sits at the desk, and in as somebody else."""
    out = day.desk.get_by_role("button", name="退出")
    if out.count():
        follow(out)
    day.desk.goto(f"{day.url}/desk/login")
    day.desk.get_by_label("姓名").fill(name)
    day.desk.get_by_label("密码").fill(PASSWORDS[name])
    follow(day.desk.get_by_role("button", name="登录"))
    expect(day.desk.get_by_role("button", name="退出")).to_be_visible()


def first_administrator(day: Day, said: str) -> None:
    """The one-time code from the terminal makes the first administrator, who registers an organizer and a scrutineer."""
    [code] = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", said)
    page = day.desk
    page.goto(f"{day.url}/desk/")
    page.get_by_role("link", name="设立管理员").click()
    form = page.locator("form", has=page.get_by_role("button", name="设为管理员并登录"))
    form.get_by_label("一次性口令").fill(code)
    form.get_by_label("姓名").fill(ADMINISTRATOR)
    form.locator("input[type=password]").nth(0).fill(PASSWORDS[ADMINISTRATOR])
    form.locator("input[type=password]").nth(1).fill(PASSWORDS[ADMINISTRATOR])
    form.get_by_role("button").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    for name, role in ((ORGANIZER, "organizer"), (SCRUTINEER, "scrutineer")):
        page.goto(f"{day.url}/desk/people")
        page.get_by_label("姓名").fill(name)
        page.get_by_label("身份").select_option(role)
        page.locator("input[type=password]").nth(0).fill(PASSWORDS[name])
        page.locator("input[type=password]").nth(1).fill(PASSWORDS[name])
        page.get_by_role("button", name="登记").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
