"""The quota board of a ledger: who is inside, where the tie lies, what the alternative would change. Frozen values."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from schemes.assessment import Bound, Rounding, Strictness
from scoring.inputs import QuotaDecision


class Position(StrEnum):
    """Where a candidate stands at a quota that is filled by score.

    `open`: scores that are still missing could change it. `alternative`: outside, and inside if the alternative share were approved.
    """

    INSIDE = "inside"
    TIE = "tie"
    ALTERNATIVE = "alternative"
    OUTSIDE = "outside"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Seat:
    """One candidate of a quota. `places`: first and last place that his score can mean; they differ exactly at a tie."""

    subject: str
    score: Fraction
    places: tuple[int, int]
    position: Position


class Finding(StrEnum):
    """What a quota says of the grades as they stand. `open`: grades are missing that could change it. `off`: a `warn` that is not met."""

    KEPT = "kept"
    BROKEN = "broken"
    OVERRIDDEN = "overridden"
    OFF = "off"
    SMALL_POOL = "small_pool"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class QuotaBoard:
    """One quota over its pool, in people.

    `number`: the cap or minimum that binds; `given`: holders of the grade (with `grade_share_of`: those of them who have the attribute, and
    `pool` are all its holders). `alternative`: the number if the alternative share were approved, `other_reading`: the number by the other
    rounding; None where the scheme has none. `tie_admissible`: all who tie for the last seat fit under the alternative, if people decide so.
    `waiting`: subjects of the pool whose score or grade is not known.
    """

    key: str
    title: str
    source: str
    grade: str
    bound: Bound
    strictness: Strictness
    rounding: Rounding
    pool: int
    number: int
    given: int
    finding: Finding
    alternative: int | None = None
    other_reading: int | None = None
    seats: tuple[Seat, ...] = ()
    tie_admissible: bool = False
    waiting: tuple[str, ...] = ()
    decisions: tuple[QuotaDecision, ...] = ()
