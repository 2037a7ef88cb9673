"""Elections: raw bytes hashed, contents read strictly."""

import base64
import json
import os
from hashlib import sha256

import pytest

from belenios.election import (
    ElectionRefusal,
    ElectionRefused,
    Question,
    new_uuid,
    read_election,
    write_election,
)
from belenios.encoding import is_uuid
from belenios.group import IDENTITY, base_power, write_point

QUESTIONS = [
    Question(text="工作队?", answers=("优秀", "称职"), blank=True, minimum=1, maximum=1),
    Question(text="b", answers=("x",), blank=False, minimum=0, maximum=1),
]


@pytest.fixture
def raw():
    """Write the bytes of a plain election."""
    return write_election(
        uuid="gXrgPRVuWQxNFS", name="n", description="d", questions=QUESTIONS, public_key=base_power(5)
    )


def test_fields_are_written_in_the_order_of_the_specification(raw):
    """Election and questions are compact, in canonical order, with blank only where it is true (4.9.1, 4.10)."""
    assert raw.decode() == (
        '{"version":1,"description":"d","name":"n","group":"Ed25519","public_key":"' + write_point(base_power(5)) + '",'
        '"questions":[{"answers":["优秀","称职"],"blank":true,"min":1,"max":1,"question":"工作队?"},'
        '{"answers":["x"],"min":0,"max":1,"question":"b"}],"uuid":"gXrgPRVuWQxNFS"}'
    )


def test_what_was_written_is_read(raw):
    """Reading gives the questions, the key and the unpadded base64 SHA-256 of the raw bytes."""
    election = read_election(raw)
    assert election.questions == tuple(QUESTIONS)
    assert election.public_key == base_power(5)
    assert election.raw == raw
    assert election.fingerprint == base64.b64encode(sha256(raw).digest()).decode().rstrip("=")
    assert [question.width for question in election.questions] == [3, 1]


def test_the_spelling_is_free_but_hashed(raw):
    """Another spelling of the same election is read, and is another election by its fingerprint."""
    spaced = json.dumps(json.loads(raw), indent=2).encode()
    assert read_election(spaced).questions == tuple(QUESTIONS)
    assert read_election(spaced).fingerprint != read_election(raw).fingerprint


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, ElectionRefusal.UNSUPPORTED_VERSION),
        ({"version": True}, ElectionRefusal.MALFORMED),
        ({"version": 1.0}, ElectionRefusal.MALFORMED),
        ({"group": "BELENIOS-2048"}, ElectionRefusal.UNSUPPORTED_GROUP),
        ({"uuid": "short"}, ElectionRefusal.MALFORMED),
        ({"uuid": "gXrgPRVuWQxNF0"}, ElectionRefusal.MALFORMED),
        ({"public_key": write_point(IDENTITY)}, ElectionRefusal.FALSE_KEY),
        ({"public_key": "5"}, ElectionRefusal.FALSE_KEY),
        ({"questions": []}, ElectionRefusal.MALFORMED),
        ({"questions": [{"type": "Lists", "value": {}}]}, ElectionRefusal.UNSUPPORTED_QUESTION),
        ({"questions": [{"answers": [], "min": 0, "max": 0, "question": "q"}]}, ElectionRefusal.MALFORMED),
        ({"questions": [{"answers": ["a"], "min": 1, "max": 0, "question": "q"}]}, ElectionRefusal.MALFORMED),
        ({"questions": [{"answers": ["a"], "min": 0, "max": 2, "question": "q"}]}, ElectionRefusal.MALFORMED),
        ({"questions": [{"answers": ["a"], "min": -1, "max": 1, "question": "q"}]}, ElectionRefusal.MALFORMED),
        ({"questions": [{"answers": ["a"], "min": 0, "max": 1, "question": "q", "z": 1}]}, ElectionRefusal.MALFORMED),
        ({"questions": [7]}, ElectionRefusal.MALFORMED),
        ({"unknown": 1}, ElectionRefusal.MALFORMED),
        ({"name": 5}, ElectionRefusal.MALFORMED),
    ],
)
def test_false_elections_are_refused_by_name(raw, change, reason):
    """Every value that this program could not count is refused by its own name."""
    with pytest.raises(ElectionRefused) as caught:
        read_election(json.dumps(json.loads(raw) | change).encode())
    assert caught.value.reason is reason


@pytest.mark.parametrize("key", ["name", "uuid", "questions"])
def test_a_doubled_key_is_refused(raw, key):
    """Two programs could read two elections out of one with a key that stands twice."""
    value = json.dumps(json.loads(raw)[key])
    with pytest.raises(ElectionRefused):
        read_election(b"{" + json.dumps(key).encode() + b":" + value.encode() + b"," + raw[1:])


@pytest.mark.parametrize("spoilt", [b"", b"\xff", b"null", b"[" * 100_000, b'{"questions":' + b"[" * 100_000])
def test_no_bytes_break_the_reader(spoilt):
    """Bytes that are no JSON are refused as malformed."""
    with pytest.raises(ElectionRefused) as caught:
        read_election(spoilt)
    assert caught.value.reason is ElectionRefusal.MALFORMED


def test_half_a_surrogate_pair_is_refused(raw):
    """A text that UTF-8 cannot hold is refused when reading and when writing."""
    with pytest.raises(ElectionRefused):
        read_election(raw.replace(b'"name":"n"', b'"name":"\\ud800"'))
    with pytest.raises(ElectionRefused):
        write_election(
            uuid="gXrgPRVuWQxNFS", name="\ud800", description="d", questions=QUESTIONS, public_key=base_power(5)
        )


def test_identifiers_are_base58():
    """A new identifier has 14 base58 characters and is not repeated."""
    names = {new_uuid(os.urandom) for _ in range(100)}
    assert len(names) == 100
    assert all(is_uuid(name) and len(name) == 14 for name in names)
