"""Days as people count and say them: Beijing time everywhere (regulations count deadlines in it), also for a county two hours behind its sun."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from schemes.periods import period_kind
from schemes.vocabulary import PeriodKind

BEIJING = ZoneInfo("Asia/Shanghai")


def day_of(now: datetime) -> date:
    """The day of a moment (with time zone) in Beijing."""
    return now.astimezone(BEIJING).date()


def day_words(day: date | str, _: Callable[[str], str]) -> str:
    """A day, or the ISO text of one, as people write it; `_` translates."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return _("%(year)s年%(month)s月%(day)s日") % {"year": found.year, "month": found.month, "day": found.day}


def period_words(label: str, _: Callable[[str], str]) -> str:
    """A period as people say it; `_` translates. Raises PeriodError where the label is none."""
    sentence, last = {
        PeriodKind.MONTH: (_("%(year)s年%(part)s月"), label[5:].lstrip("0")),
        PeriodKind.QUARTER: (_("%(year)s年第%(part)s季度"), label[5:]),
        PeriodKind.HALF_YEAR: (_("%(year)s年上半年") if label.endswith("1") else _("%(year)s年下半年"), ""),
        PeriodKind.YEAR: (_("%(year)s年度"), ""),
        PeriodKind.TERM: (_("%(year)s—%(part)s年任期"), label[5:]),
    }[period_kind(label)]
    return sentence % {"year": label[:4], "part": last}
