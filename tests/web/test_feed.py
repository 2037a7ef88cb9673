"""What other programs fetch: the list in pieces by a cursor, what did not change in few bytes, every key that ever signed."""

import base64
import re

import pytest
import sqlalchemy as sa
from posting import NOW, published

from publishing.models import ResultDocument
from publishing.signing import check_document, check_receipt
from publishing.signing_keys import public_keys, rotate
from web.app import create_app

LIST = "/api/v1/results"


@pytest.fixture
def poll(any_village):
    """A draft with an application over it: village, poll, client."""
    any_village.create()
    return any_village, any_village.poll, create_app(any_village.database).test_client()


def test_the_list_in_pieces(poll):
    """Following `next` gives every document once in the order of publication, whatever its id and type, also what comes later."""
    village, number, client = poll
    kinds = {"m": "yipiao.result", "z": "yipiao.withdrawal", "a": "yipiao.result", "b": "yipiao.later"}
    for document, kind in kinds.items():
        published(village.database, number, document, kind=kind)
    whole = client.get(LIST).json
    assert [(row["id"], row["type"]) for row in whole["results"]] == list(kinds.items())
    assert whole["more"] is False
    first = client.get(f"{LIST}?limit=3").json
    assert ([row["id"] for row in first["results"]], first["more"]) == (["m", "z", "a"], True)
    second = client.get(f"{LIST}?limit=3&since={first['next']}").json
    assert ([row["id"] for row in second["results"]], second["more"]) == (["b"], False)
    assert second["next"] == whole["next"]
    nothing = client.get(f"{LIST}?since={second['next']}").json
    assert nothing == {"results": [], "next": second["next"], "more": False}
    published(village.database, number, "c")
    assert [row["id"] for row in client.get(f"{LIST}?since={second['next']}").json["results"]] == ["c"]


def test_two_documents_of_one_transaction_have_an_order(poll):
    """A correction and a withdrawal written together are numbered one after the other."""
    village, number, client = poll
    raw = published(village.database, number, "first").decode()
    with village.database.write() as session:
        session.add_all(
            ResultDocument(id=name, poll_id=number, raw=raw, published_on=NOW.date()) for name in ("two", "one")
        )
    assert [row["id"] for row in client.get(LIST).json["results"]] == ["first", "two", "one"]


def test_bad_cursors_and_limits(poll):
    """What is no cursor is 400, one of a document that is not here 410, both with a sentence that says what to do."""
    village, number, client = poll
    published(village.database, number, "d1")
    good = client.get(LIST).json["next"]
    for since in (
        "x",
        "%00",
        "é",
        good + "=",
        good + "A",
        base64.urlsafe_b64encode(b"1").decode(),
        base64.urlsafe_b64encode(b"9999999999.d1").decode().rstrip("="),
        "A" * 5000,
    ):
        answer = client.get(f"{LIST}?since={since}")
        assert (answer.status_code, answer.json["error"]) == (400, "cursor_unreadable"), since
        assert "since" in answer.json["message"]
    for place in (b"1.d2", b"2.d1", b"999999999.d1"):
        since = base64.urlsafe_b64encode(place).decode().rstrip("=")
        answer = client.get(f"{LIST}?since={since}")
        assert (answer.status_code, answer.json["error"]) == (410, "cursor_unknown"), place
    for limit in ("0", "-1", "1001", "x", "", "1.5", "9" * 5000):
        assert client.get(f"{LIST}?limit={limit}").status_code == 400, limit


@pytest.mark.parametrize("what", ["results", "results/d1", "keys", "openapi.json"])
def test_nothing_new_is_said_in_few_bytes(poll, what):
    """An ETag that still fits gets 304 without a body; a document may be kept for ever, a list is asked for again."""
    village, number, client = poll
    published(village.database, number, "d1")
    answer = client.get(f"/api/v1/{what}")
    assert answer.status_code == 200
    again = client.get(f"/api/v1/{what}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert answer.headers["Cache-Control"] == (
        "public, max-age=31536000, immutable" if what == "results/d1" else "no-cache"
    )
    assert client.get(f"/api/v1/{what}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_list_that_changed_is_sent_anew(poll):
    """Publishing, annulling and rotating change the ETag."""
    village, number, client = poll
    tags = [client.get(LIST).headers["ETag"]]
    published(village.database, number, "d1")
    tags.append(client.get(LIST).headers["ETag"])
    village.print()
    village.annul()
    tags.append(client.get(LIST).headers["ETag"])
    assert len(set(tags)) == 3
    before = client.get("/api/v1/keys").headers["ETag"]
    rotate(village.database, who="测试", now=NOW)
    assert client.get("/api/v1/keys").headers["ETag"] != before


def test_every_key_stays_listed(poll):
    """After two rotations three keys are listed, the active one first, with their days; the list of one key has the old shape."""
    village, _number, client = poll
    [first] = client.get("/api/v1/keys").json["keys"]
    assert (first["active"], first["since"], first["until"]) == (True, None, None)
    second = rotate(village.database, who="测试", now=NOW)[0].key_id
    third = rotate(village.database, who="测试", now=NOW)[0].key_id
    keys = client.get("/api/v1/keys").json["keys"]
    assert {key["key"] for key in keys} == {first["key"], second, third}
    assert [(key["active"], key["until"]) for key in keys] == [
        (True, None),
        (False, "2026-11-02"),
        (False, "2026-11-02"),
    ]
    assert (keys[0]["key"], keys[0]["since"]) == (third, "2026-11-02")


def test_a_box_that_is_open_while_keys_rotate(any_village):
    """A server that goes on: its open box gives receipts by the key its pages name, other documents are signed by the new one."""
    village = any_village.opened()
    app = create_app(village.database)
    client, panel = app.test_client(), village.panels["villagers"]

    def named():
        return re.search(r'"key":"([^"]+)"', client.get(f"/v/{panel}").text)[1]

    before = named()
    new, retired = rotate(village.database, who="测试", now=NOW)
    again = create_app(village.database).test_client()  # a worker that was started afterwards
    for worker, number in ((client, 0), (again, 1)):
        answer = worker.post(f"/v/{panel}/ballots", data=village.seal(number))
        assert answer.status_code == 201
        check_receipt(panel, answer.json["tracker"], answer.json["receipt"], base64.b64decode(before))
    assert named() == before
    assert app.config["YIPIAO_SIGNERS"].active().key_id == new.key_id
    with village.database.read() as session:
        known = public_keys(session)
    check_document(client.get(f"/v/{panel}/opening.json").data, {retired: known[retired]})


def test_numbers_survive_from_older_versions(any_database):
    """The migration numbers what was published before, in the order in which it was listed."""
    from alembic import command

    from polling.db import alembic_config, migrate

    with any_database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "0002")
        connection.commit()
        poll = "INSERT INTO polls (id, title, scheme, period_kind, period_label, rehearsal, state, levelled, revision) VALUES ('p', 't', 's', 'month', '2026-10', false, 'noticed', true, 0)"
        connection.exec_driver_sql(poll)
        for name, day in (("b", "2026-10-02"), ("c", "2026-10-01"), ("a", "2026-10-02")):
            connection.exec_driver_sql(
                f"INSERT INTO result_documents (id, poll_id, raw, published_on) VALUES ('{name}', 'p', '{{}}', '{day}')"
            )
        connection.commit()
    any_database.dispose()
    migrate(any_database)
    with any_database.read() as session:
        rows = session.execute(sa.select(ResultDocument.id, ResultDocument.type).order_by(ResultDocument.number)).all()
    assert [tuple(row) for row in rows] == [(name, "yipiao.result") for name in ("c", "a", "b")]
