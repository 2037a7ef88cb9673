"""The numbers of one row: what was counted for one subject in one panel, and the turnout of that panel.

* valid = returned - abstain - dont_know - invalid, per row, and that is the sum of the options;
* 弃权 abstain is the ballot's blank; 不了解 dont_know an answer without weight; 无效 invalid exists on paper only, is cast blank and declared;
* a row that does not add up is an error in the count, never a result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemes.rules import PanelRule


@dataclass(frozen=True, slots=True)
class Turnout:
    """One panel's ballots, in ballots: expected 应到 (roster), issued 发出, returned 收回 (in the box)."""

    expected: int
    issued: int
    returned: int

    def __post_init__(self) -> None:
        """Refuse negative numbers with RowError."""
        for name in ("expected", "issued", "returned"):
            _counted(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class Counts:
    """One row, in votes: `options` in the scheme's order, then the three ways of not choosing among them."""

    options: tuple[int, ...]
    abstain: int = 0
    dont_know: int = 0
    invalid: int = 0

    def __post_init__(self) -> None:
        """Refuse negative numbers with RowError."""
        for votes in self.options:
            _counted("options", votes)
        for name in ("abstain", "dont_know", "invalid"):
            _counted(name, getattr(self, name))

    @property
    def valid(self) -> int:
        """有效票: the denominator of the score."""
        return sum(self.options)

    @property
    def total(self) -> int:
        """All votes of the row; equal to the ballots returned."""
        return self.valid + self.abstain + self.dont_know + self.invalid


class RowFault(StrEnum):
    """Everything a row of numbers can be refused for."""

    NOT_A_COUNT = "not_a_count"
    WRONG_LENGTH = "wrong_length"
    NO_DONT_KNOW = "no_dont_know"
    DOES_NOT_ADD_UP = "does_not_add_up"
    MORE_INVALID_THAN_BLANK = "more_invalid_than_blank"


class RowError(ValueError):
    """The numbers of a row cannot be those of a count; `code` and `params` say why."""

    def __init__(self, code: RowFault, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"{code}: " + ", ".join(f"{name}={value}" for name, value in params.items()))


def read_row(rule: PanelRule, row: Sequence[int], invalid: int = 0) -> Counts:
    """Make Counts of one question's opened sum: blank first, then the ordinary answers (the options, then 不了解 where the panel has it).

    `invalid` is what paper batches declared for this row; those votes were cast blank and move from abstain. RowError where it cannot be.
    """
    answers = len(rule.answer_keys)
    if len(row) != 1 + answers:
        raise RowError(RowFault.WRONG_LENGTH, given=len(row), wanted=1 + answers)
    blank, *chosen = row
    if invalid > blank:
        raise RowError(RowFault.MORE_INVALID_THAN_BLANK, invalid=invalid, blank=blank)
    dont_know = chosen.pop() if rule.dont_know else 0
    return Counts(options=tuple(chosen), abstain=blank - invalid, dont_know=dont_know, invalid=invalid)


def check_row(rule: PanelRule, turnout: Turnout, counts: Counts) -> None:
    """Raise RowError unless the row has the panel's shape and adds up to the ballots returned."""
    if len(counts.options) != len(rule.options):
        raise RowError(RowFault.WRONG_LENGTH, given=len(counts.options), wanted=len(rule.options))
    if counts.dont_know and not rule.dont_know:
        raise RowError(RowFault.NO_DONT_KNOW, panel=rule.key, given=counts.dont_know)
    if counts.total != turnout.returned:
        raise RowError(RowFault.DOES_NOT_ADD_UP, total=counts.total, returned=turnout.returned)


def pooled(rows: Sequence[Counts]) -> Counts:
    """Add rows of several panels with one scale, votes by votes. RowError where their lengths differ or there is none."""
    lengths = {len(row.options) for row in rows}
    if len(lengths) != 1:
        raise RowError(RowFault.WRONG_LENGTH, given=sorted(lengths), wanted="one length")
    return Counts(
        options=tuple(map(sum, zip(*(row.options for row in rows), strict=True))),
        abstain=sum(row.abstain for row in rows),
        dont_know=sum(row.dont_know for row in rows),
        invalid=sum(row.invalid for row in rows),
    )


def _counted(name: str, value: int) -> None:
    if type(value) is not int or value < 0:
        raise RowError(RowFault.NOT_A_COUNT, name=name, value=value)
