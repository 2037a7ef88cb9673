"""Making ballots (specification 4.11-4.13, 4.16, 4.17).

Every call draws everything afresh: the exponents r, the blinds w and both branches of every proof. Nothing of it is
kept or returned, because the same alpha with two betas opens the vote and a blind used twice opens the credential.
"""

from collections.abc import Sequence

from msgspec import UNSET

from belenios.answers import bit_claims, overall_claims, overall_prefix, question_label, total
from belenios.election import Election, Question
from belenios.encoding import compact_hash, encode
from belenios.group import ORDER, RandomBytes, add, base_power, power, random_scalar, write_point
from belenios.proofs import Cipher, Pair, prove_knowledge, prove_one_of
from belenios.wire import Answer, BallotBody, Ciphertext, Proof, SealedBallot, Signature


class ImpossibleChoice(ValueError):
    """Rows that the election's questions do not allow; nothing was sealed."""


def seal(election: Election, secret: int, rows: Sequence[Sequence[int]], random: RandomBytes) -> bytes:
    """Seal one ballot: its canonical bytes (4.17).

    `rows` holds one row per question with 0 or 1 per answer, and a leading 0 or 1 for blank where the question allows
    blank; `secret` is the credential's exponent, `random(n)` gives n fresh bytes. Raises ImpossibleChoice.
    """
    if len(rows) != len(election.questions):
        raise ImpossibleChoice(f"{len(rows)} rows for {len(election.questions)} questions")
    for number, (question, row) in enumerate(zip(election.questions, rows, strict=True), start=1):
        if not is_allowed(question, row):
            raise ImpossibleChoice(f"question {number} does not allow this row")
    credential = write_point(base_power(secret))
    label = f"{election.fingerprint}|{credential}"
    body = BallotBody(
        election_uuid=election.uuid,
        election_hash=election.fingerprint,
        credential=credential,
        answers=[
            _answer(label, election.public_key, question, row, random)
            for question, row in zip(election.questions, rows, strict=True)
        ],
    )
    return sign(body, secret, random)


def sign(body: BallotBody, secret: int, random: RandomBytes) -> bytes:
    """Sign a ballot's body with a credential (4.16): the canonical bytes of the whole ballot."""
    digest = compact_hash(encode(body))
    proof = write_proof(prove_knowledge(f"sig|{digest}|", secret, random))
    return encode(
        SealedBallot(
            election_uuid=body.election_uuid,
            election_hash=body.election_hash,
            credential=body.credential,
            answers=body.answers,
            signature=Signature(hash=digest, proof=proof),
        )
    )


def is_allowed(question: Question, row: Sequence[int]) -> bool:
    """Say whether a row of 0 and 1 is a vote on this question (4.9.1): blank alone, or min..max answers."""
    if len(row) != question.width or any(value not in (0, 1) for value in row):
        return False
    if question.blank and row[0]:
        return sum(row) == 1
    return question.minimum <= sum(row) <= question.maximum


def encrypt(key: bytes, value: int, random: RandomBytes) -> tuple[Cipher, int]:
    """Encrypt a small number under `key` with a fresh exponent r (4.11.1): ((g^r, key^r g^value), r)."""
    secret = random_scalar(random)
    return (base_power(secret), add(power(key, secret), base_power(value))), secret


def write_proof(pair: Pair) -> Proof:
    """Write a proof as the wire has it: decimal numbers (4.3)."""
    return Proof(challenge=str(pair[0]), response=str(pair[1]))


def _answer(label: str, key: bytes, question: Question, row: Sequence[int], random: RandomBytes) -> Answer:
    sealed = [encrypt(key, value, random) for value in row]
    ciphers = tuple(cipher for cipher, _ in sealed)
    secrets = [secret for _, secret in sealed]
    choices = [Ciphertext(alpha=write_point(alpha), beta=write_point(beta)) for alpha, beta in ciphers]
    texts = tuple(f"{choice.alpha},{choice.beta}" for choice in choices)
    individual = [
        prove_one_of(f"prove|{label}|{text}|", key, bit_claims(cipher), (value, secret), random)
        for text, cipher, value, secret in zip(texts, ciphers, row, secrets, strict=True)
    ]
    name = question_label(label, texts)
    blank_proof = None
    if question.blank:
        chosen, secret = total(ciphers[1:]), sum(secrets[1:]) % ORDER
        is_blank = row[0] == 1
        known = (1, secret) if is_blank else (0, secrets[0])
        blank_proof = prove_one_of(f"bproof0|{name}|", key, [ciphers[0], chosen], known, random)
        known = (0, secrets[0]) if is_blank else (1 + sum(row) - question.minimum, secret)
        overall = prove_one_of(f"bproof1|{name}|", key, overall_claims(question, ciphers[0], chosen), known, random)
    else:
        chosen, secret = total(ciphers), sum(secrets) % ORDER
        claims = overall_claims(question, None, chosen)
        prefix = overall_prefix(name, chosen)
        overall = prove_one_of(prefix, key, claims, (sum(row) - question.minimum, secret), random)
    return Answer(
        choices=choices,
        individual_proofs=[[write_proof(pair) for pair in proof] for proof in individual],
        overall_proof=[write_proof(pair) for pair in overall],
        blank_proof=UNSET if blank_proof is None else [write_proof(pair) for pair in blank_proof],
    )
