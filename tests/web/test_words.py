"""Totality of words on pages: every domain error that a page can meet has its sentence there, and every sentence can be filled in."""

import ast
import json
import re
from datetime import UTC, datetime

import pytest
from codes import ROOMS, calls, codes, lacking, places
from desks import at
from running import ROOT

from polling.errors import RuleRefused
from polling.history import Done
from polling.history_words import WORDS, act_words, who_words
from polling.settings import TERMINAL
from web.app import create_app
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


def test_every_upload_says_that_it_is_at_work():
    """A form that takes a file has words for the wait, and its page the script that says them; so have the two longest works without one."""
    bare, seen = [], 0
    for path in sorted((ROOT / "templates/desk").glob("*.html")):
        page = path.read_text(encoding="utf-8")
        for form in re.findall(r"<form [^>]*>", page):
            if "multipart" in form or path.name in ("backup.html", "count.html"):
                seen += 1
                script = "desk.js" if "data-busy=" in form else "draft.js" if "data-said=" in form else "none"
                if script not in page:
                    bare.append((path.name, form))
    assert bare == []
    assert seen > len(("backup", "count", "first", "keys", "ledger", "paper", "print", "register"))


def audited():
    """Every kind of entry that is written to the audit log; those of the scoring layer are named where its entries are made."""
    for _file, _name, call in calls(ROOMS, {"record"}):
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        match words.get("what"):
            case ast.Constant(value=what):
                yield what
            case ast.Name():
                yield from ("poll.throw_away", "trial.end")  # ballots/removal.py, the one place that chooses
            case ast.JoinedStr():
                yield from scored()
            case None:
                pass
            case other:
                raise AssertionError(ast.unparse(other))


def scored():
    """`scoring.` and what `append` is told, or the kind of an entry where it is told that."""
    for _file, name, call in calls(["scoring"], {"append", "New"}):
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        what = words.get("what") if name == "append" else call.args[0]
        if isinstance(what, ast.Constant):
            yield f"scoring.{what.value}"


def chosen_elsewhere():
    """Where a variable says what is recorded."""
    for file, _name, call in calls(ROOMS, {"record"}):
        if any(keyword.arg == "what" and isinstance(keyword.value, ast.Name) for keyword in call.keywords):
            yield file


def test_every_entry_of_the_audit_log_is_said_in_words():
    """Every action that any room writes has its sentence, and no sentence is left over; an entry of an unknown kind is shown as it is."""
    assert set(audited()) == set(WORDS)
    assert {"poll.create", "sample.draw", "scoring.quota", "trial.end", "receiver.gone"} <= set(WORDS)
    assert list(chosen_elsewhere()) == ["ballots/removal.py"]
    with_nothing = {what: act_words(done(what), {}, str) for what in WORDS}
    assert [what for what, text in with_nothing.items() if text == what or "%" in text] == []
    assert act_words(done("poll.unheard_of"), {}, str) == "poll.unheard_of"
    assert who_words(TERMINAL, str) == "服务器终端"
    assert who_words("yipiao", str) == "系统自己"


def test_sentences_of_the_audit_log_name_what_was_done():
    """Roles, people, numbers and panels are filled in, in words."""
    assert act_words(done("user.role", name="李", role="teller"), {}, str) == "把 李 的职责改成计票人"
    assert act_words(done("scoring.part", first=3, last=5), {}, str) == "录入一项分数，台账第 3–5 条"
    assert act_words(done("scoring.fact", first=3, last=3), {}, str) == "录入一件情形，台账第 3 条"
    assert act_words(done("poll.print", slips={"a": 9}), {"a": "群众"}, str) == "印票：群众 9 张"
    assert act_words(done("poll.open", keys=["x", "y"]), {}, str) == "打开票箱，钥匙 2 把"


def done(what, **detail):
    """An entry."""
    return Done(1, datetime(2026, 10, 20, tzinfo=UTC), "王", what, None, detail)


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
