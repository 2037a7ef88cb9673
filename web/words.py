"""Domain errors in words, for pages: where a button or a field is named. A test says that every code has its sentence."""

from collections.abc import Mapping

from flask_babel import gettext

from polling import sentences
from polling.errors import DomainError
from polling.sentences import N_

SENTENCES: Mapping[str, str] = {
    **sentences.SENTENCES,
    # files
    "file_exists": N_("这个文件已经存在，没有覆盖。请换一个名字。"),
    "restore_file": N_("这个文件不是 Yipiao 的备份，或者损坏了。请换一份。"),
    "database_damaged": N_("数据库损坏了。请找管理员用备份恢复。"),
    # people
    "user_unknown": N_("没有叫 {name} 的用户。请核对姓名，或请管理员先登记。"),
    "two_people_needed": N_("这件事要两个人：除了您，还要一位监票人输入自己的姓名和密码。"),
    # slips
    "no_credentials": N_("「{panel}」的票还没有印好。请先印票。"),
    "address_loopback": N_("票上的网址是 {address}，手机打不开。请在测评里填写手机连得上的网址。没有印票。"),
    "points_file": N_("这不是印票程序留下的 points.json。请换一份。"),
    "points_panels": N_("points.json 里的测评组和这场测评的不一样。请用同一次导出的文件重新印票。"),
    "bundle_file": N_("这不是导出的印票文件。请换一份。"),
    # closing, counting
    "issued_needed": N_("应到 {expected} 人，收回 {returned} 张。请填写实际发出多少张。票箱还开着。"),
    "share_file": N_("{where} 不是密钥保管人交来的份额文件。请让保管人重新做一份。"),
    "not_levelled": N_("票箱已经关好，但有程序还在读数据库，投票的先后次序还没有抹掉。请过一分钟再点一次“计票”。"),
}


def sentence(error: DomainError) -> str:
    """The sentence for an error, in the reader's language."""
    return sentences.filled(error, SENTENCES, gettext)
