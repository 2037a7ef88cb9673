"""Domain errors in words, for the command line. A test says that every code has its sentence."""

from collections.abc import Mapping
from gettext import NullTranslations

from polling import sentences
from polling.errors import DomainError
from polling.marks import N_

SENTENCES: Mapping[str, str] = {
    **sentences.SENTENCES,
    "arguments_not_utf8": N_("命令里有不是 UTF-8 的文字。请把终端设成 UTF-8 再试。"),
    "port_used": N_("{address} 的 {port} 端口已经有程序在用。请先停掉它，或用 YIPIAO_PORT 换一个端口。"),
    "certificate_alone": N_("https 要证书和私钥两个文件：请把 --certificate 和 --certificate-key 都写上。"),
    "certificate_unusable": N_(
        "证书 {certificate} 和私钥 {key} 用不了：要 PEM 格式，互相对得上，私钥不带密码。请核对这两个文件。"
    ),
    "database_damaged": N_("数据库损坏了，或者不是 Yipiao 的数据库。请把备份恢复到空的 YIPIAO_HOME。"),
    # files
    "file_unreadable": N_("读不到文件 {where}。请核对文件名。"),
    "file_unusable": N_("{where} 打不开，或者写不进去。请核对名字和权限。"),
    "storage_failed": N_("读写出错（{detail}）。请看磁盘是不是满了。"),
    "file_exists": N_("{where} 已经存在，没有覆盖。请换一个名字。"),
    "folder_used": N_("文件夹 {where} 不是空的。请换一个，或先清空它。"),
    "user_unknown": N_("没有叫 {name} 的用户。请先用 yipiao user add 登记。"),
    "two_people_needed": N_("这件事要两个人：请用 --as 写组织者，用 --witness 写监票人。"),
    "rehearsal_only": N_("只有演练才能把投票码写进文件。真正的测评，投票码只在票上。"),
    "no_credentials": N_(
        "「{panel}」的票还没有印好，或公开的票号（points.json）没有交回。请先印票，或用 --credentials 交回 points.json。"
    ),
    "points_file": N_("这不是 yipiao slips make 留下的 points.json。"),
    "address_loopback": N_(
        "票上的网址是 {address}，手机打不开。请在测评文件里写 base_url，或设置 YIPIAO_BASE_URL，用手机连得上的地址。没有印票。"
    ),
    "open_printed": N_(
        "测评 {poll} 的票已经印好或导出。要重印，请用 yipiao poll print；要开箱，请不要带 --sheets 和 --codes。"
    ),
    "points_panels": N_("points.json 里的测评组和测评 {poll} 的不一样。请用同一次导出的文件重新印票。"),
    "bundle_file": N_("这不是 yipiao poll print --bundle 导出的文件。"),
    "sheets_in_home": N_("票不能印到数据文件夹里（{where}）：投票码只在票上。请换一个文件夹。"),
    "print_nowhere": N_("请用 --sheets 写明票印到哪个文件夹，或用 --bundle 导出后在别的机器上印。"),
    # keys
    "trustee_key_file": N_("{where} 不是 yipiao trustee new 做的钥匙文件。"),
    "trustee_key_unconfirmed": N_("{where} 的备份还没有读回来核对，不能用。请先核对备份。"),
    "backup_differs": N_("这是另一把钥匙的备份。请核对拿的是哪张纸。"),
    "backup_not_read": N_("钥匙已做好，但备份还没有读回来，所以还不算数。请把备份印好，再用 --read-back 输入。"),
    "issued_needed": N_(
        "{key} 应到 {expected} 人，收回 {returned} 张。请用 --issued {key}=张数 写明实际发出多少张。票箱还开着。"
    ),
    "issued_form": N_("--issued 要写成 测评组=张数，例如 evaluators=24；现在是 {value}。"),
    "day_form": N_("{value} 不是日期，要写成 2026-10-20。"),
    "notice_none": N_("还没有公布，没有公示。"),
    "share_file": N_("{where} 不是 yipiao trustee decrypt 做的文件。"),
    "setup_missing": N_("请用 --setup 写明开箱记录里的 setup 值。"),
    "decrypted_other": N_("这把钥匙已经为同一个票箱解过另一份档案，不再解第二份。请查明为什么档案变了。"),
    "not_levelled": N_(
        "票箱已经关好，但有程序还在读数据库，投票的先后次序还没有抹掉。请稍后再运行 yipiao poll count 或 yipiao serve，它们会接着做完。"
    ),
    "scoring_day": N_("日期“{value}”读不懂。例如 2026-11-24。"),
    "scoring_rebuild_differs": N_("台账与它的文件和记录算出来的不一样：{organization}，{scheme}，{period}。"),
    "audit_head": N_("--head 要写 yipiao audit verify 给出的核对码：64 个十六进制字符。请照着抄下的再输一遍。"),
    "audit_broken": N_(
        "操作记录从第 {number} 条起对不上：这一条或它前面的一条在程序以外被改动或删去了。请保留现在的数据库，不要再用它组织测评；与以前的备份比较，查明是谁动了数据库。"
    ),
    "audit_head_missing": N_(
        "记录里没有这个核对码，现在共 {entries} 条：抄下它以后，末尾的记录被截去或重写了，或者数据库换成了更早的备份。请与以前的备份比较，查明原因。"
    ),
    # verification
    "not_verified": N_("没有通过：{check}。{detail}"),
    "unreadable": N_("读不懂这个文件：{detail}"),
    "signature_false": N_("签名不对，或者不是认得的密钥签的。"),
    "result_differs": N_("结果文件与档案不符：{what}。"),
    "result_contradicts": N_("结果文件自相矛盾：{what}。"),
    "scheme_missing": N_("这里没有结果所用的办法（SHA-256 {digest}）。请从 /api/v1/schemes/ 取来，用 --scheme 写明。"),
    "sample_wrong": N_("没有通过：{what}。"),
    "sample_commitment": N_("核对码不是写明的那一个。这份文件的是：{found}"),
    "inspection_unknown": N_("办法 {scheme} 里没有叫 {key} 的抽查，有的是：{known}。"),
    "scheme_refused": N_("{place}：{detail}"),
    "examples_failed": N_("算例没有通过：{names}。"),
    "restore_file": N_("{where} 不是 yipiao backup 做的备份。"),
    "internal": N_("出了没有料到的问题，没有做完。可以再运行一次；如果还不行，请把这句话报告给开发者：{kind}。"),
    "rehearsal_server": N_("演练用的服务器没有启动。请看上面的信息。"),
    "rehearsal_wrong": N_("演练发现计票不对：{what}。请报告这个问题。"),
}


def sentence(error: DomainError, translations: NullTranslations) -> str:
    """The sentence for an error, in the reader's language."""
    return sentences.filled(error, SENTENCES, translations.gettext)
