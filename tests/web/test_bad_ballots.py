"""Bad ballots: each refused with its own reason, nothing stored, and the server goes on."""

import gzip
import json
import os
import socket
import threading
import time
import tracemalloc
from contextlib import suppress
from random import Random

import msgspec
import pytest
import sqlalchemy as sa
from running import get, post, serving

from ballots.casting import CastRefusal
from ballots.models import BoxedBallot
from ballots.questions import most_bytes
from belenios.answers import bit_claims, overall_claims, question_label, total
from belenios.credentials import new_code, point_of, secret_of
from belenios.group import ORDER, write_point
from belenios.proofs import prove_one_of
from belenios.sealing import encrypt, seal, sign
from belenios.wire import BallotBody
from web.app import create_app
from web.bodies import MOST_BODY, Turns

MALFORMED, NON_CANONICAL = (400, "malformed"), (400, "non_canonical")
TOO_LARGE, UNREADABLE = (413, "too_large"), (415, "unreadable_encoding")
FALSE_SIGNATURE, FALSE_PROOF = (422, "false_signature"), (422, "false_proof")
FIFTY_MEGABYTES = 50 * 1024 * 1024


@pytest.fixture
def post_ballot(village):
    """POST a body to the open box of `village`: status and refusal."""
    village.opened()
    client = create_app(village.database).test_client()

    def send(body, **headers):
        answer = client.post(f"/v/{village.panels['villagers']}/ballots", data=body, headers=headers)
        return answer.status_code, answer.json.get("refusal")

    yield send
    # whatever was sent, nothing is stored and an honest ballot still goes in
    assert boxed(village) == 0
    assert send(village.seal(9))[0] == 201


def boxed(village) -> int:
    """Count the ballots in the box."""
    with village.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(BoxedBallot))


def resigned(village, tree, number=0) -> bytes:
    """Sign a changed ballot again with its slip: hashes and signature are right, only the change is not."""
    body = msgspec.convert({name: tree[name] for name in BallotBody.__struct_fields__}, BallotBody)
    return sign(body, secret_of(village.codes["villagers"][number], village.panels["villagers"]), os.urandom)


def test_one_flipped_byte(village, post_ballot):
    """A ballot with one byte changed is never taken, wherever the byte is; the refusal names one of the closed list's reasons."""
    raw = village.seal(0)
    reasons = {}
    for position in range(0, len(raw), 23):
        spoilt = bytearray(raw)
        spoilt[position] ^= 1 << position % 7
        status, reason = post_ballot(bytes(spoilt))
        assert status in (400, 403, 409, 422), position
        reasons.setdefault(reason, position)
    assert set(reasons) <= {"malformed", "non_canonical", "wrong_election", "unknown_credential", "false_signature"}
    assert {"malformed", "false_signature"} <= set(reasons)


def test_each_field_of_another_election(village, post_ballot):
    """A ballot of another panel, or that names one, is a ballot of another election, however well it is signed."""
    raw = village.seal(0)
    for name, value in (("election_uuid", "1" * 14), ("election_hash", "A" * 43)):
        assert post_ballot(resigned(village, json.loads(raw) | {name: value})) == (409, "wrong_election")


def test_a_stranger_and_a_forged_signature(village, post_ballot):
    """A slip that was never printed is unknown; another's slip needs its secret; copied answers are false proofs."""
    election = village.election()
    stranger = seal(election, secret_of(new_code(os.urandom), election.uuid), [[0, 1, 0, 0, 0, 0]], os.urandom)
    assert post_ballot(stranger) == (403, "unknown_credential")
    tree = json.loads(village.seal(0))
    assert post_ballot(resigned(village, tree, number=1)) == FALSE_SIGNATURE
    point = point_of(secret_of(village.codes["villagers"][1], election.uuid))
    assert post_ballot(resigned(village, tree | {"credential": point}, number=1)) == FALSE_PROOF


def test_replayed_under_the_same_slip(village, post_ballot):
    """A ballot whose signature was made anew over the same answers is other bytes of a spent slip: refused, the first stays."""
    raw = village.seal(9)
    again = resigned(village, json.loads(raw), number=9)
    assert again != raw
    client = create_app(village.database).test_client()
    address = f"/v/{village.panels['villagers']}/ballots"
    assert client.post(address, data=raw).status_code == 201
    assert post_ballot(again) == (409, "already_cast")
    assert boxed(village) == 1
    with village.database.write() as session:  # back to an empty box for the fixture's last look
        session.execute(sa.text("INSERT INTO purges VALUES (:panel)"), {"panel": village.panels["villagers"]})
        session.execute(sa.text("DELETE FROM ballots"))


def forged(village, values, claims) -> bytes:
    """Seal values that no voter may choose, with the best proofs a cheater can make, and sign the ballot properly."""
    election, code = village.election(), village.codes["villagers"][0]
    question = election.questions[0]
    credential = point_of(secret_of(code, election.uuid))
    label = f"{election.fingerprint}|{credential}"
    sealed = [encrypt(election.public_key, value, os.urandom) for value in values]
    ciphers, secrets = tuple(cipher for cipher, _ in sealed), [secret for _, secret in sealed]
    texts = tuple(f"{write_point(alpha)},{write_point(beta)}" for alpha, beta in ciphers)
    name, chosen, rest = question_label(label, texts), total(ciphers[1:]), sum(secrets[1:]) % ORDER

    def proof(prefix, claimed, true, secret):
        pairs = prove_one_of(prefix, election.public_key, claimed, (true, secret), os.urandom)
        return [{"challenge": str(challenge), "response": str(response)} for challenge, response in pairs]

    answer = {
        "choices": [{"alpha": write_point(alpha), "beta": write_point(beta)} for alpha, beta in ciphers],
        "individual_proofs": [
            proof(f"prove|{label}|{text}|", bit_claims(cipher), claim, secret)
            for text, cipher, claim, secret in zip(texts, ciphers, claims, secrets, strict=True)
        ],
        "overall_proof": proof(f"bproof1|{name}|", overall_claims(question, ciphers[0], chosen), 1, rest),
        "blank_proof": proof(f"bproof0|{name}|", [ciphers[0], chosen], 0, secrets[0]),
    }
    return resigned(village, json.loads(village.seal(0)) | {"answers": [answer]})


@pytest.mark.parametrize(
    "values",
    [(0, 1000, 0, 0, 0, 0), (0, 1000, -999, 0, 0, 0), (0, -1, 2, 0, 0, 0), (0, 1, 1, 0, 0, 0), (0, 0, 0, 0, 0, 0)],
    ids=["one choice holds 1000", "1000 and -999", "-1 and 2", "two choices", "no choice"],
)
def test_values_that_no_voter_may_choose(village, post_ballot, values):
    """A properly signed ballot whose choices hold anything but one 1 and zeros is refused as a false proof."""
    claims = [int(value >= 1) for value in values]
    assert post_ballot(forged(village, values, claims)) == FALSE_PROOF


def test_the_forger_can_make_an_honest_ballot(village):
    """The cheater's own prover makes good ballots out of honest values: what it is refused for are the values."""
    village.opened()
    assert village.cast(forged(village, (0, 0, 1, 0, 0, 0), (0, 0, 1, 0, 0, 0))).already is False


BODIES = {
    "empty": (b"", MALFORMED),
    "not JSON": (b"hello", MALFORMED),
    "not UTF-8": (b"\xff\xfe{}", MALFORMED),
    "another type": (b"[1,2,3]", MALFORMED),
    "no fields": (b"{}", MALFORMED),
    "nested 100,000 deep": (b"[" * 100_000, TOO_LARGE),
    "zero bytes": (bytes(1000), MALFORMED),
    "half a surrogate": (b'{"election_uuid":"\\ud800"}', MALFORMED),
    "form fields": (b"election_uuid=1&credential=2", MALFORMED),
}


@pytest.mark.parametrize(("body", "wanted"), BODIES.values(), ids=BODIES)
def test_bodies_that_are_no_ballots(post_ballot, body, wanted):
    """Whatever is no ballot is refused for that, gzipped or not."""
    assert post_ballot(body) == wanted
    assert post_ballot(gzip.compress(body), Content_Encoding="gzip") == wanted


def test_nesting_below_the_limit(village, post_ballot):
    """Nesting as deep as the size limit allows is malformed and breaks no parser."""
    depth = most_bytes(village.election().questions) // 2 - 20
    assert post_ballot(b'{"answers":' + b"[" * depth + b"]" * depth + b"}") == MALFORMED
    assert post_ballot(b'{"x":' * (depth // 3)) == MALFORMED


def test_wrong_types_in_the_right_shape(village, post_ballot):
    """Every field of a ballot replaced by a value of another type is malformed."""
    tree = json.loads(village.seal(0))
    for value in (None, 1, True, "x", [], {}, [[]], 1.5, -1, 10**40):
        for name in tree:
            assert post_ballot(msgspec.json.encode(tree | {name: value})) == MALFORMED, (name, value)


def test_other_spellings(village, post_ballot):
    """The same ballot with a space, a line break, a doubled key or an escape is not its own bytes (law 10)."""
    raw = village.seal(0)
    uuid = village.panels["villagers"].encode()
    for spelt in (raw + b"\n", b" " + raw, raw.replace(b",", b", ", 1), b'{"election_uuid":"' + uuid + b'",' + raw[1:]):
        assert post_ballot(spelt) == NON_CANONICAL


def test_sizes(village, post_ballot):
    """A byte above the poll's own limit and a byte above the server's are too large, inflated or not; the limits let a ballot pass."""
    limit = most_bytes(village.election().questions)
    assert len(village.seal(0)) < limit < MOST_BODY
    assert post_ballot(b"x" * limit) == MALFORMED
    for length in (limit + 1, MOST_BODY, MOST_BODY + 1, 3 * MOST_BODY):
        assert post_ballot(b"x" * length) == TOO_LARGE
        assert post_ballot(gzip.compress(b"x" * length), Content_Encoding="gzip") == TOO_LARGE


def test_gzip_bombs(post_ballot):
    """Sixty-four megabytes of zeros in sixty-four kilobytes are too large, and are inflated no further than the limit."""
    bomb = gzip.compress(bytes(64 * MOST_BODY), 9)
    assert len(bomb) < MOST_BODY // 10
    tracemalloc.start()
    try:
        assert post_ballot(bomb, Content_Encoding="gzip") == TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 8 * MOST_BODY
    finally:
        tracemalloc.stop()
    assert post_ballot(gzip.compress(bomb), Content_Encoding="gzip") in (TOO_LARGE, MALFORMED)


def test_gzip_that_is_not_whole(village, post_ballot):
    """Cut short, spoilt, followed by something, or no gzip at all: unreadable."""
    packed = gzip.compress(village.seal(0))
    spoilt = bytearray(packed)
    spoilt[-6] ^= 1  # the checksum
    bad = [packed[:-1], packed[:20], packed[:0], bytes(spoilt), packed + b"x", packed + packed, village.seal(0)]
    for body in bad:
        assert post_ballot(body, Content_Encoding="gzip") == UNREADABLE


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "utf-8", "x" * 1000])
def test_other_encodings(village, post_ballot, encoding):
    """Only gzip and plain bytes are read."""
    assert post_ballot(village.seal(0), Content_Encoding=encoding) == UNREADABLE


def test_random_bytes(post_ballot):
    """A hundred bodies of random bytes and of random cuts of JSON are malformed."""
    dice = Random(20261020)
    for _ in range(50):
        assert post_ballot(dice.randbytes(dice.randrange(1, 3000))) == MALFORMED
        body = json.dumps([dice.choice([None, {}, "credential", 7, {"answers": [{}]}]) for _ in range(9)])
        assert post_ballot(body[: dice.randrange(1, len(body))].encode()) == MALFORMED


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A real server with nothing in it: what it does before any poll is asked for."""
    with serving(tmp_path_factory.mktemp("served") / "home") as (port, _process):
        yield port


ADDRESS = "/v/" + "1" * 14 + "/ballots"


def _talk(port: int, head: str, pieces) -> bytes:
    """Send a head and pieces of a body over a socket of our own; a cut line while sending is a failure. All that came back."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: box\r\nConnection: close\r\n{head}\r\n\r\n".encode())
        for piece in pieces:
            line.sendall(piece)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("chunked", [False, True])
def test_fifty_megabytes_over_a_socket(server, chunked):
    """Who sends 50 MB, announced or in chunks, may send to the end and reads 413 too_large, not a broken pipe."""
    piece = b"x" * 65536
    pieces = [piece] * (FIFTY_MEGABYTES // len(piece))
    if chunked:
        head = "Transfer-Encoding: chunked"
        pieces = [b"%x\r\n" % len(piece) + piece + b"\r\n"] * len(pieces) + [b"0\r\n\r\n"]
    else:
        head = f"Content-Length: {FIFTY_MEGABYTES}"
    head, _, body = _talk(server, head, pieces).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert json.loads(body)["refusal"] == CastRefusal.TOO_LARGE.value
    assert get(server, "/api/v1/keys")[0] == 200


def test_a_bomb_and_nonsense_over_a_socket(server):
    """A gzip bomb is too large, a false length and a broken chunk are no fault of the server: it goes on answering."""
    bomb = gzip.compress(bytes(20 * MOST_BODY))
    answer = _talk(server, f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}", [bomb])
    assert answer.startswith(b"HTTP/1.1 413 ")
    for head, pieces in [
        ("Content-Length: -5", []),
        ("Content-Length: 1e9", []),
        ("Transfer-Encoding: chunked", [b"zz\r\n\r\n"]),
    ]:
        assert not _talk(server, head, pieces).startswith(b"HTTP/1.1 2")
    with socket.create_connection(("127.0.0.1", server), timeout=60) as line:  # says 1000, sends 3, goes away
        line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: box\r\nContent-Length: 1000\r\n\r\nabc".encode())
    assert post(server, ADDRESS, b"{}")[0] == 404


def test_slow_phones_keep_nobody_waiting(server):
    """Twenty phones that have sent half a ballot and stall do not keep the twenty-first from being answered."""
    lines = [socket.create_connection(("127.0.0.1", server), timeout=60) for _ in range(20)]
    try:
        for line in lines:
            line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: box\r\nContent-Length: 1000\r\n\r\nabc".encode())
        start = time.monotonic()
        assert get(server, "/api/v1/keys")[0] == 200
        assert time.monotonic() - start < 20
    finally:
        for line in lines:
            line.close()


def test_turns_come_in_the_order_of_asking():
    """Whoever asked first is next, and nobody has the turn together with another, even when one of them fails."""
    turns, order = Turns(), []

    def take(number):
        with suppress(KeyError), turns:
            order.append(number)
            _ = {}[number]

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    with turns:
        assert not turns._waiting
