"""What a rehearsed year leaves in its folder: ledgers, summary sheets, signing keys, and what was simulated in words."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.context import Context
from publishing.signing_keys import listed_keys
from schemes.rules import Scheme
from scoring import book
from scoring.ledger import Ledger
from scoring.summary import summary
from scoring.summary_print import write_summary
from scoring.summary_xlsx import summary_xlsx
from scoring.writing import ledger_bytes


def leave(
    context: Context, scheme: Scheme, folder: Path, label: str, *, told: Sequence[str], began: float, **numbers: int
) -> dict[str, Any]:
    """Write the files; give what the command reports."""
    with context.database.write() as session:
        listed = book.listed(session, rehearsal=True)
        found = [
            book.current(session, scheme.name, organization, period, rehearsal=True)
            for _name, organization, period in listed
        ]
        keys = [{"key": each.id, "algorithm": "Ed25519", "public": each.public} for each in listed_keys(session)]
    for ledger in found:
        name = f"{ledger.period}-{ledger.organization}.json"
        (folder / "ledgers" / name).write_bytes(ledger_bytes(ledger))
    for period in sorted({ledger.period for ledger in found}):
        _sheets(context, scheme, folder / "summary", [each for each in found if each.period == period])
    (folder / "scheme.toml").write_bytes(scheme.raw)
    (folder / "keys.json").write_text(json.dumps({"keys": keys}), encoding="utf-8")
    report = {
        "scheme": scheme.name,
        "year": label,
        "folder": str(folder),
        "ledgers": len(found),
        "rows": sum(len(each.rows) for each in found),
        "confirmed": sum(row.complete for each in found for row in each.rows),
        **numbers,
        "seconds": round(time.monotonic() - began, 1),
    }
    (folder / "README.txt").write_text(_words(context, scheme, report, told), encoding="utf-8")
    return report


def _sheets(context: Context, scheme: Scheme, folder: Path, ledgers: Sequence[Ledger]) -> None:
    sheet = summary(scheme, ledgers, context.out.gettext)
    period = ledgers[0].period
    (folder / f"{period}.xlsx").write_bytes(summary_xlsx(sheet, context.out.gettext))
    with (folder / f"{period}.pdf").open("wb") as out:
        write_summary(out, sheet, context.out.gettext)


def _words(context: Context, scheme: Scheme, report: dict[str, Any], told: Sequence[str]) -> str:
    _ = context.out.gettext
    lines = [
        _("{title}：{year}年度考核演练").format(title=scheme.title, year=report["year"]),
        "",
        _("选民、得分、事项、签字都是编造的；选票、密封、开箱、签名、汇总都是真的程序做的。"),
        _("测评 {polls} 场，选票 {ballots} 张，签过名的文件 {documents} 份，台账 {ledgers} 份。").format(**report),
        _("演练用的数据库在 home/：核对时请设 YIPIAO_HOME 指向它。"),
        "",
        *told,
    ]
    return "\n".join(lines) + "\n"
