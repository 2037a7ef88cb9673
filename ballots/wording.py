"""What the slips of a panel say: the sentences, in the voter's language, and the address behind the QR code."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

CODE_LENGTH = 25  # XXXXX-XXXXXX-XXXXX-XXXXXX


class Translations(Protocol):
    """What prints need of gettext.NullTranslations; msgids are Chinese."""

    def gettext(self, message: str) -> str:
        """Put one sentence into the reader's language."""


class Keys(StrEnum):
    """Who can open the box, as far as a slip may say so (law 14, docs/tour.md)."""

    SEPARATE = "separate"  # at least two keys, made on separate devices
    SERVER_ALONE = "server_alone"


@dataclass(frozen=True)
class SlipText:
    """All that the slips of one panel say, in the voter's language; only the code differs between them."""

    title: str
    panel_title: str
    instructions: tuple[str, ...]
    secrecy: str
    coaching: str
    privacy: tuple[str, ...]
    rehearsal: bool
    panel: str  # the election's uuid, 14 base58 characters, typed by who cannot scan
    base_url: str

    def url(self, code: str) -> str:
        """Return what the QR code of a slip holds; the code stands in the fragment, which no server gets to see."""
        return f"{self.base_url.rstrip('/')}/v/{self.panel}#{code}"


def slip_text(
    translations: Translations,
    *,
    title: str,
    panel_title: str,
    panel: str,
    base_url: str,
    asks: str,
    why: str,
    kept: str,
    keys: Keys,
    rehearsal: bool,
) -> SlipText:
    """Compose the slips' text from the fixed sentences.

    `asks`, `why` and `kept` are free texts for the notice that 个人信息保护法第十七条 demands: who handles the data and how to reach them, what for, how long.
    """
    _ = translations.gettext
    secrecy = {
        Keys.SEPARATE: _("没有人能看到您的选择：票箱只公布合计。"),
        Keys.SERVER_ALONE: _("票箱只公布合计。印票时，开箱钥匙只在服务器上，掌管服务器的人有办法看到单张票。"),
    }[keys]
    return SlipText(
        title=title,
        panel_title=panel_title,
        instructions=(
            _("① 用手机扫描二维码，打开网页。"),
            _("② 一项一项选好，再提交。"),
            _("③ 看到“已收到”就完成了。"),
            _("只能投一次，请勿拍照、写名字。"),
            _("不会用手机，可请信任的人帮忙，工作队不得代投。"),
        ),
        secrecy=secrecy,
        coaching=_("任何人不得要求您出示选择"),
        privacy=(
            _("个人信息告知（个人信息保护法第十七条）"),
            _("谁在收集：%s") % asks,
            _("为什么：%s") % why,
            _("收集什么：只收加密的选择，不记姓名、电话、位置和时间。"),
            _("保存多久：%s") % kept,
        ),
        rehearsal=rehearsal,
        panel=panel,
        base_url=base_url,
    )
