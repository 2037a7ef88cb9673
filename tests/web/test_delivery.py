"""The page that says what has not reached its receiver: for administrators, with reasons in words and a button to send again."""

import pytest
from at_desk import Desk, add_staff, audited
from posting import published, receiving, row

from publishing.models import Dispatch, Passage, Receiver
from web.app import create_app


@pytest.fixture
def desk(village):
    """An administrator at the desk of an installation with a receiver and two documents of a poll, the first one parked."""
    village.create()
    add_staff(village.database)
    receiving(village.database)
    for name in ("d1", "d2"):
        published(village.database, village.poll, name)
    with village.database.write() as session:
        parked = session.get(Dispatch, ("county", "d1"))
        parked.passage, parked.reason, parked.status, parked.attempts = Passage.PARKED, "status", 500, 22
    found = Desk(create_app(village.database))
    found.sign_in("管理员")
    return found


def test_parked_documents_are_shown_with_their_reason_and_sent_again(desk, village):
    """The parked one names its reason and has the button, the one behind it says what it waits for; the button is in the audit log."""
    page = desk.get("/desk/delivery").text
    assert "对方没有收下，回答是 500" in page
    assert "等同一场测评前面的文件先送到" in page
    assert page.count(">补送<") == 1
    assert desk.send("/desk/delivery", act="replay", receiver="county", document="d1").status_code == 302
    assert row(village.database, "d1").passage == Passage.WAITING
    assert ("管理员", "outbox.replay") in audited(village.database)
    assert ">补送<" not in desk.get("/desk/delivery").text


def test_pausing_and_a_receiver_that_is_gone(desk, village):
    """A paused receiver says so and can be resumed; one that said 410 says what to do."""
    assert desk.send("/desk/delivery", act="pause", receiver="county").status_code == 302
    assert "已暂停。新的文件会等着" in desk.get("/desk/delivery").text
    with village.database.write() as session:
        session.get(Receiver, "county").gone = True
    assert "对方说这个地址不再接收" in desk.get("/desk/delivery").text
    assert desk.send("/desk/delivery", act="resume", receiver="county").status_code == 302
    assert "不再接收" not in desk.get("/desk/delivery").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"act": "fly", "receiver": "county"}, 422),
        ({"act": "pause"}, 409),
        ({"act": "pause", "receiver": "nobody"}, 409),
        ({"act": "replay", "receiver": "county", "document": "none"}, 409),
        ({"act": "replay", "receiver": "scoring"}, 409),
    ],
)
def test_forms_that_nobody_made(desk, village, fields, status):
    """An act, receiver or document that is none changes nothing and is told on the page."""
    before = len(audited(village.database))
    assert desk.send("/desk/delivery", **fields).status_code == status
    assert len(audited(village.database)) == before


def test_administrators_alone(desk, village):
    """An organizer neither sees the page nor its tab."""
    other = Desk(create_app(village.database))
    other.sign_in()
    assert other.get("/desk/delivery").status_code == 403
    assert "/desk/delivery" not in other.get("/desk/").text
    assert "/desk/delivery" in desk.get("/desk/").text
