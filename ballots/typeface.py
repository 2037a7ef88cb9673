"""The fonts that prints are set in, carried whole by the project so that a rare surname does not stop a poll.

The full Simplified Chinese face of static/fonts is set glyph by glyph, for all sentences; what it lacks of Tibetan and Uyghur is shaped
(`ballots/scripts.py`); and a fixed-width Latin face is for codes, whose 1 l I and 0 O differ. `check_glyphs` stops whatever cannot be set
right that way before a page is begun.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, cast

import uharfbuzz  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import HarfBuzzFont, TTFFont

from ballots.scripts import MM_PER_POINT, ShapedFace, cut, runs, source_of, tibetan, uyghur
from ballots.unprintable import MissingGlyph

# kinsoku: what may not begin a line, and what may not end one
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—·%％,.;:?!)]}་།༎༽")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{༼")
# Tibetan breaks behind the point between its syllables and behind the stroke between its sentences
_BREAKS_AFTER = frozenset("་།༎")
# stroke added around a heading's letters, in points per point of size: the project carries no bold face
_BOLD = 0.028


@dataclass(frozen=True, eq=False)
class Face:
    """One font file, opened once: its advance widths and the characters it has. `shaped` is set for what this one lacks."""

    family: str
    source: uharfbuzz.Face
    advances: dict[int, float]  # code point -> width in ems
    shaped: tuple[ShapedFace, ...] = ()

    def has(self, character: str) -> bool:
        """Whether the character can be printed: a font has it, it controls nothing, and it is shaped where it must be."""
        if any(shaped.has(character) for shaped in self.shaped):
            return True
        return (
            ord(character) in self.advances
            and unicodedata.category(character)[0] not in "CM"
            and character not in "\u2028\u2029"
        )

    def runs(self, text: str) -> Iterator[tuple[ShapedFace | None, str]]:
        """Cut a line into what is set glyph by glyph and what is shaped, from left to right."""
        return iter([(None, text)]) if not self.shaped or text.isascii() else runs(text, self.shaped)

    def overhang(self, text: str) -> tuple[float, float]:
        """What a line needs above and below beyond the usual, in sizes: letters that stand on one another are tall."""
        tall = [shaped for shaped in self.shaped if any(map(shaped.has, text))]
        return max((face.above for face in tall), default=0.0), max((face.below for face in tall), default=0.0)

    def width(self, text: str, size: float) -> float:
        """Width in mm of a text set at `size` points; MissingGlyph for a character that no font has."""
        try:
            ems = sum(self.advances[ord(character)] for character in text)
        except KeyError as missing:
            if not self.shaped or not all(self.has(character) for character in text):
                raise MissingGlyph(chr(missing.args[0]), text) from None
            ems = sum(
                sum(self.advances[ord(character)] for character in run) if shaped is None else shaped.ems(run)
                for shaped, run in self.runs(text)
            )
        return ems * size * MM_PER_POINT

    def embed(self, pdf: FPDF, texts: Iterable[str]) -> None:
        """Make the face known to `pdf` under its family name, cut down in memory to the characters of `texts`.

        fpdf2 opens and subsets a whole font with fontTools, which takes seconds for 33,000 glyphs; HarfBuzz cuts it first in a few milliseconds.
        """
        characters = {character for text in texts for character in text}
        _embed(pdf, self.family, self.source, {" ", *characters})
        for shaped in self.shaped:
            apart = set(filter(shaped.has, characters))
            if apart:
                _embed(pdf, shaped.family, shaped.source, {" ", *apart})

    def name_on_page(self, pdf: FPDF) -> None:
        """Name the face among the current page's resources, for operators that are put there as they are."""
        for family in filter(pdf.fonts.__contains__, (*(shaped.family for shaped in self.shaped), self.family)):
            pdf.set_font(family, size=9)
            pdf.text(0, 0, "")


def _embed(pdf: FPDF, family: str, source: uharfbuzz.Face, characters: Iterable[str]) -> None:
    small = cut(source, characters)
    # FPDF.add_font takes paths only; the same font object is made of bytes here, so that nothing touches the disk
    font = TTFFont(pdf, cast("Any", BytesIO(small.data)), family, "")
    font._hbfont = HarfBuzzFont(uharfbuzz.Face(small))  # noqa: SLF001 - fpdf2 would look for a path here too
    # the box around all glyphs stays the whole font's, which holds those of every subset: drawing each glyph to measure it anew took
    # half of the time of a print
    font.ttfont.recalcBBoxes = False
    pdf.fonts[family] = font
    pdf.pdf_version = max(pdf.pdf_version, "1.6")  # what embedded OpenType/CFF asks for (ISO 32000-1, table 126)


@cache
def _open(filename: str, family: str, shaped: tuple[ShapedFace, ...] = ()) -> Face:
    source = source_of(filename)
    font = uharfbuzz.Font(source)
    glyphs = {point: font.get_nominal_glyph(point) for point in source.unicodes}
    advances = {
        point: font.get_glyph_h_advance(glyph) / source.upem for point, glyph in glyphs.items() if glyph is not None
    }
    return Face(family, source, advances, shaped)


def text_face() -> Face:
    """Return the face of all sentences: Noto Sans CJK SC with every Han character, Latin and punctuation; Tibetan and Uyghur in their own."""
    return _open("NotoSansCJKsc-Regular.otf", "text", (tibetan(), uyghur()))


def code_face() -> Face:
    """Return the face of codes, hashes and addresses: fixed-width, printable ASCII only."""
    return _open("NotoSansMonoCJKsc-ASCII.otf", "code")


def check_glyphs(texts: Iterable[str], face: Face | None = None) -> None:
    """Raise MissingGlyph for the first character of `texts` that cannot be printed; call it before anything is drawn.

    Control characters (line breaks too: one text is one paragraph), invisible and direction marks and combining marks are refused as
    well, but the vowels and subjoined letters of Tibetan and the marks of Arabic letters.
    """
    face = face or text_face()
    for text in texts:
        for character in text:
            if not face.has(character):
                raise MissingGlyph(character, text)


def _pieces(text: str) -> list[str]:
    """Cut into what must stay together: Latin words with what follows, single Han characters with their punctuation."""
    pieces: list[str] = []
    for character in text:
        glued = bool(pieces) and (
            character in _NOT_FIRST
            or pieces[-1][-1] in _NOT_LAST
            or (character == " " and pieces[-1][-1] != " ")
            or (
                unicodedata.east_asian_width(character) not in "WF"
                and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF"
                and pieces[-1][-1] != " "
                and pieces[-1][-1] not in _BREAKS_AFTER
            )
        )
        if glued:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


@lru_cache(maxsize=4096)
def wrap(face: Face, text: str, size: float, width: float) -> tuple[str, ...]:
    """Break one paragraph into lines no wider than `width` mm at `size` points, by the Chinese rules of line breaking.

    A word wider than a line (an address, a hash) is broken where the line ends. Most sentences of a print are those of the print before.
    """
    lines = [""]
    for piece in _pieces(text):
        if face.width(lines[-1] + piece.rstrip(), size) <= width:
            lines[-1] += piece
        elif face.width(piece.rstrip(), size) <= width:
            lines.append(piece)
        else:
            for character in piece:
                # a vowel or a subjoined letter stays with what it stands on
                if unicodedata.category(character)[0] != "M" and face.width(lines[-1] + character, size) > width:
                    lines.append("")
                lines[-1] += character
    return tuple(line.rstrip() for line in lines if line.strip())


def write(pdf: FPDF, face: Face, at: tuple[float, float], text: str, size: float, *, bold: bool = False) -> None:
    """Set one line with its left end and its baseline `at` x and y (mm) on the current page; `face` must be embedded."""
    with pdf.local_context(text_mode=TextMode.FILL_STROKE, line_width=size * _BOLD) if bold else nullcontext():
        x, y = at
        for shaped, run in face.runs(text):
            if shaped is None:
                pdf.set_font(face.family, size=size)
                pdf.text(x, y, run)
            else:
                shaped.write(pdf, (x, y), run, size)
            x += face.width(run, size)


class Print(FPDF):
    """An A4 page set by hand: no margins, no page breaks of its own, and nothing of the machine or the hour in its metadata."""

    def __init__(self) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.creation_date = datetime(2000, 1, 1, tzinfo=UTC)

    def file_id(self) -> None:
        """Leave the /ID out: it would be a hash of what is printed."""

    @property
    def drawn(self) -> bytearray:
        """The operators of the current page so far; a page's contents are bytes until the file is put together."""
        return cast("bytearray", self.pages[self.page].contents)

    def append(self, operators: bytes) -> None:
        """Put finished drawing operators on the current page."""
        self.drawn.extend(operators)

    def take(self, start: int) -> bytes:
        """Cut off and return what was drawn on the current page since its content was `start` octets long."""
        taken = bytes(self.drawn[start:])
        del self.drawn[start:]
        return taken

    def image_at(self, x: float, y: float, side: float, operators: bytes) -> None:
        """Draw what `operators` draw in the unit square `side` mm wide, its upper left corner at `x`, `y` (mm)."""
        place = (side * self.k, side * self.k, x * self.k, (self.h - y - side) * self.k)
        self.append(b"q %.3f 0 0 %.3f %.3f %.3f cm %s Q\n" % (*place, operators))
