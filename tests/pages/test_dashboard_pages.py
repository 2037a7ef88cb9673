"""The first page of the desk and the calendar in a real browser, in both sizes: nothing for axe to find, nothing wider than the screen."""

import msgspec
from desks import ORGANIZER, PASSWORD
from village import Village

from polling.calendar import day_of
from polling.drafts import file_of
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from web.desk import now


def test_what_is_due_and_the_calendar(site, phone, in_both_sizes):
    """A poll of last month and a rehearsal; a day of the calendar leads to what is due on it."""
    with site.database.write() as session:
        add_user(session, ORGANIZER, Role.ORGANIZER, PASSWORD)
    page = phone()
    page.goto(f"{site.url}/desk/login")
    page.get_by_label("姓名").fill(ORGANIZER)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("还没有测评。").wait_for()
    in_both_sizes(page, "home-empty")
    site.village.create(rehearsal=False)
    with site.database.read() as session:
        file = file_of(find_poll(session, site.village.poll))
    today = day_of(now())
    last = f"{today.year}-{today.month - 1:02d}" if today.month > 1 else f"{today.year - 1}-12"
    real = Village(site.database, site.village.random)
    real.create(file=msgspec.structs.replace(file, period=last))
    Village(site.database, site.village.random).opened()
    page.reload()
    page.get_by_role("heading", name="期限").wait_for()
    in_both_sizes(page, "home")
    page.get_by_role("link", name="看日历").click()
    page.get_by_role("link", name="上个月").wait_for()
    in_both_sizes(page, "calendar")
    page.locator(".month a").first.click()
    page.wait_for_function("document.querySelector(':target') !== null")
    assert page.evaluate("document.querySelector(':target').textContent").endswith("日")
