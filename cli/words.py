"""Domain errors in words, for the command line: what happened and what to do. A test says that every code has its sentence."""

from collections.abc import Mapping
from gettext import NullTranslations

from polling.errors import DomainError


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message that is translated later
    """Mark a message for the catalogue."""
    return message


SENTENCES: Mapping[str, str] = {
    # settings
    "setting_port": N_("YIPIAO_PORT 应是 1 到 65535 的整数，现在是 {value}。"),
    "setting_base_url": N_("YIPIAO_BASE_URL 不是网址：{value}。例如 http://192.168.1.20:8000。"),
    "setting_secret_short": N_("YIPIAO_SECRET_KEY 太短，至少要 {minimum} 个字符。"),
    "setting_language": N_("YIPIAO_LANG 只能是 zh_CN 或 en，现在是 {value}。"),
    "schema_old": N_("数据库的结构不是最新的：请先运行 yipiao serve，它会先升级数据库。"),
    "signing_key_locked": N_("签名密钥打不开：YIPIAO_SECRET_KEY（或数据目录里的 secret_key 文件）不是当初的那一个。"),
    "arguments_not_utf8": N_("命令里有不是 UTF-8 的文字。请把终端设成 UTF-8 再试。"),
    "setting_database": N_("DATABASE_URL 读不懂。应以 sqlite:/// 或 postgresql:// 开头。"),
    "port_used": N_("{address} 的 {port} 端口已经有程序在用。请先停掉它，或用 YIPIAO_PORT 换一个端口。"),
    "database_unreachable": N_("数据库没有回应。请核对 DATABASE_URL，并确认数据库已经启动、磁盘没有满。"),
    "database_damaged": N_("数据库损坏了，或者不是 Yipiao 的数据库。请把备份恢复到空的 YIPIAO_HOME。"),
    "schema_newer": N_("数据库是更新版本的 Yipiao 用过的。请换成那个版本再来。"),
    # files
    "file_unreadable": N_("读不到文件 {where}。请核对文件名。"),
    "file_unusable": N_("{where} 打不开，或者写不进去。请核对名字和权限。"),
    "storage_failed": N_("读写出错（{detail}）。请看磁盘是不是满了。"),
    "file_not_utf8": N_("{where} 第 {line} 行不是 UTF-8 文字。请用 UTF-8 编码另存。"),
    "file_syntax": N_("{where} 第 {line} 行写法有误，不是 TOML。请对照 README 里的例子修改。"),
    "file_unknown_key": N_("{where}：没有 {path} 这一项。请核对拼写，或删去它。"),
    "file_missing_key": N_("{where}：缺少 {path}。请补上。"),
    "file_wrong_type": N_("{where}：{path} 的类型不对，应是 {wanted}。"),
    "file_exists": N_("{where} 已经存在，没有覆盖。请换一个名字。"),
    "folder_used": N_("文件夹 {where} 不是空的。请换一个，或先清空它。"),
    # poll files
    "unreadable_period": N_("{where}：{path} 写的周期 {label} 读不懂。例如 2026-10、2026Q3、2026。"),
    "unknown_subject_kind": N_("{where}：办法里没有 {subject_kind} 这类测评对象，有的是：{known}。"),
    "period_not_assessed": N_("{where}：{path} 是 {label}，这类对象不按这种周期考核，可用的周期：{known}。"),
    "poll_empty": N_("{where}：{path} 是空的。请填写。"),
    "poll_unprintable": N_("{where}：{path} 里有控制字符（例如换行），印不出来。请删去它。"),
    "poll_base_url": N_("{where}：{path} 不是网址：{value}。例如 http://192.168.1.20:8000。"),
    "poll_subjects_number": N_("{where}：测评对象有 {number} 个，应是 1 到 {most} 个。"),
    "subject_id": N_("{where}：{path} 是 {value}，只能用小写字母、数字和 . _ -，最多 64 个字符。"),
    "subject_kind": N_("{where}：{path} 是 {value}，本办法的对象有：{allowed}。"),
    "subject_differs": N_(
        "{where}：{path} 的编号 {id} 已登记为「{name}」（{kind}）。同一对象请用同样的名称，不同的对象请换编号。"
    ),
    "poll_twice": N_("{where}：{path} 重复了：{value}。"),
    "poll_no_panels": N_("{where}：没有测评组。可用的有：{allowed}。"),
    "panel_unknown": N_("{where}：{path} 是 {value}，本办法的测评组有：{allowed}。"),
    "panel_expected": N_("{where}：{path} 是 {value}，应到人数应是 1 到 {most}。"),
    "panel_spare": N_("{where}：{path} 是 {value}，备用票数应是 0 到 {most}。"),
    # polls and people
    "poll_unknown": N_("没有编号为 {poll} 的测评。"),
    "state_needed": N_("测评 {poll} 现在是「{state}」，这一步要在 {needed} 时才能做。"),
    "wrong_state": N_("不能从「{now}」到「{then}」。"),
    "roster_below_minimum": N_(
        "「{panel}」应到 {expected} 人，办法要求至少 {minimum} 人，还差 {missing} 人。没有印票。"
    ),
    "reason_empty": N_("请写明理由。"),
    "user_name_empty": N_("请写姓名。"),
    "user_exists": N_("已经有叫 {name} 的用户。"),
    "user_unknown": N_("没有叫 {name} 的用户。请先用 yipiao user add 登记。"),
    "password_short": N_("密码太短，至少 {minimum} 个字符。"),
    "role_wrong": N_("{name} 的身份是 {role}，这件事要由 {needed} 来做。"),
    "two_people_needed": N_("这件事要两个人：请用 --as 写组织者，用 --witness 写监票人。"),
    "two_people_same": N_("组织者和监票人不能是同一个人（{name}）。"),
    "rehearsal_person": N_("演练人员不能办理真正的测评。"),
    "rehearsal_only": N_("只有演练才能把投票码写进文件。真正的测评，投票码只在票上。"),
    # slips
    "missing_glyph": N_("字体里没有「{character}」这个字（在「{text}」里），印不出来。请改用别的写法。没有印票。"),
    "text_too_long": N_("票面文字太长，一张票放不下。请缩短标题。没有印票。"),
    "no_credentials": N_(
        "「{panel}」的票还没有印好，或公开的票号（points.json）没有交回。请先印票，或用 --credentials 交回 points.json。"
    ),
    "points_file": N_("这不是 yipiao slips make 留下的 points.json。"),
    "points_other_poll": N_("这份 points.json 是测评 {found} 的，不是 {poll} 的。"),
    "points_old": N_("这份 points.json 不是最近一次导出的。请用最近导出的文件重新印票，或交回那一次的 points.json。"),
    "printed_meanwhile": N_("印票的时候，测评 {poll} 又另外印了一次。请销毁刚才这一批，只用另一批；要换，请再印一次。"),
    "ballot_too_large": N_(
        "「{panel}」有 {subjects} 个测评对象，一张选票太大，手机发不出去。请分成几次测评。没有印票。"
    ),
    "panel_too_large": N_("「{panel}」要印 {slips} 张票，票箱装不下，最多 {most} 张。请分成几次测评。没有印票。"),
    "address_loopback": N_(
        "票上的网址是 {address}，手机打不开。请在测评文件里写 base_url，或设置 YIPIAO_BASE_URL，用手机连得上的地址。没有印票。"
    ),
    "open_printed": N_(
        "测评 {poll} 的票已经印好或导出。要重印，请用 yipiao poll print；要开箱，请不要带 --sheets 和 --codes。"
    ),
    "points_panels": N_("points.json 里的测评组和测评 {poll} 的不一样。请用同一次导出的文件重新印票。"),
    "points_number": N_("points.json 里「{panel}」有 {found} 个票号，应是 {wanted} 个。"),
    "points_invalid": N_("points.json 里「{panel}」有一个票号不合格。文件可能损坏了，请重新取一份。"),
    "bundle_file": N_("这不是 yipiao poll print --bundle 导出的文件。"),
    "sheets_in_home": N_("票不能印到数据文件夹里（{where}）：投票码只在票上。请换一个文件夹。"),
    "print_nowhere": N_("请用 --sheets 写明票印到哪个文件夹，或用 --bundle 导出后在别的机器上印。"),
    # keys
    "passphrase_missing": N_("没有设置 YIPIAO_KEY_PASSPHRASE。真正的测评，服务器的密钥必须用口令封存：请设置后再来。"),
    "passphrase_wrong": N_("YIPIAO_KEY_PASSPHRASE 打不开密钥 {name}。请换成打开票箱时用的口令。"),
    "key_file_damaged": N_("密钥文件 {name} 损坏了。"),
    "key_used": N_("密钥 {key} 已经在别的测评里用过。每次测评都要用新的密钥。"),
    "trustee_file": N_("{where} 不是密钥的公开部分，或者损坏了。请让保管人重新发来。"),
    "trustee_key_file": N_("{where} 不是 yipiao trustee new 做的密钥文件。"),
    "trustee_key_unconfirmed": N_("{where} 的备份还没有读回来核对，不能用。请先核对备份。"),
    "backup_length": N_("备份应有 {wanted} 个字符，现在是 {found} 个。请照着纸再输一遍。"),
    "backup_damaged": N_("备份的第 {groups} 组不对。请照着纸核对这几组。"),
    "backup_differs": N_("这是另一把密钥的备份。请核对拿的是哪张纸。"),
    "backup_not_read": N_("密钥已做好，但备份还没有读回来，所以还不算数。请把备份印好，再用 --read-back 输入。"),
    # closing, counting, publishing
    "issued_key": N_("没有叫 {key} 的测评组，有的是：{allowed}。"),
    "issued_number": N_("{key} 发出 {number} 张不对：应是 0 到印制的 {printed} 张。"),
    "issued_needed": N_(
        "{key} 应到 {expected} 人，收回 {returned} 张。请用 --issued {key}=张数 写明实际发出多少张。票箱还开着。"
    ),
    "issued_form": N_("--issued 要写成 测评组=张数，例如 evaluators=24；现在是 {value}。"),
    "share_file": N_("{where} 不是 yipiao trustee decrypt 做的文件。"),
    "share_other_poll": N_("{where} 是另一场测评的，或者是没有打开的票箱的。"),
    "share_false": N_("{where} 的解密份额通不过检查（{reason}），可能被改动过。请让保管人重新做一份。"),
    "decryption_refused": N_("「{panel}」的密钥没有动用：{reason}。"),
    "setup_missing": N_("请用 --setup 写明开箱记录里的 setup 值。"),
    "decrypted_other": N_("这把密钥已经为同一个票箱解过另一份档案，不再解第二份。请查明为什么档案变了。"),
    "not_levelled": N_(
        "票箱已经关好，但有程序还在读数据库，投票的先后次序还没有抹掉。请稍后再运行 yipiao poll count 或 yipiao serve，它们会接着做完。"
    ),
    # verification
    "not_verified": N_("没有通过：{check}。{detail}"),
    "unreadable": N_("读不懂这个文件：{detail}"),
    "signature_false": N_("签名不对，或者不是认得的密钥签的。"),
    "result_differs": N_("结果文件与档案不符：{what}。"),
    "result_contradicts": N_("结果文件自相矛盾：{what}。"),
    "scheme_missing": N_("这里没有结果所用的办法（SHA-256 {digest}）。请从 /api/v1/schemes/ 取来，用 --scheme 写明。"),
    "scheme_refused": N_("{place}：{detail}"),
    "examples_failed": N_("算例没有通过：{names}。"),
    # backup
    "backup_program": N_(
        "找不到 {program}。请安装 PostgreSQL 的客户端程序（Debian:apt-get install postgresql-client）。"
    ),
    "backup_failed": N_("没有做成：{program} 报告出错。"),
    "restore_not_empty": N_("数据库里已经有测评，不能恢复到这里。请换一个空的 YIPIAO_HOME 或数据库。"),
    "restore_file": N_("{where} 不是 yipiao backup 做的备份。"),
    "internal": N_("出了没有料到的问题，没有做完。可以再运行一次；如果还不行，请把这句话报告给开发者：{kind}。"),
    "rehearsal_server": N_("演练用的服务器没有启动。请看上面的信息。"),
    "rehearsal_wrong": N_("演练发现计票不对：{what}。请报告这个问题。"),
}


# why a key was not used (belenios.decryption), or a share not taken (belenios.tallying)
REASONS: Mapping[str, str] = {
    "unreadable": N_("档案读不懂"),
    "not_verified": N_("档案没有通过核对"),
    "already_opened": N_("这个票箱已经开过"),
    "foreign_key": N_("这把密钥不是这个票箱的"),
    "threshold_key": N_("这是门限密钥，这里不能用"),
    "already_decrypted": N_("档案里已有这把密钥的份额"),
    "too_few_ballots": N_("选票太少，合计会露出个人的选择"),
    "fault": N_("算出的份额自己没有通过检查，请换一台机器再试"),
    "malformed": N_("写法不对"),
    "unknown_owner": N_("没有这个序号的密钥"),
    "false_proof": N_("证明不成立"),
}


# states and roles
VALUES: Mapping[str, str] = {
    "draft": N_("草稿"),
    "printed": N_("已印票"),
    "open": N_("已开箱"),
    "closed": N_("已关箱"),
    "tallied": N_("等密钥"),
    "counted": N_("已清点"),
    "noticed": N_("公示中"),
    "final": N_("已定稿"),
    "archived": N_("已归档"),
    "annulled": N_("已作废"),
    "organizer": N_("组织者"),
    "scrutineer": N_("监票人"),
    "teller": N_("计票人"),
    "approver": N_("审核人"),
    "reader": N_("查阅人"),
    "administrator": N_("管理员"),
}


# the parameters whose values are said in words; what somebody named (a user called "reader") is never translated
WORDS_OF: Mapping[str, Mapping[str, str]] = {"reason": REASONS} | dict.fromkeys(
    ("state", "needed", "now", "then", "role"), VALUES
)


def sentence(error: DomainError, translations: NullTranslations) -> str:
    """The sentence for an error, in the reader's language."""

    def word(name: str, value: object) -> str:
        words = WORDS_OF.get(name, {})
        return translations.gettext(words[value]) if isinstance(value, str) and value in words else str(value)

    params = {
        name: "、".join(word(name, each) for each in value) if isinstance(value, (list, tuple)) else word(name, value)
        for name, value in error.params.items()
    }
    return translations.gettext(SENTENCES[error.code]).format(**params)
