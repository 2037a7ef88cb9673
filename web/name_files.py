"""Lists of names that people hand in as a file: read into lines for the form, each fault named by its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from polling.errors import BadInput
from scoring.sheets import Cell, Faults, read_lines

NAME, KIND, HOUSEHOLD = ("名称", "姓名", "对象", "测评对象", "户主"), ("类别", "种类"), ("户", "户号", "家庭", "户别")
LONGEST_NAME = 100
MOST_SAID = 20


@dataclass(frozen=True)
class Line:
    """One name of a file: its cell (B7), the text beside it, empty where there is none."""

    cell: str
    name: str
    beside: str


class CellFaults(Exception):
    """What is wrong with cells of a file: sentences, each naming its cell; nothing was taken."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(len(sentences))
        self.sentences = list(sentences)


def posted(name: str) -> FileStorage | None:
    """The file that was chosen in a field, None where none was."""
    chosen = request.files.get(name)
    return chosen if chosen is not None and chosen.filename else None


def names_of(file: FileStorage, beside: Sequence[str]) -> list[Line]:
    """The names of an uploaded list, and of each the text in the column titled one of `beside`.

    Titles are looked for in the first row; a list without titles has its names in the first column that holds words, the other text right of it.
    Raises BadInput as `scoring.sheets.read_lines`, `scoring_file_empty`, and CellFaults.
    """
    where, faults = file.filename or "", Faults()
    table = read_lines(file.read(), where, faults)
    if faults.number:
        raise CellFaults([_said(fault) for fault in faults.found])
    rows = [row for row in table if any(cell.text for cell in row)]
    if not rows:
        raise BadInput("scoring_file_empty", where=where)
    title, more = _place(rows[0], NAME), _place(rows[0], beside)
    if title is not None:
        rows = rows[1:]
    else:
        title = next((at for at, cell in enumerate(rows[0]) if cell.text and not cell.text.isdecimal()), 0)
        more = title + 1
    lines = [
        Line(f"{row[title].column}{row[title].row}", " ".join(row[title].text.split()), _text(row, more))
        for row in rows
        if title < len(row)
    ]
    if not any(line.name for line in lines):
        raise BadInput("scoring_file_empty", where=where)
    _demand_good(lines)
    return lines


def _place(row: Sequence[Cell], titles: Sequence[str]) -> int | None:
    return next((at for at, cell in enumerate(row) if cell.text in titles), None)


def _text(row: Sequence[Cell], at: int | None) -> str:
    return " ".join(row[at].text.split()) if at is not None and at < len(row) else ""


def _demand_good(lines: Sequence[Line]) -> None:
    """Raise CellFaults for a name that is missing or too long."""
    found = [
        _("「%(cell)s」：没有名称。请补上，或删去这一行。", cell=line.cell)
        if not line.name
        else _("「%(cell)s」：太长，名称最多 %(most)s 个字。", cell=line.cell, most=LONGEST_NAME)
        for line in lines
        if not line.name or len(line.name) > LONGEST_NAME
    ]
    if found:
        raise CellFaults(found[:MOST_SAID])


def _said(fault: BadInput) -> str:
    cell = f"{fault.params['column']}{fault.params['row']}"
    return {
        "scoring_cell_formula": _("「%(cell)s」：是公式。请换成文字（复制，再“选择性粘贴”成数值）。", cell=cell),
        "scoring_cell_merged": _("「%(cell)s」：是合并的单元格。请取消合并；表上面的大标题，请整行删去。", cell=cell),
    }.get(fault.code, _("「%(cell)s」：读不懂，有换行、控制字符，或者太长。", cell=cell))


def by_kind(lines: Sequence[Line], kinds: Mapping[str, str], default: str) -> dict[str, list[str]]:
    """The names of a file by kind of subject: what stands beside a name is its kind's title or key, else it is of the `default` kind.

    Raises CellFaults for a kind that the scheme does not have, and a name that stands there twice.
    """
    known = {title: key for key, title in kinds.items()} | {key: key for key in kinds}
    found: dict[str, list[str]] = {}
    seen: dict[str, str] = {}
    faults = []
    for line in lines:
        if line.beside and line.beside not in known:
            faults.append(
                _(
                    "「%(cell)s」旁边的类别「%(kind)s」，办法里没有。有的是：%(kinds)s。",
                    cell=line.cell,
                    kind=line.beside[:20],
                    kinds="、".join(kinds.values()),
                )
            )
        elif line.name in seen:
            faults.append(_("「%(cell)s」和「%(other)s」一样，写了两次。", cell=line.cell, other=seen[line.name]))
        else:
            seen[line.name] = line.cell
            found.setdefault(known.get(line.beside, default), []).append(line.name)
    if faults:
        raise CellFaults(faults[:MOST_SAID])
    return found
