"""Domain errors in words: what happened and what to do. `cli/words.py` and `web/words.py` add what is said otherwise at a terminal or on a page."""

from collections.abc import Callable, Mapping

from polling.errors import DomainError


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a message that is translated later
    """Mark a message for the catalogue."""
    return message


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
    "poll_base_url": N_("{where}：{path} 不是网址：{value}。例如 http://192.168.1.20:8000。"),
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
    "password_common": N_("这个密码太容易猜到。请换一个，例如四个不相干的词连在一起。"),
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
    # organizations
    "organization_unknown": N_("没有编号为 {organization} 的单位。"),
    "organization_none": N_("请写单位的名称，一行一个。"),
    "organization_name_empty": N_("请写单位的名称。"),
    "organization_name": N_("单位的名称最多 {most} 个字，里面不能有控制字符。"),
    "organization_exists": N_("这里已经有叫「{name}」的单位。"),
    "organization_line_twice": N_("「{name}」和第 {other} 行重复。"),
    "organization_line": N_("第 {line} 行：{fault}"),
    "organization_lines": N_("有 {number} 行要改，一个都还没有加：\n{faults}"),
    "organization_many": N_("一次最多加 {most} 个。请分成几次。"),
    "organization_level": N_("「{name}」是{level}，下面的单位要比它低一级或几级。"),
    "organization_level_children": N_("它下面的「{name}」是{level}：上面的单位要比它高。"),
    "organization_not_empty": N_("「{name}」下面还有单位、测评或人员，不能删去。"),
    "recused": N_(
        "{name} 是这次的测评对象，要回避，不能办理这一场。请换一个人来办；只是同名的，请管理员在“人员”里注明不是同一个人。"
    ),
    "namesake_none": N_("没有同名的测评对象，不用注明。"),
    "two_people_same": N_("组织者和监票人不能是同一个人（{name}）。"),
    "rehearsal_person": N_("演练人员不能办理真正的测评。"),
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
    "passphrase_wrong": N_("YIPIAO_KEY_PASSPHRASE 打不开密钥 {name}。请换成打开票箱时用的口令。"),
    "key_file_damaged": N_("密钥文件 {name} 损坏了。"),
    "keys_awaited": N_("还没有收到这几位的密钥：{names}。请等他们交来，或者在密钥页把他们划掉。票箱没有打开。"),
    "key_used": N_("密钥 {key} 已经在别的测评里用过。每次测评都要用新的密钥。"),
    "no_file": N_("请先选好文件。"),
    "holder_name": N_("密钥保管人的姓名「{name}」太长或有控制字符，最多 {most} 个字。"),
    "holder_twice": N_("密钥保管人里「{name}」写了两次。同名的请加上单位或职务，好分清楚。"),
    "holder_subject": N_("{name} 是这次的测评对象，要回避，不能保管密钥。请换一个人。"),
    "holders_many": N_("密钥保管人最多 {most} 位。"),
    "holder_unknown": N_("名单里已经没有这位密钥保管人。请看最新的名单。"),
    "holder_has_key": N_("{name} 的密钥已经收到。要换一把，请先把这一位划掉，再重新添加。"),
    "link_ended": N_("这个链接已经用过，或者换了新的。请向组织者要一个新的链接。"),
    "link_late": N_("票箱已经打开，这场测评不能再加密钥。请告诉组织者。"),
    "key_false": N_("这把密钥没有传完整，没有收下。请再试一次。"),
    "trustee_file": N_("{where} 不是密钥的公开部分，或者损坏了。请让保管人重新发来。"),
    "backup_length": N_("备份应有 {wanted} 个字符，现在是 {found} 个。请照着纸再输一遍。"),
    "backup_damaged": N_("备份的第 {groups} 组不对。请照着纸核对这几组。"),
    # closing, counting, publishing
    "issued_key": N_("没有叫 {key} 的测评组，有的是：{allowed}。"),
    "issued_number": N_("{key} 发出 {number} 张不对：应是 0 到印制的 {printed} 张。"),
    "share_other_poll": N_("{where} 是另一场测评的，或者是没有打开的票箱的。"),
    "share_false": N_("{where} 的解密份额通不过检查（{reason}），可能被改动过。请让保管人重新做一份。"),
    "decryption_refused": N_("「{panel}」的密钥没有动用：{reason}。"),
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
    # the scoring layer: received documents
    "scoring_document_large": N_("文件太大：一份结果文件最多 {limit} MB。没有收下。"),
    "scoring_document_unreadable": N_("这不是签过名的结果文件，或者被改动过。没有收下，请向发布方重新取一份。"),
    "scoring_signature_false": N_(
        "签名不对，或者不是认得的密钥签的。没有收下：请核对公钥是不是发布方的，再重新取一份文件。"
    ),
    "scoring_document_type": N_("不认得这种文件（类型 {type}，版本 {version}）。没有收下，请先升级 Yipiao。"),
    "scoring_document_form": N_("文件签名无误，但写法与它的考核方案对不上（{path}）。没有收下，请告诉发布方。"),
    "scoring_document_differs": N_(
        "编号 {id} 的文件已经收到过，内容却不同。结果文件从不改写：没有收下，请向发布方查明。"
    ),
    "scoring_pack_missing": N_("手头没有这份结果所用的方案（SHA-256 {digest}）。取来方案后再收一次。没有收下。"),
    "scoring_pack_false": N_("取来的方案与结果文件写明的校验值 {digest} 不符，或者读不懂。没有收下。"),
    "scoring_other_poll": N_("文件 {id} 要接替的 {other} 不是同一场测评的。没有收下，请告诉发布方。"),
    "scoring_replaced_twice": N_(
        "文件 {replaces} 已经由 {other} 接替或撤回，不能再由 {id} 来接替。没有收下，请告诉发布方。"
    ),
    "scoring_poll_twice": N_("测评 {poll} 已有结果，文件 {id} 又没有写明接替哪一份。没有收下，请告诉发布方。"),
    # the scoring layer: register and entries
    "scoring_empty": N_("请填写“{field}”。"),
    "scoring_line": N_("“{field}”只能写一行，最多 {most} 个字，不能有控制字符。"),
    "scoring_subject_id": N_("编号“{value}”不行：只能用小写字母、数字和 . _ -，最多 64 个字符。"),
    "scoring_subject_kind": N_("没有“{value}”这类对象，本方案的有：{allowed}。"),
    "scoring_subject_unknown": N_("登记簿里没有编号“{value}”。请先登记这个对象。"),
    "scoring_kind_changed": N_("编号 {id} 已登记为另一类对象“{name}”。不同的对象请用不同的编号。"),
    "scoring_attribute_unknown": N_("没有“{value}”这一项，这类对象可登记的有：{allowed}。"),
    "scoring_attribute": N_("“{title}”写得不对：数目写整数，其余写“是”或“否”。"),
    "scoring_pack_unknown": N_("还没有叫 {name} 的方案。请用 --scheme 写明方案的名称或文件。"),
    "scoring_period": N_("周期“{value}”读不懂。例如 2026-10、2026Q3、2026H1、2026。"),
    "scoring_period_kind": N_("“{name}”不按 {value} 这种周期考核。请核对周期。"),
    "scoring_part_unknown": N_("没有“{value}”这个项目，要填的有：{allowed}。"),
    "scoring_part_polled": N_("“{value}”由测评结果算出，不能填写。"),
    "scoring_score": N_("得分“{value}”不对：应是 0 到 100 的数，最多六位小数，例如 85.5。"),
    "scoring_entered": N_("这一项已经填过（第 {number} 号）。要更正，请写明更正第 {number} 号。"),
    "scoring_entry_replaced": N_("第 {number} 号记录不能更正或办理：没有这一号，或者已经更正、撤回。请看最新的台账。"),
    "scoring_fact_unknown": N_("方案里没有“{value}”这一情形，有的是：{allowed}。"),
    "scoring_fact_subject": N_("“{value}”不适用于“{name}”的 {period}。"),
    "scoring_grade_unknown": N_("没有“{value}”这个等次，可用的有：{allowed}。"),
    "scoring_confirm_self": N_("{name} 自己填的情形要由另一个人确认。"),
    "scoring_confirmed": N_("第 {number} 号已经有人确认过。"),
    "scoring_recusal": N_("{name} 是被考核的对象，不能为自己办理这一步，请回避。"),
    "scoring_quota_unknown": N_("没有“{value}”这个名额规定，或者它没有另一个比例，有的是：{allowed}。"),
    "scoring_step_unknown": N_("没有“{value}”这一步签字，有的是：{allowed}。"),
    "scoring_step_subject": N_("“{step}”要一个一个签：请写明签的是哪一个对象。"),
    "scoring_step_not_asked": N_(
        "现在没有谁的等次要签“{step}”这一步：要么还没有拟定等次，要么这一步与他们无关。请先看台账上还差什么。"
    ),
    "scoring_step_early": N_("还轮不到“{step}”：请先完成“{before}”。"),
    "scoring_no_ledger": N_("“{organization}”的 {period} 没有台账。登记过的单位：{known}。"),
    # the scoring layer: tables that are handed in
    "scoring_file_large": N_("{where} 太大，最多 {limit} MB。请分成几份。什么都没有导入。"),
    "scoring_file_inflated": N_("{where} 解开后超过 {limit} MB，不像一份表。请另存为新的 xlsx。什么都没有导入。"),
    "scoring_file_kind": N_("{where} 不是完好的 xlsx 或 csv。请在表格软件里另存为 xlsx。什么都没有导入。"),
    "scoring_file_csv": N_("{where} 第 {line} 行的引号没有配对，不是完好的 csv。什么都没有导入。"),
    "scoring_file_encoding": N_("{where} 的文字编码认不出来。请另存为 UTF-8 的 csv，或另存为 xlsx。什么都没有导入。"),
    "scoring_file_rows": N_("{where} 超过 {most} 行。请分成几份。什么都没有导入。"),
    "scoring_file_columns": N_("{where} 超过 {most} 列。请删去多余的列。什么都没有导入。"),
    "scoring_file_sheets": N_("{where} 不止一张表有内容。请每个文件只留一张表。什么都没有导入。"),
    "scoring_file_empty": N_("{where} 只有表头，没有内容。"),
    "scoring_file_header": N_(
        "{where} 第 1 行的表头不对。缺少：{missing}；不认得：{strange}；重复：{twice}。可用的表头：{allowed}。什么都没有导入。"
    ),
    "scoring_file_faults": N_("{where} 有 {number} 处要改，什么都没有导入：\n{faults}"),
    "scoring_cell_formula": N_("第 {row} 行 {column} 列是公式。请换成算好的数。"),
    "scoring_cell_merged": N_("第 {row} 行 {column} 列是合并的单元格。请取消合并，每行都填写。"),
    "scoring_cell_unreadable": N_("第 {row} 行 {column} 列读不懂：有换行、控制字符，或者太长。"),
    "scoring_cell_stray": N_("第 {row} 行 {column} 列在表头之外。请删去，或补上表头。"),
    "scoring_row": N_("第 {row} 行 {column} 列：{fault}"),
    "scoring_row_twice": N_("第 {row} 行 {column} 列与第 {other} 行重复。"),
    "scoring_row_unknown": N_("第 {row} 行 {column} 列：登记簿里没有编号“{value}”。"),
    "scoring_row_name": N_("第 {row} 行 {column} 列：编号 {id} 登记的是“{name}”，不是“{value}”。"),
    "scoring_row_entered": N_(
        "第 {row} 行 {column} 列：这一项已经填过别的数（第 {number} 号）。要更正，请用“更正”导入。"
    ),
    "scoring_row_registered": N_(
        "第 {row} 行 {column} 列：这个编号已登记为“{name}”，内容不同。要更正，请用“更正”导入。"
    ),
    "scoring_day": N_("日期“{value}”读不懂。例如 2026-07-01。"),
    "scoring_figures_changed": N_("台账刚刚变了，没有记下签字。请看过下面的新数字再签。"),
    "summary_glyph": N_(
        "字体里没有「{character}」这个字（在「{text}」里），汇总表印不出来。请用 xlsx 汇总表，或在名册里改用别的写法。"
    ),
    "scoring_row_day": N_("第 {row} 行 {column} 列：日期“{value}”读不懂。例如 2026-07-01。"),
    # random inspection
    "pot_empty": N_("名单是空的。请把参加抽取的名单贴上来，一行一个。"),
    "pot_many": N_("名单有 {number} 个，一次最多 {most} 个。请分成几份，各抽各的。"),
    "pot_long": N_("名单第 {line} 行太长，最多 {most} 个字。"),
    "pot_letter": N_("名单第 {line} 行里有看不见的控制字符，请删去重写这一行。"),
    "pot_twice": N_(
        "名单里有 {number} 处重复（名称后面是行号）：{names}。同名的请加上村组、单位或编号分清；重复的请删去一个。"
    ),
    "ratio_form": N_("比例「{value}」读不懂，或不在 0 到 100% 之间。请写成 20%、1/5 或 0.2。"),
    "ratio_missing": N_("请写抽查比例，例如 20%。"),
    "ratio_other": N_("这一项抽查办法规定的比例是 {share}，不能写成别的。请不填比例，或改选“不按办法”。"),
    "draw_text": N_("这一项没有填，或者超过 {most} 个字（{field}）。"),
    "draw_period": N_("周期「{value}」读不懂。例如 2026-10、2026Q3、2026H1、2026。"),
    "draw_period_other": N_("「{title}」不按「{value}」这样的周期抽查。请改写周期。"),
    "draw_day_form": N_("日期「{value}」读不懂。请写成 2026-12-01 这样。"),
    "draw_day_past": N_("{day} 不行：种子要用以后才公布的数，日子要在今天（{today}）之后。"),
    "draw_exists": N_(
        "同一事项、同一周期已经有一次抽取（{draw}）。要重抽，请写明它的编号和理由；两次都会留在公开的名单里。"
    ),
    "draw_replaces_other": N_("「{draw}」不是这个事项、这个周期现行的抽取，不能由这一次代替。请核对编号、事项和周期。"),
    "draw_unknown": N_("没有编号为 {draw} 的抽取。请核对编号。"),
    "draw_done": N_("抽取 {draw} 已经抽过了，结果不会再变。要重抽，请另外定一次，写明代替它和理由。"),
    "draw_replaced": N_("抽取 {draw} 已经由 {by} 代替，不能再抽。"),
    "draw_early": N_("说好用 {day} 公布的数，还没有到那一天。"),
    "draw_seed_dice": N_("这次抽取说好掷骰子，不能用公布的数。请让两个人各掷至少 20 次。"),
    "draw_seed_number": N_("这次抽取说好用公布的数（{source}），不能掷骰子。"),
    "dice_people": N_("要两个人各掷各的骰子，两个人的姓名都要写（不超过 200 个字）。"),
    "dice_same_person": N_("两次都是 {by}。请另一个人来掷第二份。"),
    "dice_same": N_("两个人掷出的点数一模一样，不会这样巧。请两个人各自重新掷。"),
    "dice_digit": N_("{by} 的点数里有「{wrong}」。骰子只有 1 到 6 点，请核对。"),
    "dice_few": N_("{by} 只有 {number} 个点数，至少要 {fewest} 个。请接着掷。"),
    "dice_many": N_("{by} 有 {number} 个点数，最多 {most} 个。"),
    "number_form": N_("公布的数至少要有 {fewest} 位数字，最多 {most} 位。请照公布的顺序输入。"),
    # backup
    "backup_program": N_(
        "找不到 {program}。请安装 PostgreSQL 的客户端程序（Debian:apt-get install postgresql-client）。"
    ),
    "backup_failed": N_("没有做成：{program} 报告出错。"),
    "restore_not_empty": N_("数据库里已经有测评或人员，不能恢复到这里。请换一个空的 YIPIAO_HOME 或数据库。"),
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
    "region": N_("自治区、省"),
    "city": N_("市（地、州）"),
    "county": N_("县（市、区）"),
    "township": N_("乡镇、街道"),
    "village": N_("村、社区"),
}


# the parameters whose values are said in words; what somebody named (a user called "reader") is never translated
WORDS_OF: Mapping[str, Mapping[str, str]] = {"reason": REASONS, "what": TABLE_FAULTS} | dict.fromkeys(
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
