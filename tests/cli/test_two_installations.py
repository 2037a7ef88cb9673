"""Two installations: the polls of one, the scoring layer of the other, and nothing but HTTP between them."""

import json
import sqlite3
import subprocess
import sys

import offices
from posting import NOW
from running import ROOT, get, serving

from polling.calendar import day_of
from publishing.models import ResultDocument
from publishing.outbox import enqueue
from publishing.signing import Signer
from publishing.signing_keys import load_signer

PROGRAM = [sys.executable, "-c", "from cli.main import main; main()"]


def publish(database, poll, document, signer):
    """Put a signed document into A's outbox."""
    raw = signer.document(document)
    with database.write() as session:
        session.add(ResultDocument(id=document["id"], poll_id=poll, raw=raw.decode(), published_on=day_of(NOW)))
        enqueue(session, document_id=document["id"], poll_id=poll, now=NOW)


def test_what_one_publishes_the_other_keeps(command, polls, opened, tmp_path):
    """B's real server takes A's documents once, holds a successor that came first, refuses what is forged; its book is whole afterwards."""
    database, poll = opened, polls.draft()
    signer = load_signer(database)
    office = offices.Office.__new__(offices.Office)
    office.names, office.scheme = dict(offices.NAMES), offices.read_scheme(offices.PACK, "county.toml")
    home = tmp_path / "b"
    (home / "schemes").mkdir(parents=True)
    (home / "schemes" / "county.toml").write_bytes(offices.PACK)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [{"public": signer.public_base64}]}))
    secret = command("receiver", "add", "county", "http://127.0.0.1:9/")["secret"]
    settings = {"YIPIAO_RECEIVE_SECRET": secret, "YIPIAO_RECEIVE_KEYS": str(tmp_path / "keys.json")}
    with serving(home, settings=settings) as (port, _server):
        with database.write() as session:
            session.execute(
                offices.sa.text("UPDATE receivers SET url = :url WHERE name = 'county'"),
                {"url": f"http://127.0.0.1:{port}/api/v1/scoring/documents"},
            )
        publish(database, poll, office.result("r2", supersedes="r1"), signer)
        publish(database, poll, office.result("r1"), signer)
        assert command("deliver", "--once") == {"delivered": 2, "failed": 0}
        command("receiver", "replay", "county", "--document", "r1")
        assert command("deliver", "--once") == {"delivered": 1, "failed": 0}
        publish(database, poll, office.result("x1", poll="p2"), Signer.generate())
        assert command("deliver", "--once") == {"delivered": 0, "failed": 1}
        [_own, there] = command("receiver", "list")["receivers"]
        assert [(row["document"], row["status"]) for row in there["undelivered"]] == [("x1", 422)]
        assert get(port, "/api/v1/scoring/documents")[0] == 405
    kept = sqlite3.connect(home / "yipiao.sqlite3").execute("SELECT id FROM scoring_documents ORDER BY id").fetchall()
    assert kept == [("r1",), ("r2",)]
    check = [*PROGRAM, "scoring", "rebuild", "--check"]
    environment = {"YIPIAO_HOME": str(home), "PATH": "/usr/bin:/bin"}
    assert subprocess.run(check, cwd=ROOT, env=environment, check=False, capture_output=True).returncode == 0
