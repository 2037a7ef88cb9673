"""Counting: sums, decryption proofs, results."""

import json

import pytest

from belenios.ballot import read_ballot
from belenios.election import Question
from belenios.encoding import encode
from belenios.group import IDENTITY, ORDER, base_power, power, write_point
from belenios.tallying import (
    CountRefusal,
    CountRefused,
    check_partial_decryption,
    check_rows,
    encrypted_tally,
    open_tally,
    read_result,
    result,
    sum_ballots,
)
from belenios.threshold import lagrange
from belenios.trustees import Item, Trustees, read_trustees


@pytest.fixture(scope="module")
def count(box):
    """Give everything a count starts from: trustees, tally, checked factors by owner."""
    trustees = read_trustees(box.parts.trustees)
    tally = sum_ballots(box.election, [read_ballot(raw) for raw in box.parts.ballots])
    factors = {
        owner: check_partial_decryption(box.election, trustees, tally, owner, payload)
        for owner, payload in box.parts.decryptions
    }
    return trustees, tally, factors


def test_the_sum_does_not_depend_on_order(box):
    """The tally of the same ballots in another order is the same bytes; of other ballots, others."""
    ballots = [read_ballot(raw) for raw in box.parts.ballots]
    assert encrypted_tally(box.election, ballots[::-1]) == box.parts.tally
    assert encrypted_tally(box.election, ballots[1:]) != box.parts.tally


def test_the_result_is_the_sum_of_the_votes(box, count, sums):
    """All factors together open the sum, blank first (4.21)."""
    trustees, tally, factors = count
    assert open_tally(box.election, trustees, tally, factors, 5) == sums
    raw = result(box.election, trustees, tally, factors, 5)
    assert raw == encode({"result": sums})
    assert read_result(raw) == sums


def test_an_empty_box_sums_to_identities(box):
    """Without ballots every ciphertext of the tally is the identity (4.18)."""
    tree = json.loads(encrypted_tally(box.election, []))
    assert [len(row) for row in tree] == [3, 2]
    assert {text for row in tree for pair in row for text in pair.values()} == {write_point(IDENTITY)}


def test_a_missing_trustee_is_named(box, count):
    """Without one of the factors nothing is opened, and the missing owner is named."""
    trustees, tally, factors = count
    with pytest.raises(CountRefused) as caught:
        open_tally(box.election, trustees, tally, {2: factors[2]}, 5)
    assert caught.value.reason is CountRefusal.MISSING_TRUSTEES
    assert caught.value.owners == (1,)


def test_counts_outside_the_ballots_have_no_logarithm(box, count):
    """A count that no number of ballots explains is refused."""
    trustees, tally, factors = count
    with pytest.raises(CountRefused) as caught:
        open_tally(box.election, trustees, tally, factors, 2)
    assert caught.value.reason is CountRefusal.NO_LOGARITHM


def test_an_opened_row_must_sum_to_the_ballots(box, count):
    """Rows opened for another number of ballots are refused, even when each count alone is possible."""
    trustees, tally, factors = count
    with pytest.raises(CountRefused) as caught:
        open_tally(box.election, trustees, tally, factors, 6)
    assert caught.value.reason is CountRefusal.FALSE_ROW


@pytest.mark.parametrize(
    ("question", "row", "good"),
    [
        (Question("q", ("a", "b"), blank=True, minimum=1, maximum=1), (2, 2, 1), True),
        (Question("q", ("a", "b"), blank=True, minimum=1, maximum=1), (2, 2, 2), False),
        (Question("q", ("a", "b"), blank=True, minimum=1, maximum=1), (2, 2, 0), False),
        (Question("q", ("a", "b"), blank=False, minimum=1, maximum=1), (5, 0), True),
        (Question("q", ("a", "b"), blank=False, minimum=1, maximum=1), (5, 1), False),
        (Question("q", ("a", "b"), blank=False, minimum=0, maximum=2), (5, 5), True),
        (Question("q", ("a", "b"), blank=True, minimum=1, maximum=2), (1, 4, 4), True),
        (Question("q", ("a", "b"), blank=True, minimum=1, maximum=2), (1, 3, 0), False),
    ],
)
def test_rows_sum_to_the_ballots(question, row, good):
    """A row that five ballots cannot give is refused, for one choice per ballot and for several."""
    election = type("One", (), {"questions": (question,)})
    if good:
        check_rows(election, [row], 5)
        return
    with pytest.raises(CountRefused) as caught:
        check_rows(election, [row], 5)
    assert caught.value.reason is CountRefusal.FALSE_ROW


def spoil(path, value):
    """Build a change of one value inside a partial decryption."""

    def change(tree):
        target = tree
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value(target[path[-1]])

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (spoil(("decryption_factors", 0, 0), lambda _: write_point(base_power(3))), CountRefusal.FALSE_PROOF),
        (spoil(("decryption_factors", 0, 0), lambda _: write_point(IDENTITY)), CountRefusal.FALSE_PROOF),
        (spoil(("decryption_factors", 1), lambda old: old[::-1]), CountRefusal.FALSE_PROOF),
        (spoil(("decryption_proofs", 1), lambda old: old[::-1]), CountRefusal.FALSE_PROOF),
        (
            spoil(("decryption_proofs", 1, 1, "response"), lambda old: str((int(old) + 1) % ORDER)),
            CountRefusal.FALSE_PROOF,
        ),
        (spoil(("decryption_factors", 0, 0), lambda _: "00" * 32), CountRefusal.MALFORMED),
        (spoil(("decryption_factors", 0), lambda old: old[1:]), CountRefusal.MALFORMED),
        (spoil(("decryption_proofs", 0), lambda old: old[1:]), CountRefusal.MALFORMED),
        (spoil(("decryption_proofs",), lambda old: old[1:]), CountRefusal.MALFORMED),
        (spoil(("decryption_factors",), lambda old: [*old, []]), CountRefusal.MALFORMED),
        (spoil(("decryption_proofs", 0, 0, "challenge"), lambda old: "0" + old), CountRefusal.MALFORMED),
    ],
)
def test_altered_decryptions_are_refused(box, count, change, reason):
    """Every factor and proof of a trustee counts, and so do shape and spelling (4.20)."""
    trustees, tally, _ = count
    owner, payload = box.parts.decryptions[0]
    tree = json.loads(payload)
    change(tree)
    with pytest.raises(CountRefused) as caught:
        check_partial_decryption(box.election, trustees, tally, owner, encode(tree))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        (2, CountRefusal.FALSE_PROOF),
        (0, CountRefusal.UNKNOWN_OWNER),
        (3, CountRefusal.UNKNOWN_OWNER),
        (-1, CountRefusal.UNKNOWN_OWNER),
    ],
)
def test_decryptions_belong_to_their_owner(box, count, owner, reason):
    """A decryption under another trustee's number is false, under no trustee's number unknown."""
    trustees, tally, _ = count
    with pytest.raises(CountRefused) as caught:
        check_partial_decryption(box.election, trustees, tally, owner, box.parts.decryptions[0][1])
    assert caught.value.reason is reason


def test_a_decryption_of_another_election_is_refused(box, count, box_maker):
    """Decryption proofs are bound to the election's fingerprint."""
    trustees, tally, _ = count
    other = box_maker(box.election.questions, ())
    with pytest.raises(CountRefused) as caught:
        check_partial_decryption(other.election, trustees, tally, *box.parts.decryptions[0])
    assert caught.value.reason is CountRefusal.FALSE_PROOF


@pytest.mark.parametrize("present", [(1, 2, 3), (1, 2, 4), (1, 3, 4), (1, 2, 3, 4)])
def test_single_and_threshold_trustees_open_together(box, present):
    """A `Single` key and any sufficient members of a 2-of-3 group open the same count (4.21)."""
    single, constant, slope = 1111, 2222, 3333
    shares = {1: single} | {index + 1: (constant + slope * index) % ORDER for index in (1, 2, 3)}
    trustees = Trustees(
        public_key=base_power(single + constant),
        keys=tuple(base_power(share) for share in shares.values()),
        items=(Item(first=1, size=1, needed=1, single=True), Item(first=2, size=3, needed=2, single=False)),
    )
    values = ((1, 3, 1), (3, 2))
    tally = tuple(
        tuple((base_power(70 + v), base_power((70 + v) * (single + constant) + v)) for v in row) for row in values
    )
    factors = {
        owner: tuple(tuple(power(alpha, shares[owner]) for alpha, _ in row) for row in tally) for owner in present
    }
    assert open_tally(box.election, trustees, tally, factors, 5) == values
    assert lagrange([1, 2], 1) == 2


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b'{"result":[[1.0]]}', b'{"result": [[1]]}', b'{"result":[["1"]]}', b"[" * 100_000]
)
def test_no_bytes_break_the_readers(box, count, raw):
    """What is no result and no decryption is malformed."""
    trustees, tally, _ = count
    for read in (read_result, lambda raw: check_partial_decryption(box.election, trustees, tally, 1, raw)):
        with pytest.raises(CountRefused) as caught:
            read(raw)
        assert caught.value.reason is CountRefusal.MALFORMED
