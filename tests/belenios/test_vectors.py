"""Archives made elsewhere: every good one is accepted, every bad one refused by the right check."""

import ast
import json

import pytest

from belenios.answers import bit_claims, overall_claims, question_label, total
from belenios.ballot import read_ballot
from belenios.checks import Check, NotVerified
from belenios.credentials import point_of, secret_of
from belenios.election import read_election
from belenios.group import add, base_power, hash_to_scalar, power, write_point
from belenios.verify import verify

BAD = {
    "badcount": Check.TALLY_COUNT,
    "badproof": Check.BALLOT_PROOFS,
    "badresult": Check.RESULT_VALUE,
    "badsig": Check.BALLOT_SIGNATURE,
    "droptally": Check.TALLY_SUM,
    "noend": Check.EVENT_ORDER,
    "order-after_tally": Check.EVENT_ORDER,
    "order-split": Check.EVENT_ORDER,
}


def test_every_bad_archive_has_its_check(vectors):
    """No vector is left out of the list below."""
    assert {path.stem for path in (vectors / "bad").iterdir()} == set(BAD)


@pytest.mark.parametrize(("name", "check"), BAD.items())
def test_bad_archives_are_refused_by_the_right_check(vectors, name, check):
    """Each archive with one thing wrong is refused for this one thing."""
    with pytest.raises(NotVerified) as caught:
        verify((vectors / "bad" / f"{name}.bel").read_bytes())
    assert caught.value.check is check


@pytest.mark.parametrize(("kind", "owners"), [("single", (1,)), ("threshold", (1, 3, 4))])
def test_good_archives_open_to_the_votes(vectors, kind, owners):
    """The tool's archives verify, `Single` and 2-of-3, and their result is the sum of the recorded votes."""
    folder = vectors / "good" / kind
    (path,) = folder.glob("*.bel")
    found = verify(path.read_bytes())
    votes = [ast.literal_eval(line) for line in (folder / "votes.txt").read_text().splitlines()]
    sums = tuple(tuple(map(sum, zip(*column, strict=True))) for column in zip(*votes, strict=True))
    assert found.opened
    assert found.result == sums
    assert found.ballots == len(votes) == 5
    assert found.decrypted_by == owners
    codes = json.loads((folder / "private_creds.json").read_text()).values()
    assert {point_of(secret_of(code, found.election.uuid)) for code in codes} == set(found.credentials)


@pytest.fixture(scope="module")
def single(vectors, entries_of):
    """Give the election and the first ballot of the vector `single`, and the values computed elsewhere."""
    folder = vectors / "good" / "single"
    (path,) = folder.glob("*.bel")
    entries = entries_of(path.read_bytes())
    ballot = next(body for _, body in entries if body.startswith(b'{"election_uuid"'))
    return read_election(entries[1][1]), read_ballot(ballot), json.loads((folder / "steps.json").read_text())


def commitments(key, claims, proofs):
    """Compute the commitments of a proof's pairs, as texts."""
    points = []
    for (alpha, beta), (challenge, response) in zip(claims, proofs, strict=True):
        points.append(write_point(add(base_power(response), power(alpha, challenge))))
        points.append(write_point(add(power(key, response), power(beta, challenge))))
    return points


def test_every_step_has_the_known_value(single):
    """Labels, sums, commitments and challenges of all kinds of proofs equal those another program computed."""
    election, ballot, steps = single
    key, answer, question = election.public_key, ballot.answers[0], election.questions[0]
    label = f"{election.fingerprint}|{ballot.credential}"
    assert election.fingerprint == steps["fingerprint"]
    assert label == steps["S0"]
    name = question_label(label, answer.texts)
    chosen = total(answer.ciphers[1:])
    assert [write_point(point) for point in chosen] == steps["sum_of_answers"]
    kinds = {
        "individual_proof_0": (
            f"prove|{label}|{answer.texts[0]}|",
            bit_claims(answer.ciphers[0]),
            answer.individual[0],
        ),
        "blank_proof": (f"bproof0|{name}|", [answer.ciphers[0], chosen], answer.blank),
        "overall_proof": (f"bproof1|{name}|", overall_claims(question, answer.ciphers[0], chosen), answer.overall),
    }
    for kind, (prefix, claims, proofs) in kinds.items():
        step = steps[kind]
        found = commitments(key, claims, proofs)
        assert prefix == step["prefix"]
        assert found == step["commitments"]
        points = [bytes.fromhex(text)[::-1] for text in found]
        assert str(hash_to_scalar(prefix, points)) == step["challenge"]


def test_the_signature_has_the_known_value(single):
    """The hash of a ballot, the signature's commitment and its challenge equal those another program computed."""
    _, ballot, steps = single
    step = steps["signature"]
    challenge, response = ballot.signature
    commitment = add(base_power(response), power(ballot.credential_point, challenge))
    assert ballot.body_hash == ballot.stated_hash == step["hash"]
    assert [write_point(commitment)] == step["commitments"]
    assert str(hash_to_scalar(step["prefix"], [commitment])) == step["challenge"] == str(challenge)
    assert step["prefix"] == f"sig|{ballot.body_hash}|"


def test_the_credential_has_the_known_value(single):
    """Code, secret and point of a credential equal those another program computed (4.8)."""
    election, ballot, steps = single
    step = steps["credential"]
    assert str(secret_of(step["code"], election.uuid)) == step["secret"]
    assert point_of(int(step["secret"])) == step["point"] == ballot.credential
