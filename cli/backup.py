"""`yipiao backup` and `restore`."""

from pathlib import Path

import click

from ballots.closing import forget_order
from cli.context import Context, read_file, with_context
from polling import backup as keeping
from polling.errors import BadInput


@click.command()
@click.argument("file")
@with_context
def backup(context: Context, file: str) -> None:
    """Write the database to FILE. Keys of polls are never in it."""
    if Path(file).exists():
        raise BadInput("file_exists", where=file)
    forget_order(context.database)
    keeping.backup(context.database, Path(file))
    context.out.say(context.out.gettext("备份已写到 {file}。开票钥匙不在里面，请另外保管。").format(file=file))
    context.out.result({"file": file})


@click.command()
@click.argument("file")
@with_context
def restore(context: Context, file: str) -> None:
    """Bring a backup back into an empty installation."""
    read_file(file)
    keeping.restore(context.settings, Path(file))
    context.out.say(context.out.gettext("已从 {file} 恢复。").format(file=file))
    context.out.result({"file": file})
