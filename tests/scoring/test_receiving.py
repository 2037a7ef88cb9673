"""Received documents: only signed ones, each once, and the same state whatever the order of arrival."""

import itertools
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from polling.errors import BadInput, RuleRefused
from publishing.documents import canonical_json
from publishing.signing import Signer
from scoring.receiving import Arrival, in_force, kept


def standing(office, *, rehearsal=False):
    """The ids of the results in force."""
    with office.database.read() as session:
        return [document["id"] for _digest, document in in_force(session, "county", rehearsal=rehearsal)]


def test_a_signed_result_is_kept_as_its_bytes(any_office):
    """The exact bytes stay; received again, nothing changes and nothing is refused."""
    first = any_office.receive(any_office.result("r1"))
    assert (first.arrival, first.scheme, first.rehearsal) == (Arrival.ACCEPTED, "county", False)
    before = any_office.snapshot()
    assert any_office.receive(any_office.result("r1")).arrival is Arrival.AGAIN
    assert any_office.snapshot() == before
    assert standing(any_office) == ["r1"]


def test_a_forged_document_is_refused(office):
    """Signed by an unknown key, or by nobody: refused, and nothing is kept."""
    before = office.snapshot()
    with pytest.raises(RuleRefused, match="scoring_signature_false"):
        office.receive(office.result("r1"), signer=Signer.generate())
    for raw in (b"", b"{}", canonical_json(office.result("r1")), b"\xff" * 10):
        with pytest.raises(BadInput, match="scoring_document_unreadable"):
            office.receive_raw(raw)
    with pytest.raises(BadInput, match="scoring_document_large"):
        office.receive_raw(b"x" * (8 * 1024 * 1024 + 1))
    assert office.snapshot() == before


def test_an_altered_document_is_refused(office):
    """One vote more, the signature left as it was: refused."""
    raw = office.signer.document(office.result("r1"))
    with pytest.raises(RuleRefused, match="scoring_signature_false"):
        office.receive_raw(raw.replace(b'"good":8', b'"good":9'))
    with pytest.raises(BadInput, match="scoring_document_unreadable"):
        office.receive_raw(raw.replace(b'"version":1', b'"version": 1'))


def test_a_document_is_never_edited(office):
    """Another content under a known id is refused, though well signed."""
    office.receive(office.result("r1"))
    with pytest.raises(RuleRefused, match="scoring_document_differs"):
        office.receive(office.result("r1", votes=(10, 0, 0)))


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_the_order_of_arrival_makes_no_difference(office, order):
    """Result, correction, withdrawal: in whatever order they come, and come again, the same is in force, and a later poll is untouched."""
    documents = [
        office.result("r1"),
        office.result("r2", supersedes="r1", votes=(9, 1, 0)),
        office.withdrawal("w1", "r2"),
    ]
    for place in order:
        office.receive(documents[place])
    for place in reversed(order):
        assert office.receive(documents[place]).arrival is Arrival.AGAIN
    office.receive(office.result("q1", poll="p2"))
    assert standing(office) == ["q1"]
    with office.database.read() as session:
        assert {each.id: each.standing for each in kept(session)} == {
            "q1": "in_force", "r1": "replaced", "r2": "replaced", "w1": "in_force",
        }  # fmt: skip


def test_a_correction_that_comes_first_counts_and_waits(any_office):
    """A correction before what it replaces is in force at once; the old result comes later and never counts."""
    assert any_office.receive(any_office.result("r2", supersedes="r1")).arrival is Arrival.WAITING
    assert standing(any_office) == ["r2"]
    with any_office.database.read() as session:
        assert [each.standing for each in kept(session)] == ["waiting"]
    assert any_office.receive(any_office.result("r1")).arrival is Arrival.ACCEPTED
    assert standing(any_office) == ["r2"]


def test_a_chain_does_not_fork(office):
    """A second successor, a second first result, a successor of another poll, a circle: refused, the first chain stands."""
    office.receive(office.result("r1"))
    office.receive(office.result("r2", supersedes="r1"))
    before = office.snapshot()
    for code, document in [
        ("scoring_replaced_twice", office.result("r3", supersedes="r1")),
        ("scoring_replaced_twice", office.withdrawal("w1", "r1")),
        ("scoring_poll_twice", office.result("r4")),
        ("scoring_other_poll", office.result("q1", poll="p2", supersedes="r2")),
        ("scoring_other_poll", office.withdrawal("w2", "r2", poll="p2")),
        ("scoring_other_poll", office.result("r5", supersedes="r2", rehearsal=True)),
    ]:
        with pytest.raises(RuleRefused, match=code):
            office.receive(document)
    assert office.snapshot() == before


def test_nothing_follows_a_withdrawal(office):
    """What was withdrawn is not corrected, whichever comes first; two that replace each other are refused."""
    office.receive(office.result("r1"))
    office.receive(office.withdrawal("w1", "r1"))
    with pytest.raises(RuleRefused, match="scoring_replaced_twice"):
        office.receive(office.result("r2", supersedes="w1"))
    office.receive(office.result("q2", poll="p2", supersedes="w9"))
    with pytest.raises(RuleRefused, match="scoring_replaced_twice"):
        office.receive(office.withdrawal("w9", "q1", poll="p2"))
    office.receive(office.result("s1", poll="p3", supersedes="s2"))
    with pytest.raises(RuleRefused, match="scoring_other_poll"):
        office.receive(office.result("s2", poll="p3", supersedes="s1"))
    assert standing(office) == ["q2", "s1"]


def test_rehearsals_are_kept_apart(any_office):
    """A rehearsal's result is kept, and never among the real ones."""
    any_office.receive(any_office.result("r1"))
    assert any_office.receive(any_office.result("x1", poll="p9", rehearsal=True)).rehearsal is True
    assert standing(any_office) == ["r1"]
    assert standing(any_office, rehearsal=True) == ["x1"]


def test_a_pack_must_be_at_hand_and_be_itself(office):
    """Without the bytes of its pack a result is refused and can be sent again; bytes of another digest are refused too."""
    document = office.result("r1", scheme={"name": "county", "title": "x", "version": "1", "digest": "0" * 64})
    with pytest.raises(RuleRefused, match="scoring_pack_missing"):
        office.receive(document)
    office.pack = lambda digest: b"name = 1"
    with pytest.raises(RuleRefused, match="scoring_pack_false"):
        office.receive(document)


def _changed(document, path, value):
    document = json.loads(json.dumps(document))
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2), (("type",), "yipiao.opening"), (("period", "label"), "2026-13"), (("period", "kind"), "year"),
        (("supersedes",), "r1"), (("panels", 0, "key"), "officials"), (("subjects", 0, "kind"), "helper"), (("subjects",), []),
        (("subjects", 0, "rows", 0, "valid"), 11), (("subjects", 0, "rows", 0, "score"), None), (("subjects", 0, "rows", 0, "counts"), {"good": 10}),
        (("scheme", "name"), "standard"), (("subjects", 0, "rows", 0, "score", "den"), 0), (("subjects", 0, "id"), "a b"),
    ],
)  # fmt: skip
def test_a_form_that_no_ledger_can_count_is_refused(office, path, value):
    """A good signature over a document that does not fit its pack or itself: refused with the place."""
    with pytest.raises(BadInput, match=r"scoring_document_(form|type)"):
        office.receive(_changed(office.result("r1"), path, value))


def test_unknown_keys_are_kept(office):
    """A later version may say more; what is not known here is kept in the bytes."""
    office.receive(office.result("r1", sealed_by="x"))
    with office.database.read() as session:
        [(_digest, document)] = in_force(session, "county", rehearsal=False)
    assert document["sealed_by"] == "x"


@pytest.mark.parametrize("table", ["scoring_documents", "scoring_packs", "scoring_entries"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_came_stays(any_office, table, act):
    """The database itself refuses to change or delete a document, a pack or an entry."""
    any_office.receive(any_office.result("r1"))
    any_office.register(any_office.members[0])
    column = {"scoring_entries": "who", "scoring_documents": "poll", "scoring_packs": "name"}[table]
    with pytest.raises(DatabaseError, match="stays as it is"), any_office.database.engine.connect() as connection:
        connection.execute(sa.text(act.format(table, column, "'x'")))
