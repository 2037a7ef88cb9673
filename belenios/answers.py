"""What the proofs of one answer claim, and the texts they are bound to (specification 4.11.1, 4.13).

Prover and verifier use these same functions, so that they cannot disagree about a claim.
"""

from belenios.election import Question
from belenios.group import add, base_power, write_point
from belenios.proofs import Cipher, interval_claims

_GENERATOR = base_power(1)


def question_label(label: str, texts: tuple[str, ...]) -> str:
    """Build the text S of a question out of S0 and all its ciphertexts, blank included (4.11.1)."""
    return f"{label}|{','.join(texts)}"


def total(ciphers: tuple[Cipher, ...]) -> Cipher:
    """Multiply ciphertexts: the encryption of the sum of what they hold (4.11.1)."""
    alpha, beta = ciphers[0]
    for other_alpha, other_beta in ciphers[1:]:
        alpha = add(alpha, other_alpha)
        beta = add(beta, other_beta)
    return alpha, beta


def overall_prefix(sealed: str, chosen: Cipher) -> str:
    """Build the hash's prefix of an overall proof without blank: it names the sum of all ciphertexts (4.12)."""
    alpha, beta = chosen
    return f"prove|{sealed}|{write_point(alpha)},{write_point(beta)}|"


def overall_claims(question: Question, blank: Cipher | None, chosen: Cipher) -> list[Cipher]:
    """List what an overall proof claims: the sum is one of min..max, or the blank ciphertext holds 1 (4.11.1, 4.13)."""
    values = [base_power(value) for value in range(question.minimum, question.maximum + 1)]
    claims = interval_claims(chosen, values)
    return claims if blank is None else interval_claims(blank, [_GENERATOR]) + claims


def bit_claims(cipher: Cipher) -> list[Cipher]:
    """List what an individual proof claims: 0, or 1 (4.11.1)."""
    return [cipher, *interval_claims(cipher, [_GENERATOR])]
