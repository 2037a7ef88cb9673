"""The slips of a panel as sheets for the printer: A4, cut lines, one QR code and its typed twin on each slip.

* Every slip of a panel is the same but for its code: no serial number, no mark, and the same margins wherever it lay on the sheet.
* A secret goes to `out` and nowhere else: no temporary file, no log line, no exception text, no document metadata.
* Nothing is written before every text is known to be printable and the whole job is drawn.

What all slips share is drawn once and repeated under a translation; a code costs one 1-bit image and one line of text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from fpdf import FPDF

from ballots.layout import PADDING, PAGE, QR_SIZE, Layout, lay_out
from ballots.qr import CodeImages
from ballots.typeface import Print, code_face, text_face, write
from ballots.unprintable import MissingGlyph, TextTooLong
from ballots.wording import CODE_LENGTH, Keys, SlipText, Translations, slip_text

__all__ = [
    "Keys",
    "MissingGlyph",
    "SlipText",
    "TextTooLong",
    "Translations",
    "lay_out",
    "slip_text",
    "write_panels",
    "write_sheets",
]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CODE = re.compile("-".join(f"[{_ALPHABET}]{{{size}}}" for size in (5, 6, 5, 6)))


def _checked(codes: Iterable[str]) -> Iterator[str]:
    for number, code in enumerate(codes, 1):
        if _CODE.fullmatch(code) is None:
            # the text of the code is a secret and stays out of the sentence
            raise ValueError(f"code {number} is not of the form XXXXX-XXXXXX-XXXXX-XXXXXX")
        yield code


def _draw_cut_lines(pdf: FPDF, layout: Layout) -> None:
    with pdf.local_context(draw_color=150, line_width=0.15, dash_pattern={"dash": 1.6, "gap": 1.6, "phase": 0}):
        for row in range(1, layout.rows):
            pdf.line(0, row * layout.height, PAGE[0], row * layout.height)
        for column in range(1, layout.columns):
            pdf.line(column * layout.width, 0, column * layout.width, PAGE[1])


def _draw_slip(pdf: FPDF, layout: Layout) -> None:
    for line in layout.lines:
        write(pdf, line.face, (line.x, line.y), line.text, line.size, bold=line.bold)
    if layout.rehearsal is not None:
        with pdf.local_context(line_width=0.5):
            pdf.rect(*layout.rehearsal)


def write_sheets(out: BinaryIO, slip: SlipText, codes: Iterable[str], translations: Translations) -> int:
    """Write the slips of one panel as an A4 PDF to `out` and return the number of slips; `codes` are printed in the order given.

    Raise MissingGlyph or TextTooLong (see `lay_out`) before the first code is taken, ValueError for a code that is none;
    nothing is written to `out` then.
    """
    return write_panels(out, [(slip, codes)], translations)


def write_panels(out: BinaryIO, panels: Sequence[tuple[SlipText, Iterable[str]]], translations: Translations) -> int:
    """Write the slips of several panels as one PDF, each panel beginning on a new page; else as `write_sheets`."""
    layouts = [lay_out(slip, translations) for slip, _ in panels]
    lines = [line for layout in layouts for line in layout.lines]
    pdf = Print()
    pdf.set_title(panels[0][0].title)
    text, code = text_face(), code_face()
    text.embed(pdf, [line.text for line in lines if line.face is text])
    code.embed(pdf, ["-", _ALPHABET, *(line.text for line in lines if line.face is code)])
    count = sum(_draw_panel(pdf, layout, slip, codes) for layout, (slip, codes) in zip(layouts, panels, strict=True))
    out.write(pdf.output())
    return count


def _draw_panel(pdf: Print, layout: Layout, slip: SlipText, codes: Iterable[str]) -> int:
    """Draw the slips of one panel on pages of their own."""
    text, code = text_face(), code_face()
    pdf.add_page()
    start = len(pdf.drawn)
    _draw_slip(pdf, layout)
    shared = pdf.take(start)
    _draw_cut_lines(pdf, layout)
    cuts = pdf.take(start)
    images = CodeImages(slip.url(""), CODE_LENGTH)
    side = QR_SIZE * images.side / images.modules
    inset = (side - QR_SIZE) / 2
    per_page = layout.columns * layout.rows
    count = 0
    for count, value in enumerate(_checked(codes), 1):
        place = (count - 1) % per_page
        if place == 0:
            if count > 1:
                pdf.add_page()
            text.name_on_page(pdf)  # `shared` relies on it
            pdf.set_font(code.family, size=layout.code.size)
            pdf.append(cuts)
        x, y = place % layout.columns * layout.width, place // layout.columns * layout.height
        pdf.append(b"q 1 0 0 1 %.3f %.3f cm\n%sQ\n" % (x * pdf.k, -y * pdf.k, shared))
        pdf.image_at(x + PADDING - inset, y + layout.qr_top - inset, side, images.operator(value))
        pdf.text(x + layout.code.x, y + layout.code.y, value)
    if count == 0:
        raise ValueError("there are no codes to print")
    return count
