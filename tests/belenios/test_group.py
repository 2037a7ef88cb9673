"""The group: what is a scalar, what is a point, and that libsodium's edges are never met."""

import os
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.bindings import crypto_core_ed25519_add

from belenios.group import (
    IDENTITY,
    ORDER,
    GroupError,
    GroupRefusal,
    add,
    base_power,
    hash_to_scalar,
    power,
    random_scalar,
    read_point,
    read_point_or_identity,
    read_scalar,
    subtract,
    write_point,
)

ORDER_EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
BASE_POINT = "6666666666666666666666666666666666666666666666666666666666666658"


def test_the_generator_is_the_standard_one():
    """The generator is the base point of RFC 8032, written most significant digit first."""
    assert write_point(base_power(1)) == BASE_POINT
    assert read_point(BASE_POINT) == base_power(1)


@settings(deadline=None)
@given(st.integers(0, ORDER - 1), st.integers(0, ORDER - 1))
def test_exponents_add_and_multiply(left, right):
    """g^a g^b = g^(a+b), g^a / g^b = g^(a-b), (g^a)^b = g^(ab), for every a and b."""
    assert add(base_power(left), base_power(right)) == base_power(left + right)
    assert subtract(base_power(left), base_power(right)) == base_power(left - right)
    assert power(base_power(left), right) == base_power(left * right)


@pytest.mark.parametrize("number", [0, ORDER, -ORDER, 5 * ORDER])
def test_the_edges_of_libsodium_are_answered(number):
    """A multiple of the order gives the identity, and the identity to any power is itself; nothing raises."""
    point = base_power(7)
    assert base_power(number) == IDENTITY
    assert power(point, number) == IDENTITY
    assert power(IDENTITY, 5) == IDENTITY
    assert add(point, IDENTITY) == point
    assert subtract(point, point) == IDENTITY


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", " 1", "1 ", "1_0", "٣", "²", "0x1", "1.0", str(ORDER), "9" * 5000]
)
def test_only_canonical_scalars_below_the_order_are_read(text):
    """Signs, spaces, leading zeros, other digits and numbers of q or more are no scalars."""
    with pytest.raises(GroupError) as caught:
        read_scalar(text)
    assert caught.value.reason is GroupRefusal.NO_SCALAR


def test_the_smallest_and_largest_scalars_are_read():
    """0 and q - 1 are scalars."""
    assert read_scalar("0") == 0
    assert read_scalar(str(ORDER - 1)) == ORDER - 1


@pytest.mark.parametrize("text", ["", BASE_POINT[:-1], BASE_POINT + "0", BASE_POINT[:-2] + " 8", "é" * 64, "g" * 64])
def test_only_64_hexadecimal_digits_are_a_point(text):
    """Other lengths and characters are no point, whatever int() or fromhex() would make of them."""
    with pytest.raises(GroupError) as caught:
        read_point(text)
    assert caught.value.reason is GroupRefusal.NO_POINT


def test_capital_digits_are_no_point():
    """A point has one spelling: lower case."""
    text = write_point(base_power(2))
    assert text != text.upper()
    with pytest.raises(GroupError):
        read_point(text.upper())


@pytest.mark.parametrize(
    "point",
    [
        ORDER_EIGHT,
        crypto_core_ed25519_add(base_power(5), ORDER_EIGHT),
        bytes.fromhex("ee" + "ff" * 30 + "7f"),  # the identity with y + p
        bytes.fromhex("02" + "00" * 31),  # not on the curve
        bytes(32),
        bytes.fromhex("01" + "00" * 30 + "80"),  # the identity with the sign bit
    ],
)
def test_points_outside_the_group_are_refused(point):
    """Small order, mixed order, other spellings and points off the curve are refused in both readings."""
    for read in (read_point, read_point_or_identity):
        with pytest.raises(GroupError) as caught:
            read(write_point(point))
        assert caught.value.reason is GroupRefusal.OUTSIDE_GROUP


def test_the_identity_is_read_only_where_it_is_allowed():
    """Keys, credentials and ballots never hold the identity; tallies and factors of an empty box do."""
    with pytest.raises(GroupError) as caught:
        read_point(write_point(IDENTITY))
    assert caught.value.reason is GroupRefusal.IDENTITY
    assert read_point_or_identity(write_point(IDENTITY)) == IDENTITY


def test_an_unchecked_point_is_an_error_and_no_answer():
    """A refusal by libsodium, of a point of mixed order is let through: nothing goes on with it."""
    with pytest.raises(Exception, match="Unexpected library error"):
        power(crypto_core_ed25519_add(base_power(5), ORDER_EIGHT), 3)


def test_hashing_joins_texts_by_commas():
    """H is SHA-256 of prefix and points between commas, big-endian, modulo q."""
    points = [base_power(3), IDENTITY]
    expected = sha256(b"p|" + ",".join(write_point(point) for point in points).encode()).digest()
    assert hash_to_scalar("p|", points) == int.from_bytes(expected, "big") % ORDER


def test_random_scalars_take_fresh_bytes():
    """A scalar uses 64 bytes of the caller's randomness, all of them."""
    assert random_scalar(lambda size: b"\xff" * size) == (2**512 - 1) % ORDER
    assert random_scalar(os.urandom) != random_scalar(os.urandom)
