"""What a ledger holds, in words for the people who run an assessment. A test says that every member has its word."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import gettext as _

from polling.marks import N_
from schemes.assessment import Bound, Strictness
from schemes.rules import Scheme
from scoring.board import Finding, Position
from scoring.findings import Cause
from scoring.ledger import AwaitedKind, Row
from scoring.parts import MissingReason

# by type first: `open` of a seat and `open` of a quota are equal as text
WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    MissingReason: {
        MissingReason.NO_RESULT: N_("还没有测评结果"),
        MissingReason.NOT_ENTERED: N_("还没有录入"),
        MissingReason.SEVERAL_RESULTS: N_("同一期有两份测评结果，没有写明用哪一份"),
        MissingReason.SEVERAL_ENTRIES: N_("录入了两个分数，只能有一个"),
        MissingReason.VOID: N_("收回的票比发出的多，该组作废"),
        MissingReason.BELOW_MINIMUM: N_("收回的票不够最低张数"),
        MissingReason.TOO_FEW: N_("收回的票不到 5 张"),
        MissingReason.NO_VALID_VOTES: N_("没有有效票"),
        MissingReason.NOT_OPENED: N_("票箱没有打开"),
    },
    AwaitedKind: {
        AwaitedKind.SCORE: N_("分数不全"),
        AwaitedKind.PEOPLE: N_("办法没有分数线，等次由集体研究确定"),
        AwaitedKind.TIE: N_("名额线上同分，等次由集体研究确定"),
        AwaitedKind.OPEN: N_("还有人的分数没有到，名额线还没有定"),
        AwaitedKind.CHOICE: N_("有可以定低等次的情形，等人决定"),
        AwaitedKind.FACT: N_("有录入的情形，等另一个人确认"),
        AwaitedKind.COUNT: N_("按各期等次累计的规定，现在还说不准"),
        AwaitedKind.FLOOR: N_("群众满意度还不知道，定不了是否达到底线"),
        AwaitedKind.QUOTA: N_("名额规定没有满足"),
        AwaitedKind.SIGNATURE: N_("等签字，或等核对签字"),
        AwaitedKind.STALE: N_("签字以后数字又变了，要重新签"),
        AwaitedKind.ATTRIBUTE: N_("名册里没有填，不知道这一期要不要考核，请到考核对象名册补填"),
        AwaitedKind.DECISION: N_("录入的等次不在办法允许的范围里，没有采用"),
    },
    Finding: {
        Finding.KEPT: N_("符合"),
        Finding.BROKEN: N_("不符合，确认不了等次"),
        Finding.OVERRIDDEN: N_("不符合，已写明理由批准"),
        Finding.OFF: N_("有出入，请留意"),
        Finding.SMALL_POOL: N_("人数太少，按比例算不出，请合并或研究"),
        Finding.OPEN: N_("等次还没有齐"),
    },
    Position: {
        Position.INSIDE: N_("在名额内"),
        Position.TIE: N_("名额线上同分"),
        Position.ALTERNATIVE: N_("放宽名额才在内"),
        Position.OUTSIDE: N_("在名额外"),
        Position.OPEN: N_("还说不准"),
    },
    Cause: {
        Cause.FLOOR: N_("群众满意度"),
        Cause.FACT: N_("录入的情形"),
        Cause.DISSATISFIED: N_("不满意票比例"),
        Cause.GRADE_COUNT: N_("各期等次累计"),
        Cause.GRADE: N_("等次"),
    },
    Bound: {
        Bound.AT_MOST: N_("最多"),
        Bound.AT_LEAST: N_("至少"),
        Bound.ABOUT: N_("大约"),
        Bound.EXACTLY: N_("正好"),
    },
    Strictness: {
        Strictness.MUST: N_("必须满足"),
        Strictness.OVERRIDE: N_("不满足要写明理由批准"),
        Strictness.WARN: N_("只作提醒"),
    },
}


def word(member: StrEnum) -> str:
    """Say a member of these enumerations, in Chinese; members of two of them can be equal as text, so the type is asked first."""
    return WORDS[type(member)][member]


def waits(scheme: Scheme, row: Row) -> list[str]:
    """Say what a row waits for, each kind once, with the titles of the parts, rules, facts or steps it is about."""
    titles = {
        each.key: each.title
        for each in (*scheme.quotas, *scheme.facts, *scheme.sign_off, *scheme.attributes, *row.parts)
    }
    titles |= {each.key: each.title for each in (*row.choices, *row.counted)}
    kinds: dict[AwaitedKind, list[str]] = {}
    for each in row.awaited:
        about = kinds.setdefault(each.kind, [])
        if each.key in titles and titles[each.key] not in about:
            about.append(titles[each.key])
    return [
        _("%(what)s：%(about)s", what=_(word(kind)), about="、".join(about)) if about else _(word(kind))
        for kind, about in kinds.items()
    ]
