"""The voter's and the key holder's page in Chromium as on a cheap phone: six times slower. 8 subjects x 4 options; voters: a weak line, 3 phones, medians.

The phone and the line are simulated by the browser itself; server and browser share the machine's two cores. A browser slows its pages, not
their workers: a check with workers is run at full speed, on these two cores, and its time taken six times.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import secrets

from holders import Closing
from pages.chromium import CHROMIUM, FLAGS, NAME, PHONE
from running import serving
from village import Village

from bench.figures import Figure
from polling.db import Database, migrate
from polling.settings import read_settings

SUBJECTS, PANEL, PHONES = 8, "evaluators", 3
BOX = 60
MOST_CHECK = 600_000  # milliseconds
SLOWER = 6
PATIENCE = 60
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # bytes/s: 400 kbit/s
# the page's own moments, noted before any of its scripts run
NOTES = """
const noted = (self.noted = { blocks: [] });
new PerformanceObserver((list) => noted.blocks.push(...list.getEntries().map((one) => [one.startTime, one.duration]))).observe({ type: "longtask" });
noted.longest = (from, to) => Math.max(0, ...noted.blocks.filter(([start]) => start >= from && start < to).map(([, duration]) => duration));
addEventListener("click", () => (noted.tap = performance.now()), true);
const plain = self.fetch;
self.fetch = (...call) => {
  if (call[1] && call[1].method === "POST") noted.sealed = performance.now();
  return plain(...call);
};
new MutationObserver(() => {
  if (!noted.usable && document.querySelector("input[type=radio]")) requestAnimationFrame(() => (noted.usable = noted.usable || performance.now()));
}).observe(document, { childList: true, subtree: true });
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def poll(voters: int) -> Iterator[tuple[Village, str]]:
    """An open poll in a folder of its own, and the address of the server that serves it."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(read_settings({"YIPIAO_HOME": folder}))
        migrate(database)
        village = Village(database, secrets.token_bytes)
        village.opened(panels=(PANEL,), subjects=SUBJECTS, expected={PANEL: voters})
        with serving(Path(folder)) as (port, _process):
            yield village, f"http://{NAME}:{port}"
        database.dispose()


def throttled(page: Page) -> CDPSession:
    """Make a page's phone slow."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def until(page: Page, true: str) -> None:
    """Wait until an expression is true; the page's policy lets the browser driver's own way of waiting not run."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(true):
        if time.monotonic() > end:
            raise TimeoutError(true)
        page.wait_for_timeout(50)


def vote(browser: Browser, address: str) -> dict[str, float]:
    """One voter: opens the page, chooses, looks once more, casts."""
    context = browser.new_context(**PHONE, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(NOTES)
    session = throttled(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    page.goto(address)
    until(page, "self.noted.usable > 0")
    for group in page.locator("fieldset").all():
        group.locator("label").first.click()
    until(page, "performance.getEntriesByName('prepared').length > 0")
    prepared = page.evaluate("performance.getEntriesByName('prepared')[0].startTime - self.noted.usable")
    drawing = page.evaluate("self.noted.longest(0, self.noted.usable)")
    choosing = page.evaluate(
        "self.noted.longest(self.noted.usable, performance.getEntriesByName('prepared')[0].startTime)"
    )
    page.get_by_role("button", name="下一步：核对").click()
    page.get_by_role("button", name="确认投票").click()
    until(page, "self.noted.sealed > 0")
    page.get_by_text("已收到").first.wait_for()
    sealed = page.evaluate(
        "performance.getEntriesByName('sealed')[0].startTime - performance.getEntriesByName('tap')[0].startTime"
    )
    noted = page.evaluate("({ ...self.noted, longest: null })")
    context.close()
    return {
        "usable": noted["usable"],
        "prepared": prepared,
        "sealed": sealed,
        "leaves": noted["sealed"] - noted["tap"],
        "drawing": drawing,
        "block": choosing,
    }


@contextmanager
def box() -> Iterator[Closing]:
    """A closed box of 60 villagers with two holders' keys, on a server."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(read_settings({"YIPIAO_HOME": folder}))
        migrate(database)
        with serving(Path(folder)) as (port, _process):
            site = SimpleNamespace(
                url=f"http://{NAME}:{port}", database=database, village=Village(database, secrets.token_bytes)
            )
            closing = Closing(site, subjects=SUBJECTS, expected={"villagers": BOX})
            closing.village.vote([[1 + number % 4] * SUBJECTS for number in range(BOX)])
            closing.village.close()
            yield closing
        database.dispose()


def check(browser: Browser, closing: Closing, *, workers: bool) -> tuple[float, float]:
    """A holder gives the key file: seconds until the whole box was checked on the phone, and the longest block meanwhile."""
    context = browser.new_context(**PHONE, locale="zh-CN")
    page = context.new_page()
    page.add_init_script(NOTES if workers else f"{NOTES}; delete self.Worker;")
    if not workers:
        throttled(page)
    page.goto(closing.url)
    page.locator("#key-file").wait_for(state="attached")
    begun = time.monotonic()
    page.set_input_files("#key-file", closing.keys[0].file())
    page.locator("#agree").wait_for(timeout=MOST_CHECK)
    took = time.monotonic() - begun
    block = page.evaluate("self.noted.longest(0, Infinity)")
    context.close()
    return (took * SLOWER if workers else took), block / 1000


def measure() -> list[Figure]:
    """Figures of both pages."""
    with box() as closing, chromium() as browser:
        many, _block = check(browser, closing, workers=True)
        alone, block = check(browser, closing, workers=False)
    with poll(20) as (village, base), chromium() as browser:
        panel = village.panels[PANEL]
        seen = [vote(browser, f"{base}/v/{panel}#{village.codes[PANEL][number]}") for number in range(PHONES)]
    middle = {name: statistics.median(one[name] for one in seen) for name in seen[0]}
    return [
        Figure("form usable (6x slower, 400 kbit/s, 400 ms) / 1 s", middle["usable"] / 1000, "x", "at most 1"),
        Figure("tap to sealed ballot, once prepared / 50 ms", middle["sealed"] / 50, "x", "at most 1; one frame: 0.32"),
        Figure("tap to the ballot on its way: drawn and packed too / 50 ms", middle["leaves"] / 50, "x", ""),
        Figure("longest block of the page while it prepares / 100 ms", middle["block"] / 100, "x", "at most 1"),
        Figure("longest block while the form is drawn, before anybody can touch it", middle["drawing"] / 1000, "s", ""),
        Figure("prepared after the form was usable", middle["prepared"] / 1000, "s", "hidden while choosing"),
        Figure("a scrutineer's phone (6x slower) checks 60 ballots / 60 s", many / 60, "x", "at most 1; two workers"),
        Figure("the same where no worker can run / 60 s", alone / 60, "x", "shown ballot by ballot"),
        Figure("longest block of the page meanwhile / 1 s", block, "x", "at most 1"),
    ]
