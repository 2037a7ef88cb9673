"""Domain errors of the scoring layer in words: documents that are handed in, the register and entries, tables, random inspection."""

from collections.abc import Mapping

from polling.marks import N_

SCORING: Mapping[str, str] = {
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
    "scoring_pack_false": N_("取来的方案与结果文件写明的核对码 {digest} 不符，或者读不懂。没有收下。"),
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
    "scoring_until": N_("结束日期 {until} 比起始日期 {since} 早。请核对这两个日期。"),
    "scoring_subject_unknown": N_("登记簿里没有编号“{value}”。请先登记这个对象。"),
    "register_foreign": N_(
        "编号 {id} 别的单位已经用了。是新的对象，请换一个编号；是从别的单位调来的，请管两边的上级单位来登记。"
    ),
    "register_past": N_(
        "「{name}」{day}以前在别的单位，那时的登记不归您改。从哪天起，请写{day}或以后的日子；那时登记错了，请管两边的上级单位来改。"
    ),
    "register_move_day": N_(
        "「{name}」换了单位：请写从哪天起，这一天以前的还归原来的单位。是以前登记错了，请勾选“更正”。"
    ),
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
    "scoring_compare_self": N_("录入签字的人和签字的人都不能核对，请另一个人登录来核对。"),
    "scoring_compared": N_("第 {number} 号签字已经核对过。"),
    "scoring_recusal": N_("{name} 是被考核的对象，不能为自己办理这一步，请回避。"),
    "scoring_quota_unknown": N_("没有“{value}”这个名额规定，或者它没有另一个比例和另一种取整，有的是：{allowed}。"),
    "scoring_step_unknown": N_("没有“{value}”这一步签字，有的是：{allowed}。"),
    "scoring_step_subject": N_("“{step}”要一个一个签：请写明签的是哪一个对象。"),
    "scoring_step_not_asked": N_(
        "现在没有谁的等次要签“{step}”这一步：要么还没有拟定等次，要么这一步与他们无关。请先看台账上还差什么。"
    ),
    "scoring_step_early": N_("还轮不到“{step}”：请先完成“{before}”。"),
    "scoring_no_ledger": N_("“{organization}”的 {period} 没有台账。登记过的单位：{known}。"),
    # the scoring layer: tables that are handed in
    "scoring_file_large": N_("{where} 太大，最多 {limit} MB。请分成几份。什么都没有导入。"),
    "scoring_file_inflated": N_(
        "{where} 解开后太大，不像一份表。请打开一份新表，只把要用的行和列粘贴过去（粘贴成数值），另存为 xlsx，再上传。什么都没有导入。"
    ),
    "scoring_file_old": N_(
        "{where} 是旧格式的表（.xls 或 .et），或者不是表。请在 WPS 或 Excel 里打开它，另存为 .xlsx，再上传。什么都没有导入。"
    ),
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
}
