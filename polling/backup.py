"""Backup and restore with the databases' own means, so that no second way into the box exists.

Keys of polls lie in YIPIAO_HOME/keys and are never in a backup (law 14); the signing key is in it, wrapped by the installation's secret.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from polling.db import Database, database_url, demand_known_schema, make_engine, migrate, reached
from polling.errors import BadInput, RuleRefused
from polling.settings import Settings

PG_DUMP = b"PGDMP"


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


def _copy(database: Database, target: Path) -> None:
    with database.write_lock():
        raw = database.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(target),))
        finally:
            raw.close()


def restore(settings: Settings, source: Path) -> None:
    """Bring a backup back and migrate it. Raises RuleRefused `restore_not_empty` or `schema_newer`, BadInput `restore_file`."""
    url = database_url(settings)
    if _has_tables(settings):
        raise RuleRefused("restore_not_empty")
    if url.get_backend_name() == "sqlite":
        revision = _revision(source)
        if revision is None:
            raise BadInput("restore_file", where=str(source))
        demand_known_schema(revision)
        shutil.copyfile(source, str(url.database))
        Path(str(url.database)).chmod(0o600)
    else:
        with source.open("rb") as file:
            begin = file.read(len(PG_DUMP))
        if begin != PG_DUMP:
            raise BadInput("restore_file", where=str(source))
        _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(source), settings=settings)
    database = Database(settings)
    migrate(database)
    database.dispose()


def _revision(source: Path) -> str | None:
    """The schema's revision in an undamaged SQLite database of ours; None for any other file."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
            return str(found[0][0]) if whole and len(found) == 1 else None
    except sqlite3.DatabaseError:
        return None


def _has_tables(settings: Settings) -> bool:
    engine = make_engine(settings)
    try:
        with reached():
            return sa.inspect(engine).has_table("polls")
    finally:
        engine.dispose()


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
