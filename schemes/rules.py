"""The frozen types of a scheme: every rule of a regulation that a machine needs, as data.

A scheme is one TOML file (`docs/schemes.md` explains every key). Numbers are exact: `int` or `Fraction`, never binary
floating point. The types hold what the polls need. What the scoring layer applies (composite, the grade a veto gives, the grade bands) is
read strictly here and applied elsewhere.

What follows after a poll stands in `schemes/assessment.py`. Whatever is added later is an *optional* key, so that packs frozen with old
polls stay readable.
"""

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from schemes.assessment import (
    Aggregate,
    AssessmentYear,
    Attribute,
    Bar,
    Consequence,
    Deadline,
    Fact,
    Grade,
    GradeCount,
    GradeScale,
    Inspection,
    Quota,
    SignOff,
)
from schemes.vocabulary import DayKind, Key, Line, Number, PeriodKind
from schemes.worked import (
    CompositeExample,
    CountExample,
    GradesExample,
    QuotaExample,
    SampleExample,
    YearExample,
)

DONT_KNOW_TITLE = "不了解"
# Words with a meaning of their own beside the options in result documents.
RESERVED_OPTION_KEYS = frozenset({"abstain", "dont_know", "invalid", "valid", "blank"})
# An option of these names would be weighed and counted as valid, which none of the three is.
RESERVED_OPTION_TITLES = frozenset({DONT_KNOW_TITLE, "弃权", "无效"})
# Fewer ballots than this are never opened, whatever a scheme says: a unanimous sum of four betrays all four.
FEWEST_BALLOTS = 5


class PanelKind(StrEnum):
    """What a panel's poll is; the kind belongs to the panel, not to the poll."""

    DEMOCRATIC_EVALUATION = "democratic_evaluation"
    INTERVIEW = "interview"
    SATISFACTION = "satisfaction"


class OutcomeKind(StrEnum):
    """Whether a panel's counts become a score, or stay counts (Shangzhou: no formula, no thresholds)."""

    SCORED = "scored"
    COUNTS_ONLY = "counts_only"


class PublicView(StrEnum):
    """What the public page shows of a panel."""

    COUNTS = "counts"
    OUTCOME = "outcome"
    NOTHING = "nothing"


class Option(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer of the scale. `weight` is exact, 0 to 1; absent exactly where the panel is counts_only."""

    key: Key
    title: Line
    weight: Fraction | None = None


class Dissatisfied(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which options are dissatisfaction. With `above` (a share, exact) a row strictly above it is flagged (Baicheng 四: 超过30%).

    `grades`: what may then be given (可确定为C等或D等); people choose.
    """

    options: Annotated[tuple[Key, ...], Meta(min_length=1)]
    source: Line
    above: Fraction | None = None
    grades: tuple[Key, ...] = ()


class PanelRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One counting group: its scale, its minimums, and what becomes of its counts.

    `minimum_returned`: ballots in the box; `minimum_expected`: people on the roster, by default the same number.
    `at_least_share` (含本数) and `more_than_share` (不含本数): optional turnout, a share of the roster; at most one of them.
    `on_request`: a panel that a new poll has only when somebody chooses it (商州区: a score for reference).
    """

    key: Key
    title: Line
    kind: PanelKind
    source: Line
    options: Annotated[tuple[Option, ...], Meta(min_length=2)]
    minimum_returned: Number
    public: PublicView
    outcome: OutcomeKind = OutcomeKind.SCORED
    dont_know: bool = False
    minimum_expected: Annotated[int, Meta(ge=1, le=1_000_000)] = 0
    at_least_share: Fraction | None = None
    more_than_share: Fraction | None = None
    dissatisfied: Dissatisfied | None = None
    raters: tuple[Line, ...] = ()
    on_request: bool = False

    def __post_init__(self) -> None:
        """Let the roster's minimum follow the box's where the scheme names none."""
        if self.minimum_expected == 0:
            msgspec.structs.force_setattr(self, "minimum_expected", self.minimum_returned)

    @property
    def answer_keys(self) -> tuple[str, ...]:
        """The ordinary answers of the ballot in their fixed order: the options, then `dont_know` where the panel has it."""
        return (*(option.key for option in self.options), *(("dont_know",) if self.dont_know else ()))

    @property
    def answer_titles(self) -> tuple[str, ...]:
        """The same answers in Chinese, as slip and screen show them. 弃权 is not among them: it is the ballot's blank."""
        return (*(option.title for option in self.options), *((DONT_KNOW_TITLE,) if self.dont_know else ()))

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The weights in the order of the options; empty for a panel that only counts."""
        return tuple(option.weight for option in self.options if option.weight is not None)


class SubjectRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of subject that this scheme assesses, and how often."""

    key: Key
    title: Line
    periods: Annotated[tuple[PeriodKind, ...], Meta(min_length=1)]
    source: Line


class SatisfactionFloor(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pooled satisfaction of `panels` strictly below `threshold` (0 to 100) gives `grade`, whatever the composite."""

    title: Line
    panels: Annotated[tuple[Key, ...], Meta(min_length=1)]
    threshold: Fraction
    grade: Key
    source: Line


class CompositePart(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One addend. Its panels are pooled (counts added); without panels the number is entered by a named person.

    `several`: more than one person gives a number, and their exact mean counts (陇南市 第八条: 多位领导取平均).
    """

    key: Key
    title: Line
    weight: Fraction
    panels: tuple[Key, ...] = ()
    several: bool = False


class Composite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The weighted sum; data for the scoring layer. The weights sum to exactly 1. `subjects`: the kinds it holds for, empty: all."""

    parts: Annotated[tuple[CompositePart, ...], Meta(min_length=1)]
    source: Line
    subjects: tuple[Key, ...] = ()


class Notice(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """公示: its length, and the shortest an organizer may set."""

    days: Number
    minimum_days: Number
    day_kind: DayKind
    source: Line


class SlipTexts(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What 个人信息保护法 第十七条 wants said on every slip: who asks, what for, how long it is kept."""

    asked_by: Line
    purpose: Line
    retention: Line
    source: Line


class DisplayRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a number is rounded for the eye. One way each is known so far; the key stands in the pack to be read."""

    decimals: Annotated[int, Meta(ge=0, le=6)]
    rounding: Literal["half_up"]
    at_grade_line: Literal["truncate"]
    source: Line


ExpectedOutcome = Literal[
    "not_printed", "scored", "counts_only", "below_minimum", "void", "too_few", "no_valid_votes", "not_opened"
]


class PollExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A worked row: what was counted, and what must come out. An absent `score`, `below_floor` or `dissatisfied` means: none.

    `at_least_share`, `more_than_share`: the panel as if it asked for this turnout, which no regulation here does (组织法 第二十六条 for a county
    that adds it).
    """

    name: Line
    source: Line
    panel: Key
    expected: Number
    issued: Number
    returned: Number
    outcome: ExpectedOutcome
    counts: tuple[Number, ...] | None = None
    abstain: Number = 0
    dont_know: Number = 0
    invalid: Number = 0
    missing: Number = 0
    valid: Number | None = None
    score: Fraction | None = None
    shown: Line | None = None
    rates: tuple[Line, ...] = ()
    grade: Key | None = None
    below_floor: bool | None = None
    dissatisfied: bool | None = None
    at_least_share: Fraction | None = None
    more_than_share: Fraction | None = None


class ScoreExample(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A number, the grade band it lies in and how it is shown."""

    name: Line
    source: Line
    score: Fraction
    shown: Line
    grade: Key


class SchemeFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A pack as it is written, and nothing else."""

    name: Key
    version: Annotated[int, Meta(ge=1)]
    title: Line
    source: Line
    subjects: Annotated[tuple[SubjectRule, ...], Meta(min_length=1)]
    notice: Notice
    slip: SlipTexts
    display: DisplayRule
    panels: tuple[PanelRule, ...] = ()
    grades: tuple[Grade, ...] = ()
    satisfaction_floor: SatisfactionFloor | None = None
    composite: Composite | None = None
    composites: tuple[Composite, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    grade_scales: tuple[GradeScale, ...] = ()
    sign_off: tuple[SignOff, ...] = ()
    facts: tuple[Fact, ...] = ()
    bars: tuple[Bar, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    quotas: tuple[Quota, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    grade_counts: tuple[GradeCount, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    assessment_year: AssessmentYear | None = None
    inspections: tuple[Inspection, ...] = ()
    examples: tuple[PollExample, ...] = ()
    score_examples: tuple[ScoreExample, ...] = ()
    composite_examples: tuple[CompositeExample, ...] = ()
    quota_examples: tuple[QuotaExample, ...] = ()
    grades_examples: tuple[GradesExample, ...] = ()
    year_examples: tuple[YearExample, ...] = ()
    count_examples: tuple[CountExample, ...] = ()
    sample_examples: tuple[SampleExample, ...] = ()

    def panel(self, key: str) -> PanelRule:
        """Give the panel of that key; KeyError when the scheme has none."""
        for rule in self.panels:
            if rule.key == key:
                return rule
        raise KeyError(key)

    @property
    def grade_lines(self) -> tuple[Fraction, ...]:
        """Every number of 0 to 100 at which a verdict changes: lower edges of the bands and the satisfaction floor, ascending."""
        scaled = (grade for scale in self.grade_scales for grade in scale.grades)
        lines = {grade.at_least for grade in (*self.grades, *scaled) if grade.at_least}
        if self.satisfaction_floor is not None:
            lines.add(self.satisfaction_floor.threshold)
        return tuple(sorted(lines))

    def subject(self, key: str) -> SubjectRule:
        """Give the rule of that kind of subject; KeyError when the scheme assesses no such kind."""
        for rule in self.subjects:
            if rule.key == key:
                return rule
        raise KeyError(key)

    def composite_of(self, subject_kind: str) -> Composite | None:
        """Give the weighted sum that holds for this kind of subject, None where people grade without one."""
        known = (*((self.composite,) if self.composite is not None else ()), *self.composites)
        return next((each for each in known if not each.subjects or subject_kind in each.subjects), None)

    def grades_of(self, subject_kind: str, period: PeriodKind) -> tuple[Grade, ...]:
        """Give the grades, best first, of this kind of subject in periods of this kind: a scale of their own, else `grades`."""
        for scale in self.grade_scales:
            if (not scale.subjects or subject_kind in scale.subjects) and (
                not scale.periods or period in scale.periods
            ):
                return scale.grades
        return self.grades

    def band_of(self, score: Fraction) -> Grade | None:
        """Give the grade whose half-open band holds this exact score, None where the grades have no lines (R4, R5).

        It is a reading of the scale, not a grade given to anyone: vetoes, quotas and people come after it.
        """
        for grade in self.grades:
            if grade.at_least is not None and score >= grade.at_least:
                return grade
        return None


class Scheme(SchemeFile, frozen=True, kw_only=True):
    """A pack that was read and checked, with its exact bytes and their SHA-256 (hex): what a poll freezes at printing."""

    raw: bytes
    digest: str
