"""What the commands of `yipiao scoring` share: who acts, in which world, by which pack."""

from collections.abc import Iterable
from typing import Any

import click

from cli.context import Context, read_file
from polling.packs import load_pack
from polling.packs import packs as installed
from polling.settings import TERMINAL
from publishing.published import frozen_scheme
from schemes.loading import digest
from schemes.rules import Scheme
from scoring import packs
from scoring.entries import Act

as_option = click.option("--as", "who", metavar="NAME", help="who does it")
rehearsal_option = click.option("--rehearsal", is_flag=True, help="in the book of rehearsals")
scheme_option = click.option(
    "--scheme", metavar="NAME|FILE", default="standard", show_default=True, help="the pack, by name or as a file"
)


def act_of(context: Context, who: str | None, *, rehearsal: bool) -> Act:
    """Who acts: the person named by --as, else the terminal."""
    return Act(TERMINAL if who is None else who, context.now(), rehearsal)


def pack_named(session: Any, name: str) -> Scheme:
    """The pack by name: the newest that is at hand, else the project's or the installation's own; a file is taken as it is."""
    if name.endswith(".toml"):
        return packs.adopt(session, read_file(name))
    return packs.newest(session, name) if name in packs.names(session) else packs.adopt(session, load_pack(name).raw)


def pack_by_digest(session: Any, wanted: str, brought: Iterable[bytes]) -> bytes | None:
    """The bytes of a pack: of a poll of this installation, among those brought, or one that is installed here."""
    frozen = frozen_scheme(session, wanted)
    if frozen is not None:
        return frozen
    here = (pack.raw for pack in installed()[0])
    return next((raw for raw in (*brought, *here) if digest(raw) == wanted), None)
