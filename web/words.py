"""Domain errors, days and periods in words, for pages. Where a sentence names a button or a field, it stands here; a test says that every code has one."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext

from ballots.titles import heading
from polling import calendar, sentences
from polling.errors import DomainError
from polling.marks import N_
from polling.scheme_chapters import marked

SENTENCES: Mapping[str, str] = {
    **sentences.SENTENCES,
    # files
    "file_exists": N_("这个文件已经存在，没有覆盖。请换一个名字。"),
    "restore_file": N_("这个文件不是 Yipiao 的备份，或者损坏了。请换一份。"),
    "database_damaged": N_("数据库损坏了。请找管理员用备份恢复。"),
    # the form of a draft: each stands at its field
    "poll_empty": N_("请填写。"),
    "poll_unprintable": N_("里面有印不出来的控制字符，请删去。"),
    "poll_base_url": N_("{value} 不是网址。例如 http://192.168.1.20:8000。"),
    "poll_closes": N_("请写日期和时间，例如 2026-10-20 17:30。"),
    "poll_intro": N_("太长了，最多 {most} 个字。"),
    "poll_languages": N_("请至少选一种语言。"),
    "poll_subjects_number": N_("测评对象有 {number} 个，应是 1 到 {most} 个。"),
    "poll_twice": N_("「{value}」写了两次。"),
    "poll_no_panels": N_("请至少给一个测评组填应到人数。"),
    "panel_expected": N_("应到人数应是 1 到 {most}，现在是 {value}。"),
    "panel_spare": N_("备用票应是 0 到 {most} 张，现在是 {value}。"),
    "subject_id": N_("编号 {value} 不行：只能用小写字母、数字和 . _ -，最多 64 个字符。"),
    # it may be another office's: its name is not said
    "subject_differs": N_("编号 {id} 已经给了另一个名称的对象。同一对象请写登记的名称，不同的对象请换编号。"),
    "unreadable_period": N_("请选一个考核周期。"),
    "period_not_assessed": N_("所填的对象里，有的不按这种周期考核。请换一个周期，或去掉那一类对象。"),
    "draw_text": N_("请填写，最多 {most} 个字。"),
    # what is destroyed
    "name_written": N_("这里写的不是「{name}」，什么都没有动。请照原样写一遍，空格和全角半角不要紧。"),
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
    "issued_needed": N_("收回的票比应到的 {expected} 人还多。请填写实际发出多少张。票箱还开着。"),
    "issued_less": N_(
        "收回的票比这里填的多。照这个数关箱，这一组就作废了，不能挽回。请核对；如果确实只发了这么多，请勾选最下面的一项再关箱。票箱还开着。"
    ),
    "share_file": N_("{where} 不是钥匙保管人打开合计时存的文件。请让保管人重新存一份。"),
    "not_levelled": N_("票箱已经关好，但有程序还在读数据库，投票的先后次序还没有抹掉。请过一分钟再点一次“计票”。"),
}


def sentence(error: DomainError) -> str:
    """The sentence for an error, in the reader's language."""
    return sentences.filled(error, SENTENCES, gettext)


def article_words(source: str) -> str:
    """The article that a rule of a scheme names, with the marks of what is ours or custom in words."""
    return marked(source, gettext)


def heading_words(title: str) -> str:
    """A panel's or an option's title in the reader's language, where it is one of the project's packs'."""
    return heading(title, gettext)


def day_words(day: date | str) -> str:
    """A day, or the ISO text of one, as the reader writes it."""
    return calendar.day_words(day, gettext)


def period_words(label: str) -> str:
    """A period as the reader says it. Raises PeriodError where the label is none."""
    return calendar.period_words(label, gettext)
