"""Zero-knowledge proofs (specification 4.5, 4.12, 4.13, 4.16, 4.20).

Three kinds suffice. *Knowledge* of a discrete logarithm: trustees' proofs, signatures. *One of several* ciphertexts
encrypts zero: 0/1 proofs, overall proofs, blank proofs, which differ only in the ciphertexts and the hash's prefix.
*Equality* of two discrete logarithms: decryption proofs.

A proof is (challenge, response) with response = w - secret * challenge: the minus makes verification multiply by
X^challenge. Every proof draws its own w: reusing one gives the secret away. Proofs are pairs of int, points are bytes.
"""

from collections.abc import Sequence

from belenios.group import ORDER, RandomBytes, add, base_power, hash_to_scalar, power, random_scalar, subtract

Pair = tuple[int, int]
Cipher = tuple[bytes, bytes]


def prove_knowledge(prefix: str, secret: int, random: RandomBytes) -> Pair:
    """Prove knowledge of `secret` for g^secret (specification 4.5, 4.16)."""
    blind = random_scalar(random)
    challenge = hash_to_scalar(prefix, (base_power(blind),))
    return challenge, (blind - secret * challenge) % ORDER


def check_knowledge(prefix: str, public: bytes, proof: Pair) -> bool:
    """Check a proof of knowledge of the discrete logarithm of a valid point."""
    challenge, response = proof
    return hash_to_scalar(prefix, (add(base_power(response), power(public, challenge)),)) == challenge


def prove_equality(prefix: str, alpha: bytes, secret: int, random: RandomBytes) -> Pair:
    """Prove that g^secret and alpha^secret have the same exponent (specification 4.20)."""
    blind = random_scalar(random)
    challenge = hash_to_scalar(prefix, (base_power(blind), power(alpha, blind)))
    return challenge, (blind - secret * challenge) % ORDER


def check_equality(prefix: str, public: bytes, alpha: bytes, factor: bytes, proof: Pair) -> bool:
    """Check that `factor` is alpha to the discrete logarithm of `public`; all points valid or the identity."""
    challenge, response = proof
    commitments = (
        add(base_power(response), power(public, challenge)),
        add(power(alpha, response), power(factor, challenge)),
    )
    return hash_to_scalar(prefix, commitments) == challenge


def prove_one_of(
    prefix: str, key: bytes, claims: Sequence[Cipher], known: tuple[int, int], random: RandomBytes
) -> list[Pair]:
    """Prove that one of the claimed ciphertexts encrypts zero under `key` without saying which (specification 4.12).

    `known` is the index of the true claim and its exponent r: that claim is (g^r, key^r). The others are simulated.
    """
    true_claim, secret = known
    blind = random_scalar(random)
    proofs: list[Pair] = []
    points: list[bytes] = []
    for index, claim in enumerate(claims):
        if index == true_claim:
            proofs.append((0, 0))
            points += (base_power(blind), power(key, blind))
        else:
            proofs.append((random_scalar(random), random_scalar(random)))
            points += _commitments(key, claim, proofs[-1])
    simulated = sum(challenge for challenge, _ in proofs)
    challenge = (hash_to_scalar(prefix, points) - simulated) % ORDER
    proofs[true_claim] = (challenge, (blind - secret * challenge) % ORDER)
    return proofs


def check_one_of(prefix: str, key: bytes, claims: Sequence[Cipher], proofs: Sequence[Pair]) -> bool:
    """Check a proof that one of the claimed ciphertexts encrypts zero under `key` (specification 4.12, 4.13.3).

    There must be one pair for each claim; a proof of another length fails. All points must be valid.
    """
    if len(claims) != len(proofs):
        return False
    points: list[bytes] = []
    total = 0
    for claim, proof in zip(claims, proofs, strict=True):
        points += _commitments(key, claim, proof)
        total += proof[0]
    return hash_to_scalar(prefix, points) == total % ORDER


def interval_claims(cipher: Cipher, values: Sequence[bytes]) -> list[Cipher]:
    """List (alpha, beta / g^M) for each M, given g^M: the claim that the ciphertext holds M (specification 4.12)."""
    alpha, beta = cipher
    return [(alpha, subtract(beta, value)) for value in values]


def _commitments(key: bytes, claim: Cipher, proof: Pair) -> tuple[bytes, bytes]:
    alpha, beta = claim
    challenge, response = proof
    return (
        add(base_power(response), power(alpha, challenge)),
        add(power(key, response), power(beta, challenge)),
    )
