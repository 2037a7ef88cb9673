"""`yipiao scheme …`: the regulations as data."""

import click

from cli.context import Context, read_file, with_context
from polling.errors import RuleRefused
from schemes.loading import load, names, read_scheme
from scoring.examples import run_assessment_examples
from tally.examples import run_examples


@click.group()
def scheme() -> None:
    """Schemes: the rules of a regulation as data."""


@scheme.command("list")
@with_context
def list_(context: Context) -> None:
    """Name the packs."""
    listed = [load(name) for name in names()]
    for pack in listed:
        context.out.say(f"{pack.name:<16} {pack.title}")
    context.out.result(
        {
            "schemes": [
                {"name": pack.name, "title": pack.title, "version": pack.version, "digest": pack.digest}
                for pack in listed
            ]
        }
    )


@scheme.command("show")
@click.argument("name")
@with_context
def show(context: Context, name: str) -> None:
    """Print a pack as it is written, sources beside the rules."""
    pack = load(name)
    context.out.say(pack.raw.decode())
    context.out.say(f"SHA-256 {pack.digest}")
    context.out.result({"name": pack.name, "digest": pack.digest, "pack": pack.raw.decode()})


@scheme.command("check")
@click.argument("file")
@with_context
def check(context: Context, file: str) -> None:
    """Read a county's own pack strictly and run its worked examples."""
    pack = read_scheme(read_file(file), file)
    ran = [*run_examples(pack), *run_assessment_examples(pack)]
    for name, good, detail in ran:
        context.out.say(f"{'✓' if good else '✗'} {name}{'' if good else '  ' + detail}")
    failed = [name for name, good, _detail in ran if not good]
    if failed:
        raise RuleRefused("examples_failed", names=failed)
    context.out.say(context.out.gettext("{file}：写法正确，{number} 个算例都通过。").format(file=file, number=len(ran)))
    context.out.result({"name": pack.name, "digest": pack.digest, "examples": len(ran)})
