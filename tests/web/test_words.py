"""Totality of words on pages: every domain error that a page can meet has its sentence there, and every sentence can be filled in."""

import ast
import json
import re

import pytest
from codes import calls, codes, lacking, places
from desks import at

from polling.errors import RuleRefused
from polling.settings import TERMINAL
from web.app import create_app
from web.history import act_words, who_words
from web.words import SENTENCES, sentence

# raised outside cli/, but only what a command does leads there
COMMANDS_ONLY: set[str] = set()


def test_every_code_that_a_page_can_meet_has_its_sentence():
    """All codes of the domain and of web/ have a sentence, but for those that are said to be the commands' own; no sentence is left over."""
    met = codes(("polling", "ballots", "publishing", "scoring", "web"))
    assert met - set(SENTENCES) == COMMANDS_ONLY
    assert set(SENTENCES) - codes() == set()


def test_every_sentence_of_a_page_can_be_filled_in():
    """Wherever a code is raised, all that its sentence names is given."""
    assert lacking(SENTENCES) == {}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_sentences_of_pages_come_out_whole(database, language):
    """Every sentence, filled in, in both languages: no place is left open, no Chinese in the English ones."""
    with create_app(database).test_request_context(f"/?lang={language}"):
        texts = {
            code: sentence(RuleRefused(code, **dict.fromkeys(places(text), "x"))) for code, text in SENTENCES.items()
        }
    assert {code: text for code, text in texts.items() if "{" in text or not text.strip()} == {}
    if language == "en":
        assert [text for text in texts.values() if any("\u4e00" <= character <= "\u9fff" for character in text)] == []


def audited():
    """Every kind of entry about a poll that is written to the audit log."""
    for _file, _name, call in calls(("polling", "ballots", "publishing", "web", "cli"), {"record"}):
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        if isinstance(words.get("what"), ast.Constant) and "poll_id" in words:
            yield words["what"].value


def test_every_entry_of_the_audit_log_is_said_in_words(database):
    """The poll's page names no entry by its code; an entry of an unknown kind is shown as it is."""
    from datetime import UTC, datetime

    from polling.history import Done

    kinds = set(audited())
    assert {"poll.create", "poll.open", "poll.annul"} <= kinds
    at = datetime(2026, 10, 20, tzinfo=UTC)
    with create_app(database).test_request_context("/?lang=zh_CN"):
        assert {what for what in kinds if act_words(Done(at, "王", what, {}), {}) == what} == set()
        assert act_words(Done(at, "王", "poll.unheard_of", {}), {}) == "poll.unheard_of"
        assert who_words(TERMINAL) != TERMINAL


def test_periods_and_days_are_said_one_way(village, desk):
    """No page shows a person the label of a period or the ISO text of a day."""
    village.opened()
    village.vote([[1]] * 10)
    pages = [f"/v/{village.panels['villagers']}"]
    village.close()
    village.count()
    document = json.loads(village.publish())["document"]["id"]
    pages += ["/desk/", at(village), at(village, "result"), "/", f"/results/{document}"]
    for page in pages:
        text = re.sub(r"<script.*?</script>|href=\"[^\"]*\"", "", desk.page(page), flags=re.DOTALL)
        assert re.findall(r"20\d\d[-.]\d\d(?:[-.]\d\d)?", text) == [], page
        assert "2026年10月" in text
