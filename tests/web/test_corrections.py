"""Drafts at the desk: corrected, thrown away, listed, and nobody else's."""

import html
import json
import re
import secrets

import pytest
import sqlalchemy as sa
from drafting import ADMINISTRATOR, GOOD, ORGANIZER, OTHER, Desk, Form, application, count, make, poll_of
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
    """A draft is corrected by the same form and the same rules; the audit log says what changed; saving it as it is changes nothing."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/edit"
    desk.send(address)
    assert count(village, AuditEntry, AuditEntry.what == "poll.correct") == 0
    desk.send(
        address,
        title="新标题",
        subjects_work_team="达那村驻村工作队",
        expected_villagers="",
        spare_villagers="",
        expected_interviewees="15",
    )
    poll = poll_of(village, poll_id)
    assert (poll.title, poll.revision > 0) == ("新标题", True)
    assert [row.name for row in poll.subjects] == ["达那村驻村工作队", "扎西"]
    assert [(row.key, row.expected) for row in poll.panels] == [("evaluators", 20), ("interviewees", 15)]
    with village.database.read() as session:
        changed = json.loads(
            session.scalars(sa.select(AuditEntry.detail).where(AuditEntry.what == "poll.correct")).one()
        )
    assert set(changed["changed"]) == {"title", "subjects", "panels"}
    assert changed["changed"]["title"] == [GOOD["title"], "新标题"]
    assert "还差" in html.unescape(desk.send(address, 422, expected_evaluators="3").text)
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
    """A spare slip or a key holder less is a difference too: it is not silently dropped."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/edit"
    for change in ({"spare_evaluators": "9"}, {"holder_2": ""}):
        mine = desk.fields(address) | change
        Desk(app, ADMINISTRATOR).send(address, title=secrets.token_hex(4))
        fields = mine | {"title": poll_of(village, poll_id).title}
        desk.send("", 409, to=address, fields=fields)


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
    assert count(village, Poll) == 1
    desk.send(address)
    assert [count(village, model) for model in (Poll, PollSubject, Subject, Trustee)] == [0, 0, 0, 0]
    assert count(village, AuditEntry, AuditEntry.what == "poll.throw_away") == 1
    desk.page(address, 404)
    printed = make(desk)
    fields = desk.fields(f"/desk/polls/{printed}/delete")
    desk.send(f"/desk/polls/{printed}/print", 200)
    desk.send("", 302, to=f"/desk/polls/{printed}/delete", fields=fields)
    assert count(village, Poll) == 1


def test_the_list_is_ones_own(village, app, desk):
    """A township sees its own and not the county's, the county everything with whose it is; what was touched last stands first."""
    make(desk, title="第一场")
    make(desk, title="第二场")
    Desk(app, OTHER).send("/desk/polls/new", **(GOOD | {"title": "别人的"}))
    village.create()  # at the terminal
    titles = lambda person: re.findall(r'<h2><a href="[^"]*">(.*?)</a>', Desk(app, person).page("/desk/"))  # noqa: E731
    terminal = "2026年10月 嘎玛村驻村工作队民主测评"
    assert titles(OTHER) == ["别人的"]
    assert titles(ORGANIZER) == titles(ADMINISTRATOR) == [terminal, "别人的", "第二场", "第一场"]
    assert "曲水乡" in desk.page("/desk/")
    assert "曲水乡" not in Desk(app, OTHER).page("/desk/")


ADDRESSES = ("edit", "delete", "print", "trial", "trial/come.json")


def test_somebody_elses_poll_is_not_there(village, app, desk):
    """The county's poll answers a township with 404 with a sentence, on every page and to every form; so does a number that is none."""
    poll_id = make(desk)
    stranger = Desk(app, OTHER)
    for address in ADDRESSES:
        assert "没有这个页面或编号" in stranger.page(f"/desk/polls/{poll_id}/{address}", 404)
        stranger.page(f"/desk/polls/{'1' * 14}/{address}", 404)
    token = stranger.fields("/desk/polls/new")["csrf_token"]
    for address in ("edit", "delete", "print", "print/bundle", "print/points", "trial", "trial/count", "trial/end"):
        answer = stranger.client.post(f"/desk/polls/{poll_id}/{address}", data={"csrf_token": token, "revision": "1"})
        assert answer.status_code == 404, address
    assert poll_of(village, poll_id).state is State.DRAFT
    fields = stranger.fields("/desk/polls/new") | GOOD | {"made": poll_id}
    stranger.send("", 404, to="/desk/polls/new", fields=fields)


def test_without_a_session_or_a_token_nothing_happens(village, app, desk):
    """A stranger is sent to sign in; a form without its token is refused."""
    poll_id = make(desk)
    nobody = app.test_client()
    for address in ("/desk/", "/desk/polls/new", *(f"/desk/polls/{poll_id}/{each}" for each in ADDRESSES)):
        assert "/desk/login" in nobody.get(address).location
    assert desk.client.post(f"/desk/polls/{poll_id}/print", data={"revision": "1"}).status_code in (400, 403)
    assert poll_of(village, poll_id).state is State.DRAFT
