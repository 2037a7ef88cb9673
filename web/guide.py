"""The way of a poll: where it stands, the one thing to do next, and what else may be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import url_for
from flask_babel import gettext as _

from polling.lifecycle import State
from polling.models import Poll
from polling.polls import missing_parts
from publishing.turnout import PanelTurnout

BEFORE_OPENING = (State.DRAFT, State.PRINTED)
AFTER_CLOSING = (State.CLOSED, State.TALLIED)
# at which step a poll in this state is when no key is awaited; a poll of no state here is past the last one
AT_STEP = {
    State.DRAFT: "draft",
    State.PRINTED: "open",
    State.OPEN: "vote",
    State.CLOSED: "count",
    State.TALLIED: "count",
    State.COUNTED: "sign",
    State.NOTICED: "notice",
}


@dataclass(frozen=True)
class Link:
    """A button: the view it leads to, what it says, and its sign."""

    endpoint: str
    words: str
    icon: str = ""


class Turn(StrEnum):
    """Whose turn it is: the desk's, that of somebody who is waited for, nobody's while a notice runs, or nobody's any more."""

    DESK = "desk"
    OTHERS = "others"
    NOTICE = "notice"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Next:
    """What comes next: a sentence, the button for it (None: nothing is left to do), and whose turn it is."""

    words: str
    link: Link | None = None
    turn: Turn = Turn.DESK


@dataclass(frozen=True)
class After:
    """What is known of a counted poll: the office whose signature is awaited, whether all signed, and the last day of its notice.

    `returned`: the signatures were sent back last. `over`: the notice is over. `undealt`: how many objections are open.
    """

    sent: bool = False
    complete: bool = True
    turn: str = ""
    returned: bool = False
    last_day: str = ""
    over: bool = False
    undealt: int = 0


def after_counting(poll: Poll, after: After) -> Next | None:  # noqa: PLR0911 - one answer a case
    """What comes next between the count and the end."""
    result = Link("outcome.result", _("看结果"), "check")
    notice = Link("notice.notice", _("公示和异议"), "check")
    if poll.state is State.COUNTED:
        if after.sent and not after.complete:
            return Next(
                _("结果正在签字，现在轮到%(who)s。", who=after.turn),
                Link("signing.chain", _("看签字"), "check"),
                Turn.OTHERS,
            )
        if after.complete or poll.rehearsal:
            return Next(_("票已经计好。请看过结果，再公布。"), result)
        if after.returned:
            return Next(_("签字被退回了，理由写在下面的经过里。请看过结果，改好再送签。"), result)
        return Next(_("票已经计好。请看过结果，再送去签字。"), result)
    if poll.state is State.NOTICED:
        if after.undealt:
            return Next(_("有 %(number)s 件异议没有办完。", number=after.undealt), notice)
        if after.over:
            return Next(_("公示期满，没有没办完的异议。可以定稿了。"), notice)
        return Next(_("正在公示，到 %(last)s 为止。有人提出异议，请记下来。", last=after.last_day), notice, Turn.NOTICE)
    if poll.state is State.FINAL:
        report = Link("outcome.result", _("看结果和报告"), "printer")
        return Next(_("结果已经定稿。请打印报告，签字存档。"), report, Turn.NOBODY)
    return None


def _unfinished(poll: Poll) -> Next | None:
    """Where a draft is that lacks something."""
    unfinished = poll.state is State.DRAFT and missing_parts(poll)
    return Next(_("草稿还没有填完。"), Link("wizard.check", _("接着填"))) if unfinished else None


@dataclass(frozen=True)
class Step:
    """One step of a poll's way: its words, and "done", "now" or "" for what is still to come."""

    words: str
    mark: str


def path(poll: Poll, *, printed: bool, holders: bool, awaited: Sequence[str]) -> list[Step]:
    """The way of a poll and where it stands; none of it for one that was annulled.

    `printed`: its slips are made and their public points are here. `holders`: people hold keys of it, so it waits for them twice: for the
    keys before printing, for their use after closing. `awaited` names those it waits for now.
    """
    if poll.state is State.ANNULLED:
        return []
    words = {
        "draft": _("起草"),
        "make": _("做钥匙"),
        "print": _("印票"),
        "open": _("开箱"),
        "vote": _("投票"),
        "close": _("关箱"),
        "use": _("用钥匙"),
        "count": _("计票"),
        "sign": _("签字"),
        "notice": _("公示"),
        "final": _("定稿"),
    }
    way = [step for step in words if holders or step not in ("make", "use")]
    now = AT_STEP.get(poll.state)
    done = set(way[: way.index(now)] if now else way)
    if poll.state in BEFORE_OPENING and awaited:
        now, done = "make", {"draft", "print"} if printed else {"draft"}
    elif poll.state in BEFORE_OPENING and not printed and (holders or poll.state is State.PRINTED):
        now, done = "print", {"draft", "make"}
    elif poll.state in AFTER_CLOSING and awaited:
        now = "use"
    elif poll.state in AFTER_CLOSING:
        done.add("use")
    done.discard(now or "")
    return [Step(words[step], "done" if step in done else "now" if step == now else "") for step in way]


def what_next(
    poll: Poll,
    panels: Sequence[PanelTurnout],
    *,
    printed: bool,
    awaited: Sequence[str],
    after: After,
    checked: bool = False,
) -> Next:
    """The one thing to do next; `awaited` names the key holders who are waited for: before opening for their keys, after closing for their use.

    Keys come before printing, because slips promise by the keys known then, and before opening, which needs them all. While people vote it is
    to close only when everybody's ballot is in: nobody shall be made to stop early.
    """
    if (following := _unfinished(poll) or after_counting(poll, after)) is not None:
        return following
    if awaited and poll.state in BEFORE_OPENING and (printed or poll.state is State.DRAFT):
        why = (
            _("票已经印好。还要等钥匙到齐，才能开箱。")
            if printed
            else _("先请钥匙保管人做好钥匙，再印票：票上才能写“没有人能看到您的选择”。")
        )
        return Next(why, Link("keys.keys", _("请保管人做钥匙"), "key"), Turn.OTHERS)
    room = Link("attendance.room", _("签到发票"), "people")
    closed = Next(_("票箱已经关好，可以计票了。"), Link("outcome.count", _("去计票"), "check"))
    if awaited and poll.state in AFTER_CLOSING:
        holding = _("票箱已经关好。请钥匙保管人用自己的钥匙打开合计，到齐了就可以计票。")
        return Next(holding, Link("keys.keys", _("请保管人用钥匙"), "key"), Turn.OTHERS)
    published = Next(
        _("结果已经公布。请打印报告，签字存档。"), Link("outcome.result", _("看结果和报告"), "printer"), Turn.NOBODY
    )
    if poll.state in BEFORE_OPENING and not printed:
        draft = _("草稿可以一改再改。印票以后，办法、测评对象和人数就定下来了。")
        elsewhere = _("票还没有印好，或者在别的机器上印，票号还没有交回。")
        print_ = Link("printing.print_", _("去印票"), "printer")
        return Next(draft if poll.state is State.DRAFT else elsewhere, print_)
    if poll.state is State.OPEN and all(panel.everybody for panel in panels):
        complete = _("应到的票都收回了。可以请监票人一起来关箱。")
        return Next(complete, Link("closing.close", _("去关箱"), "box"))
    return {
        State.PRINTED: Next(_("票已经印好，也核对过了。人到齐以后，打开票箱。"), Link("day.open_", _("去开箱"), "box"))
        if checked
        else Next(_("票已经印好。开箱以前，请逐项核对一遍。"), Link("preflight.preflight", _("开箱前核对"), "check")),
        State.OPEN: Next(
            _(
                "正在投票。来一位，发一张票，在“签到发票”里点一下，关箱时人数会自己填好；再把收票进度投到墙上，让大家都看得见。"
            ),
            room,
        ),
        State.CLOSED: closed,
        State.TALLIED: closed,
        State.ANNULLED: Next(_("要重新测评，请新建一场，用新的票。"), turn=Turn.NOBODY),
    }.get(poll.state, published)


def what_else(poll: Poll, first: Link | None) -> list[Link]:
    """What else may be done by now, without the first button's own."""
    keys = Link("keys.keys", _("钥匙保管人"), "key")
    print_ = Link("printing.print_", _("印票"), "printer")
    wall = Link("wall.wall", _("打开大屏"), "wall")
    room = Link("attendance.room", _("签到发票"), "people")
    trial = Link("trial.trial", _("试投一次"))
    count = Link("outcome.count", _("计票"), "check")
    check = Link("preflight.preflight", _("印票前核对"), "check")
    draft = [print_, check, Link("wizard.check", _("修改草稿")), keys, trial, Link("drafts.delete", _("扔掉草稿……"))]
    listed = {
        State.DRAFT: draft,
        State.PRINTED: [
            Link("day.open_", _("去开箱"), "box"),
            Link("preflight.preflight", _("开箱前核对"), "check"),
            Link("printing.print_", _("重新印票"), "printer"),
            keys,
            trial,
            room,
            wall,
        ],
        State.OPEN: [room, wall, Link("closing.close", _("关箱……"), "box")],
        State.CLOSED: [count, keys, wall],
        State.TALLIED: [count, keys, wall],
        State.NOTICED: [Link("outcome.result", _("看结果和报告"), "printer")],
        State.FINAL: [Link("notice.notice", _("公示和归档"))],
    }.get(poll.state, [])
    return [link for link in listed if first is None or link.endpoint != first.endpoint]


def href(link: Link, poll: Poll) -> str:
    """Where a link leads for this poll."""
    return url_for(link.endpoint, poll_id=poll.id)
