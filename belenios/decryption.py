"""The one place where a private key meets ciphertexts (specification 4.20).

`decrypt` is no oracle: it is not told what to decrypt. It takes a whole archive, verifies all of it, and decrypts the
tally that it recomputed itself from the ballots, once, under the setup the caller's opening record names. A trustee who
decrypted whatever is handed in would open single votes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from belenios.checks import NotVerified, Unreadable
from belenios.encoding import encode
from belenios.group import RandomBytes, base_power, power, write_point
from belenios.proofs import prove_equality
from belenios.sealing import write_proof
from belenios.tallying import CountRefused, check_partial_decryption, decryption_prefix
from belenios.verify import verify
from belenios.wire import WireDecryption

MINIMUM_BALLOTS = 5


class DecryptionRefusal(StrEnum):
    """Why a trustee's key is not used."""

    UNREADABLE = "unreadable"
    NOT_VERIFIED = "not_verified"
    ALREADY_OPENED = "already_opened"
    FOREIGN_KEY = "foreign_key"
    THRESHOLD_KEY = "threshold_key"
    ALREADY_DECRYPTED = "already_decrypted"
    TOO_FEW_BALLOTS = "too_few_ballots"
    FAULT = "fault"


class DecryptionRefused(ValueError):
    """A decryption that is refused; `reason` says why, `cause` is the verifier's error if there is one."""

    def __init__(self, reason: DecryptionRefusal, detail: str, cause: NotVerified | Unreadable | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.cause = cause


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """A trustee's part of the decryption: its number (from 1) and the canonical JSON of factors and proofs (4.20)."""

    owner: int
    payload: bytes = field(repr=False)


def decrypt(
    archive: bytes,
    private_key: int,
    setup: str,
    random: RandomBytes,
    *,
    minimum: int = MINIMUM_BALLOTS,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> PartialDecryption:
    """Decrypt the tally of a closed box partially, with the key of one of its `Single` trustees (4.20).

    `archive` must end at EncryptedTally, or after verified decryptions by other trustees; `setup` is the Setup event's
    hash out of the signed opening record; a box with fewer than `minimum` ballots stays shut, because its sum says too
    much about one. `workers` and `progress` are `verify`'s. Raises DecryptionRefused, and then the key was used for
    nothing but computing its public part (but for `fault`: what was made did not pass its own check and is dropped).
    """
    try:
        verified = verify(archive, setup=setup, workers=workers, progress=progress)
    except Unreadable as error:
        raise DecryptionRefused(DecryptionRefusal.UNREADABLE, str(error), error) from None
    except NotVerified as error:
        raise DecryptionRefused(DecryptionRefusal.NOT_VERIFIED, str(error), error) from None
    if verified.opened:
        raise DecryptionRefused(DecryptionRefusal.ALREADY_OPENED, "the archive holds a result")
    public_key = base_power(private_key)
    if public_key not in verified.trustees.keys:
        raise DecryptionRefused(DecryptionRefusal.FOREIGN_KEY, "this key is none of the election's trustees'")
    owner = verified.trustees.keys.index(public_key) + 1
    if not any(item.single and item.first == owner for item in verified.trustees.items):
        raise DecryptionRefused(DecryptionRefusal.THRESHOLD_KEY, "keys of threshold groups are not used here")
    if owner in verified.decrypted_by:
        raise DecryptionRefused(DecryptionRefusal.ALREADY_DECRYPTED, f"trustee {owner} has decrypted this tally")
    if verified.ballots < minimum:
        raise DecryptionRefused(DecryptionRefusal.TOO_FEW_BALLOTS, f"{verified.ballots} ballots, not {minimum}")
    prefix = decryption_prefix(verified.election, public_key)
    message = WireDecryption(
        decryption_factors=[[write_point(power(alpha, private_key)) for alpha, _ in row] for row in verified.tally],
        decryption_proofs=[
            [write_proof(prove_equality(prefix, alpha, private_key, random)) for alpha, _ in row]
            for row in verified.tally
        ],
    )
    payload = encode(message)
    # a fault of memory or of `random` while the key was in use must not leave the room
    try:
        check_partial_decryption(verified.election, verified.trustees, verified.tally, owner, payload)
    except CountRefused as error:
        raise DecryptionRefused(DecryptionRefusal.FAULT, error.detail) from None
    return PartialDecryption(owner=owner, payload=payload)
