"""`yipiao serve`, `rehearse` and `user`."""

import os
import socket
import ssl
import sys
from pathlib import Path

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ballots.annulment import destroy_ended_keys
from ballots.closing import level
from cli import rehearsal, rehearsed_year
from cli.addresses import lan_address
from cli.context import Context, read_file, with_context
from cli.delivery import delivering
from polling import audit, backup, first
from polling.errors import BadInput
from polling.models import ROOT, Role
from polling.packs import load_pack
from polling.passwords import hash_password
from polling.people import known_of, register, set_password
from polling.second_step import turn_off
from publishing.signing_keys import load_signer

MOST_WAITING = 256


def demand_free(address: str, port: int) -> None:
    """Raise BadInput `port_used` where somebody listens already: the system would deal requests out to both servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what closed a minute ago does not count
        try:
            probe.bind((address, port))
        except OSError:
            raise BadInput("port_used", address=address, port=port) from None


def demand_certificate(certificate: Path | None, key: Path | None) -> None:
    """Raise BadInput unless certificate and key are both given and fit, or neither is given."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise BadInput("certificate_alone")
    for path in (certificate, key):
        read_file(str(path))
    try:
        # an empty password, because a key that wants one would be asked for it on the terminal
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError, ValueError):
        raise BadInput("certificate_unusable", certificate=str(certificate), key=str(key)) from None


def show_first_code(context: Context, desk: str) -> None:
    """Say how the first administrator comes in, as long as there is none."""
    with context.database.read() as session:
        if not first.is_due(session):
            return
    code = first.new_code(context.database, now=context.now(), random=context.random)
    say, _ = context.out.say, context.out.gettext
    say(_("还没有管理员。请打开 {url}，输入一次性口令：").format(url=f"{desk}/desk/first"))
    say(f"\n    {code}\n")


@click.command()
@click.option("--address", default="0.0.0.0", show_default=True, help="where to listen")  # noqa: S104 - phones of the same network must reach it
@click.option("--certificate", type=click.Path(path_type=Path), metavar="FILE", help="serve https with this (PEM)")
@click.option("--certificate-key", type=click.Path(path_type=Path), metavar="FILE", help="its private key (PEM)")
@click.option("--rehearsal", "folder", metavar="DIR", help="say where this rehearsal's files lie")
@with_context
def serve(
    context: Context, address: str, certificate: Path | None, certificate_key: Path | None, folder: str | None
) -> None:
    """Migrate, then serve until stopped."""
    demand_certificate(certificate, certificate_key)
    port = context.settings.port
    demand_free(address, port)
    load_signer(context.database)
    level(context.database)  # a closing that was cut short is finished first
    destroy_ended_keys(context.database)
    backup.sweep(context.settings, now=context.now())
    say, _ = context.out.say, context.out.gettext
    web = "https" if certificate else "http"
    here = f"{web}://127.0.0.1:{port}"
    if folder is not None:
        say(rehearsal.where_things_are(Path(folder), _))
    if address == "0.0.0.0":  # noqa: S104 - the same
        say(_("同一网络的手机请打开 {url}").format(url=f"{web}://{lan_address()}:{port}/"))
    say(_("本机请打开 {url}").format(url=f"{here}/"))
    show_first_code(context, here)
    context.database.dispose()
    sys.stdout.flush()
    os.environ[backup.SERVER] = str(os.getpid())
    server = Granian(
        "wsgi:app",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=os.cpu_count() or 1,
        blocking_threads=MOST_WAITING,  # they wait for bytes of slow phones; one at a time does work (web.bodies.Turns)
        log_access=False,  # nobody notes who asked what, on any route
        log_level=LogLevels.error,  # its one warning is about the number of threads
        respawn_failed_workers=True,
        workers_kill_timeout=10,  # s; a worker that is told to stop while it starts does not hear it, and a vote is on disk before its receipt (law 5)
        ssl_cert=certificate,
        ssl_key=certificate_key,
    )
    with delivering():
        server.serve()


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
@click.option("--year", "whole_year", is_flag=True, help="a whole assessment year in small, up to its summary sheets")
@with_context
def rehearse(context: Context, scheme_name: str, folder: str, *, whole_year: bool) -> None:
    """Rehearse one whole day headless: print, open, vote over HTTP, close, count, publish, verify; or a whole year."""
    if whole_year:
        report = rehearsed_year.rehearse_year(context, load_pack(scheme_name), Path(folder))
        context.out.say((Path(folder) / "README.txt").read_text(encoding="utf-8"))
        context.out.result(report)
        return
    summary = rehearsal.rehearse(context, load_pack(scheme_name), Path(folder))
    context.out.say(rehearsal.where_things_are(Path(folder), context.out.gettext))
    context.out.result(summary)


@click.group()
def user() -> None:
    """The people who run polls."""


def asked_password(context: Context, *, from_input: bool) -> str:
    """A password from the first line of standard input, or typed twice at the terminal without being shown."""
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt(context.out.gettext("密码（不显示）"), hide_input=True, confirmation_prompt=True, err=True))


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--at", metavar="ID", default=ROOT, help="the organization, by the number on its page (default: the root)"
)
@click.option("--password", "ask", is_flag=True, help="ask for a password for the pages")
@click.option("--password-stdin", is_flag=True, help="read a password for the pages from standard input")
@with_context
def add(context: Context, *, name: str, role: str, at: str, ask: bool, password_stdin: bool) -> None:
    """Register somebody."""
    password = asked_password(context, from_input=password_stdin) if ask or password_stdin else None
    with context.database.read() as session:
        known = known_of(session, name, at)
    kept = hash_password(password, *known) if password is not None else None
    with context.database.write() as session:
        added = register(session, name, Role(role), kept, at=at)
        audit.record(
            session, who="terminal", what="user.add", now=context.now(), name=added.name, role=role, organization=at
        )
    context.out.say(context.out.gettext("已登记 {name}（{role}）。").format(name=name, role=role))
    context.out.result({"name": added.name, "role": role})


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
@with_context
def password(context: Context, name: str, password_stdin: bool) -> None:
    """Give somebody a new password for the pages, for who forgot it."""
    with context.database.read() as session:
        known = known_of(session, name)
    kept = hash_password(asked_password(context, from_input=password_stdin), *known)
    with context.database.write() as session:
        changed = set_password(session, name, kept)
        audit.record(session, who="terminal", what="user.password", now=context.now(), name=name)
    context.out.say(context.out.gettext("{name} 的密码已经换好。").format(name=name))
    if changed.totp_sealed is not None:
        context.out.say(
            context.out.gettext(
                "两步登录还开着，登录仍要手机上的验证码。手机丢了，再运行 yipiao user two-steps-off {name}。"
            ).format(name=name)
        )
    context.out.result({"name": name})


@user.command("two-steps-off")
@click.argument("name")
@with_context
def two_steps_off(context: Context, name: str) -> None:
    """Let the password be enough again, for who lost the phone and the recovery codes."""
    with context.database.write() as session:
        turn_off(session, name, who="terminal", now=context.now())
    context.out.say(context.out.gettext("{name} 的两步登录已经关掉，登录着的地方都已退出。").format(name=name))
    context.out.result({"name": name})
