"""Somebody at the desk whose clicks and fields are counted."""

from playwright.sync_api import Page


class Hands:
    """Works on a page and counts clicks and fields, as the office does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def click(self, role: str, name: str) -> None:
        """Click a button or link."""
        self.count += 1
        self.page.get_by_role(role, name=name).first.click()

    def fill(self, field: str, text: str) -> None:
        """Fill in a field."""
        self.count += 1
        self.page.locator(f"[name={field}]").fill(text)

    def check(self, value: str) -> None:
        """Tick a box."""
        self.count += 1
        self.page.locator(f"input[value={value}]").check()
