"""Days: what lies inside what, and the last day of a task, inclusive."""

from datetime import date

import msgspec
import pytest
from regulated import TIBET

from schemes.assessment import AssessmentYear
from schemes.periods import PeriodError
from schemes.vocabulary import PeriodKind
from scoring.periods import days_of, deadlines_of, inside, overdue

ROTATION = msgspec.structs.replace(TIBET, assessment_year=AssessmentYear(starts="11-01", source="(ours)"))


@pytest.mark.parametrize(
    ("label", "first", "last"),
    [
        ("2018-02", "2018-02-01", "2018-02-28"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2018-12", "2018-12-01", "2018-12-31"),
        ("2018Q4", "2018-10-01", "2018-12-31"),
        ("2018H1", "2018-01-01", "2018-06-30"),
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-2020", "2018-01-01", "2020-12-31"),
    ],
)
def test_days_of_a_period(label, first, last):
    """Every label has a first and a last day."""
    assert days_of(TIBET, label) == (date.fromisoformat(first), date.fromisoformat(last))


def test_an_unreadable_label_is_refused():
    """A label of no known form has no days."""
    with pytest.raises(PeriodError):
        days_of(TIBET, "2018-13")


def test_the_assessment_year_ends_in_its_own_year():
    """西藏 2018 ambiguity (d): a rotation year from November; the quarter that ends in it is its first."""
    assert days_of(ROTATION, "2018") == (date(2017, 11, 1), date(2018, 10, 31))
    assert inside(ROTATION, "2018", PeriodKind.QUARTER) == ("2017Q4", "2018Q1", "2018Q2", "2018Q3")
    months = inside(ROTATION, "2018", PeriodKind.MONTH)
    assert (len(months), months[0], months[-1]) == (12, "2017-11", "2018-10")
    assert inside(TIBET, "2018", PeriodKind.MONTH)[0] == "2018-01"
    assert inside(TIBET, "2018H2", PeriodKind.MONTH)[0] == "2018-07"


def test_deadlines_count_the_last_day():
    """The tenth of the next month; late October from 21 to 31; on the last day nothing is late."""
    (month,) = deadlines_of(TIBET, "2018-12")
    assert (month.first, month.last) == (date(2019, 1, 1), date(2019, 1, 10))
    (unit,) = deadlines_of(TIBET, "2018")
    assert (unit.first, unit.last) == (date(2018, 10, 21), date(2018, 10, 31))
    assert overdue((month, unit), date(2018, 10, 31)) == ()
    assert overdue((month, unit), date(2018, 11, 1)) == (unit,)


def test_a_leap_day_is_the_last_of_february():
    """A deadline on 29 February falls on the 28th in other years."""
    rule = msgspec.structs.replace(TIBET.deadlines[1], until="02-29", since=None)
    scheme = msgspec.structs.replace(TIBET, deadlines=(rule,))
    assert [deadlines_of(scheme, year)[0].last.day for year in ("2018", "2020")] == [28, 29]
