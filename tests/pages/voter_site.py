"""A voter in front of the page, for the tests of the voter's page: scanning, choosing, casting."""

import base64
import gzip
import itertools
import json
import re
from collections.abc import Callable

import sqlalchemy as sa
from playwright.sync_api import APIResponse, Page, Request, Route

from ballots.models import BoxedBallot
from belenios.ballot import Ballot, check_election, check_proofs, check_signature, read_ballot
from polling.polls import SubjectEntry

DONE = "已收到"
NAME = "yipiao.test"


def scan(page: Page, site, number: int = 0, key: str = "villagers") -> Page:
    """Scan slip `number`."""
    village = site.village
    page.goto(f"{site.url}/v/{village.panels[key]}#{village.codes[key][number]}")
    return page


def says(page: Page, heading: str) -> None:
    """Wait until the screen's heading is this."""
    page.locator("h2", has_text=heading).wait_for()


def until(page: Page, expression: str) -> None:
    """Wait until a script's expression is true: Playwright's own way of waiting evaluates text, which the page's policy forbids."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(expression)


def named(names: Callable[[int], str]) -> Callable[..., SubjectEntry]:
    """What makes the village's subjects, with other names: `names` gives the one at each place from 0."""
    count = itertools.count()
    return lambda *, id, kind, name: SubjectEntry(id=id, kind=kind, name=names(next(count)) or name)  # noqa: A006 - the field's name


def choose(page: Page, *picks: int) -> None:
    """Choose per subject: 0 abstain, 1.. the answers."""
    says(page, "请选择")
    for at, pick in enumerate(picks):
        page.locator("fieldset").nth(at).locator(f"input[value='{pick}']").check()


def look_over(page: Page) -> None:
    """Go on to the page on which everything is looked at once more."""
    page.get_by_role("button", name="下一步：核对").click()
    says(page, "请核对")


def press(page: Page) -> None:
    """Cast."""
    page.get_by_role("button", name="确认投票").click()


def vote(page: Page, *picks: int) -> None:
    """Choose, look over, cast."""
    choose(page, *picks)
    look_over(page)
    press(page)


def boxed(site) -> list[str]:
    """The ballots in the box, as text."""
    with site.database.read() as session:
        return list(session.scalars(sa.select(BoxedBallot.raw)))


def verified(site, raw: str, key: str = "villagers") -> Ballot:
    """The ballot, after every check of the box."""
    election = site.village.election(key)
    ballot = read_ballot(raw.encode())
    check_election(election, ballot)
    check_signature(ballot)
    check_proofs(election, ballot)
    return ballot


def sent(request: Request) -> bytes:
    """The ballot that a request carries, inflated."""
    body = request.post_data_buffer or b""
    return gzip.decompress(body) if request.headers.get("content-encoding") == "gzip" else body


def left_behind(page: Page) -> dict:
    """Whatever a page keeps in the browser."""
    kept = page.evaluate(
        "async () => ({...sessionStorage, ...localStorage, cookie: document.cookie, bases: (await indexedDB.databases()).length})"
    )
    return {name: value for name, value in kept.items() if value}


def shown_tracker(page: Page) -> str:
    """The tracker that a receipt shows, without the gaps between its groups."""
    return "".join(page.locator(".code").inner_text().split())


def url_safe(tracker: str) -> str:
    """A tracker as it stands in an address."""
    return base64.urlsafe_b64encode(base64.b64decode(tracker + "=")).decode().rstrip("=")


def delivered(route: Route) -> APIResponse:
    """Bring a request to the box and keep the answer: the name that the browser knows is unknown outside of it."""
    return route.fetch(url=route.request.url.replace(NAME, "127.0.0.1"))


def refusal(status: int, word: str, **headers: str) -> dict:
    """What the box answers, for a route that stands in its place."""
    return {
        "status": status,
        "content_type": "application/json",
        "body": json.dumps({"refusal": word, "message": ""}),
        "headers": headers,
    }


def chinese(page) -> list[str]:
    """What is Chinese among what can be seen on an English page; its title and the subjects' names are the county's own."""
    seen = "[...document.querySelectorAll('header small, .mark, .o, .bar, .r b, .r button, main p, footer')]"
    words = page.evaluate(f"{seen}.map(e => e.checkVisibility() ? e.innerText : '')")
    return [word for word in words if re.search("[\u4e00-\u9fff]", word)]
