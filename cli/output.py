"""What the command says: sentences for people, or with --json one object on standard output and all else on standard error."""

import gettext
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def load_translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; Chinese needs none, its sentences are the msgids."""
    return gettext.translation("messages", TRANSLATIONS, [language], fallback=True)


class Output:
    """Where a command's words go."""

    def __init__(self, *, as_json: bool, language: str) -> None:
        self.as_json = as_json
        self.translations = load_translations(language)
        self.gettext = self.translations.gettext

    def say(self, message: str) -> None:
        """A sentence for the person at the terminal."""
        click.echo(message, err=self.as_json)

    def result(self, value: dict[str, Any]) -> None:
        """The command's result for a program."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False))

    def error(self, code: str, message: str) -> None:
        """An error, for both."""
        if self.as_json:
            click.echo(json.dumps({"error": code, "message": message}, ensure_ascii=False))
        click.echo(message, err=True)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A progress bar on standard error; call it with (what, done, total)."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=sys.stderr)) as bars:
            tasks: dict[str, Any] = {}

            def step(what: str, done: int, total: int) -> None:
                if what not in tasks:
                    tasks[what] = bars.add_task(what, total=total)
                bars.update(tasks[what], completed=done, total=total)

            yield step
