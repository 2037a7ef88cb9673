"""A period as people say it: one way on every page and print."""

from collections.abc import Callable

from polling.sentences import N_
from schemes.periods import period_kind
from schemes.vocabulary import PeriodKind

_WORDS = {
    PeriodKind.MONTH: N_("%(year)s年%(part)s月"),
    PeriodKind.QUARTER: N_("%(year)s年第%(part)s季度"),
    PeriodKind.YEAR: N_("%(year)s年度"),
    PeriodKind.TERM: N_("%(year)s—%(part)s年任期"),
}
_HALVES = {"1": N_("%(year)s年上半年"), "2": N_("%(year)s年下半年")}


def period_words(label: str, gettext: Callable[[str], str]) -> str:
    """Say a label such as 2026-10, 2026Q3, 2026H1, 2026 or 2024-2026 in the reader's language. Raise PeriodError for any other."""
    kind, part = period_kind(label), label[5:]
    words = _HALVES[part] if kind is PeriodKind.HALF_YEAR else _WORDS[kind]
    return gettext(words) % {"year": label[:4], "part": part.lstrip("0")}
