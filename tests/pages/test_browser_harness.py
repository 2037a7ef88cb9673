"""The harness of the page tests can fail: a planted fault of each kind is seen."""

import pytest


def test_a_page_under_a_name_that_is_not_localhost(site, phone):
    """The browser reaches the server by name over http, where the browser's own cryptography is absent."""
    page = phone()
    page.goto(site.url + "/")
    assert page.evaluate("typeof crypto.subtle") == "undefined"
    assert page.evaluate("isSecureContext") is False


def test_what_a_policy_refuses_is_seen(site, phone, watch):
    """An inline script that the policy forbids is noted as a fault."""
    page = phone()
    page.goto(site.url + "/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.x = 1'}))")
    page.wait_for_timeout(100)
    assert [fault for fault in watch.faults if "Content Security Policy" in fault]
    watch.faults.clear()


def test_an_uncaught_error_is_seen(site, phone, watch):
    """A script that throws is noted as a fault."""
    page = phone()
    page.goto(site.url + "/")
    page.evaluate("setTimeout(() => { throw new Error('planted') }, 0)")
    page.wait_for_timeout(100)
    assert any("planted" in fault for fault in watch.faults)
    watch.faults.clear()


def test_axe_sees_a_planted_fault(site, phone, axe):
    """A picture without words is found."""
    page = phone()
    page.goto(site.url + "/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_axe_sees_a_pale_text_on_a_page_that_it_measured_before(site, phone, axe):
    """Contrast is measured again when a text's colour changes, or what lies behind it, and goes on being found."""
    page = phone()
    page.goto(site.url + "/")
    axe(page)
    for name, value in (("color", "#bbb"), ("color", "#bbb"), ("background", "#444")):
        page.evaluate("([name, value]) => document.querySelector('h1').style.setProperty(name, value)", [name, value])
        with pytest.raises(AssertionError, match="color-contrast"):
            axe(page)
        page.evaluate("document.querySelector('h1').removeAttribute('style')")


def test_axe_sees_a_pale_text_behind_a_dash_that_stands_alike(site, phone, axe):
    """Of texts that stand alike the one is measured that can be, also where the other stood alone on a page before."""
    page = phone()
    page.goto(site.url + "/")
    add = """(words) => words.forEach((word) => {
      const added = Object.assign(document.createElement("p"), { textContent: word });
      added.style.color = "#c9c9c9";
      document.querySelector("main").append(added);
    })"""
    page.evaluate(add, ["—"])
    axe(page)
    page.evaluate(add, ["一段看不清的字"])
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(page)
