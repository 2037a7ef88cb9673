"""`yipiao verify`: the evidence held against itself. It loads neither database nor printing, so that it starts at once."""

import base64
import json
import os
from typing import Any

import click

from belenios.verify import Check, NotVerified, Unreadable, Verified
from belenios.verify import verify as verify_archive
from cli.context import Context, read_file, with_context
from polling.errors import BadInput, RuleRefused
from publishing.documents import DocumentUnreadable, open_envelope
from publishing.signing import SignatureFalse, check_document, key_id
from schemes.loading import read_scheme


@click.command()
@click.argument("file")
@click.option("--setup", metavar="HASH", help="demand this setup value (signed opening record)")
@click.option("--result", "result_file", metavar="DOC", help="recompute this signed result document from the archive")
@click.option("--keys", "keys_file", metavar="FILE", help="the public keys that sign (/api/v1/keys)")
@click.option("--scheme", "scheme_file", metavar="FILE", help="the frozen rules (/api/v1/schemes/DIGEST), where no pack here has the digest")
@with_context
def verify(context: Context, *, file: str, setup: str | None, result_file: str | None, keys_file: str | None, scheme_file: str | None) -> None:
    """Check an archive, or a signed result document. Exit code 0 good, 1 not, 2 unreadable."""
    raw = read_file(file)
    keys = None if keys_file is None else read_keys(keys_file)
    if raw.lstrip()[:1] == b"{":
        document = read_document(raw, keys, file)
        if result_file is not None:
            raise click.UsageError("--result needs an archive as FILE")
        from publishing import checking

        if setup is not None and not checking.names_setup(document, setup):
            raise RuleRefused("not_verified", check=Check.SETUP_HASH.value, detail=setup)
        context.out.say(context.out.gettext("结果文件完好。") if keys else context.out.gettext("结果文件格式完好；要核对签名，请加 --keys。"))
        context.out.result({"ok": True, "kind": "document", "id": document.get("id"), "signature_checked": keys is not None})
        return
    document = None if result_file is None else read_document(read_file(result_file), keys, result_file)
    found = _verify(context, raw, setup, file)
    if document is not None:
        from publishing import checking  # knows results, and so the database's tables

        try:
            rules = None if scheme_file is None else read_scheme(read_file(scheme_file), scheme_file)
            difference = checking.difference(document, raw, found, rules)
        except DocumentUnreadable:
            raise BadInput("unreadable", detail=str(result_file)) from None
        if difference is not None:
            raise RuleRefused("result_differs", what=difference)
    _tell(context, found, document is not None)


def _verify(context: Context, raw: bytes, setup: str | None, file: str) -> Verified:
    try:
        with context.out.progress() as step:
            return verify_archive(raw, setup=setup, workers=os.cpu_count() or 1, progress=lambda done, total: step(file, done, total))
    except Unreadable as error:
        raise BadInput("unreadable", detail=str(error)) from None
    except NotVerified as error:
        raise RuleRefused("not_verified", check=error.check.value, detail=error.detail) from None


def _tell(context: Context, found: Verified, with_result: bool) -> None:
    say, _ = context.out.say, context.out.gettext
    say(_("档案完好：{ballots} 张选票，{credentials} 个票号，{trustees} 把密钥。").format(ballots=found.ballots, credentials=len(found.credentials), trustees=found.trustees.owners))
    say(f"setup {found.setup_hash}")
    if found.result is None:
        say(_("票箱没有打开。"))
    else:
        for question, row in zip(found.election.questions, found.result, strict=True):
            titles = (*((_("弃权"),) if question.blank else ()), *question.answers)
            say(f"{question.text}  " + "  ".join(f"{title} {number}" for title, number in zip(titles, row, strict=True)))
    if with_result:
        say(_("结果文件与档案一致。"))
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
            "result_checked": with_result,
            "checks": [check.value for check in found.checks],
        }
    )


def read_keys(where: str) -> dict[str, bytes]:
    """The keys of `/api/v1/keys`, each id recomputed. Raises BadInput."""
    try:
        listed = json.loads(read_file(where))["keys"]
        publics = [base64.b64decode(entry["public"], validate=True) for entry in listed]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("unreadable", detail=where) from None
    return {key_id(public): public for public in publics}


def read_document(raw: bytes, keys: dict[str, bytes] | None, where: str) -> dict[str, Any]:
    """A signed document, its signature checked where keys are known."""
    try:
        return open_envelope(raw)[0] if keys is None else check_document(raw, keys)
    except DocumentUnreadable:
        raise BadInput("unreadable", detail=where) from None
    except SignatureFalse:
        raise RuleRefused("signature_false") from None
