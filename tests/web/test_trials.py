"""The trial ballot from the desk: the first scan to the table, and nothing of it to be seen elsewhere."""

import html
import json
import re
import secrets

import pytest
import sqlalchemy as sa
from drafting import ADMINISTRATOR, ORGANIZER, Desk, application, count, make, points_of, poll_of
from village import NOW

from ballots.models import BoxedBallot, Credential, Trustee
from belenios.credentials import secret_of
from belenios.election import read_election
from belenios.sealing import seal
from polling.drafts import file_of
from polling.errors import RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.polls import find_poll
from polling.working_days import Holidays
from publishing import trial as trials
from publishing.published import listed
from publishing.results import publish
from publishing.signing_keys import load_signer


@pytest.fixture
def app(village):
    """The application, and the people of the desk."""
    return application(village)


@pytest.fixture
def desk(app) -> Desk:
    """The organizer at the desk."""
    return Desk(app)


class Trial:
    """A trial from the desk."""

    def __init__(self, village, desk, poll_id, **typed) -> None:
        self.village, self.desk = village, desk
        self.address = f"/desk/polls/{poll_id}/trial"
        page = desk.send(self.address, 200, **typed).text
        self.page = html.unescape(page)
        self.url = re.search(r'href="(http[^"]*/v/[^"]*#[^"]*)"', page)[1]
        self.panel, self.code = re.search(r"/v/(\w+)#([\w-]+)", self.url).groups()

    def vote(self, picks) -> None:
        """Cast the one ballot by the voters' own routes: `picks` per question, 0 blank."""
        phone = self.desk.client.application.test_client()
        election = read_election(phone.get(f"/v/{self.panel}/election.json").data)
        rows = [
            [int(place == pick) for place in range(question.width)]
            for question, pick in zip(election.questions, picks, strict=True)
        ]
        raw = seal(election, secret_of(self.code, self.panel), rows, secrets.token_bytes)
        assert phone.post(f"/v/{self.panel}/ballots", data=raw).status_code == 201

    def act(self, name, status) -> str:
        """Press a button of the trial's pages."""
        token = self.desk.fields("/desk/polls/new")["csrf_token"]
        answer = self.desk.client.post(f"{self.address}/{name}", data={"csrf_token": token})
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    @property
    def come(self) -> bool:
        """What the waiting page hears."""
        return self.desk.client.get(f"{self.address}/come.json").json["come"]


@pytest.mark.parametrize("printed", [False, True])
def test_a_trial_from_the_first_scan_to_the_count(village, desk, printed):
    """One ballot cast by the voters' routes among announced examples, counted by the real functions and shown; nothing of it stays."""
    poll_id = make(desk)
    if printed:
        desk.send(f"/desk/polls/{poll_id}/print", 200)
    before, points = file_of(poll_of(village, poll_id)), points_of(village)
    revision = poll_of(village, poll_id).revision
    trial = Trial(village, desk, poll_id, panel="villagers")
    assert "data:image/png;base64," in trial.page
    record = json.loads(desk.client.application.test_client().get(f"/v/{trial.panel}/opening.json").data)["document"]
    assert (record["rehearsal"], record["title"][:4], record["secrecy"]) == (True, "（试投）", False)
    assert trial.come is False
    assert "还没有收到您的票" in trial.act("count", 409)
    trial.vote([4, 0, 5])
    assert trial.come is True
    assert "可以数了" in desk.page(trial.address)
    page = trial.act("count", 200)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td><strong>(.*?)</strong></td>(.*?)</tr>', page)
    figures = {
        name: [int(number) for number in re.findall(r"(\d+)(?:</strong>)?</td>", cells)] for name, _own, cells in rows
    }
    # nine examples choose the five answers in turn: 2 2 2 2 1
    assert figures == {
        "嘎玛村驻村工作队": [0, 2, 2, 2, 3, 1],
        "达那村驻村工作队": [1, 2, 2, 2, 2, 1],
        "扎西": [0, 2, 2, 2, 2, 2],
    }
    assert [own for _name, own, _cells in rows] == ["不满意", "弃权", "不了解"]
    assert trial.act("count", 302)
    poll = poll_of(village, poll_id)
    assert (file_of(poll), points_of(village), poll.revision) == (before, points, revision)
    assert poll.state is (State.PRINTED if printed else State.DRAFT)
    assert [count(village, model) for model in (Poll, BoxedBallot, Trustee)] == [1, 0, 0]
    assert list((village.database.settings.home / "keys").glob("*")) == []


def test_a_trial_is_nowhere_to_be_seen(village, app, desk):
    """A trial stands in no list, its own number is no poll of the desk, and its result can't be published."""
    poll_id = make(desk)
    trial = Trial(village, desk, poll_id)
    with village.database.read() as session:
        hidden = session.scalars(sa.select(Poll).where(Poll.trial_of == poll_id)).one()
        assert listed(session) == []
    for person in (ORGANIZER, ADMINISTRATOR):
        assert "试投" not in Desk(app, person).page("/desk/")
    trial.vote([1, 1, 1])

    trials.count(village.database, hidden.id, store=village.store(), who="王", now=NOW, random=secrets.token_bytes)
    with village.database.write() as session, pytest.raises(RuleRefused, match="trial_not_published"):
        publish(
            session,
            find_poll(session, hidden.id),
            signer=load_signer(village.database),
            document_id="1" * 14,
            who="王",
            now=NOW,
            holidays=Holidays(village.database.settings.home),
        )
    client = app.test_client()
    assert client.get("/api/v1/results").json["results"] == []
    assert "试投" not in client.get("/").text
    desk.page(f"/desk/polls/{hidden.id}", 404)


def test_a_new_trial_ends_the_one_before(village, desk):
    """Starting again throws the earlier box away, keys and all; so does the button for it, and throwing the draft away."""
    poll_id = make(desk)
    first = Trial(village, desk, poll_id)
    second = Trial(village, desk, poll_id)
    phone = desk.client.application.test_client()
    assert phone.get(f"/v/{first.panel}").status_code == 404
    assert phone.get(f"/v/{second.panel}").status_code == 200
    assert count(village, Poll) == 2
    second.act("end", 302)
    assert count(village, Poll) == 1
    Trial(village, desk, poll_id)
    desk.send(f"/desk/polls/{poll_id}/delete")
    assert [count(village, model) for model in (Poll, BoxedBallot, Credential)] == [0, 0, 0]
    assert list((village.database.settings.home / "keys").glob("*")) == []


def test_opening_ends_the_trial(village, desk):
    """When the real boxes open, the throw-away box and its keys are gone."""
    poll_id = make(desk, holder_1="", holder_2="")
    desk.send(f"/desk/polls/{poll_id}/print", 200)
    Trial(village, desk, poll_id)
    assert count(village, Poll) == 2
    desk.send(f"/desk/polls/{poll_id}/open", 302, told="y")
    assert count(village, Poll) == 1
    assert {path.name.partition(".")[0] for path in (village.database.settings.home / "keys").glob("*")} == {poll_id}


def test_the_secrets_of_a_trial_lie_in_no_file(village, desk):
    """The one slip's code is on the screen alone: not in the database, a log or a key file (law 2)."""
    trial = Trial(village, desk, make(desk))
    files = [path.read_bytes() for path in village.database.settings.home.rglob("*") if path.is_file()]
    assert any(trial.panel.encode() in raw for raw in files)
    secret = secret_of(trial.code, trial.panel)
    for form in (trial.code, trial.code.replace("-", ""), str(secret), f"{secret:x}"):
        assert not any(form.encode() in raw for raw in files)
    assert trial.code not in desk.page(trial.address)


def test_an_opened_poll_needs_no_trial(village, app):
    """Once the box is open a trial is refused, and its page leads back."""
    village.opened()
    desk = Desk(app)
    token = desk.fields("/desk/polls/new")["csrf_token"]
    assert desk.client.get(f"/desk/polls/{village.poll}/trial").status_code == 302
    assert desk.client.post(f"/desk/polls/{village.poll}/trial", data={"csrf_token": token}).status_code == 302
    assert count(village, Poll) == 1
