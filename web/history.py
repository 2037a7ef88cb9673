"""What was done with a poll, in words: one sentence for each kind of entry of the audit log."""

from collections.abc import Mapping

from flask_babel import gettext as _

from polling.history import Done
from polling.settings import TERMINAL


def who_words(who: str) -> str:
    """Who did it; whoever sat at the server's own terminal gave no name."""
    return _("服务器终端") if who == TERMINAL else who


def act_words(done: Done, titles: Mapping[str, str]) -> str:
    """What was done; `titles` of the panels by key and by number."""
    detail = done.detail
    words = {
        "poll.create": lambda: _("起草"),
        "poll.correct": lambda: _("修改草稿"),
        "poll.keys": lambda: _("交来密钥 %(number)s 把", number=len(detail.get("brought", ()))),
        "poll.holders": lambda: _("密钥保管人：%(names)s", names=_listed(detail.get("names", ()))),
        "poll.invite": lambda: _("给 %(name)s 发了做密钥的链接", name=detail.get("name", "")),
        "poll.key": lambda: _("收到 %(name)s 的密钥，指纹 %(key)s", name=detail.get("name", ""), key=detail.get("key")),
        "poll.strike_out": lambda: _("划掉密钥保管人 %(name)s", name=detail.get("name", "")),
        "poll.bundle": lambda: _("导出，在别的机器上印票；以前印的票作废"),
        "poll.print": lambda: _("印票：%(slips)s", slips=_listed(_slips(detail.get("slips", {}), titles))),
        "poll.open": lambda: _("打开票箱，密钥 %(number)s 把", number=len(detail.get("keys", ()))),
        "poll.close": lambda: _(
            "关闭票箱，监票人 %(witness)s。%(panels)s",
            witness=detail.get("witness", ""),
            panels="；".join(_turnouts(detail.get("panels", {}), titles)),
        ),
        "poll.tally": lambda: _("开始打开合计"),
        "poll.share": lambda: _(
            "用第 %(owner)s 把密钥打开合计：%(panel)s",
            owner=detail.get("owner", ""),
            panel=titles.get(detail.get("panel", ""), ""),
        ),
        "poll.count": lambda: _("计票完成"),
        "poll.send": lambda: _("送去签字"),
        "poll.sign": lambda: _("签字：%(step)s", step=detail.get("step", "")),
        "poll.paper": lambda: _(
            "录入%(name)s在纸上的签字：%(step)s", name=detail.get("name", ""), step=detail.get("step", "")
        ),
        "poll.compare": lambda: _(
            "核对%(name)s在纸上的签字：%(step)s", name=detail.get("name", ""), step=detail.get("step", "")
        ),
        "poll.discard": lambda: _("退回录入的纸上签字：%(step)s", step=detail.get("step", "")),
        "poll.return": lambda: _(
            "退回，签字都不算了（%(step)s）。理由：%(reason)s",
            step=detail.get("step", ""),
            reason=detail.get("reason", ""),
        ),
        "poll.stand_in": lambda: _("演练人员代签"),
        "poll.publish": lambda: _("签名公布，文件编号 %(document)s", document=detail.get("document", "")),
        "poll.object": lambda: _("记下第 %(number)s 号异议", number=detail.get("number", "")),
        "poll.decide": lambda: _(
            "第 %(number)s 号异议由%(by)s作出决定", number=detail.get("number", ""), by=detail.get("by", "")
        ),
        "poll.correct_result": lambda: _(
            "更正发出的票数，监票人 %(witness)s。理由：%(reason)s",
            witness=detail.get("witness", ""),
            reason=detail.get("reason", ""),
        ),
        "poll.final": lambda: _("定稿"),
        "poll.archive": lambda: _("归档"),
        "poll.annul": lambda: _(
            "作废，监票人 %(witness)s。理由：%(reason)s",
            witness=detail.get("witness", ""),
            reason=detail.get("reason", ""),
        ),
    }
    return words[done.what]() if done.what in words else done.what


def _listed(parts: object) -> str:
    return "、".join(map(str, parts))  # type: ignore[call-overload, no-any-return]


def _slips(slips: Mapping[str, int], titles: Mapping[str, str]) -> list[str]:
    return [_("%(panel)s %(slips)s 张", panel=titles.get(key, key), slips=number) for key, number in slips.items()]


def _turnouts(panels: Mapping[str, Mapping[str, int]], titles: Mapping[str, str]) -> list[str]:
    return [
        _(
            "%(panel)s发出 %(issued)s 张，收回 %(returned)s 张",
            panel=titles.get(key, key),
            issued=figures.get("issued"),
            returned=figures.get("returned"),
        )
        for key, figures in panels.items()
    ]
