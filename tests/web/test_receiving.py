"""Documents that another installation hands to the scoring layer here, over the application's own HTTP interface."""

import base64
import dataclasses
import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from offices import Office

from polling.db import Database
from publishing.outbox import Message
from publishing.webhooks import headers
from scoring import book
from scoring.receiving import MOST_BYTES
from web.app import create_app

ADDRESS = "/api/v1/scoring/documents"
SECRET = b"s" * 32
NUMBERS = count(1)


@pytest.fixture
def office(any_village):
    """The office that signs the documents, and whose tables the receiver fills."""
    return Office(any_village.database)


@pytest.fixture
def receiver(office, tmp_path):
    """An application that takes documents of the office's key."""
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{"key": office.signer.key_id, "public": office.signer.public_base64}]}))
    secret = "whsec_" + base64.b64encode(SECRET).decode()
    settings = dataclasses.replace(office.database.settings, receive_secret=secret, receive_keys=keys)
    database = Database(settings)
    yield create_app(database).test_client()
    database.dispose()


def hand(client, raw, *, secret=SECRET, at=None, **changed):
    """One delivery as `yipiao deliver` makes it: status and answer."""
    head = headers(secret, Message(f"msg_{next(NUMBERS)}", "d", raw), at or datetime.now(UTC)) | changed
    answer = client.post(ADDRESS, data=raw, headers=head)
    assert "set-cookie" not in answer.headers
    return answer.status_code, answer.json


def refused(client, raw, **how):
    """The same where nothing is kept: status and word; there is a sentence too."""
    status, said = hand(client, raw, **how)
    assert set(said) == {"error", "message"}
    assert said["message"]
    assert "{" not in said["message"]
    return status, said["error"]


def test_a_document_comes_in_and_makes_a_ledger(receiver, office):
    """201 and its ledger is there; the same bytes again, 200 and nothing changes."""
    office.register(*office.members)
    raw = office.signer.document(office.result("r1"))
    assert hand(receiver, raw) == (201, {"id": "r1", "poll": "p1", "arrival": "accepted"})
    with office.database.read() as session:
        assert book.listed(session, rehearsal=False) == [("county", "嘎玛乡", "2026"), ("county", "嘎玛乡", "2026-10")]
    before = office.snapshot()
    assert hand(receiver, raw) == (200, {"id": "r1", "poll": "p1", "arrival": "again"})
    assert office.snapshot() == before


def test_a_successor_that_comes_first_waits(receiver, office):
    """Out of order: it is kept as waiting, what it replaces comes in already replaced; a second successor has no place."""
    newer = office.signer.document(office.result("r2", supersedes="r1"))
    assert hand(receiver, newer)[1]["arrival"] == "waiting"
    assert hand(receiver, office.signer.document(office.result("r1")))[0] == 201
    twin = office.signer.document(office.result("r3", supersedes="r1"))
    assert refused(receiver, twin) == (409, "scoring_replaced_twice")


def test_what_is_forged_altered_old_or_too_large_is_refused(receiver, office):
    """Each by its own word, and nothing of it is kept."""
    before = office.snapshot()
    good = office.signer.document(office.result("r1"))
    false = {
        "another sender": {"secret": b"t" * 32},
        "replayed later": {"at": datetime.now(UTC) - timedelta(minutes=6)},
        "from the future": {"at": datetime.now(UTC) + timedelta(minutes=6)},
        "another id": {"webhook-id": "msg_other"},
        "no comma": {"webhook-signature": "v1"},
        "no base64": {"webhook-signature": "v1,é"},
        "no time": {"webhook-timestamp": "1e400"},
    }
    for name, how in false.items():
        assert refused(receiver, good, **how) == (401, "webhook_signature_false"), name
    assert receiver.post(ADDRESS, data=good).status_code == 401
    assert receiver.post(ADDRESS, data=b"\xff").status_code == 401
    altered = good.replace(b'"good":8', b'"good":9')
    assert altered != good
    assert refused(receiver, altered) == (422, "scoring_signature_false")
    stranger = Office.__new__(Office)
    stranger.__dict__ |= office.__dict__ | {"signer": type(office.signer).generate()}
    assert refused(receiver, stranger.signer.document(office.result("r1"))) == (422, "scoring_signature_false")
    assert refused(receiver, b"{}") == (400, "scoring_document_unreadable")
    assert refused(receiver, b" " * (MOST_BYTES + 1)) == (413, "scoring_document_large")
    unknown = office.result("r1")
    unknown["scheme"] |= {"digest": "0" * 64}
    assert refused(receiver, office.signer.document(unknown)) == (422, "scoring_pack_missing")
    assert office.snapshot() == before


def test_an_edited_document_under_a_known_id_is_refused(receiver, office):
    """Signed by the right key, sent by the right sender, and still not the document that was kept."""
    hand(receiver, office.signer.document(office.result("r1")))
    edited = office.signer.document(office.result("r1", title="改过的"))
    assert refused(receiver, edited) == (409, "scoring_document_differs")


def test_the_file_of_keys_is_read_anew(receiver, office, tmp_path):
    """A file that went missing is 503, so that the sender tries again; saved again, the document is taken."""
    file, raw = tmp_path / "keys.json", office.signer.document(office.result("r1"))
    kept = file.read_bytes()
    file.write_text("[]")
    assert refused(receiver, raw) == (503, "receive_keys_unreadable")
    file.write_bytes(kept)
    assert hand(receiver, raw)[0] == 201


def test_nothing_is_taken_where_nobody_asked_for_it(office):
    """Off by default: 404 and no word about secrets, however good the delivery is."""
    client = create_app(office.database).test_client()
    assert refused(client, office.signer.document(office.result("r1"))) == (404, "not_found")
