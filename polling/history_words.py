"""What was done, in words for pages and the terminal: one sentence for each kind of entry of the audit log. A test says that none is missing."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from polling.history import Done
from polling.marks import N_
from polling.sentences import VALUES
from polling.settings import TERMINAL

WORDS: Mapping[str, str] = {
    "poll.create": N_("起草"),
    "poll.correct": N_("修改草稿"),
    "poll.roster": N_("名册：%(panel)s %(lines)s 人"),
    "poll.throw_away": N_("扔掉草稿"),
    "trial.end": N_("扔掉试投的票箱"),
    "poll.keys": N_("交来钥匙 %(number)s 把"),
    "poll.holders": N_("钥匙保管人：%(names)s"),
    "poll.invite": N_("给 %(name)s 发了做钥匙的链接"),
    "poll.key": N_("收到 %(name)s 的钥匙，核对码 %(key)s"),
    "poll.strike_out": N_("划掉钥匙保管人 %(name)s"),
    "poll.bundle": N_("导出，在别的机器上印票；以前印的票作废"),
    "poll.print": N_("印票：%(slips)s"),
    "poll.open": N_("打开票箱，钥匙 %(number)s 把"),
    "poll.closes": N_("关箱时间：%(closes)s（原来：%(before)s）"),
    "poll.close": N_("关闭票箱，监票人 %(witness)s。%(panels)s"),
    "poll.tally": N_("开始打开合计"),
    "poll.share": N_("用第 %(owner)s 把钥匙打开合计：%(panel)s"),
    "poll.count": N_("计票完成"),
    "poll.send": N_("送去签字"),
    "poll.sign": N_("签字：%(step)s"),
    "poll.paper": N_("录入%(name)s在纸上的签字：%(step)s"),
    "poll.compare": N_("核对%(name)s在纸上的签字：%(step)s"),
    "poll.discard": N_("退回录入的纸上签字：%(step)s"),
    "poll.return": N_("退回，签字都不算了（%(step)s）。理由：%(reason)s"),
    "poll.stand_in": N_("演练人员代签"),
    "poll.publish": N_("公布，文件编号 %(document)s"),
    "poll.object": N_("记下第 %(number)s 号异议"),
    "poll.decide": N_("第 %(number)s 号异议由%(by)s作出决定"),
    "poll.correct_result": N_("更正发出的票数，监票人 %(witness)s。理由：%(reason)s"),
    "poll.final": N_("定稿"),
    "poll.archive": N_("归档"),
    "poll.annul": N_("作废，监票人 %(witness)s。理由：%(reason)s"),
    "login": N_("登录工作台"),
    "login.code": N_("登录工作台（两步登录）"),
    "user.first": N_("登记第一位管理员 %(name)s"),
    "user.add": N_("登记 %(name)s（%(role)s）"),
    "user.give": N_("给 %(name)s 在「%(place)s」的职责：%(role)s"),
    "user.take": N_("收回 %(name)s 在「%(place)s」的职责：%(role)s"),
    "user.password": N_("更换 %(name)s 的密码"),
    "user.invite": N_("给 %(name)s 一个设密码的链接"),
    "user.welcome": N_("%(name)s 用链接设好了密码"),
    "user.namesake": N_("注明 %(name)s 不是同名的测评对象（编号 %(subject)s）。理由：%(reason)s"),
    "user.sessions": N_("让 %(name)s 退出 %(number)s 处登录"),
    "user.second_on": N_("%(name)s 开了两步登录"),
    "user.second_off": N_("关掉 %(name)s 的两步登录"),
    "user.recovery": N_("%(name)s 换了一批恢复码"),
    "user.recovery_used": N_("%(name)s 用掉一个恢复码，还剩 %(left)s 个"),
    "user.remove": N_("停用 %(name)s 的账号"),
    "organization.add": N_("在「%(name)s」下面加上%(names)s"),
    "organization.change": N_("把单位「%(was)s」改为「%(name)s」（%(level)s）"),
    "organization.contact": N_("把单位「%(name)s」的联系方式写成“%(contact)s”"),
    "organization.remove": N_("删去单位「%(name)s」"),
    "organization.schemes": N_("「%(name)s」选用的办法，原来：%(was_used)s；现在：%(used)s"),
    "backup": N_("下载备份"),
    "restore": N_("从备份恢复"),
    "keys.rotate": N_("更换签名密钥，新的是 %(key)s"),
    "receiver.add": N_("登记接收方 %(name)s"),
    "receiver.pause": N_("暂停送给 %(name)s"),
    "receiver.resume": N_("恢复送给 %(name)s"),
    "receiver.remove": N_("删去接收方 %(name)s，没有送到的 %(dropped)s 份不再送"),
    "receiver.gone": N_("%(name)s 说不再接收，已停送"),
    "outbox.replay": N_("补送给 %(name)s，%(documents)s 份"),
    "sample.fix": N_("定下抽查的名单：%(purpose)s"),
    "sample.draw": N_("抽查抽到：%(sample)s"),
    "scoring.subject": N_("登记考核对象，台账第 %(rows)s 条"),
    "scoring.import": N_("从表格 %(file)s 录入，台账第 %(rows)s 条"),
    "scoring.part": N_("录入一项分数，台账第 %(rows)s 条"),
    "scoring.fact": N_("录入一件情形，台账第 %(rows)s 条"),
    "scoring.confirm": N_("确认一件情形，台账第 %(rows)s 条"),
    "scoring.grade": N_("录入研究确定的等次，台账第 %(rows)s 条"),
    "scoring.quota": N_("录入对名额的批准，台账第 %(rows)s 条"),
    "scoring.sign": N_("录入汇总表上的签字，台账第 %(rows)s 条"),
    "scoring.compare": N_("核对汇总表上的签字，台账第 %(rows)s 条"),
    "scoring.withdraw": N_("撤回台账第 %(entry)s 条"),
}
# kinds of entry that earlier versions wrote
FORMER: Mapping[str, str] = {"user.role": N_("把 %(name)s 的职责改成%(role)s")}
SLIPS, TURNOUT = N_("%(panel)s %(slips)s 张"), N_("%(panel)s发出 %(issued)s 张，收回 %(returned)s 张")
BECAUSE = N_("%(turnout)s（不相符，理由：%(note)s）")
NO_CHOICE = N_("没有另选")
NO_TIME = N_("没有定")
AT_TERMINAL, BY_ITSELF, ITSELF = N_("服务器终端"), N_("系统自己"), "yipiao"
Gettext = Callable[[str], str]


def who_words(who: str, gettext: Gettext) -> str:
    """Who did it; whoever sat at the server's own terminal gave no name."""
    return {TERMINAL: gettext(AT_TERMINAL), ITSELF: gettext(BY_ITSELF)}.get(who, who)


def act_words(done: Done, titles: Mapping[str, str], gettext: Gettext) -> str:
    """What was done; `titles` of the panels by key and by number. A kind of entry that this version does not know is given as it stands."""
    words = WORDS.get(done.what) or FORMER.get(done.what)
    if words is None:
        return done.what
    # an entry of an earlier version may lack what its sentence names today
    return gettext(words) % defaultdict(str, _values(done.detail, titles, gettext))


def _turnout(title: str, figures: Mapping[str, Any], gettext: Gettext) -> str:
    """One panel's figures at closing, with the reason where they do not balance."""
    said = gettext(TURNOUT) % {"panel": title, "issued": figures.get("issued"), "returned": figures.get("returned")}
    return gettext(BECAUSE) % {"turnout": said, "note": figures["note"]} if figures.get("note") else said


def _values(detail: Mapping[str, Any], titles: Mapping[str, str], gettext: Gettext) -> dict[str, object]:
    said = dict(detail)
    said.setdefault("number", len(detail.get("keys", detail.get("brought", ()))))
    for name in ("names", "sample"):
        said[name] = "、".join(map(str, detail.get(name, ())))
    for name in ("was_used", "used"):
        titled = detail.get(name)
        said[name] = gettext(NO_CHOICE) if titled is None else "、".join(f"《{each}》" for each in titled)
    for name in ("closes", "before"):
        said[name] = detail.get(name) or gettext(NO_TIME)
    said["panel"] = titles.get(detail.get("panel", ""), "")
    for name in ("role", "level"):
        value = detail.get(name, "")
        said[name] = gettext(VALUES[value]) if value in VALUES else value
    said["slips"] = "、".join(
        gettext(SLIPS) % {"panel": titles.get(key, key), "slips": slips}
        for key, slips in detail.get("slips", {}).items()
    )
    said["panels"] = "；".join(
        _turnout(titles.get(key, key), figures, gettext) for key, figures in detail.get("panels", {}).items()
    )
    first, last = detail.get("first"), detail.get("last")
    said["rows"] = first if first == last else f"{first}–{last}"
    return said
