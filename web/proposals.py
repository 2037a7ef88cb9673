"""What a new draft is proposed: the period, and the title that goes with it."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice

from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from schemes.periods import period_kind
from schemes.rules import PanelKind, PeriodKind, Scheme
from web.words import period_words

MOST_NAMED = 2  # kinds of subject in a proposed title
# how many periods back the form offers; the current one stands first
BACK = {PeriodKind.MONTH: 13, PeriodKind.QUARTER: 5, PeriodKind.HALF_YEAR: 3, PeriodKind.YEAR: 2, PeriodKind.TERM: 2}


def _label(kind: PeriodKind, count: int) -> str:
    """The period of a kind that is the `count`th since the year 0."""
    parts = {PeriodKind.MONTH: 12, PeriodKind.QUARTER: 4, PeriodKind.HALF_YEAR: 2}.get(kind, 1)
    year, part = divmod(count, parts)
    return {
        PeriodKind.MONTH: f"{year}-{part + 1:02d}",
        PeriodKind.QUARTER: f"{year}Q{part + 1}",
        PeriodKind.HALF_YEAR: f"{year}H{part + 1}",
        PeriodKind.YEAR: str(year),
        PeriodKind.TERM: f"{year - 2}-{year}",
    }[kind]


def labels_before(kind: PeriodKind, today: date) -> Iterator[str]:
    """The periods of a kind from the current one backwards, without end."""
    months = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.HALF_YEAR: 6}.get(kind, 12)
    count = (today.year * 12 + today.month - 1) // months
    while True:
        yield _label(kind, count)
        count -= 1


def last_period(scheme: Scheme, today: date) -> str:
    """The period that has just ended, of the shortest kind that the scheme assesses."""
    kinds = {kind for rule in scheme.subjects for kind in rule.periods}
    labels = labels_before(next(kind for kind in PeriodKind if kind in kinds), today)
    next(labels)
    return next(labels)


def fitting_period(scheme: Scheme, today: date, label: str, kinds: Collection[str]) -> str:
    """A period in which a scheme assesses these kinds of subject: `label` where it does, else the one that has just ended, where there is one."""
    rules = [set(rule.periods) for rule in scheme.subjects if not kinds or rule.key in kinds]
    common = set.intersection(*rules) if kinds else set.union(*rules)
    if period_kind(label) in common or not common:
        return label
    labels = labels_before(next(kind for kind in PeriodKind if kind in common), today)
    next(labels)
    return next(labels)


def next_period(label: str) -> str:
    """The period after another of the same kind: after a term the next one of as many years."""
    kind = period_kind(label)
    year = int(label[:4])
    if kind is PeriodKind.TERM:
        last = int(label[5:])
        return f"{last}-{last + last - year}"
    parts, at = {
        PeriodKind.MONTH: (12, label[5:]),
        PeriodKind.QUARTER: (4, label[5:]),
        PeriodKind.HALF_YEAR: (2, label[5:]),
    }.get(kind, (1, "1"))
    return _label(kind, year * parts + int(at))


def periods(scheme: Scheme, today: date, label: str) -> list[SelectChoice]:
    """The latest periods of each kind that the scheme assesses, and the one of `label`."""
    kinds = {kind for rule in scheme.subjects for kind in rule.periods}
    labels = [each for kind in PeriodKind if kind in kinds for each in islice(labels_before(kind, today), BACK[kind])]
    if label not in labels:
        labels.insert(0, label)
    return [SelectChoice(each, period_words(each)) for each in labels]


def proposed_title(scheme: Scheme, label: str) -> str:
    """A title for a period, for who has no better one: whom the scheme assesses then, and what its panels are.

    Who has more than two kinds of subject then is not named: the poll may be about any of them.
    """
    kind = period_kind(label)
    assessed = [rule.title for rule in scheme.subjects if kind in rule.periods]
    whom = [re.sub(r"（[^（）]*）$", "", title) for title in assessed]  # 县（区）党政领导班子成员（正职除外）
    kinds = {panel.kind for panel in scheme.panels}
    what = {
        PanelKind.DEMOCRATIC_EVALUATION: _("民主测评"),
        PanelKind.SATISFACTION: _("民意测评"),
        PanelKind.INTERVIEW: _("个别谈话"),
    }
    title = _(
        "%(period)s%(whom)s%(what)s",
        period=period_words(label),
        whom=_("、").join(whom) if len(whom) <= MOST_NAMED else "",
        what=next(words for each, words in what.items() if each in kinds),
    )
    return " ".join(title.split())


def retitled(title: str, scheme: Scheme, before: str, after: str) -> str:
    """A title for another period: the proposed one follows it whole, any other in the words of its period; else it stays."""
    if title == proposed_title(scheme, before):
        return proposed_title(scheme, after)
    return title.replace(period_words(before), period_words(after))
