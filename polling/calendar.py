"""Days as people count and say them: Beijing time everywhere (regulations count deadlines in it), also for a county two hours behind its sun."""

import re
import unicodedata
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


def minute_of(now: datetime) -> str:
    """A moment (with time zone) in Beijing to the minute, as minutes are kept: 2026-10-20 17:30."""
    return now.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def read_minute(text: str) -> str:
    """A minute as somebody wrote it (a T between, wide digits), as it is kept. Raises ValueError."""
    plain = re.sub("[Tt ]+", " ", unicodedata.normalize("NFKC", text).strip())
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}", plain):
        raise ValueError(text)
    datetime.fromisoformat(plain)  # a day and a minute that there are
    return plain


def minute_words(minute: str, now: datetime, _: Callable[[str], str]) -> str:
    """A kept minute as people say it: with its day unless that is today."""
    day, time = minute.split(" ")
    return time if date.fromisoformat(day) == day_of(now) else f"{day_words(day, _)} {time}"


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
