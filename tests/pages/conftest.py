"""Real pages in a real browser: Debian's Chromium drives a real `yipiao serve` under a name that is not localhost.

A page that breaks its own Content-Security-Policy, or whose script throws, fails the test that opened it.
"""

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from running import serving
from village import Village

from polling.db import Database

NAME = "yipiao.test"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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


@dataclass(frozen=True)
class Site:
    """A running server: `url` without a slash at its end, and the database behind it."""

    url: str
    home: Path
    database: Database
    village: Village


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
def site(database, village) -> Iterator[Site]:
    """`yipiao serve` over http on a fresh SQLite database."""
    home = database.settings.home
    with serving(home) as (port, _process):
        yield Site(f"http://{NAME}:{port}", home, database, village)


@pytest.fixture
def secure_site(database, village, tmp_path) -> Iterator[Site]:
    """The same over https with a certificate of our own making."""
    certificate, key = self_made(tmp_path)
    home = database.settings.home
    with serving(home, options=("--certificate", str(certificate), "--certificate-key", str(key))) as (port, _process):
        yield Site(f"https://{NAME}:{port}", home, database, village)


def self_made(folder: Path) -> tuple[Path, Path]:
    """A certificate for NAME and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


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
def look(request) -> Callable[[Page, str], None]:
    """Take a picture of a page for people to look at, where YIPIAO_SHOTS names a folder."""
    folder = os.environ.get("YIPIAO_SHOTS")

    def shoot(page: Page, name: str, *, full: bool = True) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}.png", full_page=full)

    return shoot


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Assert that axe-core finds nothing on a page as it stands."""
    checker = Axe()

    def check(page: Page) -> None:
        found = checker.run(page)
        assert found.violations_count == 0, found.generate_report()

    return check
