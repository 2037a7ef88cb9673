"""Law 2: the secret of a slip exists on the slip alone, even while a poll is printed by the real command."""

import csv
import json
import logging
import os
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import pytest

from ballots.casting import credential_state
from ballots.slips import freeze, print_panel
from belenios.credentials import point_of, secret_of
from cli.main import run
from cli.output import load_translations
from polling.errors import RuleRefused
from polling.polls import find_poll

POLL = """
scheme = "standard"
title = "2026年10月 嘎玛村驻村工作队民主测评"
period = "2026-10"
rehearsal = true
base_url = "http://127.0.0.1:8000"
[[subjects]]
id = "gama-team"
kind = "work_team"
name = "嘎玛村驻村工作队"
[[panels]]
key = "villagers"
expected = 10
spare = 2
"""

_written: list[str] = []
_watching = False


def _note(name: str, arguments: tuple) -> None:
    """Remember every file that Python opens for writing while we watch."""
    if _watching and name == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        mode, flags = arguments[1], arguments[2]
        writes = (
            any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_RDWR)
        )
        if writes:
            _written.append(os.fsdecode(arguments[0]))


sys.addaudithook(_note)


@pytest.fixture
def watched():
    """Give the list of files opened for writing from now on."""
    global _watching  # noqa: PLW0603 - a hook cannot be taken off again
    _written.clear()
    _watching = True
    yield _written
    _watching = False


def spellings(code: str, panel: str) -> dict[str, bytes]:
    """Every form in which the secret of a slip could lie about."""
    secret = secret_of(code, panel)
    return {
        "code": code.encode(),
        "code without dashes": code.replace("-", "").encode(),
        "decimal": str(secret).encode(),
        "hex": f"{secret:064x}".encode(),
        "hex, other end first": secret.to_bytes(32, "little").hex().encode(),
        "bytes": secret.to_bytes(32, "big"),
        "bytes, other end first": secret.to_bytes(32, "little"),
        "code in UTF-16": code.encode("utf-16-le"),
    }


def found(content: bytes, codes: list[str], panel: str) -> list[str]:
    """The names of the forms in which a secret is in some bytes."""
    content_upper = content.upper()
    return [
        name
        for code in codes
        for name, form in spellings(code, panel).items()
        if form in content or form.upper() in content_upper
    ]


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Make the folder of temporary files one that we can look into."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def printed(any_database, tmp_path, capsys, caplog, scratch):
    """Print a poll by the command: poll, panel, codes, all that was said, and the folders."""
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "poll.toml"
    file.write_text(POLL, encoding="utf-8")
    assert run(["poll", "create", str(file), "--json"]) == 0
    poll = json.loads(capsys.readouterr().out)["poll"]
    sheets, codes = tmp_path / "sheets", tmp_path / "codes.csv"
    _written.clear()
    assert run(["poll", "print", poll, "--sheets", str(sheets), "--codes", str(codes), "--json"]) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(codes.read_text(encoding="utf-8").splitlines()))
    [panel] = {row["panel"] for row in rows}
    return {
        "poll": poll,
        "panel": panel,
        "codes": [row["url"].partition("#")[2] for row in rows],
        "said": (said.out + said.err + caplog.text).encode(),
        "home": tmp_path / "home",
        "scratch": scratch,
        "sheets": sheets,
        "csv": codes,
    }


def test_nothing_secret_stays_behind(printed, tmp_path, postgres, any_database):
    """After printing, no form of any secret is in YIPIAO_HOME, the log, what was said, the temp folder, or a backup."""
    codes, panel = printed["codes"], printed["panel"]
    assert len(codes) == 12
    assert "code" in found(printed["csv"].read_bytes(), codes, panel)  # the search finds what is there
    for path in (path for path in printed["home"].rglob("*") if path.is_file()):
        assert found(path.read_bytes(), codes, panel) == [], path.name
    assert found(printed["said"], codes, panel) == []
    assert [path for path in printed["scratch"].rglob("*") if path.is_file()] == []
    content = _everything(printed, tmp_path, postgres, any_database)
    assert found(content, codes, panel) == []
    assert point_of(secret_of(codes[0], panel)).encode() in content  # the public half is there


def _everything(printed, tmp_path, postgres, database) -> bytes:
    """A backup by the command, as plain bytes."""
    target = tmp_path / "backup"
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{postgres.binaries}:{path}"
    try:
        assert run(["backup", str(target)]) == 0
    finally:
        os.environ["PATH"] = path
    if database.is_sqlite:
        return target.read_bytes()
    return subprocess.run([postgres.binaries / "pg_restore", "-f", "-", target], check=True, capture_output=True).stdout


def test_only_the_sheet_and_the_asked_for_file_are_written(watched, printed):
    """While printing, the only new files opened anywhere are the sheet, and in a rehearsal the list of codes; both their owner's alone."""
    elsewhere = {path for path in watched if not path.startswith(str(printed["home"])) and path != os.devnull}
    assert elsewhere == {str(printed["sheets"] / "villagers.pdf"), str(printed["csv"])}
    for path in elsewhere:
        assert Path(path).stat().st_mode & 0o077 == 0


def test_an_old_file_with_wide_permissions_is_replaced(printed):
    """Printing again over a file that everybody could read makes it its owner's alone."""
    sheet = printed["sheets"] / "villagers.pdf"
    sheet.chmod(0o666)
    assert run(["poll", "print", printed["poll"], "--sheets", str(printed["sheets"])]) == 0
    assert sheet.stat().st_mode & 0o077 == 0


def test_sheets_and_codes_never_lie_in_the_home(printed, capsys):
    """Printing into YIPIAO_HOME, where backups and databases lie, is refused before anything changes."""
    inside = printed["home"] / "sheets"
    capsys.readouterr()
    for arguments in (
        ["--sheets", str(inside)],
        ["--sheets", str(printed["sheets"]), "--codes", str(inside / "codes.csv")],
    ):
        assert run(["poll", "print", printed["poll"], *arguments, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["error"] == "sheets_in_home"
    assert not inside.exists()
    assert run(["poll", "open", printed["poll"]]) == 0  # the slips that were printed still hold


def test_codes_of_a_real_poll_are_in_no_file(any_database, tmp_path, capsys):
    """Only a rehearsal may write codes down."""
    file = tmp_path / "poll.toml"
    file.write_text(POLL.replace("rehearsal = true", "rehearsal = false"), encoding="utf-8")
    assert run(["poll", "create", str(file), "--json"]) == 0
    poll = json.loads(capsys.readouterr().out)["poll"]
    codes = tmp_path / "codes.csv"
    assert run(["poll", "print", poll, "--sheets", str(tmp_path / "sheets"), "--codes", str(codes), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "rehearsal_only"
    assert not codes.exists()
    assert not (tmp_path / "sheets").exists()


def test_printing_again_replaces_all_slips(village):
    """The slips of the first printing are unknown after the second; after opening nothing is printed any more."""
    village.create()
    first = village.print()["villagers"]
    village.print()
    village.open()
    panel = village.panels["villagers"]
    with village.database.reading_connection() as connection:
        assert {credential_state(connection, panel, point_of(secret_of(code, panel))) for code in first} == {None}
        assert {credential_state(connection, panel, village.point(number)) for number in range(10)} == {False}
    with pytest.raises(RuleRefused) as caught:
        village.print()
    assert caught.value.code == "state_needed"


def test_the_list_of_points_tells_no_order_of_printing(village):
    """Public points are kept sorted: which slip was the first off the printer cannot be told."""
    village.create()
    kept: list[str] = []
    with village.database.write() as session:
        bundle = freeze(
            session,
            find_poll(session, village.poll),
            base_url="http://10.0.0.5",
            random=village.random,
            translations=load_translations("zh_CN"),
        )
    [panel] = bundle.panels
    out = BytesIO()
    points = print_panel(
        out, bundle, panel, random=village.random, translations=load_translations("zh_CN"), keep=kept.append
    )
    assert points == sorted(points)
    assert len(kept) == len(set(points)) == 10
