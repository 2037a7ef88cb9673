"""Credentials: codes for paper, points for the archive."""

import json
import os
from collections import Counter

import pytest

from belenios.credentials import (
    CredentialRefusal,
    CredentialsRefused,
    new_code,
    point_of,
    read_credentials,
    secret_of,
    write_credentials,
)
from belenios.encoding import BASE58, random_base58
from belenios.group import IDENTITY, write_point

UUID = "gXrgPRVuWQxNFS"
CODE = "hXHsV-Vf4beC-93vVe-8ykzvP"


def test_codes_have_the_form_of_the_specification():
    """A code is XXXXX-XXXXXX-XXXXX-XXXXXX in base58, and no two are alike."""
    codes = [new_code(os.urandom) for _ in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        assert [len(part) for part in code.split("-")] == [5, 6, 5, 6]
        assert set(code) <= {*BASE58, "-"}


def test_characters_of_codes_are_equally_likely():
    """Bytes that would favour some characters are thrown away: of all 256 bytes, each character gets four."""
    counts = Counter(random_base58(232, lambda _: bytes(reversed(range(256)))))
    assert counts == dict.fromkeys(BASE58, 4)
    assert new_code(lambda size: b"\x00" * (size - 1) + b"\xe9") == "11111-111111-11111-111111"


def test_a_code_is_read_with_or_without_dashes():
    """Both spellings of a code give the same secret, as the tool derives it (specification 4.8)."""
    secret = secret_of(CODE, UUID)
    assert secret == secret_of(CODE.replace("-", ""), UUID)
    assert point_of(secret) == "ddf3656ddba34aa3266cd600f776b967c786a05c3fbcc9149d68d171f82a5f4d"
    assert secret_of(CODE, UUID + "1") != secret


@pytest.mark.parametrize(
    "code", ["", CODE[:-1], CODE + "1", CODE.replace("h", "0"), CODE.replace("-", "", 1), CODE + "-"]
)
def test_malformed_codes_are_refused_without_being_repeated(code):
    """A mistyped code is named as such, and no message repeats a secret."""
    with pytest.raises(CredentialsRefused) as caught:
        secret_of(code, UUID)
    assert caught.value.reason is CredentialRefusal.MALFORMED_CODE
    assert not code or code not in str(caught.value)


def test_lists_are_written_sorted_and_read_as_they_stand():
    """The order of making is not the order of the list; a list in any order is read."""
    points = [point_of(secret) for secret in range(2, 12)]
    assert read_credentials(write_credentials(points)) == tuple(sorted(points))
    assert read_credentials(json.dumps(points[::-1], indent=1).encode()) == tuple(points[::-1])
    assert read_credentials(json.dumps([points[0] + ",1"]).encode()) == (points[0],)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([point_of(2), point_of(2)], CredentialRefusal.REPEATED),
        ([point_of(2), point_of(2) + ",1"], CredentialRefusal.REPEATED),
        ([point_of(2) + ",2"], CredentialRefusal.WEIGHTED),
        ([point_of(2) + ",0"], CredentialRefusal.WEIGHTED),
        ([point_of(2) + ","], CredentialRefusal.MALFORMED),
        ([point_of(2) + ",01x"], CredentialRefusal.MALFORMED),
        ([point_of(2) + ",,3"], CredentialRefusal.MALFORMED),
        ([point_of(2).upper()], CredentialRefusal.MALFORMED),
        ([write_point(IDENTITY)], CredentialRefusal.OUTSIDE_GROUP),
        (["00" * 32], CredentialRefusal.OUTSIDE_GROUP),
        ([5], CredentialRefusal.MALFORMED),
        ({"a": "b"}, CredentialRefusal.MALFORMED),
        ("x", CredentialRefusal.MALFORMED),
    ],
)
def test_false_lists_are_refused_by_name(lines, reason):
    """Weights, repetitions, the identity and other shapes are each refused by their own name."""
    with pytest.raises(CredentialsRefused) as caught:
        read_credentials(json.dumps(lines).encode())
    assert caught.value.reason is reason


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[" * 100_000, b'["\\ud800"]'])
def test_no_bytes_break_the_reader(raw):
    """Bytes that are no JSON are refused as malformed, however deep they are nested."""
    with pytest.raises(CredentialsRefused) as caught:
        read_credentials(raw)
    assert caught.value.reason is CredentialRefusal.MALFORMED
