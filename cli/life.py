"""`yipiao poll …` from the count to the end of a result: sign, notice, object, decide, correct, finalise, archive."""

from datetime import date, datetime
from typing import Any

import click

from ballots.annulment import destroy_ended_keys
from cli.context import Context, with_context
from polling.calendar import day_of
from polling.db import Session
from polling.errors import BadInput, RuleRefused
from polling.models import Poll
from polling.people import demand_organizer, demand_role, two_people
from polling.polls import find_poll
from polling.settings import TERMINAL
from publishing import correction, ending, objections, sign_off
from publishing.objections import Came, Decision
from publishing.results import latest_notice

as_option = click.option("--as", "who", metavar="NAME", help="who does it")


def sign_next(session: Session, poll: Poll, *, name: str, text: str | None, who: str, now: datetime) -> None:
    """Let an approver sign the step whose turn it is; what was not sent to be signed is sent first."""
    chain = sign_off.chain_of(session, poll)
    if not chain.sent:
        sign_off.send(session, poll, [None] * len(chain.steps), who=who, now=now)
        chain = sign_off.chain_of(session, poll)
    if chain.current is None:
        raise RuleRefused("sign_complete")
    sign_off.sign(session, poll, chain.current.position, name=name, text=text, now=now)


def parse_issued(values: tuple[str, ...]) -> dict[str, int]:
    """`KEY=N` options. Raises BadInput `issued_form`."""
    issued: dict[str, int] = {}
    for value in values:
        key, separator, number = value.partition("=")
        if not separator or not number.isdecimal() or not number.isascii() or len(number) > 9 or key in issued:  # noqa: PLR2004 - digits
            raise BadInput("issued_form", value=value)
        issued[key] = int(number)
    return issued


def as_day(value: str | None, context: Context) -> date:
    """A day as typed, today where none was. Raises BadInput `day_form`."""
    try:
        return day_of(context.now()) if value is None else date.fromisoformat(value)
    except ValueError:
        raise BadInput("day_form", value=str(value)) from None


def _found(session: Session, poll_id: str, who: str | None) -> Poll:
    poll = find_poll(session, poll_id, lock=True)
    demand_organizer(session, who or TERMINAL, poll)
    return poll


@click.command("sign")
@click.argument("poll_id", metavar="ID")
@click.option("--as", "who", required=True, metavar="NAME", help="the approver who signs the next step, or refuses it")
@click.option("--text", metavar="TEXT", help="the opinion, where the step asks for one")
@click.option("--refuse", metavar="REASON", help="refuse instead: all signatures go")
@with_context
def sign(context: Context, poll_id: str, who: str, text: str | None, refuse: str | None) -> None:
    """Sign the next step of the sign-off chain, or refuse it."""
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        if refuse is not None:
            demand_role(session, who, sign_off.APPROVERS, poll.organization_id)
            sign_off.send_back(session, poll, reason=refuse, who=who, now=context.now())
        else:
            sign_next(session, poll, name=who, text=text, who=who, now=context.now())
        steps = sign_off.chain_of(session, poll).steps
        rows = [
            {"step": step.rule.key, "name": step.row.name if step.row else None, "done": step.done} for step in steps
        ]
        titles = [step.rule.title for step in steps]
    for title, row in zip(titles, rows, strict=True):
        state = row["name"] if row["done"] else context.out.gettext("还没有签")
        context.out.say(f"{title}  {state}")
    context.out.result({"signatures": rows})


@click.command("notice")
@click.argument("poll_id", metavar="ID")
@with_context
def notice(context: Context, poll_id: str) -> None:
    """Show the notice of a result: its days, and the objections to it."""
    with context.database.read() as session:
        poll = find_poll(session, poll_id)
        found = latest_notice(session, poll)
        listed = objections.listed(session, poll)
        undealt = {row.number for row in objections.open_objections(session, poll)}
    if found is None:
        raise RuleRefused("notice_none")
    rows: list[dict[str, Any]] = [
        {
            "number": row.number,
            "received_on": row.received_on.isoformat(),
            "text": row.text,
            "decision": row.decision,
            "open": row.number in undealt,
        }
        for row in listed
    ]
    first, last = (day.isoformat() if day is not None else None for day in (found.first_day, found.last_day))
    context.out.say(
        context.out.gettext("公示 {first} 到 {last}，异议 {number} 件。").format(
            first=first, last=last, number=len(rows)
        )
    )
    for row in rows:
        context.out.say(f"{row['number']}  {row['received_on']}  {row['decision'] or ''}  {row['text']}")
    context.out.result(
        {"state": poll.state.value, "document": found.document_id, "first": first, "last": last, "objections": rows}
    )


@click.command("object")
@click.argument("poll_id", metavar="ID")
@click.option("--text", required=True, metavar="TEXT", help="what is objected")
@click.option("--came", type=click.Choice([came.value for came in Came]), default="other", help="how it came")
@click.option("--on", "received", metavar="DAY", help="when it was received (default: today)")
@click.option("--from", "from_whom", metavar="NAME", help="from whom, where somebody gave a name")
@as_option
@with_context
def object_(
    context: Context,
    *,
    poll_id: str,
    text: str,
    came: str,
    received: str | None,
    from_whom: str | None,
    who: str | None,
) -> None:
    """Record an objection to a result on notice."""
    with context.database.write() as session:
        number = objections.record(
            session,
            _found(session, poll_id, who),
            text=text,
            came=Came(came),
            received_on=as_day(received, context),
            from_whom=from_whom,
            who=who or TERMINAL,
            now=context.now(),
        )
    context.out.say(context.out.gettext("已记下第 {number} 号异议。").format(number=number))
    context.out.result({"number": number})


@click.command("decide")
@click.argument("poll_id", metavar="ID")
@click.argument("number", metavar="NUMBER", type=int)
@click.option("--decision", type=click.Choice([decision.value for decision in Decision]), required=True)
@click.option("--text", required=True, metavar="TEXT", help="why")
@click.option("--by", "decided_by", required=True, metavar="NAME", help="who decided")
@as_option
@with_context
def decide(
    context: Context, *, poll_id: str, number: int, decision: str, text: str, decided_by: str, who: str | None
) -> None:
    """Write down how an objection was decided; `correct` and `annul` uphold it."""
    with context.database.write() as session:
        objections.decide(
            session,
            _found(session, poll_id, who),
            number,
            decision=Decision(decision),
            text=text,
            decided_by=decided_by,
            who=who or TERMINAL,
            now=context.now(),
        )
    context.out.say(context.out.gettext("第 {number} 号异议的决定已记下。").format(number=number))
    context.out.result({"number": number, "decision": decision})


@click.command("correct")
@click.argument("poll_id", metavar="ID")
@click.option("--issued", multiple=True, required=True, metavar="KEY=N", help="slips that were handed out to a panel")
@click.option("--reason", required=True, metavar="TEXT")
@as_option
@click.option("--witness", metavar="NAME", help="the scrutineer who witnesses it")
@with_context
def correct(
    context: Context, *, poll_id: str, issued: tuple[str, ...], reason: str, who: str | None, witness: str | None
) -> None:
    """Restate the slips that were handed out, by two people; the result is signed and published anew."""
    numbers = parse_issued(issued)
    with context.database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        people = two_people(session, poll, organizer=who, witness=witness)
        correction.correct(session, poll, numbers, reason=reason, people=people, now=context.now())
    context.out.say(context.out.gettext("已更正。请重新签字，再公布；新的结果文件代替原来的。"))
    context.out.result({"state": poll.state.value})


@click.command("finalise")
@click.argument("poll_id", metavar="ID")
@as_option
@with_context
def finalise(context: Context, poll_id: str, who: str | None) -> None:
    """End the notice: the result is final, the server's keys of the poll are destroyed."""
    with context.database.write() as session:
        poll = _found(session, poll_id, who)
        ending.finalise(session, poll, who=who or TERMINAL, now=context.now())
    destroy_ended_keys(context.database)
    context.out.say(context.out.gettext("结果已定稿。"))
    context.out.result({"state": poll.state.value})


@click.command("archive")
@click.argument("poll_id", metavar="ID")
@as_option
@with_context
def archive(context: Context, poll_id: str, who: str | None) -> None:
    """Note that the papers of a final poll are archived."""
    with context.database.write() as session:
        poll = _found(session, poll_id, who)
        ending.archive(session, poll, who=who or TERMINAL, now=context.now())
    context.out.say(context.out.gettext("已归档。"))
    context.out.result({"state": poll.state.value})


LIFE = (sign, notice, object_, decide, correct, finalise, archive)
