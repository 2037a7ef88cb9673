"""Check my ballot: the tracker typed, pasted, in the address, or on the receipt's QR code; every answer in words."""

import base64
import io

import pytest
import qrcode


@pytest.fixture
def open_box(site):
    """A site over an open box with three ballots: `site`, the panel's number, and the trackers."""
    site.village.opened()
    trackers = site.village.vote([[1], [2], [3]])
    return site, site.village.panels["villagers"], trackers


def answers(page):
    """The answers that can be seen."""
    return [note.get_attribute("id") for note in page.locator("[data-answer]").all() if note.is_visible()]


def ask(page, panel, tracker):
    """Type and ask; the id of the one answer."""
    page.get_by_label("测评号").fill(panel)
    page.get_by_label("查验码").fill(tracker)
    page.get_by_role("button", name="查一查").click()
    return page.locator("[data-answer]:visible:not(#looking)").get_attribute("id")


def url_safe(tracker):
    """A tracker as it stands in an address."""
    return tracker.replace("+", "-").replace("/", "_")


def picture(text):
    """A PNG of a QR code."""
    out = io.BytesIO()
    qrcode.make(text).save(out)
    return out.getvalue()


def test_every_answer_of_an_open_box(open_box, phone, look, axe):
    """In the box, in either alphabet and with blanks; not in the box; another panel; nothing like a tracker."""
    site, panel, trackers = open_box
    page = phone()
    page.goto(f"{site.url}/check/{panel}")
    axe(page)
    look(page, "check")
    assert answers(page) == []
    for typed in (trackers[0], trackers[1] + "=", url_safe(trackers[2]), f" {trackers[0][:20]} {trackers[0][20:]} "):
        assert ask(page, panel, typed) == "in_box"
    axe(page)
    look(page, "check-in-box")
    assert ask(page, panel, "A" * 43) == "not_in_box"
    assert "监票人" in page.locator("#not_in_box").inner_text()
    look(page, "check-not-in-box")
    assert ask(page, "1" * 14, trackers[0]) == "unknown_panel"
    assert ask(page, panel, trackers[0][:-1]) == "malformed"
    assert page.get_by_label("查验码").input_value() == trackers[0][:-1]


def test_after_closing_the_public_list_is_searched_on_the_phone(open_box, phone, look):
    """Once the list is public it is fetched whole: the server does not learn which ballot somebody looks for."""
    site, panel, trackers = open_box
    site.village.close()
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/check/{panel}")
    assert ask(page, panel, trackers[2]) == "in_list"
    look(page, "check-in-list")
    assert ask(page, panel, "A" * 43) == "not_in_list"
    look(page, "check-not-in-list")
    assert [url for url in asked if url_safe(trackers[2]) in url or "A" * 43 in url] == []
    assert any(url.endswith(f"/v/{panel}/ballots") for url in asked)


def test_boxes_that_hold_nothing(site, phone):
    """Before opening, and after annulment, the page says so."""
    site.village.create()
    site.village.print()
    panel = site.village.panels["villagers"]
    page = phone()
    page.goto(f"{site.url}/check")
    assert ask(page, panel, "A" * 43) == "not_open"
    site.village.open()
    site.village.annul()
    assert ask(page, panel, "A" * 43) == "annulled"


def test_a_receipts_address_answers_at_once(open_box, phone):
    """The address of a receipt's QR code, opened by any scanner, needs no typing, in English too."""
    site, panel, trackers = open_box
    page = phone()
    page.goto(f"{site.url}/check/{panel}#{url_safe(trackers[1])}")
    page.locator("#in_box").wait_for()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**lang=en*")
    page.locator("#in_box").wait_for()
    assert page.url.endswith(f"#{url_safe(trackers[1])}")


def test_a_photo_of_the_receipt(open_box, phone):
    """Without a camera for pages (http://) a photo is read on the phone; a slip, another code and no code are told apart."""
    site, panel, trackers = open_box
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/check")
    assert not page.locator("#camera").is_visible()
    for text, expected in (
        (f"{site.url}/check/{panel}#{url_safe(trackers[0])}", "in_box"),
        (f"{site.url}/v/{panel}#4kbHG-XAWrqy-jq5gm-YKNcPJ", "slip"),
        ("https://example.org/", "other_code"),
    ):
        page.locator("#photo").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": picture(text)})
        page.locator(f"#{expected}").wait_for()
        assert answers(page) == [expected]
    for nothing in (b"no picture at all", base64.b64decode("iVBORw0KGgo=")):
        page.locator("#photo").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": nothing})
        page.locator("#no_code").wait_for()
    assert [url for url in asked if "4kbHG" in url] == []


def test_a_slip_tells_its_own_ballot_after_closing(open_box, phone, look, axe):
    """Before closing nothing is said of a slip; then its own page leads to the answer. Neither code nor tracker is sent or left in the address."""
    site, panel, trackers = open_box
    codes = site.village.codes["villagers"]
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    page.goto(f"{site.url}/check/{panel}#{codes[0]}")
    page.locator("#slip").wait_for()
    site.village.close()
    page.goto(f"{site.url}/v/{panel}#{codes[1]}")
    look(page, "closed-slip")
    page.get_by_role("link", name="查这张票投进去没有").click()
    page.locator("#slip_cast").wait_for()
    assert page.locator("#slip_tracker").inner_text() == trackers[1]
    assert page.url == f"{site.url}/check/{panel}"
    axe(page)
    look(page, "check-slip-cast")
    for code, expected in ((codes[5], "slip_unused"), (codes[2], "slip_cast"), (f"{codes[2][:-1]}0", "other_code")):
        text = f"{site.url}/v/{panel}#{code}"
        page.locator("#photo").set_input_files({"name": "p.png", "mimeType": "image/png", "buffer": picture(text)})
        page.locator(f"#{expected}").wait_for()
        assert answers(page) == [expected]
    assert page.locator("#slip_tracker").text_content() == trackers[2]
    look(page, "check-slip-other")
    assert ask(page, panel, f"{site.url}/v/{panel}#{codes[5]}") == "slip_unused"
    secrets = [*codes, *(site.village.point(number) for number in range(6)), *map(url_safe, trackers)]
    assert [url for url in asked if any(secret in url for secret in secrets)] == []


def test_the_camera(secure_site, phone):
    """Over https the camera's picture is read until a receipt is in it, and then the camera is turned off."""
    secure_site.village.opened()
    panel, [tracker] = secure_site.village.panels["villagers"], secure_site.village.vote([[1]])
    code = base64.b64encode(picture(f"{secure_site.url}/check/{panel}#{url_safe(tracker)}")).decode()
    page = phone()
    # the browser's camera is a canvas that shows the receipt after a while
    page.add_init_script(
        """navigator.mediaDevices.getUserMedia = async () => {
          const canvas = Object.assign(document.createElement('canvas'), {width: 640, height: 640});
          const context = canvas.getContext('2d');
          const image = new Image();
          image.src = 'data:image/png;base64,CODE';
          let frames = 0;
          setInterval(() => {
            context.fillStyle = '#fff';
            context.fillRect(0, 0, 640, 640);
            if (frames++ > 5) context.drawImage(image, 60, 60, 500, 500);
          }, 100);
          window.stream = canvas.captureStream(10);
          return window.stream;
        };""".replace("CODE", code)
    )
    page.goto(f"{secure_site.url}/check")
    page.get_by_role("button", name="打开摄像头").click()
    page.locator("#in_box").wait_for()
    assert page.get_by_label("测评号").input_value() == panel
    assert page.evaluate("window.stream.getTracks().every((track) => track.readyState === 'ended')")
    assert not page.locator("#picture").is_visible()


def test_a_camera_that_is_refused(secure_site, phone):
    """Who does not allow the camera is told what else there is."""
    page = phone()
    page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new Error('no') }")
    page.goto(f"{secure_site.url}/check")
    page.get_by_role("button", name="打开摄像头").click()
    page.locator("#no_camera").wait_for()
    assert page.get_by_role("button", name="打开摄像头").is_visible()


def test_without_a_network(open_box, phone):
    """Where the server does not answer, that is said and nothing typed is lost."""
    site, panel, trackers = open_box
    page = phone()
    page.goto(f"{site.url}/check")
    page.context.set_offline(True)
    assert ask(page, panel, trackers[0]) == "no_network"
    assert page.get_by_label("查验码").input_value() == trackers[0]
    page.context.set_offline(False)
    assert ask(page, panel, trackers[0]) == "in_box"


def test_without_scripts_the_form_is_answered(open_box, phone):
    """A browser without scripts gets the same answers; the tracker stands in no address."""
    site, panel, trackers = open_box
    page = phone(java_script_enabled=False)
    page.goto(f"{site.url}/check")
    assert not page.locator("#scan").is_visible()
    for number, tracker, expected in (
        (panel, trackers[0], "in_box"),
        (panel, url_safe(trackers[1]) + "=", "in_box"),
        (panel, "A" * 43, "not_in_box"),
        ("1" * 14, "A" * 43, "unknown_panel"),
        (panel, "A", "malformed"),
    ):
        assert ask(page, number, tracker) == expected
        assert page.url == f"{site.url}/check"
    site.village.close()
    assert ask(page, panel, trackers[0]) == "in_list"
    assert ask(page, panel, "A" * 43) == "not_in_list"


@pytest.mark.parametrize("made", ["phone", "desk"])
@pytest.mark.parametrize("way", [("light", "zh_CN"), ("dark", "zh_CN"), ("light", "en"), ("dark", "en")])
def test_both_sizes_colours_and_languages(open_box, request, look, axe, made, way):  # noqa: PLR0917 - fixtures
    """Nothing is wider than the screen, and contrast and labels hold with every answer, in light and dark, on phone and laptop."""
    site, panel, _trackers = open_box
    scheme, language = way
    page = request.getfixturevalue(made)(color_scheme=scheme)
    page.goto(f"{site.url}/check/{panel}?lang={language}")
    page.evaluate("for (const answer of document.querySelectorAll('[data-answer]')) answer.hidden = false")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    look(page, f"check-{made}-{scheme}-{language}")
