"""The outbox: at least once under one id, in order per poll, tried for three days, parked and sent again by hand."""

import os
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from posting import NOW, Clock, Post, published, receiving, row

from polling.errors import BadInput, RuleRefused
from polling.models import AuditEntry
from publishing import receivers
from publishing.delivery import deliver_due
from publishing.models import Dispatch, Passage, Receiver
from publishing.outbox import LEASE, LONGEST_PAUSE, Outcome, claim, message_id, pause_after, replay, settle, undelivered

DOWN, BAD, GOOD = Outcome("unreachable"), Outcome("status", 500), Outcome(None, 204)


@pytest.fixture
def clock():
    """A clock turned by hand."""
    return Clock()


@pytest.fixture
def polls(any_village):
    """Two polls and a receiver: database and the polls' ids."""
    ids = [any_village.create(), any_village.create()]
    receiving(any_village.database)
    return any_village.database, *ids


def go(database, clock, post, local=None):
    """One pass of delivery."""
    return deliver_due(database, now=clock, random=os.urandom, post=post, local=local)


def ids(post):
    """The documents that were sent, in order."""
    return [message.removeprefix("msg_") for _at, message in post.sent]


def test_published_together_with_its_row_or_not_at_all(polls):
    """A transaction that fails leaves neither document nor outbox row; one that succeeds leaves a row for every receiver, paused ones too."""
    database, one, _two = polls
    with database.write() as session:
        receivers.pause(session, "county", who="测试", now=NOW)
    with pytest.raises(ZeroDivisionError):
        published(database, one, "d1", abandon=True)
    with database.read() as session:
        assert session.scalars(sa.select(Dispatch)).all() == []
    published(database, one, "d1")
    with database.read() as session:
        assert session.scalars(sa.select(Dispatch.receiver).order_by(Dispatch.receiver)).all() == ["county", "scoring"]


def test_delivered_once_and_then_left_alone(polls, clock):
    """What was delivered is not sent again, and carries the id of its document."""
    database, one, _two = polls
    published(database, one, "d1")
    post = Post(clock)
    assert go(database, clock, post).delivered == 1
    clock.turn(days=9)
    assert go(database, clock, post).delivered == 0
    assert [message for _at, message in post.sent] == [message_id("d1")] == ["msg_d1"]
    assert row(database, "d1").passage == Passage.DELIVERED


def test_two_days_down_and_nothing_is_lost(polls, clock):
    """A receiver that is down for two days gets everything afterwards, in order; meanwhile it is asked less and less often."""
    database, one, two = polls
    for number, poll in enumerate((one, two, one)):
        published(database, poll, f"d{number}")
    back = NOW + timedelta(days=2)
    post = Post(clock, lambda _message: GOOD if clock.at >= back else DOWN)
    for _ in range(3 * 24 * 6):
        go(database, clock, post)
        clock.turn(minutes=10)
    with database.read() as session:
        assert undelivered(session, "county", str) == []
    tries = Counter(ids(post))
    assert 10 < tries["d0"] < 30
    assert tries["d2"] == 1  # held back all the time by the first one of its poll
    reached = [message for at, message in post.sent if at >= back]
    assert reached.index("msg_d0") < reached.index("msg_d2")


def test_after_three_days_it_is_parked_and_replayed_by_hand(polls, clock):
    """500 for three days: parked with its reason, never tried again by itself; replaying sends it under the same id."""
    database, one, _two = polls
    published(database, one, "d1")
    post = Post(clock, lambda _message: BAD)
    while row(database, "d1").passage == Passage.WAITING:
        go(database, clock, post)
        clock.at = max(clock.at + timedelta(seconds=1), row(database, "d1").due_at)
    assert timedelta(days=3) <= clock.at - NOW < timedelta(days=3, minutes=1)
    number = len(post.sent)
    clock.turn(days=30)
    assert go(database, clock, post).failed == 0
    with database.read() as session:
        [parked] = undelivered(session, "county", str)
    assert (parked.passage, parked.reason, parked.status) == (Passage.PARKED, "status", 500)
    with database.write() as session:
        assert replay(session, "county", who="管理员", now=clock.at) == 1
    post.answer = lambda _message: GOOD
    assert go(database, clock, post).delivered == 1
    assert len(post.sent) == number + 1
    assert set(ids(post)) == {"d1"}


def test_a_parked_document_holds_back_its_poll_alone(polls, clock):
    """Later documents of the same poll wait behind a parked one, other polls go on, and order is kept when it is replayed."""
    database, one, two = polls
    for document, poll in (("a1", one), ("b1", two), ("a2", one), ("b2", two)):
        published(database, poll, document)
    with database.write() as session:
        session.get(Dispatch, ("county", "a1")).passage = Passage.PARKED
    post = Post(clock)
    go(database, clock, post)
    assert ids(post) == ["b1", "b2"]
    with database.read() as session:
        assert [(one.document, one.held) for one in undelivered(session, "county", str)] == [
            ("a1", False),
            ("a2", True),
        ]
    with database.write() as session:
        replay(session, "county", "a1", who="管理员", now=clock.at)
    go(database, clock, post)
    assert ids(post) == ["b1", "b2", "a1", "a2"]


def test_a_document_that_is_always_refused_holds_up_no_other_poll(polls, clock):
    """A receiver that answers is asked about the next poll at once; one that does not is left until the next pass."""
    database, one, two = polls
    published(database, one, "bad")
    published(database, two, "good")
    post = Post(clock, lambda message: BAD if message.document == "bad" else GOOD)
    assert (go(database, clock, post).delivered, ids(post)) == (1, ["bad", "good"])
    with database.write() as session:
        replay(session, "county", "good", who="管理员", now=clock.at)
        replay(session, "county", "bad", who="管理员", now=clock.at)
    silent = Post(clock, lambda _message: Outcome("timeout"))
    go(database, clock, silent)
    assert ids(silent) == ["bad"]


def test_410_pauses_the_receiver_and_says_so(polls, clock):
    """Gone: nothing more is sent, it stands in the audit log, nothing is lost, and resuming sends what waited."""
    database, one, two = polls
    published(database, one, "d1")
    published(database, two, "d2")
    post = Post(clock, lambda _message: Outcome("status", 410))
    go(database, clock, post)
    clock.turn(days=5)
    go(database, clock, post)
    assert ids(post) == ["d1"]
    with database.read() as session:
        found = session.get(Receiver, "county")
        assert (found.active, found.gone) == (False, True)
        assert "receiver.gone" in session.scalars(sa.select(AuditEntry.what)).all()
    with database.write() as session:
        receivers.resume(session, "county", who="管理员", now=clock.at)
    post.answer = lambda _message: GOOD
    assert go(database, clock, post).delivered == 2


def test_a_claim_is_one_senders_until_its_lease_ends(polls, clock):
    """While one sends nobody else does; whoever died with a claim loses nothing: after the lease it is sent again under the same id."""
    database, one, _two = polls
    published(database, one, "d1")
    first = claim(database, "county", now=clock.at, random=os.urandom)
    assert claim(database, "county", now=clock.at + LEASE / 2, random=os.urandom) is None
    second = claim(database, "county", now=clock.at + LEASE, random=os.urandom)
    assert second.message == first.message
    # the first one comes back late: its failure changes nothing of the second's claim
    settle(database, first, BAD, now=clock.at + LEASE, chance=0.5)
    assert (row(database, "d1").claim, row(database, "d1").reason) == (second.claim, None)
    settle(database, second, GOOD, now=clock.at + LEASE, chance=0.5)
    assert row(database, "d1").passage == Passage.DELIVERED
    settle(database, first, GOOD, now=clock.at + LEASE, chance=0.5)  # "yes" twice is yes


def test_the_pauses_double_and_are_scattered():
    """Between half and all of 5 s, 10 s, 20 s … six hours."""
    for attempts, seconds in ((1, 5), (2, 10), (3, 20), (13, 20480), (14, 21600), (5000, 21600)):
        longest = timedelta(seconds=seconds)
        assert (pause_after(attempts, 0), pause_after(attempts, 1)) == (longest / 2, longest)
    assert timedelta(hours=6) == LONGEST_PAUSE


def test_the_receiver_in_this_process(polls, clock):
    """Without one its documents wait; with one it takes them, and one that raises gets them again."""
    database, one, _two = polls
    raw = published(database, one, "d1")
    post = Post(clock)
    go(database, clock, post)
    assert row(database, "d1", "scoring").passage == Passage.WAITING
    taken = []

    def refuses(_message):
        raise RuleRefused("forged")

    go(database, clock, post, local=refuses)
    assert row(database, "d1", "scoring").reason == "refused:forged"
    clock.turn(minutes=1)
    go(database, clock, post, local=lambda _message: 1 / 0)
    assert row(database, "d1", "scoring").reason == "receiver_failed"
    clock.turn(minutes=1)
    go(database, clock, post, local=taken.append)
    assert [(message.id, message.raw) for message in taken] == [("msg_d1", raw)]


def test_what_can_be_replayed(polls):
    """A delivered document by its id; nothing where nothing is parked; an unknown one is said."""
    database, one, _two = polls
    published(database, one, "d1")
    with database.write() as session:
        with pytest.raises(RuleRefused, match="nothing_parked"):
            replay(session, "county", who="管理员", now=NOW)
        for name, document, code in (
            ("none", None, "receiver_unknown"),
            ("county", "d2", "dispatch_unknown"),
            ("\0", None, "receiver_unknown"),
        ):
            with pytest.raises(BadInput, match=code):
                replay(session, name, document, who="管理员", now=NOW)
        session.get(Dispatch, ("county", "d1")).passage = Passage.DELIVERED
        assert replay(session, "county", "d1", who="管理员", now=NOW) == 1


def test_a_secret_that_does_not_open_is_said(polls, clock):
    """After YIPIAO_SECRET_KEY changed, nothing is signed wrongly: the document waits, with the reason."""
    database, one, _two = polls
    published(database, one, "d1")
    with database.write() as session:
        session.get(Receiver, "county").secret = "AAAA"
    post = Post(clock)
    go(database, clock, post)
    assert (post.sent, row(database, "d1").reason) == ([], "secret_locked")


def test_receivers_are_kept_strictly(polls):
    """Names and addresses are looked at, a secret lies nowhere in the open, and what still waits is not dropped in passing."""
    database, one, _two = polls
    secret = receiving(database, "second", "https://example.org/hook?a=1")
    assert secret.startswith("whsec_")
    with database.write() as session:
        found = session.get(Receiver, "second")
        assert secret.removeprefix("whsec_") not in str(found.secret)
        assert receivers.secret_of(found, database.settings.secret()) == b"r" * 32
        with pytest.raises(receivers.SecretLocked):
            receivers.secret_of(found, b"another secret")
        found.name = "stolen"  # a secret opens under its own name alone
        with pytest.raises(receivers.SecretLocked):
            receivers.secret_of(found, database.settings.secret())
        session.rollback()
    for name, url, code in (
        (" ", "http://a", "receiver_name"),
        ("a\nb", "http://a", "receiver_name"),
        ("x" * 65, "http://a", "receiver_name"),
        *(("new", url, "receiver_url") for url in BAD_URLS),
        ("county", "http://a", "receiver_exists"),
    ):
        with pytest.raises((BadInput, RuleRefused), match=code):
            receiving(database, name, url)
    published(database, one, "d1")
    with database.write() as session:
        with pytest.raises(RuleRefused, match="receiver_built_in"):
            receivers.remove(session, "scoring", waiting_too=True, who="管理员", now=NOW)
        with pytest.raises(RuleRefused, match="receiver_waiting"):
            receivers.remove(session, "county", waiting_too=False, who="管理员", now=NOW)
        assert receivers.remove(session, "county", waiting_too=True, who="管理员", now=NOW) == 1


BAD_URLS = (
    "",
    "ftp://a/b",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "http:///path",
    "a.org/hook",
    "http://name:password@a/",
    "http://a/#b",
    "http://a:99999/",
    "http://[::1/",
    "http://a/ b",
    "http://a/\r\nX: y",
    "http://村/",
    "http://a/" + "x" * 500,
)
