"""Tibetan names and titles in print: shaped, broken where the script breaks, and never into another line."""

import io
import json
import unicodedata
from gettext import NullTranslations
from itertools import pairwise

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.scripts import FONTS, MM_PER_POINT
from ballots.sheets import Keys, slip_text, write_sheets
from ballots.typeface import text_face, wrap
from publishing.page import LEFT, Canvas, height_of
from publishing.report import write_report

PLAIN = NullTranslations()
NAME = ("ལྷ་ས་གྲོང་ཁྱེར་ཁྲིན་ཀོན་ཆུས་ཀྱི་གྲོང་ཚོའི་" * 2)[:60]
CODES = ["9dwtq-5H8YqV-XiRsE-7Y2zvR"] * 8
SYLLABLES = st.lists(st.sampled_from(["ལྷ་", "ས་", "བསྒྲུབས་", "རྡོ་", "རྗེ་", "ང་", "གྲོང་"]), min_size=1, max_size=20)


def slips(title):
    """The slips of a panel with this title, as a PDF."""
    text = slip_text(
        PLAIN,
        title=title,
        panel_title="གྲོང་མི་ 村民代表",
        panel="gXrgPRVuWQxNFS",
        base_url="http://192.168.137.1:8000",
        asks="嘎玛乡党委",
        why="考核",
        kept="公示期满后30天",
        keys=Keys.SEPARATE,
        rehearsal=True,
    )
    out = io.BytesIO()
    write_sheets(out, text, CODES, PLAIN)
    return pypdf.PdfReader(out)


def tibetan_font(page):
    """The Tibetan font among a page's resources."""
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    [found] = [font for font in fonts if "Tibetan" in font["/BaseFont"]]
    return found


def test_every_page_of_slips_has_the_tibetan_font():
    """What all slips share is drawn on each page, so each page names the font it is drawn in."""
    pages = slips(f"{NAME[:20]} 民主测评").pages
    assert len(pages) == 2
    for page in pages:
        assert tibetan_font(page)


def test_stacked_letters_are_not_set_side_by_side():
    """Letters that stand under another one take no room of their own: the text is shaped, in width and in what is drawn."""
    assert text_face().width("རྒྱ", 10) < 1.5 * text_face().width("ར", 10)
    # one glyph that stands for three letters
    unicode_map = tibetan_font(slips("རྒྱ").pages[0])["/ToUnicode"].get_object().get_data()
    assert b"0F620F920FB1" in unicode_map.upper().replace(b" ", b"")


@given(SYLLABLES, st.integers(15, 60))
def test_lines_break_behind_the_point(syllables, width):
    """No line is too wide, nothing is lost, and every line but the last ends with the point between syllables."""
    text = "".join(syllables)
    lines = wrap(text_face(), text, 9, width)
    assert "".join(lines) == text
    for line in lines:
        assert text_face().width(line, 9) <= width
    assert all(line.endswith("་") for line in lines[:-1])


def test_a_word_wider_than_a_line_is_not_broken_below_a_letter():
    """Where even a syllable is too wide, no line begins with a vowel or a subjoined letter."""
    lines = wrap(text_face(), "སྒྲུབསྒྲུབསྒྲུབསྒྲུབ", 9, 6)
    assert len(lines) > 1
    assert [line for line in lines if unicodedata.category(line[0])[0] == "M"] == []


def test_a_name_of_sixty_characters_stays_in_its_cell():
    """In a table's cell the name takes as many lines as it needs, further apart than Chinese, none above or below the cell."""
    size, width = 8.5, 42.0
    height = height_of(NAME, size, width)
    canvas = Canvas()
    canvas.cell((LEFT, 100, width, height), NAME, size, align=0.0)
    lines = canvas.pages[0]
    assert "".join(line.text for line in lines) == NAME
    assert {line.size for line in lines} == {size}
    steps = [below.y - above.y for above, below in pairwise(lines)]
    assert all(step > 1.5 * size * MM_PER_POINT for step in steps)
    assert 100 + 0.7 * size * MM_PER_POINT <= lines[0].y
    assert lines[-1].y + 0.3 * size * MM_PER_POINT <= 100 + height


def test_a_report_names_people_in_tibetan(village):
    """The report of a real result prints Tibetan names, and refuses none of them."""
    village.opened(subjects=2)
    village.vote([[1, 2]] * 10)
    village.close()
    village.count()
    document = json.loads(village.publish())["document"]
    document["subjects"][0]["name"], document["subjects"][1]["name"] = NAME, "བསོད་ནམས་རྒྱ་མཚོ（队员）"
    out = io.BytesIO()
    assert write_report(out, document, PLAIN) == 1
    assert tibetan_font(pypdf.PdfReader(out).pages[0])


@pytest.mark.parametrize("licence", ["OFL.txt", "OFL-NotoSerifTibetan.txt", "OFL-NotoNaskhArabic.txt"])
def test_the_font_is_whole_and_its_licence_beside_it(licence):
    """Every letter, vowel and sign of the script's main part can be printed, and each font's licence lies beside it."""
    assert [
        hex(point) for point in (*range(0xF00, 0xF48), *range(0xF49, 0xF6D)) if not text_face().has(chr(point))
    ] == []
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / licence).read_text()
