"""`yipiao poll create`: a draft from a good file, and from a bad one a sentence that names the place."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from polling import scheme_choices
from polling.db import Database
from polling.models import ROOT, Poll
from polling.organizations import find
from polling.settings import read_settings


def test_create_makes_a_draft(command, polls):
    """`poll create` answers with the id of a draft, and two polls of one file are two polls."""
    file = polls.file()
    first, second = command("poll", "create", file), command("poll", "create", file)
    assert set(first) == {"poll"}
    assert re.fullmatch("[1-9A-HJ-NP-Za-km-z]{14}", first["poll"])
    assert first != second


def test_create_keeps_to_the_chosen_schemes(command, polls):
    """An organization that uses another scheme alone has no draft by this one; the sentence says who can change it."""
    made = polls.draft()
    with Database(read_settings()).write() as session:
        scheme_choices.choose(session, find(session, ROOT), ["shangzhou"], who="管理员", now=datetime.now(UTC))
    said = command.refused("scheme_not_used", "poll", "create", polls.file())
    assert "本单位" in said
    assert "管理员" in said
    with Database(read_settings()).read() as session:
        assert list(session.scalars(sa.select(Poll.id))) == [made]


BAD_FILES = {
    "file_syntax": ("rehearsal = true", "rehearsal = = true", "4", "not TOML"),
    "file_unknown_key": ("spare = 0", "spares = 0", "panels[0].spares", "spelling"),
    "file_missing_key": ('kind = "work_team"\n', "", "subjects[0].kind", "missing"),
    "file_wrong_type": ("expected = 10", 'expected = "ten"', "panels[0].expected", "wrong type"),
    "poll_empty": ('name = "嘎玛村驻村工作队"', 'name = " "', "subjects[0].name", "empty"),
    "poll_base_url": ("http://192.168.1.20:8000", "ftp://x", "base_url", "address"),
    "subject_id": ('id = "gama-team"', 'id = "Gama Team"', "subjects[0].id", "letters"),
    "subject_kind": ('kind = "work_team"', 'kind = "horse"', "subjects[0].kind", "horse"),
    "panel_unknown": ('key = "villagers"', 'key = "voters"', "panels[0].key", "voters"),
    "panel_expected": ("expected = 10", "expected = 0", "panels[0].expected", "20000"),
    "panel_spare": ("spare = 0", "spare = -1", "panels[0].spare", "spare"),
    "unreadable_period": ('"2026-10"', '"Oktober"', "period", "Oktober"),
    "period_not_assessed": ('"2026-10"', '"2026H1"', "period", "2026H1"),
}


@pytest.mark.parametrize("error", BAD_FILES)
def test_a_bad_poll_file_is_named_with_its_place(command, polls, monkeypatch, error):
    """What is wrong with a poll file: exit code 2, and the sentence names the file and the key or line, in both languages."""
    before, after, place, english = BAD_FILES[error]
    file = polls.file()
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    chinese = command.refused(error, "poll", "create", file, code=2)
    assert str(file) in chinese
    assert place in chinese
    monkeypatch.setenv("YIPIAO_LANG", "en")
    said = command.refused(error, "poll", "create", file, code=2)
    assert str(file) in said
    assert place in said
    assert english in said
    assert not re.search("[\u4e00-\u9fff]", said)


DOUBLED = '\n[[subjects]]\nid = "{id}"\nkind = "work_team"\nname = "{name}"\n'


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"id": "gama-team", "name": "乙"}, "subjects[1].id"),
        ({"id": "b", "name": "嘎玛村驻村工作队"}, "subjects[1].name"),
    ],
)
def test_the_same_subject_twice_is_refused(command, polls, other, place):
    """A subject's id or name stands once in a poll: voters could not tell two rows apart."""
    file = polls.file()
    file.write_text(file.read_text(encoding="utf-8") + DOUBLED.format(**other), encoding="utf-8")
    assert place in command.refused("poll_twice", "poll", "create", file, code=2)


def test_polls_without_subjects_or_panels_are_refused(command, polls):
    """Nobody to vote on, or nobody to vote, is named."""
    file = polls.file()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.partition("[[subjects]]")[0] + "subjects = []\npanels = []\n", encoding="utf-8")
    assert (
        "subjects"
        not in command.refused("poll_subjects_number", "poll", "create", file, code=2).partition(str(file))[0]
    )
    file.write_text("panels = []\n" + text.partition("[[panels]]")[0], encoding="utf-8")
    assert "villagers" in command.refused("poll_no_panels", "poll", "create", file, code=2)


def test_a_known_subject_keeps_its_name(command, polls):
    """A subject's id that was used before with another name is refused, with the name it has."""
    polls.draft()
    file = polls.file()
    file.write_text(file.read_text(encoding="utf-8").replace('name = "嘎玛村', 'name = "错那村'), encoding="utf-8")
    assert "嘎玛村驻村工作队" in command.refused("subject_differs", "poll", "create", file, code=2)


@pytest.mark.parametrize("raw", [b'title = "\xff"', b'a = 1\n\nb = "\xe5\n', b"\xff\xfeh\0"])
def test_a_file_that_is_no_text_is_named_with_its_line(command, tmp_path, raw):
    """Bytes that are not UTF-8: the line they stand in."""
    file = tmp_path / "poll.toml"
    file.write_bytes(raw)
    said = command.refused("file_not_utf8", "poll", "create", file, code=2)
    assert f"第 {raw.count(b'b =') * 2 + 1} 行" in said


HOSTILE = {
    "deep": b"a = " + b"[" * 100_000,
    "endless number": b"a = " + b"9" * 100_000,
    "cut short": b'scheme = "standard',
    "a list": b"[[panels]]\n[[panels.key]]\n",
    "empty": b"",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_poll_files_are_refused(command, tmp_path, raw):
    """Nesting without end, numbers without end, half a file, an empty one: refused with exit code 2 and a sentence."""
    file = tmp_path / "poll.toml"
    file.write_bytes(raw)
    answer = command("poll", "create", file, code=2)
    assert answer["error"] in {"file_syntax", "file_wrong_type", "file_missing_key"}
    assert str(file) in answer["message"]


def test_a_control_character_is_refused_on_any_database(command, polls, postgres, monkeypatch):
    """A title that no print and not every database can hold is refused before anything is stored."""
    file = polls.file(title="测评\\u0000")
    assert "title" in command.refused("poll_unprintable", "poll", "create", file, code=2)
    monkeypatch.setenv("DATABASE_URL", postgres.database())
    assert "title" in command.refused("poll_unprintable", "poll", "create", file, code=2)


def test_a_file_that_is_not_there(command, tmp_path):
    """A name without a file, or of a folder: exit code 2 and the name."""
    for path in (tmp_path / "none.toml", tmp_path):
        assert str(path) in command.refused("file_unreadable", "poll", "create", path, code=2)


def test_an_unknown_scheme_is_named_with_the_known_ones(command, polls):
    """`scheme = "…"` that no pack has."""
    file = polls.file()
    file.write_text(file.read_text(encoding="utf-8").replace('"standard"', '"../standard"'), encoding="utf-8")
    assert "standard" in command.refused("scheme_refused", "poll", "create", file, code=2)


@pytest.mark.parametrize(
    "act", [("print", "--sheets", "s"), ("open",), ("close",), ("count",), ("publish",), ("annul", "--reason", "x")]
)
def test_an_unknown_poll_is_named(command, act):
    """Every act on a poll that does not exist: exit code 2 and its id."""
    assert "xyz" in command.refused("poll_unknown", "poll", act[0], "xyz", *act[1:], code=2)
