"""What every pack has to say: its panels, who signs, the notice, the slip. Worked out from the documents, one table for each pack.

What stands in one document alone is in the test of its pack.
"""

import pytest

from schemes.loading import load, names

GRADED = "优秀 称职 基本称职 不称职"
SATISFIED = "很满意 满意 一般 不满意"
THREE = "优秀 称职 不称职"
# panel: what the public page shows, the answers before 不了解, which of them is dissatisfaction, the first rater and how many there are
# counts go to those who decide (custom); 村内直评 announces them; a talk is confidential; Shangzhou has no score to show instead
PANELS = {
    "tibet_2018": {
        "officials": ("outcome", SATISFIED, "不满意", "乡镇（街道）干部", 2),
        "masses": ("counts", SATISFIED, "不满意", "村民代表", 2),
    },
    "shangzhou": {
        "evaluators": ("counts", THREE, "不称职", "镇（办）党政正职", 10),
        "interviewees": ("nothing", THREE, "不称职", "镇（办）党政正职", 7),
        "evaluators_scored": ("outcome", GRADED, "不称职", "镇（办）党政正职", 10),
        "interviewees_scored": ("nothing", GRADED, "不称职", "镇（办）党政正职", 7),
    },
    "longnan": {
        "evaluators": ("outcome", GRADED, "不称职", "县（区）委委员、候补委员", 7),
        "interviewees": ("nothing", GRADED, "不称职", "县级以上领导干部", 5),
    },
    "baicheng_2011": {"evaluators": ("nothing", "满意 基本满意 不满意", "不满意", None, 0)},
    "huayuan_2016": {},
    "standard": {
        "evaluators": ("outcome", GRADED, "不称职", "乡镇(街道)干部", 6),
        "interviewees": ("outcome", GRADED, "不称职", "乡镇(街道)党政正职", 6),
        "villagers": ("counts", SATISFIED, "不满意", "村民代表", 2),
    },
}
LONGER, TERMS = ("quarter", "half_year", "year"), ("year", "term")
MEMBERS = ("team_member",)
CADRES = ("township_cadre", "station_cadre", "community_cadre", "hired_community_cadre")
# who confirms a poll's result, then who signs the grades: of whom and of which periods ((): of all)
SIGNED = {
    "tibet_2018": [
        ("result", "考核组长", (), ()),
        ("grades", "乡镇（街道）强基办主任", MEMBERS, ()),
        ("grades", "乡镇（街道）党（工）委书记", MEMBERS, ()),
        ("grades", "县（区）强基办主任", (), LONGER),
        ("grades", "同级纪检监察机关", MEMBERS, ("year",)),
        ("grades", "县（区）委书记", (), LONGER),
        ("grades", "市（地）强基办主任", (), LONGER),
        ("grades", "市（地）委书记", (), ("year",)),
        ("grades", "自治区强基惠民活动领导小组", (), ("year",)),
    ],
    "shangzhou": [
        ("result", "考核组长", (), ()),
        ("grades", "镇（办）党委书记", (), ()),
        ("grades", "区委组织部", ("first_secretary",), TERMS),
        ("grades", "区扶贫局", MEMBERS, TERMS),
    ],
    "longnan": [
        ("result", "考核组长", (), ()),
        ("grades", "考核组长", (), ()),
        ("grades", "市委组织部、市督考办、市扶贫办", (), ()),
        ("grades", "市扶贫攻坚行动协调推进领导小组", (), ()),
        ("grades", "市委", (), ()),
    ],
    # 四: 党政党建办 sums up the poll, the groups propose, the leading group decides; 五、六.3: the committee keeps the record
    "baicheng_2011": [
        ("result", "党政党建办", (), ()),
        ("grades", "业绩考核组", CADRES, ()),
        ("grades", "业绩考核工作领导小组", CADRES, ()),
        ("grades", "乡镇（场）党委书记", (), ()),
    ],
    # 第五条: 年底 four sign each helper's ledger, the group sums up what it keeps, the committee decides on the year; there is no poll
    "huayuan_2016": [
        ("grades", "帮扶对象（贫困户）", ("helper",), ("year",)),
        ("grades", "帮扶责任人", ("helper",), ("year",)),
        ("grades", "村主要负责人", ("helper",), ("year",)),
        ("grades", "乡联系领导", ("helper",), ("year",)),
        ("grades", "乡扶贫开发领导小组", (), ()),
        ("grades", "乡党委", (), ("year",)),
    ],
    "standard": [
        ("result", "考核组长", (), ()),
        ("result", "乡镇党（工）委书记", (), ()),
        ("grades", "考核组长", (), ()),
        ("grades", "乡镇党（工）委书记", (), ()),
    ],
}
# 拜城县 四 says 公示期为3天; where a document is silent it is five working days, and never fewer than three (ours)
NOTICES = dict.fromkeys(names(), (5, 3, "working")) | {"baicheng_2011": (3, 3, "calendar")}
SUMS, KEPT = "只统计合计票数", "参评名册只保存到异议处理完毕；不记名的选票随考核资料归档"
# 个人信息保护法 第十七条: who asks, what for, how long it is kept (第十九条、第四十七条: the roster no longer than it is needed)
SLIPS = {
    "tibet_2018": ("县（区）、乡镇（街道）驻村工作考核组", f"只用于本期驻村工作考核，{SUMS}", KEPT),
    "shangzhou": ("区委组织部、区扶贫局和镇（办）党委考核组", f"只用于本期驻村考核，{SUMS}", KEPT),
    "longnan": ("省市考核组", f"只用于本年度实绩考核，{SUMS}", KEPT),
    "baicheng_2011": ("乡镇（场）业绩考核工作领导小组", f"只用于本月业绩考核，{SUMS}", KEPT),
    "huayuan_2016": ("乡扶贫开发领导小组", "只用于帮扶工作考核", "随考核台账保存"),
    "standard": ("县（区）驻村工作考核组", f"只用于本期驻村工作考核，{SUMS}", KEPT),
}


@pytest.mark.parametrize("name", names())
def test_panels(name):
    """What is shown of each panel, what stands on its ballot, and who is asked."""
    assert {
        panel.key: (
            panel.public.value,
            " ".join(option.title for option in panel.options),
            " ".join(option.title for option in panel.options if option.key in panel.dissatisfied.options),
            next(iter(panel.raters), None),
            len(panel.raters),
        )
        for panel in load(name).panels
    } == PANELS[name]


@pytest.mark.parametrize("name", names())
def test_who_signs_in_which_order(name):
    """Every step: a result's before the grades', of whom and of which periods."""
    found = [(each.of.value, each.who, each.subjects, tuple(map(str, each.periods))) for each in load(name).sign_off]
    assert found == SIGNED[name]


@pytest.mark.parametrize("name", names())
def test_notice(name):
    """How long a result is on notice, and in which days."""
    notice = load(name).notice
    assert (notice.days, notice.minimum_days, notice.day_kind.value) == NOTICES[name]


@pytest.mark.parametrize("name", names())
def test_slip(name):
    """Who asks, what for, and how long it is kept."""
    slip = load(name).slip
    assert (slip.asked_by, slip.purpose, slip.retention) == SLIPS[name]
