"""Small schemes for the tests of the ledger, and result documents made by the code that publishes."""

import hashlib

from publishing import documents
from publishing.results import decide_rows, rule_document, scheme_document, subject_documents
from schemes.loading import read_scheme
from schemes.periods import period_kind
from scoring.inputs import Subject
from tally.counts import Turnout
from tally.outcome import Withheld

HEAD = """
name = "small"
version = 1
title = "试写"
source = "试写"
notice = { days = 5, minimum_days = 3, day_kind = "working", source = "(ours)" }
slip = { asked_by = "考核组", purpose = "考核", retention = "异议处理完毕", source = "第十七条" }
display = { decimals = 2, rounding = "half_up", at_grade_line = "truncate", source = "(ours)" }
"""
FOUR_GRADES = """
grades = [
  { key = "excellent", title = "优秀", at_least = 90 }, { key = "competent", title = "称职", at_least = 80 },
  { key = "basic", title = "基本称职", at_least = 60 }, { key = "incompetent", title = "不称职", at_least = 0 },
]
"""
LETTERS = """
grades = [
  { key = "a", title = "A" }, { key = "b", title = "B" }, { key = "c", title = "C" }, { key = "d", title = "D" },
]
"""
SCALE = """options = [
  { key = "a", title = "优秀", weight = 1.0 }, { key = "b", title = "称职", weight = 0.8 },
  { key = "c", title = "基本称职", weight = 0.5 }, { key = "d", title = "不称职", weight = 0 },
]
"""


def panel(key, kind="satisfaction", extra=""):
    """One panel of a small scheme."""
    return f"""
[[panels]]
key = "{key}"
title = "{key}"
kind = "{kind}"
source = "试写"
public = "nothing"
minimum_returned = 5
dont_know = true
{extra}
{SCALE}"""


def small(*parts):
    """Read a small scheme."""
    return read_scheme("".join((HEAD, *parts)).encode(), "small.toml")


TIBET = small(
    FOUR_GRADES,
    """
subjects = [
  { key = "team_member", title = "驻村工作队员", periods = ["month", "year"], source = "第六条(一)" },
  { key = "dispatching_unit", title = "派驻单位", periods = ["year"], source = "第六条(三)" },
]
[satisfaction_floor]
title = "群众满意度"
panels = ["masses"]
threshold = 60
grade = "incompetent"
source = "第七条"
[composite]
source = "第六条(四)"
parts = [
  { key = "usual", title = "平时掌握", weight = 0.1 },
  { key = "opinion", title = "民意测评", weight = 0.2, panels = ["officials", "masses"] },
  { key = "target", title = "目标责任考评表", weight = 0.7 },
]
[[attributes]]
key = "altitude_m"
title = "海拔"
kind = "number"
source = "第六条(五)"
[[aggregates]]
over = "year"
of = "month"
method = "mean"
source = "第六条(四)"
subjects = ["team_member"]
[[aggregates]]
over = "half_year"
of = "month"
method = "mean"
source = "第六条(五)"
subjects = ["team_member"]
only = { attribute = "altitude_m", at_least = 4500 }
[[facts]]
key = "disobeyed"
title = "不服从属地管理"
force = "shall"
source = "第七条(一)1"
subjects = ["team_member"]
grades = ["incompetent"]
[[sign_off]]
key = "discipline"
title = "征求纪检监察机关意见"
who = "同级纪检监察机关"
source = "第九条"
of = "grades"
kind = "opinion"
grades = ["excellent"]
[[sign_off]]
key = "secretary"
title = "签字"
who = "党委书记"
source = "第六条(五)"
of = "grades"
[[consequences]]
key = "criticism"
title = "通报批评"
source = "第八条"
grades = ["incompetent"]
periods = ["year"]
[[deadlines]]
key = "month"
title = "月度考核"
period = "month"
days_after = 10
source = "第六条(一)"
[[deadlines]]
key = "unit"
title = "年度考核"
period = "year"
since = "10-21"
until = "10-31"
source = "第六条(三)"
""",
    panel("officials"),
    panel("masses"),
)

LONGNAN = small(
    FOUR_GRADES,
    """
subjects = [{ key = "cadre", title = "县级干部", periods = ["year"], source = "第四条" }]
[composite]
source = "第八条"
parts = [
  { key = "deeds", title = "实绩", weight = 0.9 },
  { key = "leaders", title = "市级领导评分", weight = 0.1, several = true },
]
[[facts]]
key = "safety"
title = "安全生产"
force = "may"
source = "第十四条"
grades = ["basic", "incompetent"]
[[quotas]]
key = "excellent"
title = "优秀名额"
grade = "excellent"
bound = "at_most"
strictness = "must"
source = "第十一条(六)"
share = 0.15
alternative = 0.2
by_score = true
""",
)

BAICHENG = small(
    LETTERS,
    """
subjects = [
  { key = "cadre", title = "乡镇干部", periods = ["month", "year"], source = "三" },
  { key = "village", title = "村", periods = ["month"], source = "六.3" },
]
composites = [{ source = "六.3", subjects = ["village"], parts = [{ key = "party", title = "党建", weight = 1 }] }]
attributes = [{ key = "stationed", title = "驻村", kind = "yes_no", source = "四", subjects = ["cadre"] }]
[[grade_scales]]
source = "六.2"
subjects = ["cadre"]
periods = ["year"]
grades = [{ key = "good", title = "称职" }, { key = "basic", title = "基本称职" }, { key = "incompetent", title = "不称职" }]
[[grade_scales]]
source = "六.3"
subjects = ["village"]
grades = [{ key = "fit", title = "合格", at_least = 70 }, { key = "unfit", title = "不合格", at_least = 0 }]
[[bars]]
key = "award"
title = "评优资格"
source = "六.2"
[[consequences]]
key = "bonus"
title = "奖金"
source = "五"
subjects = ["cadre"]
grades = ["a"]
periods = ["month"]
yuan = 260
[[consequences]]
key = "no_bonus"
title = "取消奖金"
source = "六.3"
[[quotas]]
key = "a"
title = "A等"
grade = "a"
bound = "at_most"
strictness = "must"
source = "四"
subjects = ["cadre"]
periods = ["month"]
share = 0.1
least_pool = 10
[[quotas]]
key = "d"
title = "D等"
grade = "d"
bound = "at_least"
strictness = "must"
rounding = "ceil"
source = "四"
subjects = ["cadre"]
periods = ["month"]
share = 0.1
least_pool = 10
[[quotas]]
key = "c"
title = "C等"
grade = "c"
bound = "about"
strictness = "warn"
source = "四"
subjects = ["cadre"]
periods = ["month"]
share = 0.1
[[quotas]]
key = "b_stationed"
title = "驻村干部"
grade = "b"
bound = "at_least"
strictness = "override"
rounding = "ceil"
source = "四"
subjects = ["cadre"]
periods = ["month"]
share = 0.5
grade_share_of = "stationed"
[[grade_counts]]
key = "five_d"
title = "D等5次"
over = "year"
of = "month"
when = [{ grade = "d", at_least = 5 }]
force = "may"
source = "六.2"
subjects = ["cadre"]
grades = ["basic", "incompetent"]
[[grade_counts]]
key = "no_award"
title = "取消评优资格"
over = "year"
of = "month"
when = [{ grade = "c", at_least = 6 }, { grade = "d", at_least = 3 }]
force = "shall"
source = "六.2"
subjects = ["cadre"]
bars = ["award"]
[[grade_counts]]
key = "weak_village"
title = "季度靠后"
over = "quarter"
of = "month"
when = [{ grade = "unfit", at_least = 2 }, { last_places = 2 }]
force = "shall"
source = "六.3"
subjects = ["village"]
consequences = ["no_bonus"]
""",
    panel(
        "colleagues",
        "democratic_evaluation",
        'dissatisfied = { options = ["d"], above = 0.3, grades = ["c", "d"], source = "四" }',
    ),
)


def people(kind, number, organization="乡", **attributes):
    """Subjects s01, s02, … of one kind."""
    return tuple(Subject(f"s{n:02d}", kind, f"干部{n:02d}", organization, attributes) for n in range(1, number + 1))


def published(scheme, period, subjects, polled, *, name="doc", rehearsal=False):
    """A result document of one poll: `polled` maps panel keys to one (blank, *answers) a subject, as boxes open.

    None: never opened, with four ballots; a number: with so many.
    """
    rows, panels = [], []
    for key, sums in polled.items():
        returned = sum(sums[0]) if isinstance(sums, list) else sums or 4
        figures = Turnout(expected=returned, issued=returned, returned=returned)
        own = decide_rows(
            scheme,
            key,
            f"uuid-{key}",
            figures=figures,
            subjects=[each.id for each in subjects],
            sums=sums if isinstance(sums, list) else None,
        )
        rows += own
        withheld = [row.outcome.reason.value for row in own if row.counts is None and isinstance(row.outcome, Withheld)]
        panels.append(
            rule_document(scheme.panel(key))
            | {
                "panel": f"uuid-{key}",
                "expected": figures.expected,
                "issued": figures.issued,
                "returned": figures.returned,
                "keys": ["k1", "k2"],
                "archive": hashlib.sha256(f"{name} {key}".encode()).hexdigest(),
                "withheld": withheld[0] if withheld else None,
            }
        )
    return documents.result(
        document_id=name,
        poll={
            "poll": f"poll-{name}",
            "title": "测评",
            "period": {"kind": period_kind(period).value, "label": period},
            "rehearsal": rehearsal,
        },
        scheme=scheme_document(scheme),
        panels=panels,
        subjects=subject_documents(scheme, [(each.id, each.kind, each.name) for each in subjects], rows),
        published_on="2018-04-12",
        supersedes=None,
    )
