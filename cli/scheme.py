"""`yipiao scheme …`: the regulations as data."""

import shutil

import click

from cli.context import Context, read_file, with_context
from cli.scheme_page import written
from cli.scheme_words import fault_sentence
from polling.errors import RuleRefused
from polling.packs import load_pack, packs
from schemes.loading import read_scheme
from scoring.examples import run_assessment_examples
from tally.examples import run_examples

# columns of a page; a Chinese character takes two
USUAL_WIDTH, LEAST_WIDTH = 110, 60


@click.group()
def scheme() -> None:
    """Schemes: the rules of a regulation as data."""


@scheme.command("list")
@with_context
def list_(context: Context) -> None:
    """Name the packs: those of the project and those of this installation."""
    listed, faults = packs()
    for fault in faults:
        sentence = fault_sentence(fault, context.out.translations)
        context.out.say(
            context.out.gettext("{file} 不能用：{path} {fault}").format(
                file=fault.where, path=fault.path, fault=sentence
            )
        )
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
@click.option("--toml", "as_written", is_flag=True, help="the pack's file as it is written")
@with_context
def show(context: Context, name: str, as_written: bool) -> None:
    """Print a pack for people: chapter by chapter, each rule with its article beside it."""
    pack = load_pack(name)
    if as_written:
        context.out.say(pack.raw.decode().removesuffix("\n"))
    else:
        width = max(LEAST_WIDTH, shutil.get_terminal_size((USUAL_WIDTH, 0)).columns)
        context.out.say(written(pack, context.out.gettext, width))
        context.out.say(f"\nSHA-256 {pack.digest}")
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
