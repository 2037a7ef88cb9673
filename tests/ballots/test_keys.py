"""Keys on this machine and on paper: wrapped, bound to their poll, readable back, and every damage named."""

import base64
import hashlib
import json
import os
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots import keys
from ballots.key_backup import ALPHABET, backup_text, read_backup
from ballots.keys import KeyStore, unwrap, wrap
from belenios.group import ORDER
from belenios.trustees import new_key
from polling.errors import BadInput, RuleRefused
from polling.settings import read_settings

NAME = "11111111111111.1"


def code_of(act, *arguments) -> str:
    """The code of the refusal."""
    with pytest.raises((BadInput, RuleRefused)) as caught:
        act(*arguments)
    return caught.value.code


def test_wrapping_costs_who_guesses_and_is_undone_by_the_passphrase_alone():
    """A key comes back with its passphrase and its name; another passphrase, or another poll's name, opens nothing; a guess costs Scrypt."""
    key = new_key(os.urandom)
    raw = wrap(key, "口令", NAME, os.urandom)
    assert unwrap(raw, "口令", NAME) == key
    # by another library, with the costs that docs/protocol.md states
    salt, nonce, sealed = (base64.b64decode(json.loads(raw)[field]) for field in ("salt", "nonce", "sealed"))
    stretched = hashlib.scrypt("口令".encode(), salt=salt, n=2**15, r=8, p=1, dklen=32, maxmem=64 * 1024 * 1024)
    assert int.from_bytes(ChaCha20Poly1305(stretched).decrypt(nonce, sealed, NAME.encode()), "big") == key
    assert code_of(unwrap, raw, "口 令", NAME) == "passphrase_wrong"
    assert code_of(unwrap, raw, "口令", "11111111111111.2") == "passphrase_wrong"
    assert str(key).encode() not in raw


def test_a_damaged_key_file_is_named(monkeypatch):
    """Whatever was done to the file, the error says that it is damaged or does not open; nothing else is raised."""
    monkeypatch.setattr(keys, "SCRYPT_COST", 2)
    raw = wrap(5, "口令", NAME, os.urandom)
    tree = json.loads(raw)
    bad = [b"", b"null", b"[]", b"{}", raw[:-3], b"\xff", b"[" * 100_000]
    bad += [
        json.dumps(tree | {name: value}).encode()
        for name in ("salt", "nonce", "sealed")
        for value in (None, 1, "x", "", "é", "AAAA")
    ]
    for content in bad:
        assert code_of(unwrap, content, "口令", NAME) in ("key_file_damaged", "passphrase_wrong")
    for position in range(0, len(raw), 11):
        spoilt = bytearray(raw)
        spoilt[position] ^= 4
        with suppress(BadInput, RuleRefused):  # a damage of the name for people, or of loose bits, changes nothing
            assert unwrap(bytes(spoilt), "口令", NAME) == 5


def test_the_store_keeps_keys_apart(home, monkeypatch):
    """Each key of each poll has a file of its own; a real poll's opens with the passphrase that was set, or else with the installation's secret."""
    monkeypatch.setattr(keys, "SCRYPT_COST", 2)
    plain = KeyStore(read_settings({"YIPIAO_HOME": str(home)}), rehearsal=False)
    plain.put("c" * 14, 1, 9, os.urandom)
    other = KeyStore(read_settings({"YIPIAO_HOME": str(home), "YIPIAO_SECRET_KEY": "x" * 16}), rehearsal=False)
    assert (plain.get("c" * 14, 1), code_of(other.get, "c" * 14, 1)) == (9, "passphrase_wrong")
    real = KeyStore(read_settings({"YIPIAO_HOME": str(home), "YIPIAO_KEY_PASSPHRASE": "口令"}), rehearsal=False)
    rehearsal = KeyStore(read_settings({"YIPIAO_HOME": str(home)}), rehearsal=True)
    real.put("a" * 14, 1, 7, os.urandom)
    rehearsal.put("b" * 14, 1, 8, os.urandom)
    assert (real.get("a" * 14, 1), rehearsal.get("b" * 14, 1)) == (7, 8)
    assert code_of(rehearsal.get, "a" * 14, 1) == "passphrase_wrong"
    assert [real.holds("a" * 14, position) for position in (1, 2)] == [True, False]
    real.destroy("a" * 14)
    assert sorted(path.name for path in real.folder.iterdir()) == [f"{'b' * 14}.1.key", f"{'c' * 14}.1.key"]


@settings(max_examples=60)
@given(st.integers(0, ORDER - 1))
def test_a_key_comes_back_from_paper(key):
    """Eight groups of seven characters give the key back, with hyphens, spaces, line breaks or nothing between."""
    text = backup_text(key)
    assert [len(group) for group in text.split("-")] == [7] * 8
    for typed in (text, text.replace("-", ""), f" {text.replace('-', '  ')}\n", "\n".join(text)):
        assert read_backup(typed) == key


@settings(max_examples=60)
@given(st.integers(0, ORDER - 1), st.integers(0, 55), st.sampled_from(ALPHABET + "0OIl é"))
def test_a_mistyped_character_is_found_in_its_group(key, place, other):
    """One wrong character names its group, or for one in 256 is taken for another key: never for nothing."""
    characters = backup_text(key).replace("-", "")
    typed = characters[:place] + other + characters[place + 1 :]
    if other == characters[place]:
        return
    with suppress(BadInput):
        assert read_backup(typed) != key
        return
    with pytest.raises(BadInput) as caught:
        read_backup(typed)
    wanted = (
        ("backup_length", {"found": 55, "wanted": 56})
        if other == " "
        else ("backup_damaged", {"groups": [place // 7 + 1]})
    )
    assert (caught.value.code, caught.value.params) == wanted


def test_exchanged_groups_are_found():
    """Groups in the wrong order are all named: each check covers the place."""
    groups = backup_text(ORDER // 3).split("-")
    groups[1], groups[4] = groups[4], groups[1]
    with pytest.raises(BadInput) as caught:
        read_backup("-".join(groups))
    assert caught.value.params == {"groups": [2, 5]}


@pytest.mark.parametrize("typed", ["", " ", "-", "1" * 55, "1" * 57, "密" * 56, "z" * 56, "\0" * 56])
def test_what_is_no_backup_is_refused(typed):
    """A wrong number of characters, or characters that are none of ours, are refused as such."""
    assert code_of(read_backup, typed) in ("backup_length", "backup_damaged")
