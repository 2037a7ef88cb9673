"""Longer periods out of shorter ones: means over the periods that were assessed, and rules that count grades or places."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from schemes.assessment import Aggregate, GradeCount, Occasion
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring.findings import Counted
from scoring.grading import applies
from scoring.inputs import Subject
from scoring.ledger import Ledger, PeriodScore, Row
from scoring.parts import Composed, Composite, Missing, Satisfaction

Shorter = Mapping[PeriodKind, Sequence[Ledger]]


def aggregate_for(scheme: Scheme, subject: Subject, kind: PeriodKind) -> Aggregate | None:
    """Give the rule by which this subject's score of such a period is a mean, None where it is none.

    A subject below what the rule asks for is outside it; where the attribute is not known, see `lacking`.
    """
    for rule in scheme.aggregates:
        if rule.over is kind and applies(rule.subjects, subject.kind):
            if rule.only is None:
                return rule
            number = subject.attributes.get(rule.only.attribute)
            if type(number) is int and number >= rule.only.at_least:
                return rule
    return None


def lacking(scheme: Scheme, subject: Subject, kind: PeriodKind) -> str | None:
    """Give the attribute that the register lacks, so that nobody can tell whether the subject is in such a period; None where it can be told."""
    if kind in scheme.subject(subject.kind).periods or aggregate_for(scheme, subject, kind) is not None:
        return None
    asked = (
        rule.only.attribute
        for rule in scheme.aggregates
        if rule.over is kind and rule.only is not None and applies(rule.subjects, subject.kind)
    )
    return next((each for each in asked if each not in subject.attributes), None)


def counts_for(scheme: Scheme, subject_kind: str, kind: PeriodKind) -> tuple[GradeCount, ...]:
    """Give the rules that count shorter periods inside such a period, in the order of the scheme."""
    return tuple(rule for rule in scheme.grade_counts if rule.over is kind and applies(rule.subjects, subject_kind))


def period_scores(ledgers: Sequence[Ledger], subject: str) -> tuple[PeriodScore, ...]:
    """Give the shorter periods as the subject's rows have them, in the order of the ledgers."""
    found = []
    for ledger in ledgers:
        row = _row(ledger, subject)
        if row is None:
            found.append(_unknown(ledger.period))
            continue
        satisfaction = row.satisfaction.score if row.satisfaction is not None else None
        found.append(
            PeriodScore(
                period=ledger.period,
                assessed=row.assessed,
                composite=row.composite,
                satisfaction=satisfaction,
                grade=row.confirmed or row.proposed,
                confirmed=row.confirmed is not None,
                vetoes=tuple(veto.key for veto in row.vetoes),
            )
        )
    return tuple(found)


def mean_of(periods: Sequence[PeriodScore]) -> Composite:
    """Give the mean over the periods that have a score; divide by their number, not by 12 or 4. Without one: all are missing."""
    scores = [each.composite.score for each in periods if isinstance(each.composite, Composed)]
    if not scores:
        return Missing(tuple(each.period for each in periods))
    return Composed(sum(scores, Fraction(0)) / len(scores))


def mean_satisfaction(scheme: Scheme, periods: Sequence[PeriodScore]) -> Satisfaction | None:
    """Give the mean of the shorter periods' satisfaction, which the floor of the longer one is tested with (ours)."""
    rule = scheme.satisfaction_floor
    if rule is None:
        return None
    known = [(each.period, each.satisfaction) for each in periods if each.satisfaction is not None]
    if not known:
        return Satisfaction(rule.panels, rule.threshold, None, None)
    mean = sum((score for _period, score in known), Fraction(0)) / len(known)
    return Satisfaction(rule.panels, rule.threshold, mean, mean < rule.threshold, (), tuple(each for each, _ in known))


def counted(rule: GradeCount, ledgers: Sequence[Ledger], subject: Subject) -> Counted:
    """Tell whether any occasion of the rule holds for the subject."""
    periods = period_scores(ledgers, subject.id)
    grades = {grade: tuple(each.period for each in periods if each.grade == grade) for grade in _grades(rule)}
    open_periods = sum(each.assessed and each.grade is None for each in periods)
    mean, places, unplaced = None, None, 0
    if any(occasion.last_places is not None for occasion in rule.when):
        mean, places, unplaced = _place(rule, ledgers, subject)
    verdicts = {
        _holds(occasion, len(grades.get(occasion.grade or "", ())), open_periods, places, unplaced)
        for occasion in rule.when
    }
    return Counted(
        rule.key,
        rule.title,
        rule.source,
        True if True in verdicts else None if None in verdicts else False,
        {grade: labels for grade, labels in grades.items() if labels},
        tuple(each.period for each in periods if each.grade is not None and not each.confirmed),
        mean,
        places,
    )


def _unknown(period: str) -> PeriodScore:
    return PeriodScore(
        period, assessed=False, composite=None, satisfaction=None, grade=None, confirmed=False, vetoes=()
    )


def _row(ledger: Ledger, subject: str) -> Row | None:
    return next((row for row in ledger.rows if row.subject.id == subject), None)


def _grades(rule: GradeCount) -> list[str]:
    return sorted({occasion.grade for occasion in rule.when if occasion.grade is not None})


def _holds(
    occasion: Occasion, number: int, open_periods: int, places: tuple[int, int] | None, unplaced: int
) -> bool | None:
    """Give True, False, or None where a grade that is not decided, a tie or a missing mean could still turn it."""
    if occasion.last_places is None:
        least = occasion.at_least or 0
        return True if number >= least else None if number + open_periods >= least else False
    if places is None:
        return None if open_periods or unplaced else False
    if places[0] > occasion.last_places:
        return False
    return True if places[1] + unplaced <= occasion.last_places else None


def _place(
    rule: GradeCount, ledgers: Sequence[Ledger], subject: Subject
) -> tuple[Fraction | None, tuple[int, int] | None, int]:
    """Give the mean, the first and last place from the end (1 is the last of all) that it can mean, and how many have no mean yet."""
    means: dict[str, Fraction] = {}
    unplaced: set[str] = set()
    for ledger in ledgers:
        for row in ledger.rows:
            if row.assessed and applies(rule.subjects, row.subject.kind):
                average = mean_of(period_scores(ledgers, row.subject.id))
                if isinstance(average, Composed):
                    means[row.subject.id] = average.score
                else:
                    unplaced.add(row.subject.id)
    mean = means.get(subject.id)
    if mean is None:
        return None, None, len(unplaced)
    first = 1 + sum(each < mean for each in means.values())
    return mean, (first, sum(each <= mean for each in means.values())), len(unplaced)
