"""Backup and restore with the databases' own means, so that no second way into the box exists.

Keys of polls lie in YIPIAO_HOME/keys and are never in a backup (law 14); the signing key is in it, wrapped by the installation's secret.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from polling.db import Database, alembic_config, database_url, demand_known_schema, migrate, reached
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from polling.settings import Settings

PG_DUMP = b"PGDMP"
WORK, LONG_AGO = ".backup-", timedelta(hours=6)
# what an installation holds from its first start on, and what a backup may take the place of
EMPTY = ("polls", "users")
# `yipiao serve` names its process in the environment of its workers: whom to ask for new ones
SERVER = "YIPIAO_SERVER_PROCESS"


def backup(database: Database, target: Path) -> None:
    """Write the whole database to `target`, readable by its owner alone. Raises BadInput `backup_program`, RuleRefused `backup_failed`."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if database.is_sqlite:
            _copy(database, target)
        else:
            _run("pg_dump", "--format=custom", f"--file={target}", settings=database.settings)
    except BaseException:
        target.unlink(missing_ok=True)  # half a backup is none
        raise


def any_box_open(session: Session) -> bool:
    """Whether a backup made now would hold a box that still takes ballots."""
    return bool(session.scalar(sa.select(sa.exists().where(Poll.state == State.OPEN))))


def _copy(database: Database, target: Path) -> None:
    with database.write_lock():
        raw = database.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(target),))
        except sqlite3.Error:
            raise RuleRefused("backup_failed", program="SQLite") from None
        finally:
            raw.close()


@contextmanager
def workplace(settings: Settings) -> Iterator[Path]:
    """A folder of our own inside YIPIAO_HOME, gone afterwards: no copy of a database lies where others could read it."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=WORK, dir=settings.home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(settings: Settings, *, now: datetime) -> None:
    """Remove what a backup of long ago left behind, cut short by a crash."""
    for folder in settings.home.glob(f"{WORK}*"):
        if abs(now.timestamp() - folder.stat().st_mtime) > LONG_AGO.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)


def restore(settings: Settings, source: Path, *, prepare: Callable[[Database, Database], None] | None = None) -> None:
    """Bring a backup back into an installation without polls and users, and migrate it.

    On SQLite all of it is done on a copy, which then takes the place of the database in one transaction: a server may run meanwhile, but
    its workers must start anew afterwards, for they know the signing key of before. `prepare(copy, database)` may look at that copy and
    change it; what it raises stops the restore. Raises RuleRefused `restore_not_empty` or `schema_newer`, BadInput `restore_file`.
    """
    database = Database(settings)
    try:
        if database.is_sqlite:
            _demand_empty(database)
            _restore_file(database, source, prepare)
        else:
            with source.open("rb") as file:
                begin = file.read(len(PG_DUMP))
            if begin != PG_DUMP:
                raise BadInput("restore_file", where=str(source))
            if _demand_empty(database):
                with database.engine.connect() as connection:
                    command.downgrade(alembic_config(connection), "base")
                    connection.exec_driver_sql("DROP TABLE alembic_version")
                    connection.commit()
            _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(source), settings=settings)
            migrate(database)
    finally:
        database.dispose()


def restart_workers() -> None:
    """Ask the server that this process works for to replace its workers; nothing where there is none."""
    server = os.environ.get(SERVER)
    if server == str(os.getppid()):
        os.kill(int(server), signal.SIGHUP)


def _restore_file(
    database: Database, source: Path, prepare: Callable[[Database, Database], None] | None = None
) -> None:
    with workplace(database.settings) as folder:
        copy = folder / "restored.sqlite3"
        shutil.copyfile(source, copy)
        copy.chmod(0o600)
        revision = _revision(copy)
        if revision is None:
            raise BadInput("restore_file", where=str(source))
        demand_known_schema(revision)
        restored = Database(replace(database.settings, database_url=f"sqlite:///{copy}"))
        try:
            migrate(restored)
            if prepare is not None:
                prepare(restored, database)
        finally:
            restored.dispose()
        with database.write_lock(), closing(sqlite3.connect(copy)) as pages:
            _demand_empty(database)  # again, now that nobody else writes
            raw = database.engine.raw_connection()
            try:
                pages.backup(raw.driver_connection)  # type: ignore[arg-type]
            finally:
                raw.close()


def _revision(source: Path) -> str | None:
    """The schema's revision in an undamaged SQLite database of ours; None for any other file."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return str(found[0][0]) if whole and len(found) == 1 else None
    except sqlite3.DatabaseError:
        return None


def _demand_empty(database: Database) -> bool:
    """Whether there are tables at all. Raises RuleRefused `restore_not_empty` when there is something in them."""
    with reached(), database.engine.connect() as connection:
        tables = [name for name in EMPTY if sa.inspect(connection).has_table(name)]
        for name in tables:
            if connection.execute(sa.select(sa.exists(sa.select(sa.text("1")).select_from(sa.table(name))))).scalar():
                raise RuleRefused("restore_not_empty")
    return bool(tables)


def _run(program: str, *arguments: str, settings: Settings) -> None:
    """Run one of PostgreSQL's own programs; the password travels in the environment, where no list of processes shows it."""
    if shutil.which(program) is None:
        raise BadInput("backup_program", program=program)
    url = database_url(settings)
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    plain = url.set(drivername="postgresql", password=None).render_as_string()
    command = [program, f"--dbname={plain}", *arguments]
    if subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment).returncode:  # noqa: S603 - PostgreSQL's own programs
        raise RuleRefused("backup_failed", program=program)
