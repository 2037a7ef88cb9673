"""The numbers of a ledger and where each comes from: parts, the composite, the satisfaction. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class PollSource:
    """One panel's row in one result document: what a poll part was counted from.

    `archive`: SHA-256 (hex) of the box's archive. `keys`: fingerprints of the keys that opened it. `counts`: option key -> votes,
    `valid` their sum, in votes; both None where `outcome` is a reason of `tally.quorum.WithheldReason`. `score`: 0 to 100, of a scored row.
    """

    document: str
    published_on: str
    panel_key: str
    panel: str
    archive: str
    keys: tuple[str, ...]
    outcome: str
    counts: Mapping[str, int] | None = None
    valid: int | None = None
    score: Fraction | None = None


@dataclass(frozen=True, slots=True)
class EntrySource:
    """One number that a person entered, 0 to 100."""

    score: Fraction
    by: str
    source: str


Source = PollSource | EntrySource


class MissingReason(StrEnum):
    """Why a part has no number: the withheld outcomes of `tally`, and what the scoring layer itself finds."""

    NO_RESULT = "no_result"
    NOT_ENTERED = "not_entered"
    # two results, or two entries where one person's number is wanted: nobody said which of them counts
    SEVERAL_RESULTS = "several_results"
    SEVERAL_ENTRIES = "several_entries"
    VOID = "void"
    BELOW_MINIMUM = "below_minimum"
    TOO_FEW = "too_few"
    NO_VALID_VOTES = "no_valid_votes"
    NOT_OPENED = "not_opened"


@dataclass(frozen=True, slots=True)
class PartValue:
    """One addend that is there: `value` (0 to 100, exact) times `weight` goes into the composite."""

    key: str
    title: str
    weight: Fraction
    value: Fraction
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class PartMissing:
    """One addend that is not there, and why. `panel`: the first panel that is not known, where the part is a poll's."""

    key: str
    title: str
    weight: Fraction
    reason: MissingReason
    panel: str | None = None
    sources: tuple[Source, ...] = ()


Part = PartValue | PartMissing


@dataclass(frozen=True, slots=True)
class Composed:
    """The weighted sum, or the mean of a longer period: 0 to 100, exact."""

    score: Fraction


@dataclass(frozen=True, slots=True)
class Missing:
    """No composite: `parts` are the keys of what is missing (of a longer period: the labels of its periods)."""

    parts: tuple[str, ...]


Composite = Composed | Missing


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The satisfaction floor: `below` and `score` are None together, and unknown is neither a pass nor a veto.

    `periods`: of a longer period, whose mean satisfaction this is, the labels that it is the mean of.
    """

    panels: tuple[str, ...]
    threshold: Fraction
    score: Fraction | None
    below: bool | None
    sources: tuple[PollSource, ...] = ()
    periods: tuple[str, ...] = ()
