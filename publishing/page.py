"""A printed page of a report: marks are placed first, page by page, and drawn when every character is known to be printable."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, BinaryIO

from ballots.qr import QUIET, single
from ballots.scripts import MM_PER_POINT
from ballots.typeface import Face, Print, check_glyphs, code_face, text_face, wrap, write

TOP, BOTTOM, LEFT, RIGHT = 13.0, 283.0, 15.0, 195.0  # mm on A4
WIDTH = RIGHT - LEFT
LEADING = 1.38  # line height in sizes
STAND_IN = "〓"  # what printers set where they have no type


@dataclass(frozen=True)
class Text:
    """One line of text: left end and baseline in mm, size in points."""

    x: float
    y: float
    text: str
    size: float
    face: Face
    bold: bool


@dataclass(frozen=True)
class Rule:
    """A straight line, ends and thickness in mm."""

    x1: float
    y1: float
    x2: float
    y2: float
    thickness: float


@dataclass(frozen=True)
class Code:
    """A QR code with its quiet zone: upper left corner and side in mm."""

    x: float
    y: float
    side: float
    text: str


@dataclass
class Canvas:
    """Pages being filled from the top; `y` is where the next mark may begin."""

    pages: list[list[Text | Rule | Code]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def room(self, height: float) -> bool:
        """Begin a new page unless `height` mm are left on this one; say whether one was begun."""
        if self.y + height <= BOTTOM or self.y == TOP:
            return False
        self.pages.append([])
        self.y = TOP
        return True

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        align: float = 0.0,
        face: Face | None = None,
    ) -> None:
        """Set a line with its baseline at `y`; `align` is the share of its width that lies left of `x`."""
        face = face or text_face()
        left = x - align * (face.width(text, size) if align else 0)
        self.pages[-1].append(Text(left, y, text, size, face, bold))

    def rule(self, x1: float, y1: float, x2: float, y2: float, thickness: float = 0.15) -> None:
        """Draw a line."""
        self.pages[-1].append(Rule(x1, y1, x2, y2, thickness))

    def frame(self, x: float, y: float, width: float, height: float, thickness: float = 0.15) -> None:
        """Draw the four sides of a box."""
        self.rule(x, y, x + width, y, thickness)
        self.rule(x, y + height, x + width, y + height, thickness)
        self.rule(x, y, x, y + height, thickness)
        self.rule(x + width, y, x + width, y + height, thickness)

    def code(self, x: float, y: float, side: float, text: str) -> None:
        """Place a QR code."""
        self.pages[-1].append(Code(x, y, side, text))

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        x: float = LEFT,
        width: float = WIDTH,
        bold: bool = False,
        centred: bool = False,
        face: Face | None = None,
    ) -> None:
        """Set a text in as many lines as it needs and go on below it."""
        em = size * MM_PER_POINT
        for line in wrap(face or text_face(), text, size, width):
            above, below = (face or text_face()).overhang(line)
            self.room((LEADING + above + below) * em)
            self.y += (LEADING + above + below) * em
            baseline = self.y - (LEADING - 1 + below) * em
            if centred:
                self.text(x + width / 2, baseline, line, size, bold=bold, align=0.5, face=face)
            else:
                self.text(x, baseline, line, size, bold=bold, face=face)

    def cell(
        self, box: tuple[float, float, float, float], text: str, size: float, *, bold: bool = False, align: float = 0.5
    ) -> None:
        """Set a short text in the middle of a table cell, `box` as x, y, width, height in mm.

        It is made smaller if it is wider than the cell, and broken into lines if that is not enough: at its own size where it is high enough.
        """
        x, top, width, height = box
        room = width - 1.6
        smallest = 0.8 * size
        if text_face().width(text, smallest) <= room or height_of(text, size, width) > height:
            while size > smallest and text_face().width(text, size) > room:
                size *= 0.95
        lines = wrap(text_face(), text, size, room)
        step = size * MM_PER_POINT * (1.15 + sum(text_face().overhang(text)))
        # capitals and Han characters are centred on about 0.36 of their size above the baseline
        y = top + height / 2 - step * (len(lines) - 1) / 2 + size * MM_PER_POINT * 0.36
        for number, line in enumerate(lines):
            self.text(x + 0.8 + align * room, y + number * step, line, size, bold=bold, align=align)


def printable(told: Any) -> Any:
    """Give a text, or whatever holds texts, with the stand-in for each character that the font lacks.

    A slip with a wrong name is not printed at all; a reason or a signer's name must never stop the sheet that people are to sign.
    """
    match told:
        case str():
            return "".join(map(_typeset, told))
        case Mapping():
            return {key: printable(each) for key, each in told.items()}
        case list() | tuple():
            return type(told)(map(printable, told))
    if is_dataclass(told) and not isinstance(told, type):
        return replace(told, **{each.name: printable(getattr(told, each.name)) for each in fields(told)})
    return told


def _typeset(character: str) -> str:
    if character.isspace():
        return character if text_face().has(character) else " "
    # joiners and selectors choose among the shapes of what stands before them, and have none of their own
    if unicodedata.category(character) == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, ""):
        return ""
    return character if text_face().has(character) else STAND_IN


def height_of(text: str, size: float, width: float) -> float:
    """Return how high a cell `width` mm wide must be for a text that is not made smaller, in mm."""
    lines = max(1, len(wrap(text_face(), text, size, width - 1.6)))
    return lines * size * MM_PER_POINT * (1.2 + sum(text_face().overhang(text))) + 1.0


def draw(out: BinaryIO, canvas: Canvas, title: str) -> None:
    """Write the pages as a PDF to `out`; MissingGlyph before anything is written for a text that was not made `printable`."""
    marks = [mark for page in canvas.pages for mark in page]
    texts = [mark for mark in marks if isinstance(mark, Text)]
    pdf = Print()
    pdf.set_title(title)
    for face in (text_face(), code_face()):
        own = [mark.text for mark in texts if mark.face is face]
        check_glyphs(own, face)
        face.embed(pdf, own)
    for page in canvas.pages:
        pdf.add_page()
        for mark in page:
            _draw_mark(pdf, mark)
    out.write(pdf.output())


def _draw_mark(pdf: Print, mark: Text | Rule | Code) -> None:
    match mark:
        case Text():
            write(pdf, mark.face, (mark.x, mark.y), mark.text, mark.size, bold=mark.bold)
        case Rule():
            pdf.set_line_width(mark.thickness)
            pdf.line(mark.x1, mark.y1, mark.x2, mark.y2)
        case Code():
            modules, operators = single(mark.text)
            assert modules > 2 * QUIET
            pdf.image_at(mark.x, mark.y, mark.side, operators)


def joined(parts: Sequence[str]) -> str:
    """Put parts of a sentence on one line, a wide blank between them."""
    return "　".join(part for part in parts if part)
