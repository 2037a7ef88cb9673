"""Sealing: what is put in comes out in the sum, and nothing impossible is sealed."""

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.ballot import check_election, check_proofs, check_signature, read_ballot, seal
from belenios.election import Question, read_election, write_election
from belenios.group import base_power, power, subtract
from belenios.sealing import ImpossibleChoice, is_allowed
from belenios.tallying import sum_ballots

PRIVATE = 424242


@st.composite
def shapes(draw):
    """Draw a question of one to three answers with any limits that can be met."""
    answers = draw(st.integers(1, 3))
    minimum = draw(st.integers(0, answers))
    return Question(
        text="q",
        answers=tuple("abc"[:answers]),
        blank=draw(st.booleans()),
        minimum=minimum,
        maximum=draw(st.integers(minimum, answers)),
    )


def election_of(questions):
    """Make an election whose key is known to the test alone."""
    raw = write_election(
        uuid="gXrgPRVuWQxNFS", name="n", description="d", questions=questions, public_key=base_power(PRIVATE)
    )
    return read_election(raw)


def rows_of(question):
    """List every vote a question allows."""
    return [row for row in product((0, 1), repeat=question.width) if is_allowed(question, row)]


@settings(max_examples=25, deadline=None)
@given(st.data(), st.lists(shapes(), min_size=1, max_size=2), st.integers(0, 2**32))
def test_the_sum_opens_to_the_sum_of_the_votes(data, questions, seed):
    """decrypt(sum(encrypt(votes))) = sum(votes), and every allowed vote passes all checks, for any small question."""
    election = election_of(questions)
    random = Random(seed).randbytes
    votes = [[data.draw(st.sampled_from(rows_of(question))) for question in questions] for _ in range(2)]
    ballots = []
    for secret, rows in enumerate(votes, start=2):
        ballot = read_ballot(seal(election, secret, rows, random))
        check_election(election, ballot)
        check_signature(ballot)
        check_proofs(election, ballot)
        ballots.append(ballot)
    for number, row in enumerate(sum_ballots(election, ballots)):
        for column, (alpha, beta) in enumerate(row):
            expected = sum(vote[number][column] for vote in votes)
            assert subtract(beta, power(alpha, PRIVATE)) == base_power(expected)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(0, 1, 0)],
        [(0, 1, 0), (1, 0), (1, 0)],
        [(0, 1), (1, 0)],
        [(0, 1, 0, 0), (1, 0)],
        [(0, 0, 0), (1, 0)],
        [(0, 1, 1), (1, 0)],
        [(1, 1, 0), (1, 0)],
        [(0, 1, 0), (0, 0)],
        [(0, 1, 0), (1, 1)],
        [(0, 2, 0), (1, 0)],
        [(0, 1, 0), (2, -1)],
    ],
)
def test_impossible_votes_are_not_sealed(box, rows):
    """Rows of another shape, two choices, none, blank with a choice, or other numbers than 0 and 1 are refused."""
    with pytest.raises(ImpossibleChoice):
        seal(box.election, 5, rows, Random(1).randbytes)


def test_sealing_twice_shares_nothing(box):
    """The same vote sealed twice has no ciphertext and no proof in common: everything is drawn afresh (pitfalls 5, 10)."""
    random = Random(7).randbytes
    first, second = (read_ballot(seal(box.election, 5, [(0, 1, 0), (1, 0)], random)) for _ in range(2))
    points = [
        {point for answer in ballot.answers for pair in answer.ciphers for point in pair} for ballot in (first, second)
    ]
    assert len(points[0]) == 10
    assert not points[0] & points[1]
    assert first.signature != second.signature
