"""Debian's Chromium: where it is, how it is started, and the two sizes of its pages."""

import shutil

from playwright.sync_api import Locator

# a name that is not localhost: over http the browser then withholds what it keeps for secure pages
NAME = "yipiao.test"
# the same browser without its windows comes first: it takes half the time
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
DESK = {"viewport": {"width": 1280, "height": 800}}


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait for it: a click alone may return before the browser has left the old one."""
    with link.page.expect_navigation():
        link.click()
