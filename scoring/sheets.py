"""Tables that people hand in: xlsx and csv read into rows of plain text, with every fault named by row and column.

A workbook is a stranger's zip file: its parts are counted and measured before anything reads them, for a small file can unpack to what
takes minutes and gigabytes to read. Formulas are refused, because what a formula shows depends on who opens it last; merged cells, because
nobody can say which row they belong to.
"""

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from polling.errors import BadInput

MOST_ROWS = 20_000
MOST_COLUMNS = 40
MOST_BYTES = 8 * 1024 * 1024
# what 20,000 rows of text need unpacked, several times over; tags and attributes cost far more than their bytes
MOST_INFLATED = 32 * 1024 * 1024
MOST_MARKS = 2_000_000
MOST_OTHER_TAGS = 100_000  # than those of cells and their texts: styles, links, merged cells become objects one by one
MOST_PARTS = 400
MOST_FAULTS = 20
_LONGEST_CELL = 2000
_OLD = b"\xd0\xcf\x11\xe0"  # the container of .xls, .et and .doc
_MERGED = re.compile(rb"<(?:[A-Za-z0-9]+:)?mergeCell\s[^<>]{0,300}?ref=[\"']([A-Z]{1,3})([0-9]{1,7})")
_CELLS = re.compile(rb"</?(?:[A-Za-z0-9]+:)?(?:row|c|v|f|is|si|t|phoneticPr)[\s/>]")
_FILLED = re.compile(rb"<(?:[A-Za-z0-9]+:)?[vtf][\s>]")  # a cell's value, text or formula
# a workbook's reader finds its parts by what others say of them, not by their names
_TAGGED = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_SHEET = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheetData[\s/>]")
_FOREIGN = re.compile(rb"\xff\xfe|\xfe\xff|\s*<\?xml[^>]*encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
_WHOLE = 10**15  # beyond it the sheet's own numbers are no longer exact


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell's text and where it stands."""

    text: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below the header, each by column title; empty rows are left out."""

    titles: tuple[str, ...]
    rows: tuple[dict[str, Cell], ...]


class Faults:
    """What is wrong with a file, collected so that all of it can be mended at once."""

    def __init__(self) -> None:
        self.found: list[BadInput] = []
        self.number = 0

    def add(self, fault: BadInput) -> None:
        """Note one fault; the first twenty are said."""
        self.number += 1
        if self.number <= MOST_FAULTS:
            self.found.append(fault)

    def demand_none(self, where: str) -> None:
        """Raise BadInput `scoring_file_faults` with all of them."""
        if self.number:
            raise BadInput("scoring_file_faults", where=where, number=self.number, faults=tuple(self.found))


def read_lines(raw: bytes, where: str, faults: Faults) -> list[list[Cell]]:
    """Every row of xlsx or csv bytes as it stands; `where` is the file's name. Unreadable cells, formulas and merged cells go to `faults`.

    Raise BadInput: `scoring_file_large`, `scoring_file_old`, `scoring_file_kind`, `scoring_file_rows`, `scoring_file_sheets`,
    `scoring_file_encoding`, `scoring_file_inflated`.
    """
    if len(raw) > MOST_BYTES:
        raise BadInput("scoring_file_large", where=where, limit=MOST_BYTES // 1024 // 1024)
    if raw.startswith(_OLD):
        raise BadInput("scoring_file_old", where=where)
    lines = _xlsx(raw, where, faults) if raw.startswith(b"PK") else _csv(raw, where)
    read = [_texts(number, line, faults) for number, line in enumerate(lines, 1)]
    if len(read) > MOST_ROWS + 1:
        raise BadInput("scoring_file_rows", where=where, most=MOST_ROWS)
    return read


def read_table(raw: bytes, where: str, needed: Sequence[str], allowed: Sequence[str]) -> Table:
    """Read xlsx or csv bytes; `where` is the file's name. The first row has the titles, in any order.

    Raise BadInput as `read_lines`, `scoring_file_empty`, `scoring_file_header`, and `scoring_file_faults` for formulas, merged cells and
    unreadable cells.
    """
    faults = Faults()
    read = read_lines(raw, where, faults)
    titles = _header(read, where, needed, allowed)
    faults.demand_none(where)
    rows = []
    for line in read[1:]:
        if any(cell.text for cell in line):
            for cell in line[len(titles) :]:
                if cell.text:
                    faults.add(BadInput("scoring_cell_stray", row=cell.row, column=cell.column))
            rows.append(dict(zip(titles, line, strict=False)))
    faults.demand_none(where)
    if not rows:
        raise BadInput("scoring_file_empty", where=where)
    return Table(titles, tuple(rows))


def _header(
    read: Sequence[Sequence[Cell]], where: str, needed: Sequence[str], allowed: Sequence[str]
) -> tuple[str, ...]:
    first = [cell.text for cell in read[0]] if read else []
    while first and not first[-1]:
        first.pop()
    missing = [title for title in needed if title not in first]
    strange = [title or "（空）" for title in first if title not in allowed]
    twice = sorted({title for title in first if first.count(title) > 1})
    if missing or strange or twice:
        raise BadInput(
            "scoring_file_header",
            where=where,
            missing=missing or ["—"],
            strange=strange or ["—"],
            twice=twice or ["—"],
            allowed=list(allowed),
        )
    return tuple(first)


def _texts(number: int, line: Sequence[Any], faults: Faults) -> list[Cell]:
    cells = []
    for place, value in enumerate(line, 1):
        column = get_column_letter(place)
        text = _text(value, number, column, faults)
        cells.append(Cell(text, number, column))
    return cells


def _plain(value: object) -> str | None:  # noqa: PLR0911 - one answer a type
    """A cell as exact text: numbers in their shortest decimal form, the first of a month as its label; None for what is no text."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if not value.is_integer() or abs(value) >= _WHOLE:
            return repr(value)
        case int() | float():
            return str(int(value))
        case datetime() if (value.hour, value.minute, value.second) != (0, 0, 0):
            return None
        case date():  # a sheet makes a date of 2026-03
            return f"{value:%Y-%m}" if value.day == 1 else f"{value:%Y-%m-%d}"
        case str() if len(value) <= _LONGEST_CELL:
            return value.strip()
    return None


def _text(value: object, row: int, column: str, faults: Faults) -> str:
    text = _plain(value)
    if text is not None:
        if text.startswith("="):
            faults.add(BadInput("scoring_cell_formula", row=row, column=column))
            return ""
        if not any(ord(letter) < 32 for letter in text):  # noqa: PLR2004 - control characters
            return text
    faults.add(BadInput("scoring_cell_unreadable", row=row, column=column))
    return ""


def _csv(raw: bytes, where: str) -> list[list[str]]:
    text = _decoded(raw, where)
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(line) > MOST_COLUMNS:
                raise BadInput("scoring_file_columns", where=where, most=MOST_COLUMNS)
            lines.append(line)
            if len(lines) > MOST_ROWS + 1:
                raise BadInput("scoring_file_rows", where=where, most=MOST_ROWS)
    except csv.Error:
        raise BadInput("scoring_file_csv", where=where, line=len(lines) + 1) from None
    return lines


def _decoded(raw: bytes, where: str) -> str:
    """UTF-8 where the bytes are UTF-8, else GB 18030, which Chinese Windows writes; nothing is guessed beyond that."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw:
        raise BadInput("scoring_file_encoding", where=where)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("scoring_file_encoding", where=where)


def _xlsx(raw: bytes, where: str, faults: Faults) -> list[tuple[Any, ...]]:
    filled = _check_zip(raw, where, faults)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        # a row far below counts as one, though nothing lies between
        lines = list(islice(_lines(book.worksheets[0]), MOST_ROWS + 2))
    except Exception:  # noqa: BLE001 - whatever a broken workbook makes its reader stumble over
        raise BadInput("scoring_file_kind", where=where) from None
    if len(lines) > MOST_ROWS + 1:
        raise BadInput("scoring_file_rows", where=where, most=MOST_ROWS)
    # one long text can stand in a hundred thousand cells
    if sum(len(value) for line in lines for value in line if isinstance(value, str)) > MOST_INFLATED:
        raise BadInput("scoring_file_inflated", where=where)
    while lines and all(value is None for value in lines[-1]):
        lines.pop()
    if filled > (1 if lines else 0):
        raise BadInput("scoring_file_sheets", where=where)
    return lines


def _lines(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # what the file says of its own size is not believed
    yield from sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)


def _check_zip(raw: bytes, where: str, faults: Faults) -> int:
    """Measure the parts before they are read, and find the merged cells, which a reader of rows does not show: how many sheets have content."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            small = len(parts) <= MOST_PARTS and sum(part.file_size for part in parts) <= MOST_INFLATED
            # never more than the sizes stated, which were added up before
            read = {part.filename: packed.read(part) for part in parts if small}
    except Exception:  # noqa: BLE001 - zipfile, zlib and lzma have errors of their own
        raise BadInput("scoring_file_kind", where=where) from None
    texts = {name: text for name, text in read.items() if _TAGGED.match(text)}
    if not small or _is_costly(texts.values()):
        raise BadInput("scoring_file_inflated", where=where)
    # UTF-8 has no zero in it, UTF-16 is nothing else between letters
    foreign = (
        b"\0" in text or b"<!DOCTYPE" in text or b"<!ENTITY" in text or _FOREIGN.match(text) for text in texts.values()
    )
    if any(foreign):
        raise BadInput("scoring_file_kind", where=where)
    sheets = [text for name, text in texts.items() if name.startswith("xl/worksheets/") or _SHEET.search(text)]
    for found in (each for text in sheets for each in _MERGED.finditer(text)):
        faults.add(BadInput("scoring_cell_merged", row=int(found[2]), column=found[1].decode()))
    return sum(1 for text in sheets if _FILLED.search(text))


def _is_costly(texts: Collection[bytes]) -> bool:
    """Whether the parts hold more tags and attributes than a list has, or name one sheet a thousand times."""
    tags = sum(text.count(b"<") for text in texts)
    if tags + sum(text.count(b"=") for text in texts) > MOST_MARKS:
        return True
    cells = sum(1 for text in texts for _tag in _CELLS.finditer(text))
    return tags - cells > MOST_OTHER_TAGS or sum(text.count(b"sheetId") for text in texts) > MOST_PARTS


def template(titles: Sequence[str], rows: Sequence[Sequence[str]] = (), *, title: str = "导入") -> bytes:
    """An empty xlsx with this header, every column as text, so that 2026-03 stays what it is."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    sheet.append([*titles])
    for row in rows:
        sheet.append([*row])
    for place, name in enumerate(titles, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(12, 2.4 * len(name) + 2)
        sheet.column_dimensions[letter].number_format = "@"
        head = sheet.cell(1, place)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDDDDD")
    for line in sheet.iter_rows(min_row=2, max_row=max(500, len(rows) + 1), max_col=len(titles)):
        for cell in line:
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
