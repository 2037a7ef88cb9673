"""Where everything on a slip stands: the largest sizes at which its text fits, six slips on a page if possible."""

from dataclasses import dataclass
from itertools import product

from ballots.qr import QUIET, modules
from ballots.scripts import MM_PER_POINT
from ballots.typeface import Face, check_glyphs, code_face, text_face, wrap
from ballots.unprintable import TextTooLong
from ballots.wording import CODE_LENGTH, SlipText, Translations

PAGE = (210.0, 297.0)  # A4 in mm
QR_SIZE = 30.0  # mm, the code itself
PADDING = 5.0  # mm inside the cut lines: what an office printer leaves white, and more than the quiet zone
LEADING = 1.26  # line height in sizes
# Columns and rows of slips on a page, the densest first. Eight would force 9 pt on everyone; six leave most polls at 11 pt.
_GRIDS = ((2, 3), (2, 2), (1, 2))
_SCALES = (1.2, 1.1, 1.05, 1.0)
_GAPS = (1.6, 1.0, 0.5)


@dataclass(frozen=True)
class Line:
    """One line of a slip's layout: left end and baseline in mm from the slip's upper left corner, size in points."""

    x: float
    y: float
    text: str
    size: float
    face: Face
    bold: bool = False


@dataclass(frozen=True)
class Layout:
    """Where everything on a slip stands; `width` x `height` mm is the cell between cut lines, `code` the place of the typed code."""

    columns: int
    rows: int
    width: float
    height: float
    lines: tuple[Line, ...]
    rehearsal: tuple[float, float, float, float] | None  # the frame around 演练: x, y, width, height
    qr_top: float  # the code itself stands PADDING from the left and this far from the top
    code: Line


class _Column:
    """Fills a slip from the top: over the full width, beside the QR code once it is placed, and over the full width below it."""

    def __init__(self, width: float) -> None:
        self.lines: list[Line] = []
        self.y = PADDING
        self.below = 0.0
        self.beside = PADDING
        self.right = width - PADDING

    def place_qr(self, quiet: float) -> float:
        """Let what follows run beside the QR code, which begins here; return its upper edge."""
        top = self.y
        self.below = top + QR_SIZE + quiet
        self.beside = PADDING + QR_SIZE + quiet + 0.6
        return top

    @property
    def left(self) -> float:
        """Where a line that begins here has its left end."""
        return self.beside if self.y < self.below else PADDING

    def wrap(self, text: str, size: float, face: Face, narrow: float = 0.0) -> tuple[str, ...]:
        """Break a paragraph for the room there is at this height, less `narrow` mm at the right."""
        return wrap(face, text, size, self.right - self.left - narrow)

    def fits_beside(self, text: str, size: float) -> bool:
        """Whether a paragraph of the text face ends above the QR code's lower edge."""
        leading = LEADING + sum(text_face().overhang(text))
        return self.y + size * MM_PER_POINT * leading * len(self.wrap(text, size, text_face())) <= self.below

    def place(self, x: float, text: str, size: float, face: Face, *, bold: bool = False) -> None:
        """Set a line whose lower edge is here."""
        self.lines.append(Line(x, self.y - size * MM_PER_POINT * (LEADING - 0.95), text, size, face, bold))

    def add(self, text: str, size: float, *, bold: bool = False, narrow: float = 0.0) -> None:
        """Set a paragraph of the text face."""
        for line in self.wrap(text, size, text_face(), narrow):
            above, below = text_face().overhang(line)
            x = self.left
            self.y += size * MM_PER_POINT * (LEADING + above)
            self.place(x, line, size, text_face(), bold=bold)
            self.y += size * MM_PER_POINT * below

    def add_row(self, cells: list[tuple[str, float, Face]], gap: float = 2.0) -> None:
        """Set one line of several texts; the last one breaks into further lines if it must."""
        self.y += max(size for _, size, _ in cells) * MM_PER_POINT * LEADING
        x = PADDING
        for text, size, face in cells[:-1]:
            self.place(x, text, size, face)
            x += face.width(text, size) + gap
        text, size, face = cells[-1]
        for number, line in enumerate(wrap(face, text, size, self.right - x)):
            self.y += size * MM_PER_POINT * LEADING if number else 0
            self.place(x, line, size, face)


def _fixed_sentences(translations: Translations) -> dict[str, str]:
    _ = translations.gettext
    return {
        "rehearsal": _("演练"),
        "type": _("不能扫码：在浏览器输入"),
        "panel": _("测评号"),
        "code": _("投票码"),
    }


def lay_out(slip: SlipText, translations: Translations) -> Layout:
    """Find the densest sheet on which the whole text of a slip fits at readable sizes, and the largest size that fits there.

    Main sentences are never below 9 pt, the privacy notice never below 6.5 pt.
    Raise MissingGlyph for a character that cannot be printed, TextTooLong when no sheet holds the text.
    """
    fixed = _fixed_sentences(translations)
    check_glyphs(
        [slip.title, slip.panel_title, *slip.instructions, slip.secrecy, slip.coaching, *slip.privacy, *fixed.values()]
    )
    check_glyphs([slip.panel, slip.base_url], code_face())
    for columns, rows in _GRIDS:
        for scale, gap in product(_SCALES, _GAPS):
            layout = _Attempt(columns, rows, scale, gap).lay_out(slip, fixed)
            if layout is not None:
                return layout
    raise TextTooLong(f"the text of a slip does not fit on half a page: {slip.title!r}")


@dataclass(frozen=True)
class _Attempt:
    """One way to set a slip: the grid, sizes as multiples of the smallest ones, gaps in mm."""

    columns: int
    rows: int
    scale: float
    gap: float

    def lay_out(self, slip: SlipText, fixed: dict[str, str]) -> Layout | None:
        """Set everything; None when it does not fit."""
        width, height = PAGE[0] / self.columns, PAGE[1] / self.rows
        quiet = QR_SIZE * QUIET / modules(len(slip.url("0" * CODE_LENGTH).encode()))
        column = _Column(width)
        frame = self._head(column, slip, fixed)
        column.y += quiet
        top = column.place_qr(quiet)
        self._sentences(column, slip)
        place = self._typing(column, slip, fixed)
        column.y += self.gap
        column.add("　".join(slip.privacy), 6.5 * self.scale)
        ends = [line.x + line.face.width(line.text, line.size) for line in [*column.lines, place]]
        if column.y > height - PADDING or max(ends) > column.right + 0.01:
            return None
        return Layout(self.columns, self.rows, width, height, tuple(column.lines), frame, top, place)

    def _head(self, column: _Column, slip: SlipText, fixed: dict[str, str]) -> tuple[float, float, float, float] | None:
        frame = None
        if slip.rehearsal:
            size = 12 * self.scale
            width = text_face().width(fixed["rehearsal"], size) + 3
            frame = (column.right - width, PADDING, width, size * MM_PER_POINT * 1.4)
            column.lines.append(
                Line(
                    frame[0] + 1.5,
                    PADDING + size * MM_PER_POINT * 1.08,
                    fixed["rehearsal"],
                    size,
                    text_face(),
                    bold=True,
                )
            )
        column.add(slip.title, 10.5 * self.scale, bold=True, narrow=frame[2] + 1.5 if frame else 0)
        column.add(slip.panel_title, 9 * self.scale)
        return frame

    def _sentences(self, column: _Column, slip: SlipText) -> None:
        size = 9 * self.scale
        column.add(slip.coaching, 11 * self.scale, bold=True)
        for sentence in [*slip.instructions, slip.secrecy]:
            if column.fits_beside(sentence, size):
                column.y += self.gap / 2
            else:
                column.y = max(column.y, column.below)
            column.add(sentence, size)
        column.y = max(column.y, column.below)

    def _typing(self, column: _Column, slip: SlipText, fixed: dict[str, str]) -> Line:
        small, text, code = 9 * self.scale, text_face(), code_face()
        column.y += self.gap
        column.add_row([(fixed["type"], small, text), (slip.base_url.rstrip("/"), 9.5 * self.scale, code)])
        column.add_row([(fixed["panel"], small, text), (slip.panel, 11 * self.scale, code)])
        column.add_row([(fixed["code"], small, text), ("0" * CODE_LENGTH, 11 * self.scale, code)])
        return column.lines.pop()
