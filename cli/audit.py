"""`yipiao audit`: what was done by whom, in words, and whether that log is still what it was."""

import re

import click

from cli.context import Context, with_context
from polling import audit as chain
from polling.calendar import day_words
from polling.errors import BadInput, RuleRefused
from polling.history import history, log, panel_titles, poll_titles
from polling.history_words import act_words, who_words
from polling.polls import find_poll


@click.group()
def audit() -> None:
    """The log of what was done by whom."""


@audit.command("verify")
@click.option("--head", "noted", metavar="HASH", help="a head that was noted earlier: it must be in the chain")
@with_context
def verify(context: Context, noted: str | None) -> None:
    """Compute the hash chain of the log anew, and show its head to note down."""
    if noted is not None:
        noted = noted.strip().lower()
        if not re.fullmatch(r"[0-9a-f]{64}", noted):
            raise BadInput("audit_head")
    with context.database.read() as session:
        found = chain.walk(session, noted)
    if found.broken is not None:
        raise RuleRefused("audit_broken", number=found.broken)
    if noted is not None and not found.has_noted:
        raise RuleRefused("audit_head_missing", entries=found.entries)
    say, _ = context.out.say, context.out.gettext
    say(_("操作记录共 {entries} 条，没有被改动过。").format(entries=found.entries))
    say(_("最后一条的核对码，请抄下来另外保管，以后用 --head 核对：{head}").format(head=found.head))
    context.out.result({"entries": found.entries, "head": found.head})


@audit.command("show")
@click.option("--poll", "poll_id", metavar="ID", help="of one poll only")
@with_context
def show(context: Context, poll_id: str | None) -> None:
    """Print the log in words, the oldest entry first."""
    _ = context.out.gettext
    with context.database.read() as session:
        done = log(session) if poll_id is None else history(session, poll_id)
        if poll_id is not None and not done:
            find_poll(session, poll_id)
        polls, panels = poll_titles(session, done), panel_titles(session, {entry.poll_id for entry in done})
    entries = []
    for entry in reversed(done):
        title = polls.get(entry.poll_id or "", "")
        who, words = who_words(entry.who, _), act_words(entry, panels[entry.poll_id], _)
        at = f"{day_words(entry.at.date(), _)} {entry.at:%H:%M}"
        context.out.say(f"{entry.number}  {at}  {who}：{words}" + (f"（{title}）" if title else ""))
        entries.append(
            {
                "number": entry.number,
                "at": entry.at.isoformat(),
                "who": entry.who,
                "what": entry.what,
                "poll": entry.poll_id,
                "words": words,
            }
        )
    context.out.result({"entries": entries})
