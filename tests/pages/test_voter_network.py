"""Between the phone and the box: lines that are cut, boxes that are busy, answers that are somebody else's. Only one ballot is ever sent."""

import pytest
from pages.voter_site import (
    DONE,
    boxed,
    choose,
    delivered,
    left_behind,
    look_over,
    press,
    refusal,
    says,
    scan,
    sent,
    shown_tracker,
    verified,
    vote,
)

HOUR = 3_600_000  # ms


@pytest.fixture
def voter(site, phone):
    """A phone before an open box with two subjects; `page.sent` are the ballots it sent, by its requests."""
    site.village.opened(subjects=2)
    page = phone()
    page.sent = []
    page.on("request", lambda request: page.sent.append(sent(request).decode()) if request.method == "POST" else None)
    return page


def behind(page, site, answer) -> None:
    """Let `answer` stand in the box's place for POSTs."""
    page.route("**/ballots", answer)


def test_cut_before_the_ballot_is_sent(voter, site, in_both_sizes):
    """Without network the sealed ballot waits, and goes out by itself when there is one again."""
    choose(scan(voter, site), 1, 2)
    look_over(voter)
    voter.context.set_offline(True)
    press(voter)
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    in_both_sizes(voter, "voter-offline")
    assert boxed(site) == []
    voter.context.set_offline(False)
    says(voter, DONE)
    verified(site, *boxed(site))
    assert left_behind(voter) == {}


def test_cut_and_reloaded(voter, site):
    """A ballot that could not be sent survives a reload, byte for byte, and nothing else does."""
    behind(voter, site, lambda route: route.abort())
    vote(scan(voter, site), 1, 0)
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    kept = voter.evaluate("JSON.parse(sessionStorage.yipiao)")
    assert sorted(kept) == ["code", "panel", "sealed"]
    assert sorted(kept["sealed"]) == ["raw", "tracker"]
    voter.reload()
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    assert voter.locator("input").count() == 0
    voter.unroute("**/ballots")
    voter.evaluate("dispatchEvent(new Event('online'))")
    says(voter, DONE)
    assert {*voter.sent} == {kept["sealed"]["raw"]} == {*boxed(site)}
    assert len(voter.sent) >= 3
    assert left_behind(voter) == {}


def test_a_phone_that_was_locked_for_an_hour(voter, site):
    """An hour in a pocket takes away no choice; a ballot that waited is sent as soon as somebody looks, though no timer ran meanwhile."""
    voter.clock.install()
    choose(scan(voter, site), 1, 2)
    look_over(voter)
    voter.clock.fast_forward(HOUR)
    behind(voter, site, lambda route: route.abort())
    press(voter)
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    with voter.expect_event("requestfailed"):  # the one try that was due
        voter.clock.pause_at(voter.evaluate("Date.now()") / 1000 + 3600)
    voter.unroute("**/ballots")
    voter.wait_for_timeout(300)
    assert boxed(site) == []
    voter.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    says(voter, DONE)
    assert {*voter.sent} == {*boxed(site)}


def test_cut_after_the_box_has_it(voter, site):
    """When the answer is lost, the same bytes go again, and the box gives the receipt once more."""
    lost = []

    def swallow(route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(delivered(route))
            route.abort()

    behind(voter, site, swallow)
    vote(scan(voter, site), 3, 1)
    says(voter, DONE)
    assert lost[0].status == 201
    assert len(voter.sent) == 2
    assert {*voter.sent} == {*boxed(site)}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refusal(503, "busy", **{"Retry-After": "1"}), "排队"),
        (
            {"status": 200, "content_type": "text/html", "body": "<h1>Please log in to the hotel's network</h1>"},
            "没有网络",
        ),
        ({"status": 502, "content_type": "text/html", "body": "bad gateway"}, "忙不过来"),
        ({"status": 413, "content_type": "text/html", "body": "too large"}, "忙不过来"),
        ({"status": 500, "content_type": "application/json", "body": '{"error": "500", "message": ""}'}, "忙不过来"),
        (refusal(409, "box_not_open"), "还没有打开"),
        ({"status": 200, "content_type": "application/json", "body": "null"}, "没有网络"),
    ],
    ids=[
        "busy",
        "a hotel's login",
        "a broken proxy",
        "a narrow proxy",
        "a fault",
        "not open",
        "null",
    ],
)
def test_answers_that_are_not_final(voter, site, answer, said):
    """What is no final answer is waited out, said in words, and the same bytes go again."""
    first = []

    def once(route) -> None:
        if first:
            route.continue_()
        else:
            first.append(1)
            route.fulfill(**answer)

    behind(voter, site, once)
    vote(scan(voter, site), 2, 2)
    voter.get_by_role("status").get_by_text(said).wait_for()
    says(voter, DONE)
    assert len(voter.sent) == 2
    assert {*voter.sent} == {*boxed(site)}


def test_packed_bodies_that_are_refused(voter, site):
    """Where the packed form is not understood, the same bytes go plain."""
    forms = []

    def plain_only(route) -> None:
        forms.append(route.request.headers.get("content-encoding"))
        if forms[-1]:
            route.fulfill(**refusal(415, "unreadable_encoding"))
        else:
            route.continue_()

    behind(voter, site, plain_only)
    vote(scan(voter, site), 2, 2)
    says(voter, DONE)
    assert forms == ["gzip", None]
    assert {*voter.sent} == {*boxed(site)}


def test_a_false_receipt(voter, site, in_both_sizes):
    """A receipt that the box's key did not sign is said to be none; the voter keeps the tracker to show."""
    behind(
        voter,
        site,
        lambda route: route.fulfill(status=201, json=delivered(route).json() | {"receipt": "A" * 86 + "=="}),
    )
    vote(scan(voter, site), 2, 2)
    says(voter, "回执核对不上")
    in_both_sizes(voter, "voter-doubt")
    assert shown_tracker(voter) == verified(site, *boxed(site)).tracker
    assert left_behind(voter) == {}


def test_a_receipt_for_another_ballot(voter, site):
    """A receipt that is good but names another ballot is no receipt."""
    behind(voter, site, lambda route: route.fulfill(status=201, json=delivered(route).json() | {"tracker": "A" * 43}))
    vote(scan(voter, site), 2, 2)
    says(voter, "回执核对不上")


def test_the_slip_was_used_meanwhile(voter, site, in_both_sizes):
    """When another ballot was cast with the slip meanwhile, the page says that this choice was not taken, and forgets its own."""
    choose(scan(voter, site), 1, 1)
    look_over(voter)
    site.village.cast(site.village.seal(0, [2, 2]))
    press(voter)
    says(voter, "您刚才的选择没有收下")
    text = voter.locator("main").inner_text()
    assert "票箱里是先前那一张" in text
    assert "放心" not in text
    in_both_sizes(voter, "voter-taken")
    assert left_behind(voter) == {}
    assert len(boxed(site)) == 1


def test_already_cast_by_the_same_bytes(voter, site):
    """Where the box says "already cast" and has this very ballot, the page gets its receipt after all."""
    odd = []

    def first_refused(route) -> None:
        if odd:
            route.continue_()
        else:
            odd.append(delivered(route).status)
            route.fulfill(**refusal(409, "already_cast"))

    behind(voter, site, first_refused)
    vote(scan(voter, site), 1, 1)
    says(voter, DONE)
    assert odd == [201]
    assert {*voter.sent} == {*boxed(site)}


def test_the_box_was_closed_meanwhile(voter, site, in_both_sizes):
    """A ballot that comes after closing is said to be late, and is not kept."""
    choose(scan(voter, site), 1, 1)
    look_over(voter)
    site.village.close()
    press(voter)
    says(voter, "票箱已经关闭")
    assert "没有收进去" in voter.locator("main").inner_text()
    in_both_sizes(voter, "voter-late")
    assert left_behind(voter) == {}
    assert boxed(site) == []
    voter.get_by_role("button", name="下一位").click()
    says(voter, "请扫票上的二维码")
    scan(voter, site, 1)
    says(voter, "票箱已经关闭")
    assert left_behind(voter) == {}


def test_a_refusal_that_should_never_be(voter, site, in_both_sizes):
    """A ballot that the box calls false may go again, the same bytes; there is no way to another one."""
    refusals = []

    def false_once(route) -> None:
        if refusals:
            route.continue_()
        else:
            refusals.append(1)
            route.fulfill(**refusal(422, "false_proof"))

    behind(voter, site, false_once)
    vote(scan(voter, site), 1, 1)
    says(voter, "票箱没有收下这张票")
    in_both_sizes(voter, "voter-refused")
    assert voter.locator("input").count() == 0
    voter.get_by_role("button", name="再送一次").click()
    says(voter, DONE)
    assert {*voter.sent} == {*boxed(site)}


def test_a_refused_ballot_is_not_in_the_way(voter, site, axe):
    """A ballot that the box calls false goes again only when somebody says so; the next voter wipes it."""
    behind(voter, site, lambda route: route.fulfill(**refusal(422, "false_proof")))
    vote(scan(voter, site), 1, 1)
    says(voter, "票箱没有收下这张票")
    assert "您的选择还没有投出" in voter.locator("main").inner_text()
    voter.reload()
    says(voter, "票箱没有收下这张票")
    voter.wait_for_timeout(300)
    assert len(voter.sent) == 1
    axe(voter)
    voter.get_by_role("button", name="下一位").click()
    says(voter, "请扫票上的二维码")
    assert left_behind(voter) == {}
    vote(scan(voter, site, 1), 2, 2)
    says(voter, "票箱没有收下这张票")
    voter.unroute("**/ballots")
    vote(scan(voter, site, 2), 3, 3)  # scanned over a refused one: that one is gone
    says(voter, DONE)
    assert len(voter.sent) == 3
    assert boxed(site) == voter.sent[2:]


def test_a_refused_slip_that_is_scanned_again(voter, site):
    """Of a slip whose ballot was refused the same bytes go again: there is no second ballot of it (law 13)."""
    behind(voter, site, lambda route: route.fulfill(**refusal(422, "false_proof")))
    vote(scan(voter, site), 1, 1)
    says(voter, "票箱没有收下这张票")
    voter.unroute("**/ballots")
    behind(voter, site, lambda route: route.abort())
    scan(voter, site)
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    voter.unroute("**/ballots")
    voter.reload()  # on its way again: nobody says any more that it is not
    says(voter, DONE)
    assert {*voter.sent} == {*boxed(site)}


def test_the_next_slip_while_a_ballot_waits(voter, site):
    """A slip that is scanned while another voter's ballot waits does not drive it out: it comes after it."""
    behind(voter, site, lambda route: route.abort())
    vote(scan(voter, site), 1, 1)
    voter.get_by_role("status").get_by_text("没有网络").wait_for()
    scan(voter, site, 1)
    voter.get_by_role("status").get_by_text("上一张票还在路上").wait_for()
    assert site.village.codes["villagers"][1] not in voter.url
    voter.unroute("**/ballots")
    voter.evaluate("dispatchEvent(new Event('online'))")
    says(voter, DONE)
    voter.get_by_role("button", name="下一位").click()
    vote(voter, 4, 4)
    says(voter, DONE)
    assert len(boxed(site)) == 2


def test_a_ballot_of_another_panel_waits(site, phone):
    """A ballot that waits goes to its own panel's box, though another panel's slip was scanned in the same tab."""
    site.village.opened(panels=("evaluators", "villagers"))
    page = phone()
    page.route("**/ballots", lambda route: route.abort())
    vote(scan(page, site), 2)
    page.get_by_role("status").get_by_text("没有网络").wait_for()
    page.goto("about:blank")
    scan(page, site, 3, "evaluators")
    page.unroute("**/ballots")
    page.evaluate("dispatchEvent(new Event('online'))")
    says(page, DONE)
    verified(site, *boxed(site), key="villagers")
    page.get_by_role("button", name="下一位").click()
    vote(page, 1)
    says(page, DONE)
    assert len(boxed(site)) == 2
