"""`yipiao receiver`, `deliver` and `keys`: as a person types them, and as a process that is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from posting import published, receiving, row, say, web_receiver
from running import PATIENCE, ROOT, a_free_port, serving
from standardwebhooks import Webhook

from polling.models import AuditEntry
from publishing.delivery import deliver_due
from publishing.models import Dispatch, Passage
from publishing.outbox import LEASE
from publishing.signing import SignatureFalse, check_document, check_receipt
from publishing.signing_keys import load_signer, public_keys

PROGRAM = [sys.executable, "-c", "from cli.main import main; main()"]


def test_from_adding_a_receiver_to_striking_it_out(command, polls, opened):
    """Add shows the secret once; a document waits, is delivered signed by it, replayed, and stays while the receiver is paused."""
    poll = polls.draft()
    with web_receiver(say(204)) as (url, came):
        added = command("receiver", "add", "县考核办", url)
        assert added["secret"].startswith("whsec_")
        published(opened, poll, "d1")
        [_scoring, county] = command("receiver", "list")["receivers"]
        assert added["secret"] not in command.said + json.dumps(county)
        assert [waiting["document"] for waiting in county["undelivered"]] == ["d1"]
        assert command("deliver", "--once") == {"delivered": 1, "failed": 0}
        [(headers, body)] = came
        Webhook(added["secret"]).verify(body, headers)
        assert command("receiver", "list")["receivers"][1]["undelivered"] == []
        command.refused("nothing_parked", "receiver", "replay", "县考核办")
        assert command("receiver", "pause", "县考核办")["active"] is False
        assert command("receiver", "replay", "县考核办", "--document", "d1")["documents"] == 1
        assert command("deliver", "--once")["delivered"] == 0
        command.refused("receiver_waiting", "receiver", "remove", "县考核办")
        assert command("receiver", "resume", "县考核办")["active"] is True
        assert command("deliver", "--once")["delivered"] == 1
        assert command("receiver", "remove", "县考核办") == {"name": "县考核办", "dropped": 0}
    command.refused("receiver_unknown", "receiver", "pause", "县考核办", code=2)
    command.refused("receiver_url", "receiver", "add", "x", "ftp://a", code=2)
    command.refused("receiver_built_in", "receiver", "remove", "scoring")


def test_why_a_document_did_not_arrive_is_said_in_words(command, polls, opened, monkeypatch):
    """The list names the reason, in Chinese and in English."""
    poll = polls.draft()
    with web_receiver(say(500)) as (url, _came):
        command("receiver", "add", "county", url)
        published(opened, poll, "d1")
        assert command("deliver", "--once") == {"delivered": 0, "failed": 1}
    command("receiver", "list")
    assert "回答是 500" in command.said
    monkeypatch.setenv("YIPIAO_LANG", "en")
    command("receiver", "list")
    assert "500" in command.said
    assert "回答" not in command.said


def wait_until(condition):
    """Wait for something another process does."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_killed_between_sending_and_marking(any_village):
    """Kill -9 while the receiver has the document and has not answered: it comes again after the lease, under the same id, then never more."""
    database, poll = any_village.database, any_village.create()
    answered, arrived = threading.Event(), threading.Event()

    def slow(handler, body):
        arrived.set()
        answered.wait(PATIENCE)
        say(204)(handler, body)

    with web_receiver(slow) as (url, came):
        receiving(database, url=url)
        published(database, poll, "d1")
        process = subprocess.Popen([*PROGRAM, "deliver"], cwd=ROOT)
        try:
            assert arrived.wait(PATIENCE)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
        answered.set()
        assert row(database, "d1").passage == Passage.WAITING
        moments = {"now": datetime.now(UTC)}
        for expected, later in ((0, LEASE / 2), (1, LEASE), (0, LEASE * 2)):
            at = moments["now"] + later
            passed = deliver_due(database, now=lambda at=at: at, random=os.urandom)
            assert (passed.delivered, passed.failed) == (expected, 0)
    assert [headers["webhook-id"] for headers, _body in came] == ["msg_d1", "msg_d1"]
    assert came[0][1] == came[1][1]


def test_two_senders_at_once_send_it_once(any_village):
    """Several processes' passes at the same moment: every document goes out once, in order per poll."""
    database, poll = any_village.database, any_village.create()
    with web_receiver(say(204)) as (url, came):
        receiving(database, url=url)
        for number in range(6):
            published(database, poll, f"d{number}", now=datetime.now(UTC) - timedelta(minutes=1))
        twins = [
            subprocess.Popen([*PROGRAM, "deliver", "--once"], cwd=ROOT, stdout=subprocess.DEVNULL) for _ in range(2)
        ]
        assert [twin.wait(PATIENCE) for twin in twins] == [0, 0]
        deliver_due(database, now=lambda: datetime.now(UTC), random=os.urandom)
    assert [headers["webhook-id"] for headers, _body in came] == [f"msg_d{number}" for number in range(6)]


def test_the_server_delivers_by_itself_and_leaves_nobody_behind(command, polls, opened, home):
    """`yipiao serve` delivers what is published while it runs; when it is killed, who delivered for it ends too."""
    poll = polls.draft()
    with web_receiver(say(204)) as (url, _came), serving(home) as (_port, server):
        command("receiver", "add", "county", url)
        published(opened, poll, "d1", now=datetime.now(UTC))
        wait_until(lambda: row(opened, "d1").passage == Passage.DELIVERED)
        children = subprocess.run(
            ["pgrep", "-P", str(server.pid), "-f", " deliver$"], check=True, capture_output=True, text=True
        )
        [child] = children.stdout.split()
        os.kill(server.pid, signal.SIGKILL)  # the parent alone
        wait_until(lambda: not Path(f"/proc/{child}").exists())


def test_keys_are_rotated(command, polls, opened, tmp_path):
    """A new key signs; documents and receipts of before stay verifiable by the listed keys; it stands in the audit log."""
    poll = polls.closed()
    command("poll", "count", poll["poll"])
    command("poll", "publish", poll["poll"], "--result", tmp_path / "old.json")
    old = load_signer(opened)
    receipt = old.receipt(poll["panel"], "t" * 43)
    said = command("keys", "rotate")
    assert said["retired"] == old.key_id
    assert said["key"] == load_signer(opened).key_id != old.key_id
    with opened.read() as session:
        known = public_keys(session)
        assert session.scalars(sa.select(AuditEntry.what)).all()[-1] == "keys.rotate"
    check_document((tmp_path / "old.json").read_bytes(), known)
    check_receipt(poll["panel"], "t" * 43, receipt, known[old.key_id])
    with pytest.raises(SignatureFalse):
        check_document((tmp_path / "old.json").read_bytes(), {said["key"]: known[said["key"]]})
    new = load_signer(opened)
    assert check_document(new.document({"type": "x"}), known) == {"type": "x"}


def test_a_published_document_is_checked_off_line(command, polls, opened, tmp_path):
    """`publish --verify`: 0 for a good one, 1 for a changed one or a foreign key, 2 for what is none; with neither server nor database."""
    poll = polls.closed()
    command("poll", "count", poll["poll"])
    command("poll", "publish", poll["poll"], "--result", tmp_path / "result.json")
    signer = load_signer(opened)
    keys = {"keys": [{"key": signer.key_id, "algorithm": "Ed25519", "public": signer.public_base64}]}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "withdrawal.json").write_bytes(signer.document({"type": "yipiao.withdrawal", "version": 1, "id": "w1"}))
    for name, kind in (("result", "yipiao.result"), ("withdrawal", "yipiao.withdrawal")):
        said = command("publish", "--verify", tmp_path / f"{name}.json", "--keys", tmp_path / "keys.json")
        assert (said["ok"], said["type"], said["signature_checked"]) == (True, kind, True)
    assert command("publish", "--verify", tmp_path / "result.json")["signature_checked"] is False
    changed = (tmp_path / "result.json").read_bytes().replace(b'"very_satisfied":10', b'"very_satisfied":9')
    (tmp_path / "changed.json").write_bytes(changed)
    command.refused(
        "signature_false", "publish", "--verify", tmp_path / "changed.json", "--keys", tmp_path / "keys.json"
    )
    command.refused("result_contradicts", "publish", "--verify", tmp_path / "changed.json")
    (tmp_path / "noise").write_bytes(b"noise")
    command.refused("unreadable", "publish", "--verify", tmp_path / "noise", code=2)
    command.refused("usage", "publish", code=2)


def test_the_example_receiver_receives(command, polls, opened, tmp_path):
    """docs/receiver.py as it stands, as a process: keeps a document once however often it comes, and refuses a forged one."""
    poll, port, folder = polls.draft(), a_free_port(), tmp_path / "kept"
    folder.mkdir()
    url = f"http://127.0.0.1:{port}/"
    secret = command("receiver", "add", "county", url)["secret"]
    signer = load_signer(opened)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"key": signer.key_id, "public": signer.public_base64}]}))
    arguments = [sys.executable, ROOT / "docs/receiver.py", str(port), secret, tmp_path / "keys.json", folder]
    raw = published(opened, poll, "d1")
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: command("deliver", "--once")["delivered"] or _due_now(opened))
        kept = folder / "msg_d1.json"
        assert kept.read_bytes() == raw
        first = kept.stat().st_mtime_ns
        command("receiver", "replay", "county", "--document", "d1")
        assert command("deliver", "--once")["delivered"] == 1
        assert (kept.stat().st_mtime_ns, len(list(folder.iterdir()))) == (first, 1)
        with opened.write() as session:  # signed by a key that nobody knows
            session.execute(sa.text("UPDATE result_documents SET raw = replace(raw, '结果', '假的')"))
        command("receiver", "replay", "county", "--document", "d1")
        assert command("deliver", "--once") == {"delivered": 0, "failed": 1}
        assert (row(opened, "d1").reason, row(opened, "d1").status) == ("status", 400)
    finally:
        process.kill()
        process.wait(PATIENCE)


def _due_now(database):
    """The receiver was not up yet: try again at once."""
    with database.write() as session:
        session.execute(sa.update(Dispatch).values(due_at=datetime.now(UTC)))
    return False
