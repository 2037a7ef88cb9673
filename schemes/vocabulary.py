"""The words that packs are written with: lines, keys, numbers, and the rhythms and days of assessments."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

# One printable line without blanks at its ends: titles go onto slips and pages as they are.
Line = Annotated[
    str, Meta(pattern=r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f\u2028\u2029]*[^\s\x00-\x1f\x7f])?\Z", max_length=300)
]
# What programs and documents call a thing: it outlives every change of wording.
Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=40)]

# People and ballots: far above any roster, far below what could hurt.
Number = Annotated[int, Meta(ge=0, le=1_000_000)]


class PeriodKind(StrEnum):
    """How long a period an assessment looks at."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    TERM = "term"


class DayKind(StrEnum):
    """Working days need the holiday table; calendar days do not (Baicheng)."""

    WORKING = "working"
    CALENDAR = "calendar"
