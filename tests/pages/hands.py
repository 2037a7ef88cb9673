"""Somebody at the desk whose clicks, fields and ways to another page are counted (decision 89)."""

from playwright.sync_api import Locator, Page


class Hands:
    """Works on a page and counts: a click, a field, a tick, and an address that is gone to are one each."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def goto(self, address: str) -> None:
        """Go to a page by its address, as by a bookmark."""
        self.count += 1
        self.page.goto(address)

    def press(self, thing: Locator) -> None:
        """Click something."""
        self.count += 1
        thing.click()

    def click(self, role: str, name: str) -> None:
        """Click a button or link."""
        self.press(self.page.get_by_role(role, name=name).first)

    def fill(self, field: str, text: str) -> None:
        """Fill in a field."""
        self.count += 1
        self.page.locator(f"[name={field}]").fill(text)

    def check(self, value: str) -> None:
        """Tick a box."""
        self.count += 1
        self.page.locator(f"input[value={value}]").check()
