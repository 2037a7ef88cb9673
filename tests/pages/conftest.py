"""Real pages in a real browser: Debian's Chromium drives the application over HTTP under a name that is not localhost.

A page that breaks its own Content-Security-Policy, or whose script throws, fails the test that opened it.
"""

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from certificates import self_made
from pages.chromium import CHROMIUM, DESK, FLAGS, NAME, PHONE
from pages.hosting import Site, hosted
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from running import ROOT, serving

# read before a test's own environment is made
SHOTS = os.environ.get("YIPIAO_SHOTS")
TOOL = Path(os.environ.get("BELENIOS_TOOL") or ROOT / ".tools/belenios-tool/belenios-tool")
# a loaded machine is no failure
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the session."""
    if CHROMIUM is None:
        pytest.skip("Chromium is missing (Debian: sudo apt-get install chromium): no page is tested")
    with sync_playwright() as playwright:
        # it wants a folder of its own for what it would put into the person's
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def site(village, cheap_passwords) -> Iterator[Site]:
    """The application over http on a fresh SQLite database."""
    with hosted(village) as made:
        yield made


@pytest.fixture
def served_site(database, village) -> Iterator[Site]:
    """`yipiao serve` over http with its worker processes."""
    home = database.settings.home
    with serving(home) as (port, _process):
        yield Site(f"http://{NAME}:{port}", home, database, village)


@pytest.fixture
def secure_site(village, cheap_passwords, tmp_path) -> Iterator[Site]:
    """The application over https with a certificate of our own making: what browsers give to secure pages alone is there."""
    with hosted(village, self_made(tmp_path, NAME)) as made:
        yield made


@pytest.fixture
def served_securely(database, village, tmp_path) -> Iterator[Site]:
    """`yipiao serve` over https with a certificate of our own making."""
    certificate, key = self_made(tmp_path, NAME)
    home = database.settings.home
    with serving(home, options=("--certificate", str(certificate), "--certificate-key", str(key))) as (port, _process):
        yield Site(f"https://{NAME}:{port}", home, database, village)


class Watch:
    """What went wrong on pages: uncaught errors, and what a Content-Security-Policy refused."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch every page of a context, those it opens itself too."""
        context.on("page", self._page)
        return context

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.faults.append(f"{page.url}: {message.text}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end when a page had a fault."""
    made = Watch()
    yield made
    assert made.faults == []


@pytest.fixture
def contexts(browser, watch) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts, as different people have them; they are closed after the test."""
    with contextlib.ExitStack() as stack:

        def make(**options) -> BrowserContext:
            context = watch.over(browser.new_context(**{"ignore_https_errors": True, "locale": "zh-CN"} | options))
            context.set_default_timeout(30_000)
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture
def phone(contexts) -> Callable[..., Page]:
    """A new page on a phone of its own (360x740, touch)."""
    return lambda **options: contexts(**PHONE | options).new_page()


@pytest.fixture
def desk(contexts) -> Callable[..., Page]:
    """A new page on a laptop of its own (1280x800)."""
    return lambda **options: contexts(**DESK | options).new_page()


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Take a picture of a page for people to look at, where SHOTS names a folder."""

    def shoot(page: Page, name: str, *, full: bool = True) -> None:
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{name}.png", full_page=full)

    return shoot


# What the contrast of a text is made of: its colour, size and weight, and everything that is painted behind it. Of the texts that stand alike
# in this and were not measured before, the longest one each is kept for axe-core, which measures no text of a single character.
UNMEASURED = """(measured) => {
  const painted = (element) => {
    const style = getComputedStyle(element);
    return [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.position, style.zIndex].join(" ");
  };
  const found = new Map();
  const keep = (key, element, length) => length > (found.get(key)?.length ?? 0) && found.set(key, { element, length });
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !around.checkVisibility()) continue;
    const style = getComputedStyle(around);
    const parts = [style.color, style.fontSize, style.fontWeight, style.textShadow];
    for (let element = around; element; element = element.parentElement) parts.push(painted(element));
    keep(parts.join("|"), around, texts.currentNode.data.trim().length);
  }
  for (const field of document.querySelectorAll("input, select, textarea")) {
    const style = getComputedStyle(field);
    keep(["field", style.color, style.fontSize, painted(field)].join("|"), field, 2);
  }
  for (const known of measured) found.delete(known);
  window.unmeasured = [...found.values()].map((kept) => kept.element);
  return [...found].map(([key, kept]) => [key, kept.length > 1]);
}"""
# what it found to be right would take longer on its way here than it took to find
RUN = """async (options) => {
  const found = await axe.run(options.runOnly ? { include: window.unmeasured } : document, options);
  return { violations: found.violations };
}"""


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing on a page as it stands; `also`: nor in the dark or on paper, where the colours are others.

    Measuring contrast is four fifths of its work: of texts that stand alike, one is measured.
    """
    script = Axe().axe_script
    measured: set[str] = set()
    media = {"dark": {"color_scheme": "dark"}, "paper": {"media": "print"}}

    def find(page: Page, options: dict) -> str | None:
        found = AxeResults(page.evaluate(RUN, {"resultTypes": ["violations"]} | options))
        return found.generate_report() if found.violations_count else None

    def contrast(page: Page) -> str | None:
        unmeasured = page.evaluate(UNMEASURED, list(measured))
        found = find(page, {"runOnly": ["color-contrast"]}) if unmeasured else None
        if found is None:
            measured.update(key for key, whole in unmeasured if whole)
        return found

    def check(page: Page, *, also: tuple[str, ...] = ()) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        assert find(page, {"rules": {"color-contrast": {"enabled": False}}}) is None
        assert contrast(page) is None
        for each in also:
            page.emulate_media(**media[each])
            found = contrast(page)
            page.emulate_media(media="null", color_scheme="null")
            assert found is None, each

    return check


@pytest.fixture
def in_both_sizes(look, axe) -> Callable[..., None]:
    """Look at a page of a phone, turned into a laptop and back: a picture of each, nothing wider than the screen, nothing for axe to find."""

    def check(page: Page, name: str, *, scripts: bool = True) -> None:
        for screen in (DESK, PHONE):
            page.set_viewport_size(screen["viewport"])
            size = screen["viewport"]["width"]
            look(page, f"{name}-{size}")
            assert page.evaluate("document.documentElement.scrollWidth") <= size, (name, size)
        if scripts:  # axe-core is one; once a page, at the size with the smaller targets
            axe(page)

    return check


@pytest.fixture
def page(phone) -> Page:
    """A page on a phone; each of its states is looked at on a laptop too."""
    return phone()


@pytest.fixture
def seen(page, in_both_sizes, request) -> Callable[[str], None]:
    """Look at a state of the page; the picture is called after the test's file too."""
    about = request.path.stem.removeprefix("test_").removesuffix("_pages")
    return lambda name: in_both_sizes(page, f"{about}-{name}")


@pytest.fixture
def second_opinion(record_property) -> Callable[[Path], bool | None]:
    """Whether belenios-tool accepts the one archive in a folder; None where it is missing, which is said loudly after the last test."""

    def ask(folder: Path) -> bool | None:
        if not TOOL.exists():
            record_property("missing", f"NO BELENIOS-TOOL at {TOOL}: run `make tools`")
            return None
        return not subprocess.run([TOOL, "election", "verify"], cwd=folder, check=False, capture_output=True).returncode

    return ask
