"""Why a document has not reached its receiver, in words for pages and the terminal."""

from collections.abc import Callable, Mapping

from polling.marks import N_
from publishing.outbox import Waiting

REASONS: Mapping[str, str] = {
    "timeout": N_("对方没有在规定时间内回答"),
    "unreachable": N_("连不上对方：地址不对、网络不通，或者对方没有开机"),
    "status": N_("对方没有收下，回答是 {status}"),
    "gone": N_("对方说这个地址不再接收（410）"),
    "secret_locked": N_("对方的密钥打不开：YIPIAO_SECRET_KEY（或 secret_key 文件）不是当初的那一个"),
    "receiver_failed": N_("评分这一边出了错，没有收下"),
    "refused": N_("评分这一边拒收：{code}"),
}


def reason_words(row: Waiting, gettext: Callable[[str], str]) -> str:
    """The sentence for the last failure; empty before there was one."""
    if row.reason is None:
        return ""
    name, _, code = row.reason.partition(":")
    if row.status == 410:  # noqa: PLR2004 - HTTP's own number
        name = "gone"
    return gettext(REASONS[name]).format(status=row.status, code=code)
