"""Domain errors in words: what happened and what to do. `cli/words.py` and `web/words.py` add what is said otherwise at a terminal or on a page."""

from collections.abc import Callable, Mapping

from polling.errors import DomainError
from polling.marks import N_
from polling.scoring_sentences import SCORING

SENTENCES: Mapping[str, str] = {
    # settings
    "setting_port": N_("YIPIAO_PORT 应是 1 到 65535 的整数，现在是 {value}。"),
    "setting_base_url": N_("YIPIAO_BASE_URL 不是网址：{value}。例如 http://192.168.1.20:8000。"),
    "setting_secret_short": N_("YIPIAO_SECRET_KEY 太短，至少要 {minimum} 个字符。"),
    "setting_receive_secret": N_(
        "YIPIAO_RECEIVE_SECRET 不对。请原样填写对方 yipiao receiver add 显示的密钥，以 whsec_ 开头。"
    ),
    "setting_receive_both": N_(
        "YIPIAO_RECEIVE_SECRET 和 YIPIAO_RECEIVE_KEYS 要一起设：一个核对是谁送来的，一个核对文件是谁签的。"
    ),
    "receive_keys_unreadable": N_(
        "接收方的公钥文件读不出来（YIPIAO_RECEIVE_KEYS），文件没有收下。请接收方的管理员重新保存。"
    ),
    "webhook_signature_false": N_("这次送达的签名不对，或者送出已超过五分钟，没有收下。请核对双方的密钥和时钟。"),
    "setting_language": N_("YIPIAO_LANG 只能是 zh_CN 或 en，现在是 {value}。"),
    "schema_old": N_("数据库的结构不是最新的：请先运行 yipiao serve，它会先升级数据库。"),
    "signing_key_locked": N_("签名密钥打不开：YIPIAO_SECRET_KEY（或数据目录里的 secret_key 文件）不是当初的那一个。"),
    "setting_database": N_("DATABASE_URL 读不懂。应以 sqlite:/// 或 postgresql:// 开头。"),
    "database_unreachable": N_("数据库没有回应。请核对 DATABASE_URL，并确认数据库已经启动、磁盘没有满。"),
    "schema_newer": N_("数据库是更新版本的 Yipiao 用过的。请换成那个版本再来。"),
    "file_not_utf8": N_("{where} 第 {line} 行不是 UTF-8 文字。请用 UTF-8 编码另存。"),
    "file_syntax": N_("{where} 第 {line} 行写法有误，不是 TOML。请对照 README 里的例子修改。"),
    "file_unknown_key": N_("{where}：没有 {path} 这一项。请核对拼写，或删去它。"),
    "file_missing_key": N_("{where}：缺少 {path}。请补上。"),
    "file_wrong_type": N_("{where}：{path} 的类型不对，应是 {wanted}。"),
    # poll files
    "unreadable_period": N_("{where}：{path} 写的周期 {label} 读不懂。例如 2026-10、2026Q3、2026。"),
    "unknown_subject_kind": N_("{where}：办法里没有 {subject_kind} 这类测评对象，有的是：{known}。"),
    "period_not_assessed": N_("{where}：{path} 是 {label}，这类对象不按这种周期考核，可用的周期：{known}。"),
    "poll_empty": N_("{where}：{path} 是空的。请填写。"),
    "poll_unprintable": N_("{where}：{path} 里有控制字符（例如换行），印不出来。请删去它。"),
    "poll_closes": N_("{where}：{path} 不是日期和时间：{value}。例如 2026-10-20 17:30。"),
    "closes_past": N_("{value} 已经过了。请写以后的时间，或者不写。"),
    "closes_early": N_("还没到原先说好的 {value}。要提前关箱，请勾选最下面的一项。票箱还开着。"),
    "poll_base_url": N_("{where}：{path} 不是网址：{value}。例如 http://192.168.1.20:8000。"),
    "poll_intro": N_("{where}：{path} 太长，最多 {most} 个字。"),
    "poll_languages": N_("{where}：{path} 应是 {allowed} 里的一种或两种。"),
    "poll_incomplete": N_("这份草稿还没有填完，缺：{parts}。请先填好。"),
    "poll_subjects_number": N_("{where}：测评对象有 {number} 个，应是 1 到 {most} 个。"),
    "subject_id": N_("{where}：{path} 是 {value}，只能用小写字母、数字和 . _ -，最多 64 个字符。"),
    "subject_kind": N_("{where}：{path} 是 {value}，本办法的对象有：{allowed}。"),
    "subject_differs": N_(
        "{where}：{path} 的编号 {id} 已登记为「{name}」（{kind}）。同一对象请用同样的名称，不同的对象请换编号。"
    ),
    "poll_twice": N_("{where}：{path} 重复了：{value}。"),
    "scheme_without_poll": N_(
        "《{title}》没有投票。它的考核不办测评，请直接登记：在台账里录入事实、抽查和签字。要投票，请另选一个办法。"
    ),
    "poll_no_panels": N_("{where}：没有测评组。可用的有：{allowed}。"),
    "panel_unknown": N_("{where}：{path} 是 {value}，本办法的测评组有：{allowed}。"),
    "panel_expected": N_("{where}：{path} 是 {value}，应到人数应是 1 到 {most}。"),
    "panel_spare": N_("{where}：{path} 是 {value}，备用票数应是 0 到 {most}。"),
    # polls and people
    "form_stale": N_("这一页打开以后，这场测评又有了变动。下面是最新的样子，请看过再办。"),
    "poll_unknown": N_("没有编号为 {poll} 的测评。"),
    "state_needed": N_("测评 {poll} 现在是「{state}」，这一步要在 {needed} 时才能做。"),
    "wrong_state": N_("不能从「{now}」到「{then}」。"),
    "roster_below_minimum": N_(
        "「{panel}」应到 {expected} 人，办法要求至少 {minimum} 人，还差 {missing} 人。没有印票。"
    ),
    "reason_empty": N_("请写明理由。"),
    "user_name_empty": N_("请写姓名。"),
    "user_exists": N_("已经有叫 {name} 的用户。"),
    "password_short": N_("密码太短，至少 {minimum} 个字符。"),
    "password_common": N_(
        "这个密码太容易猜到：常见的词、姓名、单位名、年份、生日、键盘上连着的键，都不行。请用四个不相干的词连在一起，每个词两个字以上，拼音写全。"
    ),
    "user_name_form": N_("姓名最多 {most} 个字，里面不能有换行一类的控制字符。"),
    "user_self": N_("这件事不能对自己做。请另一位管理员来办。"),
    "user_not_administrator": N_("您不是管这里的管理员。请上一级的管理员来办。"),
    "login_wrong": N_("姓名或密码不对。请核对后再试。"),
    "login_wait": N_("输错的次数太多。请等 {minutes} 分钟再试。"),
    "code_wrong": N_("一次性口令不对。请照着运行 yipiao serve 的终端里最新显示的那一行输入。"),
    "role_wrong": N_("{name} 在「{organization}」没有这样的身份：这件事要由{needed}来做。"),
    "welcome_unknown": N_("这个链接打不开：可能没有抄全，或者已经换了新的。请向给您链接的管理员再要一个。"),
    "welcome_used": N_("这个链接已经用过，密码已经设好。请直接登录；不是您设的，请马上告诉管理员。"),
    "welcome_late": N_("这个链接过期了：发出来 {days} 天以内才能用。请向管理员再要一个。"),
    # the second step of signing in
    "second_missing": N_("{name} 开了两步登录：请再输入手机上的六位验证码，或者一个恢复码。密码也要再输一遍。"),
    "second_wrong": N_(
        "验证码不对。请输入手机上现在显示的六位数字；还是不对，请看手机的时间准不准：服务器现在是 {time}（北京时间），相差一分钟以上就对不上。"
    ),
    "second_used": N_("这个验证码刚才已经用过。请等手机上换一个新的（最多半分钟），再输入。"),
    "second_ahead": N_(
        "手机的时间比服务器快 {minutes} 分钟左右，验证码对不上。服务器现在是 {time}（北京时间）。请在手机的设置里把时间改成自动，再输入新的验证码；是服务器的时间错了，请告诉管理员。"
    ),
    "second_behind": N_(
        "手机的时间比服务器慢 {minutes} 分钟左右，验证码对不上。服务器现在是 {time}（北京时间）。请在手机的设置里把时间改成自动，再输入新的验证码；是服务器的时间错了，请告诉管理员。"
    ),
    "second_on": N_("两步登录已经开了。"),
    "second_off": N_("{name} 没有开两步登录。"),
    "second_locked": N_(
        "{name} 的两步登录打不开：YIPIAO_SECRET_KEY（或数据目录里的 secret_key 文件）不是当初的那一个。请管理员在终端运行 yipiao user two-steps-off {name}。"
    ),
    "recovery_wrong": N_(
        "这不是六位的验证码，也不是还能用的恢复码。恢复码是 12 个字母和数字，一个只能用一次；换过一批的，旧的都不算。"
    ),
    # organizations
    "organization_unknown": N_("没有编号为 {organization} 的单位。"),
    "organization_none": N_("请写单位的名称，一行一个。"),
    "organization_name_empty": N_("请写单位的名称。"),
    "organization_contact": N_("联系方式最多 {most} 个字，里面不能有控制字符。"),
    "organization_name": N_("单位的名称最多 {most} 个字，里面不能有控制字符。"),
    "organization_exists": N_("这里已经有叫「{name}」的单位。"),
    "organization_line_twice": N_("「{name}」和第 {other} 行重复。"),
    "organization_line": N_("第 {line} 行：{fault}"),
    "organization_lines": N_("有 {number} 行要改，一个都还没有加：\n{faults}"),
    "organization_many": N_("一次最多加 {most} 个。请分成几次。"),
    "organization_level": N_("「{name}」是{level}，下面的单位要比它低一级或几级。"),
    "organization_level_children": N_("它下面的「{name}」是{level}：上面的单位要比它高。"),
    "organization_not_empty": N_("「{name}」下面还有单位、测评、人员或考核对象，不能删去。"),
    "schemes_none": N_("请至少勾选一个办法。"),
    "scheme_not_used": N_(
        "《{title}》不在「{organization}」选定的办法里，这里不能用。要用，请「{organization}」或它上级的管理员到“单位”里，把它加到选定的办法里。"
    ),
    "recused": N_(
        "{name} 是这次的测评对象，要回避，不能办理这一场。请换一个人来办；只是同名的，请管理员在“人员”里注明不是同一个人。"
    ),
    "namesake_none": N_("没有同名的测评对象，不用注明。"),
    "two_people_same": N_("组织者和监票人不能是同一个人（{name}）。"),
    "rehearsal_person": N_("演练人员不能办理真正的测评。"),
    # rosters
    "roster_large": N_("名册太大，没有读。一个测评组最多 {most} 人，请只粘贴姓名和户两列。"),
    "roster_empty": N_("名册是空的。请一行写一个姓名；按户的，后面加逗号写户主。"),
    "roster_many": N_("名册有 {number} 人，一个测评组最多 {most} 人。请分成几组。"),
    "roster_columns": N_("名册第 {line} 行有三列以上。请只留姓名和户两列。"),
    "roster_no_name": N_("名册第 {line} 行没有姓名。请补上，或删去这一行。"),
    "roster_long": N_("名册第 {line} 行太长，姓名和户各最多 {most} 个字。请写短一些。"),
    "roster_letter": N_("名册第 {line} 行里有看不见的控制字符。请删去重写这一行。"),
    "roster_twice": N_(
        "名册里有 {number} 处重复（姓名后面是行号）：{names}。同名的请在后面加逗号，写上户或村组；写重的请删去一行。"
    ),
    "roster_above_printed": N_(
        "「{panel}」名册有 {number} 人，连备用只印了 {printed} 张票。名册没有换。请重新印票，或核对名册。"
    ),
    "roster_short": N_("「{panel}」名册只有 {number} 人，办法要求至少 {minimum} 人。名册没有换，请补足。"),
    # the attendance desk
    "attendance_early": N_("还没有印票，不用签到。印好票以后再来。"),
    "attendance_over": N_("票箱已经关好，签到已经结束，这一下没有记。"),
    "roster_line": N_("名册换过了，没有这一行。请刷新这一页，再点一次。"),
    "panel_has_roster": N_("这一组现在有名册，请按姓名点。请刷新这一页。"),
    "panel_missing": N_("这场测评没有叫 {key} 的测评组。请回到测评页再打开。"),
    # slips
    "missing_glyph": N_("字体里没有「{character}」这个字（在「{text}」里），印不出来。请改用别的写法。没有印票。"),
    "text_too_long": N_("票面文字太长，一张票放不下。请缩短标题。没有印票。"),
    "points_other_poll": N_("这份 points.json 是测评 {found} 的，不是 {poll} 的。"),
    "points_old": N_("这份 points.json 不是最近一次导出的。请用最近导出的文件重新印票，或交回那一次的 points.json。"),
    "printed_meanwhile": N_("印票的时候，测评 {poll} 又另外印了一次。请销毁刚才这一批，只用另一批；要换，请再印一次。"),
    "ballot_too_large": N_(
        "「{panel}」有 {subjects} 个测评对象，一张选票太大，手机发不出去。请分成几次测评。没有印票。"
    ),
    "panel_too_large": N_("「{panel}」要印 {slips} 张票，票箱装不下，最多 {most} 张。请分成几次测评。没有印票。"),
    "points_number": N_("points.json 里「{panel}」有 {found} 个票号，应是 {wanted} 个。"),
    "points_invalid": N_("points.json 里「{panel}」有一个票号不合格。文件可能损坏了，请重新取一份。"),
    "passphrase_wrong": N_("YIPIAO_KEY_PASSPHRASE 打不开钥匙 {name}。请换成打开票箱时用的口令。"),
    "key_file_damaged": N_("钥匙文件 {name} 损坏了。"),
    "keys_awaited": N_("还没有收到这几位的钥匙：{names}。请等他们交来，或者在钥匙页把他们划掉。票箱没有打开。"),
    "key_used": N_("钥匙 {key} 已经在别的测评里用过。每次测评都要用新的钥匙。"),
    "no_file": N_("请先选好文件。"),
    "holder_name": N_("钥匙保管人的姓名「{name}」太长或有控制字符，最多 {most} 个字。"),
    "holder_twice": N_("钥匙保管人里「{name}」写了两次。同名的请加上单位或职务，好分清楚。"),
    "holder_subject": N_("{name} 是这次的测评对象，要回避，不能保管钥匙。请换一个人。"),
    "holders_many": N_("钥匙保管人最多 {most} 位。"),
    "holder_unknown": N_("名单里已经没有这位钥匙保管人。请看最新的名单。"),
    "holder_has_key": N_("{name} 的钥匙已经收到。要换一把，请先把这一位划掉，再重新添加。"),
    "link_ended": N_("这个链接已经用过，或者换了新的。请向组织者要一个新的链接。"),
    "link_late": N_("票箱已经打开，这场测评不能再加钥匙。请告诉组织者。"),
    "key_false": N_("这把钥匙没有传完整，没有收下。请再试一次。"),
    "trustee_file": N_("{where} 不是钥匙的公开部分，或者损坏了。请让保管人重新发来。"),
    "backup_length": N_("备份应有 {wanted} 个字符，现在是 {found} 个。请照着纸再输一遍。"),
    "backup_damaged": N_("备份的第 {groups} 组不对。请照着纸核对这几组。"),
    # closing, counting, publishing
    "issued_key": N_("没有叫 {key} 的测评组，有的是：{allowed}。"),
    "issued_number": N_("{key} 发出 {number} 张不对：应是 0 到印制的 {printed} 张。"),
    "figure_number": N_("{key} 填的 {number} 不对：应是 0 到 {most} 的整数。"),
    "balance_reason": N_("「{panel}」的数对不上：{faults}\n请核对；确实如此，请写明理由。票箱还开着。"),
    "balance_printed": N_("印制 {printed} 张，发出、作废、备用未用加起来是 {accounted} 张。"),
    "balance_returned": N_("收回的比发出的 {issued} 张多。"),
    "balance_issued": N_("发出 {issued} 张，实到只有 {present} 人。"),
    "balance_present": N_("实到 {present} 人，应到只有 {expected} 人。"),
    "share_other_poll": N_("{where} 是另一场测评的，或者是没有打开的票箱的。"),
    "share_false": N_("{where} 通不过检查（{reason}），可能被改动过。请让保管人重新做一份。"),
    "decryption_refused": N_("「{panel}」的钥匙没有动用：{reason}。"),
    # signing
    "sign_missing": N_("还没有签完：{steps}。签完才能公布。"),
    "sign_none": N_("本办法不要求签字，可以直接公布。"),
    "sign_number": N_("这场测评要签 {wanted} 步，请每一步都选好。"),
    "sign_sent": N_("结果正在签字。要改，请先收回。"),
    "sign_not_sent": N_("结果还没有送签，或者已经退回。请先送签。"),
    "sign_complete": N_("都签好了，不用再签。"),
    "sign_order": N_("要按次序签，现在轮到“{step}”。"),
    "sign_asked": N_("这一步请的是{name}，别人不能代签。"),
    "sign_twice": N_("{name} 已经签过另一步。一个人只签一步，请换一个人。"),
    "sign_subject": N_("{name} 是这次的测评对象，要回避，不能签字，也不能处理异议。"),
    "sign_paper_waits": N_("这一步已经录入纸上签字，等另一个人核对。"),
    "sign_paper_none": N_("这一步没有等着核对的纸上签字。"),
    "sign_name": N_("请写签字人的姓名，最多 {most} 个字，里面不能有换行一类的控制字符。"),
    "sign_typed": N_("请输入您自己的姓名，和登录用的一样。"),
    "sign_date": N_("签字日期应在 {first} 到 {last} 之间。"),
    "second_clerk_same": N_("核对的人要换一个：{name} 就是录入的人或签字的人。"),
    "opinion_empty": N_("“{step}”要写意见。没有意见，请写“无异议”。"),
    "text_long": N_("太长了，最多 {most} 个字。"),
    "scan_missing": N_("请附上签字页的照片或扫描件。"),
    "scan_large": N_("文件太大，最多 {most} MB。请拍小一点，或调低扫描的清晰度。"),
    "scan_type": N_("这个文件不是 PNG、JPG 图片，也不是 PDF，或者损坏了。请换一个。"),
    # notice, objections, corrections
    "notice_days": N_("公示期应是 {least} 到 {most} 天，现在是 {days}。"),
    "notice_running": N_("公示到 {last} 为止，期满的第二天才能定稿。"),
    "objections_open": N_("还有异议没有办完：第 {numbers} 号。办完才能定稿。"),
    "objection_late": N_("公示到 {last} 已经结束，不再受理异议。结果确有错误的，可以更正或作废。"),
    "objection_date": N_("收到的日期应在 {first} 到 {last} 之间。"),
    "objection_empty": N_("请写明内容。"),
    "objection_unknown": N_("没有第 {number} 号异议。"),
    "objection_decided": N_("第 {number} 号异议已经作过决定，不能再改。"),
    "correction_nothing": N_("填的数和原来一样，没有什么要更正。"),
    "correction_withheld": N_("照这个数，有一组会变成作废或不再作废，不能用更正来办。请作废这一场，重新测评。"),
    "holidays_missing": N_(
        "没有 {year} 年的节假日表，算不出公示的最后一天。请管理员照国务院办公厅的放假通知写好 {file}，放进数据文件夹的 holidays 里，再来办。"
    ),
    "holidays_file": N_("节假日表 {where} 有错（{what}）。请管理员对照操作手册里的写法改好，再来办。"),
    # delivery
    "receiver_unknown": N_("没有叫 {name} 的接收方。请核对名字。"),
    "receiver_exists": N_("已经有叫 {name} 的接收方。请换一个名字，或先把原来的划掉。"),
    "receiver_name": N_("接收方的名字最多 {most} 个字，不能是空的，里面不能有换行一类的控制字符。"),
    "receiver_url": N_("接收方的地址 {value} 不行：要 http:// 或 https:// 开头，里面不写用户名和密码。"),
    "receiver_built_in": N_("{name} 是本机自己的评分，不能划掉。可以暂停。"),
    "receiver_waiting": N_("还有 {number} 份文件没有送到 {name}。请先补送；确实不要了，请加 --waiting-too。"),
    "dispatch_unknown": N_("没有要送给 {name} 的文件 {document}。"),
    "nothing_parked": N_("{name} 没有停送的文件，不用补送。"),
    "cursor_unreadable": N_("since 读不懂。请原样用上一次回答里的 next，或者不写它，从头取起。"),
    "cursor_unknown": N_("since 说的那份文件这里没有，可能恢复过备份。请不写 since，从头取起。"),
    # trials
    "trial_waits": N_("还没有收到您的票。请在手机上投好，看到“已收到”，再点“数一数”。"),
    "trial_broken": N_("试投没有做好，可能有人同时点了两次。请重新开始试投。"),
    "trial_not_published": N_("试投不公布结果。"),
    # backup
    "backup_program": N_(
        "找不到 {program}。请安装 PostgreSQL 的客户端程序（Debian:apt-get install postgresql-client）。"
    ),
    "backup_failed": N_("没有做成：{program} 报告出错。"),
    "restore_not_empty": N_("数据库里已经有测评或人员，不能恢复到这里。请换一个空的 YIPIAO_HOME 或数据库。"),
    **SCORING,
}


# why a key was not used (belenios.decryption), or a share not taken (belenios.tallying)
REASONS: Mapping[str, str] = {
    "unreadable": N_("档案读不懂"),
    "not_verified": N_("档案没有通过核对"),
    "already_opened": N_("这个票箱已经开过"),
    "foreign_key": N_("这把钥匙不是这个票箱的"),
    "threshold_key": N_("这是门限密钥，这里不能用"),
    "already_decrypted": N_("这把钥匙的一份已经在档案里"),
    "too_few_ballots": N_("选票太少，合计会露出个人的选择"),
    "fault": N_("算出的一份自己没有通过检查，请换一台机器再试"),
    "malformed": N_("写法不对"),
    "unknown_owner": N_("没有这个序号的钥匙"),
    "false_proof": N_("证明不成立"),
}


# what is wrong with a table of holidays; else the holiday itself is named
TABLE_FAULTS: Mapping[str, str] = {
    "size": N_("文件太大"),
    "form": N_("写法不对"),
    "year": N_("年份不对"),
}


# states, roles and levels
VALUES: Mapping[str, str] = {
    "draft": N_("草稿"),
    "printed": N_("已印票"),
    "open": N_("已开箱"),
    "closed": N_("已关箱"),
    "tallied": N_("等钥匙"),
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
    "region": N_("自治区、省"),
    "city": N_("市（地、州）"),
    "county": N_("县（市、区）"),
    "township": N_("乡镇、街道"),
    "village": N_("村、社区"),
}


# what a draft may lack
PARTS: Mapping[str, str] = {"subjects": N_("测评对象"), "panels": N_("测评组的应到人数")}


# the parameters whose values are said in words; what somebody named (a user called "reader") is never translated
WORDS_OF: Mapping[str, Mapping[str, str]] = {"reason": REASONS, "what": TABLE_FAULTS, "parts": PARTS} | dict.fromkeys(
    ("state", "needed", "now", "then", "role", "level"), VALUES
)


def filled(error: DomainError, sentences: Mapping[str, str], gettext: Callable[[str], str]) -> str:
    """The sentence for an error out of `sentences`, in the reader's language."""

    def word(name: str, value: object) -> str:
        if isinstance(value, DomainError):  # what is wrong with one cell of a table
            return filled(value, sentences, gettext)
        words = WORDS_OF.get(name, {})
        return gettext(words[value]) if isinstance(value, str) and value in words else str(value)

    params = {
        name: ("\n" if name == "faults" else "、").join(word(name, each) for each in value)
        if isinstance(value, (list, tuple))
        else word(name, value)
        for name, value in error.params.items()
    }
    return gettext(sentences[error.code]).format(**params)
