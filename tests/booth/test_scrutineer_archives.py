"""The key holder's page says of every archive what Python says: good, or the same check that failed."""

import base64
import json
import os

import pytest

from belenios.answers import bit_claims, overall_claims, overall_prefix, question_label, total
from belenios.archive import read_archive
from belenios.ballot import read_ballot, seal
from belenios.election import Question
from belenios.encoding import encode
from belenios.group import ORDER, add, base_power, read_point, write_point
from belenios.proofs import prove_one_of
from belenios.sealing import encrypt
from belenios.tallying import encrypted_tally
from belenios.trustees import fingerprint, public_part, read_public_part, write_trustees
from belenios.verify import verify

GOOD = "good"
EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")  # a point of order 8
TWO = bytes.fromhex("ec" + "ff" * 30 + "7f")  # (0, -1), of order 2
IDENTITY = "1".zfill(64)


def closed(box, **changes):
    """The archive of a closed box out of changed parts."""
    return box.parts.archive(**{"decryptions": (), "result": None} | changes)


def edited(raw, **changes):
    """Change fields of some JSON and write it canonically."""
    return encode(json.loads(raw) | changes)


def test_good_boxes_of_every_shape_are_good(both, core, box, box_maker):
    """Blank or not, one choice or several, none at all, no ballots, some shares there: good in both, with Python's facts."""
    questions = [
        Question(text="a", answers=("x", "y", "z"), blank=True, minimum=1, maximum=2),
        Question(text="b", answers=("x", "y", "z"), blank=False, minimum=0, maximum=3),
        Question(text="c", answers=("x", "y"), blank=True, minimum=0, maximum=0),
        Question(text="d", answers=("x",), blank=False, minimum=1, maximum=1),
    ]
    rows = [
        ((0, 1, 1, 0), (1, 1, 1), (0, 0, 0), (1,)),
        ((1, 0, 0, 0), (0, 0, 0), (1, 0, 0), (1,)),
        ((0, 0, 0, 1), (0, 1, 0), (0, 0, 0), (1,)),
    ]
    wide = box_maker(questions, rows, keys=3)
    empty = box_maker(questions, (), keys=1)
    for raw in (
        box.closed,
        closed(box, decryptions=box.parts.decryptions[:1]),
        closed(box, decryptions=box.parts.decryptions),
        closed(box, ballots=box.parts.ballots[::-1]),
        wide.closed,
        closed(wide, decryptions=wide.parts.decryptions[1:]),
        empty.closed,
        closed(empty, decryptions=empty.parts.decryptions),
    ):
        assert both(raw) == GOOD
    found = verify(closed(wide, decryptions=wide.parts.decryptions[1:]))
    facts = core(
        "verify",
        archive=base64.b64encode(closed(wide, decryptions=wide.parts.decryptions[1:])).decode(),
        setup=found.setup_hash,
    )
    assert facts == {
        "uuid": found.election.uuid,
        "title": found.election.name,
        "description": found.election.description,
        "phi": found.election.fingerprint,
        "setup": found.setup_hash,
        "ballots": 3,
        "keys": [fingerprint(key) for key in found.trustees.keys],
        "decryptedBy": list(found.decrypted_by),
        "tallyHash": found.tally_hash,
    }


def test_false_setups_are_refused_alike(both, box):
    """Election, trustees, their product and credentials, each spoilt in many ways, are refused for the same reason."""
    parts = box.parts
    question = json.loads(parts.election)["questions"]
    elections = [
        edited(parts.election, **change)
        for change in (
            {"version": 2},
            {"version": True},
            {"group": "BELENIOS-2048"},
            {"uuid": "short"},
            {"uuid": "0" * 14},
            {"name": 1},
            {"administrator": None},
            {"more": "x"},
            {"questions": []},
            {"questions": [question[0] | {"min": 2, "max": 1}, question[1]]},
            {"questions": [question[0] | {"max": 3}, question[1]]},
            {"questions": [question[0] | {"blank": None}, question[1]]},
            {"questions": [question[0] | {"blank": 1}, question[1]]},
            {"questions": [question[0] | {"min": -1}, question[1]]},
            {"questions": [question[0] | {"type": "NonHomomorphic"}, question[1]]},
            {"questions": [question[0] | {"answers": []}, question[1]]},
            {"questions": [question[0] | {"answers": [1]}, question[1]]},
            {"public_key": IDENTITY},
            {"public_key": "00" * 32},
            {"public_key": write_point(add(box.election.public_key, EIGHT))},
            {"public_key": write_point(box.election.public_key).upper()},
        )
    ]
    elections += [
        parts.election.replace(b'"version":1', b'"version":1,"version":1'),
        parts.election.replace(b'"version":1', b'"version":1.0'),
        parts.election.replace(b'"version":1', b'"version":1e0'),
        b"\xef\xbb\xbf" + parts.election,
        parts.election.replace("村".encode(), b"\xff"),
        parts.election.replace("村".encode(), b"\\ud800"),
        parts.election[:-1],
        parts.election + b"{}",
        b"[]",
    ]
    tree = json.loads(parts.trustees)
    spoilt = [[kind, dict(value)] for kind, value in tree]
    pok = tree[0][1]["pok"]
    trustees = [
        b"[]",
        b"{}",
        encode([*tree, tree[0]]),
        encode([*tree, ["Double", tree[0][1]]]),
        encode([*tree, ["Single"]]),
        encode([["Single", tree[1][1] | {"pok": pok}], spoilt[0]]),
        encode([["Single", tree[0][1] | {"signature": pok}], spoilt[1]]),
        encode([["Single", tree[0][1] | {"pok": pok | {"challenge": str(int(pok["challenge"]) + ORDER)}}], spoilt[1]]),
        encode([["Single", tree[0][1] | {"public_key": IDENTITY}], spoilt[1]]),
        parts.trustees.replace(b'"pok"', b'"pok":1,"pok"', 1),
    ]
    keys = [write_trustees([read_public_part(public_part(key, os.urandom))]) for key in box.keys]
    points = json.loads(parts.credentials)
    credentials = [
        encode(changed)
        for changed in (
            [*points, points[0]],
            [*points, points[0] + ",1"],
            [points[0] + ",2", *points[1:]],
            [points[0] + ",", *points[1:]],
            [points[0] + ",1,1", *points[1:]],
            [points[0] + ",01", *points[1:]],
            [*points, IDENTITY],
            [*points, write_point(add(read_point(points[0]), EIGHT))],
            [*points, points[0].upper()],
            [*points, ""],
            [*points, 1],
            {},
        )
    ]
    cases = [({"election": raw}, "election") for raw in elections]
    cases += [({"trustees": raw}, "trustees") for raw in trustees]
    cases += [({"trustees": raw}, "election_key") for raw in keys]
    cases += [({"election": edited(parts.election, public_key=write_point(base_power(9)))}, "election_key")]
    cases += [({"credentials": raw}, "credentials") for raw in credentials]
    for change, check in cases:
        assert both(closed(box, **change)) == check, change
    # freely spelled but of one meaning: read, and then it is another election
    for raw in (json.dumps(json.loads(parts.election)).encode(), edited(parts.election, language="zh")):
        assert both(closed(box, election=raw)) == "ballot_election"
    assert both(closed(box, credentials=encode([points[0] + ",1", *points[1:]]))) == GOOD
    assert both(closed(box, trustees=json.dumps(tree, indent=1).encode())) == GOOD


def test_threshold_keys_are_refused_by_name(core, box, threshold_group):
    """A threshold group among the trustees is said to be one: such keys are not used in the page."""
    raw = closed(box, trustees=threshold_group().write())
    with pytest.raises(core.refused, match="threshold_key"):
        core("verify", archive=base64.b64encode(raw).decode(), setup=read_archive(raw).setup_hash)


def test_false_ballots_are_refused_alike(both, box, box_maker, resigned):
    """A misspelt, foreign, unknown, repeated or falsely proved ballot, hashes and signature made anew, is refused for the same reason."""
    good = box.parts.ballots
    rows = [(0, 1, 0), (1, 0)]
    other = box_maker(box.election.questions, ())
    cases = [
        (good[0] + b"\n", "ballot_form"),
        (b" " + good[0], "ballot_form"),
        (b"{}", "ballot_form"),
        (b"null", "ballot_form"),
        (b"\xff", "ballot_form"),
        (good[0].replace(b'"alpha"', b'"\\u0061lpha"', 1), "ballot_form"),
        (good[0].replace(b'"answers":', b'"answers":[],"answers":', 1), "ballot_form"),
        (good[0].replace(b'"challenge":"', b'"challenge":"0', 1), "ballot_form"),
        (good[0].replace(b'"alpha":"', b'"alpha":"A', 1), "ballot_form"),
        (seal(other.election, box.secrets[5], rows, os.urandom), "ballot_election"),
        (seal(box.election, 4242, rows, os.urandom), "ballot_credential"),
        (seal(box.election, box.secrets[1], rows, os.urandom), "ballot_once"),
    ]
    names = {"blank_proof", "overall_proof", "individual_proofs", "choices"}

    def changed(change):
        tree = json.loads(good[0])
        change(tree["answers"])
        return resigned(tree, box.secrets[0])

    for number in (0, 1):
        for name in names & json.loads(good[0])["answers"][number].keys():
            for check, change in (
                ("ballot_form", lambda answers, n=number, k=name: answers[n][k].pop()),
                ("ballot_form", lambda answers, n=number, k=name: answers[n][k].append(answers[n][k][0])),
                ("ballot_proofs", lambda answers, n=number, k=name: answers[n][k].reverse()),
            ):
                if check == "ballot_form" or len(json.loads(good[0])["answers"][number][name]) > 1:
                    cases.append((changed(change), check))
        pair = json.loads(good[0])["answers"][number]["individual_proofs"][0][0]
        cases += [
            (changed(lambda answers, n=number: answers[n]["individual_proofs"][0].pop()), "ballot_form"),
            (changed(lambda answers, n=number, p=pair: answers[n]["individual_proofs"][0].append(p)), "ballot_form"),
        ]
    for name in ("challenge", "response"):
        more = int(json.loads(good[0])["answers"][0]["overall_proof"][0][name]) + ORDER
        for number in (ORDER, more):  # `more` is the same modulo q in another spelling
            above = changed(lambda answers, k=name, t=str(number): answers[0]["overall_proof"][0].update({k: t}))
            cases += [(above, "ballot_form")]
    cases.append((changed(lambda answers: answers[0].pop("blank_proof")), "ballot_form"))
    cases.append((changed(lambda answers: answers[1].update(blank_proof=answers[0]["blank_proof"])), "ballot_form"))
    cases.append((changed(lambda answers: answers.pop()), "ballot_form"))
    for half in ("alpha", "beta"):
        for text in (IDENTITY, "00" * 32, "ff" * 32, write_point(EIGHT), "2".zfill(64)):
            outside = changed(lambda answers, h=half, t=text: answers[0]["choices"][1].update({h: t}))
            cases += [(outside, "ballot_proofs")]
    tree = json.loads(good[0])
    cases.append((encode(tree | {"answers": tree["answers"][::-1]}), "ballot_form"))
    tree["answers"][0]["overall_proof"].reverse()
    cases.append((encode(tree), "ballot_signature"))
    for ballot, check in cases:
        assert both(closed(box, ballots=(ballot, *good[1:]))) == check, ballot
    assert both(closed(box, ballots=(*good, good[0] + b" "))) == "ballot_form"


def leaves(tree, path=()):
    """List the paths of all values of a JSON tree."""
    if isinstance(tree, dict | list):
        steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return [leaf for step, value in steps for leaf in leaves(value, (*path, step))]
    return [path]


def altered(raw, path, add_to_point):
    """The JSON with one value changed into another of the same form."""
    tree = json.loads(raw)
    target = tree
    for step in path[:-1]:
        target = target[step]
    old = target[path[-1]]
    if len(old) == 64 and not old.isdigit():
        target[path[-1]] = write_point(add(read_point(old), add_to_point))
    elif old.isdigit():
        target[path[-1]] = str((int(old) + 1) % ORDER)
    else:
        target[path[-1]] = old[:5] + ("x" if old[5] != "x" else "y") + old[6:]
    return tree


@pytest.mark.parametrize("shift", [base_power(1), EIGHT], ids=["other", "torsion"])
def test_every_altered_value_of_a_ballot_is_refused_alike(both, box, resigned, shift):
    """Each value of a ballot in turn becomes a well-formed other, or a point outside the group, all hashes made anew: refused for the same reason."""
    raw = box.parts.ballots[0]
    seen = set()
    for path in leaves(json.loads(raw)):
        tree = altered(raw, path, shift)
        ballot = encode(tree) if path[0] == "signature" else resigned(tree, box.secrets[0])
        found = both(closed(box, ballots=(ballot, *box.parts.ballots[1:])))
        assert found != GOOD, path
        seen.add(found)
    assert seen == {"ballot_election", "ballot_credential", "ballot_proofs", "ballot_signature"}


@pytest.mark.parametrize("half", [0, 1], ids=["alpha", "beta"])
def test_points_outside_the_group_are_refused_though_every_proof_holds(both, box, resigned, half):
    """A cheating voter hides a point of order 2 in a ciphertext and draws until its challenges are even: the equations hold, the group tells."""
    election, tree = box.election, json.loads(box.parts.ballots[0])
    key, question = election.public_key, election.questions[1]
    label = f"{election.fingerprint}|{tree['credential']}"
    even = False
    while not even:
        sealed = [encrypt(key, value, os.urandom) for value in (1, 0)]
        ciphers = [cipher for cipher, _ in sealed]
        shifted = tuple(add(point, TWO) if place == half else point for place, point in enumerate(ciphers[0]))
        texts = tuple(",".join(map(write_point, cipher)) for cipher in (shifted, ciphers[1]))
        individual = [
            prove_one_of(f"prove|{label}|{text}|", key, bit_claims(cipher), (1 - place, secret), os.urandom)
            for place, (text, (cipher, secret)) in enumerate(zip(texts, sealed, strict=True))
        ]
        prefix = overall_prefix(question_label(label, texts), total((shifted, ciphers[1])))
        claims = overall_claims(question, None, total(tuple(ciphers)))
        overall = prove_one_of(prefix, key, claims, (0, sum(secret for _, secret in sealed) % ORDER), os.urandom)
        even = all(challenge % 2 == 0 for challenge, _ in (*individual[0], *overall))
    choices = [dict(zip(("alpha", "beta"), text.split(","), strict=True)) for text in texts]
    pairs = [
        [dict(zip(("challenge", "response"), map(str, pair), strict=True)) for pair in proof] for proof in individual
    ]
    tree["answers"][1] |= {"choices": choices, "individual_proofs": pairs}
    tree["answers"][1]["overall_proof"] = [{"challenge": str(overall[0][0]), "response": str(overall[0][1])}]
    ballot = resigned(tree, box.secrets[0])
    assert both(closed(box, ballots=(ballot, *box.parts.ballots[1:]))) == "ballot_proofs"


def test_false_tallies_and_shares_are_refused_alike(both, box):
    """Recorded numbers, sums and other holders' shares, each spoilt, are refused for the same reason."""
    parts = box.parts
    ballots = [read_ballot(raw) for raw in parts.ballots]
    assert both(closed(box, count=4)) == "tally_count"
    assert both(closed(box, ballots=parts.ballots[1:])) == "tally_count"
    for tally in (encrypted_tally(box.election, ballots[1:]), parts.tally + b"\n", b"[]"):
        assert both(closed(box, tally=tally)) == "tally_sum"
    for path in leaves(json.loads(parts.tally)):
        assert both(closed(box, tally=encode(altered(parts.tally, path, base_power(1))))) == "tally_sum"
    (_, first), (_, second) = parts.decryptions
    tree = json.loads(first)
    short = tree | {"decryption_proofs": tree["decryption_proofs"][:1]}
    narrow = tree | {"decryption_factors": [row[1:] for row in tree["decryption_factors"]]}
    above = json.loads(first)
    above["decryption_proofs"][0][0]["response"] = str(ORDER)
    for decryptions, check in (
        (((1, first), (3, second)), "decryption_owner"),
        (((0, first),), "decryption_owner"),
        (((-1, first),), "decryption_owner"),
        (((1, first), (1, second)), "decryption_owner"),
        (((2, first), (1, second)), "decryption_proof"),
        (((1, first + b"\n"),), "decryption_form"),
        (((1, encode(above)),), "decryption_form"),
        (((1, encode(short)),), "decryption_form"),
        (((1, encode(narrow)),), "decryption_form"),
        (((1, first.replace(b'"decryption_factors":[["', b'"decryption_factors":[["0', 1)),), "decryption_form"),
    ):
        assert both(closed(box, decryptions=decryptions)) == check
    for path in leaves(tree):
        for shift, checks in ((base_power(1), {"decryption_proof"}), (EIGHT, {"decryption_proof", "decryption_form"})):
            assert both(closed(box, decryptions=((1, encode(altered(first, path, shift))),))) in checks
