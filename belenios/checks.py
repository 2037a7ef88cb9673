"""The verifier's checklist: every check has a name, and a refusal names the first that failed."""

from enum import StrEnum


class Check(StrEnum):
    """What a verified archive was checked for, in the order of the checks."""

    HEADER = "header"  # the first file names version 1 and a time
    TAR_BYTES = "tar_bytes"  # writing all entries again gives the same bytes
    ENTRY_HASHES = "entry_hashes"  # every entry is named by its SHA-256, none stands twice
    EVENT_FORM = "event_form"  # events and references are canonical
    EVENT_ORDER = "event_order"  # Setup, Ballot*, EndBallots, EncryptedTally, PartialDecryption*, Result
    EVENT_CHAIN = "event_chain"  # heights and parents
    EVENT_DATA = "event_data"  # each event's data lies right before it, nothing lies around
    SETUP_HASH = "setup_hash"  # the Setup event is the one the caller demanded
    ELECTION = "election"
    TRUSTEES = "trustees"  # keys, proofs of knowledge, threshold certificates
    ELECTION_KEY = "election_key"  # the election's key is the product of the trustees'
    CREDENTIALS = "credentials"  # distinct, valid, of weight 1
    BALLOT_FORM = "ballot_form"  # canonical, and of the election's shape
    BALLOT_ELECTION = "ballot_election"
    BALLOT_CREDENTIAL = "ballot_credential"  # on the list
    BALLOT_ONCE = "ballot_once"  # one ballot per credential
    BALLOT_SIGNATURE = "ballot_signature"
    BALLOT_PROOFS = "ballot_proofs"
    TALLY_COUNT = "tally_count"  # num_tallied and total_weight
    TALLY_SUM = "tally_sum"  # the recorded tally is the recomputed one
    DECRYPTION_OWNER = "decryption_owner"  # known, each once
    DECRYPTION_FORM = "decryption_form"
    DECRYPTION_PROOF = "decryption_proof"
    DECRYPTION_ENOUGH = "decryption_enough"  # every trustee needed for the result is there
    RESULT_FORM = "result_form"
    RESULT_VALUE = "result_value"  # the recorded result is the recomputed one
    RESULT_ROWS = "result_rows"  # each row sums to the number of ballots


class Unreadable(ValueError):
    """Bytes that are no Belenios archive at all."""


class NotVerified(ValueError):
    """An archive that is not good: `check` is the first that failed, `detail` says where."""

    def __init__(self, check: Check, detail: str) -> None:
        super().__init__(f"{check}: {detail}")
        self.check = check
        self.detail = detail
