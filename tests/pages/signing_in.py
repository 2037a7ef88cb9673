"""Somebody signs in at the desk, and goes to a poll's page."""

import desks
from desks import ORGANIZER, PASSWORD


def signed_in(site, page, name=ORGANIZER):
    """The page of somebody who has signed in."""
    page.goto(f"{site.url}/desk/login")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{site.url}/desk/**")
    return page


def at(site, page="", village=None) -> str:
    """The address of one of the poll's pages."""
    return site.url + desks.at(village or site.village, page)
