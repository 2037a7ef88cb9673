"""Days and periods as people say them."""

from datetime import date

import pytest

from polling.calendar import day_words, period_words
from schemes.periods import PeriodError


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-10", "2026年10月"),
        ("2026-03", "2026年3月"),
        ("2026Q3", "2026年第3季度"),
        ("2026H1", "2026年上半年"),
        ("2026H2", "2026年下半年"),
        ("2026", "2026年度"),
        ("2024-2026", "2024—2026年任期"),
    ],
)
def test_a_period_is_said_as_people_say_it(label, words):
    """Every kind of label has its words."""
    assert period_words(label, str) == words


def test_what_is_no_period_has_no_words():
    """An unreadable label is refused, never shown as it is."""
    with pytest.raises(PeriodError):
        period_words("Oktober", str)


def test_a_day_is_said_as_people_say_it():
    """A day and the text of one come out the same."""
    assert day_words(date(2026, 3, 9), str) == day_words("2026-03-09", str) == "2026年3月9日"
