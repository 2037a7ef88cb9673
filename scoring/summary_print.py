"""The summary sheet on paper, A4, with the lines that the chain signs on. Set with the pieces of the poll's report (decision 46)."""

from typing import BinaryIO

from ballots.scripts import MM_PER_POINT
from ballots.typeface import text_face
from publishing.page import BOTTOM, LEFT, RIGHT, STAND_IN, TOP, WIDTH, Canvas, draw, height_of, joined, printable
from scoring.summary import Section, Sheet, Signature, Words

_BODY = 9.0
_HEAD = 8.0
_ROW = 7.0  # mm
_SIGNING = 13.0  # mm a line, with room to write


def write_summary(out: BinaryIO, sheet: Sheet, _: Words) -> int:
    """Write the sheet as a PDF to `out`; give its number of pages. A character that the font lacks is a 〓."""
    sheet = printable(sheet)
    canvas = Canvas()
    _heading(canvas, sheet, _)
    for section in sheet.sections:
        _section(canvas, section, _)
    if STAND_IN in str(sheet):
        canvas.paragraph(_("〓：打印字体里没有的字，原文见网页。"), 8)
    _signatures(canvas, sheet.signatures, _)
    pages = len(canvas.pages)
    for number, page in enumerate(canvas.pages, 1):
        foot = Canvas(pages=[page])
        foot.text(LEFT, BOTTOM + 4.5, _footing(sheet), 6.5)
        place = _("第%(page)d页，共%(pages)d页") % {"page": number, "pages": pages}
        foot.text(RIGHT, BOTTOM + 4.5, place, 7, align=1.0)
    draw(out, canvas, sheet.heading)
    return pages


def _footing(sheet: Sheet) -> str:
    """The ledgers that the sheet was made of: a signature is over these figures and no others."""
    named = joined([f"{place} {digest[:12]}" for place, digest in sheet.digests[:4]])
    return named + ("…" if len(sheet.digests) > 4 else "")  # noqa: PLR2004 - as many as the foot holds


def _heading(canvas: Canvas, sheet: Sheet, _: Words) -> None:
    if sheet.rehearsal:
        word, size = _("演练"), 15.0
        width = text_face().width(word, size) + 5
        canvas.frame(RIGHT - width, TOP, width, 8.5, 0.6)
        canvas.text(RIGHT - width / 2, TOP + 6.2, word, size, bold=True, align=0.5)
    canvas.paragraph(sheet.heading, 17, bold=True, centred=True, x=LEFT + 18, width=WIDTH - 36)
    canvas.paragraph(sheet.scheme, 9.5, centred=True, x=LEFT + 18, width=WIDTH - 36)
    if sheet.rehearsal:
        canvas.paragraph(_("本表为演练，不得作为考核依据。"), 9, bold=True, centred=True)
    canvas.y += 1.5


def _section(canvas: Canvas, section: Section, _: Words) -> None:
    canvas.room(30)
    canvas.y += 2.0
    canvas.paragraph(_("{title}（{number}）").format(title=section.title, number=len(section.rows)), 11, bold=True)
    canvas.y += 0.8
    widths = _widths(section)
    _line(canvas, section.titles, widths, _HEAD, bold=True, head=True)
    for row in section.rows:
        height = max([_ROW, *(height_of(text, _BODY, width) for text, width in zip(row, widths, strict=True))])
        if canvas.room(height):
            _line(canvas, section.titles, widths, _HEAD, bold=True, head=True)
        _line(canvas, row, widths, _BODY)
    canvas.y += 1.0
    for note in section.notes:
        canvas.paragraph(note, 8)


def _widths(section: Section) -> list[float]:
    """Columns as wide as their longest cell asks for, the title in two lines if need be, stretched or shrunk to the page."""
    face = text_face()
    wanted = []
    for place, title in enumerate(section.titles):
        longest = max((face.width(row[place], _BODY) for row in section.rows), default=0.0)
        wanted.append(min(46.0, max(longest + 3.0, face.width(title, _HEAD) / 2 + 4.0, 9.0)))
    rest = WIDTH - sum(wanted)
    if rest < 0:
        return [width * WIDTH / sum(wanted) for width in wanted]
    return [wanted[0], *(width + rest / (len(wanted) - 1) for width in wanted[1:])]


def _line(
    canvas: Canvas,
    cells: tuple[str, ...],
    widths: list[float],
    size: float,
    *,
    bold: bool = False,
    head: bool = False,
) -> None:
    height = max([_ROW, *(height_of(text, size, width) for text, width in zip(cells, widths, strict=True))])
    top, x = canvas.y, LEFT
    if head:
        canvas.rule(LEFT, top, RIGHT, top, 0.35)
    for text, width in zip(cells, widths, strict=True):
        canvas.cell((x, top, width, height), text, size, bold=bold)
        canvas.rule(x, top, x, top + height)
        x += width
    canvas.rule(RIGHT, top, RIGHT, top + height)
    canvas.y = top + height
    canvas.rule(LEFT, canvas.y, RIGHT, canvas.y, 0.35 if head else 0.15)


def _signatures(canvas: Canvas, lines: tuple[Signature, ...], _: Words) -> None:
    """Every step of the chain: what it is, who signs, a line and a day; who signed at the desk is named."""
    canvas.y += 2.0
    for line in lines:
        canvas.room(_SIGNING)
        canvas.y += _SIGNING
        y = canvas.y - 2.5
        canvas.text(LEFT, y, line.title, 10.5, bold=True)
        canvas.text(LEFT, y + 8 * MM_PER_POINT * 1.3, line.who, 8)
        first = LEFT + 75
        canvas.text(first, y, _("签字"), 10.5)
        canvas.rule(first + 10, y + 1.0, RIGHT if line.signed else first + 62, y + 1.0, 0.25)
        if line.signed:
            canvas.text(first + 12, y, line.signed, 10)
        else:
            canvas.text(first + 66, y, _("　　年　　月　　日"), 10.5)
