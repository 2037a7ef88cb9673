"""Backup and restore with the databases' own means, so that no second way into the box exists.

Keys of polls lie in YIPIAO_HOME/keys and are never in a backup (law 14); the signing key is in it, wrapped by the installation's secret.
"""

import os
import shutil
import subprocess
from pathlib import Path

import sqlalchemy as sa

from polling.db import Database, make_engine, migrate
from polling.errors import BadInput, RuleRefused
from polling.settings import Settings


def backup(database: Database, target: Path) -> None:
    """Write the whole database to `target`, readable by its owner alone. Raises BadInput `backup_program`, RuleRefused `backup_failed`."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if database.is_sqlite:
        with database.write_lock():
            raw = database.engine.raw_connection()
            try:
                raw.cursor().execute("VACUUM INTO ?", (str(target),))
            finally:
                raw.close()
        return
    _run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={_plain_url(database.settings)}")


def restore(settings: Settings, source: Path) -> None:
    """Bring a backup back and migrate it. Raises RuleRefused `restore_not_empty`, BadInput `restore_file`."""
    url = sa.make_url(settings.database_url)
    if _has_tables(settings):
        raise RuleRefused("restore_not_empty")
    if url.get_backend_name() == "sqlite":
        if source.open("rb").read(16) != b"SQLite format 3\0":
            raise BadInput("restore_file", where=str(source))
        shutil.copyfile(source, str(url.database))
    else:
        if source.open("rb").read(5) != b"PGDMP":
            raise BadInput("restore_file", where=str(source))
        _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_plain_url(settings)}", str(source))
    database = Database(settings)
    migrate(database)
    database.dispose()


def _has_tables(settings: Settings) -> bool:
    engine = make_engine(settings)
    try:
        return sa.inspect(engine).has_table("polls")
    finally:
        engine.dispose()


def _plain_url(settings: Settings) -> str:
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise BadInput("backup_program", program=program)
    if subprocess.run([program, *arguments], check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S603 - our own arguments
        raise RuleRefused("backup_failed", program=program)
