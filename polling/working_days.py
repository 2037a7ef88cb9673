"""Working days: Monday to Friday but for the State Council's yearly arrangement of days off and make-up working days.

One table a year, as data: `polling/holidays/<year>.toml`, and before it `YIPIAO_HOME/holidays/<year>.toml`, where an administrator adds a
year that came out after this version. A year without a table is never guessed.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from polling.errors import BadInput, RuleRefused
from polling.settings import Settings

SHIPPED = Path(__file__).parent / "holidays"
FOLDER = "holidays"
SATURDAY = 5
LARGEST_TABLE = 64 * 1024


class Off(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One holiday: its days off, first and last included, and the weekend days that are worked for it."""

    name: str
    first: date
    last: date
    work: tuple[date, ...] = ()


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's arrangement, with the notice that ordered it."""

    year: int
    source: str
    off: tuple[Off, ...]


@dataclass(frozen=True)
class Holidays:
    """The tables at hand. `own`: the administrator's folder; `weekends_alone`: a rehearsal counts a year without a table by its weekends."""

    own: Path
    weekends_alone: bool = False

    @classmethod
    def of(cls, settings: Settings, *, rehearsal: bool) -> "Holidays":
        """Those of an installation."""
        return cls(settings.home / FOLDER, weekends_alone=rehearsal)

    def is_working(self, day: date) -> bool:
        """Whether people work on that day. Raises RuleRefused `holidays_missing`, BadInput `holidays_file`."""
        table = self._table(day.year)
        for off in table.off if table is not None else ():
            if day in off.work:
                return True
            if off.first <= day <= off.last:
                return False
        return day.weekday() < SATURDAY

    def after(self, start: date, number: int) -> date:
        """The day that is `number` working days after `start`, which is not counted itself."""
        day = start
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working(day)
        return day

    def _table(self, year: int) -> Table | None:
        name = f"{year}.toml"
        for path in (self.own / name, SHIPPED / name):
            try:
                raw = path.read_bytes()
            except FileNotFoundError:
                continue
            return read_table(raw, year, name)
        if self.weekends_alone:
            return None
        raise RuleRefused("holidays_missing", year=year, file=name)


def read_table(raw: bytes, year: int, where: str) -> Table:
    """One year's table, every day of it looked at. Raises BadInput `holidays_file` naming what is wrong."""
    try:
        if len(raw) > LARGEST_TABLE:
            raise BadInput("holidays_file", where=where, what="size")
        table = msgspec.convert(tomllib.loads(raw.decode()), Table)
    except (ValueError, msgspec.ValidationError):
        raise BadInput("holidays_file", where=where, what="form") from None
    if table.year != year:
        raise BadInput("holidays_file", where=where, what="year")
    for off in table.off:
        if off.first > off.last or {off.first.year, off.last.year} != {year}:
            raise BadInput("holidays_file", where=where, what=off.name)
        if any(day.weekday() < SATURDAY or day.year != year or off.first <= day <= off.last for day in off.work):
            raise BadInput("holidays_file", where=where, what=off.name)
    return table
