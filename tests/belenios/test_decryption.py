"""The key's one use: only the verified sum of a closed box is decrypted, and the function is no oracle."""

import ast
import json
import os
from pathlib import Path

import pytest

import belenios
from belenios.archive import ArchiveWriter
from belenios.ballot import read_ballot
from belenios.checks import Check, NotVerified, Unreadable
from belenios.credentials import point_of
from belenios.decryption import DecryptionRefusal, DecryptionRefused, decrypt
from belenios.election import read_election, write_election
from belenios.encoding import encode
from belenios.group import power, read_point
from belenios.tallying import encrypted_tally
from belenios.trustees import new_key, read_trustees
from belenios.verify import verify


def refusal(*arguments, **options):
    """Tell why a decryption is refused."""
    with pytest.raises(DecryptionRefused) as caught:
        decrypt(*arguments, os.urandom, **options)
    return caught.value


def test_the_sum_is_decrypted(box):
    """Each trustee gets its own number and factors alpha^x of the recomputed tally, with proofs (4.20)."""
    seen = []
    for owner, key in enumerate(box.keys, start=1):
        part = decrypt(box.closed, key, box.setup, os.urandom, progress=lambda *step: seen.append(step), workers=2)
        assert part.owner == owner
        factors = json.loads(part.payload)["decryption_factors"]
        for row, answers in zip(factors, json.loads(box.parts.tally), strict=True):
            for factor, cipher in zip(row, answers, strict=True):
                assert read_point(factor) == power(read_point(cipher["alpha"]), key)
    assert seen == [(step, 5) for step in range(1, 6)] * 2


def test_trustees_decrypt_one_after_another(box, sums):
    """An archive that holds other trustees' verified decryptions is decrypted too, in any order."""
    writer = ArchiveWriter.resume(box.closed)
    for key in box.keys[::-1]:
        part = decrypt(writer.bytes(), key, box.setup, os.urandom)
        writer.partial_decryption(part.owner, part.payload)
    writer.result(box.parts.result)
    assert verify(writer.bytes()).result == sums


def test_a_single_ballot_is_not_decrypted(box):
    """Attack: a ballot's own ciphertexts as the tally, or an archive with that ballot alone. Both are refused."""
    alone = [read_ballot(box.parts.ballots[0])]
    tally = encrypted_tally(box.election, alone)
    disguised = box.parts.archive(tally=tally, decryptions=(), result=None)
    error = refusal(disguised, box.keys[0], box.setup)
    assert error.reason is DecryptionRefusal.NOT_VERIFIED
    assert isinstance(error.cause, NotVerified)
    assert error.cause.check is Check.TALLY_SUM
    single = box.parts.archive(ballots=box.parts.ballots[:1], tally=tally, count=1, decryptions=(), result=None)
    assert verify(single).ballots == 1
    assert refusal(single, box.keys[0], box.setup).reason is DecryptionRefusal.TOO_FEW_BALLOTS


def test_a_copied_ballot_is_not_summed(box, resigned):
    """Attack: one voter's ciphertexts in many ballots, so that the sum tells that vote. The proofs refuse it."""
    tree = json.loads(box.parts.ballots[0])
    copies = [
        resigned(tree | {"credential": json.loads(raw)["credential"]}, secret)
        for raw, secret in zip(box.parts.ballots, box.secrets, strict=False)
    ]
    ballots = (box.parts.ballots[0], *copies[1:])
    tally = encrypted_tally(box.election, [read_ballot(raw) for raw in ballots])
    error = refusal(
        box.parts.archive(ballots=ballots, tally=tally, decryptions=(), result=None), box.keys[0], box.setup
    )
    assert error.reason is DecryptionRefusal.NOT_VERIFIED
    assert error.cause.check is Check.BALLOT_PROOFS


def test_a_box_that_is_still_open_is_not_decrypted(box):
    """Before the tally is recorded there is nothing a key is used for."""
    writer = ArchiveWriter(0)
    setup = writer.setup(box.parts.election, box.parts.trustees, box.parts.credentials)
    for ballot in box.parts.ballots:
        writer.ballot(ballot)
    for step in (lambda: None, writer.end_ballots):
        step()
        assert refusal(writer.bytes(), box.keys[0], setup).reason is DecryptionRefusal.NOT_VERIFIED


def test_other_credentials_are_another_setup(box):
    """Attack: the same election with an additional credential of the server's. The setup hash refuses it (pitfall 9)."""
    points = [*json.loads(box.parts.credentials), point_of(987654)]
    stuffed = box.parts.archive(credentials=encode(points), decryptions=(), result=None)
    assert verify(stuffed).ballots == 5
    error = refusal(stuffed, box.keys[0], box.setup)
    assert error.reason is DecryptionRefusal.NOT_VERIFIED
    assert error.cause.check is Check.SETUP_HASH


def test_a_foreign_key_is_named(box):
    """A key of another poll is refused by name."""
    assert refusal(box.closed, new_key(os.urandom), box.setup).reason is DecryptionRefusal.FOREIGN_KEY


def test_an_opened_or_decrypted_box_is_left_alone(box):
    """A key decrypts once: not after the result, and not again after its own part."""
    assert refusal(box.opened, box.keys[0], box.setup).reason is DecryptionRefusal.ALREADY_OPENED
    mine = box.parts.archive(decryptions=box.parts.decryptions[:1], result=None)
    assert refusal(mine, box.keys[0], box.setup).reason is DecryptionRefusal.ALREADY_DECRYPTED


def test_false_decryptions_of_others_stop_the_key(box):
    """Another trustee's false decryption in the archive is named before the key is used."""
    _, payload = box.parts.decryptions[0]
    false = box.parts.archive(decryptions=((2, payload),), result=None)
    error = refusal(false, box.keys[0], box.setup)
    assert error.reason is DecryptionRefusal.NOT_VERIFIED
    assert error.cause.check is Check.DECRYPTION_PROOF


def test_a_small_box_stays_shut(box):
    """Fewer ballots than the minimum are never opened; five are the default."""
    assert refusal(box.closed, box.keys[0], box.setup, minimum=6).reason is DecryptionRefusal.TOO_FEW_BALLOTS
    four = box.parts.ballots[:4]
    tally = encrypted_tally(box.election, [read_ballot(raw) for raw in four])
    small = box.parts.archive(ballots=four, tally=tally, count=4, decryptions=(), result=None)
    assert refusal(small, box.keys[0], box.setup).reason is DecryptionRefusal.TOO_FEW_BALLOTS


def test_no_archive_is_unreadable(box):
    """Bytes that are no archive are refused as unreadable."""
    error = refusal(read_ballot(box.parts.ballots[0]).raw, box.keys[0], box.setup)
    assert error.reason is DecryptionRefusal.UNREADABLE
    assert isinstance(error.cause, Unreadable)


def test_a_faulty_decryption_does_not_leave(box, monkeypatch):
    """What was made is checked as the verifier will: a proof spoilt on the way is dropped with its factors."""
    monkeypatch.setattr("belenios.decryption.prove_equality", lambda *_: (1, 2))
    assert refusal(box.closed, box.keys[0], box.setup).reason is DecryptionRefusal.FAULT


def test_a_threshold_key_is_refused(box, threshold_group):
    """A member's share of a threshold group is not used: such decryptions are read, never made."""
    group = threshold_group()
    trustees = group.write()
    raw = write_election(
        uuid=box.election.uuid,
        name="",
        description="",
        questions=box.election.questions,
        public_key=read_trustees(trustees).public_key,
    )
    writer = ArchiveWriter(0)
    setup = writer.setup(raw, trustees, box.parts.credentials)
    writer.end_ballots()
    writer.encrypted_tally(encrypted_tally(read_election(raw), []), 0)
    error = refusal(writer.bytes(), group.share(1), setup, minimum=0)
    assert error.reason is DecryptionRefusal.THRESHOLD_KEY


def test_one_function_touches_a_key():
    """Only `decryption` makes equality proofs, and only it raises ciphertexts to a private key (law 6)."""
    package = Path(belenios.__file__).parent
    provers, keyed = set(), set()
    for path in sorted(package.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            arguments = {argument.arg for argument in function.args.args}
            if arguments & {"private", "private_key"}:
                keyed.add((path.stem, function.name))
            calls = {
                call.func.id
                for call in ast.walk(function)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
            }
            if "prove_equality" in calls:
                provers.add((path.stem, function.name))
    assert provers == {("decryption", "decrypt")}
    assert keyed == {("decryption", "decrypt"), ("trustees", "public_part")}
