"""The voter's page in browsers that lack something or are too old: what can be done without is done without, else a sentence says what to do."""

import base64
import hashlib
import re

import pytest
from pages.voter_site import DONE, boxed, delivered, left_behind, says, scan, verified, vote

WRONG_CLOCK = (
    "{ const right = Date.now, wrong = () => right() %s 366 * 864e5;"
    "Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(wrong()) } static now() { return wrong() } } }"
)


@pytest.mark.parametrize(
    "without",
    [
        "delete window.Worker",
        "window.Worker = class { constructor() { setTimeout(() => this.onerror(new Event('error')), 300) } postMessage() {} }",
        "delete window.CompressionStream; delete window.BroadcastChannel",
        WRONG_CLOCK % "+",
        WRONG_CLOCK % "-",
    ],
    ids=["no worker", "a worker that dies", "no compression", "a year ahead", "a year behind"],
)
def test_phones_that_lack_something(site, phone, without):
    """Without worker, compression or a right clock the ballot is made all the same."""
    site.village.opened(subjects=2)
    page = phone()
    page.add_init_script(without)
    posts = []
    page.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    vote(scan(page, site), 3, 0)
    says(page, DONE)
    verified(site, boxed(site)[0])
    assert ("content-encoding" in posts[0].headers) == ("Compression" not in without)


def test_no_subtle_and_no_storage(site, phone, in_both_sizes):
    """A browser that lets pages store nothing casts too, and says that the page must stay open."""
    site.village.opened()
    page = phone()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    scan(page, site)
    page.get_by_text("请不要关闭或刷新这一页").wait_for()
    in_both_sizes(page, "voter-no-storage")
    vote(page, 1)
    says(page, DONE)


def test_a_browser_that_cannot_seal(site, phone, in_both_sizes):
    """Where sealing fails the page says that nothing was cast, and the next voter may try."""
    site.village.opened()
    page = phone()
    page.add_init_script("delete window.Worker; crypto.getRandomValues = () => { throw new Error('no') }")
    vote(scan(page, site), 1)
    says(page, "这个浏览器封不了选票")
    page.evaluate("delete crypto.getRandomValues")  # axe wants it
    in_both_sizes(page, "voter-broken")
    page.get_by_role("button", name="下一位").click()
    says(page, "请扫票上的二维码")
    assert left_behind(page) == {}


def test_without_worker_nothing_is_prepared_for_who_has_left(site, phone):
    """A preparation that has begun ends when its slip is put away: nothing of it is drawn or kept any more."""
    site.village.opened(subjects=8)
    page = phone()
    page.add_init_script(
        "delete window.Worker; self.drawn = 0; const plain = crypto.getRandomValues.bind(crypto);"
        "crypto.getRandomValues = (bytes) => {"
        "  if ((self.drawn += 1) === 10) setTimeout(() => { location.hash = 'torn' });"  # in the midst of it
        "  return plain(bytes);"
        "}"
    )
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    scan(page, site)
    says(page, "请扫票上的二维码")
    drawn = page.evaluate("self.drawn")
    assert 10 <= drawn < 8 * 33
    page.wait_for_timeout(2000)
    assert page.evaluate("self.drawn") == drawn
    assert page.evaluate("performance.getEntriesByName('prepared').length") == 0


def test_without_javascript(site, phone, in_both_sizes):
    """Without JavaScript the page says what is needed."""
    site.village.opened()
    page = scan(phone(java_script_enabled=False), site)
    assert "JavaScript" in page.locator("noscript").inner_text()
    in_both_sizes(page, "voter-no-script", scripts=False)


def test_an_old_browser(site, phone, watch, in_both_sizes):
    """Where the script can't start, the page says what to do and asks for nothing."""
    site.village.opened()
    page = phone()
    page.add_init_script("delete Element.prototype.append")
    scan(page, site)
    page.get_by_text("选票没有打开").wait_for()
    in_both_sizes(page, "voter-old")
    assert page.locator("#main").is_hidden()
    assert any("append" in fault for fault in watch.faults)
    watch.faults.clear()


def test_a_browser_that_cannot_read_the_script(site, phone, watch):
    """Where the script does not even parse, the page says the same: what says so is another script."""
    site.village.opened()
    page = phone()

    def hashed(script: str) -> str:
        return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    def of_tomorrow(route) -> None:
        answer = delivered(route)
        script = re.findall(r"<script>(.*?)</script>", answer.text(), re.DOTALL)[-1]
        newer = script + "; this is of tomorrow"
        policy = answer.headers["content-security-policy"].replace(hashed(script), hashed(newer))
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy}
        route.fulfill(body=answer.text().replace(script, newer), headers=headers)

    page.route(f"**/v/{site.village.panels['villagers']}", of_tomorrow)
    scan(page, site)
    page.get_by_text("选票没有打开").wait_for()
    assert page.locator("#main").is_hidden()
    assert page.get_by_text("任何人不得要求您出示选择").is_visible()
    assert [fault.rpartition(": ")[2] for fault in watch.faults] == ["Unexpected identifier 'is'"]
    watch.faults.clear()
