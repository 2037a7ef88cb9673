"""Keys made elsewhere: counting waits for each by name, and a share that is false, foreign or none is refused with its file's name."""

import json
import os
import secrets

import pytest
import sqlalchemy as sa
from village import NOW, Village

from ballots import closing
from ballots.models import PartialDecryption
from ballots.shares import read_share, write_share
from belenios.archive import read_archive
from belenios.decryption import decrypt
from belenios.trustees import new_key, public_part
from belenios.verify import verify
from polling.errors import BadInput, DomainError
from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from publishing import counting
from publishing.counting import count_poll, take_share


def refused(act, *arguments) -> DomainError:
    """The domain error that an act runs into."""
    with pytest.raises(DomainError) as caught:
        act(*arguments)
    return caught.value


def state(village) -> State:
    """Where the poll stands."""
    with village.database.read() as session:
        return find_poll(session, village.poll).state


@pytest.fixture(scope="module")
def three_keys_once(tmp_path_factory, installed):
    """A closed real poll of ten ballots with the server's key and two brought ones, made once: the village and the two private keys."""
    village = Village(installed(tmp_path_factory.mktemp("keys") / "home"), secrets.token_bytes)
    object.__setattr__(village.database.settings, "passphrase", "口令")
    privates = [new_key(os.urandom) for _ in range(2)]
    village.create(rehearsal=False)
    village.print()
    with pytest.MonkeyPatch.context() as cheap:
        cheap.setattr("ballots.keys.SCRYPT_COST", 2)
        village.open(*((f"key{number}.json", public_part(key, os.urandom)) for number, key in enumerate(privates)))
    village.vote([[1]] * 9 + [[4]])
    close_really(village)
    village.database.dispose()
    return village, privates


@pytest.fixture
def three_keys(three_keys_once, home, cheap_keys):
    """A copy of it, and the two private keys."""
    village = three_keys_once[0].copied(home)
    yield village, three_keys_once[1]
    village.database.dispose()


def close_really(village) -> None:
    """Close a real poll by its own people."""
    with village.database.write() as session:
        for name, role in (("甲", Role.ORGANIZER), ("乙", Role.SCRUTINEER)):
            add_user(session, name, role, None)
        closing.close_boxes(session, find_poll(session, village.poll, lock=True), {}, people=("甲", "乙"), now=NOW)
    closing.level(village.database)


def count(village, *files):
    """Count with the keys of a real poll."""
    store = village.store(rehearsal=False)
    return count_poll(village.database, village.poll, files, store=store, who="测试", now=NOW, random=os.urandom)


def share_of(village, key) -> bytes:
    """What a key holder's program hands in."""
    panel = village.panel()
    share = decrypt(panel.archive, key, panel.setup_hash, os.urandom)
    return write_share(str(panel.uuid), panel.setup_hash, share.owner, share.payload)


def test_counting_waits_for_every_key_by_name(three_keys):
    """With keys missing the poll is tallied and each missing one named; shares may come one by one; with the last it is counted."""
    village, (first, second) = three_keys
    missing = count(village)
    assert state(village) is State.TALLIED
    assert [(each.panel, each.owner) for each in missing] == [("villagers", 2), ("villagers", 3)]
    fingerprints = [key["fingerprint"] for key in json.loads(village.panel().opening_record)["document"]["keys"]]
    assert [each.fingerprint for each in missing] == fingerprints[1:]
    assert refused(village.publish).code == "state_needed"
    assert [each.owner for each in count(village, ("s.json", share_of(village, second)))] == [2]
    assert count(village, ("f.json", share_of(village, first))) == []
    assert state(village) is State.COUNTED
    found = verify(village.panel().archive, setup=village.panel().setup_hash)
    assert found.result == ((0, 9, 0, 0, 1, 0),)
    assert found.decrypted_by == (1, 2, 3)


def test_two_of_three_keys_open_nothing(three_keys):
    """All keys are needed: with one share missing no sum is anywhere."""
    village, (first, _second) = three_keys
    count(village, ("f.json", share_of(village, first)))
    assert village.panel().result is None
    assert read_archive(village.panel().archive).decryptions == ()


def test_an_altered_share_is_named(three_keys):
    """A share with any number changed, of another owner, or that names no owner of the box, is refused with its file's name and kept nowhere."""
    village, (first, second) = three_keys
    good = json.loads(share_of(village, first))
    payload = json.loads(good["payload"])
    factor, proof = payload["decryption_factors"], payload["decryption_proofs"]
    other = json.loads(json.loads(share_of(village, second))["payload"])
    changed = [
        {"payload": compact(payload | {"decryption_factors": other["decryption_factors"]})},
        {"payload": compact(payload | {"decryption_proofs": other["decryption_proofs"]})},
        {"payload": compact(payload | {"decryption_factors": [[*factor[0][1:], factor[0][0]]]})},
        {"payload": compact(payload | {"decryption_proofs": [[{**proof[0][0], "challenge": "1"}, *proof[0][1:]]]})},
        {"payload": compact(payload) + " "},
        {"payload": "{}"},
        {"payload": ""},
        {"payload": "[" * 100_000},
        {"owner": 1},
        {"owner": 3},
        {"owner": 0},
        {"owner": -1},
        {"owner": 4},
        {"owner": 10**30},
    ]
    for change in changed:
        error = refused(count, village, ("某人.json", json.dumps(good | change).encode()))
        assert (error.code, error.params["where"]) == ("share_false", "某人.json"), change
    with village.database.read() as session:
        assert [row.owner for row in session.scalars(sa.select(PartialDecryption))] == []


def compact(tree) -> str:
    """Canonical JSON."""
    return json.dumps(tree, separators=(",", ":"))


def test_a_share_of_another_poll_or_setup_is_named(three_keys):
    """A share made for another box, or under another setup, is refused as belonging elsewhere."""
    village, (first, _second) = three_keys
    good = json.loads(share_of(village, first))
    for change in ({"panel": "1" * 14}, {"setup": "0" * 64}, {"setup": ""}):
        error = refused(count, village, ("某人.json", json.dumps(good | change).encode()))
        assert (error.code, error.params) == ("share_other_poll", {"where": "某人.json"})


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"type":"yipiao.decryption"}',
        json.dumps({"payload": "\ud800"}).encode(),
    ],
)
def test_a_file_that_is_no_share_is_named(three_keys, raw):
    """Whatever the file holds, the refusal names it, and nothing else is raised."""
    village, _ = three_keys
    error = refused(count, village, ("某人.json", raw))
    assert (type(error), error.code, error.params) == (BadInput, "share_file", {"where": "某人.json"})


def test_shares_read_back_as_written(three_keys):
    """A share's file gives back what it was written from; one field more, or of another type, is no share."""
    village, (first, _second) = three_keys
    raw = share_of(village, first)
    share = read_share(raw)
    assert write_share(share.panel, share.setup, share.owner, share.payload.encode()) == raw
    for change in ({"extra": 1}, {"owner": "2"}, {"owner": 2.0}, {"type": "yipiao.opening"}, {"setup": None}):
        with pytest.raises(ValueError, match="not a share"):
            read_share(json.dumps(json.loads(raw) | change).encode())


def test_the_servers_own_key_must_be_there_and_right(three_keys):
    """With the server's key file gone its share is missing like any other's; with another passphrase the refusal names the key."""
    village, (first, second) = three_keys
    store = village.store(rehearsal=False)
    path = store.path(village.poll, 1)
    kept = path.read_bytes()
    path.unlink()
    files = [("f.json", share_of(village, first)), ("s.json", share_of(village, second))]
    assert [each.owner for each in count(village, *files)] == [1]
    path.write_bytes(kept)
    object.__setattr__(village.database.settings, "passphrase", "别的")
    error = refused(count, village)
    assert (error.code, error.params) == ("passphrase_wrong", {"name": path.stem})
    object.__setattr__(village.database.settings, "passphrase", "口令")
    assert count(village) == []


def test_what_can_not_be_a_share_costs_no_archive(three_keys, monkeypatch):
    """Anybody may post a share: an unknown key's number and a payload of another shape are refused before an archive is read."""
    village, (first, _second) = three_keys
    share = json.loads(share_of(village, first))

    def post(**changed):
        return take_share(
            village.database, village.poll, json.dumps(share | changed).encode(), where="w", who=None, now=NOW
        )

    def read(*_arguments):
        raise AssertionError("the archives were read")

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_gather", read)
        for changed, reason in (({"owner": 99}, "unknown_owner"), ({"payload": "x"}, "malformed")):
            assert refused(post_with(post, changed)).params["reason"] == reason
        with pytest.raises(AssertionError, match="archives were read"):
            post()
    assert post() == (village.panels["villagers"], share["owner"])


def post_with(post, changed):
    """A post of a changed share."""
    return lambda: post(**changed)
