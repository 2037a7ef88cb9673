"""Law 5, a receipt is a promise: the answer leaves after the ballot is on the disk, and a killed server has it still."""

import json
import re
import shutil

import pytest
from running import kill, post, serving

from belenios.ballot import tracker_of

TRACED = "fsync,fdatasync,write,writev,send,sendto,sendmsg,recv,recvfrom,recvmsg,read,readv"


def test_the_answer_comes_after_the_disk_has_the_ballot(village, tmp_path):
    """System calls of a real server: between the POST's arrival and its 201 the log of the database is flushed, successfully."""
    if shutil.which("strace") is None:
        pytest.skip("LAW 5 NOT TESTED: strace is missing, run `make tools`")
    village.opened()
    # the first frame of a log is flushed in any case: the second ballot tells
    raws = [village.seal(0), village.seal(1)]
    log = tmp_path / "calls"
    tracer = ["strace", "-f", "-y", "-s", "40", "-e", f"trace={TRACED}", "-e", "signal=none", "-o", str(log)]
    village.database.dispose()
    with serving(village.database.settings.home, tracer) as (port, _process):
        statuses = [post(port, f"/v/{village.panels['villagers']}/ballots", raw)[0] for raw in raws]
    assert statuses == [201, 201]
    calls = log.read_text(errors="replace").splitlines()
    # a call that another thread interrupts is written in two lines; only its second one says that it is done
    pending: dict[str, str] = {}
    events = []
    for line in calls:
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            # an answer counts from its first byte on, and once
            sent = call.startswith(("write", "send"))
            pending[thread], call = ("", call) if sent else (call, "")
        elif call.startswith("<..."):
            call = pending.pop(thread, "") + call
        if "POST /v/" in call:
            events.append("asked")
        elif re.search(r"^f(data)?sync\(.*yipiao\.sqlite3-wal>.*= 0$", call):
            events.append("durable")
        elif "HTTP/1.1 201" in call:
            events.append("answered")
    assert events.count("asked") == events.count("answered") == 2, "the tracer missed a request"
    second = events[len(events) - 1 - events[::-1].index("asked") :]
    assert "durable" in second[: second.index("answered")]


def test_a_killed_server_has_the_ballot_still(village):
    """The whole server is killed (-9) right after a 201: started again, it has the ballot and answers the same receipt."""
    village.opened()
    home, address = village.database.settings.home, f"/v/{village.panels['villagers']}"
    raws = [village.seal(number) for number in range(3)]
    village.database.dispose()
    receipts = []
    with serving(home) as (port, process):
        for raw in raws:
            status, body = post(port, f"{address}/ballots", raw)
            assert status == 201
            receipts.append(json.loads(body))
        kill(process)
    with serving(home) as (port, _process):
        for raw, receipt in zip(raws, receipts, strict=True):
            assert receipt["tracker"] == tracker_of(raw)
            status, body = post(port, f"{address}/ballots", raw)
            assert (status, json.loads(body)) == (200, receipt)


def test_commits_are_durable_by_the_settings_of_the_database(any_database):
    """SQLite writes with synchronous=FULL, PostgreSQL with synchronous_commit=on, on every connection."""
    wanted = {True: ("PRAGMA synchronous", 2), False: ("SHOW synchronous_commit", "on")}
    question, answer = wanted[any_database.is_sqlite]
    for _ in range(2):
        with any_database.reading_connection() as first, any_database.writing_connection() as second:
            for connection in (first, second):
                assert connection.exec_driver_sql(question).scalar_one() == answer
        any_database.dispose()
