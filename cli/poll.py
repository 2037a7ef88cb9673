"""`yipiao poll …`."""

import json
from pathlib import Path

import click

from ballots import closing, opening
from ballots import slips as making
from ballots.annulment import destroy_ended_keys
from ballots.reconciliation import balances_of
from belenios.election import new_uuid
from cli.context import Context, read_file, read_files, with_context
from cli.life import LIFE, parse_issued, sign_next
from cli.printing import print_poll
from polling.errors import BadInput
from polling.lifecycle import State
from polling.models import ROOT
from polling.people import demand_organizer, demand_runs_polls, two_people
from polling.polls import create_poll, find_poll, read_poll_file
from polling.settings import TERMINAL
from polling.working_days import Holidays
from publishing import sign_off
from publishing.counting import count_poll
from publishing.report import write_report
from publishing.results import COUNTED_STATES, gather, publish, row_fields
from publishing.signing_keys import load_signer
from publishing.withdrawal import annul

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


@poll.command("create")
@click.argument("file")
@click.option(
    "--organization", metavar="ID", default=ROOT, help="whose poll it is, by the number on its page (default: the root)"
)
@as_option
@with_context
def create(context: Context, file: str, organization: str, organizer: str | None) -> None:
    """Make a draft from a poll FILE (TOML)."""
    parsed = read_poll_file(read_file(file), file)
    with context.database.write() as session:
        if not parsed.rehearsal:
            demand_runs_polls(session, organizer or TERMINAL, organization)
        made = create_poll(
            session,
            parsed,
            where=file,
            poll_id=new_uuid(context.random),
            who=organizer or TERMINAL,
            now=context.now(),
            organization_id=organization,
        )
    context.out.say(context.out.gettext("已建立测评「{title}」，编号 {poll}。").format(title=made.title, poll=made.id))
    context.out.result({"poll": made.id})


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
        demand_organizer(session, who, found)
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
    say(context.out.gettext("票箱已打开。钥匙核对码："))
    for key in keys:
        say(f"  {key.position}  {key.origin}  {opening.key_fingerprint(key)}")
    if not secrecy:
        say(context.out.gettext("注意：钥匙不在两台以上的设备上，不能对投票人说「没有人能看到您的选择」。"))
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


@poll.command("close")
@click.argument("poll_id", metavar="ID")
@click.option(
    "--issued", multiple=True, metavar="KEY=N", help="slips handed out to a panel (default: the expected number)"
)
@click.option("--present", multiple=True, metavar="KEY=N", help="people present of a panel (default: as many as slips)")
@click.option("--spoiled", multiple=True, metavar="KEY=N", help="spoiled slips of a panel (default: none)")
@click.option("--reason", help="why the figures of a panel do not balance")
@as_option
@witness_option
@with_context
def close(  # noqa: PLR0917 - click hands over what was typed by name
    context: Context,
    poll_id: str,
    issued: tuple[str, ...],
    present: tuple[str, ...],
    spoiled: tuple[str, ...],
    reason: str | None,
    organizer: str | None,
    witness: str | None,
) -> None:
    """Close the boxes for ever, by two people."""
    numbers, came, spoilt = parse_issued(issued), parse_issued(present), parse_issued(spoiled)
    figures = {key: closing.Stated(present=came.get(key), spoiled=spoilt.get(key, 0)) for key in {**came, **spoilt}}
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        people = two_people(session, found, organizer=organizer, witness=witness)
        notes = dict.fromkeys((panel.key for panel in found.panels), reason or "") if figures or reason else None
        closing.close_boxes(session, found, numbers, people=people, now=context.now(), figures=figures, notes=notes)
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
        demand_organizer(session, who, found)
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
        context.out.say(context.out.gettext("还有这些钥匙没有打开合计："))
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
@click.option("--sign-as", "signers", multiple=True, metavar="NAME", help="an approver who signs the next step first")
@click.option("--days", type=int, metavar="N", help="a longer notice than the scheme's")
@as_option
@with_context
def publish_(
    context: Context,
    *,
    poll_id: str,
    result_file: str | None,
    report_file: str | None,
    signers: tuple[str, ...],
    days: int | None,
    organizer: str | None,
) -> None:
    """Sign the result and put it on notice, when the sign-off chain is complete; a rehearsal's own people sign what is missing."""
    signer = load_signer(context.database)
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        demand_organizer(session, organizer or TERMINAL, found)
        for name in signers if found.state is State.COUNTED else ():
            sign_next(session, found, name=name, text=None, who=organizer or TERMINAL, now=context.now())
        if found.rehearsal and found.state is State.COUNTED:
            sign_off.stand_in(session, found, who=organizer or TERMINAL, now=context.now())
        raw = publish(
            session,
            found,
            signer=signer,
            document_id=new_uuid(context.random),
            who=organizer or TERMINAL,
            now=context.now(),
            holidays=Holidays.of(context.settings, rehearsal=found.rehearsal),
            days=days,
        )
        balances = balances_of(found)
    # after the commit: publishing again only writes the files again, so a signed document is always one that is on notice
    document = json.loads(raw)["document"]
    if result_file is not None:
        Path(result_file).write_bytes(raw)
    if report_file is not None:
        with Path(report_file).open("wb") as out:
            write_report(out, document, context.out.translations, balances=balances)
    context.out.say(context.out.gettext("结果已公布，文件编号 {id}。").format(id=document["id"]))
    context.out.result({"state": found.state.value, "document": document["id"]})


@poll.command("annul")
@click.argument("poll_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT")
@as_option
@witness_option
@with_context
def annul_(context: Context, poll_id: str, reason: str, organizer: str | None, witness: str | None) -> None:
    """Annul a poll for a reason, by two people; what was published is withdrawn. Vote again in a new poll with new slips."""
    signer = load_signer(context.database)
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        people = two_people(session, found, organizer=organizer, witness=witness)
        annul(
            session,
            found,
            reason=reason,
            people=people,
            signer=signer,
            document_id=new_uuid(context.random),
            now=context.now(),
        )
    destroy_ended_keys(context.database)
    closing.level(context.database)
    context.out.say(context.out.gettext("测评已作废。要重新测评，请新建一个，用新的票。"))
    context.out.result({"state": found.state.value})


for life in LIFE:
    poll.add_command(life)
