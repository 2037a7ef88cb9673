"""`yipiao deliver`, `receiver` and `keys`: handing published documents over, and the keys that sign them."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from cli.context import Context, with_context
from polling.db import Database
from polling.errors import DomainError
from polling.polls import find_poll
from polling.settings import TERMINAL
from publishing import outbox
from publishing import receivers as people
from publishing.delivery import Deliver, deliver_due
from publishing.delivery_words import reason_words
from publishing.models import Passage, Receiver
from publishing.outbox import Message
from publishing.published import frozen_scheme
from publishing.signing_keys import public_keys, rotate
from scoring.book import take

IDLE_SECONDS = 2.0


def scoring_layer(database: Database) -> Deliver:
    """Hand documents to the scoring layer of this installation, which checks them as it checks every other's."""

    def hand_over(message: Message) -> None:
        with database.write() as session:
            keys = public_keys(session)
            take(session, message.raw, keys, lambda digest: frozen_scheme(session, digest), now=datetime.now(UTC))

    return hand_over


@click.command()
@click.option("--once", is_flag=True, help="send what is due now, and end")
@with_context
def deliver(context: Context, once: bool) -> None:
    """Send published documents to their receivers, until stopped. `yipiao serve` does this by itself."""
    if once:
        passed = deliver_due(
            context.database, now=context.now, random=context.random, local=scoring_layer(context.database)
        )
        said = context.out.gettext("送到 {delivered} 份，没有送成 {failed} 次。")
        context.out.say(said.format(delivered=passed.delivered, failed=passed.failed))
        context.out.result({"delivered": passed.delivered, "failed": passed.failed})
        return
    parent = os.getppid()
    with contextlib.suppress(KeyboardInterrupt):
        while os.getppid() == parent:  # a server that was killed leaves nobody behind who goes on sending
            try:
                deliver_due(
                    context.database, now=context.now, random=context.random, local=scoring_layer(context.database)
                )
            except DomainError as error:  # a database that does not answer now may do so later
                context.out.say(context.out.gettext("送达没有做成（{code}），稍后再试。").format(code=error.code))
            time.sleep(IDLE_SECONDS)


@contextmanager
def delivering() -> Iterator[None]:
    """Deliver in a process of its own beside the server: its workers are forks, and a fork must not find a thread at work."""
    program = [sys.executable, "-c", "from cli.main import main; main()", "deliver"]
    process = subprocess.Popen(program, stdin=subprocess.DEVNULL)  # noqa: S603 - this very program
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@click.group()
def receiver() -> None:
    """Who is sent the published documents."""


@receiver.command("add")
@click.argument("name")
@click.argument("url")
@with_context
def add(context: Context, name: str, url: str) -> None:
    """Send what is published from now on to URL too. Shows the secret that signs it, this once."""
    with context.database.write() as session:
        secret = people.add_receiver(
            session,
            name,
            url,
            secret=context.settings.secret(),
            random=context.random,
            who=TERMINAL,
            now=context.now(),
        )
    say, _ = context.out.say, context.out.gettext
    say(_("已登记接收方 {name}。下面是核对签名用的密钥，只显示这一次，请交给对方保管：").format(name=name.strip()))
    say(f"\n    {secret}\n")
    context.out.result({"name": name.strip(), "url": url, "secret": secret})


@receiver.command("list")
@with_context
def list_(context: Context) -> None:
    """The receivers, and what has not reached them with the reason."""
    _ = context.out.gettext
    with context.database.read() as session:
        listed = []
        for one in people.receivers(session):
            waiting = outbox.undelivered(session, one.name, lambda poll: find_poll(session, poll).title)
            context.out.say(f"{one.name}  {one.url or _('本机')}  {state_words(one, _)}")
            for row in waiting:
                context.out.say(f"    {row.document}  {row.title}  {row_words(row, _)}")
            listed.append(
                {"name": one.name, "url": one.url, "active": one.active, "gone": one.gone}
                | {"undelivered": [_row(row) for row in waiting]}
            )
    context.out.result({"receivers": listed})


def _row(row: outbox.Waiting) -> dict[str, Any]:
    return {
        "document": row.document,
        "parked": row.passage is Passage.PARKED,
        "held": row.held,
        "attempts": row.attempts,
        "due_at": row.due_at.isoformat(),
        "reason": row.reason,
        "status": row.status,
    }


def state_words(one: Receiver, _: Any) -> str:
    """How a receiver stands."""
    if one.gone:
        return str(_("已停送：对方说这个地址不再接收（410）"))
    return str(_("在送") if one.active else _("已暂停"))


def row_words(row: outbox.Waiting, _: Any) -> str:
    """How an undelivered document stands, with the reason."""
    if row.held:
        return str(_("等同一场测评前面的文件先送到"))
    state = _("三天没有送成，已停送") if row.passage is Passage.PARKED else _("还没有送到")
    return "；".join(filter(None, (state, reason_words(row, _))))


@receiver.command("pause")
@click.argument("name")
@with_context
def pause(context: Context, name: str) -> None:
    """Send nothing to NAME for now; documents wait."""
    with context.database.write() as session:
        people.pause(session, name, who=TERMINAL, now=context.now())
    context.out.say(context.out.gettext("已暂停。文件会等着，恢复以后补送。"))
    context.out.result({"name": name, "active": False})


@receiver.command("resume")
@click.argument("name")
@with_context
def resume(context: Context, name: str) -> None:
    """Send to NAME again, what waits at once."""
    with context.database.write() as session:
        people.resume(session, name, who=TERMINAL, now=context.now())
    context.out.say(context.out.gettext("已恢复，等着的文件马上补送。"))
    context.out.result({"name": name, "active": True})


@receiver.command("remove")
@click.argument("name")
@click.option("--waiting-too", is_flag=True, help="even where documents have not reached it")
@with_context
def remove(context: Context, name: str, waiting_too: bool) -> None:
    """Strike NAME out."""
    with context.database.write() as session:
        dropped = people.remove(session, name, waiting_too=waiting_too, who=TERMINAL, now=context.now())
    context.out.say(context.out.gettext("已划掉 {name}。").format(name=name))
    context.out.result({"name": name, "dropped": dropped})


@receiver.command("replay")
@click.argument("name")
@click.option("--document", "document_id", metavar="ID", help="this one alone, even if it was delivered")
@with_context
def replay(context: Context, name: str, document_id: str | None) -> None:
    """Send what is parked at NAME again."""
    with context.database.write() as session:
        number = outbox.replay(session, name, document_id, who=TERMINAL, now=context.now())
    context.out.say(context.out.gettext("{number} 份文件马上补送。").format(number=number))
    context.out.result({"name": name, "documents": number})


@click.group()
def keys() -> None:
    """The keys that sign documents and receipts."""


@keys.command("rotate")
@with_context
def rotate_(context: Context) -> None:
    """Sign with a new key from now on. What was signed before stays verifiable."""
    signer, retired = rotate(context.database, who=TERMINAL, now=context.now())
    said = context.out.gettext("从现在起用新的签名密钥 {key}。以前签的文件和回执照样能核对。")
    context.out.say(said.format(key=signer.key_id))
    context.out.result({"key": signer.key_id, "retired": retired})
