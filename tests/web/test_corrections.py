"""Drafts at the desk: corrected, thrown away, listed, and nobody else's."""

import html
import json
import re
import secrets

import pytest
import sqlalchemy as sa
from drafting import (
    ADMINISTRATOR,
    GOOD,
    ORGANIZER,
    OTHER,
    STEPS,
    Desk,
    Form,
    application,
    at,
    count,
    make,
    poll_of,
)
from village import NOW

from ballots.invitations import bring_file
from ballots.models import Trustee
from belenios.trustees import new_key, public_part
from polling.lifecycle import State
from polling.models import AuditEntry, Poll, PollSubject, Subject
from polling.polls import find_poll


@pytest.fixture
def app(village):
    """The application, and the people of the desk."""
    return application(village)


@pytest.fixture
def desk(app) -> Desk:
    """The organizer at the desk."""
    return Desk(app)


def test_correcting_a_draft(village, desk):
    """A draft is corrected by the same steps and the same rules; the audit log says what changed; saving it as it is changes nothing."""
    poll_id = make(desk)
    corrections = lambda: count(village, AuditEntry, AuditEntry.what == "poll.correct")  # noqa: E731
    before, revision = corrections(), poll_of(village, poll_id).revision
    for step in (*STEPS, "scheme", "check"):
        desk.send(at(poll_id, step))
    assert (corrections(), poll_of(village, poll_id).revision) == (before, revision)
    desk.send(at(poll_id), title="新标题")
    desk.send(at(poll_id, "subjects"), subjects_work_team="达那村驻村工作队")
    desk.send(at(poll_id, "panels"), expected_villagers="", spare_villagers="", expected_interviewees="15")
    poll = poll_of(village, poll_id)
    assert (poll.title, poll.revision > 0) == ("新标题", True)
    assert [row.name for row in poll.subjects] == ["达那村驻村工作队", "扎西"]
    assert [(row.key, row.expected) for row in poll.panels] == [("evaluators", 20), ("interviewees", 15)]
    with village.database.read() as session:
        entries = session.scalars(
            sa.select(AuditEntry.detail).where(AuditEntry.what == "poll.correct").order_by(AuditEntry.number)
        ).all()[before:]
    changed = [json.loads(entry)["changed"] for entry in entries]
    assert [set(each) for each in changed] == [{"title"}, {"subjects"}, {"panels"}]
    assert changed[0]["title"] == [GOOD["title"], "新标题"]
    assert "还差" in html.unescape(desk.send(at(poll_id, "panels"), 422, expected_evaluators="3").text)
    assert poll_of(village, poll_id).panels[0].expected == 20


def test_a_stale_draft_form_is_told_what_changed(village, app, desk):
    """Who saves over somebody else's change is told what stands there by now and keeps what was typed; the second try counts."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/edit"
    mine = desk.fields(address) | {"title": "我的标题"}
    Desk(app, ADMINISTRATOR).send(address, title="别人的标题")
    answer = desk.send("", 409, to=address, fields=mine)
    page = html.unescape(answer.text)
    assert "又改过" in page
    assert "别人的标题" in page
    fields = Form(answer.text.partition("<main")[2]).fields
    assert fields["title"] == "我的标题"
    assert poll_of(village, poll_id).title == "别人的标题"
    desk.send("", to=address, fields=fields)
    assert poll_of(village, poll_id).title == "我的标题"
    desk.send("", to=address, fields=fields)  # a second click of the same form: it is as it was typed
    assert poll_of(village, poll_id).title == "我的标题"


def test_a_stale_form_that_differs_in_little(village, app, desk):
    """A spare slip, a name on a roster or a key holder less is a difference too: it is not silently dropped; what differs is said."""
    poll_id = make(desk, roster_evaluators="\n".join(f"第{number}人" for number in range(20)))
    for step, change, said in (
        ("panels", {"spare_evaluators": "9"}, "民主测评 20 人，备用 2 张"),
        ("panels", {"roster_evaluators": "\n".join(f"第{number}人" for number in range(1, 21))}, "名册：民主测评"),
        ("texts", {"holder_2": ""}, "李保管、陈保管"),
        ("texts", {"languages": ["zh_CN"]}, "中文、English"),
        ("subjects", {"subjects_work_team": ""}, "嘎玛村驻村工作队、达那村驻村工作队"),
        ("scheme", {"rehearsal": ""}, "演练"),
    ):
        mine = desk.fields(at(poll_id, step)) | change
        Desk(app, ADMINISTRATOR).send(at(poll_id), title=(title := secrets.token_hex(4)))
        fields = mine | ({"title": title} if "title" in mine else {})
        page = html.unescape(desk.send("", 409, to=at(poll_id, step), fields=fields).text)
        assert said in page.partition("又改过")[2].partition("</dl>")[0]
    assert poll_of(village, poll_id).panels[0].spare == 2


def test_a_roster_is_part_of_the_draft(village, desk):
    """A roster by name or household says how many are expected, stands there again, follows corrections and goes with its panel; the log has the number."""
    names = [f"扎西{number}" for number in range(10)]
    poll_id = make(desk, expected_villagers="99", roster_villagers="\n".join(f"{name}，{name}家" for name in names))
    panels = {panel.key: panel for panel in poll_of(village, poll_id).panels}
    assert (panels["villagers"].expected, panels["evaluators"].expected) == (10, 20)
    shown = desk.fields(at(poll_id, "panels"))
    assert shown["roster_villagers"].split("\n")[0] == "扎西0，扎西0家"
    assert "有名册" in desk.page(at(poll_id))
    desk.send(at(poll_id, "panels"), roster_villagers="\n".join([*names, "卓玛"]))
    assert {panel.key: panel.expected for panel in poll_of(village, poll_id).panels}["villagers"] == 11
    assert "名册：村民代表和老党员代表 11 人" in desk.page(f"/desk/polls/{poll_id}")
    desk.send(at(poll_id, "panels"), roster_villagers="", expected_villagers="30")
    assert {panel.key: panel.expected for panel in poll_of(village, poll_id).panels}["villagers"] == 30
    assert desk.fields(at(poll_id, "panels"))["roster_villagers"] == ""
    assert "有名册" not in desk.page(at(poll_id))


def test_a_printed_poll_is_not_corrected(village, desk):
    """After printing the form is gone: the poll's page says why."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/edit"
    fields = desk.fields(address)
    desk.send(f"/desk/polls/{poll_id}/print", 200)
    assert desk.client.get(address).status_code == 302
    desk.send("", 302, to=address, fields=fields, title="偷改")
    assert poll_of(village, poll_id).title == GOOD["title"]


def test_throwing_a_draft_away(village, desk):
    """A page asks first; then draft, holders, keys and new subjects are gone, and the audit log keeps a line. A printed poll stays."""
    poll_id = make(desk)
    with village.database.write() as session:
        making_key = public_part(new_key(secrets.token_bytes), secrets.token_bytes)

        bring_file(session, find_poll(session, poll_id), 1, making_key, where="x", who="王", now=NOW)
    address = f"/desk/polls/{poll_id}/delete"
    assert "扔掉这份草稿？" in desk.page(address)
    for typed in ("", "嘎玛乡测评"):
        page = html.unescape(desk.send(address, 422, written=typed).text)
        assert f"这里写的不是「{GOOD['title']}」" in page
        assert f'name="written" autocomplete="off" spellcheck="false" value="{typed}"' in page
    assert [count(village, model) for model in (Poll, Trustee)] == [1, 1]
    desk.send(address, written=f" {GOOD['title'][:2]} {GOOD['title'][2:]}")
    assert [count(village, model) for model in (Poll, PollSubject, Subject, Trustee)] == [0, 0, 0, 0]
    assert count(village, AuditEntry, AuditEntry.what == "poll.throw_away") == 1
    desk.page(address, 404)
    bare = make(desk)
    assert "请照写名称" not in desk.page(f"/desk/polls/{bare}/delete")
    desk.send(f"/desk/polls/{bare}/delete")
    rostered = make(desk, roster_villagers="\n".join(f"人{number}" for number in range(12)))
    desk.send(f"/desk/polls/{rostered}/delete", 422)
    desk.send(f"/desk/polls/{rostered}/delete", written=GOOD["title"])
    printed = make(desk)
    fields = desk.fields(f"/desk/polls/{printed}/delete")
    desk.send(f"/desk/polls/{printed}/print", 200)
    desk.send("", 302, to=f"/desk/polls/{printed}/delete", fields=fields)
    assert count(village, Poll) == 1


def test_the_list_is_ones_own(village, app, desk):
    """A township sees its own and not the county's, the county everything with whose it is; what was touched last stands first."""
    make(desk, title="第一场")
    make(desk, title="第二场")
    make(Desk(app, OTHER), title="别人的")
    village.create()  # at the terminal
    titles = lambda person: re.findall(r'<h3><a href="[^"]*">(.*?)</a>', Desk(app, person).page("/desk/"))  # noqa: E731
    terminal = "2026年10月 嘎玛村驻村工作队民主测评"
    assert titles(OTHER) == ["别人的"]
    assert titles(ORGANIZER) == titles(ADMINISTRATOR) == [terminal, "别人的", "第二场", "第一场"]
    assert "曲水乡" in desk.page("/desk/")
    assert "曲水乡" not in Desk(app, OTHER).page("/desk/")


ADDRESSES = (
    "edit",
    "edit/scheme",
    "edit/subjects",
    "edit/panels",
    "edit/texts",
    "delete",
    "print",
    "trial",
    "trial/come.json",
)


def test_somebody_elses_poll_is_not_there(village, app, desk):
    """The county's poll answers a township with 404 with a sentence, on every page and to every form; so does a number that is none."""
    poll_id = make(desk)
    stranger = Desk(app, OTHER)
    for address in ADDRESSES:
        assert "没有这个页面或编号" in stranger.page(f"/desk/polls/{poll_id}/{address}", 404)
        stranger.page(f"/desk/polls/{'1' * 14}/{address}", 404)
    token = stranger.fields("/desk/polls/new")["csrf_token"]
    for address in (
        "edit",
        "edit/scheme",
        "edit/subjects",
        "edit/panels",
        "edit/texts",
        "edit/texts/preview",
        "copy",
        "delete",
        "print",
        "print/bundle",
        "print/points",
        "trial",
        "trial/count",
        "trial/end",
    ):
        answer = stranger.client.post(f"/desk/polls/{poll_id}/{address}", data={"csrf_token": token, "revision": "1"})
        assert answer.status_code == 404, address
    assert poll_of(village, poll_id).state is State.DRAFT
    fields = stranger.fields("/desk/polls/new") | {"made": poll_id}
    stranger.send("", 404, to="/desk/polls/new", fields=fields)


def test_without_a_session_or_a_token_nothing_happens(village, app, desk):
    """A stranger is sent to sign in; a form without its token is refused."""
    poll_id = make(desk)
    nobody = app.test_client()
    for address in ("/desk/", "/desk/polls/new", *(f"/desk/polls/{poll_id}/{each}" for each in ADDRESSES)):
        assert "/desk/login" in nobody.get(address).location
    assert desk.client.post(f"/desk/polls/{poll_id}/print", data={"revision": "1"}).status_code in (400, 403)
    assert poll_of(village, poll_id).state is State.DRAFT


def test_a_copy_has_everything_of_its_model(village, desk):
    """One button makes the next period's draft with subjects, panels, numbers, roster, texts and holders; two clicks make one; the check asks for the rest."""
    roster = "\n".join(f"人{number}，家{number}" for number in range(12))
    typed = {
        "title": "嘎玛乡2026年10月测评",
        "intro": "请按十月评。",
        "languages": ["zh_CN"],
        "roster_villagers": roster,
    }
    model = make(desk, spare_villagers="3", **typed)
    with village.database.write() as session:
        find_poll(session, model).rehearsal = False
    desk.send(f"/desk/polls/{model}/print", 200)
    copy = Form(re.search(rf'<form[^>]*/desk/polls/{model}/copy".*?</form>', desk.client.get("/desk/").text)[0]).fields
    assert copy["made"]
    first, second = (desk.send("", to=f"/desk/polls/{model}/copy", fields=copy) for _ in range(2))
    assert first.location == second.location
    made = poll_of(village, first.location.split("/")[3])
    old = poll_of(village, model)
    assert (made.title, made.period_label, made.rehearsal, made.state) == (
        "嘎玛乡2026年11月测评",
        "2026-11",
        False,
        State.DRAFT,
    )
    assert (old.closes, made.closes) == ("2026-11-05 17:30", None)
    assert (made.base_url, made.intro, made.languages) == (old.base_url, old.intro, old.languages)
    assert [row.subject_id for row in made.subjects] == [row.subject_id for row in old.subjects]
    numbers = lambda poll: [(row.key, row.expected, row.spare) for row in poll.panels]  # noqa: E731
    assert numbers(made) == numbers(old) == [("evaluators", 20, 2), ("villagers", 12, 3)]
    page = desk.page(first.location)
    assert "2026年11月，其余照旧" in page
    assert "都齐了" in page
    assert "李保管、陈保管" in page
    assert desk.fields(at(made.id, "panels"))["roster_villagers"].split("\n") == roster.split("\n")


def test_what_was_practised_or_annulled_is_held_again(village, desk):
    """A copy of a rehearsal, and of an annulled poll, is for the same period; it counts."""
    model = make(desk)
    fields = {"csrf_token": desk.fields("/desk/polls/new")["csrf_token"]}
    made = poll_of(village, desk.send("", to=f"/desk/polls/{model}/copy", fields=fields).location.split("/")[3])
    assert (made.period_label, made.rehearsal) == ("2026-10", False)
    with village.database.write() as session:
        poll = find_poll(session, made.id)
        poll.state = State.ANNULLED
    page = desk.page(f"/desk/polls/{made.id}")
    assert "照这一场再建一场" in page
    again = poll_of(village, desk.send("", to=f"/desk/polls/{made.id}/copy", fields=fields).location.split("/")[3])
    assert again.period_label == "2026-10"


def test_a_form_sent_after_the_session_was_over_is_kept(village, app, desk):
    """A tab left open for a day: what was typed stands on the page that asks to sign in, and is sent from there; a password never is."""
    poll_id = make(desk)
    address = at(poll_id, "texts")
    fields = desk.fields(address) | {"title": "一天前写的标题", "password": "geheim"}
    with desk.client.session_transaction(path="/desk/") as kept:
        mark = kept.pop("_user_id")
    answer = desk.client.post(address, data=fields)
    page = html.unescape(answer.text)
    assert answer.status_code == 403
    assert "填的都还在这一页" in page
    assert "一天前写的标题" in page
    assert "geheim" not in page
    assert poll_of(village, poll_id).title == GOOD["title"]
    again = Form(answer.text.partition("<main")[2]).fields
    with desk.client.session_transaction(path="/desk/") as kept:  # signed in once more, with another token
        kept["_user_id"] = mark
        kept["csrf_token"] = "another"
    answer = desk.client.post(address, data=again)
    assert "您重新登录过" in html.unescape(answer.text)
    assert poll_of(village, poll_id).title == GOOD["title"]
    desk.send("", to=address, fields=Form(answer.text.partition("<main")[2]).fields)
    assert poll_of(village, poll_id).title == "一天前写的标题"
