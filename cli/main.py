"""The `yipiao` command: thin shells over the same functions that the pages call."""

import importlib
import os
import sys
from collections.abc import Sequence
from gettext import NullTranslations

import click

from ballots.unprintable import MissingGlyph, TextTooLong
from cli.output import Output
from cli.scheme_words import fault_sentence
from cli.words import sentence
from polling.errors import BadInput, DomainError, RuleRefused
from polling.settings import ENVIRONMENT, read_settings
from schemes.errors import SchemeError

EPILOG = "Settings (environment):\n\n\b\n" + "\n".join(f"{name:<22} {text}" for name, text in ENVIRONMENT.items())


# where each command lives; its module is loaded when it is called, because a verifier needs neither server nor printing
COMMANDS = {
    "serve": "cli.server:serve",
    "rehearse": "cli.server:rehearse",
    "poll": "cli.poll:poll",
    "slips": "cli.printing:slips",
    "trustee": "cli.trustee:trustee",
    "verify": "cli.verify:verify",
    "publish": "cli.verify:publish",
    "deliver": "cli.delivery:deliver",
    "receiver": "cli.delivery:receiver",
    "keys": "cli.delivery:keys",
    "scheme": "cli.scheme:scheme",
    "scoring": "cli.scoring:scoring",
    "sample": "cli.sample:sample",
    "user": "cli.server:user",
    "audit": "cli.audit:audit",
    "backup": "cli.backup:backup",
    "restore": "cli.backup:restore",
}


class Commands(click.Group):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Their names, in the order of a poll's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's interface
        """One command."""
        module, _, name = COMMANDS.get(cmd_name, "").partition(":")
        return getattr(importlib.import_module(module), name) if module else None


@click.group(
    cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 140}
)
@click.version_option(package_name="yipiao")
def yipiao() -> None:
    """一票: print, seal, cast, close, open the sum, decide, verify. Exit codes: 0 done, 1 refused by a rule, 2 bad input."""


def as_domain_error(error: Exception, translations: NullTranslations) -> DomainError:
    """What other rooms raise, as a domain error with code and parameters."""
    match error:
        case DomainError():
            return error
        case SchemeError():
            return BadInput(
                "scheme_refused",
                place="：".join(filter(None, (error.where, error.path))),
                detail=fault_sentence(error, translations),
            )
        case MissingGlyph():
            return RuleRefused("missing_glyph", character=error.character, text=error.text)
        case TextTooLong():
            return RuleRefused("text_too_long")
        case OSError() if error.filename is not None:
            return BadInput("file_unusable", where=str(error.filename))
        case OSError():
            return BadInput("storage_failed", detail=error.strerror or "")
    raise error


def demand_utf8(arguments: Sequence[str]) -> None:
    """Raise BadInput for what a terminal of another encoding typed: no database and no document can hold it."""
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        raise BadInput("arguments_not_utf8") from None


def run(arguments: Sequence[str]) -> int:
    """Run the command; gives the exit code."""
    arguments = list(arguments)
    as_json = "--json" in arguments
    arguments = [argument for argument in arguments if argument != "--json"]
    out = Output(as_json=as_json, language="zh_CN")
    try:
        settings = read_settings()
        out = Output(as_json=as_json, language=settings.language)
        demand_utf8(arguments)
        yipiao.main(args=arguments, prog_name="yipiao", standalone_mode=False, obj=(settings, out))
    except click.ClickException as error:
        out.error("usage", error.format_message())
        return 2
    except click.Abort:
        return 1
    except (DomainError, SchemeError, MissingGlyph, TextTooLong, OSError) as error:
        known = as_domain_error(error, out.translations)
        out.error(known.code, sentence(known, out.translations))
        return 1 if isinstance(known, RuleRefused) else 2
    except Exception as error:
        if os.environ.get("YIPIAO_TRACE"):
            raise
        known = RuleRefused("internal", kind=type(error).__name__)
        out.error(known.code, sentence(known, out.translations))
        return 1
    return 0


def main() -> None:
    """Entry point."""
    sys.exit(run(sys.argv[1:]))
