"""Scripts whose letters change with their neighbours: their fonts, shaped by HarfBuzz, and the order in which such runs stand on a line.

Tibetan stacks letters above and below one another. Uyghur (and Kazakh, Kirghiz, Arabic) joins them and runs from right to left: a line that
holds any is put in the order of the Unicode bidirectional algorithm, within a paragraph that runs from left to right.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

import uharfbuzz  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.bidi import BIDI_BRACKETS, BidiParagraph
from fpdf.enums import TextDirection

FONTS = Path(__file__).parent.parent / "static" / "fonts"
MM_PER_POINT = 25.4 / 72
_MIRRORED = {bracket: found["pair"] for bracket, found in BIDI_BRACKETS.items()}


@dataclass(frozen=True)
class ShapedFace:
    """A font of one script. `scale`: its size beside Han; `above` and `below`: what its letters need beyond a line of Han, in sizes."""

    family: str
    source: uharfbuzz.Face
    script: str
    direction: str
    characters: frozenset[str]
    scale: float
    above: float
    below: float

    def has(self, character: str) -> bool:
        """Whether the character belongs to the script and can be printed."""
        return character in self.characters

    def ems(self, text: str) -> float:
        """Width of a run of this script in ems."""
        return _ems(self, text) * self.scale

    def write(self, pdf: FPDF, at: tuple[float, float], text: str, size: float) -> None:
        """Set a run of this script with its left end and its baseline `at` x and y (mm)."""
        pdf.set_font(self.family, size=size * self.scale)
        # a cell without height sets its baseline 0.3 of the size below itself
        pdf.set_xy(at[0], at[1] - 0.3 * self.scale * size * MM_PER_POINT)
        pdf.set_text_shaping(True, direction=self.direction, script=self.script)
        pdf.cell(self.ems(text) * size * MM_PER_POINT, 0, text)
        pdf.set_text_shaping(False)


@lru_cache(maxsize=4096)
def _ems(face: ShapedFace, text: str) -> float:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face.source), buffer)
    return float(sum(place.x_advance for place in buffer.glyph_positions) / face.source.upem)


def source_of(filename: str) -> uharfbuzz.Face:
    """A font file of the project, opened."""
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONTS / filename)))


def cut(source: uharfbuzz.Face, characters: Iterable[str]) -> uharfbuzz.Blob:
    """A font file with these characters alone, and whatever they are shaped into."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, characters))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    return uharfbuzz.subset(source, wanted).blob


@cache
def tibetan() -> ShapedFace:
    """Noto Serif Tibetan."""
    source = source_of("NotoSerifTibetan-Regular.ttf")
    own = frozenset(chr(point) for point in source.unicodes if 0x0F00 <= point <= 0x0FFF)  # noqa: PLR2004 - the block of the script
    return ShapedFace("tibetan", source, "tibt", "ltr", own, 1.0, 0.2, 0.35)


@cache
def uyghur() -> ShapedFace:
    """Noto Naskh Arabic, for every language that is written with these letters."""
    source = source_of("NotoNaskhArabic-Regular.ttf")
    letters = (chr(point) for point in source.unicodes if 0x0600 <= point <= 0x06FF)  # noqa: PLR2004 - the block of the script
    own = frozenset(
        letter for letter in letters if unicodedata.category(letter)[0] != "C"
    )  # invisible marks and signs of the text's order
    return ShapedFace("uyghur", source, "arab", "rtl", own, 1.2, 0.1, 0.25)


def runs(text: str, faces: tuple[ShapedFace, ...]) -> Iterator[tuple[ShapedFace | None, str]]:
    """Cut a line into runs of one font each, in the order in which they stand from left to right; None is the font of all else."""

    def face_of(character: str) -> ShapedFace | None:
        return next((face for face in faces if face.has(character)), None)

    if any(face is not None and face.direction == "rtl" for face in map(face_of, text)):
        line = BidiParagraph(text=text, base_direction=TextDirection.LTR).get_reordered_characters()
        marks = [(place.embedding_level % 2 == 1, face_of(place.character), place.character) for place in line]
    else:
        marks = [(False, face_of(character), character) for character in text]
    for (backwards, face), run in groupby(marks, key=lambda mark: mark[:2]):
        characters = [character for _, _, character in run]
        if backwards and face is None:  # what opens from the left opens from the right
            yield None, "".join(_MIRRORED.get(character, character) for character in characters)
        else:
            yield face, "".join(reversed(characters) if backwards else characters)
