"""Zero-knowledge proofs: true ones pass, everything else does not."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belenios.group import IDENTITY, ORDER, base_power, power, random_scalar
from belenios.proofs import (
    check_equality,
    check_knowledge,
    check_one_of,
    interval_claims,
    prove_equality,
    prove_knowledge,
    prove_one_of,
)
from belenios.sealing import encrypt

KEY = base_power(1234567)
VALUES = [base_power(value) for value in range(4)]


def test_knowledge_is_proved_and_bound():
    """A proof of knowledge passes for its key and its text only, and not when either number changes."""
    challenge, response = prove_knowledge("p|", 99, os.urandom)
    public = base_power(99)
    assert check_knowledge("p|", public, (challenge, response))
    assert not check_knowledge("q|", public, (challenge, response))
    assert not check_knowledge("p|", base_power(98), (challenge, response))
    assert not check_knowledge("p|", public, ((challenge + 1) % ORDER, response))
    assert not check_knowledge("p|", public, (challenge, (response + 1) % ORDER))
    assert not check_knowledge("p|", public, (0, 0))


def test_the_response_has_a_minus():
    """A response is w - secret * challenge (specification 4.5): the other sign is another protocol."""
    challenge, response = prove_knowledge("p|", 99, lambda size: (7).to_bytes(size, "big"))
    assert response == (7 - 99 * challenge) % ORDER


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3))
def test_any_true_claim_can_be_proved(value):
    """Whichever of the claims is the true one, the proof passes, and does not with the claims in another order."""
    cipher, secret = encrypt(KEY, value, os.urandom)
    claims = interval_claims(cipher, VALUES)
    proof = prove_one_of("p|", KEY, claims, (value, secret), os.urandom)
    assert check_one_of("p|", KEY, claims, proof)
    assert not check_one_of("p|", KEY, claims[::-1], proof)
    assert not check_one_of("p|", KEY, claims[:-1], proof[:-1])
    assert not check_one_of("p|", KEY, claims, proof[:-1])
    assert not check_one_of("p|", base_power(5), claims, proof)
    assert not check_one_of("other|", KEY, claims, proof)


@pytest.mark.parametrize("pretended", range(4))
def test_a_false_claim_cannot_be_proved(pretended):
    """The encryption of 1000 passes as none of 0..3, whichever claim the cheater pretends to be true."""
    cipher, secret = encrypt(KEY, 1000, os.urandom)
    claims = interval_claims(cipher, VALUES)
    proof = prove_one_of("p|", KEY, claims, (pretended, secret), os.urandom)
    assert not check_one_of("p|", KEY, claims, proof)


def test_equality_is_proved_and_bound():
    """A decryption factor passes with its own proof only; the identity of an empty box passes too."""
    alpha, secret = base_power(55), 99
    proof = prove_equality("p|", alpha, secret, os.urandom)
    public, factor = base_power(secret), power(alpha, secret)
    assert check_equality("p|", public, alpha, factor, proof)
    assert not check_equality("p|", public, alpha, base_power(3), proof)
    assert not check_equality("p|", public, base_power(56), factor, proof)
    assert not check_equality("p|", base_power(98), alpha, factor, proof)
    assert not check_equality("q|", public, alpha, factor, proof)
    empty = prove_equality("p|", IDENTITY, secret, os.urandom)
    assert check_equality("p|", public, IDENTITY, IDENTITY, empty)
    assert not check_equality("p|", public, IDENTITY, alpha, empty)


def test_no_randomness_is_used_twice():
    """Every blind, challenge and response of a proof takes 64 bytes of its own."""
    drawn = []

    def random(size):
        drawn.append(os.urandom(size))
        return drawn[-1]

    cipher, secret = encrypt(KEY, 1, random)
    prove_one_of("p|", KEY, interval_claims(cipher, VALUES), (1, secret), random)
    assert len(drawn) == 1 + 1 + 2 * 3  # r, w, and two numbers for each of three simulated claims
    assert len(set(drawn)) == len(drawn)
    assert random_scalar(random)
