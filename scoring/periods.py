"""Days of periods, the shorter periods inside a longer one, and deadlines. Pure: every day is an argument.

Days are days in Beijing (`polling.calendar.day_of`); a last day counts to 24:00. A shorter period belongs to the longer one in which its last
day lies, so that an assessment year from November to October holds the quarters that end in it (ours).
"""

from collections.abc import Iterable
from datetime import date, timedelta

from schemes.assessment import Deadline, MonthDay
from schemes.periods import LABELS, period_kind
from schemes.rules import SchemeFile
from schemes.vocabulary import PeriodKind
from scoring.ledger import Due

_MONTHS_OF_QUARTER = 3
_MONTHS_OF_HALF = 6
_DAY = timedelta(days=1)


def days_of(scheme: SchemeFile, label: str) -> tuple[date, date]:
    """Give the first and last day of a period; years and terms follow the scheme's assessment year. PeriodError for an unreadable label."""
    kind = period_kind(label)
    year = int(label[:4])
    if kind is PeriodKind.MONTH:
        return _months(year, int(label[5:]), 1)
    if kind is PeriodKind.QUARTER:
        return _months(year, _MONTHS_OF_QUARTER * (int(label[5:]) - 1) + 1, _MONTHS_OF_QUARTER)
    if kind is PeriodKind.HALF_YEAR:
        return _months(year, _MONTHS_OF_HALF * (int(label[5:]) - 1) + 1, _MONTHS_OF_HALF)
    if kind is PeriodKind.YEAR:
        return _year(scheme, year)
    return _year(scheme, year)[0], _year(scheme, int(label[5:]))[1]


def inside(scheme: SchemeFile, label: str, of: PeriodKind) -> tuple[str, ...]:
    """Give the labels of the periods of kind `of` whose last day lies in the period, in their order."""
    first, last = days_of(scheme, label)
    labels = [each for year in range(first.year - 1, last.year + 2) for each in _labels(year, of)]
    return tuple(each for each in labels if first <= days_of(scheme, each)[1] <= last)


def deadlines_of(scheme: SchemeFile, label: str) -> tuple[Due, ...]:
    """Give the deadlines that this period has, by their last day, then in the order of the scheme."""
    kind, (_first, last) = period_kind(label), days_of(scheme, label)
    dues = [_due(rule, last) for rule in scheme.deadlines if rule.period is kind]
    return tuple(sorted(dues, key=lambda due: due.last))


def deadlines_between(scheme: SchemeFile, first: date, last: date) -> list[tuple[str, Due]]:
    """Give (label, deadline) of every period whose last day to act lies in these days, by that day. Terms have no labels to go through."""
    kinds = {rule.period for rule in scheme.deadlines} - {PeriodKind.TERM}
    years = [str(year) for year in range(first.year - 1, last.year + 2)]
    labels = {
        label
        for kind in kinds
        for year in years
        for label in ((year,) if kind is PeriodKind.YEAR else inside(scheme, year, kind))
    }
    found = [(label, due) for label in labels for due in deadlines_of(scheme, label) if first <= due.last <= last]
    return sorted(found, key=lambda each: (each[1].last, each[0], each[1].key))


def overdue(dues: Iterable[Due], on: date) -> tuple[Due, ...]:
    """Give those whose last day is over on the day `on`: on the last day itself nothing is late."""
    return tuple(due for due in dues if due.last < on)


def _due(rule: Deadline, end: date) -> Due:
    if rule.days_after is not None:
        after = end + rule.days_after * _DAY
        return Due(rule.key, rule.title, rule.source, min(end + _DAY, after), after, rule.subjects)
    assert rule.until is not None  # the loader wants exactly one of the two
    since = _day_in(end.year, rule.since) if rule.since is not None else None
    return Due(rule.key, rule.title, rule.source, since, _day_in(end.year, rule.until), rule.subjects)


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    over = month + number - 1
    return date(year, month, 1), date(year + over // 12, over % 12 + 1, 1) - _DAY


def _year(scheme: SchemeFile, year: int) -> tuple[date, date]:
    """Year Y is the one that ends in calendar year Y; it starts on 1 January itself where the scheme names no other day."""
    starts = scheme.assessment_year.starts if scheme.assessment_year is not None else "01-01"
    if starts == "01-01":
        return date(year, 1, 1), date(year, 12, 31)
    return _day_in(year - 1, starts), _day_in(year, starts) - _DAY


def _day_in(year: int, day: MonthDay) -> date:
    """29 February is the last of February where there is none."""
    try:
        return date.fromisoformat(f"{year}-{day}")
    except ValueError:
        return date(year, 3, 1) - _DAY


def _labels(year: int, kind: PeriodKind) -> tuple[str, ...]:
    """Give the labels of a kind that begin with a calendar year, in their order."""
    written = {
        PeriodKind.MONTH: [f"{year}-{month:02d}" for month in range(1, 13)],
        PeriodKind.QUARTER: [f"{year}Q{quarter}" for quarter in range(1, 5)],
        PeriodKind.HALF_YEAR: [f"{year}H{half}" for half in (1, 2)],
        PeriodKind.YEAR: [f"{year}"],
    }
    return tuple(label for label in written.get(kind, []) if LABELS[kind].fullmatch(label))
