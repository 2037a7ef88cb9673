"""Laws 6, 8, 9 and 12: only the sum, frozen rules, withheld is a result, two people.

Laws 1 to 5 and 14 have files of their own here; 7 and 10 are tested with the packages that keep them, 11 in tests/web/test_access.py.
"""

import ast
import json
import shutil

import pytest
import sqlalchemy as sa
from guards import unguard
from sources import importers, modules, users
from village import NOW

import schemes.loading
from ballots import slips
from ballots.models import Trustee
from ballots.opening import key_fingerprint
from belenios.archive import ArchiveWriter, read_archive
from belenios.ballot import read_ballot
from belenios.decryption import DecryptionRefusal, DecryptionRefused, decrypt
from belenios.election import read_election
from belenios.tallying import encrypted_tally
from belenios.trustees import new_key
from belenios.verify import Check, NotVerified, verify
from polling import audit
from polling.errors import DomainError, RuleRefused
from polling.models import ROOT, AuditEntry, Poll, Role
from polling.people import REHEARSAL_PEOPLE, add_user, two_people
from polling.polls import find_poll, scheme_of
from publishing.results import gather
from publishing.signing import check_document
from publishing.signing_keys import public_keys
from schemes.loading import load
from tally.outcome import Scored, Withheld


def refusal(act, *arguments, **named) -> str:
    """The code of the domain error that an act runs into."""
    with pytest.raises(DomainError) as caught:
        act(*arguments, **named)
    return caught.value.code


# ---------------------------------------------------------------- law 6


def test_law_6_one_function_uses_a_key_on_ciphertexts():
    """A share is proved in belenios.decryption.decrypt alone, the only function that is given a key; two modules call it."""
    assert users("prove_equality") == ["belenios.decryption.decrypt"]
    assert importers("belenios.decryption", "decrypt") == ["cli.trustee", "publishing.counting"]
    given = [
        f"{module}.{node.name}"
        for module, tree in modules()
        if module.startswith("belenios.")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(each.arg in ("private_key", "private") for each in ast.walk(node.args) if isinstance(each, ast.arg))
    ]
    assert given == ["belenios.decryption.decrypt", "belenios.trustees.public_part"]


def test_law_6_a_stored_key_is_unwrapped_for_counting_only():
    """Only counting takes a key out of the store, and hands it to nothing but `decrypt`."""
    takers = []
    for module, tree in modules():
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                call = node.func if isinstance(node, ast.Call) else None
                if isinstance(call, ast.Attribute) and call.attr == "get" and "store" in ast.dump(call.value):
                    takers.append(f"{module}.{function.name}")
    assert takers == ["publishing.counting.count_poll"]


@pytest.fixture
def closed(village):
    """A closed box of six ballots: its archive, and one of its keys."""
    village.opened()
    village.vote([[1], [1], [2], [2], [3], [0]])
    village.close()
    return village, read_archive(village.panel().archive), village.store().get(village.poll, 1)


def rewritten(archive, ballots, tally_of, count) -> bytes:
    """An archive with the same setup and well made hashes, but ballots and tally of the attacker's choice."""
    election = read_election(archive.election)
    writer = ArchiveWriter(archive.timestamp)
    writer.setup(archive.election, archive.trustees, archive.credentials)
    for raw in ballots:
        writer.ballot(raw)
    writer.end_ballots()
    writer.encrypted_tally(encrypted_tally(election, [read_ballot(raw) for raw in tally_of]), count)
    return writer.bytes()


def test_law_6_a_single_ballot_is_not_opened(closed):
    """An archive whose tally is one ballot's ciphertext, under whatever count and beside whatever ballots, moves no key."""
    village, archive, key = closed
    setup, one = village.panel().setup_hash, archive.ballots[:1]
    attacks = {
        (archive.ballots, one, 6): Check.TALLY_SUM,
        (archive.ballots, one, 1): Check.TALLY_COUNT,
        (one, one, 6): Check.TALLY_COUNT,
    }
    for (ballots, tally, count), check in attacks.items():
        with pytest.raises(DecryptionRefused) as caught:
            decrypt(rewritten(archive, ballots, tally, count), key, setup, village.random)
        assert (caught.value.reason, caught.value.cause.check) == (DecryptionRefusal.NOT_VERIFIED, check)
    for few in (1, 4):  # honest sums, but of so few that they say too much about one
        with pytest.raises(DecryptionRefused) as caught:
            decrypt(rewritten(archive, archive.ballots[:few], archive.ballots[:few], few), key, setup, village.random)
        assert caught.value.reason is DecryptionRefusal.TOO_FEW_BALLOTS
    assert decrypt(rewritten(archive, archive.ballots, archive.ballots, 6), key, setup, village.random).owner == 1


def test_law_6_a_foreign_setup_or_key_moves_nothing(closed):
    """Without the setup of the opening record, or with a key of another poll, nothing is decrypted."""
    village, _archive, key = closed
    raw, setup = village.panel().archive, village.panel().setup_hash
    for wrong_setup, wrong_key, reason in [
        ("0" * 64, key, DecryptionRefusal.NOT_VERIFIED),
        (setup, new_key(village.random), DecryptionRefusal.FOREIGN_KEY),
    ]:
        with pytest.raises(DecryptionRefused) as caught:
            decrypt(raw, wrong_key, wrong_setup, village.random)
        assert caught.value.reason is reason


def test_law_6_a_box_that_is_open_or_annulled_is_not_counted(village):
    """Counting needs a closed poll: an open one and an annulled one are refused, with their keys untouched."""
    village.opened()
    village.vote([[1]] * 10)
    assert refusal(village.count) == "state_needed"
    village.close()
    village.annul()
    assert refusal(village.count) == "state_needed"
    assert village.panel().result is None


# ---------------------------------------------------------------- law 8


def test_law_8_a_pack_changed_after_printing_changes_nothing(village, tmp_path, monkeypatch):
    """The poll keeps the bytes and the digest of its scheme: a pack edited afterwards, or gone, has no say; a new draft sees it."""
    village.create()
    village.print()
    before = load("standard")
    packs = tmp_path / "packs"
    shutil.copytree(schemes.loading.PACKS, packs)
    text = (packs / "standard.toml").read_text(encoding="utf-8")
    changed = text.replace('title = "很满意", weight = 1.0', 'title = "很满意", weight = 0.9')
    assert changed != text
    (packs / "standard.toml").write_text(
        changed.partition("\n# ---------------------------------------------------------------- worked")[0],
        encoding="utf-8",
    )
    monkeypatch.setattr(schemes.loading, "PACKS", packs)
    assert load("standard").digest != before.digest
    village.print()  # printing again keeps what was frozen
    village.open()
    village.vote([[1]] * 10)
    village.close()
    (packs / "standard.toml").unlink()
    village.count()
    with village.database.read() as session:
        poll = find_poll(session, village.poll)
        assert (poll.scheme_raw, poll.scheme_digest) == (before.raw, before.digest)
        assert scheme_of(poll) == before
        [row] = gather(poll)
    assert row.outcome.score == 100


def test_law_8_the_opening_record_binds_the_setup(village):
    """The signed record names setup, scheme digest, credentials and keys; an archive of another setup fails the demand by name."""
    village.opened()
    village.vote([[1]] * 5)
    village.close()
    with village.database.read() as session:
        record = check_document(village.panel().opening_record.encode(), public_keys(session))
        poll = find_poll(session, village.poll)
        trustees = session.scalars(sa.select(Trustee).order_by(Trustee.position)).all()
    found = verify(village.panel().archive, setup=record["setup"])
    assert record["scheme"] == {"name": "standard", "digest": poll.scheme_digest}
    assert (record["credentials"], record["phi"]) == (len(found.credentials), found.election.fingerprint)
    assert [key["fingerprint"] for key in record["keys"]] == [key_fingerprint(trustee) for trustee in trustees]
    with pytest.raises(NotVerified) as caught:
        verify(village.panel().archive, setup="0" * 64)
    assert caught.value.check is Check.SETUP_HASH


def test_law_8_no_printing_after_opening(village):
    """An open poll is never printed again, and its points are never replaced."""
    village.opened()
    assert refusal(village.print) == "state_needed"
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        named = {"printing": "1" * 14, "replaces": poll.printing, "who": "测试", "now": NOW}
        assert refusal(slips.keep_points, session, poll, {}, **named) == "state_needed"


# ---------------------------------------------------------------- law 9


def test_law_9_withheld_is_a_result_without_any_number(village):
    """A box that stays shut is counted like any other and gives rows without score, counts or flags; its floor is unknown."""
    village.opened(panels=("villagers", "interviewees"))
    village.vote([[1]] * 9)
    village.vote([[1]] * 15, "interviewees")
    village.close()
    assert village.count() == []
    with village.database.read() as session:
        rows = {row.panel_key: row for row in gather(find_poll(session, village.poll))}
    assert isinstance(rows["villagers"].outcome, Withheld)
    assert not hasattr(rows["villagers"].outcome, "score")
    assert rows["villagers"].counts is None
    assert isinstance(rows["interviewees"].outcome, Scored)
    document = json.loads(village.publish())["document"]
    [subject] = document["subjects"]
    shut = next(row for row in subject["rows"] if row["panel_key"] == "villagers")
    assert {name: value for name, value in shut.items() if value not in (None, [])} == {
        "panel_key": "villagers",
        "outcome": "below_minimum",
    }
    assert subject["floor"]["below"] is None
    assert village.panel("villagers").result is None
    assert not verify(village.panel("villagers").archive).opened


# ---------------------------------------------------------------- law 12


@pytest.fixture
def people(village):
    """A village with two organizers, two scrutineers and a reader."""
    with village.database.write() as session:
        for name, role in (
            ("甲", Role.ORGANIZER),
            ("乙", Role.SCRUTINEER),
            ("丙", Role.SCRUTINEER),
            ("丁", Role.READER),
            ("己", Role.ORGANIZER),
        ):
            add_user(session, name, role, None)
    return village


@pytest.mark.parametrize(
    ("organizer", "witness", "code"),
    [
        (None, None, "two_people_needed"),
        ("甲", None, "two_people_needed"),
        (None, "乙", "two_people_needed"),
        ("甲", "", "two_people_needed"),
        ("甲", "甲", "two_people_same"),
        ("乙", "乙", "two_people_same"),
        ("乙", "丙", "role_wrong"),
        ("甲", "丁", "role_wrong"),
        ("甲", "己", "role_wrong"),
        ("丁", "乙", "role_wrong"),
        ("乙", "甲", "role_wrong"),
        ("戊", "乙", "user_unknown"),
        ("甲", "戊", "user_unknown"),
        (REHEARSAL_PEOPLE[Role.ORGANIZER], "乙", "rehearsal_person"),
        ("甲", REHEARSAL_PEOPLE[Role.SCRUTINEER], "rehearsal_person"),
    ],
)
def test_law_12_closing_takes_an_organizer_and_a_scrutineer(people, organizer, witness, code):
    """One person, the same twice, a wrong role, a stranger or a rehearsal's person is refused for a real poll."""
    real = Poll(id="x", rehearsal=False, organization_id=ROOT, subjects=[])
    with people.database.write() as session:
        assert refusal(two_people, session, real, organizer=organizer, witness=witness) == code
        assert two_people(session, real, organizer="甲", witness="乙") == ("甲", "乙")


def test_law_12_every_act_is_in_the_log(village):
    """Creating, printing, opening, closing, tallying, counting and publishing stand in the log, by whom, in a sound chain."""
    village.opened()
    village.vote([[1]] * 10)
    village.close()
    village.count()
    village.publish()
    with village.database.read() as session:
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number)).all()
        assert audit.walk(session).broken is None
    acts = [entry.what.removeprefix("poll.") for entry in entries]
    assert acts == ["create", "print", "open", "close", "tally", "count", "send", "stand_in", "publish"]
    closing = entries[3]
    assert (closing.who, json.loads(closing.detail)["witness"]) == tuple(REHEARSAL_PEOPLE.values())
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry.poll_id for entry in entries} == {village.poll}


def test_law_12_the_log_is_not_emptied_or_overwritten(any_village):
    """Neither INSERT OR REPLACE (SQLite) nor TRUNCATE (PostgreSQL) gets around the guard; no number is given twice, so the chain does not fork."""
    any_village.opened()
    sneak = (
        "INSERT OR REPLACE INTO audit SELECT 1, at, 'x', what, poll_id, detail, previous, hash FROM audit WHERE number = 1"
        if any_village.database.is_sqlite
        else "TRUNCATE audit"
    )
    with (
        pytest.raises(sa.exc.DBAPIError, match="the audit log stays as it is"),
        any_village.database.write() as session,
    ):
        session.execute(sa.text(sneak))
    fork = "INSERT INTO audit SELECT number, at, 'x', what, poll_id, detail, previous, 'y' FROM audit WHERE number = 2"
    with pytest.raises(sa.exc.IntegrityError), any_village.database.write() as session:
        session.execute(sa.text(fork))


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit SET who = 'x' WHERE number = 2", 2),
        ("UPDATE audit SET at = '2026-10-20 09:30:01+00:00' WHERE number = 2", 2),
        ("UPDATE audit SET detail = '{}' WHERE number = 1", 1),
        ("UPDATE audit SET poll_id = NULL WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("UPDATE audit SET number = 9 WHERE number = 2", 2),
        ("UPDATE audit SET previous = hash WHERE number = 3", 3),
    ],
)
def test_law_12_a_changed_log_is_noticed(any_village, change, broken):
    """The database refuses to change, move or take out an entry; who takes its guard away breaks the chain at that place."""
    any_village.opened()
    with (
        pytest.raises(sa.exc.DBAPIError, match="the audit log stays as it is"),
        any_village.database.write() as session,
    ):
        session.execute(sa.text(change))
    with any_village.database.write() as session:
        assert audit.walk(session).broken is None
        unguard(session)
        session.execute(sa.text(change))
        session.expire_all()
        assert audit.walk(session).broken == broken


def test_law_12_the_log_never_names_a_voter(village):
    """Casting leaves nothing in the log: neither a line, nor a credential or a tracker in another."""
    village.opened()
    with village.database.read() as session:
        before = session.scalars(sa.select(AuditEntry.hash)).all()
    trackers = village.vote([[1]] * 10)
    with village.database.read() as session:
        assert session.scalars(sa.select(AuditEntry.hash)).all() == before
    village.close()
    with village.database.read() as session:
        text = " ".join(entry.detail + entry.who for entry in session.scalars(sa.select(AuditEntry)))
    assert not any(name in text for name in [*trackers, *(village.point(number) for number in range(10))])


def test_law_12_annulling_needs_a_reason_and_two_people(people):
    """Annulling is refused without a reason, and from a draft, which nobody has seen."""
    people.create()
    assert refusal(people.annul) == "wrong_state"
    people.print()
    assert refusal(people.annul, "  ") == "reason_empty"
    people.annul("票印错了")
    assert refusal(people.open) in ("state_needed", "wrong_state")
    with pytest.raises(RuleRefused):
        people.annul("再来一次")
