"""What a ballot says in another language: every title of the project's packs, and a county's own words as they are."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest

from ballots.titles import ABSTAIN, KNOWN, button_words, title_words
from schemes.loading import load, names

CATALOGUE = Path(__file__).resolve().parents[2] / "translations/en/LC_MESSAGES/messages.mo"


@pytest.fixture(scope="module")
def english():
    """What puts a sentence into English."""
    with CATALOGUE.open("rb") as file:
        return GNUTranslations(file).gettext


@pytest.mark.parametrize("name", [name for name in names() if load(name).panels])
def test_a_packs_titles_are_english(english, name):
    """Nothing Chinese is left on the buttons or in the header of any panel, and no two buttons say the same."""
    for panel in load(name).panels:
        buttons = button_words(panel.answer_titles, english)
        assert list(buttons) == [*panel.answer_titles, ABSTAIN]
        said = [*buttons.values(), title_words(panel.title, english)]
        assert [word for word in said if re.search("[\u3000-\u9fff]", word)] == []
        assert len({*said}) == len(said)


def test_no_title_is_left_over():
    """Each known title is one of a pack, or abstaining."""
    panels = [panel for name in names() for panel in load(name).panels]
    titles = {title for panel in panels for title in (panel.title, *panel.answer_titles)}
    assert titles | {ABSTAIN} == KNOWN


def test_a_countys_own_word_stays(english):
    """What no pack of the project says is shown as the county wrote it, though a page has such a word in another sense."""
    assert english("保存") != "保存"
    assert title_words("保存", english) == "保存"
    assert button_words(("好", "满意"), english) == {"满意": "Satisfied", ABSTAIN: "Abstain"}
