"""The frozen types of worked examples about what follows after a poll: `scoring.examples` runs them through the functions of the ledger."""

from fractions import Fraction
from typing import Annotated

from msgspec import Meta, Struct

from schemes.vocabulary import Key, Line, Number, PeriodKind

# Several times any roster; it bounds the work that a file handed to `scheme check` can cause.
People = Annotated[int, Meta(ge=0, le=2000)]


class CompositeExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject's weighted sum: `entered` numbers by part, `counts` of the options by panel; absent `score`: a part is missing.

    `grade`: what is proposed after the floor, `band`: the one in whose band the score lies.
    """

    name: Line
    source: Line
    subject: Key
    entered: dict[Key, tuple[Fraction, ...]] = {}
    counts: dict[Key, tuple[Number, ...]] = {}
    score: Fraction | None = None
    shown: Line | None = None
    band: Key | None = None
    below_floor: bool | None = None
    grade: Key | None = None


class QuotaExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One quota over `pool` people of whom these `scores` are the best, or without scores: how many it lets through.

    `inside`, `tied`, `inside_alternative`: how many stand there by score, and how many are inside once the alternative is approved.
    """

    name: Line
    source: Line
    quota: Key
    pool: People
    number: Number
    alternative: Number | None = None
    other_reading: Number | None = None
    scores: Annotated[tuple[Fraction, ...], Meta(max_length=200)] = ()
    inside: Number = 0
    tied: Number = 0
    inside_alternative: Number | None = None


class GradesExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many people of one kind with each grade, and what the quotas find: kept, broken, off, small_pool."""

    name: Line
    source: Line
    subject: Key
    period: PeriodKind
    given: dict[Key, People]
    found: dict[Key, Key]


class YearExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject's longer period from the scores of its shorter ones; `missing`: the labels that the mean leaves out."""

    name: Line
    source: Line
    subject: Key
    period: Line
    scores: dict[Line, Fraction]
    score: Fraction
    shown: Line
    grade: Key
    missing: tuple[Line, ...] = ()


class CountExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subject's longer period with so many shorter ones of each grade: which rules hold, what is open to choose, what is lost."""

    name: Line
    source: Line
    subject: Key
    period: Line
    given: dict[Key, Annotated[int, Meta(ge=0, le=60)]]
    holds: tuple[Key, ...] = ()
    choices: tuple[Key, ...] = ()
    bars: tuple[Key, ...] = ()


class SampleExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of a population one inspection draws."""

    name: Line
    source: Line
    inspection: Key
    population: Number
    size: Number
