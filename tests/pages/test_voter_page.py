"""The voter's page in a real browser: a ballot made by it is good, and nothing of it stays behind."""

import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import re
import subprocess
from urllib.parse import urlsplit

import pytest
from pages.voter_site import (
    DONE,
    boxed,
    chinese,
    choose,
    left_behind,
    look_over,
    named,
    press,
    says,
    scan,
    sent,
    shown_tracker,
    url_safe,
    verified,
    vote,
)

from ballots import typed_codes

BUDGET = 14_950  # bytes: one initial window of TCP
PICKS = [1, 2, 3, 4, 5, 0, 1, 4]
WORDS = ["很满意", "满意", "一般", "不满意", "不了解", "弃权", "很满意", "不满意"]


def test_a_whole_vote(site, phone, in_both_sizes):
    """From scan to receipt with three requests; the box has a ballot that Python verifies; nothing stays in the browser."""
    site.village.opened(subjects=8)
    page = phone()
    asked = []
    page.on("request", lambda request: asked.append(request) if request.url.startswith("http") else None)
    scan(page, site)
    says(page, "请选择")
    address = f"{site.url}/v/{site.village.panels['villagers']}"
    assert page.url == address  # the code has left the address
    in_both_sizes(page, "voter-form")
    choose(page, *PICKS)
    in_both_sizes(page, "voter-chosen")
    look_over(page)
    in_both_sizes(page, "voter-review")
    assert [line.split()[-1] for line in page.locator(".r b").all_inner_texts()] == WORDS
    press(page)
    says(page, DONE)
    in_both_sizes(page, "voter-receipt")
    [raw] = boxed(site)
    ballot = verified(site, raw)
    assert shown_tracker(page) == ballot.tracker
    assert ballot.credential == site.village.point(0)
    paths = [(request.method, urlsplit(request.url).path.removeprefix(urlsplit(address).path)) for request in asked]
    assert paths == [("GET", ""), ("GET", f"/credentials/{ballot.credential}"), ("POST", "/ballots")]
    assert asked[-1].headers["content-encoding"] == "gzip"
    assert sent(asked[-1]).decode() == raw
    assert left_behind(page) == {}
    assert page.context.cookies() == []
    page.get_by_role("button", name="下一位").click()
    says(page, "请扫票上的二维码")
    in_both_sizes(page, "voter-next")


def test_what_five_voters_chose_is_what_is_counted(site, phone):
    """Ballots of the page, opened as a sum, give exactly what was tapped, blank and 不了解 included."""
    site.village.opened(subjects=2)
    page = phone()
    for number, picks in enumerate([(1, 0), (1, 5), (2, 4), (3, 4), (1, 4)]):
        scan(page, site, number)
        vote(page, *picks)
        says(page, DONE)
    for number in range(5, 10):  # enough for the box to be opened at all
        site.village.cast(site.village.seal(number, [4, 2]))
    site.village.close()
    site.village.count()
    result = json.loads(site.village.panel().result)
    assert result["result"] == [[0, 3, 1, 1, 5, 0], [1, 0, 5, 0, 3, 1]]


def test_over_https(served_securely, phone):
    """The same page over https with a certificate of one's own making."""
    served_securely.village.opened()
    page = phone()
    vote(scan(page, served_securely), 2)
    says(page, DONE)
    verified(served_securely, boxed(served_securely)[0])


def test_nothing_to_go_back_to(site, phone):
    """After a vote neither the back button nor the history shows a choice or a code."""
    site.village.opened()
    page = phone()
    page.goto(site.url + "/")
    vote(scan(page, site), 4)
    says(page, DONE)
    page.evaluate("history.back()")
    page.wait_for_timeout(300)
    assert page.locator("input:checked").count() == 0
    assert "不满意" not in page.locator("main").inner_text()
    entries = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    assert [entry["url"] for entry in entries if site.village.codes["villagers"][0] in entry["url"]] == []
    page.go_back()
    page.go_forward()
    page.wait_for_timeout(300)
    assert page.locator("input:checked").count() == 0


def test_reload_at_every_step(site, phone):
    """A reload before casting asks again from the beginning, with the slip's code still known; one after it shows nothing."""
    site.village.opened()
    page = phone()
    choose(scan(page, site), 2)
    page.reload()
    says(page, "请选择")
    assert page.locator("input:checked").count() == 0
    choose(page, 2)
    look_over(page)
    page.reload()
    vote(page, 1)
    says(page, DONE)
    page.reload()
    says(page, "请扫票上的二维码")
    assert left_behind(page) == {}
    assert len(boxed(site)) == 1


def test_back_from_the_review_and_a_page_taken_from_memory(site, phone):
    """Change and the phone's back button lead from the review to the choices; a page that the browser kept begins afresh."""
    site.village.opened(subjects=3)
    page = phone()
    choose(scan(page, site), 1, 2, 3)
    look_over(page)
    page.get_by_role("button", name="改 第2工作队").click()
    says(page, "请选择")
    assert page.evaluate("document.activeElement.name") == "q1"
    assert [box.input_value() for box in page.locator("input:checked").all()] == ["1", "2", "3"]
    page.locator("fieldset").nth(1).locator("input[value='0']").check()
    look_over(page)
    page.go_back()
    says(page, "请选择")
    assert [box.input_value() for box in page.locator("input:checked").all()] == ["1", "0", "3"]
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.wait_for_load_state()
    says(page, "请选择")
    assert page.locator("input:checked").count() == 0


def test_what_is_still_open_is_shown(site, phone, in_both_sizes):
    """Going on with a subject left out leads to that subject and says which it is."""
    site.village.opened(subjects=3)
    page = phone()
    choose(scan(page, site), 1)
    page.locator("fieldset").nth(2).locator("input[value='1']").check()
    page.get_by_role("button", name="下一步：核对").click()
    assert page.locator("output").inner_text() == "第 2 项还没有选"
    assert page.evaluate("document.activeElement.name") == "q1"
    in_both_sizes(page, "voter-left-out")


def test_two_taps_cast_once(site, phone):
    """Two taps at once on the last button seal and send one ballot."""
    site.village.opened()
    page = phone()
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    choose(scan(page, site), 1)
    look_over(page)
    page.evaluate("const b = document.querySelector('.bar button'); b.click(); b.disabled = false; b.click()")
    says(page, DONE)
    assert len(posts) == 1


def test_the_language_is_switched_in_place(site, phone, in_both_sizes):
    """The language changes without a request, to the last word that is ours, and what was chosen stays."""
    site.village.opened(subjects=2)
    page = phone()
    choose(scan(page, site), 1, 0)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="English").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("heading", name="Please choose").wait_for()
    assert [box.input_value() for box in page.locator("input:checked").all()] == ["1", "0"]
    in_both_sizes(page, "voter-english")
    assert chinese(page) == []
    assert page.locator("fieldset").first.locator(".o").all_inner_texts() == [
        "Very satisfied", "Satisfied", "Fair", "Dissatisfied", "Don't know", "Abstain",
    ]  # fmt: skip
    # a line each, chosen or not
    assert len({*page.evaluate("[...document.querySelectorAll('.o')].map(e => e.offsetHeight)")}) == 1
    page.get_by_role("button", name="Next: look it over").click()
    page.get_by_role("heading", name="Look it over").wait_for()
    assert chinese(page) == []
    page.get_by_role("button", name="中文").click()
    says(page, "请核对")
    assert "任何人不得要求您出示选择" in page.locator("footer:visible").inner_text()
    assert asked == []


def test_the_receipts_picture_is_the_address_for_checking(site, phone):
    """The QR code of a receipt, read by a program that is not ours, is the address of the page for checking."""
    site.village.opened()
    page = phone()
    vote(scan(page, site), 1)
    says(page, DONE)
    picture = page.locator("#main svg").screenshot(scale="device")
    read = subprocess.run(["zbarimg", "--quiet", "--raw", "-"], input=picture, capture_output=True, check=True)
    wanted = f"{site.url}/check/{site.village.panels['villagers']}#{url_safe(shown_tracker(page))}"
    assert read.stdout.decode().strip() == wanted


def fetched(site, key, query="", **headers):
    """A panel's page without a browser: answer and body as it was sent."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", urlsplit(site.url).port)) as connection:
        connection.request("GET", f"/v/{site.village.panels[key]}{query}", headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_budget(site, monkeypatch, language):
    """With eight subjects of real length and four options the whole page is one window of TCP, whatever else it says."""
    names = [
        "自治区财政厅驻嘎玛村工作队",
        "县农业农村局驻拉如村工作队",
        "市教育局驻达孜村工作队",
        "国网电力公司驻邦达村工作队",
    ]
    monkeypatch.setattr("village.SubjectEntry", named(lambda at: f"{names[at % 4]}{at}"))
    site.village.opened(panels=("evaluators",), subjects=8)
    assert len(site.village.election("evaluators").questions[0].answers) == 4
    answer, body = fetched(site, "evaluators", f"?lang={language}", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) <= BUDGET, len(body)
    text = gzip.decompress(body).decode()
    assert re.findall(r"(?:src|href)=.?https?:", text) == []


def test_the_policy_names_what_stands_in_the_page(site):
    """The Content-Security-Policy allows the page's own scripts and style by hash, a worker made of them, and nothing else."""
    site.village.opened()
    answer, body = fetched(site, "villagers")
    text = body.decode()
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    inline = {kind: re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL) for kind in ("script", "style")}
    for kind, bodies in inline.items():
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies]
        assert policy.pop(f"{kind}-src").split() == hashes
    assert policy == {
        "default-src": "'none'",
        "worker-src": "blob:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Cache-Control"] == "no-store"


def test_typed_codes(site, phone, monkeypatch, in_both_sizes):
    """On a phone that is passed round the next voter types a code: the wrong group is named, the right code opens the ballot."""
    monkeypatch.setattr("village.new_code", typed_codes.new_code)
    site.village.opened()
    page = phone()
    vote(scan(page, site), 1)
    says(page, DONE)
    page.get_by_role("button", name="下一位").click()
    groups = site.village.codes["villagers"][1].split("-")
    field = page.get_by_label("投票码")
    field.fill("-".join([groups[0], "0" + groups[1][1:], *groups[2:]]))
    page.get_by_role("button", name="打开选票").click()
    assert "第 2 组不对" in page.get_by_role("alert").inner_text()
    in_both_sizes(page, "voter-wrong-group")
    field.fill(" ".join(groups))
    page.keyboard.press("Enter")
    vote(page, 2)
    says(page, DONE)
    assert len(boxed(site)) == 2
