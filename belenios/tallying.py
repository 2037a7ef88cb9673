"""Counting: the encrypted tally, partial decryptions, the result (specification 4.18, 4.20, 4.21).

Public arithmetic only: nothing here takes a private key. The ballots handed in must have passed all their checks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

import msgspec

from belenios.ballot import Ballot
from belenios.election import Election
from belenios.encoding import Misshapen, NotCanonical, canonical, encode
from belenios.group import IDENTITY, GroupError, add, base_power, power, read_point_or_identity, subtract, write_point
from belenios.proofs import Cipher, Pair, check_equality
from belenios.threshold import lagrange
from belenios.trustees import Trustees
from belenios.wire import Ciphertext, WireDecryption, WireResult

Tally = tuple[tuple[Cipher, ...], ...]
Factors = tuple[tuple[bytes, ...], ...]
Result = tuple[tuple[int, ...], ...]
_DECRYPTION = msgspec.json.Decoder(WireDecryption)
_RESULT = msgspec.json.Decoder(WireResult)


class CountRefusal(StrEnum):
    """Why a partial decryption or a result is refused."""

    MALFORMED = "malformed"
    UNKNOWN_OWNER = "unknown_owner"
    FALSE_PROOF = "false_proof"
    MISSING_TRUSTEES = "missing_trustees"
    NO_LOGARITHM = "no_logarithm"
    FALSE_ROW = "false_row"


class CountRefused(ValueError):
    """A step of the count that is refused; `reason` says why, `owners` which trustees are meant, if any."""

    def __init__(self, reason: CountRefusal, detail: str, owners: tuple[int, ...] = ()) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.owners = owners


@dataclass(frozen=True, slots=True)
class Decryption:
    """A partial decryption as read: factors and proofs, one per ciphertext of the tally."""

    factors: Factors
    proofs: tuple[tuple[Pair, ...], ...]


def sum_question(election: Election, ballots: Sequence[Ballot], number: int) -> tuple[Cipher, ...]:
    """Multiply all ballots' ciphertexts of the question at index `number` (4.18); identities for no ballot."""
    row = []
    for column in range(election.questions[number].width):
        ciphers = [ballot.answers[number].ciphers[column] for ballot in ballots]
        alpha = reduce(add, (cipher[0] for cipher in ciphers)) if ciphers else IDENTITY
        beta = reduce(add, (cipher[1] for cipher in ciphers)) if ciphers else IDENTITY
        row.append((alpha, beta))
    return tuple(row)


def sum_ballots(election: Election, ballots: Sequence[Ballot]) -> Tally:
    """Multiply all ballots' ciphertexts, question by question (4.18)."""
    return tuple(sum_question(election, ballots, number) for number in range(len(election.questions)))


def write_tally(tally: Tally) -> bytes:
    """Write an encrypted tally as canonical JSON (4.18)."""
    return encode(
        [[Ciphertext(alpha=write_point(alpha), beta=write_point(beta)) for alpha, beta in row] for row in tally]
    )


def encrypted_tally(election: Election, ballots: Sequence[Ballot]) -> bytes:
    """Compute the encrypted tally of checked ballots as canonical JSON (4.18)."""
    return write_tally(sum_ballots(election, ballots))


def decryption_prefix(election: Election, public_key: bytes) -> str:
    """Build the hash's prefix of a decryption proof (4.20)."""
    return f"decrypt|{election.fingerprint}|{write_point(public_key)}|"


def read_decryption(tally: Tally, payload: bytes) -> Decryption:
    """Read a partial decryption of the tally's shape (4.20); raise CountRefused (`malformed`)."""
    try:
        message = canonical(_DECRYPTION, payload)
        factors = tuple(tuple(read_point_or_identity(text) for text in row) for row in message.decryption_factors)
        proofs = tuple(tuple(pair.scalars() for pair in row) for row in message.decryption_proofs)
    except (Misshapen, NotCanonical, GroupError) as error:
        raise CountRefused(CountRefusal.MALFORMED, str(error)) from None
    shape = [len(row) for row in tally]
    if [len(row) for row in factors] != shape or [len(row) for row in proofs] != shape:
        raise CountRefused(CountRefusal.MALFORMED, "the shape is not the tally's")
    return Decryption(factors=factors, proofs=proofs)


def check_partial_decryption(
    election: Election, trustees: Trustees, tally: Tally, owner: int, payload: bytes
) -> Factors:
    """Check a partial decryption by the trustee number `owner` (4.20) and give its factors.

    Raises CountRefused: `unknown_owner`, `malformed`, or `false_proof`.
    """
    if not 1 <= owner <= trustees.owners:
        raise CountRefused(CountRefusal.UNKNOWN_OWNER, f"there is no trustee {owner}", (owner,))
    public_key = trustees.keys[owner - 1]
    prefix = decryption_prefix(election, public_key)
    decryption = read_decryption(tally, payload)
    for row, factors, proofs in zip(tally, decryption.factors, decryption.proofs, strict=True):
        for (alpha, _), factor, proof in zip(row, factors, proofs, strict=True):
            if not check_equality(prefix, public_key, alpha, factor, proof):
                raise CountRefused(CountRefusal.FALSE_PROOF, f"a factor of trustee {owner} is not proved", (owner,))
    return decryption.factors


def open_tally(
    election: Election, trustees: Trustees, tally: Tally, factors: Mapping[int, Factors], ballots: int
) -> Result:
    """Combine checked factors by owner into the counts of `ballots` ballots (4.21).

    One row per question, blank first where the question has blank. Raises CountRefused: `missing_trustees` (with the
    owners), `no_logarithm` when a count is not 0..ballots, `false_row` when a row does not sum to the ballots.
    """
    missing = trustees.missing(factors)
    if missing:
        raise CountRefused(CountRefusal.MISSING_TRUSTEES, f"the trustees {missing} are missing", missing)
    logarithms = _logarithms(ballots)
    counts = []
    for number, row in enumerate(tally):
        line = []
        for column, (_, beta) in enumerate(row):
            cell = {owner: rows[number][column] for owner, rows in factors.items()}
            count = logarithms.get(subtract(beta, _combine(trustees, cell)))
            if count is None:
                where = f"question {number + 1}, entry {column + 1}"
                raise CountRefused(CountRefusal.NO_LOGARITHM, f"{where}: no number of 0..{ballots} fits")
            line.append(count)
        counts.append(tuple(line))
    check_rows(election, counts, ballots)
    return tuple(counts)


def check_rows(election: Election, counts: Sequence[Sequence[int]], ballots: int) -> None:
    """Check that each row can come from `ballots` ballots; raise CountRefused (`false_row`).

    With one choice per ballot (minimum = maximum = 1) a row must sum to the number of ballots; in general its answers
    sum to minimum..maximum for each ballot that is not blank.
    """
    for number, (question, row) in enumerate(zip(election.questions, counts, strict=True), start=1):
        voting = ballots - (row[0] if question.blank else 0)
        chosen = sum(row[1:] if question.blank else row)
        if not question.minimum * voting <= chosen <= question.maximum * voting:
            raise CountRefused(CountRefusal.FALSE_ROW, f"question {number} does not sum to {ballots} ballots")


def result(election: Election, trustees: Trustees, tally: Tally, factors: Mapping[int, Factors], ballots: int) -> bytes:
    """Compute the result as canonical JSON (4.21); raises what `open_tally` raises."""
    return write_result(open_tally(election, trustees, tally, factors, ballots))


def write_result(counts: Result) -> bytes:
    """Write counts as a result's canonical JSON (4.21)."""
    return encode(WireResult(result=[list(row) for row in counts]))


def read_result(payload: bytes) -> Result:
    """Read a result (4.21); raise CountRefused (`malformed`)."""
    try:
        return tuple(tuple(row) for row in canonical(_RESULT, payload).result)
    except (Misshapen, NotCanonical) as error:
        raise CountRefused(CountRefusal.MALFORMED, str(error)) from None


def _combine(trustees: Trustees, cell: Mapping[int, bytes]) -> bytes:
    product = IDENTITY
    for item in trustees.items:
        if item.single:
            product = add(product, cell[item.first])
            continue
        chosen = [owner for owner in item.owners if owner in cell][: item.needed]
        indexes = [owner - item.first + 1 for owner in chosen]
        for owner, index in zip(chosen, indexes, strict=True):
            product = add(product, power(cell[owner], lagrange(indexes, index)))
    return product


def _logarithms(limit: int) -> dict[bytes, int]:
    """Tabulate g^0..g^limit: the discrete logarithm of every possible count."""
    generator, point, table = base_power(1), IDENTITY, {IDENTITY: 0}
    for count in range(1, limit + 1):
        point = add(point, generator)
        table[point] = count
    return table
