"""`yipiao verify`: good is 0, not good is 1 with the failed check, unreadable is 2; no database is needed for an archive."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from belenios.checks import Check
from polling.db import Database
from polling.models import Panel
from polling.settings import read_settings
from publishing.signing_keys import load_signer

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
GOOD = sorted((VECTORS / "good").glob("*/*.bel"))
BAD = {
    "badcount": Check.TALLY_COUNT,
    "badproof": Check.BALLOT_PROOFS,
    "badresult": Check.RESULT_VALUE,
    "badsig": Check.BALLOT_SIGNATURE,
    "droptally": Check.TALLY_SUM,
    "noend": Check.EVENT_ORDER,
    "order-after_tally": Check.EVENT_ORDER,
    "order-split": Check.EVENT_ORDER,
}


@pytest.mark.parametrize("archive", GOOD, ids=lambda path: path.parent.name)
def test_good_archives_are_told_in_full(command, home, monkeypatch, archive):
    """An archive made by another program verifies without a database: what it holds and which checks were made."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    said = command("verify", archive)
    assert (said["ok"], said["kind"], said["panel"], said["ballots"], said["opened"]) == (
        True,
        "archive",
        archive.stem,
        5,
        True,
    )
    assert said["result_checked"] is False
    assert said["result"]
    assert {Check.BALLOT_PROOFS, Check.TALLY_SUM, Check.RESULT_VALUE} <= set(said["checks"])
    assert Check.SETUP_HASH not in said["checks"]
    assert Check.SETUP_HASH in command("verify", archive, "--setup", said["setup"])["checks"]
    assert not home.exists()


@pytest.mark.parametrize(("name", "check"), BAD.items())
def test_bad_archives_name_the_failed_check(command, monkeypatch, name, check):
    """Exit code 1 and the name of the first failed check, in Chinese and in English."""
    for language in ("zh_CN", "en"):
        monkeypatch.setenv("YIPIAO_LANG", language)
        assert check.value in command.refused("not_verified", "verify", VECTORS / "bad" / f"{name}.bel")


def test_another_setup_is_named(command):
    """A setup value that is not the archive's: the check is setup_hash."""
    said = command.refused("not_verified", "verify", GOOD[0], "--setup", "0" * 64)
    assert Check.SETUP_HASH.value in said


UNREADABLE = {
    "empty": b"",
    "text": b"hello",
    "a document cut short": b'{"document":',
    "nested": b'{"document":' * 100_000,
    "not UTF-8": b'{"\xff"}',
    "a list": b" [1]",
    "no envelope": b"{}",
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_neither_archive_nor_document_is_unreadable(command, tmp_path, raw):
    """Exit code 2, with a sentence."""
    (tmp_path / "file").write_bytes(raw)
    command.refused("unreadable", "verify", tmp_path / "file", code=2)


def test_a_file_that_is_not_there(command, tmp_path):
    """Exit code 2, and which of the files it was."""
    for arguments in (("none",), (GOOD[0], "--result", "none"), (GOOD[0], "--keys", "none")):
        assert "none" in command.refused("file_unreadable", "verify", *arguments, code=2)


@pytest.fixture
def published(command, polls, tmp_path):
    """A published poll: its opened archive, signed result, and the keys that sign."""

    def make() -> dict:
        poll = polls.closed()
        command("poll", "count", poll["poll"])
        command("poll", "publish", poll["poll"], "--result", tmp_path / "result.json")
        database = Database(read_settings())
        signer = load_signer(database)
        database.dispose()
        keys = {"keys": [{"key": signer.key_id, "algorithm": "Ed25519", "public": signer.public_base64}]}
        (tmp_path / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
        return {"archive": polls.archive(poll["panel"]).name, "setup": poll["setup"]}

    poll = polls.begin("a published poll", make)
    return tmp_path / poll["archive"], poll["setup"], tmp_path / "result.json", tmp_path / "keys.json"


@pytest.fixture
def opening(published, tmp_path):
    """The signed opening record of the published poll."""
    database = Database(read_settings())
    with database.read() as session:
        record = session.scalars(sa.select(Panel.opening_record)).one()
    database.dispose()
    (tmp_path / "opening.json").write_text(record, encoding="utf-8")
    return tmp_path / "opening.json"


def test_a_result_is_worked_out_again(command, published):
    """`verify ARCHIVE --setup --result --keys`: all of it is checked, and the answer says so."""
    archive, setup, result, keys = published
    said = command("verify", archive, "--setup", setup, "--result", result, "--keys", keys)
    assert (said["ok"], said["opened"], said["result_checked"]) == (True, True, True)
    assert said["result"] == [[0, 10, 0, 0, 0, 0]]


def test_a_document_alone_can_be_checked(command, published):
    """`verify RESULT.json`: signed by a known key, naming the setup; without keys it says that no signature was checked."""
    _archive, setup, result, keys = published
    said = command("verify", result, "--keys", keys, "--setup", setup)
    assert (said["ok"], said["kind"], said["signature_checked"]) == (True, "document", True)
    assert said["id"] == json.loads(result.read_text())["document"]["id"]
    assert command("verify", result)["signature_checked"] is False
    assert "--keys" in command.said
    assert Check.SETUP_HASH.value in command.refused("not_verified", "verify", result, "--setup", "0" * 64)
    command.refused("usage", "verify", result, "--result", result, code=2)


def rewritten(envelope):
    """A document's canonical bytes."""
    return json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_changed_result_is_refused(command, published, tmp_path):
    """A moved vote is a false signature for who has the keys, and named by its place for who has only the archive."""
    archive, _setup, result, keys = published
    envelope = json.loads(result.read_text(encoding="utf-8"))
    counts = envelope["document"]["subjects"][0]["rows"][0]["counts"]
    counts["very_satisfied"], counts["satisfied"] = 9, 1
    (tmp_path / "forged.json").write_bytes(rewritten(envelope))
    assert "subjects.gama-team.villagers" in command.refused(
        "result_differs", "verify", archive, "--result", tmp_path / "forged.json"
    )
    command.refused("signature_false", "verify", archive, "--result", tmp_path / "forged.json", "--keys", keys)
    command.refused("signature_false", "verify", tmp_path / "forged.json", "--keys", keys)
    (tmp_path / "spaced.json").write_text(json.dumps(json.loads(result.read_text())), encoding="utf-8")
    command.refused("unreadable", "verify", tmp_path / "spaced.json", "--keys", keys, code=2)


def test_a_result_of_another_poll_is_refused(command, published):
    """An archive that the result does not name: refused, not passed over."""
    _archive, _setup, result, keys = published
    assert "panels" in command.refused("result_differs", "verify", GOOD[0], "--result", result, "--keys", keys)


def test_other_keys_are_refused(command, published, tmp_path):
    """A signature by none of the given keys is false; a file that holds no keys is unreadable."""
    _archive, _setup, result, keys = published
    other = json.loads(keys.read_text())
    other["keys"][0]["public"] = "A" * 43 + "="
    bad = tmp_path / "bad.json"
    for document in (other, {"keys": []}, {"keys": [{"public": "AAAA"}]}):
        bad.write_text(json.dumps(document), encoding="utf-8")
        command.refused("signature_false", "verify", result, "--keys", bad)
    for raw in (
        b"",
        b"{}",
        b'{"keys": 1}',
        b'{"keys": [1]}',
        b'{"keys": [{"public": "?"}]}',
        b'{"keys": [{"public": 1}]}',
        b"[" * 100_000,
        b"\xff",
    ):
        bad.write_bytes(raw)
        assert "bad.json" in command.refused("unreadable", "verify", result, "--keys", bad, code=2)


def test_a_document_of_another_kind_is_no_result(command, published, tmp_path):
    """`--result` with a signed document that is no result: unreadable, not a pass."""
    archive, _setup, result, _keys = published
    envelope = json.loads(result.read_text(encoding="utf-8"))
    for document in (
        {"type": "yipiao.opening"},
        {},
        envelope["document"] | {"panels": 1},
        {**envelope["document"], "scheme": None},
    ):
        (tmp_path / "other.json").write_bytes(rewritten(envelope | {"document": document}))
        command.refused("unreadable", "verify", archive, "--result", tmp_path / "other.json", code=2)


def test_an_opening_record_is_held_against_archive_and_result(command, published, opening, tmp_path):
    """`--opening`: the record's own setup value is demanded, and a result that names another one is refused."""
    archive, setup, result, keys = published
    assert command("verify", opening, "--keys", keys, "--setup", setup)["kind"] == "document"
    said = command("verify", archive, "--opening", opening, "--result", result, "--keys", keys)
    assert Check.SETUP_HASH in said["checks"]
    assert (said["result_checked"], said["signature_checked"]) == (True, True)
    assert Check.SETUP_HASH.value in command.refused("not_verified", "verify", GOOD[0], "--opening", opening)
    envelope = json.loads(opening.read_text(encoding="utf-8"))
    envelope["document"]["expected"] += 1
    (tmp_path / "other.json").write_bytes(rewritten(envelope))
    command.refused("signature_false", "verify", archive, "--opening", tmp_path / "other.json", "--keys", keys)
    command.refused("result_differs", "verify", archive, "--opening", tmp_path / "other.json", "--result", result)


def test_a_result_that_contradicts_itself_is_refused(command, published, tmp_path):
    """A result document alone is worked out from its own counts: a score that does not follow is named."""
    _archive, _setup, result, _keys = published
    envelope = json.loads(result.read_text(encoding="utf-8"))
    envelope["document"]["subjects"][0]["rows"][0]["score"]["num"] = 99
    (tmp_path / "forged.json").write_bytes(rewritten(envelope))
    assert "gama-team" in command.refused("result_contradicts", "verify", tmp_path / "forged.json")


def test_rules_that_are_not_here_are_asked_for(command, published, tmp_path):
    """A result under rules of which no pack here has the digest: exit code 2 and the digest, and --scheme is read strictly."""
    archive, _setup, result, _keys = published
    envelope = json.loads(result.read_text(encoding="utf-8"))
    envelope["document"]["scheme"]["digest"] = "0" * 64
    (tmp_path / "other.json").write_bytes(rewritten(envelope))
    assert "0" * 64 in command.refused("scheme_missing", "verify", archive, "--result", tmp_path / "other.json", code=2)
    (tmp_path / "bad.toml").write_text("nonsense = 1")
    said = command.refused(
        "scheme_refused", "verify", archive, "--result", result, "--scheme", tmp_path / "bad.toml", code=2
    )
    assert "bad.toml" in said
