"""`yipiao verify`: the evidence held against itself. It loads neither database nor printing, so that it starts at once."""

import os
from dataclasses import dataclass
from typing import Any

import click

from belenios.verify import Check, NotVerified, Unreadable, Verified
from belenios.verify import verify as verify_archive
from cli.context import Context, read_file, with_context
from polling.errors import BadInput, RuleRefused
from publishing.documents import OPENING_TYPE, RESULT_TYPE, WITHDRAWAL_TYPE, DocumentUnreadable, open_envelope
from publishing.signing import KeysUnreadable, SignatureFalse, check_document, keys_from
from schemes.loading import read_scheme
from schemes.rules import Scheme


@click.command()
@click.argument("file")
@click.option("--setup", metavar="HASH", help="demand this setup value (signed opening record)")
@click.option(
    "--opening",
    "record_file",
    metavar="FILE",
    help="the opening record itself: demand its setup value, and hold a result against it",
)
@click.option("--result", "result_file", metavar="DOC", help="recompute this signed result document from the archive")
@click.option("--keys", "keys_file", metavar="FILE", help="the public keys that sign (/api/v1/keys)")
@click.option(
    "--scheme",
    "scheme_file",
    metavar="FILE",
    help="the frozen rules (/api/v1/schemes/DIGEST), where no pack here has the digest",
)
@with_context
def verify(context: Context, *, file: str, setup: str | None, record_file: str | None, **files: str | None) -> None:
    """Check an archive, or a signed document. Exit code 0 good, 1 not, 2 unreadable."""
    raw = read_file(file)
    given = Given.read(**files)
    record = None if record_file is None else read_document(read_file(record_file), given.keys, record_file)
    if record is not None:
        setup = setup or str(record.get("setup"))
    if raw.lstrip()[:1] == b"{":
        if given.result is not None:
            raise click.UsageError("--result needs an archive as FILE")
        _verify_document(context, raw, file, setup, given)
        return
    found = _verify(context, raw, setup, file)
    if given.result is not None:
        _hold(given.result, raw, found, record, given)
    _tell(context, found, given)


@click.command()
@click.option("--verify", "file", metavar="FILE", required=True, help="check this signed document, off-line")
@click.option("--keys", "keys_file", metavar="FILE", help="the public keys that sign (/api/v1/keys)")
@click.option(
    "--scheme",
    "scheme_file",
    metavar="FILE",
    help="the frozen rules (/api/v1/schemes/DIGEST), where no pack here has the digest",
)
@with_context
def publish(context: Context, *, file: str, keys_file: str | None, scheme_file: str | None) -> None:
    """Check a published document: signature, form, and that it follows from its own counts. Exit code 0 good, 1 not, 2 unreadable."""
    given = Given.read(result_file=None, keys_file=keys_file, scheme_file=scheme_file)
    _verify_document(context, read_file(file), file, None, given)


@dataclass(frozen=True)
class Given:
    """What was handed in beside the file: a result document, the signing keys, frozen rules."""

    result: dict[str, Any] | None
    keys: dict[str, bytes] | None
    rules: Scheme | None

    @classmethod
    def read(cls, *, result_file: str | None, keys_file: str | None, scheme_file: str | None) -> "Given":
        """Read what is named."""
        keys = None if keys_file is None else read_keys(keys_file)
        result = None if result_file is None else read_document(read_file(result_file), keys, result_file)
        return cls(result, keys, None if scheme_file is None else read_scheme(read_file(scheme_file), scheme_file))


def _hold(document: dict[str, Any], raw: bytes, found: Verified, record: dict[str, Any] | None, given: Given) -> None:
    """Hold a result against the archive and, where it is there, the opening record."""
    from publishing import checking  # knows results, and so the database's tables

    try:
        wrong = checking.difference(document, raw, found, given.rules)
        if wrong is None and record is not None:
            wrong = checking.against_record(document, record)
    except DocumentUnreadable as error:
        raise BadInput("unreadable", detail=str(error)) from None
    except checking.SchemeMissing as error:
        raise BadInput("scheme_missing", digest=str(error)) from None
    if wrong is not None:
        raise RuleRefused("result_differs", what=wrong)


def _verify_document(context: Context, raw: bytes, file: str, setup: str | None, given: Given) -> None:
    """A signed document alone: its signature, and that a result follows from its own counts."""
    from publishing import checking

    document = read_document(raw, given.keys, file)
    if setup is not None and not checking.names_setup(document, setup):
        raise RuleRefused("not_verified", check=Check.SETUP_HASH.value, detail=setup)
    kind = document.get("type")
    if kind == RESULT_TYPE:
        try:
            wrong = checking.contradiction(document, given.rules)
        except DocumentUnreadable:
            raise BadInput("unreadable", detail=file) from None
        except checking.SchemeMissing as error:
            raise BadInput("scheme_missing", digest=str(error)) from None
        if wrong is not None:
            raise RuleRefused("result_contradicts", what=wrong)
        context.out.say(context.out.gettext("结果文件前后一致；票数是否属实，请用 --result 与档案核对。"))
    elif kind == WITHDRAWAL_TYPE:
        context.out.say(context.out.gettext("撤回文件格式完好。"))
    elif kind == OPENING_TYPE:
        context.out.say(context.out.gettext("开箱记录格式完好。"))
    else:
        raise BadInput("unreadable", detail=file)
    _say_signature(context, given)
    context.out.result(
        {
            "ok": True,
            "kind": "document",
            "type": kind,
            "id": document.get("id"),
            "signature_checked": given.keys is not None,
        }
    )


def _say_signature(context: Context, given: Given) -> None:
    signed = (
        context.out.gettext("签名正确。")
        if given.keys is not None
        else context.out.gettext("签名没有核对：请加 --keys。")
    )
    context.out.say(signed)


def _verify(context: Context, raw: bytes, setup: str | None, file: str) -> Verified:
    try:
        with context.out.progress() as step:
            return verify_archive(
                raw, setup=setup, workers=os.cpu_count() or 1, progress=lambda done, total: step(file, done, total)
            )
    except Unreadable as error:
        raise BadInput("unreadable", detail=str(error)) from None
    except NotVerified as error:
        raise RuleRefused("not_verified", check=error.check.value, detail=error.detail) from None


def _tell(context: Context, found: Verified, given: Given) -> None:
    say, _ = context.out.say, context.out.gettext
    say(
        _("档案完好：{ballots} 张选票，{credentials} 个票号，{trustees} 把钥匙。").format(
            ballots=found.ballots, credentials=len(found.credentials), trustees=found.trustees.owners
        )
    )
    say(f"setup {found.setup_hash}")
    if found.result is None:
        say(_("票箱没有打开。"))
    else:
        for question, row in zip(found.election.questions, found.result, strict=True):
            titles = (*((_("弃权"),) if question.blank else ()), *question.answers)
            say(
                f"{question.text}  " + "  ".join(f"{title} {number}" for title, number in zip(titles, row, strict=True))
            )
    if list(found.trackers) != sorted(found.trackers):
        say(_("注意：档案里的选票没有按查验码排序，可能看得出投票的先后。"))
    if given.result is not None:
        say(_("结果文件与档案一致。"))
        _say_signature(context, given)
    context.out.result(
        {
            "ok": True,
            "kind": "archive",
            "panel": found.election.uuid,
            "setup": found.setup_hash,
            "ballots": found.ballots,
            "credentials": len(found.credentials),
            "opened": found.opened,
            "result": None if found.result is None else [list(row) for row in found.result],
            "result_checked": given.result is not None,
            "signature_checked": given.result is not None and given.keys is not None,
            "checks": [check.value for check in found.checks],
        }
    )


def read_keys(where: str) -> dict[str, bytes]:
    """The keys of `/api/v1/keys`, each id recomputed. Raises BadInput."""
    try:
        return keys_from(read_file(where))
    except KeysUnreadable:
        raise BadInput("unreadable", detail=where) from None


def read_document(raw: bytes, keys: dict[str, bytes] | None, where: str) -> dict[str, Any]:
    """A signed document, its signature checked where keys are known."""
    try:
        return open_envelope(raw)[0] if keys is None else check_document(raw, keys)
    except DocumentUnreadable:
        raise BadInput("unreadable", detail=where) from None
    except SignatureFalse:
        raise RuleRefused("signature_false") from None
