"""Working days by the State Council's tables: examples by hand, and what a missing or wrong table says."""

from datetime import date
from pathlib import Path

import pytest

from polling.errors import BadInput, RuleRefused
from polling.working_days import SHIPPED, Holidays, read_table
from publishing.notice import demand_days, period
from schemes.loading import load
from schemes.rules import Notice
from schemes.vocabulary import DayKind

NOWHERE = Holidays(Path("/nonexistent"))


def rule(kind, days=5, least=3):
    """A notice of that kind."""
    return Notice(days=days, minimum_days=least, day_kind=kind, source="x")


@pytest.mark.parametrize(
    ("published", "days", "first", "last"),
    [
        # 2026-09-28 Mon | 29, 30 | 1 to 7 October off | 8 Thu, 9 Fri, and 10 Sat is worked for the holiday
        (date(2026, 9, 28), 5, date(2026, 9, 29), date(2026, 10, 10)),
        (date(2026, 9, 30), 1, date(2026, 10, 8), date(2026, 10, 8)),
        # over an ordinary week-end: Tue 20 October | 21 Wed 22 23 Fri | 26 Mon 27
        (date(2026, 10, 20), 5, date(2026, 10, 21), date(2026, 10, 27)),
        # Sunday 28 September 2025 is worked, then eight days off
        (date(2025, 9, 27), 3, date(2025, 9, 28), date(2025, 9, 30)),
        (date(2025, 9, 30), 4, date(2025, 10, 9), date(2025, 10, 13)),
    ],
)
def test_working_days_by_hand(published, days, first, last):
    """The day of publication is not counted, days off are not, make-up days are."""
    assert period(rule(DayKind.WORKING, days), days, published, NOWHERE) == (first, last)


def test_calendar_days_need_no_table():
    """拜城县: three days, whatever the calendar says, in a year that has no table."""
    found = period(rule(DayKind.CALENDAR, 3), 3, date(2031, 9, 30), NOWHERE)
    assert found == (date(2031, 10, 1), date(2031, 10, 3))


def test_a_year_without_a_table_is_an_error_that_says_so(tmp_path):
    """A notice that reaches into such a year is refused by year and file; with the administrator's table it is counted."""
    holidays = Holidays(tmp_path)
    with pytest.raises(RuleRefused) as caught:
        holidays.after(date(2026, 12, 30), 5)
    assert (caught.value.code, caught.value.params) == ("holidays_missing", {"year": 2027, "file": "2027.toml"})
    assert holidays.after(date(2026, 12, 30), 1) == date(2026, 12, 31)
    assert Holidays(tmp_path, weekends_alone=True).after(date(2026, 12, 30), 5) == date(2027, 1, 6)
    (tmp_path / "2027.toml").write_text(
        'year = 2027\nsource = "x"\n[[off]]\nname = "元旦"\nfirst = 2027-01-01\nlast = 2027-01-03\n', encoding="utf-8"
    )
    assert holidays.after(date(2026, 12, 30), 5) == date(2027, 1, 7)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("year = ", "form"),
        ('year = 2027\nsource = "x"\n', "form"),
        ('year = 2026\nsource = "x"\noff = []\n', "year"),
        ('year = 2027\nsource = "x"\n[[off]]\nname = "a"\nfirst = 2027-01-03\nlast = 2027-01-01\n', "a"),
        ('year = 2027\nsource = "x"\n[[off]]\nname = "a"\nfirst = 2027-01-01\nlast = 2028-01-01\n', "a"),
        # a Friday is no make-up day
        (
            'year = 2027\nsource = "x"\n[[off]]\nname = "a"\nfirst = 2027-01-04\nlast = 2027-01-04\nwork = [2027-01-08]\n',
            "a",
        ),
        ("#" * 70_000, "size"),
    ],
)
def test_a_wrong_table_is_refused(raw, what):
    """By file, and by the holiday that is wrong."""
    with pytest.raises(BadInput) as caught:
        read_table(raw.encode(), 2027, "2027.toml")
    assert (caught.value.code, caught.value.params) == ("holidays_file", {"where": "2027.toml", "what": what})


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_tables_add_up(path):
    """Each is good, and gives as many make-up days as working days are taken beyond the statutory ones (2024: 11 days; since 2025: 13)."""
    table = read_table(path.read_bytes(), int(path.stem), path.name)
    days_off = {
        date.fromordinal(day) for off in table.off for day in range(off.first.toordinal(), off.last.toordinal() + 1)
    }
    assert len(days_off) == {2024: 28, 2025: 28, 2026: 33}[table.year]
    assert sum(len(off.work) for off in table.off) == {2024: 8, 2025: 5, 2026: 6}[table.year]
    assert [off.name for off in table.off][:4] == ["元旦", "春节", "清明节", "劳动节"]


def test_an_organizer_may_set_longer_not_shorter():
    """Down to the scheme's least, up to two months."""
    notice = load("standard").notice
    assert demand_days(notice, None) == 5
    assert demand_days(notice, 3) == 3
    assert demand_days(notice, 60) == 60
    for days in (2, 0, -1, 61):
        with pytest.raises(BadInput, match="notice_days"):
            demand_days(notice, days)
