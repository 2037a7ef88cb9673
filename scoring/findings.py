"""What rules say about a subject beside its number: vetoes, choices, bars, consequences, counts of grades. Frozen values.

Nothing here is done to anybody: all of it is proposed to people (law 12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Cause(StrEnum):
    """What a veto, a choice, a bar or a consequence follows from; the `key` beside it is that of the rule or panel."""

    FLOOR = "floor"
    FACT = "fact"
    DISSATISFIED = "dissatisfied"
    GRADE_COUNT = "grade_count"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class Veto:
    """A grade that follows of itself (一律, 直接, 定为). `by`, `evidence`, `confirmed_by`: of an entered fact."""

    cause: Cause
    key: str
    title: str
    source: str
    grade: str
    by: str = ""
    evidence: str = ""
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Grades of which a person chooses. `chosen` None: nobody has yet. `binding`: it has to be one of them (被评为), not only may be (可确定为)."""

    cause: Cause
    key: str
    title: str
    source: str
    grades: tuple[str, ...]
    chosen: str | None = None
    by: str = ""
    evidence: str = ""
    binding: bool = False


@dataclass(frozen=True, slots=True)
class PendingFact:
    """A fact that one person entered and nobody else has confirmed: nothing follows from it yet."""

    fact: str
    title: str
    by: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Barred:
    """An eligibility that is lost. `proposed`: it follows from a `may`, so a person says whether."""

    bar: str
    title: str
    cause: Cause
    key: str
    proposed: bool


@dataclass(frozen=True, slots=True)
class ProposedConsequence:
    """What is proposed, and from what. `yuan`: whole yuan for the period. `severest` False: a heavier `step` of the ladder covers it."""

    consequence: str
    title: str
    source: str
    cause: Cause
    key: str
    yuan: int | None = None
    step: int | None = None
    to: str | None = None
    severest: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule about the grades of shorter periods. `applies` None: it cannot be told yet (`tie` at the last places, or no mean).

    `periods`: grade key -> the labels that have it. `unconfirmed`: labels whose grade is only proposed. `place` from the last (1) by `mean`.
    """

    key: str
    title: str
    source: str
    applies: bool | None
    periods: Mapping[str, tuple[str, ...]]
    unconfirmed: tuple[str, ...] = ()
    mean: Fraction | None = None
    places: tuple[int, int] | None = None
