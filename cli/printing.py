"""Printing: freezing a poll, making the slips here or elsewhere (`yipiao slips make`), and keeping their codes out of every other file."""

import csv
import io
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import msgspec

from ballots import opening
from ballots import slips as making
from ballots.typeface import check_glyphs
from cli.addresses import NO_NETWORK, lan_address
from cli.context import Context, private_file, read_file, with_context
from polling.errors import BadInput, RuleRefused
from polling.people import demand_organizer
from polling.polls import find_poll


@click.group()
def slips() -> None:
    """Slips, printed on any machine."""


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
    found_address = lan_address()
    base_url = context.settings.base_url or f"http://{found_address}:{context.settings.port}"
    with context.database.write() as session:
        found = find_poll(session, poll_id, lock=True)
        demand_organizer(session, who, found)
        if codes is not None and not found.rehearsal:
            raise RuleRefused("rehearsal_only")
        chosen = found.base_url or context.settings.base_url
        if chosen is None and found_address == NO_NETWORK and not found.rehearsal:
            # who writes such an address means it; guessed before the hotspot is up, it would spoil every slip
            raise RuleRefused("address_loopback", address=base_url)
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
