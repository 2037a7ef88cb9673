"""Uyghur names and titles in print: joined, from right to left, and in the place where the sentence has them."""

import io
import json
import re
import subprocess
from gettext import NullTranslations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.scripts import runs, uyghur
from ballots.typeface import check_glyphs, text_face, wrap
from publishing.page import Canvas, draw
from publishing.report import write_report

PLAIN = NullTranslations()
NAME = "ئەھمەت تۇرسۇن"
LETTERS = "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي"
WORDS = st.lists(
    st.sampled_from(["ئەھمەت", "تۇرسۇن", "嘎玛村", "2026", "(قادىر)", "a", "·", "、"]), min_size=1, max_size=9
)


def read(pdf: bytes) -> str:
    """What another program reads in a PDF: it puts letters that were drawn from right to left into the order of the language."""
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub("[\u202a-\u202c]", "", said)  # its own marks of where the order turns


def test_every_letter_can_be_printed():
    """The alphabet with its punctuation, beside Chinese and Tibetan; marks that only change a text's order stay out."""
    check_glyphs([LETTERS, "嘎玛 ئەھمەت، ؟ མིང་"])
    for mark in "\u061c\u200f\u202b\u2067":
        assert not text_face().has(mark)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (NAME, ["تۇرسۇن", " ", "ئەھمەت"]),
        (f"嘎玛村 {NAME} 队员", ["嘎玛村 ", "تۇرسۇن", " ", "ئەھمەت", " 队员"]),
        ("ئەھمەت（قادىر）", ["（", "قادىر", "）", "ئەھمەت"]),
        ("ئۇيغۇر 2026 تۇرسۇن", ["تۇرسۇن", " ", "2026", " ", "ئۇيغۇر"]),
        ("嘎玛村队员", ["嘎玛村队员"]),
    ],
)
def test_words_stand_from_right_to_left(text, shown):
    """From the left: the last word first, numbers as they are, brackets turned round, and Chinese where it stood."""
    assert [run for _face, run in text_face().runs(text)] == shown


@given(WORDS)
def test_nothing_is_lost_by_the_order(words):
    """Every character of a line is set once, in a font that has it, and a paragraph's lines are its text and not too wide."""
    text = " ".join(words)
    for face, run in runs(text, (uyghur(),)):
        assert all((face or text_face()).has(character) for character in run)
    lines = wrap(text_face(), text, 9, 30)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_face().width(line, 9) <= 30 for line in lines)


def test_letters_are_joined():
    """A word takes less room than its letters one by one, for they change their shapes beside one another."""
    alone = sum(text_face().width(letter, 10) for letter in "ئەھمەت")
    assert text_face().width("ئەھمەت", 10) < 0.95 * alone


def test_another_program_reads_the_names():
    """Drawn on a page, beside Chinese, each name is read as it was written."""
    canvas = Canvas()
    for text in (NAME, "嘎玛村", "قادىر"):
        canvas.paragraph(text, 12)
    out = io.BytesIO()
    draw(out, canvas, "页")
    assert {NAME, "嘎玛村", "قادىر"} <= set(read(out.getvalue()).split("\n"))


def test_a_report_names_people_in_uyghur(village):
    """The report of a real result prints Uyghur names, and refuses none of them."""
    village.opened(subjects=2)
    village.vote([[1, 2]] * 10)
    village.close()
    village.count()
    document = json.loads(village.publish())["document"]
    document["subjects"][0]["name"], document["subjects"][1]["name"] = NAME, f"{NAME}（队员）"
    out = io.BytesIO()
    assert write_report(out, document, PLAIN) == 1
    said = read(out.getvalue())
    assert "ئەھمەت" in said
    assert "تۇرسۇن" in said
