"""The words for what a pack says in keys: periods, kinds, bounds; and its exact numbers for the eye."""

from collections.abc import Mapping
from fractions import Fraction

from polling.marks import N_
from schemes.assessment import Bound, Rounding, Strictness
from schemes.rules import PanelKind, PublicView
from schemes.vocabulary import PeriodKind

PERIODS: Mapping[PeriodKind, str] = {
    PeriodKind.MONTH: N_("月度"),
    PeriodKind.QUARTER: N_("季度"),
    PeriodKind.HALF_YEAR: N_("半年"),
    PeriodKind.YEAR: N_("年度"),
    PeriodKind.TERM: N_("期满"),
}
KINDS: Mapping[PanelKind, str] = {
    PanelKind.DEMOCRATIC_EVALUATION: N_("民主测评"),
    PanelKind.INTERVIEW: N_("个别谈话"),
    PanelKind.SATISFACTION: N_("满意度测评"),
}
VIEWS: Mapping[PublicView, str] = {
    PublicView.COUNTS: N_("公开票数"),
    PublicView.OUTCOME: N_("公开得分"),
    PublicView.NOTHING: N_("不公开"),
}
BOUNDS: Mapping[Bound, str] = {
    Bound.AT_MOST: N_("最多 {amount}"),
    Bound.AT_LEAST: N_("至少 {amount}"),
    Bound.ABOUT: N_("约 {amount}"),
    Bound.EXACTLY: N_("正好 {amount}"),
}
STRICTNESS: Mapping[Strictness, str] = {
    Strictness.MUST: N_("不符合就不能确认"),
    Strictness.OVERRIDE: N_("不符合要写明理由"),
    Strictness.WARN: N_("不符合只提醒"),
}
ROUNDINGS: Mapping[Rounding, str] = {
    Rounding.FLOOR: N_("舍去小数"),
    Rounding.CEIL: N_("进到整数"),
    Rounding.HALF_UP: N_("四舍五入"),
}


def number(value: Fraction) -> str:
    """An exact number: 0.8, 60, or 2/3 where no short decimal is exact."""
    for places in range(4):
        if (value * 10**places).denominator == 1:
            return f"{int(value * 10**places) / 10**places:.{places}f}" if places else str(int(value))
    return f"{value.numerator}/{value.denominator}"


def percent(value: Fraction) -> str:
    """A share: 20%, or 2/3 where the percentage is not exact."""
    hundredfold = value * 100
    return f"{number(hundredfold)}%" if (hundredfold * 100).denominator == 1 else number(value)
