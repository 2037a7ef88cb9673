"""The reconciliation of a closed panel as one line, and that of its rows, for the desk and the report."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ballots.reconciliation import Reconciliation

Words = Callable[[str], str]


def balance_line(found: Reconciliation, _: Words) -> str:
    """Paper and people as they were stated at closing, whether they balance, and if not why."""
    figures = _(
        "印制%(printed)d张：发出%(issued)d＋作废%(spoiled)d＋备用未用%(unused)d；收回%(returned)d，发出%(issued)d，实到%(present)d，应到%(expected)d"
    ) % {
        name: getattr(found, name)
        for name in ("printed", "issued", "spoiled", "unused", "returned", "present", "expected")
    }
    if not found.faults:
        return _("%s：相符。") % figures
    reason = found.note or _("没有写明理由")
    return _("%(figures)s：不相符，理由：%(reason)s。") % {"figures": figures, "reason": reason.rstrip("。")}


def rows_balance(rows: Iterable[Mapping[str, Any]], returned: int) -> bool:
    """Whether valid, invalid, abstained and don't know add up to what was returned, in every row that was counted."""
    return all(_sum(row) == returned for row in rows if row["counts"] is not None)


def _sum(row: Mapping[str, Any]) -> int:
    return int(row["valid"] + row["invalid"] + row["abstain"] + (row["dont_know"] or 0))


def rows_line(rows: Iterable[Mapping[str, Any]], returned: int, _: Words) -> str:
    """The same as a sentence; empty: none was counted."""
    counted = [row for row in rows if row["counts"] is not None]
    if not counted:
        return ""
    if rows_balance(counted, returned):
        return _("每一行：有效＋无效＋弃权＋不了解＝收回%d：相符。") % returned
    return _("有的行：有效＋无效＋弃权＋不了解不等于收回%d，请查明。") % returned
