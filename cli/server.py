"""`yipiao serve`, `rehearse` and `user add`."""

import os
import socket
import sys
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ballots.annulment import destroy_annulled_keys
from ballots.closing import level
from cli import rehearsal
from cli.addresses import lan_address
from cli.context import Context, with_context
from polling import audit
from polling.errors import BadInput
from polling.models import Role
from polling.people import add_user
from publishing.signing_keys import load_signer
from schemes.loading import load

MOST_WAITING = 256


def demand_free(address: str, port: int) -> None:
    """Raise BadInput `port_used` where somebody listens already: the system would deal requests out to both servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what closed a minute ago does not count
        try:
            probe.bind((address, port))
        except OSError:
            raise BadInput("port_used", address=address, port=port) from None


@click.command()
@click.option("--address", default="0.0.0.0", show_default=True, help="where to listen")  # noqa: S104 - phones of the same network must reach it
@click.option("--rehearsal", "folder", metavar="DIR", help="say where this rehearsal's files lie")
@with_context
def serve(context: Context, address: str, folder: str | None) -> None:
    """Migrate, then serve until stopped."""
    load_signer(context.database)
    level(context.database)  # a closing that was cut short is finished first
    destroy_annulled_keys(context.database)
    context.database.dispose()
    port = context.settings.port
    demand_free(address, port)
    say, _ = context.out.say, context.out.gettext
    if folder is not None:
        say(rehearsal.where_things_are(Path(folder), _))
    if address == "0.0.0.0":  # noqa: S104 - the same
        say(_("同一网络的手机请打开 {url}").format(url=f"http://{lan_address()}:{port}/"))
    say(_("本机请打开 {url}").format(url=f"http://127.0.0.1:{port}/"))
    sys.stdout.flush()
    Granian(
        "wsgi:app",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=os.cpu_count() or 1,
        blocking_threads=MOST_WAITING,  # they wait for bytes of slow phones; one at a time does work (web.bodies.Turns)
        log_access=False,  # nobody notes who asked what, on any route
        log_level=LogLevels.error,  # its one warning is about the number of threads
        respawn_failed_workers=True,
    ).serve()


@click.command()
@click.option("--scheme", "scheme_name", default="standard", show_default=True)
@click.option(
    "--out",
    "folder",
    default="rehearsal",
    show_default=True,
    metavar="DIR",
    help="where slips, archives, result and report go",
)
@with_context
def rehearse(context: Context, scheme_name: str, folder: str) -> None:
    """Rehearse one whole day headless: print, open, vote over HTTP, close, count, publish, verify."""
    summary = rehearsal.rehearse(context, load(scheme_name), Path(folder))
    context.out.say(rehearsal.where_things_are(Path(folder), context.out.gettext))
    context.out.result(summary)


@click.group()
def user() -> None:
    """The people who run polls."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="read a password for the pages from standard input")
@with_context
def add(context: Context, name: str, role: str, password_stdin: bool) -> None:
    """Register somebody."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with context.database.write() as session:
        add_user(session, name, Role(role), password)
        audit.record(session, who="terminal", what="user.add", now=context.now(), name=name, role=role)
    context.out.say(context.out.gettext("已登记 {name}（{role}）。").format(name=name, role=role))
    context.out.result({"name": name, "role": role})
