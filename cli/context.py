"""What a command works with: settings, words, the migrated database, the clock and the source of randomness."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.output import Output
from polling.errors import BadInput
from polling.settings import Settings

if TYPE_CHECKING:
    from ballots.keys import KeyStore
    from polling.db import Database
    from polling.models import Poll


@dataclass
class Context:
    """One run of the command."""

    settings: Settings
    out: Output

    @cached_property
    def database(self) -> "Database":
        """The database, migrated."""
        from polling.db import Database, migrate

        database = Database(self.settings)
        migrate(database)
        return database

    def close(self) -> None:
        """Let go of the database, if the command used it."""
        if "database" in self.__dict__:
            self.database.dispose()

    def store(self, poll: "Poll") -> "KeyStore":
        """The keys of this machine for one poll."""
        from ballots.keys import KeyStore

        return KeyStore(self.settings, rehearsal=poll.rehearsal)

    def now(self) -> datetime:
        """The moment."""
        return datetime.now(UTC)

    def random(self, number: int) -> bytes:
        """Random bytes of the operating system."""
        return secrets.token_bytes(number)


def with_context(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its Context as first argument."""

    @click.pass_obj
    @wraps(function)
    def command(obj: tuple[Settings, Output], *args: Any, **options: Any) -> Any:
        context = Context(*obj)
        try:
            return function(context, *args, **options)
        finally:
            context.close()

    return command


def read_file(path: str) -> bytes:
    """A file's bytes. Raises BadInput `file_unreadable`."""
    try:
        return Path(path).read_bytes()
    except OSError:
        raise BadInput("file_unreadable", where=path) from None


def private_file(path: Path) -> int:
    """Open a new file that its owner alone can read: a descriptor. An old file goes first, for it would keep its own permissions."""
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def read_files(paths: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """(name, bytes) of each file."""
    return [(path, read_file(path)) for path in paths]
