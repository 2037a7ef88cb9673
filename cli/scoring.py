"""`yipiao scoring …`: receive results, keep the register, enter, compute ledgers, export them."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cli.context import Context, read_file, read_files, with_context
from cli.scoring_entries import enter
from cli.scoring_options import act_of, as_option, pack_by_digest, pack_named, rehearsal_option, scheme_option
from cli.verify import read_keys
from polling.db import Session
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import ROOT
from polling.organizations import places_by_name
from publishing.signing_keys import public_keys
from scoring import book, importing, receiving
from scoring.summary import Sheet, summary
from scoring.summary_print import write_summary
from scoring.summary_xlsx import summary_xlsx
from scoring.writing import ledger_document

replace_option = click.option("--replace", is_flag=True, help="correct what was entered before")


@click.group()
def scoring() -> None:
    """The scoring layer: from signed results and entries to the ledger of an organization and period."""


scoring.add_command(enter)


@scoring.command("receive")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--keys", metavar="FILE", help="the answer of /api/v1/keys; default: this installation's own keys")
@click.option("--scheme", "schemes", multiple=True, metavar="FILE", help="the pack of results that came from elsewhere")
@with_context
def receive(context: Context, files: tuple[str, ...], keys: str | None, schemes: tuple[str, ...]) -> None:
    """Receive signed documents: each is kept whole or refused with its reason; the good ones are kept whatever the others are."""
    brought = [raw for _name, raw in read_files(schemes)]
    known = read_keys(keys) if keys is not None else None
    documents, refused = [], None
    for name, raw in read_files(files):
        try:
            with context.database.write() as session:
                own = public_keys(session) if known is None else known
                received = book.take(
                    session, raw, own, lambda digest: pack_by_digest(session, digest, brought), now=context.now()
                )
        except DomainError as error:
            documents.append({"file": name, "refused": error.code})
            refused = refused or error
            continue
        documents.append({"file": name, "id": received.id, "arrival": received.arrival.value})
        context.out.say(f"{name}  {received.id}  {received.arrival.value}")
    if refused is not None and len(files) == 1:
        raise refused
    for each in documents:
        if "refused" in each:
            context.out.say(f"{each['file']}  {each['refused']}")
    context.out.result({"documents": documents})


def _import(
    context: Context,
    file: str,
    scheme: str,
    *,
    rehearsal: bool,
    who: str | None,
    load: Callable[..., importing.Imported],
    replace: bool,
) -> None:
    raw = read_file(file)
    act = act_of(context, who, rehearsal=rehearsal)
    with context.database.write() as session:
        pack = pack_named(session, scheme)
        done = load(session, act, pack, raw, where=file, replace=replace)
        changed = book.refresh(session, pack.name, rehearsal=rehearsal)
    context.out.say(
        context.out.gettext("{file}：读了 {rows} 行，新记 {entries} 条，更新台账 {ledgers} 份。").format(
            file=file, rows=done.rows, entries=done.entries, ledgers=changed
        )
    )
    context.out.result({"rows": done.rows, "entries": done.entries, "ledgers": changed})


@scoring.command("register")
@click.argument("file")
@scheme_option
@replace_option
@rehearsal_option
@as_option
@with_context
def register(context: Context, file: str, *, scheme: str, replace: bool, rehearsal: bool, who: str | None) -> None:
    """Read the register of subjects from a table (xlsx, csv): all of it or nothing."""

    def load(session: Session, *arguments: Any, **named: Any) -> importing.Imported:
        return importing.import_register(session, *arguments, **named, places=places_by_name(session, ROOT))

    _import(context, file, scheme, rehearsal=rehearsal, who=who, load=load, replace=replace)


@scoring.command("import")
@click.argument("file")
@scheme_option
@replace_option
@rehearsal_option
@as_option
@with_context
def import_(context: Context, file: str, *, scheme: str, replace: bool, rehearsal: bool, who: str | None) -> None:
    """Read part scores from a table (xlsx, csv): all of it or nothing."""
    _import(context, file, scheme, rehearsal=rehearsal, who=who, load=importing.import_scores, replace=replace)


@scoring.command("template")
@click.argument("kind", type=click.Choice(["scores", "register"]), metavar="KIND")
@click.argument("file")
@scheme_option
@with_context
def template(context: Context, kind: str, file: str, scheme: str) -> None:
    """Write an empty table to fill in."""
    with context.database.write() as session:
        pack = pack_named(session, scheme)
    _write(file, importing.score_template() if kind == "scores" else importing.register_template(pack))
    context.out.result({"file": file})


def _write(file: str, raw: bytes) -> None:
    if Path(file).exists():
        raise BadInput("file_exists", where=file)
    Path(file).write_bytes(raw)


@scoring.command("ledger")
@click.argument("organization", metavar="ORG")
@click.argument("period")
@scheme_option
@rehearsal_option
@with_context
def ledger(context: Context, organization: str, period: str, *, scheme: str, rehearsal: bool) -> None:
    """Show the ledger of an organization and period."""
    with context.database.write() as session:
        pack = pack_named(session, scheme)
        found = book.current(session, pack.name, organization, period, rehearsal=rehearsal)
        sheet = summary(pack, [found], context.out.gettext)
    for section in sheet.sections:
        for row in (section.titles, *section.rows):
            context.out.say("\t".join(row))
        for note in section.notes:
            context.out.say(note)
    context.out.result({"ledger": ledger_document(found)})


@scoring.command("export")
@click.argument("period")
@click.option(
    "--org", "organizations", multiple=True, metavar="ORG", help="repeatable; default: every one (the county)"
)
@click.option("--xlsx", metavar="FILE.xlsx", help="the summary as a workbook")
@click.option("--pdf", metavar="FILE.pdf", help="the summary to print and sign")
@scheme_option
@rehearsal_option
@with_context
def export(
    context: Context,
    period: str,
    *,
    organizations: tuple[str, ...],
    xlsx: str | None,
    pdf: str | None,
    scheme: str,
    rehearsal: bool,
) -> None:
    """Write the summary sheet 考核结果汇总表 of one organization, or of all of them."""
    sheet = _sheet(context, period, organizations, scheme, rehearsal=rehearsal)
    if xlsx is not None:
        _write(xlsx, summary_xlsx(sheet, context.out.gettext))
    if pdf is not None:
        if Path(pdf).exists():
            raise BadInput("file_exists", where=pdf)
        with Path(pdf).open("xb") as out:
            write_summary(out, sheet, context.out.gettext)
    rows = sum(len(section.rows) for section in sheet.sections)
    context.out.say(context.out.gettext("{title}：{rows} 行。").format(title=sheet.heading, rows=rows))
    context.out.result({"rows": rows, "organizations": list(sheet.organizations)})


def _sheet(context: Context, period: str, organizations: tuple[str, ...], scheme: str, *, rehearsal: bool) -> Sheet:
    with context.database.write() as session:
        pack = pack_named(session, scheme)
        known = [
            organization
            for name, organization, label in book.listed(session, rehearsal=rehearsal)
            if (name, label) == (pack.name, period)
        ]
        found = [book.current(session, pack.name, each, period, rehearsal=rehearsal) for each in organizations or known]
    if not found:
        raise RuleRefused("scoring_no_ledger", organization="—", period=period, known=["—"])
    return summary(pack, found, context.out.gettext)


@scoring.command("documents")
@with_context
def documents(context: Context) -> None:
    """List the received documents and where each stands."""
    with context.database.read() as session:
        listed = receiving.kept(session)
    for each in listed:
        context.out.say(f"{each.id}  {each.kind}  {each.poll}  {each.standing}")
    context.out.result({"documents": [asdict(each) for each in listed]})


@scoring.command("rebuild")
@click.option("--check", is_flag=True, help="only compare, byte for byte; exit code 1 names the first that differs")
@with_context
def rebuild(context: Context, *, check: bool) -> None:
    """Make every ledger anew from the documents and entries alone."""
    if check:
        with context.database.read() as session:
            different = book.first_difference(session)
            number = sum(len(book.listed(session, rehearsal=each)) for each in (False, True))
        if different is not None:
            raise RuleRefused(
                "scoring_rebuild_differs",
                organization=different.organization or "—",
                scheme=different.scheme,
                period=different.period,
            )
        changed = 0
    else:
        with context.database.write() as session:
            changed = book.rebuild(session)
            number = sum(len(book.listed(session, rehearsal=each)) for each in (False, True))
    context.out.say(context.out.gettext("台账 {number} 份，改了 {changed} 份。").format(number=number, changed=changed))
    context.out.result({"ledgers": number, "changed": changed})
