"""The strict verifier: an archive is good, or the first failed check is named (specification 3.5, 4; `checks.Check`).

An archive may end at EncryptedTally (a box that is not opened), after some partial decryptions (it waits for keys), or
at Result. In the first two cases `opened` is False and there is no result. Ballots may stand in any order, but each
credential has one: the protocol allows votes to be repeated, this verifier does not.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from belenios.archive import Archive, read_archive
from belenios.ballot import (
    Ballot,
    BallotRefusal,
    BallotRefused,
    check_election,
    check_proofs,
    check_signature,
    read_ballot,
    tracker_of,
)
from belenios.checks import Check, NotVerified, Unreadable
from belenios.credentials import CredentialsRefused, read_credentials
from belenios.election import Election, ElectionRefused, read_election
from belenios.events import EncryptedTally
from belenios.tallying import (
    CountRefusal,
    CountRefused,
    Factors,
    Result,
    Tally,
    check_partial_decryption,
    open_tally,
    read_result,
    sum_question,
    write_tally,
)
from belenios.trustees import Trustees, TrusteesRefused, read_trustees

__all__ = ["Check", "NotVerified", "Progress", "Unreadable", "Verified", "verify"]

Progress = Callable[[int, int], None]
_A = TypeVar("_A")
_B = TypeVar("_B")

BALLOT_CHECKS = {
    BallotRefusal.MALFORMED: Check.BALLOT_FORM,
    BallotRefusal.NON_CANONICAL: Check.BALLOT_FORM,
    BallotRefusal.WRONG_ELECTION: Check.BALLOT_ELECTION,
    BallotRefusal.FALSE_SIGNATURE: Check.BALLOT_SIGNATURE,
    BallotRefusal.FALSE_PROOF: Check.BALLOT_PROOFS,
}
DECRYPTION_CHECKS = {
    CountRefusal.MALFORMED: Check.DECRYPTION_FORM,
    CountRefusal.UNKNOWN_OWNER: Check.DECRYPTION_OWNER,
    CountRefusal.FALSE_PROOF: Check.DECRYPTION_PROOF,
}
RESULT_CHECKS = {
    CountRefusal.MISSING_TRUSTEES: Check.DECRYPTION_ENOUGH,
    CountRefusal.NO_LOGARITHM: Check.RESULT_VALUE,
    CountRefusal.FALSE_ROW: Check.RESULT_ROWS,
}

# Ballots whose signature and proofs this process found good: (election fingerprint, tracker). Both are SHA-256 over all the bytes that these
# checks read, so another look would find the same, and a count looks often: before each key and at the end. Everything else about an
# archive (who may vote, once, the sum, the keys) is checked each time. An election's and a ballot's names are public, and stand here in
# the archive's order, never in that of arrival.
SOUND: dict[tuple[str, str], None] = {}
MOST_SOUND = 10_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What a good archive says. `credentials` are points as text, `trackers` in the archive's order.

    `tally` is the recomputed one; `decrypted_by` lists the trustees (from 1) whose decryptions are there and `factors`
    holds what they decrypted, as `tallying.result` takes it; `result` is None unless `opened`; its rows begin with the
    blank count where the question has blank.
    """

    election: Election
    setup_hash: str
    trustees: Trustees
    credentials: tuple[str, ...] = field(repr=False)
    ballots: int
    trackers: tuple[str, ...] = field(repr=False)
    tally: Tally = field(repr=False)
    tally_hash: str
    decrypted_by: tuple[int, ...]
    factors: Mapping[int, Factors] = field(repr=False)
    opened: bool
    result: Result | None
    checks: tuple[Check, ...] = field(repr=False)


def verify(raw: bytes, *, setup: str | None = None, workers: int = 1, progress: Progress | None = None) -> Verified:
    """Verify an archive completely.

    `setup`: the Setup event's hash that the opening record names, demanded when given. `workers`: threads (libsodium
    runs outside Python's lock). `progress(done, total)`: called once per checked ballot from the calling thread.
    Raises Unreadable when the bytes are no archive at all, NotVerified with the first failed check otherwise.
    """
    archive = read_archive(raw)
    if setup is not None and setup != archive.setup_hash:
        raise NotVerified(Check.SETUP_HASH, f"the archive's setup is {archive.setup_hash}, not {setup[:80]}")
    if archive.tally is None:
        raise NotVerified(Check.EVENT_ORDER, f"the archive ends at {archive.last}: there is no EncryptedTally yet")
    election, trustees, credentials = _read_setup(archive)
    ballots = _read_ballots(archive, election, frozenset(credentials))
    pool = ThreadPoolExecutor(workers) if workers > 1 else None
    try:
        for done, _ in enumerate(_each(pool, lambda ballot: _check_ballot(election, ballot), ballots), start=1):
            if progress is not None:
                progress(done, len(ballots))
        tally = tuple(
            _each(pool, lambda number: sum_question(election, ballots, number), range(len(election.questions)))
        )
        _check_tally(archive.tally, tally, len(ballots))
        factors = _check_decryptions(pool, archive, election, trustees, tally)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
    result = None
    if archive.result is not None:
        expected = _open(election, trustees, tally, factors, len(ballots))
        result = _check_result(archive.result, expected)
    return Verified(
        election=election,
        setup_hash=archive.setup_hash,
        trustees=trustees,
        credentials=credentials,
        ballots=len(ballots),
        trackers=tuple(ballot.tracker for ballot in ballots),
        tally=tally,
        tally_hash=archive.tally.hash,
        decrypted_by=tuple(sorted(factors)),
        factors=factors,
        opened=result is not None,
        result=result,
        checks=tuple(check for check in Check if _was_made(check, archive, demanded=setup is not None)),
    )


def _each(pool: ThreadPoolExecutor | None, function: Callable[[_A], _B], items: Iterable[_A]) -> Iterable[_B]:
    """Apply a function to all items, in order; the first failure in that order is the one raised."""
    return map(function, items) if pool is None else pool.map(function, items)


def _read_setup(archive: Archive) -> tuple[Election, Trustees, tuple[str, ...]]:
    try:
        election = read_election(archive.election)
    except ElectionRefused as error:
        raise NotVerified(Check.ELECTION, str(error)) from None
    try:
        trustees = read_trustees(archive.trustees)
    except TrusteesRefused as error:
        raise NotVerified(Check.TRUSTEES, str(error)) from None
    if trustees.public_key != election.public_key:
        raise NotVerified(Check.ELECTION_KEY, "the election's key is not the product of its trustees' keys")
    try:
        credentials = read_credentials(archive.credentials)
    except CredentialsRefused as error:
        raise NotVerified(Check.CREDENTIALS, str(error)) from None
    return election, trustees, credentials


def _read_ballots(archive: Archive, election: Election, credentials: frozenset[str]) -> list[Ballot]:
    """Read all ballots and make every check that costs little, before the first proof is looked at."""
    ballots: list[Ballot] = []
    spent: set[str] = set()
    for raw in archive.ballots:
        try:
            ballot = read_ballot(raw)
            check_election(election, ballot)
        except BallotRefused as error:
            raise _bad_ballot(BALLOT_CHECKS[error.reason], tracker_of(raw), error.detail) from None
        if ballot.credential not in credentials:
            raise _bad_ballot(Check.BALLOT_CREDENTIAL, ballot.tracker, "its credential is not on the list")
        if ballot.credential in spent:
            raise _bad_ballot(Check.BALLOT_ONCE, ballot.tracker, "its credential has another ballot")
        spent.add(ballot.credential)
        ballots.append(ballot)
    return ballots


def _check_ballot(election: Election, ballot: Ballot) -> None:
    known = (election.fingerprint, ballot.tracker)
    if known in SOUND:
        return
    try:
        check_signature(ballot)
        check_proofs(election, ballot)
    except BallotRefused as error:
        raise _bad_ballot(BALLOT_CHECKS[error.reason], ballot.tracker, error.detail) from None
    if len(SOUND) >= MOST_SOUND:
        SOUND.clear()
    SOUND[known] = None


def _bad_ballot(check: Check, tracker: str, detail: str) -> NotVerified:
    return NotVerified(check, f"ballot {tracker}: {detail}")


def _check_tally(recorded: EncryptedTally, tally: Tally, ballots: int) -> None:
    if recorded.num_tallied != ballots or recorded.total_weight != ballots:
        numbers = f"num_tallied {recorded.num_tallied}, total_weight {recorded.total_weight}"
        raise NotVerified(Check.TALLY_COUNT, f"{numbers}, but there are {ballots} ballots")
    # the recorded tally is canonical, so equal tallies have equal bytes
    if recorded.raw != write_tally(tally):
        raise NotVerified(Check.TALLY_SUM, "the recorded tally is not the product of the ballots")


def _check_decryptions(
    pool: ThreadPoolExecutor | None, archive: Archive, election: Election, trustees: Trustees, tally: Tally
) -> dict[int, Factors]:
    owners = [owner for owner, _ in archive.decryptions]
    if len(set(owners)) != len(owners):
        raise NotVerified(Check.DECRYPTION_OWNER, "a trustee decrypted twice")

    def check(decryption: tuple[int, bytes]) -> Factors:
        owner, payload = decryption
        try:
            return check_partial_decryption(election, trustees, tally, owner, payload)
        except CountRefused as error:
            raise NotVerified(DECRYPTION_CHECKS[error.reason], f"trustee {owner}: {error.detail}") from None

    return dict(zip(owners, _each(pool, check, archive.decryptions), strict=True))


def _open(election: Election, trustees: Trustees, tally: Tally, factors: Mapping[int, Factors], ballots: int) -> Result:
    try:
        return open_tally(election, trustees, tally, factors, ballots)
    except CountRefused as error:
        raise NotVerified(RESULT_CHECKS[error.reason], error.detail) from None


def _check_result(recorded: bytes, expected: Result) -> Result:
    try:
        counts = read_result(recorded)
    except CountRefused as error:
        raise NotVerified(Check.RESULT_FORM, error.detail) from None
    if counts != expected:
        raise NotVerified(Check.RESULT_VALUE, "the recorded result is not what the trustees decrypted")
    return expected


def _was_made(check: Check, archive: Archive, *, demanded: bool) -> bool:
    if check is Check.SETUP_HASH:
        return demanded
    if check in {Check.DECRYPTION_OWNER, Check.DECRYPTION_FORM, Check.DECRYPTION_PROOF}:
        return bool(archive.decryptions)
    if check in {Check.DECRYPTION_ENOUGH, Check.RESULT_FORM, Check.RESULT_VALUE, Check.RESULT_ROWS}:
        return archive.result is not None
    return True
