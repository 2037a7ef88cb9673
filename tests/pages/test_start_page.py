"""The start page: who cannot scan types panel number and code, is told which group can't be right, and the code is never sent."""

import random

import pytest
from playwright.sync_api import expect

from ballots.typed_codes import new_code

CODE = new_code(random.Random(3).randbytes)


@pytest.fixture
def start(site, phone):
    """The start page on a phone, over an open box; every address the phone asked for is kept in `asked`."""
    site.village.opened()
    page = phone()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(site.url + "/")
    page.number = site.village.panels["villagers"]
    return page


def shown_errors(page):
    """The error lines that can be seen."""
    return [line.inner_text() for line in page.locator(".error").all() if line.is_visible()]


def test_a_typed_code_leads_to_the_voters_page(start, look, axe):
    """Number and code, hyphens or not, full-width or not, lead to the panel's page; no request carries the code."""
    axe(start)
    look(start, "start")
    # without a name no form can send it
    assert start.get_by_label("投票码").get_attribute("name") is None
    start.get_by_label("测评号").fill(f" {start.number[:5]} {start.number[5:]}")
    start.get_by_label("投票码").fill(CODE.replace("-", " ").replace(CODE[0], chr(ord(CODE[0]) + 0xFEE0)))
    went = []
    start.on("framenavigated", lambda frame: went.append(frame.url))
    start.get_by_role("button", name="下一步").click()
    start.wait_for_url(f"**/v/{start.number}*")
    assert went[0].endswith(f"/v/{start.number}#{CODE}")
    assert [url for url in start.asked if CODE[:5] in url.split("#")[0] or CODE[-6:] in url.split("#")[0]] == []


@pytest.mark.parametrize("group", [1, 2, 3, 4])
def test_the_wrong_group_is_named(start, look, axe, group):
    """A wrong character is found in its group before anything is sent; all that was typed stays."""
    groups = CODE.split("-")
    groups[group - 1] = ("2" if groups[group - 1][0] != "2" else "3") + groups[group - 1][1:]
    start.get_by_label("测评号").fill(start.number)
    start.get_by_label("投票码").fill("-".join(groups))
    asked = len(start.asked)
    start.get_by_role("button", name="下一步").click()
    assert shown_errors(start) == [f"投票码的第 {group} 组不对，请照着票再看一遍。"]
    assert len(start.asked) == asked
    assert start.get_by_label("投票码").input_value() == "-".join(groups)
    look(start, f"start-group-{group}")
    axe(start)


def test_a_number_that_cannot_be_is_named(start):
    """A panel number of another length or with a character that no number has is refused here, an unknown one by the server."""
    start.get_by_label("投票码").fill(CODE)
    for number, words in (
        (start.number[:-1], "应是 14 个字符"),
        ("0" * 14, "应是 14 个字符"),
        ("1" * 14, "没有这个测评号"),
    ):
        start.get_by_label("测评号").fill(number)
        start.get_by_role("button", name="下一步").click()
        start.locator(".error:visible").filter(has_text=words).wait_for()
        [error] = shown_errors(start)
        assert words in error
        assert start.get_by_label("测评号").get_attribute("aria-invalid") == "true"
    assert start.get_by_label("投票码").input_value() == CODE


def test_without_a_network_nothing_typed_is_lost(start):
    """Where the server does not answer, that is said, and number and code are still there."""
    start.get_by_label("测评号").fill(start.number)
    start.get_by_label("投票码").fill(CODE)
    start.context.set_offline(True)
    start.get_by_role("button", name="下一步").click()
    start.get_by_text("没有连上服务器").wait_for()
    assert start.get_by_label("投票码").input_value() == CODE
    start.context.set_offline(False)


def test_going_back_finds_no_code(start):
    """The next person at this phone finds no code in the form."""
    start.get_by_label("测评号").fill(start.number)
    start.get_by_label("投票码").fill(CODE)
    start.get_by_role("button", name="下一步").click()
    start.wait_for_url(f"**/v/{start.number}*")
    start.go_back()
    start.wait_for_url("**/")
    assert start.locator("#code").input_value() == ""


def test_without_scripts_the_number_alone_is_asked(site, phone, axe):
    """A browser without scripts shows no field for the code, and the number leads to the panel's page or to a sentence."""
    site.village.opened()
    page = phone(java_script_enabled=False)
    page.goto(site.url + "/")
    assert not page.locator("#code").is_visible()
    page.get_by_label("测评号").fill("1" * 14)
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#panel-unknown")).to_contain_text("没有这个测评号")
    page.get_by_label("测评号").fill(site.village.panels["villagers"])
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(f"**/v/{site.village.panels['villagers']}")


@pytest.mark.parametrize("made", ["phone", "desk"])
@pytest.mark.parametrize("way", [("light", "zh_CN"), ("dark", "zh_CN"), ("light", "en"), ("dark", "en")])
def test_both_sizes_colours_and_languages(site, request, look, axe, made, way):  # noqa: PLR0917 - fixtures
    """Nothing is wider than the screen, and contrast and labels hold, in light and dark, Chinese and English, on phone and laptop."""
    scheme, language = way
    page = request.getfixturevalue(made)(color_scheme=scheme)
    page.goto(f"{site.url}/?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    look(page, f"start-{made}-{scheme}-{language}")
