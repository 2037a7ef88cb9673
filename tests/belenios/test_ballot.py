"""Ballots: every kind of false ballot is refused, each with its own reason, and nothing breaks the reader."""

import base64
import json
import os
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_add

from belenios.answers import bit_claims, overall_claims, question_label, total
from belenios.ballot import (
    BallotRefusal,
    BallotRefused,
    check_election,
    check_proofs,
    check_signature,
    read_ballot,
    seal,
    tracker_of,
)
from belenios.encoding import encode
from belenios.group import IDENTITY, ORDER, base_power, write_point
from belenios.proofs import prove_one_of
from belenios.sealing import encrypt, sign
from belenios.wire import BallotBody

ORDER_EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")


def check(box, raw):
    """Make every check a box makes, in its order."""
    ballot = read_ballot(raw)
    check_election(box.election, ballot)
    check_signature(ballot)
    check_proofs(box.election, ballot)
    return ballot


def refusal(box, raw):
    """Tell why a ballot is refused."""
    with pytest.raises(BallotRefused) as caught:
        check(box, raw)
    return caught.value.reason


def resign(box, tree, voter=0):
    """Sign a changed ballot again with its own credential: hashes and signature are right, only the change is not."""
    body = msgspec.convert({name: tree[name] for name in BallotBody.__struct_fields__}, BallotBody)
    return sign(body, box.secrets[voter], os.urandom)


def test_a_ballot_is_read_and_passes(box):
    """A sealed ballot passes every check; its tracker is the unpadded base64 SHA-256 of its bytes."""
    raw = box.parts.ballots[0]
    ballot = check(box, raw)
    assert ballot.tracker == tracker_of(raw) == base64.b64encode(sha256(raw).digest()).decode().rstrip("=")
    assert ballot.credential == write_point(base_power(box.secrets[0]))
    assert ballot.raw == raw


def test_a_ballot_of_another_election_is_refused(box, box_maker):
    """A ballot belongs to one election by its identifier and by the hash of the election's bytes."""
    other = box_maker(box.election.questions, ())
    assert refusal(box, seal(other.election, 5, [(0, 1, 0), (1, 0)], os.urandom)) is BallotRefusal.WRONG_ELECTION
    for name, value in (("election_uuid", "1" * 14), ("election_hash", other.election.fingerprint)):
        tree = json.loads(box.parts.ballots[0]) | {name: value}
        assert refusal(box, resign(box, tree)) is BallotRefusal.WRONG_ELECTION


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw + b"\n",
        lambda raw: b" " + raw,
        lambda raw: raw.replace(b'","', b'", "', 1),
        lambda raw: raw.replace(b'"election_uuid"', b'"election_\\u0075uid"', 1),
        lambda raw: raw.replace(b'"credential":"', b'"credential":"\\u003', 1).replace(b"\\u003", b"\\u003" + b"0", 1),
        lambda raw: b'{"election_uuid":"' + b"1" * 14 + b'",' + raw[1:],
        lambda raw: encode(dict(sorted(json.loads(raw).items()))),
    ],
)
def test_other_spellings_are_not_canonical(box, spoil):
    """Spaces, escapes, doubled keys and another order of fields say the same and are refused (pitfall 3)."""
    raw = spoil(box.parts.ballots[0])
    reason = refusal(box, raw)
    assert reason is BallotRefusal.NON_CANONICAL or (b"\\u0030" in raw and reason is BallotRefusal.MALFORMED)


def deep(path, value):
    """Build a change that puts a value at a path of a ballot's tree."""

    def change(tree):
        target = tree
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value(target.get(path[-1]) if isinstance(target, dict) else target[path[-1]])
        return tree

    return change


MALFORMED = {
    "leading zero": deep(("answers", 0, "individual_proofs", 0, 0, "challenge"), lambda old: "0" + old),
    "scalar of q or more": deep(("answers", 0, "overall_proof", 0, "response"), lambda old: str(int(old) + ORDER)),
    "negative scalar": deep(("answers", 0, "overall_proof", 0, "response"), lambda old: "-" + old),
    "empty scalar": deep(("answers", 1, "overall_proof", 0, "response"), lambda _: ""),
    "other digits": deep(("answers", 0, "blank_proof", 0, "response"), lambda _: "٣"),
    "number for a scalar": deep(("answers", 0, "blank_proof", 1, "response"), lambda _: 3),
    "huge number": deep(("answers", 0, "blank_proof", 1, "response"), lambda _: "9" * 10_000),
    "capital point": deep(("answers", 0, "choices", 0, "alpha"), lambda old: old.upper() + ""),
    "short point": deep(("answers", 0, "choices", 0, "beta"), lambda old: old[1:]),
    "long point": deep(("answers", 0, "choices", 0, "beta"), lambda old: old + "00"),
    "spaced point": deep(("answers", 0, "choices", 0, "beta"), lambda old: " " + old[2:] + " "),
    "credential": deep(("credential",), lambda old: old[:-1] + "g"),
    "uuid": deep(("election_uuid",), lambda _: "0" * 14),
    "hash padded": deep(("election_hash",), lambda old: old + "="),
    "hash with loose bits": deep(("signature", "hash"), lambda old: old[:-1] + chr(ord(old[-1]) + 1)),
    "null": deep(("answers", 0, "blank_proof"), lambda _: None),
    "missing blank proof": deep(("answers", 0), lambda old: old.pop("blank_proof") and old),
    "blank proof too much": deep(("answers", 1, "blank_proof"), lambda _: [{"challenge": "1", "response": "1"}] * 2),
    "long blank proof": deep(("answers", 0, "blank_proof"), lambda old: old + old),
    "missing answer": deep(("answers",), lambda old: old[:1]),
    "missing choice": deep(("answers", 0, "choices"), lambda old: old[1:]),
    "missing proof": deep(("answers", 0, "individual_proofs"), lambda old: old[1:]),
    "half a proof": deep(("answers", 0, "individual_proofs", 0), lambda old: old[1:]),
    "short overall proof": deep(("answers", 0, "overall_proof"), lambda old: old[1:]),
    "long overall proof": deep(("answers", 1, "overall_proof"), lambda old: old + old),
    "unknown field": deep(("time",), lambda _: "now"),
    "answers of another type": deep(("answers",), lambda _: {"0": 1}),
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_other_shapes_are_malformed(box, change):
    """Scalars, points, hashes, types and lengths that are not the election's are refused as malformed."""
    tree = change(json.loads(box.parts.ballots[0]))
    assert refusal(box, encode(tree)) is BallotRefusal.MALFORMED


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"7",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"answers":' + b"[" * 100_000,
        b'{"x":' + b'{"x":' * 100_000,
        b'{"election_uuid":"\xff"}',
        b'{"election_uuid":"\\ud800"}',
        b'{"election_uuid":' + b"9" * 100_000 + b"}",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b"\x00" * 1000,
    ],
)
def test_no_bytes_break_the_reader(raw):
    """Bytes that are no ballot are refused as malformed, whatever they are."""
    with pytest.raises(BallotRefused) as caught:
        read_ballot(raw)
    assert caught.value.reason is BallotRefusal.MALFORMED


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(encode)
)
def test_random_bytes_and_trees_are_refused(raw):
    """Neither bytes nor JSON of any shape raise anything but BallotRefused."""
    with pytest.raises(BallotRefused):
        read_ballot(raw)


def test_any_flipped_bit_is_noticed(box):
    """A ballot with one flipped bit at every 37th byte never passes."""
    raw = box.parts.ballots[1]
    for position in range(0, len(raw), 37):
        spoilt = bytearray(raw)
        spoilt[position] ^= 1 << position % 7
        with pytest.raises(BallotRefused):
            check(box, bytes(spoilt))


def test_a_changed_body_needs_a_new_signature(box):
    """Exchanging two valid choices without signing again is a false signature, whether the hash is re-made or not."""
    tree = json.loads(box.parts.ballots[0])
    tree["answers"][1]["choices"].reverse()
    assert refusal(box, encode(tree)) is BallotRefusal.FALSE_SIGNATURE
    body = encode({name: tree[name] for name in BallotBody.__struct_fields__})
    tree["signature"]["hash"] = base64.b64encode(sha256(body).digest()).decode().rstrip("=")
    assert refusal(box, encode(tree)) is BallotRefusal.FALSE_SIGNATURE


def test_another_credential_cannot_take_a_ballot_over(box):
    """Ciphertexts and proofs copied under another credential and signed by it are false proofs: S0 names the voter."""
    tree = json.loads(box.parts.ballots[0]) | {"credential": write_point(base_power(box.secrets[6]))}
    assert refusal(box, resign(box, tree, voter=6)) is BallotRefusal.FALSE_PROOF


def test_a_signature_of_another_key_is_refused(box):
    """A ballot that names a credential must be signed by it."""
    assert refusal(box, resign(box, json.loads(box.parts.ballots[0]), voter=3)) is BallotRefusal.FALSE_SIGNATURE


@pytest.mark.parametrize(
    "point", [IDENTITY, ORDER_EIGHT, bytes(31) + b"\x10"], ids=["identity", "order 8", "off curve"]
)
def test_a_credential_outside_the_group_is_a_false_signature(box, point):
    """The credential must be a point of the group: the identity would make signatures free."""
    tree = json.loads(box.parts.ballots[0]) | {"credential": write_point(point)}
    ballot = read_ballot(resign(box, tree))
    with pytest.raises(BallotRefused) as caught:
        check_signature(ballot)
    assert caught.value.reason is BallotRefusal.FALSE_SIGNATURE


@pytest.mark.parametrize("name", ["alpha", "beta"])
@pytest.mark.parametrize("kind", ["identity", "order 8", "mixed", "other spelling"])
def test_ciphertexts_outside_the_group_are_false_proofs(box, name, kind):
    """The identity, small and mixed order and non-canonical coordinates never enter the arithmetic."""
    tree = json.loads(box.parts.ballots[0])
    choice = tree["answers"][0]["choices"][1]
    old = bytes.fromhex(choice[name])[::-1]
    new = {
        "identity": IDENTITY,
        "order 8": ORDER_EIGHT,
        "mixed": crypto_core_ed25519_add(old, ORDER_EIGHT),
        "other spelling": bytes.fromhex("ee" + "ff" * 30 + "7f"),
    }
    choice[name] = write_point(new[kind])
    with pytest.raises(BallotRefused, match="outside the group") as caught:
        check(box, resign(box, tree))
    assert caught.value.reason is BallotRefusal.FALSE_PROOF


PROOFS = [
    ("individual_proofs", 0, 0),
    ("individual_proofs", 2, 1),
    ("overall_proof", 0),
    ("overall_proof", 1),
    ("blank_proof", 0),
    ("blank_proof", 1),
]


@pytest.mark.parametrize("path", PROOFS, ids=str)
@pytest.mark.parametrize("number", ["challenge", "response"])
def test_each_number_of_each_proof_counts(box, path, number):
    """Changing any challenge or response by one, and signing again, is a false proof."""
    tree = json.loads(box.parts.ballots[0])
    pair = tree["answers"][0]
    for step in path:
        pair = pair[step]
    pair[number] = str((int(pair[number]) + 1) % ORDER)
    assert refusal(box, resign(box, tree)) is BallotRefusal.FALSE_PROOF


def forge(box, question, values, claims):
    """Seal values that no voter may choose, with the best proofs a cheater can make, and sign the ballot properly.

    `claims`: which claim each individual proof, the blank proof and the overall proof pretend to be true.
    """
    election = box.election
    individual, blank, overall = claims
    label = f"{election.fingerprint}|{write_point(base_power(box.secrets[0]))}"
    key = election.public_key
    sealed = [encrypt(key, value, os.urandom) for value in values]
    ciphers = tuple(cipher for cipher, _ in sealed)
    secrets = [secret for _, secret in sealed]
    texts = tuple(f"{write_point(alpha)},{write_point(beta)}" for alpha, beta in ciphers)
    name = question_label(label, texts)

    def pairs(proof):
        return [{"challenge": str(challenge), "response": str(response)} for challenge, response in proof]

    answer = {
        "choices": [{"alpha": write_point(alpha), "beta": write_point(beta)} for alpha, beta in ciphers],
        "individual_proofs": [
            pairs(prove_one_of(f"prove|{label}|{text}|", key, bit_claims(cipher), (claim, secret), os.urandom))
            for text, cipher, claim, secret in zip(texts, ciphers, individual, secrets, strict=True)
        ],
    }
    if election.questions[question].blank:
        chosen, rest = total(ciphers[1:]), sum(secrets[1:])
        truths = (secrets[0], rest)
        proof = prove_one_of(
            f"bproof1|{name}|",
            key,
            overall_claims(election.questions[question], ciphers[0], chosen),
            (overall, truths[min(overall, 1)]),
            os.urandom,
        )
        answer["overall_proof"] = pairs(proof)
        proof = prove_one_of(f"bproof0|{name}|", key, [ciphers[0], chosen], (blank, truths[blank]), os.urandom)
        answer["blank_proof"] = pairs(proof)
    else:
        chosen = total(ciphers)
        prefix = f"prove|{name}|{write_point(chosen[0])},{write_point(chosen[1])}|"
        claims = overall_claims(election.questions[question], None, chosen)
        answer["overall_proof"] = pairs(prove_one_of(prefix, key, claims, (overall, sum(secrets)), os.urandom))
    tree = json.loads(box.parts.ballots[0])
    tree["answers"][question] = answer
    return resign(box, tree)


def test_the_forger_can_seal_what_is_allowed(box):
    """The cheater's own prover makes good ballots out of honest values: what fails below fails for the values."""
    check(box, forge(box, 0, (0, 1, 0), ((0, 1, 0), 0, 1)))
    check(box, forge(box, 0, (1, 0, 0), ((1, 0, 0), 1, 0)))
    check(box, forge(box, 1, (0, 1), ((0, 1), None, 0)))


@pytest.mark.parametrize(
    ("question", "values", "claims", "fault"),
    [
        (0, (0, 1000, 0), ((0, 1, 0), 0, 1), "0 or 1"),
        (0, (0, 1000, -999), ((0, 1, 0), 0, 1), "0 or 1"),
        (0, (0, 1000, -999), ((0, 0, 0), 0, 1), "0 or 1"),
        (0, (0, -1, 2), ((0, 0, 1), 0, 1), "0 or 1"),
        (0, (0, 1, 1), ((0, 1, 1), 0, 1), "number of choices"),
        (0, (0, 0, 0), ((0, 0, 0), 0, 1), "number of choices"),
        (0, (0, 0, 0), ((0, 0, 0), 1, 0), "number of choices"),
        (0, (1, 1, 0), ((1, 1, 0), 0, 1), "exclude"),
        (0, (1, 1, 0), ((1, 1, 0), 1, 0), "exclude"),
        (1, (1000, -999), ((1, 0), None, 0), "0 or 1"),
        (1, (1, 1), ((1, 1), None, 0), "number of choices"),
        (1, (0, 0), ((0, 0), None, 0), "number of choices"),
    ],
)
def test_no_forged_value_passes(box, question, values, claims, fault):
    """One choice of 1000, a negative one, two choices, none, or blank with a choice: the right proof fails."""
    with pytest.raises(BallotRefused, match=fault) as caught:
        check(box, forge(box, question, values, claims))
    assert caught.value.reason is BallotRefusal.FALSE_PROOF
