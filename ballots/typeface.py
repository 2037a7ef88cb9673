"""The fonts that prints are set in, carried whole by the project so that a rare surname does not stop a poll.

Three faces lie in static/fonts: the full Simplified Chinese one for all sentences, set glyph by glyph; a Tibetan one, shaped by
HarfBuzz, for what the first lacks; and a fixed-width Latin one for codes, whose 1 l I and 0 O differ. `check_glyphs` stops whatever
cannot be set right that way (Uyghur, which runs from right to left, among it) before a page is begun.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import cast

import uharfbuzz  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import TextMode
from fpdf.fonts import HarfBuzzFont, TTFFont

from ballots.unprintable import MissingGlyph

FONTS = Path(__file__).parent.parent / "static" / "fonts"
MM_PER_POINT = 25.4 / 72
# kinsoku: what may not begin a line, and what may not end one
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—·%％,.;:?!)]}་།༎༽")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{༼")
# Tibetan breaks behind the point between its syllables and behind the stroke between its sentences
_BREAKS_AFTER = frozenset("་།༎")
# Tibetan beside Han: its size, and what its vowels and stacked letters need above and below a line, in sizes
_TIBETAN_SIZE = 1.0
_ABOVE, _BELOW = 0.2, 0.35
# stroke added around a heading's letters, in points per point of size: the project carries no bold face
_BOLD = 0.028


@dataclass(frozen=True)
class Face:
    """One font file, opened once: its advance widths and the characters it has. `shaped` is set for what this one lacks."""

    family: str
    source: uharfbuzz.Face
    advances: dict[int, float]  # code point -> width in ems
    shaped: "ShapedFace | None" = None

    def has(self, character: str) -> bool:
        """Whether the character can be printed: a font has it, it controls nothing, and it is shaped where it must be."""
        if self.shaped is not None and self.shaped.has(character):
            return True
        return (
            ord(character) in self.advances
            and unicodedata.category(character)[0] not in "CM"
            and character not in "\u2028\u2029"
        )

    def runs(self, text: str) -> Iterator[tuple["ShapedFace | None", str]]:
        """Cut a text into what is set glyph by glyph and what is shaped."""
        shaped = self.shaped
        if shaped is None or text.isascii():
            yield None, text
            return
        for apart, characters in groupby(text, key=shaped.has):
            yield (shaped if apart else None), "".join(characters)

    def overhang(self, text: str) -> tuple[float, float]:
        """What a line needs above and below beyond the usual, in sizes: letters that stand on one another are tall."""
        shaped = self.shaped
        return (_ABOVE, _BELOW) if shaped is not None and any(map(shaped.has, text)) else (0.0, 0.0)

    def width(self, text: str, size: float) -> float:
        """Width in mm of a text set at `size` points; MissingGlyph for a character that no font has."""
        try:
            ems = sum(self.advances[ord(character)] for character in text)
        except KeyError as missing:
            if self.shaped is None or not all(self.has(character) for character in text):
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
        apart = {character for character in characters if self.shaped is not None and self.shaped.has(character)}
        if self.shaped is not None and apart:
            _embed(pdf, self.shaped.family, self.shaped.source, {" ", *apart})

    def name_on_page(self, pdf: FPDF) -> None:
        """Name the face among the current page's resources, for operators that are put there as they are."""
        for family in filter(pdf.fonts.__contains__, (self.shaped.family if self.shaped else "", self.family)):
            pdf.set_font(family, size=9)
            pdf.text(0, 0, "")


@dataclass(frozen=True)
class ShapedFace:
    """A font of one script whose letters change with their neighbours: HarfBuzz chooses and places its glyphs."""

    family: str
    source: uharfbuzz.Face
    script: str
    characters: frozenset[str]

    def has(self, character: str) -> bool:
        """Whether the character belongs to the script and can be printed."""
        return character in self.characters

    def ems(self, text: str) -> float:
        """Width of a run of this script in ems."""
        return _shaped_ems(self, text)

    def write(self, pdf: FPDF, at: tuple[float, float], text: str, size: float) -> None:
        """Set a run of this script with its left end and its baseline `at` x and y (mm)."""
        pdf.set_font(self.family, size=size * _TIBETAN_SIZE)
        # a cell without height sets its baseline 0.3 of the size below itself
        pdf.set_xy(at[0], at[1] - 0.3 * _TIBETAN_SIZE * size * MM_PER_POINT)
        pdf.set_text_shaping(True, direction="ltr", script=self.script)
        pdf.cell(self.ems(text) * size * MM_PER_POINT, 0, text)
        pdf.set_text_shaping(False)


@lru_cache(maxsize=4096)
def _shaped_ems(face: ShapedFace, text: str) -> float:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face.source), buffer)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / face.source.upem * _TIBETAN_SIZE)


def _embed(pdf: FPDF, family: str, source: uharfbuzz.Face, characters: Iterable[str]) -> None:
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    small = uharfbuzz.subset(source, wanted).blob
    # FPDF.add_font takes paths only; the same font object is made of bytes here, so that nothing touches the disk
    font = TTFFont(pdf, cast("Path", BytesIO(small.data)), family, "")
    font._hbfont = HarfBuzzFont(uharfbuzz.Face(small))  # noqa: SLF001 - fpdf2 would look for a path here too
    pdf.fonts[family] = font
    pdf.pdf_version = max(pdf.pdf_version, "1.6")  # what embedded OpenType/CFF asks for (ISO 32000-1, table 126)


def _source(filename: str) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONTS / filename)))


@cache
def _open(filename: str, family: str, shaped: ShapedFace | None = None) -> Face:
    source = _source(filename)
    font = uharfbuzz.Font(source)
    glyphs = {point: font.get_nominal_glyph(point) for point in source.unicodes}
    advances = {
        point: font.get_glyph_h_advance(glyph) / source.upem for point, glyph in glyphs.items() if glyph is not None
    }
    return Face(family, source, advances, shaped)


@cache
def _tibetan() -> ShapedFace:
    source = _source("NotoSerifTibetan-Regular.ttf")
    own = (chr(point) for point in source.unicodes if 0x0F00 <= point <= 0x0FFF)  # noqa: PLR2004 - the block of the script
    return ShapedFace("tibetan", source, "tibt", frozenset(own))


def text_face() -> Face:
    """Return the face of all sentences: Noto Sans CJK SC with every Han character, Latin and punctuation; Tibetan in Noto Serif Tibetan."""
    return _open("NotoSansCJKsc-Regular.otf", "text", _tibetan())


def code_face() -> Face:
    """Return the face of codes, hashes and addresses: fixed-width, printable ASCII only."""
    return _open("NotoSansMonoCJKsc-ASCII.otf", "code")


def check_glyphs(texts: Iterable[str], face: Face | None = None) -> None:
    """Raise MissingGlyph for the first character of `texts` that cannot be printed; call it before anything is drawn.

    Control characters (line breaks too: one text is one paragraph), invisible and direction marks and combining marks are refused as
    well, but the vowels and subjoined letters of Tibetan.
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


def wrap(face: Face, text: str, size: float, width: float) -> list[str]:
    """Break one paragraph into lines no wider than `width` mm at `size` points, by the Chinese rules of line breaking.

    A word wider than a line (an address, a hash) is broken where the line ends.
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
    return [line.rstrip() for line in lines if line.strip()]


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
