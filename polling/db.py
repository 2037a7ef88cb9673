"""The database: declarative base, engine, column types, and one writer at a time.

Invariants:
* on SQLite every transaction is explicit: `BEGIN` to read, `BEGIN IMMEDIATE` to write, `synchronous=FULL`, foreign keys on;
* writers queue on a lock outside SQLite (thread and file), because its own busy handler sleeps and is unfair;
* on PostgreSQL `synchronous_commit=on`, and its own locks order the writers.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session

from polling.errors import BadInput, RuleRefused
from polling.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
LOCK_POLL_SECONDS = 0.002
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


class Base(DeclarativeBase):
    """All tables. The names of constraints are fixed, so that migrations can name them on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; a naive datetime is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - the interface's
        """Refuse what names no time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a datetime without a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 - the interface's
        """SQLite forgets the zone that was stored: it is UTC."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Database:
    """An engine with two ways in: `read()` and `write()`; `write()` commits at its end or rolls back.

    Both raise BadInput `database_unreachable` where the database does not answer; the connections of the voter's path don't.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = make_engine(settings)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(yipiao_write=True)
        self._threads = threading.Lock()
        self._file = FileLock(settings.home / "write.lock", thread_local=False) if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that is never committed."""
        with reached(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in the one write transaction; commits when the block ends well."""
        with reached(), self.write_lock(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Wait for the turn of this thread and process (SQLite only)."""
        if self._file is None:
            yield
            return
        with self._threads, self._file.acquire(poll_interval=LOCK_POLL_SECONDS):
            yield

    @contextmanager
    def reading_connection(self) -> Iterator[sa.Connection]:
        """A connection for prebuilt Core statements that is never committed: the voter's path pays for no ORM session."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing_connection(self) -> Iterator[sa.Connection]:
        """The same in the one write transaction."""
        with self.write_lock(), self._writer.begin() as connection:
            yield connection

    def compact(self, *tables: str) -> None:
        """Rewrite the database so that nothing tells in which order rows came (law 1).

        SQLite: VACUUM lays every tree out in key order, then the write-ahead log is emptied. PostgreSQL: the tables are put in key
        order, then rewritten in that order: all rows get one transaction id, and the long values outside the rows, which CLUSTER
        alone leaves under the rising numbers of their arrival, get new numbers. Raises RuleRefused `not_levelled` when a reader held
        on to the old pages: done again, it succeeds.
        """
        with self.write_lock():
            if self.is_sqlite:
                raw = self.engine.raw_connection()
                try:
                    raw.cursor().execute("VACUUM")
                    [busy, _frames, _moved] = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    raw.close()
                if busy:  # SQLite says so in a row, not by an error
                    raise RuleRefused("not_levelled")
                return
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for name in tables:
                    table = Base.metadata.tables[name]
                    column = list(table.columns)[-1]
                    kind = column.type.compile(connection.dialect)
                    connection.exec_driver_sql(f"CLUSTER {name} USING {table.primary_key.name}")
                    connection.exec_driver_sql(
                        f'ALTER TABLE {name} ALTER COLUMN "{column.name}" TYPE {kind} USING "{column.name}" || \'\''
                    )
                    connection.exec_driver_sql(f"VACUUM (ANALYZE) {name}")

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def reached() -> Iterator[None]:
    """BadInput `database_unreachable` for what the driver calls an operational error, `database_damaged` for a file that is none."""
    try:
        yield
    except OperationalError:
        raise BadInput("database_unreachable") from None
    except DatabaseError as error:
        if type(error) is not DatabaseError:  # a statement of ours that the database refuses is another matter
            raise
        raise BadInput("database_damaged") from None


def database_url(settings: Settings) -> sa.URL:
    """Read DATABASE_URL. Raises BadInput `setting_database`."""
    try:
        url = sa.make_url(settings.database_url)
    except (ArgumentError, ValueError):
        raise BadInput("setting_database") from None
    if url.drivername not in DRIVERS:
        raise BadInput("setting_database")
    return url


def make_engine(settings: Settings) -> sa.Engine:
    """An engine with the durability that receipts promise (law 5)."""
    url = database_url(settings)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url, connect_args={"options": "-c synchronous_commit=on"}, pool_pre_ping=True, hide_parameters=True
        )
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if url.database and not Path(url.database).exists():  # readable by its owner alone from the first byte on
        with contextlib.suppress(OSError):
            os.close(os.open(url.database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = sa.create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("yipiao_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def alembic_config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the migrations lie beside the packages."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Bring the schema up to date; many processes may try at once.

    Raises BadInput `database_unreachable` or `database_damaged`, RuleRefused `schema_newer` when a newer program migrated it.
    """
    with reached(), database.write_lock(), database.engine.connect() as connection:
        if not database.is_sqlite:  # held by the transaction: one of the session would stay with the pooled connection
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(794213)")
        revision = MigrationContext.configure(connection).get_current_revision()
        if demand_known_schema(revision) != revision:  # most often there is nothing to do, and every command asks
            with _tables_made_anew(connection):
                command.upgrade(alembic_config(connection), "head")
        connection.commit()


@contextmanager
def _tables_made_anew(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite replace a table that others point to, which its own documents want done with foreign keys off; they are checked after."""
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    connection.rollback()  # only between transactions does SQLite hear this
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            connection.rollback()
            raise RuntimeError(f"the migration would leave rows that point nowhere: {broken[:5]}")
        connection.commit()
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


@cache
def _scripts() -> ScriptDirectory:
    """The migrations of this program, read once."""
    return ScriptDirectory.from_config(alembic_config())


def demand_known_schema(revision: str | None) -> str | None:
    """Raise RuleRefused `schema_newer` for a revision that this program has no migration to; returns the newest it has."""
    scripts = _scripts()
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise RuleRefused("schema_newer")
    return scripts.get_current_head()


def demand_current_schema(database: Database) -> None:
    """Raise RuleRefused when the schema is not the newest: a server must not guess."""
    head = _scripts().get_current_head()
    with database.engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() != head:
            raise RuleRefused("schema_old")
