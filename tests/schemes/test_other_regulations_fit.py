"""The other five regulations fit these types: their sketches are read, with the same strictness."""

from fractions import Fraction

import pytest

from schemes.loading import read_scheme
from schemes.periods import PeriodError, check_period
from schemes.rules import DayKind, OutcomeKind, PeriodKind

HEAD = """
name = "sketch"
version = 1
title = "试写"
source = "试写"
notice = { days = 5, minimum_days = 3, day_kind = "working", source = "(ours)" }
slip = { asked_by = "考核组", purpose = "考核", retention = "异议处理完毕", source = "第十七条" }
display = { decimals = 2, rounding = "half_up", at_grade_line = "truncate", source = "(ours)" }
"""
SCALE = """options = [
  { key = "a", title = "优秀", weight = 1.0 }, { key = "b", title = "称职", weight = 0.8 },
  { key = "c", title = "基本称职", weight = 0.5 }, { key = "d", title = "不称职", weight = 0 },
]
"""
FOUR_GRADES = """
grades = [
  { key = "a", title = "优秀", at_least = 90 }, { key = "b", title = "称职", at_least = 80 },
  { key = "c", title = "基本称职", at_least = 60 }, { key = "d", title = "不称职", at_least = 0 },
]
"""


def panel(key, kind, minimum, extra="", scale=SCALE):
    """One panel of a sketch."""
    return f"""
[[panels]]
key = "{key}"
title = "{key}"
kind = "{kind}"
source = "试写"
public = "nothing"
minimum_returned = {minimum}
{extra}
{scale}"""


def sketch(*parts):
    """Read a sketch."""
    return read_scheme("".join((HEAD, *parts)).encode(), "sketch.toml")


def test_tibet_2018_fits():
    """Rhythm by subject, two panels pooled for the score, one of them for the floor, 10 % and 70 % entered by people."""
    scheme = sketch(
        FOUR_GRADES,
        """
subjects = [
  { key = "team_member", title = "驻村工作队员", periods = ["month"], source = "第六条(一)" },
  { key = "work_team", title = "驻村工作队", periods = ["quarter"], source = "第六条(二)" },
  { key = "dispatching_unit", title = "派驻单位", periods = ["year"], source = "第六条(三)" },
]
[satisfaction_floor]
title = "群众满意度"
panels = ["masses"]
threshold = 60
grade = "d"
source = "第七条"
[composite]
source = "第六条(四)"
parts = [
  { key = "usual", title = "平时掌握", weight = 0.1 },
  { key = "opinion", title = "民意测评", weight = 0.2, panels = ["officials", "masses"] },
  { key = "target", title = "目标责任考评表", weight = 0.7 },
]
""",
        panel("officials", "satisfaction", 5),
        panel("masses", "satisfaction", 5),
    )
    assert [part.panels for part in scheme.composite.parts] == [(), ("officials", "masses"), ()]
    assert check_period(scheme, "2018-03", "team_member") is PeriodKind.MONTH
    assert check_period(scheme, "2018Q1") is PeriodKind.QUARTER
    with pytest.raises(PeriodError, match="period_not_assessed"):
        check_period(scheme, "2018-03", "work_team")


def test_shangzhou_fits():
    """Three options that are only counted, three grades without lines, half-years and terms."""
    three = 'options = [{ key = "a", title = "优秀" }, { key = "b", title = "称职" }, { key = "d", title = "不称职" }]'
    scheme = sketch(
        """
grades = [{ key = "a", title = "优秀" }, { key = "b", title = "称职" }, { key = "d", title = "不称职" }]
subjects = [{ key = "first_secretary", title = "第一书记", periods = ["half_year", "year", "term"], source = "第二十六条" }]
""",
        panel("evaluators", "democratic_evaluation", 20, 'outcome = "counts_only"', three),
        panel("interviewees", "interview", 15, 'outcome = "counts_only"', three),
    )
    assert scheme.panels[0].outcome is OutcomeKind.COUNTS_ONLY
    assert scheme.panels[0].weights == ()
    assert scheme.grade_lines == ()
    assert scheme.band_of(Fraction(95)) is None
    assert check_period(scheme, "2016-2018") is PeriodKind.TERM


def test_longnan_fits():
    """Six addends of which two are polls."""
    scheme = sketch(
        FOUR_GRADES,
        """
subjects = [{ key = "county_leadership_member", title = "县党政领导班子成员", periods = ["year"], source = "第四条" }]
[composite]
source = "第九条"
parts = [
  { key = "county", title = "县实绩", weight = 0.45 }, { key = "target", title = "目标责任", weight = 0.20 },
  { key = "leaders", title = "市级领导", weight = 0.10 }, { key = "heads", title = "党政正职", weight = 0.10 },
  { key = "poll", title = "民主测评", weight = 0.10, panels = ["evaluators"] },
  { key = "talks", title = "个别谈话", weight = 0.05, panels = ["interviewees"] },
]
""",
        panel("evaluators", "democratic_evaluation", 5),
        panel("interviewees", "interview", 5),
    )
    assert sum(part.weight for part in scheme.composite.parts) == 1


def test_baicheng_2011_fits():
    """超过30% as an exact share, grades A to D without lines, three calendar days."""
    head_of_baicheng = panel(
        "evaluators",
        "democratic_evaluation",
        5,
        'dont_know = true\ndissatisfied = { options = ["d"], above = "3/10", source = "四" }',
    )
    text = HEAD.replace(
        'days = 5, minimum_days = 3, day_kind = "working"', 'days = 3, minimum_days = 3, day_kind = "calendar"'
    )
    grades = "grades = [" + ", ".join(f'{{ key = "{each.lower()}", title = "{each}" }}' for each in "ABCD") + "]\n"
    subjects = 'subjects = [{ key = "cadre", title = "干部", periods = ["month"], source = "三" }]\n'
    scheme = read_scheme((text + grades + subjects + head_of_baicheng).encode(), "sketch.toml")
    assert scheme.panels[0].dissatisfied.above == Fraction(3, 10)
    assert (scheme.notice.days, scheme.notice.day_kind) == (3, DayKind.CALENDAR)
    assert [grade.title for grade in scheme.grades] == ["A", "B", "C", "D"]


def test_huayuan_2016_fits():
    """A regulation without any poll is subjects and rhythms alone."""
    scheme = sketch(
        'subjects = [{ key = "helper", title = "帮扶责任人", periods = ["month", "quarter"], source = "第六条" }]\n'
    )
    assert scheme.panels == ()
    assert check_period(scheme, "2016-11", "helper") is PeriodKind.MONTH
