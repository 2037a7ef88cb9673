"""What the tables after the poll may get wrong: references to subjects, grades, attributes, bars and consequences, and orders of length."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from schemes.assessment import Fact, Force, Grade, GradeCount, Quota, SignOffOf
from schemes.errors import SchemeError, SchemeFault
from schemes.rules import SchemeFile
from schemes.vocabulary import PeriodKind

# the longest, a term, has no fixed length: it is longer than every year
_MONTHS = MappingProxyType(
    {
        PeriodKind.MONTH: 1,
        PeriodKind.QUARTER: 3,
        PeriodKind.HALF_YEAR: 6,
        PeriodKind.YEAR: 12,
        PeriodKind.TERM: 13,
    }
)
# 29 February can be a deadline in a leap year, and is the last of February in others
_LEAP_YEAR = 2024

Unique = Callable[[str, str, str, Iterable[str]], None]


class _References:
    """The keys that a pack defines, and the refusal of every other one."""

    def __init__(self, scheme: SchemeFile, where: str) -> None:
        self.where = where
        # a longer period that is made of shorter ones is assessed too, without a poll of its own
        self.periods = {subject.key: set(subject.periods) for subject in scheme.subjects}
        made = [(each.subjects, each.over) for each in scheme.aggregates]
        made += [(each.subjects, each.over) for each in scheme.grade_counts]
        for kinds, over in made:
            for kind in kinds or self.periods:
                self.periods.get(kind, set()).add(over)
        grades = [*scheme.grades, *(grade for scale in scheme.grade_scales for grade in scale.grades)]
        self.grades = {grade.key for grade in grades}
        self.bars = {bar.key for bar in scheme.bars}
        self.consequences = {each.key for each in scheme.consequences}
        self.numbers = {each.key for each in scheme.attributes if each.kind == "number"}
        self.answers = {each.key for each in scheme.attributes if each.kind == "yes_no"}

    def demand(self, known: Iterable[str], path: str, keys: Sequence[str], fault: SchemeFault) -> None:
        """Refuse the first of `keys` that is not known, and whatever stands twice."""
        known = set(known)
        for number, key in enumerate(keys):
            if key not in known:
                raise SchemeError(self.where, f"{path}[{number}]", fault, value=key)
            if key in keys[:number]:
                raise SchemeError(self.where, f"{path}[{number}]", SchemeFault.REPEATED, value=key)

    def scope(self, at: str, subjects: Sequence[str], periods: Sequence[PeriodKind] = ()) -> None:
        """Refuse a kind of subject that is not assessed, or is not assessed at this rhythm."""
        self.demand(self.periods, f"{at}.subjects", subjects, SchemeFault.UNKNOWN_SUBJECT)
        rhythms = {rhythm for kind in subjects or self.periods for rhythm in self.periods[kind]}
        for number, period in enumerate(periods):
            if period not in rhythms:
                path = f"{at}.periods[{number}]"
                raise SchemeError(self.where, path, SchemeFault.PERIOD_NOT_ASSESSED, value=period.value)

    def follows(self, at: str, rule: Fact | GradeCount) -> None:
        """Check what follows from a fact or a count: known keys, and one grade where a fact gives it of itself; a count may leave a choice."""
        self.demand(self.grades, f"{at}.grades", rule.grades, SchemeFault.UNKNOWN_GRADE)
        self.demand(self.bars, f"{at}.bars", rule.bars, SchemeFault.UNKNOWN_BAR)
        self.demand(self.consequences, f"{at}.consequences", rule.consequences, SchemeFault.UNKNOWN_CONSEQUENCE)
        if isinstance(rule, Fact) and rule.force is Force.SHALL and len(rule.grades) > 1:
            raise SchemeError(self.where, f"{at}.grades", SchemeFault.ONE_GRADE)


def check_assessment(scheme: SchemeFile, where: str, *, unique: Unique, grade_lines: Callable[..., None]) -> None:
    """Raise SchemeError at the first thing that does not hold together; `unique` and `grade_lines` are the checks of `schemes.checks`."""
    for table in ("attributes", "sign_off", "facts", "bars", "consequences", "quotas", "grade_counts", "deadlines"):
        unique(where, table, "key", (each.key for each in getattr(scheme, table)))
    unique(where, "inspections", "key", (each.key for each in scheme.inspections))
    known = _References(scheme, where)
    for number, scale in enumerate(scheme.grade_scales):
        known.scope(f"grade_scales[{number}]", scale.subjects, scale.periods)
        _check_scale(scale.grades, where, f"grade_scales[{number}].grades", unique, grade_lines)
    for number, attribute in enumerate(scheme.attributes):
        known.scope(f"attributes[{number}]", attribute.subjects)
    _check_composites(scheme, where, known)
    # before whatever speaks of the longer periods that they make
    _check_years(scheme, where, known)
    _check_sign_off(scheme, where, known)
    for number, panel in enumerate(scheme.panels):
        grades = panel.dissatisfied.grades if panel.dissatisfied is not None else ()
        known.demand(known.grades, f"panels[{number}].dissatisfied.grades", grades, SchemeFault.UNKNOWN_GRADE)
    for number, fact in enumerate(scheme.facts):
        known.scope(f"facts[{number}]", fact.subjects, fact.periods)
        known.follows(f"facts[{number}]", fact)
    for number, each in enumerate(scheme.consequences):
        known.scope(f"consequences[{number}]", each.subjects, each.periods)
        known.demand(known.grades, f"consequences[{number}].grades", each.grades, SchemeFault.UNKNOWN_GRADE)
    for number, quota in enumerate(scheme.quotas):
        _check_quota(quota, where, f"quotas[{number}]", known)
    _check_days(scheme, where, known)
    for number, inspection in enumerate(scheme.inspections):
        known.scope(f"inspections[{number}]", inspection.subjects)
        _share(where, f"inspections[{number}].share", inspection.share)


def _check_sign_off(scheme: SchemeFile, where: str, known: _References) -> None:
    for number, step in enumerate(scheme.sign_off):
        known.scope(f"sign_off[{number}]", step.subjects, step.periods)
        known.demand(known.grades, f"sign_off[{number}].grades", step.grades, SchemeFault.UNKNOWN_GRADE)
        if step.one_by_one and step.of is SignOffOf.RESULT:
            raise SchemeError(where, f"sign_off[{number}].one_by_one", SchemeFault.ONE_BY_ONE)


def _check_scale(
    grades: tuple[Grade, ...], where: str, at: str, unique: Unique, grade_lines: Callable[..., None]
) -> None:
    unique(where, at, "key", (each.key for each in grades))
    unique(where, at, "title", (each.title for each in grades))
    grade_lines(grades, where, at)


def _check_composites(scheme: SchemeFile, where: str, known: _References) -> None:
    summed: set[str] = set()
    listed = [("composite", scheme.composite)] if scheme.composite is not None else []
    for at, composite in (*listed, *((f"composites[{n}]", each) for n, each in enumerate(scheme.composites))):
        known.scope(at, composite.subjects)
        for kind in composite.subjects or known.periods:
            if kind in summed:
                raise SchemeError(where, f"{at}.subjects", SchemeFault.TWO_COMPOSITES, value=kind)
            summed.add(kind)


def _check_quota(quota: Quota, where: str, at: str, known: _References) -> None:
    known.scope(at, quota.subjects, quota.periods)
    if quota.grade not in known.grades:
        raise SchemeError(where, f"{at}.grade", SchemeFault.UNKNOWN_GRADE, value=quota.grade)
    if (quota.share is None) == (quota.number is None):
        raise SchemeError(where, at, SchemeFault.ONE_OF_TWO, first="share", second="number")
    _share(where, f"{at}.share", quota.share)
    _share(where, f"{at}.alternative", quota.alternative)
    if quota.grade_share_of is not None and quota.grade_share_of not in known.answers:
        path = f"{at}.grade_share_of"
        raise SchemeError(where, path, SchemeFault.UNKNOWN_ATTRIBUTE, value=quota.grade_share_of)


def _check_years(scheme: SchemeFile, where: str, known: _References) -> None:
    for number, aggregate in enumerate(scheme.aggregates):
        at = f"aggregates[{number}]"
        known.scope(at, aggregate.subjects)
        _longer(where, at, aggregate.over, aggregate.of)
        if aggregate.only is not None and aggregate.only.attribute not in known.numbers:
            path, value = f"{at}.only.attribute", aggregate.only.attribute
            raise SchemeError(where, path, SchemeFault.UNKNOWN_ATTRIBUTE, value=value)
    for number, count in enumerate(scheme.grade_counts):
        at = f"grade_counts[{number}]"
        known.scope(at, count.subjects)
        _longer(where, at, count.over, count.of)
        known.follows(at, count)
        for place, occasion in enumerate(count.when):
            path = f"{at}.when[{place}]"
            if (occasion.grade is None) == (occasion.last_places is None):
                raise SchemeError(where, path, SchemeFault.ONE_OF_TWO, first="grade", second="last_places")
            if (occasion.grade is None) != (occasion.at_least is None):
                raise SchemeError(where, f"{path}.at_least", SchemeFault.MISSING_KEY)
            if occasion.grade is not None and occasion.grade not in known.grades:
                raise SchemeError(where, f"{path}.grade", SchemeFault.UNKNOWN_GRADE, value=occasion.grade)


def _check_days(scheme: SchemeFile, where: str, known: _References) -> None:
    for number, deadline in enumerate(scheme.deadlines):
        at = f"deadlines[{number}]"
        known.scope(at, deadline.subjects)
        if (deadline.days_after is None) == (deadline.until is None):
            raise SchemeError(where, at, SchemeFault.ONE_OF_TWO, first="days_after", second="until")
        _day(where, f"{at}.since", deadline.since)
        _day(where, f"{at}.until", deadline.until)
    if scheme.assessment_year is not None:
        _day(where, "assessment_year.starts", scheme.assessment_year.starts)


def _longer(where: str, at: str, over: PeriodKind, of: PeriodKind) -> None:
    if _MONTHS[over] <= _MONTHS[of]:
        raise SchemeError(where, f"{at}.over", SchemeFault.NOT_LONGER, over=over.value, of=of.value)


def _day(where: str, path: str, written: str | None) -> None:
    if written is not None:
        try:
            date.fromisoformat(f"{_LEAP_YEAR}-{written}")
        except ValueError:
            raise SchemeError(where, path, SchemeFault.NO_SUCH_DAY, value=written) from None


def _share(where: str, path: str, value: Fraction | None) -> None:
    if value is not None and not 0 < value <= 1:
        raise SchemeError(where, path, SchemeFault.OUT_OF_RANGE, value=value, low=0, high=1)
