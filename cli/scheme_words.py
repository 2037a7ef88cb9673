"""What can be wrong with a pack, in words for the person who wrote it. A test says that every fault has its sentence."""

from collections.abc import Mapping
from gettext import NullTranslations

from polling.marks import N_
from schemes.errors import SchemeError, SchemeFault

FAULTS: Mapping[SchemeFault, str] = {
    SchemeFault.UNKNOWN_SCHEME: N_("没有叫 {name} 的办法，有的是：{known}"),
    SchemeFault.TOO_LONG: N_("文件有 {bytes} 字节，最多 {limit} 字节"),
    SchemeFault.LINE_TOO_LONG: N_("第 {line} 行太长，最多 {limit} 个字符"),
    SchemeFault.NOT_UTF8: N_("第 {byte} 字节不是 UTF-8 文字，请用 UTF-8 编码另存"),
    SchemeFault.SYNTAX: N_("第 {line} 行第 {column} 列写法有误，不是 TOML"),
    SchemeFault.TOO_DEEP: N_("层次太深"),
    SchemeFault.UNKNOWN_KEY: N_("没有这一项，请核对拼写或删去"),
    SchemeFault.MISSING_KEY: N_("缺少这一项，请补上"),
    SchemeFault.WRONG_TYPE: N_("类型不对"),
    SchemeFault.NOT_A_LINE: N_("应是一行文字，首尾没有空格，最多 300 个字"),
    SchemeFault.NOT_A_KEY: N_("应是代号：小写字母开头，只用小写字母、数字和 _，最多 40 个字符"),
    SchemeFault.NOT_ONE_OF: N_("{value} 不在可用的值里：{known}"),
    SchemeFault.NOT_EXACT: N_('{value} 不是准确的数，请写成 0.8、60 或 "2/3"'),
    SchemeFault.WRONG_NAME: N_("名称 {value} 与文件名 {name} 不一致"),
    SchemeFault.TAKEN: N_("系统自带的办法已经叫 {value}，请给您的办法另取名称"),
    SchemeFault.REPEATED: N_("{value} 重复了"),
    SchemeFault.RESERVED: N_("{value} 另有专门的意思，请换一个词"),
    SchemeFault.OUT_OF_RANGE: N_("{value} 超出范围，应在 {low} 到 {high} 之间"),
    SchemeFault.MINIMUM_TOO_SMALL: N_("最低 {value} 张太少：不到 {limit} 张的票箱从不打开"),
    SchemeFault.ROSTER_BELOW_MINIMUM: N_("应到 {value} 人，不可能收回 {limit} 张票"),
    SchemeFault.TWO_SHARES: N_("at_least_share 和 more_than_share 只能写一个"),
    SchemeFault.WEIGHT_MISSING: N_("计分的组，每个选项都要有分值"),
    SchemeFault.WEIGHT_UNUSED: N_("只计票不计分的组，选项不写分值"),
    SchemeFault.WEIGHT_RISES: N_("选项要从好到差排：{value} 比前一个 {before} 大"),
    SchemeFault.UNKNOWN_OPTION: N_("本组没有选项 {value}"),
    SchemeFault.UNKNOWN_PANEL: N_("没有测评组 {value}"),
    SchemeFault.UNKNOWN_GRADE: N_("没有等次 {value}"),
    SchemeFault.PANEL_NOT_SCORED: N_("测评组 {value} 只计票，没有得分"),
    SchemeFault.SCALES_DIFFER: N_("合并计算的组，选项和分值要相同：{value} 与 {first} 不同"),
    SchemeFault.WEIGHTS_SUM: N_("权重之和是 {value}，不是 1"),
    SchemeFault.GRADE_LINES_MIXED: N_("等次的分数线要么都写，要么都不写"),
    SchemeFault.GRADE_LINES_RISE: N_("等次要从好到差排：{value} 不低于前一个 {before}"),
    SchemeFault.GRADE_LINES_OPEN: N_("最后一个等次要从 0 分起，不然低于 {value} 的没有等次"),
    SchemeFault.LINE_TOO_FINE: N_("分数线 {value} 用 {decimals} 位小数印不出来"),
    SchemeFault.NOTICE_TOO_SHORT: N_("{value} 天少于最短的 {limit} 天"),
    SchemeFault.EXAMPLE_LENGTH: N_("算例给了 {value} 个数，选项有 {options} 个"),
    SchemeFault.UNKNOWN_SUBJECT: N_("没有 {value} 这类考核对象"),
    SchemeFault.UNKNOWN_ATTRIBUTE: N_("没有适合这里的属性 {value}"),
    SchemeFault.UNKNOWN_BAR: N_("没有资格限制 {value}"),
    SchemeFault.UNKNOWN_CONSEQUENCE: N_("没有结果运用 {value}"),
    SchemeFault.PERIOD_NOT_ASSESSED: N_("这些考核对象都不按 {value} 考核"),
    SchemeFault.ONE_GRADE: N_("一律定等次的（shall），最多只能写一个等次"),
    SchemeFault.ONE_BY_ONE: N_('只有等次的签字（of = "grades"）能逐一签；结果是按场次整份签的'),
    SchemeFault.ONE_OF_TWO: N_("{first} 和 {second} 要写一个，也只能写一个"),
    SchemeFault.NOT_A_DAY: N_('应写成月和日，例如 "10-31"'),
    SchemeFault.NO_SUCH_DAY: N_("没有 {value} 这一天"),
    SchemeFault.TWO_COMPOSITES: N_("{value} 有两个综合得分的算法"),
    SchemeFault.NOT_LONGER: N_("{over} 不比 {of} 长"),
}


def fault_sentence(error: SchemeError, translations: NullTranslations) -> str:
    """The sentence for a fault, without file and key."""
    return translations.gettext(FAULTS[error.code]).format(**error.params)
