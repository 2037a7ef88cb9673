"""The command in a test: run as a program would run it, with --json, and small polls made by it."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
import sqlalchemy as sa
from beginnings import Beginnings

from ballots import casting
from ballots.box import archive
from ballots.key_backup import backup_text
from ballots.slips import points_document, read_bundle
from ballots.typed_codes import new_code
from belenios.archive import ArchiveWriter, read_archive
from belenios.ballot import read_ballot
from belenios.credentials import point_of, secret_of
from belenios.election import read_election
from belenios.sealing import seal
from belenios.tallying import encrypted_tally
from cli.main import run
from polling.db import Database
from polling.models import Panel
from polling.settings import read_settings

TITLE = "2026年10月 嘎玛村驻村工作队民主测评"
ORGANIZER, SCRUTINEER = "王组织", "李监票"


class Command:
    """`yipiao … --json`; remembers in `said` what went to standard error."""

    def __init__(self, capsys) -> None:
        self.capsys = capsys
        self.said = ""

    def __call__(self, *arguments, code: int = 0) -> dict:
        """Run: one JSON object and nothing else on standard output, the exit code, and never a traceback."""
        self.capsys.readouterr()
        exit_code = run([*map(str, arguments), "--json"])
        out, self.said = self.capsys.readouterr()
        assert exit_code == code, (out, self.said)
        assert "Traceback" not in self.said
        assert '"error": "internal"' not in out
        assert out.endswith("\n")
        assert len(out.splitlines()) == 1
        return json.loads(out)

    def refused(self, error: str, *arguments, code: int = 1) -> str:
        """Run what is refused as `error`: the sentence, which is on standard error too, every place in it filled in."""
        answer = self(*arguments, code=code)
        assert list(answer) == ["error", "message"]
        assert answer["error"] == error, answer
        assert self.said.rstrip().endswith(answer["message"].rstrip())
        assert "{" not in answer["message"]
        return answer["message"]


class Polls:
    """Small polls, made by the command."""

    def __init__(self, command: Command, home: Path, folder: Path, beginnings: Beginnings) -> None:
        self.command, self.home, self.folder = command, home, folder
        self._beginnings = beginnings
        self._number, self.last = 0, ""
        self.codes: dict[str, list[str]] = {}

    def file(
        self, *, key: str = "villagers", expected: int = 10, spare: int = 0, rehearsal: bool = True, title: str = TITLE
    ) -> Path:
        """A poll file of one panel and one subject."""
        self._number += 1
        path = self.folder / f"poll{self._number}.toml"
        text = f"""scheme = "standard"
title = "{title}"
period = "2026-10"
rehearsal = {str(rehearsal).lower()}
base_url = "http://192.168.1.20:8000"
[[subjects]]
id = "gama-team"
kind = "work_team"
name = "嘎玛村驻村工作队"
[[panels]]
key = "{key}"
expected = {expected}
spare = {spare}
"""
        path.write_text(text, encoding="utf-8")
        return path

    def draft(self, **options) -> str:
        """A draft: its id."""
        self.last = self.command("poll", "create", self.file(**options))["poll"]
        return self.last

    def points(self, poll: str) -> Path:
        """Freeze a poll by a bundle and make its slips here, where the codes are kept: points.json."""
        bundle = self.folder / f"{poll}.bundle.json"
        panels = self.command("poll", "print", poll, "--bundle", bundle)["panels"]
        points = {}
        for panel in panels:
            self.codes[panel["panel"]] = [new_code(secrets.token_bytes) for _ in range(panel["slips"])]
            points[panel["panel"]] = [point_of(secret_of(code, panel["panel"])) for code in self.codes[panel["panel"]]]
        path = self.folder / f"{poll}.points.json"
        path.write_bytes(points_document(read_bundle(bundle.read_bytes()), points))
        return path

    def opened(self, *arguments, **options) -> dict:
        """An open poll: what `poll open` said, with `poll` and `panel` beside it."""

        def make() -> dict:
            poll = self.draft(**options)
            said = self.command("poll", "open", poll, "--credentials", self.points(poll), *arguments)
            return said | {"poll": poll, "panel": said["panels"][0]["panel"], "setup": said["panels"][0]["setup"]}

        return make() if arguments else self.begin(("opened", options), make)

    def vote(self, panel: str, picks) -> None:
        """One ballot a pick, slips in order: 0 blank, 1.. the answers."""
        database = Database(read_settings())
        with database.read() as session:
            election = read_election(session.scalars(sa.select(Panel.election).where(Panel.uuid == panel)).one())
        width = len(election.questions[0].answers) + 1
        for code, pick in zip(self.codes[panel], picks, strict=False):
            row = [int(place == pick) for place in range(width)]
            casting.cast(database, panel, seal(election, secret_of(code, panel), [row], secrets.token_bytes))
        database.dispose()

    def begin(self, what: object, make: Callable[[], dict]) -> dict:
        """What `make` answers: done with this installation, or the first time that a test of this process began so."""

        def made() -> list:
            return [make(), self._number, self.last, self.codes]

        answer, self._number, self.last, self.codes = self._beginnings.begin(what, self.home, self.folder, made)
        return answer

    def closed(self, *arguments, picks=(1,) * 10, **options) -> dict:
        """A closed poll with these votes; its archive is in the file `archive`."""

        def make() -> dict:
            poll = self.opened(*arguments, **options)
            self.vote(poll["panel"], picks)
            people = () if options.get("rehearsal", True) else ("--as", ORGANIZER, "--witness", SCRUTINEER)
            self.command("poll", "close", poll["poll"], *people)
            return poll | {"archive": self.archive(poll["panel"]).name}

        poll = make() if arguments else self.begin(("closed", picks, options), make)
        return poll | {"archive": self.folder / poll["archive"]}

    def archive(self, panel: str) -> Path:
        """The archive of a closed box, as the box gives it to everybody."""
        database = Database(read_settings())
        with database.reading_connection() as connection:
            raw = archive(connection, panel)
        database.dispose()
        path = self.folder / f"{panel}.bel"
        path.write_bytes(raw)
        return path

    @staticmethod
    def text_of(pdf: Path) -> str:
        """A PDF's text; these fonts come with two bytes a glyph."""
        pages = pypdf.PdfReader(pdf).pages
        return "".join(page.extract_text() for page in pages).replace("\0", "").replace(" ", "").replace("\n", "")

    @staticmethod
    def without(path: Path, number: int) -> Path:
        """A valid archive of the same box, `number` ballots short: the difference of the two sums would be these votes."""
        read = read_archive(path.read_bytes())
        ballots = read.ballots[number:]
        writer = ArchiveWriter(read.timestamp)
        writer.setup(read.election, read.trustees, read.credentials)
        for raw in ballots:
            writer.ballot(raw)
        writer.end_ballots()
        writer.encrypted_tally(
            encrypted_tally(read_election(read.election), [read_ballot(raw) for raw in ballots]), len(ballots)
        )
        other = path.with_name(f"without-{number}-{path.name}")
        other.write_bytes(writer.bytes())
        return other


@pytest.fixture
def command(home, cheap_keys, capsys, tmp_path, monkeypatch) -> Command:
    """The command on an empty installation; files without a folder fall into a folder of their own."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return Command(capsys)


@pytest.fixture(scope="session")
def beginnings(tmp_path_factory, migrated) -> Beginnings:
    """What many tests of this process begin with."""
    return Beginnings(tmp_path_factory.mktemp("beginnings"), migrated)


@pytest.fixture
def polls(command, migrated_home, tmp_path, beginnings) -> Polls:
    """Small polls."""
    return Polls(command, migrated_home, tmp_path, beginnings)


@pytest.fixture
def people(command, migrated_home) -> None:
    """An organizer and a scrutineer."""
    command("user", "add", ORGANIZER, "--role", "organizer")
    command("user", "add", SCRUTINEER, "--role", "scrutineer")


class Holder:
    """A key holder with a key of her own, made by `trustee new`."""

    def __init__(self, command: Command, folder: Path, name: str) -> None:
        self.command = command
        self.key, self.public = folder / f"{name}.key", folder / f"{name}.key.public.json"

    def secret(self) -> int:
        """The private key."""
        return int(json.loads(self.key.read_text(encoding="utf-8"))["private_key"])

    def make(self) -> "Holder":
        """Make the key and read its backup back."""
        self.command.refused("backup_not_read", "trustee", "new", self.key, "--read-back", "")
        self.command("trustee", "new", self.key, "--read-back", backup_text(self.secret()))
        return self

    def decrypt(self, archive: Path, setup: str, code: int = 0) -> dict:
        """`trustee decrypt`."""
        return self.command("trustee", "decrypt", archive, "--key", self.key, "--setup", setup, code=code)


@pytest.fixture
def holder(command, tmp_path):
    """Key holders by name: whoever has no key yet makes one."""

    def named(name="li") -> Holder:
        found = Holder(command, tmp_path, name)
        return found if found.public.exists() else found.make()

    return named


@pytest.fixture
def opened(command, migrated_home):
    """The database of the command's installation; its own scoring layer is paused: the documents here are none of a poll."""
    found = Database(read_settings())
    command("receiver", "pause", "scoring")
    yield found
    found.dispose()
