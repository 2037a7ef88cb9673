"""Days as people count them: Beijing time everywhere (regulations count deadlines in it), also for a county two hours behind its sun."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")


def day_of(now: datetime) -> date:
    """The day of a moment (with time zone) in Beijing."""
    return now.astimezone(BEIJING).date()
