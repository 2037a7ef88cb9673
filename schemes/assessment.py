"""The frozen types of what follows after a poll: sign-off, facts, quotas, years, consequences, deadlines, inspections.

Publication (`publishing/`) reads the chain of signatures, the scoring layer (`scoring/`) the rest. All of it proposes: nothing here is
done to anybody by a program (law 12). An empty `subjects` means every kind of subject, an empty `periods` every rhythm.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemes.vocabulary import Key, Line, Number, PeriodKind

# A day of the year without the year: 10-31.
MonthDay = Annotated[str, Meta(pattern=r"^(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\Z")]


class Force(StrEnum):
    """R8: 一律, 直接, 定为 are `shall` and follow of themselves once the fact is confirmed; 可确定为, 可评定为 are `may` and propose."""

    SHALL = "shall"
    MAY = "may"


class Rounding(StrEnum):
    """R6: a cap is floored, a minimum is ceiled, a plain 占20% is floored unless the people responsible decide for half-up."""

    FLOOR = "floor"
    CEIL = "ceil"
    HALF_UP = "half_up"


class Bound(StrEnum):
    """On which side of its number a quota binds; `about` binds on neither (70%左右)."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOUT = "about"
    EXACTLY = "exactly"


class Strictness(StrEnum):
    """`must`: not confirmed while it is broken; `override`: confirmed with a written reason; `warn`: said and no more."""

    MUST = "must"
    OVERRIDE = "override"
    WARN = "warn"


class SignOffKind(StrEnum):
    """`confirm`: somebody stands for the step; `opinion`: somebody is asked and answers in words (纪检监察机关意见)."""

    CONFIRM = "confirm"
    OPINION = "opinion"


class SignOffOf(StrEnum):
    """What is signed: the result of one poll before its notice, or the grades of a period in the scoring layer."""

    RESULT = "result"
    GRADES = "grades"


class Attribute(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the register holds of a subject because a rule asks for it: `altitude_m`, `stationed`."""

    key: Key
    title: Line
    kind: Literal["number", "yes_no"]
    source: Line
    subjects: tuple[Key, ...] = ()


class Grade(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One grade, best first. `at_least` (0 to 100) opens its half-open band; absent where people grade without lines.

    `source`: its article, where that is not the one of its `[[grade_scales]]` or, in `[[grades]]`, of the whole document.
    """

    key: Key
    title: Line
    at_least: Fraction | None = None
    source: Line | None = None


class GradeScale(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Grades of their own for some subjects or rhythms, where `[[grades]]` does not hold (拜城县: a village's monthly grade, a cadre's year)."""

    grades: Annotated[tuple[Grade, ...], Meta(min_length=2)]
    source: Line
    subjects: tuple[Key, ...] = ()
    periods: tuple[PeriodKind, ...] = ()


class SignOff(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of the chain, in the order of the file.

    `who`: the office or post that signs, as people know it. `grades`: the step is asked for only where one of them is proposed. `periods`:
    only for grades of such periods (西藏2018 第六条(六)、(七): 市(地)委书记 and 自治区 sign the year alone).
    `one_by_one`: of grades, each subject's ledger is signed by itself (逐一签字确认); a signature over all of them at once does not count.
    `subject_signs`: the subject himself confirms here (花园乡 第五条); elsewhere a subject signs nothing about himself (公务员法 第七十六条).
    """

    key: Key
    title: Line
    who: Line
    source: Line
    of: SignOffOf = SignOffOf.RESULT
    kind: SignOffKind = SignOffKind.CONFIRM
    subjects: tuple[Key, ...] = ()
    periods: tuple[PeriodKind, ...] = ()
    grades: tuple[Key, ...] = ()
    one_by_one: bool = False
    subject_signs: bool = False

    @property
    def names_subject(self) -> bool:
        """Whether a signature here is about one subject; whoever signs for himself signs for nobody else."""
        return self.one_by_one or self.subject_signs


class Fact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a named person may enter about a subject with evidence, and what follows from it (R7: it overrides the grade, never the score).

    `grades`: exactly one under `shall` (the veto), the ones a person chooses from under `may`; empty where no grade follows.
    `bars`: eligibilities that are lost (award). `consequences`: keys of `[[consequences]]` that are proposed.
    """

    key: Key
    title: Line
    force: Force
    source: Line
    subjects: tuple[Key, ...] = ()
    periods: tuple[PeriodKind, ...] = ()
    grades: tuple[Key, ...] = ()
    bars: tuple[Key, ...] = ()
    consequences: tuple[Key, ...] = ()


class Bar(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An eligibility that can be lost: 评优资格. It is no grade."""

    key: Key
    title: Line
    source: Line


class Consequence(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a result proposes: a reward in yuan, a talk, a recall. With `grades` it is proposed to whoever gets one of them in `periods`.

    `yuan`: whole yuan for each period. `step`: the rung of the ladder of accountability, 1 the mildest (花园乡 第九条); absent elsewhere.
    `to`: whom it concerns, where that is somebody else than the subject (派驻单位主要领导).
    """

    key: Key
    title: Line
    source: Line
    subjects: tuple[Key, ...] = ()
    grades: tuple[Key, ...] = ()
    periods: tuple[PeriodKind, ...] = ()
    yuan: Number | None = None
    step: Annotated[int, Meta(ge=1, le=9)] | None = None
    to: Line | None = None


class Quota(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of a pool may, must or should have one grade.

    The pool: all assessed `subjects` of one organization and period; with `grade_share_of` instead the holders of the grade, of whom that
    share must have the yes_no attribute (拜城县: 各等次中驻村干部比例要占50%). Exactly one of `share` (of the pool) and `number`.
    `alternative`: a share that a human may approve (陇南市 20%); `alternative_rounding`: the other reading, shown beside (商州区 33 -> 6 or 7).
    `by_score`: the seats are filled in the order of the score, and a tie at the last seat is a tie; without it only the cap is shown.
    `least_pool`: a smaller pool is flagged, not judged.
    """

    key: Key
    title: Line
    grade: Key
    bound: Bound
    strictness: Strictness
    source: Line
    subjects: tuple[Key, ...] = ()
    periods: tuple[PeriodKind, ...] = ()
    share: Fraction | None = None
    number: Number | None = None
    rounding: Rounding = Rounding.FLOOR
    alternative: Fraction | None = None
    alternative_rounding: Rounding | None = None
    by_score: bool = False
    grade_share_of: Key | None = None
    least_pool: Number = 0

    @property
    def leaves_a_choice(self) -> bool:
        """Whether people may approve another number than the one that binds of itself."""
        return self.alternative is not None or (self.share is not None and self.alternative_rounding is not None)


class AttributeTest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A subject's number attribute is at least this (海拔4500米及以上 includes the number)."""

    attribute: Key
    at_least: Number


class Aggregate(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a longer period's score comes from shorter ones: `mean` divides by the periods that were assessed and lists the missing ones."""

    over: PeriodKind
    of: PeriodKind
    method: Literal["mean"]
    source: Line
    subjects: tuple[Key, ...] = ()
    only: AttributeTest | None = None


class Occasion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Either so many periods with this grade, or a place among the last `last_places` of the organization by the period's mean score."""

    grade: Key | None = None
    at_least: Annotated[int, Meta(ge=1, le=60)] | None = None
    last_places: Annotated[int, Meta(ge=1, le=1000)] | None = None


class GradeCount(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What follows when any one of `when` holds over the shorter periods `of` inside `over` (拜城县 六.2: D 5次及以上).

    `grades` under `shall`: one follows of itself; of several people choose one and no other (被评为基本称职或不称职).
    """

    key: Key
    title: Line
    over: PeriodKind
    of: PeriodKind
    when: Annotated[tuple[Occasion, ...], Meta(min_length=1)]
    force: Force
    source: Line
    subjects: tuple[Key, ...] = ()
    grades: tuple[Key, ...] = ()
    bars: tuple[Key, ...] = ()
    consequences: tuple[Key, ...] = ()


class Deadline(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last day of a task, inclusive to 24:00 in Asia/Shanghai. Exactly one of `days_after` the period's end and `until`.

    `until` lies in the calendar year in which the period ends; `since`: the first day, where there is one (10月下旬).
    """

    key: Key
    title: Line
    period: PeriodKind
    source: Line
    subjects: tuple[Key, ...] = ()
    days_after: Annotated[int, Meta(ge=0, le=366)] | None = None
    since: MonthDay | None = None
    until: MonthDay | None = None


class AssessmentYear(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first day of the assessment year; year Y is the one that ends in calendar year Y. Absent: the calendar year."""

    starts: MonthDay
    source: Line


class Inspection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Random inspection 随机抽查: this share of the population, rounded up (R6)."""

    key: Key
    title: Line
    share: Fraction
    period: PeriodKind
    who: Line
    source: Line
    subjects: tuple[Key, ...] = ()
