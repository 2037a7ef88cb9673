"""The summary sheet as a workbook. Cells are text: nothing that a name begins with becomes a formula in somebody's sheet."""

import io

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from scoring.summary import Section, Sheet, Words

_THIN = Side(style="thin", color="808080")
_EDGES = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def summary_xlsx(sheet: Sheet, _: Words) -> bytes:
    """Give the bytes of the workbook: one page for each kind of subject, ready to print on A4."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for section in sheet.sections:
        page = book.create_sheet(section.title[:31].translate(str.maketrans("[]:*?/\\", "_______")))
        _fill(page, sheet, section, _)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: Worksheet, row: int, column: int, text: str) -> None:
    """Set a cell as text, whatever it begins with."""
    cell = page.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")  # typed over in the sheet, it stays text
    cell.number_format = "@"


def _fill(page: Worksheet, sheet: Sheet, section: Section, _: Words) -> None:
    width = len(section.titles)
    heading = (_("（演练）") if sheet.rehearsal else "") + sheet.heading
    _write(page, 1, 1, heading)
    page.cell(1, 1).font = Font(bold=True, size=16)
    _write(page, 2, 1, f"{section.title}　{sheet.scheme}")
    for place, title in enumerate(section.titles, 1):
        _write(page, 3, place, title)
        cell = page.cell(3, place)
        cell.font, cell.border = Font(bold=True), _EDGES
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, row in enumerate(section.rows, 4):
        for place, text in enumerate(row, 1):
            _write(page, number, place, text)
            page.cell(number, place).border = _EDGES
            page.cell(number, place).alignment = Alignment(vertical="center", wrap_text=True)
    below = 4 + len(section.rows)
    for number, note in enumerate(section.notes, below):
        _write(page, number, 1, note)
    below += len(section.notes) + 1
    for number, line in enumerate(sheet.signatures, below):
        _write(page, number, 1, f"{line.title}（{line.who}）：{line.signed or '＿＿＿＿＿＿　　年　　月　　日'}")
    for place in range(1, width + 1):
        longest = max([len(section.titles[place - 1]), *(len(row[place - 1]) for row in section.rows)])
        page.column_dimensions[get_column_letter(place)].width = min(30, max(7, 2.1 * longest))
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "3:3"
    page.freeze_panes = "A4"
