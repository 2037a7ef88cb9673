"""`yipiao scoring enter …`: numbers, facts, decisions, signatures."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from cli.context import Context, with_context
from cli.scoring_options import act_of, as_option, pack_named, rehearsal_option, scheme_option
from polling.calendar import day_of
from polling.db import Session
from polling.errors import BadInput
from scoring import book, deciding, entering
from scoring.entries import Act, standing

replaces_option = click.option("--replaces", type=int, metavar="NUMBER", help="the entry that this one corrects")


@click.group()
def enter() -> None:
    """Enter a number, a fact, a decision or a signature; every entry has its number and is never changed."""


def _enter(
    context: Context,
    function: Callable[..., int],
    *,
    scheme: str,
    rehearsal: bool,
    who: str | None,
    by_pack: bool = True,
    **fields: Any,
) -> None:
    act = act_of(context, who, rehearsal=rehearsal)
    with context.database.write() as session:
        pack = pack_named(session, scheme)
        number = function(session, act, *((pack,) if by_pack else ()), **fields)
        book.refresh(session, pack.name, rehearsal=rehearsal)
    context.out.say(context.out.gettext("已记为第 {number} 号。").format(number=number))
    context.out.result({"number": number})


@enter.command("part")
@click.argument("subject")
@click.argument("period")
@click.option("--part", required=True, metavar="TEXT", help="key or title of the part")
@click.option("--score", required=True, metavar="TEXT", help="0 to 100, exact")
@click.option("--source", required=True, metavar="TEXT", help="where the number comes from")
@click.option("--by", default="", metavar="NAME", help="who gave the number; default: who enters it")
@replaces_option
@scheme_option
@rehearsal_option
@as_option
@with_context
def part(context: Context, **fields: Any) -> None:
    """Enter one number of the composite."""
    _enter(context, entering.enter_part, **fields)


@enter.command("fact")
@click.argument("subject")
@click.argument("period")
@click.option("--fact", required=True, metavar="TEXT", help="key or title of the fact")
@click.option("--evidence", required=True, metavar="TEXT", help="what it is known from")
@click.option("--chosen", metavar="GRADE", help="the grade picked, where the rule leaves a choice")
@replaces_option
@scheme_option
@rehearsal_option
@as_option
@with_context
def fact(context: Context, **fields: Any) -> None:
    """Enter a fact with its evidence; somebody else confirms it."""
    _enter(context, entering.enter_fact, **fields)


@enter.command("confirm")
@click.argument("number", type=int)
@scheme_option
@rehearsal_option
@as_option
@with_context
def confirm(context: Context, **fields: Any) -> None:
    """Confirm a fact that another person entered."""
    _enter(context, entering.confirm_fact, by_pack=False, **fields)


@enter.command("withdraw")
@click.argument("number", type=int)
@click.option("--reason", required=True, metavar="TEXT")
@scheme_option
@rehearsal_option
@as_option
@with_context
def withdraw(context: Context, **fields: Any) -> None:
    """Take an entry back; it stays readable."""
    _enter(context, entering.withdraw, by_pack=False, **fields)


@enter.command("grade")
@click.argument("subject")
@click.argument("period")
@click.option("--grade", required=True, metavar="TEXT", help="key or title of the grade")
@click.option("--reason", required=True, metavar="TEXT")
@replaces_option
@scheme_option
@rehearsal_option
@as_option
@with_context
def grade(context: Context, **fields: Any) -> None:
    """Enter a grade that people decided."""
    _enter(context, deciding.decide_grade, **fields)


@enter.command("quota")
@click.argument("organization", metavar="ORG")
@click.argument("period")
@click.option("--quota", required=True, metavar="TEXT", help="key or title of the quota")
@click.option("--what", required=True, type=click.Choice(["alternative", "override"]))
@click.option("--reason", required=True, metavar="TEXT")
@scheme_option
@rehearsal_option
@as_option
@with_context
def quota(context: Context, **fields: Any) -> None:
    """Enter what was approved about a quota."""
    _enter(context, deciding.decide_quota, **fields)


@enter.command("sign")
@click.argument("organization", metavar="ORG")
@click.argument("period")
@click.option("--step", required=True, metavar="TEXT", help="key or title of the step")
@click.option("--by", required=True, metavar="NAME", help="who signs")
@click.option("--on", metavar="DATE", help="day of the signature; default: today")
@click.option("--text", default="", metavar="TEXT", help="the opinion, where one is asked for")
@click.option("--subject", metavar="ID", help="about this subject alone")
@scheme_option
@rehearsal_option
@as_option
@with_context
def sign(
    context: Context, organization: str, period: str, *, on: str | None, scheme: str, rehearsal: bool, **fields: Any
) -> None:
    """Sign one step over the grades as the ledger has them now; it binds once compared, and figures that change later are signed anew."""
    try:
        day = date.fromisoformat(on) if on is not None else day_of(context.now())
    except ValueError:
        raise BadInput("scoring_day", value=on) from None
    with context.database.write() as session:
        pack = pack_named(session, scheme)
        ledger = book.current(session, pack.name, organization, period, rehearsal=rehearsal)
    _enter(
        context,
        deciding.sign,
        scheme=scheme,
        rehearsal=rehearsal,
        organization=organization,
        period=period,
        on=day,
        ledger=ledger.digest,
        rows=ledger.rows,
        **fields,
    )


@enter.command("compare")
@click.argument("number", type=int)
@scheme_option
@rehearsal_option
@as_option
@with_context
def compare(context: Context, **fields: Any) -> None:
    """Compare a signature with the signed sheet: another person than who entered it and than who signed."""
    _enter(context, _compare, by_pack=False, **fields)


def _compare(session: Session, act: Act, *, number: int) -> int:
    signed = standing(session, number, "sign", rehearsal=act.rehearsal)
    ledger = book.current(session, signed.scheme, signed.organization, signed.period, rehearsal=act.rehearsal)
    return deciding.compare(session, act, number=number, rows=ledger.rows)
