"""`yipiao poll …` and `yipiao slips make`."""

import csv
import io
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from ballots import closing, opening
from ballots import slips as making
from ballots.annulment import annul, destroy_annulled_keys
from ballots.typeface import check_glyphs
from belenios.election import new_uuid
from cli.addresses import lan_address
from cli.context import Context, private_file, read_file, read_files, with_context
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.people import demand_organizer, two_people
from polling.polls import create_poll, find_poll, read_poll_file
from polling.settings import TERMINAL
from publishing.counting import count_poll
from publishing.report import write_report
from publishing.results import COUNTED_STATES, gather, publish, row_fields
from publishing.signing_keys import load_signer

as_option = click.option("--as", "organizer", metavar="NAME", help="who does it")
witness_option = click.option("--witness", metavar="NAME", help="the scrutineer who witnesses it")
trustee_option = click.option(
    "--trustee", "trustees", multiple=True, metavar="FILE", help="the public part of a key made elsewhere"
)
sheets_option = click.option("--sheets", metavar="DIR", help="where the slips go, one PDF a panel")
codes_option = click.option("--codes", metavar="FILE.csv", help="rehearsals only: every slip's address")


@click.group()
def poll() -> None:
    """Polls, from the draft to the signed result."""


@click.group()
def slips() -> None:
    """Slips, printed on any machine."""


@poll.command("create")
@click.argument("file")
@as_option
@with_context
def create(context: Context, file: str, organizer: str | None) -> None:
    """Make a draft from a poll FILE (TOML)."""
    parsed = read_poll_file(read_file(file), file)
    with context.database.write() as session:
        demand_organizer(session, organizer or TERMINAL, rehearsal=parsed.rehearsal)
        made = create_poll(
            session, parsed, where=file, poll_id=new_uuid(context.random), who=organizer or TERMINAL, now=context.now()
        )
    context.out.say(context.out.gettext("已建立测评「{title}」，编号 {poll}。").format(title=made.title, poll=made.id))
    context.out.result({"poll": made.id})


def print_poll(
    context: Context,
    poll_id: str,
    *,
    folder: str | None,
    codes: str | None,
    bundle: str | None,
    who: str,
    brought: Sequence[tuple[str, bytes]],
) -> list[dict[str, Any]]:
    """Freeze a poll and print it to `folder`, or export it to `bundle`. No transaction is open while sheets are made."""
    if folder is None and bundle is None:
        raise BadInput("print_nowhere")
    outside_home(context, folder)
    outside_home(context, codes)
    base_url = context.settings.base_url or f"http://{lan_address()}:{context.settings.port}"
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        demand_organizer(session, who, rehearsal=found.rehearsal)
        if codes is not None and not found.rehearsal:
            raise RuleRefused("rehearsal_only")
        if brought:
            opening.join_keys(session, found, brought, who=who, now=context.now())
        frozen = making.freeze(
            session, found, base_url=base_url, random=context.random, translations=context.out.translations
        )
        replaces = found.printing
        if bundle is not None:
            making.announce(session, found, frozen, who=who, now=context.now())
            Path(bundle).write_bytes(msgspec.json.format(msgspec.json.encode(frozen), indent=1))
    if bundle is None:
        rows: list[tuple[str, str, str]] = []
        points = write_panels(context, frozen, str(folder), rows if codes is not None else None)
        if codes is not None:
            write_codes(Path(codes), rows)
        with context.database.write() as session:
            found = find_poll(session, poll_id, lock=True)
            making.keep_points(
                session, found, points, printing=frozen.printing, replaces=replaces, who=who, now=context.now()
            )
    return [{"key": panel.key, "panel": panel.panel, "slips": panel.slips} for panel in frozen.panels]


def write_codes(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Every slip's address as CSV, readable by its owner alone; for rehearsals only."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("panel_key", "panel", "url"), *rows])
    with os.fdopen(private_file(path), "wb") as file:
        file.write(text.getvalue().encode())


def write_panels(
    context: Context, frozen: making.Bundle, folder: str, rows: list[tuple[str, str, str]] | None
) -> dict[str, list[str]]:
    """One PDF a panel in `folder`, readable by their owner alone; gives the public points by panel."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    points: dict[str, list[str]] = {}
    with context.out.progress() as step, ExitStack() as stack:
        for done, panel in enumerate(frozen.panels):
            step(context.out.gettext("印票"), done, len(frozen.panels))
            keep = None if rows is None else (lambda url, panel=panel: rows.append((panel.key, panel.panel, url)))
            out = stack.enter_context(os.fdopen(private_file(target / f"{panel.key}.pdf"), "wb"))
            points[panel.panel] = making.print_panel(
                out, frozen, panel, random=context.random, translations=context.out.translations, keep=keep
            )
        step(context.out.gettext("印票"), len(frozen.panels), len(frozen.panels))
    return points


def outside_home(context: Context, where: str | None) -> None:
    """Raise RuleRefused `sheets_in_home`: what holds codes never lies beside the database and its backups (law 2)."""
    if where is not None and Path(where).resolve().is_relative_to(context.settings.home.resolve()):
        raise RuleRefused("sheets_in_home", where=where)


@poll.command("print")
@click.argument("poll_id", metavar="ID")
@sheets_option
@codes_option
@click.option(
    "--bundle", metavar="FILE", help="freeze and export for printing on another machine, without making credentials"
)
@trustee_option
@as_option
@with_context
def print_(
    context: Context,
    *,
    poll_id: str,
    sheets: str | None,
    codes: str | None,
    bundle: str | None,
    trustees: tuple[str, ...],
    organizer: str | None,
) -> None:
    """Freeze the rules and print one-time slips; printing again replaces them all."""
    listed = print_poll(
        context,
        poll_id,
        folder=sheets,
        codes=codes,
        bundle=bundle,
        who=organizer or TERMINAL,
        brought=read_files(trustees),
    )
    for panel in listed:
        line = context.out.gettext("{key}：测评号 {panel}，{slips} 张票。")
        context.out.say(line.format(**panel))
    context.out.result({"panels": listed})


@slips.command("make")
@click.argument("file")
@click.option("--sheets", metavar="DIR", required=True, help="where the slips and points.json go")
@with_context
def make(context: Context, file: str, sheets: str) -> None:
    """Make credentials and sheets from a print bundle, on any machine; take points.json back to the server."""
    outside_home(context, sheets)
    frozen = making.read_bundle(read_file(file))
    check_glyphs(making.texts_of(frozen))
    points = write_panels(context, frozen, sheets, None)
    target = Path(sheets) / "points.json"
    target.write_bytes(making.points_document(frozen, points))
    context.out.say(context.out.gettext("票已印好。请把 {file} 交回服务器；别的什么都不要交。").format(file=target))
    context.out.result(
        {
            "points": str(target),
            "panels": [{"key": panel.key, "panel": panel.panel, "slips": panel.slips} for panel in frozen.panels],
        }
    )


@poll.command("open")
@click.argument("poll_id", metavar="ID")
@trustee_option
@click.option("--credentials", metavar="points.json", help="the public points of slips made elsewhere")
@sheets_option
@codes_option
@as_option
@with_context
def open_(
    context: Context,
    *,
    poll_id: str,
    trustees: tuple[str, ...],
    credentials: str | None,
    sheets: str | None,
    codes: str | None,
    organizer: str | None,
) -> None:
    """Open the boxes; on a draft print first. Keys made elsewhere join here, the server adds a fresh one."""
    brought = read_files(trustees)
    who = organizer or TERMINAL
    signer = load_signer(context.database)
    with context.database.read() as session:
        found = find_poll(session, poll_id)
    # nothing printed or exported yet, also after a print that failed: print first, with the keys that decide what slips may promise
    unprinted = found.state in (State.DRAFT, State.PRINTED) and found.printing is None
    if unprinted and credentials is None:
        print_poll(context, poll_id, folder=sheets, codes=codes, bundle=None, who=who, brought=brought)
    elif sheets is not None or codes is not None:
        raise BadInput("open_printed", poll=poll_id)
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        demand_organizer(session, who, rehearsal=found.rehearsal)
        if credentials is not None:
            points = making.read_points(read_file(credentials), found)
            making.keep_points(
                session,
                found,
                points.panels,
                printing=points.printing,
                replaces=points.printing,
                who=who,
                now=context.now(),
            )
        keys = opening.open_poll(
            session,
            found,
            brought,
            store=context.store(found),
            sign=lambda record: signer.document(record).decode(),
            who=who,
            now=context.now(),
            random=context.random,
        )
        secrecy = making.keys_of(session, found) is making.Keys.SEPARATE
    say = context.out.say
    say(context.out.gettext("票箱已打开。密钥指纹："))
    for key in keys:
        say(f"  {key.position}  {key.origin}  {opening.key_fingerprint(key)}")
    if not secrecy:
        say(context.out.gettext("注意：密钥不在两台以上的设备上，不能对投票人说「没有人能看到您的选择」。"))
    context.out.result(
        {
            "state": found.state.value,
            "secrecy": secrecy,
            "panels": [
                {"key": panel.key, "panel": panel.uuid, "setup": panel.setup_hash, "slips": panel.slips}
                for panel in found.panels
            ],
            "trustees": [
                {"index": key.position, "origin": key.origin, "fingerprint": opening.key_fingerprint(key)}
                for key in keys
            ],
        }
    )


def parse_issued(values: tuple[str, ...]) -> dict[str, int]:
    """`KEY=N` options. Raises BadInput `issued_form`."""
    issued: dict[str, int] = {}
    for value in values:
        key, separator, number = value.partition("=")
        if not separator or not number.isdecimal() or not number.isascii() or len(number) > 9 or key in issued:  # noqa: PLR2004 - digits
            raise BadInput("issued_form", value=value)
        issued[key] = int(number)
    return issued


@poll.command("close")
@click.argument("poll_id", metavar="ID")
@click.option(
    "--issued", multiple=True, metavar="KEY=N", help="slips handed out to a panel (default: the expected number)"
)
@as_option
@witness_option
@with_context
def close(context: Context, poll_id: str, issued: tuple[str, ...], organizer: str | None, witness: str | None) -> None:
    """Close the boxes for ever, by two people."""
    numbers = parse_issued(issued)
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        people = two_people(session, rehearsal=found.rehearsal, organizer=organizer, witness=witness)
        closing.close_boxes(session, found, numbers, people=people, now=context.now())
    closing.level(context.database)
    for panel in found.panels:
        line = context.out.gettext("{key}：应到 {expected}，发出 {issued}，收回 {returned}。")
        context.out.say(
            line.format(key=panel.key, expected=panel.expected, issued=panel.issued, returned=panel.returned)
        )
    context.out.result({"state": found.state.value})


@poll.command("count")
@click.argument("poll_id", metavar="ID")
@click.option(
    "--decryption", "decryptions", multiple=True, metavar="FILE", help="what a key holder's `trustee decrypt` wrote"
)
@as_option
@with_context
def count(context: Context, poll_id: str, decryptions: tuple[str, ...], organizer: str | None) -> None:
    """Open the sums of closed boxes; waits for the keys that are missing."""
    who = organizer or TERMINAL
    with context.database.read() as session:
        found = find_poll(session, poll_id)
        demand_organizer(session, who, rehearsal=found.rehearsal)
        store = context.store(found)
    missing = []
    if found.state not in COUNTED_STATES:  # counted before: what came out is said again
        with context.out.progress() as step:
            missing = count_poll(
                context.database,
                poll_id,
                read_files(decryptions),
                store=store,
                who=who,
                now=context.now(),
                random=context.random,
                progress=step,
            )
    if missing:
        context.out.say(context.out.gettext("还缺这些密钥的份额："))
        for share in missing:
            context.out.say(f"  {share.panel}  {share.owner}  {share.fingerprint}")
        context.out.result(
            {
                "state": State.TALLIED.value,
                "missing": [
                    {"panel_key": share.panel, "index": share.owner, "fingerprint": share.fingerprint}
                    for share in missing
                ],
            }
        )
        return
    with context.database.read() as session:
        found = find_poll(session, poll_id)
        rows, state = gather(found), found.state
    results = [
        {"subject": row.subject, "panel": row.panel, "panel_key": row.panel_key, **row_fields(row)} for row in rows
    ]
    for row in results:
        score = row["score"]
        context.out.say(
            f"{row['panel_key']}  {row['subject']}  {row['outcome']}  "
            + (f"{score['num']}/{score['den']}" if score else "")
        )
    context.out.result({"state": state.value, "results": results})


@poll.command("publish")
@click.argument("poll_id", metavar="ID")
@click.option("--result", "result_file", metavar="FILE", help="also write the signed document here")
@click.option("--report", "report_file", metavar="FILE.pdf", help="also write the report with signature lines here")
@as_option
@with_context
def publish_(
    context: Context, poll_id: str, result_file: str | None, report_file: str | None, organizer: str | None
) -> None:
    """Sign the result and put it on notice."""
    signer = load_signer(context.database)
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        demand_organizer(session, organizer or TERMINAL, rehearsal=found.rehearsal)
        raw = publish(
            session,
            found,
            signer=signer,
            document_id=new_uuid(context.random),
            who=organizer or TERMINAL,
            now=context.now(),
        )
    # after the commit: publishing again only writes the files again, so a signed document is always one that is on notice
    document = json.loads(raw)["document"]
    if result_file is not None:
        Path(result_file).write_bytes(raw)
    if report_file is not None:
        with Path(report_file).open("wb") as out:
            write_report(out, document, context.out.translations)
    context.out.say(context.out.gettext("结果已签名公布，文件编号 {id}。").format(id=document["id"]))
    context.out.result({"state": found.state.value, "document": document["id"]})


@poll.command("annul")
@click.argument("poll_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT")
@as_option
@witness_option
@with_context
def annul_(context: Context, poll_id: str, reason: str, organizer: str | None, witness: str | None) -> None:
    """Annul a poll for a reason, by two people; vote again in a new poll with new slips."""
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        people = two_people(session, rehearsal=found.rehearsal, organizer=organizer, witness=witness)
        annul(session, found, reason=reason, people=people, now=context.now())
    destroy_annulled_keys(context.database)
    closing.level(context.database)
    context.out.say(context.out.gettext("测评已作废。要重新测评，请新建一个，用新的票。"))
    context.out.result({"state": found.state.value})
