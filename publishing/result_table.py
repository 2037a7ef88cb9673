"""A result as a table for further work: every option's votes and rates by panel and subject, as a workbook or as comma-separated lines.

A name is a text whatever it begins with: in the workbook by its type, in the lines by a tabulator before it.
"""

import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from ballots.reconciliation import Reconciliation
from ballots.titles import heading
from polling.calendar import period_words
from publishing.balance_words import balance_line
from publishing.published import rate
from publishing.report import reason_words

Words = Callable[[str], str]
Line = list[str | int]
FORMULA = ("=", "+", "-", "@")


def lines_of(document: Mapping[str, Any], balances: Mapping[str, Reconciliation], _: Words) -> list[Line]:
    """The table of a result document, signed or not: what it is of, then for each panel its figures, a head and a line a subject.

    Votes are whole numbers; rates and scores are written as on the report. `balances` by panel key: what was stated at closing, which no
    document carries, ends a panel with whether it balances, and if not why.
    """
    scheme = document["scheme"]
    lines: list[Line] = [
        [_("测评结果"), *([_("演练")] if document["rehearsal"] else [])],
        [_("标题"), document["title"]],
        [_("考核周期"), period_words(document["period"]["label"], _)],
        [_("文件编号"), document["id"] or _("还没有公布")],
        [_("测评办法"), f"{scheme['title']} {scheme['name']} {scheme['version']}", scheme["digest"]],
    ]
    for panel in document["panels"]:
        found = balances.get(panel["key"])
        lines += [[], *_panel(document, panel, found, _)]
        if found is not None:
            lines.append([_("核对人数和票数"), balance_line(found, _)])
    return lines


def _panel(document: Mapping[str, Any], panel: Mapping[str, Any], found: Reconciliation | None, _: Words) -> list[Line]:
    about: Line = [heading(panel["title"], _), _("应到"), panel["expected"]]
    about += [_("实到"), found.present, _("印制"), found.printed] if found is not None else []
    about += [_("发出"), panel["issued"]]
    about += [_("作废票"), found.spoiled, _("备用未用"), found.unused] if found is not None else []
    about += [_("收回"), panel["returned"], _("最低"), panel["minimum"]]
    if panel["withheld"] is not None:
        return [about, [reason_words(panel["withheld"], _)]]
    head: Line = [_("测评对象"), _("得分"), _("底线"), _("低于底线")]
    for option in panel["options"]:
        title = heading(option["title"], _)
        head += [title, f"{title}%"]
    head += [_("有效票"), _("弃权"), _("不了解"), _("无效"), _("收回"), _("档案核对码")]
    rows = [(subject, row) for subject in document["subjects"] for row in subject["rows"]]
    return [about, head, *(_subject(*each, panel, _) for each in rows if each[1]["panel_key"] == panel["key"])]


def _subject(subject: Mapping[str, Any], row: Mapping[str, Any], panel: Mapping[str, Any], _: Words) -> Line:
    floor = subject["floor"]
    here = floor is not None and panel["key"] in floor["panels"]
    below = {True: _("是"), False: _("否"), None: _("还不知道")}[floor["below"]] if here else ""
    score = row["display"] if row["display"] is not None else _score_words(row, _)
    line: Line = [subject["name"], score, floor["threshold"] if here else "", below]
    if row["counts"] is None:
        return line
    for option in panel["options"]:
        votes = row["counts"][option["key"]]
        line += [votes, rate(votes, row["valid"])]
    apart = [row["abstain"], row["dont_know"] if panel["dont_know"] else 0, row["invalid"]]
    return [*line, row["valid"], *apart, panel["returned"], panel["archive"]]


def _score_words(row: Mapping[str, Any], _: Words) -> str:
    return _("不计分") if row["outcome"] == "counts_only" else reason_words(row["outcome"], _)


def as_csv(lines: list[Line]) -> bytes:
    """UTF-8 with its mark, as Excel and WPS want it."""
    out = io.StringIO()
    csv.writer(out).writerows([[_safe(cell) for cell in line] for line in lines])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(cell: str | int) -> str | int:
    return f"\t{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def as_xlsx(lines: list[Line]) -> bytes:
    """One sheet with the same lines; heads are bold."""
    book = Workbook()
    page = book.worksheets[0]
    for number, line in enumerate(lines, 1):
        for place, value in enumerate(line, 1):
            cell = page.cell(number, place)
            if isinstance(value, int):
                cell.value = value
            else:
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type, cell.number_format = "s", "@"
                cell.quotePrefix = value.startswith(FORMULA)
            if number == 1 or not lines[number - 2] or (number > 2 and not lines[number - 3]):  # noqa: PLR2004 - two lines above
                cell.font = Font(bold=True)
    page.column_dimensions["A"].width = 30
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
