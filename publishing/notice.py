"""公示: from when to when a result is on notice. The day of publication is not counted (民法典 第二百零一条); the last day counts to 24:00, Beijing time."""

from datetime import date, timedelta

from polling.errors import BadInput
from polling.working_days import Holidays
from schemes.rules import Notice
from schemes.vocabulary import DayKind

LONGEST = 60


def demand_days(rule: Notice, days: int | None) -> int:
    """How many days a notice runs: the scheme's, or what an organizer set. Raises BadInput `notice_days` below the scheme's least."""
    if days is None:
        return rule.days
    least = least_days(rule)
    longest = max(LONGEST, rule.days)
    if not least <= days <= longest:
        raise BadInput("notice_days", days=days, least=least, most=longest)
    return days


def least_days(rule: Notice) -> int:
    """The shortest notice that a scheme allows."""
    return min(rule.minimum_days, rule.days)


def period(rule: Notice, days: int, published_on: date, holidays: Holidays) -> tuple[date, date]:
    """The first and the last day of a notice of `days` calendar or working days. Raises what `Holidays` raises."""
    if days == 0:  # a scheme that wants none: the day itself
        return published_on, published_on
    if rule.day_kind is DayKind.CALENDAR:
        return published_on + timedelta(days=1), published_on + timedelta(days=days)
    return holidays.after(published_on, 1), holidays.after(published_on, days)
