"""Labels of periods: 2026-10, 2026Q3, 2026H1, 2026, 2024-2026. One way to write each, so that two polls of one month have one label."""

import re
from types import MappingProxyType

from schemes.rules import SchemeFile
from schemes.vocabulary import PeriodKind

# The first three as regulations write them; half-years and terms (first and last year) are our own.
LABELS = MappingProxyType(
    {
        PeriodKind.MONTH: re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])"),
        PeriodKind.QUARTER: re.compile(r"20[0-9]{2}Q[1-4]"),
        PeriodKind.HALF_YEAR: re.compile(r"20[0-9]{2}H[12]"),
        PeriodKind.YEAR: re.compile(r"20[0-9]{2}"),
        PeriodKind.TERM: re.compile(r"(20[0-9]{2})-(20[0-9]{2})"),
    }
)


class PeriodError(ValueError):
    """A period is refused: `code` is unreadable_period, unknown_subject_kind or period_not_assessed; `params` say which."""

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: " + ", ".join(f"{name}={value}" for name, value in params.items()))


def period_kind(label: str) -> PeriodKind:
    """Tell a label's kind; raise PeriodError where it is written in no known way."""
    for kind, pattern in LABELS.items():
        found = pattern.fullmatch(label)
        if found is not None and (kind is not PeriodKind.TERM or found[1] < found[2]):
            return kind
    raise PeriodError("unreadable_period", label=label)


def check_period(scheme: SchemeFile, label: str, subject_kind: str | None = None) -> PeriodKind:
    """Give the kind of a period this scheme assesses: for that kind of subject, or for any when none is named.

    Raise PeriodError where the label cannot be read, the scheme has no such subjects, or it does not assess them at that rhythm.
    """
    kind = period_kind(label)
    rules = [rule for rule in scheme.subjects if subject_kind is None or rule.key == subject_kind]
    if not rules:
        known = ", ".join(rule.key for rule in scheme.subjects)
        raise PeriodError("unknown_subject_kind", subject_kind=str(subject_kind), known=known)
    if not any(kind in rule.periods for rule in rules):
        known = ", ".join(sorted({each.value for rule in rules for each in rule.periods}))
        raise PeriodError("period_not_assessed", label=label, kind=kind.value, known=known)
    return kind
