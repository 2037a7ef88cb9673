"""Signed documents and receipts: one spelling, integers only, every altered byte noticed."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from polling.db import Database
from polling.errors import RuleRefused
from polling.settings import Settings
from publishing.documents import DocumentUnreadable, canonical_json, open_envelope
from publishing.models import SigningKey
from publishing.signing import SignatureFalse, Signer, check_document, check_receipt, key_id
from publishing.signing_keys import load_signer, public_keys

DOCUMENT = {"type": "yipiao.result", "名": "值", "list": [1, None, True, {"b": 1, "a": 2}], "empty": {}}
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
)


@pytest.fixture(scope="module")
def signer() -> Signer:
    """A fresh key."""
    return Signer.generate()


def known(signer) -> dict[str, bytes]:
    """The keys that a reader knows."""
    return {signer.key_id: signer.public}


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), TREES, max_size=5))
def test_canonical_json_is_a_fixed_point(document):
    """Whatever a document holds, reading its one spelling and writing it again gives the same bytes."""
    raw = canonical_json(document)
    assert canonical_json(json.loads(raw)) == raw
    assert b"\n" not in raw


def test_the_one_spelling():
    """Keys sorted, no white space, UTF-8 as it is, integers in full."""
    assert (
        canonical_json({"b": [1, 10**30], "a": {"名": None}})
        == '{"a":{"名":null},"b":[1,1000000000000000000000000000000]}'.encode()
    )


@pytest.mark.parametrize(
    "document", [{"a": 0.5}, {"a": [1, {"b": 1.0}]}, [float("nan")], {"a": (1, 2.5)}, 1e3, {"a": float("inf")}]
)
def test_floats_are_refused(document, signer):
    """No float is ever signed, however deep it lies."""
    with pytest.raises(TypeError, match="float"):
        canonical_json(document)
    with pytest.raises(TypeError):
        signer.document({"d": document})


def test_a_signed_document_reads_back(signer):
    """The document inside comes back whole, unknown keys too; a line break at the end of the file does no harm."""
    raw = signer.document(DOCUMENT)
    assert check_document(raw, known(signer)) == DOCUMENT
    assert check_document(raw + b"\n", known(signer)) == DOCUMENT
    assert open_envelope(raw)[0] == DOCUMENT
    Ed25519PublicKey.from_public_bytes(signer.public).verify(
        base64.b64decode(json.loads(raw)["signature"]["value"]), canonical_json(DOCUMENT)
    )


def test_every_altered_byte_is_noticed(signer):
    """A document with any one byte changed is unreadable or its signature is false."""
    raw = signer.document(DOCUMENT)
    for position in range(len(raw)):
        spoilt = bytearray(raw)
        spoilt[position] ^= 1
        with pytest.raises((DocumentUnreadable, SignatureFalse)):
            check_document(bytes(spoilt), known(signer))


def test_another_key_does_not_sign_for_this_one(signer):
    """A signature of an unknown key, or one that names a known key it was not made with, is false."""
    other = Signer.generate()
    raw = other.document(DOCUMENT)
    with pytest.raises(SignatureFalse):
        check_document(raw, known(signer))
    with pytest.raises(SignatureFalse):
        check_document(raw, {})
    with pytest.raises(SignatureFalse):
        check_document(raw.replace(other.key_id.encode(), signer.key_id.encode()), known(signer))
    with pytest.raises(SignatureFalse):
        check_document(signer.document(DOCUMENT), {signer.key_id: b"short"})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"document":{},"signature":{}}',
        b'{"document":[],"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{},"signature":{"algorithm":"none","key":"a","value":"b"}}',
        b'{"document":{},"signature":{"algorithm":"Ed25519","key":1,"value":"b"}}',
        b'{"document":{"a":1.5},"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{"a":NaN},"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{"a":1,"a":2},"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{}, "signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{"a":"\\ud800"},"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
        b'{"document":{"a":' + b"9" * 5000 + b'},"signature":{"algorithm":"Ed25519","key":"a","value":"b"}}',
    ],
)
def test_what_is_no_signed_document_is_unreadable(raw):
    """Whatever the bytes are, the error is DocumentUnreadable."""
    with pytest.raises(DocumentUnreadable):
        open_envelope(raw)


@pytest.mark.parametrize("value", ["", "x", "é", "AAAA", "A" * 88, "=" * 88])
def test_a_signature_that_is_none_is_false(signer, value):
    """A signature of another length or alphabet is false, and no other error."""
    document = json.loads(signer.document(DOCUMENT))
    document["signature"]["value"] = value
    with pytest.raises(SignatureFalse):
        check_document(canonical_json(document), known(signer))
    with pytest.raises(SignatureFalse):
        check_receipt("p" * 14, "t" * 43, value, signer.public)


def test_receipts_promise_one_ballot_of_one_panel(signer):
    """A receipt holds for its panel, its tracker and its key alone, and is no document's signature."""
    receipt = signer.receipt("p" * 14, "t" * 43)
    check_receipt("p" * 14, "t" * 43, receipt, signer.public)
    for panel, tracker, public in [
        ("q" * 14, "t" * 43, signer.public),
        ("p" * 14, "u" * 43, signer.public),
        ("p" * 14 + "|t", "t" * 42, signer.public),
        ("p" * 14, "t" * 43, Signer.generate().public),
    ]:
        with pytest.raises(SignatureFalse):
            check_receipt(panel, tracker, receipt, public)
    envelope = canonical_json(
        {"document": {}, "signature": {"algorithm": "Ed25519", "key": signer.key_id, "value": receipt}}
    )
    with pytest.raises(SignatureFalse):
        check_document(envelope, known(signer))


def test_a_key_is_wrapped_by_the_installations_secret(signer):
    """The wrapped key opens with its secret alone."""
    wrapped = signer.wrap(b"k" * 16)
    assert Signer.unwrap(wrapped, b"k" * 16).public == signer.public
    assert b"ENCRYPTED" in wrapped
    for secret in (b"l" * 16, b""):
        with pytest.raises((ValueError, TypeError)):
            Signer.unwrap(wrapped, secret)


def test_the_installation_has_one_signing_key(any_database):
    """The key is made once and stays; its public half is handed out under its id; another secret does not open it."""
    first, second = load_signer(any_database), load_signer(any_database)
    assert first.public == second.public
    with any_database.read() as session:
        assert public_keys(session) == {key_id(first.public): first.public}
        assert first.public_base64 not in session.get(SigningKey, first.key_id).wrapped
    stranger = Database(Settings(**{**any_database.settings.__dict__, "secret_key": "another secret of enough length"}))
    with pytest.raises(RuleRefused, match="signing_key_locked"):
        load_signer(stranger)
    stranger.dispose()


def test_retired_keys_stay_for_checking(database):
    """A document signed by a key that is retired since is still verifiable by the listed keys."""
    old = load_signer(database)
    raw = old.document(DOCUMENT)
    with database.write() as session:
        session.get(SigningKey, old.key_id).active = False
    new = load_signer(database)
    assert new.public != old.public
    with database.read() as session:
        keys = public_keys(session)
    assert set(keys) == {old.key_id, new.key_id}
    assert check_document(raw, keys) == DOCUMENT
