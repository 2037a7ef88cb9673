"""Trustees: keys, public parts, and the list that makes an election's key."""

import json
import os

import pytest

from belenios.group import IDENTITY, ORDER, add, base_power, write_point
from belenios.trustees import (
    TrusteesRefusal,
    TrusteesRefused,
    fingerprint,
    new_key,
    public_part,
    read_public_part,
    read_trustees,
    write_trustees,
)


@pytest.fixture(scope="module")
def parts():
    """Make three public parts."""
    return [read_public_part(public_part(key, os.urandom)) for key in (11, 12, 13)]


def test_keys_are_drawn_below_the_order_and_never_zero():
    """A private key is a scalar; a draw of zero is thrown away."""
    draws = iter([bytes(64), (5).to_bytes(64, "big")])
    assert new_key(lambda _: next(draws)) == 5
    assert 0 < new_key(os.urandom) < ORDER


def test_a_public_part_is_canonical_and_reads_back(parts):
    """The public part is {"pok":{challenge,response},"public_key"}, read with or without a final newline."""
    raw = public_part(11, os.urandom)
    tree = json.loads(raw)
    assert list(tree) == ["pok", "public_key"]
    assert list(tree["pok"]) == ["challenge", "response"]
    assert tree["public_key"] == write_point(base_power(11))
    assert json.dumps(tree, separators=(",", ":")).encode() == raw
    assert read_public_part(raw + b"\n").raw == raw
    assert parts[0].public_key == base_power(11)


def test_the_key_is_the_product(parts):
    """The election's key is the product of the trustees' keys, owners counted from 1 (3.1.1, 4.20)."""
    trustees = read_trustees(write_trustees(parts))
    assert trustees.public_key == add(add(base_power(11), base_power(12)), base_power(13)) == base_power(36)
    assert trustees.keys == tuple(part.public_key for part in parts)
    assert trustees.owners == 3
    assert [list(item.owners) for item in trustees.items] == [[1], [2], [3]]


def test_every_single_trustee_is_needed(parts):
    """Without one of the n-of-n trustees nothing can be opened, and the missing ones are named."""
    trustees = read_trustees(write_trustees(parts))
    assert trustees.missing({1, 2, 3}) == ()
    assert trustees.missing({2}) == (1, 3)
    assert trustees.missing(()) == (1, 2, 3)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"public_key": write_point(base_power(99))}, TrusteesRefusal.FALSE_PROOF),
        ({"public_key": write_point(IDENTITY)}, TrusteesRefusal.OUTSIDE_GROUP),
        ({"public_key": "00" * 32}, TrusteesRefusal.OUTSIDE_GROUP),
        ({"pok": {"challenge": "1", "response": "2"}}, TrusteesRefusal.FALSE_PROOF),
        ({"pok": {"challenge": "01", "response": "2"}}, TrusteesRefusal.MALFORMED),
        ({"pok": {"challenge": str(ORDER), "response": "2"}}, TrusteesRefusal.MALFORMED),
        ({"pok": {"challenge": 1, "response": 2}}, TrusteesRefusal.MALFORMED),
        ({"signature": {"challenge": "1", "response": "2"}}, TrusteesRefusal.MALFORMED),
        ({"unknown": 1}, TrusteesRefusal.MALFORMED),
    ],
)
def test_false_public_parts_are_refused_by_name(parts, change, reason):
    """A key without its proof, or of another form, is refused alone and inside a list."""
    spoilt = json.loads(parts[0].raw) | change
    for read, raw in ((read_public_part, spoilt), (read_trustees, [["Single", spoilt]])):
        with pytest.raises(TrusteesRefused) as caught:
            read(json.dumps(raw).encode())
        assert caught.value.reason is reason


def test_one_key_cannot_pass_for_two_trustees(parts):
    """The same key twice is refused: it would be one person counted as two."""
    with pytest.raises(TrusteesRefused) as caught:
        write_trustees([parts[0], parts[1], parts[0]])
    assert caught.value.reason is TrusteesRefusal.REPEATED_KEY


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b'[["Double",{}]]', b'[["Single"]]', b'[["Single",{},1]]', b"[" * 100_000, b"\xff"]
)
def test_no_bytes_break_the_reader(raw):
    """Whatever the bytes are, they are refused as malformed."""
    for read in (read_public_part, read_trustees):
        with pytest.raises(TrusteesRefused) as caught:
            read(raw)
        assert caught.value.reason is TrusteesRefusal.MALFORMED


def test_fingerprints_are_short_and_stable():
    """A fingerprint is five groups of four digits and differs between keys."""
    text = fingerprint(base_power(11))
    assert text == fingerprint(base_power(11)) != fingerprint(base_power(12))
    assert [len(group) for group in text.split(" ")] == [4] * 5
