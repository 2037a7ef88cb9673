"""Labels of periods: one way to write each, and only the rhythms the scheme has."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.loading import load
from schemes.periods import PeriodError, check_period, period_kind
from schemes.rules import PeriodKind

STANDARD = load("standard")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("2026-01", PeriodKind.MONTH),
        ("2026-12", PeriodKind.MONTH),
        ("2026Q1", PeriodKind.QUARTER),
        ("2026Q4", PeriodKind.QUARTER),
        ("2026H2", PeriodKind.HALF_YEAR),
        ("2026", PeriodKind.YEAR),
        ("2024-2026", PeriodKind.TERM),
    ],
)
def test_labels_are_known_by_their_form(label, kind):
    """Every kind of period has its own form of label."""
    assert period_kind(label) is kind


@pytest.mark.parametrize(
    "label",
    [
        "", "2026-13", "2026-00", "2026-1", "2026Q0", "2026Q5", "2026q3", "2026H3", "26-10", "1926-10", "2026 ", " 2026",
        "2026-10\n", "2026年10月", "２０２６", "２０２６-１０", "2026-2024", "2026-2026", "2026-10-01", "2026/10",
    ],
)  # fmt: skip
def test_other_spellings_are_refused(label):
    """A month has one label, or its two polls would never meet."""
    with pytest.raises(PeriodError) as caught:
        check_period(STANDARD, label)
    assert (caught.value.code, caught.value.params) == ("unreadable_period", {"label": label})


def test_a_scheme_takes_only_its_own_rhythms():
    """The standard scheme knows months, quarters and years, for each of its subjects."""
    for subject in (None, "work_team", "first_secretary", "team_member"):
        assert check_period(STANDARD, "2026-10", subject) is PeriodKind.MONTH
        assert check_period(STANDARD, "2026Q3", subject) is PeriodKind.QUARTER
        assert check_period(STANDARD, "2026", subject) is PeriodKind.YEAR
        with pytest.raises(PeriodError, match="period_not_assessed") as caught:
            check_period(STANDARD, "2026H1", subject)
        assert caught.value.params == {"label": "2026H1", "kind": "half_year", "known": "month, quarter, year"}


def test_an_unknown_kind_of_subject_is_named():
    """A poll on a kind of subject the scheme does not assess is refused by name."""
    with pytest.raises(PeriodError) as caught:
        check_period(STANDARD, "2026-10", "helper")
    assert caught.value.code == "unknown_subject_kind"
    assert caught.value.params["subject_kind"] == "helper"


@given(st.text(alphabet=string.digits + "-QH\n", max_size=10))
def test_no_label_is_read_in_two_ways(label):
    """Whatever is typed is one kind of period or refused; nothing else is raised."""
    try:
        kind = period_kind(label)
    except PeriodError:
        return
    assert kind in PeriodKind
    assert label.isascii()
    assert label == label.strip()
