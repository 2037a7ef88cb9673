"""Threshold trustees: a complete group is accepted, and every single false part of one is refused by name."""

import json
from itertools import combinations

import pytest

from belenios.group import add, base_power, power
from belenios.threshold import ThresholdRefusal, lagrange
from belenios.trustees import TrusteesRefusal, TrusteesRefused, read_trustees


def test_a_complete_group_is_accepted(threshold_group):
    """A group made by the specification is read: its key is the product of the constant coefficients."""
    group = threshold_group()
    trustees = read_trustees(group.write())
    assert trustees.public_key == base_power(sum(polynomial[0] for polynomial in group.polynomials))
    assert trustees.keys == tuple(base_power(group.share(index)) for index in (1, 2, 3))
    assert trustees.missing({2, 3}) == ()
    assert trustees.missing({2}) == (1, 3)


def test_any_two_of_three_shares_make_the_same_key(threshold_group):
    """Lagrange's coefficients join any sufficient set of shares to the same secret (4.21)."""
    group = threshold_group()
    whole = base_power(sum(polynomial[0] for polynomial in group.polynomials))
    for indexes in (*combinations((1, 2, 3), 2), (3, 1), (1, 2, 3)):
        joined = base_power(0)
        for index in indexes:
            joined = add(joined, power(base_power(group.share(index)), lagrange(indexes, index)))
        assert joined == whole


def context(**changes):
    """Build a certificate's context that is wrong in one place."""
    return lambda index: {"group": "Ed25519", "size": 3, "threshold": 2, "index": index} | changes


FALSE_GROUPS = [
    ({"threshold": 0}, ThresholdRefusal.SHAPE),
    ({"threshold": 4}, ThresholdRefusal.SHAPE),
    ({"drop": "coefexps"}, ThresholdRefusal.SHAPE),
    ({"drop": "signatures"}, ThresholdRefusal.SHAPE),
    ({"drop": "verification_keys"}, ThresholdRefusal.SHAPE),
    ({"encryption": "00" * 32}, ThresholdRefusal.SHAPE),
    ({"threshold": 3}, ThresholdRefusal.CERTIFICATE),
    ({"context": context(index=1)}, ThresholdRefusal.CERTIFICATE),
    ({"context": context(size=4)}, ThresholdRefusal.CERTIFICATE),
    ({"context": context(threshold=1)}, ThresholdRefusal.CERTIFICATE),
    ({"context": context(group="BELENIOS-2048")}, ThresholdRefusal.CERTIFICATE),
    ({"signing": [5, 6, 5]}, ThresholdRefusal.CERTIFICATE),
    ({"certificate_signer": 9}, ThresholdRefusal.CERTIFICATE),
    ({"polynomials": [[2, 3, 4], [5, 6], [7, 8]]}, ThresholdRefusal.COEFFICIENTS),
    ({"coefficient_signer": 9}, ThresholdRefusal.COEFFICIENTS),
    ({"round_signer": 9}, ThresholdRefusal.SIGNATURE),
    ({"share_shift": 1}, ThresholdRefusal.VERIFICATION_KEY),
    ({"pok_prefix": "pok|"}, ThresholdRefusal.PROOF),
    ({"key_signer": 9}, ThresholdRefusal.SIGNATURE),
]


@pytest.mark.parametrize(
    ("options", "reason"), FALSE_GROUPS, ids=[f"{number}-{reason}" for number, (_, reason) in enumerate(FALSE_GROUPS)]
)
def test_each_false_part_is_refused_by_name(threshold_group, options, reason):
    """With every other signature and proof re-made, the one false part is found and named (4.6.2-4.6.7)."""
    with pytest.raises(TrusteesRefused) as caught:
        read_trustees(threshold_group(**options).write())
    assert caught.value.reason is TrusteesRefusal.FALSE_THRESHOLD
    assert caught.value.threshold is reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{\\"context\\":', '{ \\"context\\":'),
        ('{\\"coefexps\\":', '{ \\"coefexps\\":'),
        ('"threshold": 2', '"threshold": 2, "threshold": 2'),
        ('"certs":', '"x": 1, "certs":'),
    ],
)
def test_other_spellings_are_refused(threshold_group, old, new):
    """Signed messages must be canonical, and no key may be doubled or unknown."""
    raw = threshold_group().write().decode()
    assert old in raw
    with pytest.raises(TrusteesRefused):
        read_trustees(raw.replace(old, new, 1).encode())


def test_a_key_without_its_signature_is_refused(threshold_group):
    """The form of 2.0, in which members do not sign their keys, is refused."""
    tree = json.loads(threshold_group().write())
    del tree[0][1]["verification_keys"][1]["signature"]
    with pytest.raises(TrusteesRefused) as caught:
        read_trustees(json.dumps(tree).encode())
    assert caught.value.threshold is ThresholdRefusal.SIGNATURE
