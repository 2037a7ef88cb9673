"""Result documents to print, put together by hand."""

import hashlib
import re
from fractions import Fraction

NAMES = re.findall(
    "[^、]+",
    "嘎玛村驻村工作队、第一书记 次仁·卓嘎、队员 阿旺、队员 扎西、队员 白玛央金、队员 王䶮、队员 李建国、队员 德吉",
)
WEIGHTS = ("1.0", "0.8", "0.5", "0")
GRADES = list(zip(("a", "b", "c", "d"), ("优秀", "称职", "基本称职", "不称职"), WEIGHTS, strict=True))
SATISFACTION = list(zip(("a", "b", "c", "d"), ("很满意", "满意", "一般", "不满意"), WEIGHTS, strict=True))


def hash_of(text):
    """Return some 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def a_panel(key, title, scale, returned, *, minimum, dont_know=False, withheld=None):
    """Make the `panels` entry of a document."""
    return {
        "key": key,
        "title": title,
        "kind": "democratic_evaluation",
        "panel": "gXrgPRVuWQxNFS",
        "options": [{"key": name, "title": word, "weight": weight} for name, word, weight in scale],
        "dont_know": dont_know,
        "credentials": returned + 4,
        "expected": returned + 1,
        "issued": returned + 2,
        "returned": returned,
        "minimum": minimum,
        "setup": hash_of(f"setup {key}"),
        "phi": "x" * 43,
        "secrecy": True,
        "keys": ["3f9a 11c0 7b2e 90d4", "a7e2 5d08 c61b 4f73"],
        "archive": hash_of(f"archive {key}"),
        "withheld": withheld,
    }


def a_row(panel, votes, *, abstain=0, dont_know=0, flags=()):
    """Make a scored row."""
    valid = sum(votes)
    weights = [Fraction(option["weight"]) for option in panel["options"]]
    score = 100 * sum(weight * count for weight, count in zip(weights, votes, strict=True)) / valid
    return {
        "panel_key": panel["key"],
        "counts": {option["key"]: count for option, count in zip(panel["options"], votes, strict=True)},
        "abstain": abstain,
        "dont_know": dont_know,
        "invalid": 0,
        "valid": valid,
        "outcome": "scored",
        "score": {"num": score.numerator, "den": score.denominator},
        "display": f"{float(score):.2f}",
        "flags": list(flags),
    }


def a_withheld_row(panel, reason):
    """Make a row without any number."""
    empty = dict.fromkeys(("counts", "abstain", "dont_know", "invalid", "valid", "score", "display"))
    return {"panel_key": panel["key"], **empty, "outcome": reason, "flags": []}


def a_document(subjects=8, *, withheld=None, rehearsal=True):
    """Make a village's result: three panels; `withheld` keeps the villagers' box shut."""
    panels = [
        a_panel("evaluators", "民主测评", GRADES, 24, minimum=20),
        a_panel("interviewees", "个别谈话", GRADES, 15, minimum=15),
        a_panel("villagers", "村民代表", SATISFACTION, 17, minimum=10, dont_know=True, withheld=withheld),
    ]
    listed = []
    for number in range(subjects):
        below = withheld is None and number % 5 == 2
        listed.append(
            {
                "id": f"s{number}",
                "kind": "team_member",
                "name": NAMES[number % len(NAMES)] + ("" if number < len(NAMES) else str(number)),
                "floor": {"panels": ["villagers"], "threshold": "60", "below": None if withheld else below},
                "rows": [
                    a_row(
                        panels[0],
                        (12 - number % 5, 7, 2, 1 + number % 5),
                        abstain=2,
                        flags=["dissatisfied"] if number == 3 else [],
                    ),
                    a_row(panels[1], (9, 4, 1, 1)),
                    a_withheld_row(panels[2], withheld)
                    if withheld
                    else a_row(panels[2], (2, 5, 3, 5) if below else (9, 4, 1, 1), abstain=1, dont_know=1),
                ],
            }
        )
    return {
        "type": "yipiao.result",
        "version": 1,
        "id": "2026-10-gama-01",
        "poll": "gama-2026-10",
        "title": "2026年10月 嘎玛村驻村工作队民主测评",
        "period": {"kind": "month", "label": "2026-10"},
        "rehearsal": rehearsal,
        "published_on": "2026-11-21",
        "supersedes": None,
        "scheme": {"name": "standard", "version": "1", "title": "驻村干部考核通用方案", "digest": hash_of("scheme")},
        "panels": panels,
        "subjects": listed,
    }
