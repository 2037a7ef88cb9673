"""`yipiao trustee …`: a key holder's own program. It needs no database and no server.

Invariants:
* a key counts only after its paper backup was read back: the public part is written then, not before;
* a key decrypts the closed sum of a box once: the key file remembers which, and refuses another archive of the same box.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from ballots.key_backup import backup_text, read_backup
from ballots.shares import write_share
from belenios.archive import read_archive
from belenios.decryption import MINIMUM_BALLOTS, DecryptionRefused, decrypt
from belenios.election import ElectionRefused, read_election
from belenios.group import ORDER, base_power
from belenios.trustees import fingerprint, new_key, public_part, read_public_part
from belenios.verify import Check, NotVerified, Unreadable
from cli.context import Context, private_file, read_file, with_context
from polling.errors import BadInput, RuleRefused
from publishing.documents import DocumentUnreadable, open_envelope

KEY_TYPE = "yipiao.trustee-key"


@click.group()
def trustee() -> None:
    """Keys of a poll, made and used away from the server."""


@trustee.command("new")
@click.argument("file")
@click.option("--read-back", metavar="TEXT", help="the backup, typed from the paper (asked for when left out)")
@click.option(
    "--from-backup", "paper", metavar="TEXT", help="bring a lost key back from its paper instead of making one"
)
@with_context
def new(context: Context, *, file: str, read_back: str | None, paper: str | None) -> None:
    """Make a key in FILE, its printable backup beside it (FILE.backup.pdf), and its public part (FILE.public.json) once the backup was read back.

    On a key that waits for its backup, this goes on where it stopped.
    """
    path = Path(file)
    if path.exists():
        document = read_key_file(file)
        if document["confirmed"]:
            raise BadInput("file_exists", where=file)
    else:
        private_key = new_key(context.random) if paper is None else read_backup(paper)
        public = public_part(private_key, context.random).decode()
        document = {
            "type": KEY_TYPE,
            "private_key": str(private_key),
            "public": public,
            "confirmed": False,
            "decrypted": {},
        }
        write_key_file(path, document)
    from ballots.backup_sheet import write_backup_sheet  # loads the fonts, which decrypting does not need

    # written again while the key waits: a lost sheet must not strand it
    with os.fdopen(private_file(Path(f"{file}.backup.pdf")), "wb") as out:
        write_backup_sheet(out, backup_text(int(document["private_key"])), key_name(document), context.out.translations)
    context.out.say(context.out.gettext("钥匙核对码：{fingerprint}").format(fingerprint=key_name(document)))
    context.out.say(
        context.out.gettext("请打印 {file}，收好；再照着纸输入备份，核对无误才算数。").format(file=f"{file}.backup.pdf")
    )
    typed = paper or (read_back if read_back is not None else _ask(context))
    if not typed.strip():
        raise RuleRefused("backup_not_read")
    if read_backup(typed) != int(document["private_key"]):
        raise BadInput("backup_differs")
    Path(f"{file}.public.json").write_text(document["public"], encoding="utf-8")
    write_key_file(path, document | {"confirmed": True})
    context.out.say(
        context.out.gettext("备份核对无误。请把 {file} 交给组织者；钥匙文件和备份谁也不给。").format(
            file=f"{file}.public.json"
        )
    )
    context.out.result(
        {
            "key": file,
            "public": f"{file}.public.json",
            "backup": f"{file}.backup.pdf",
            "fingerprint": key_name(document),
        }
    )


def _ask(context: Context) -> str:
    context.out.say(context.out.gettext("备份："))
    return sys.stdin.readline() if sys.stdin is not None else ""


@trustee.command("decrypt")
@click.argument("archive")
@click.option("--key", "key_file", required=True, metavar="FILE")
@click.option("--setup", metavar="HASH", help="the setup value of the signed opening record")
@click.option(
    "--opening",
    "record_file",
    metavar="FILE",
    help="the opening record itself: its setup value, and its minimum of ballots",
)
@click.option("--out", "target", metavar="FILE", help="where the share goes (default: PANEL.NUMBER.decryption.json)")
@with_context
def decrypt_(
    context: Context, *, archive: str, key_file: str, setup: str | None, record_file: str | None, target: str | None
) -> None:
    """Check a closed box's ARCHIVE completely, then decrypt its sum with this key."""
    minimum = MINIMUM_BALLOTS
    if record_file is not None:
        setup, minimum = read_opening(record_file, setup)
    if setup is None:
        raise BadInput("setup_missing")
    raw = read_file(archive)
    document = read_key_file(key_file)
    if not document["confirmed"]:
        raise RuleRefused("trustee_key_unconfirmed", where=key_file)
    try:
        box = read_archive(raw)
        election = read_election(box.election)
    except (Unreadable, ElectionRefused) as error:
        raise BadInput("unreadable", detail=str(error)) from None
    except NotVerified as error:
        raise RuleRefused("not_verified", check=error.check.value, detail=error.detail) from None
    tally = box.tally.hash if box.tally is not None else ""
    # by the election, not by the setup: ballots are bound to the election alone, and a server can make many setups of one
    if document["decrypted"].get(election.fingerprint, tally) != tally:
        raise RuleRefused("decrypted_other")
    line = context.out.gettext("{title}，{panel}：{ballots} 张选票。请与收回的票数核对。")
    context.out.say(line.format(title=election.name, panel=election.description, ballots=len(box.ballots)))
    try:
        with context.out.progress() as step:
            share = decrypt(
                raw,
                int(document["private_key"]),
                setup,
                context.random,
                minimum=minimum,
                workers=os.cpu_count() or 1,
                progress=lambda done, total: step(archive, done, total),
            )
    except DecryptionRefused as refused:
        if isinstance(refused.cause, NotVerified):
            raise RuleRefused("not_verified", check=refused.cause.check.value, detail=refused.cause.detail) from None
        raise RuleRefused("decryption_refused", panel=archive, reason=refused.reason.value) from None
    # remembered before the share leaves: a second archive of this box is refused even if this run is cut short
    write_key_file(Path(key_file), document | {"decrypted": document["decrypted"] | {election.fingerprint: tally}})
    panel = election.uuid
    target = target or f"{panel}.{share.owner}.decryption.json"
    Path(target).write_bytes(write_share(panel, setup, share.owner, share.payload))
    context.out.say(context.out.gettext("档案核对无误，已解出合计的份额：{file}。请交给组织者。").format(file=target))
    context.out.result({"file": target, "panel": panel, "owner": share.owner})


def read_opening(where: str, setup: str | None) -> tuple[str, int]:
    """Setup hash and minimum of ballots of an opening record. Raises BadInput, RuleRefused when `setup` names another."""
    try:
        record = open_envelope(read_file(where))[0]
        found, minimum = str(record["setup"]), int(record["minimum"])
    except (DocumentUnreadable, KeyError, TypeError, ValueError):
        raise BadInput("unreadable", detail=where) from None
    if setup not in (None, found):
        raise RuleRefused("not_verified", check=Check.SETUP_HASH.value, detail=found)
    return found, max(minimum, MINIMUM_BALLOTS)


def key_name(document: dict[str, Any]) -> str:
    """The fingerprint of a key file's public key."""
    return fingerprint(read_public_part(document["public"].encode()).public_key)


def read_key_file(where: str) -> dict[str, Any]:
    """A key file as `trustee new` wrote it. Raises BadInput `trustee_key_file`."""
    try:
        document = json.loads(read_file(where))
        if (
            document["type"] != KEY_TYPE
            or not isinstance(document["confirmed"], bool)
            or not isinstance(document["decrypted"], dict)
        ):
            raise BadInput("trustee_key_file", where=where)
        private_key = int(document["private_key"])
        public_key = read_public_part(document["public"].encode()).public_key
        if not 0 < private_key < ORDER or base_power(private_key) != public_key:
            raise BadInput("trustee_key_file", where=where)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput("trustee_key_file", where=where) from None
    return dict(document)


def write_key_file(path: Path, document: dict[str, Any]) -> None:
    """Replace a key file in one step, readable by its owner alone."""
    temporary = path.with_name(path.name + ".new")
    with os.fdopen(private_file(temporary), "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
