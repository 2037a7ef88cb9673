"""`yipiao scheme`, `user`, `backup`, `restore`, `--help`, settings that are wrong: sentences and exit codes, never a traceback."""

import io
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cli.main import run
from polling.settings import ENVIRONMENT
from schemes.loading import load, names
from tally.examples import run_examples

STANDARD = Path(__file__).resolve().parents[2] / "schemes/packs/standard.toml"


# ---------------------------------------------------------------- schemes


def test_schemes_are_listed_and_shown(command):
    """`scheme list` names every pack with its digest, `scheme show` gives its very bytes."""
    listed = command("scheme", "list")["schemes"]
    assert [pack["name"] for pack in listed] == names()
    for pack in listed:
        shown = command("scheme", "show", pack["name"])
        assert shown == {"name": pack["name"], "digest": pack["digest"], "pack": load(pack["name"]).raw.decode()}
        assert pack["digest"] in command.said
        assert command("scheme", "show", pack["name"], "--toml") == shown
        assert shown["pack"].rstrip("\n") in command.said
    assert "standard" in command.refused("scheme_refused", "scheme", "show", "none", code=2)


def test_a_good_pack_passes_its_check(command):
    """`scheme check` reads a pack and runs its worked examples."""
    said = command("scheme", "check", STANDARD)
    assert said == {
        "name": "standard",
        "digest": load("standard").digest,
        "examples": len(run_examples(load("standard"))),
    }
    assert said["examples"] > 0


BROKEN = {
    "unknown key": (
        "minimum_expected = 10",
        "minimum_expectd = 10",
        "panels[2].minimum_expectd",
        "没有这一项",
        "no such",
    ),
    "missing key": ('kind = "satisfaction"\n', "", "panels[2].kind", "缺少", "missing"),
    "wrong type": ("version = 3", 'version = "1"', "version", "类型", "type"),
    "weight": ("weight = 0.8", "weight = inf", "panels[0].options[1].weight", "准确", "exact"),
    "syntax": ("version = 3", "version = = 1", "第 8 行", "TOML", "TOML"),
    "long line": ("version = 3", "version = 1 # " + "x" * 2000, "2000", "太长", "long"),
    "minimum": ("minimum_returned = 10", "minimum_returned = 3", "panels[2].minimum_returned", "太少", "few"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_pack_is_named_with_its_place(command, tmp_path, monkeypatch, fault):
    """Exit code 2: file, key or line, and what is wrong, in Chinese and in English."""
    before, after, place, chinese, english = BROKEN[fault]
    text = STANDARD.read_text(encoding="utf-8")
    assert before in text
    bad = tmp_path / "county.toml"
    bad.write_text(
        text.replace(before, after, 1) if fault == "weight" else after.join(text.rsplit(before, 1)), encoding="utf-8"
    )
    said = command.refused("scheme_refused", "scheme", "check", bad, code=2)
    assert str(bad) in said
    assert place in said
    assert chinese in said
    monkeypatch.setenv("YIPIAO_LANG", "en")
    said = command.refused("scheme_refused", "scheme", "check", bad, code=2)
    assert str(bad) in said
    assert english in said
    assert "第" not in said


def test_a_pack_whose_example_fails_is_refused(command, tmp_path):
    """A worked example that does not come out: exit code 1 and its name."""
    example = load("standard").examples[0]
    text = STANDARD.read_text(encoding="utf-8")
    head, mark, tail = text.partition("[[examples]]")
    score = next(line for line in tail.splitlines() if line.startswith("score"))
    bad = tmp_path / "county.toml"
    bad.write_text(head + mark + tail.replace(score, 'score = "1/7"', 1), encoding="utf-8")
    assert example.name in command.refused("examples_failed", "scheme", "check", bad)


@pytest.mark.parametrize(
    "raw", [b"", b"\xff", b"a = " + b"[" * 1900, b"a = " + b"9" * 1900, b"x" * 200_000, b"\n".join([b"a.b.c = 1"] * 2)]
)
def test_hostile_packs_are_refused(command, tmp_path, raw):
    """A pack that is none: exit code 2, never a traceback."""
    (tmp_path / "county.toml").write_bytes(raw)
    command.refused("scheme_refused", "scheme", "check", tmp_path / "county.toml", code=2)


# ---------------------------------------------------------------- users


def test_users_are_added_once(command, monkeypatch):
    """`user add` registers a name with a role, once; the password is long enough or refused."""
    assert command("user", "add", " 王组织 ", "--role", "organizer")["role"] == "organizer"
    assert "王组织" in command.refused("user_exists", "user", "add", "王组织", "--role", "scrutineer", code=2)
    command.refused("user_name_empty", "user", "add", "  ", "--role", "scrutineer", code=2)
    command.refused("usage", "user", "add", "李监票", "--role", "king", code=2)
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert "10" in command.refused(
        "password_short", "user", "add", "李监票", "--role", "scrutineer", "--password-stdin", code=2
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO("long enough, I think\n"))
    said = command("user", "add", "李监票", "--role", "scrutineer", "--password-stdin")
    assert said == {"name": "李监票", "role": "scrutineer"}
    assert "long enough" not in command.said


def test_an_empty_password_is_refused(command, monkeypatch):
    """Nothing on standard input is not a password: the user is not registered without one."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    command.refused("password_short", "user", "add", "李监票", "--role", "scrutineer", "--password-stdin", code=2)


# ---------------------------------------------------------------- backup


def test_a_backup_brings_a_poll_back(command, polls, tmp_path, monkeypatch, home):
    """Backup, restore into an empty installation: the poll stands where it stood; the keys of polls are not in it."""
    poll = polls.closed()
    assert command("backup", tmp_path / "backup") == {"file": str(tmp_path / "backup")}
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    assert "backup" in command.refused("file_exists", "backup", tmp_path / "backup", code=2)
    command.refused("restore_not_empty", "restore", tmp_path / "backup")
    monkeypatch.setenv("YIPIAO_HOME", str(tmp_path / "another"))
    assert command("restore", tmp_path / "backup") == {"file": str(tmp_path / "backup")}
    assert [missing["index"] for missing in command("poll", "count", poll["poll"])["missing"]] == [1, 2, 3]
    shutil.copytree(home / "keys", tmp_path / "another" / "keys")
    assert command("poll", "count", poll["poll"])["state"] == "counted"


def test_what_is_no_backup_is_refused(command, tmp_path, monkeypatch):
    """No file, a text, another program's database, one cut short, one of a newer Yipiao: refused, and the installation stays empty."""
    monkeypatch.setenv("YIPIAO_HOME", str(tmp_path / "first"))
    command("user", "add", "王组织", "--role", "organizer")
    command("backup", tmp_path / "good")
    monkeypatch.setenv("YIPIAO_HOME", str(tmp_path / "second"))
    assert "none" in command.refused("file_unreadable", "restore", tmp_path / "none", code=2)
    bad = tmp_path / "bad"
    for raw in (b"", b"PGDMP", b"hello" * 1000, (tmp_path / "good").read_bytes()[:20_000]):
        bad.write_bytes(raw)
        assert "bad" in command.refused("restore_file", "restore", bad, code=2)
    bad.unlink()
    with closing(sqlite3.connect(bad)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        connection.commit()
    command.refused("schema_newer", "restore", bad)
    assert command("restore", tmp_path / "good")


# ---------------------------------------------------------------- settings, usage, the database


def test_help_lists_every_setting(command, capsys):
    """`yipiao --help` names every environment variable, and every command says what it is for."""
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert [name for name in ENVIRONMENT if name not in said] == []
    for name in ("serve", "rehearse", "poll", "slips", "trustee", "verify", "scheme", "user", "backup", "restore"):
        assert name in said
        assert run([name, "--help"]) == 0
        assert "Usage: yipiao" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nonsense",),
        ("poll",),
        ("poll", "nonsense"),
        ("poll", "create"),
        ("poll", "count", "x", "--nonsense"),
        ("trustee", "decrypt", "x"),
        ("slips", "make", "x"),
    ],
)
def test_usage_errors_are_bad_input(command, arguments):
    """A command that does not exist, or lacks what it needs: exit code 2."""
    answer = command(*arguments, code=2)
    assert answer["error"] == "usage"
    assert answer["message"]


SETTINGS = {
    ("YIPIAO_PORT", "http"): "setting_port",
    ("YIPIAO_PORT", "70000"): "setting_port",
    ("YIPIAO_PORT", "9" * 5000): "setting_port",
    ("YIPIAO_BASE_URL", "ftp://x"): "setting_base_url",
    ("YIPIAO_SECRET_KEY", "short"): "setting_secret_short",
    ("YIPIAO_LANG", "bo"): "setting_language",
    ("YIPIAO_RECEIVE_SECRET", "secret"): "setting_receive_secret",
    ("YIPIAO_RECEIVE_KEYS", "keys.json"): "setting_receive_both",
    ("DATABASE_URL", "mysql://localhost/x"): "setting_database",
    ("DATABASE_URL", "nonsense"): "setting_database",
    ("DATABASE_URL", "postgresql://localhost:port/x"): "setting_database",
}


@pytest.mark.parametrize(("name", "value"), SETTINGS, ids=str)
def test_settings_that_are_wrong_are_named(command, monkeypatch, name, value):
    """A setting that cannot be used: exit code 2, and the variable's name."""
    monkeypatch.setenv(name, value)
    said = command.refused(SETTINGS[name, value], "user", "add", "王组织", "--role", "organizer", code=2)
    assert name in said


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite3"])
def test_a_database_that_cannot_be_reached(command, tmp_path, monkeypatch, url):
    """No database: exit code 2 and a sentence, for every command that needs one."""
    monkeypatch.setenv("DATABASE_URL", url)
    (tmp_path / "file").write_bytes(b"PGDMP")
    for arguments in (
        ("user", "add", "王组织", "--role", "organizer"),
        ("poll", "count", "x"),
        ("backup", tmp_path / "new"),
        ("restore", tmp_path / "file"),
    ):
        assert "DATABASE_URL" in command.refused("database_unreachable", *arguments, code=2)


def test_a_database_that_is_none(command, home):
    """A file in the database's place that is no database: exit code 2 and a sentence."""
    home.mkdir()
    (home / "yipiao.sqlite3").write_bytes(b"hello" * 1000)
    command.refused("database_damaged", "poll", "count", "x", code=2)


def test_a_database_of_a_newer_version(command, home):
    """A database that a newer Yipiao migrated: refused with a sentence, not guessed at."""
    command("user", "add", "王组织", "--role", "organizer")
    with closing(sqlite3.connect(home / "yipiao.sqlite3")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    command.refused("schema_newer", "user", "add", "李监票", "--role", "scrutineer")


def test_another_secret_does_not_open_the_signing_key(command, polls, monkeypatch):
    """A changed YIPIAO_SECRET_KEY is named where the signing key is needed."""
    poll = polls.opened()["poll"]
    monkeypatch.setenv("YIPIAO_SECRET_KEY", "another secret, long enough")
    command("poll", "close", poll)
    command("poll", "count", poll)
    assert "YIPIAO_SECRET_KEY" in command.refused("signing_key_locked", "poll", "publish", poll)


def test_a_full_disk_is_said(command, polls, tmp_path):
    """Writing to a device that is full: exit code 2 and a sentence."""
    if not Path("/dev/full").exists():
        pytest.skip("NO FULL DEVICE on this system")
    poll = polls.draft()
    said = command.refused("storage_failed", "poll", "print", poll, "--bundle", "/dev/full", code=2)
    assert "No space left" in said


def test_words_of_another_encoding_are_refused(command, tmp_path):
    """A name typed on a GBK terminal arrives as broken text: refused with a sentence, not stored."""
    name = "王组织".encode("gbk").decode("utf-8", "surrogateescape")
    command.refused("arguments_not_utf8", "user", "add", name, "--role", "organizer", code=2)


def test_what_nobody_foresaw_is_said_without_a_trace(command, monkeypatch):
    """An error of ours: exit code 1, its kind and no traceback; YIPIAO_TRACE shows it whole."""

    def broken():
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr("cli.scheme.packs", broken)
    assert run(["scheme", "list"]) == 1
    said = "".join(command.capsys.readouterr())
    assert "ZeroDivisionError" in said
    assert "a secret detail" not in said
    assert "Traceback" not in said
    monkeypatch.setenv("YIPIAO_TRACE", "1")
    with pytest.raises(ZeroDivisionError):
        run(["scheme", "list"])
