"""A pack as text of so many columns: each rule with its article beside it. `yipiao scheme show` prints it."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from polling.scheme_chapters import Words, chapters, examples_of, marked
from schemes.rules import Scheme

BULLET = "- "
# columns between a rule and its article, wide enough for a closing mark that hangs over
GAP = 4
CLOSING = frozenset("，。；：、）〕”’》%")


def written(scheme: Scheme, gettext: Words, width: int) -> str:
    """The whole page as text, `width` columns wide; a Chinese character takes two."""
    _ = gettext
    head = _("{name}，第 {version} 版。依据：{source}").format(
        name=scheme.name, version=scheme.version, source=marked(scheme.source, _)
    )
    note = _("标〔自定〕的条文没有写，是本方案的读法或选择；标〔惯例〕的是通行做法。都可以在自己的方案里改。")
    lines = [scheme.title, *_folded(head, width), *_folded(note, width)]
    left = (width - len(BULLET)) * 5 // 8
    for place, (title, rules) in enumerate(chapters(scheme, gettext), 1):
        lines += ["", f"{place}. {title}"]
        for rule, source in rules:
            lines += _beside(_folded(rule, left - GAP), _folded(marked(source, _), width - left - len(BULLET)), left)
    if examples := examples_of(scheme):
        said = _("随方案有 {number} 个算例，yipiao scheme check 会逐个验算。").format(number=examples)
        lines += ["", *_folded(said, width)]
    return "\n".join(lines)


def _folded(text: str, width: int) -> list[str]:
    """Break a text anywhere but inside a number or a Latin word, and never before a closing mark, which may hang over by its width."""
    lines, line = [], ""
    for piece in re.findall(r"[0-9A-Za-z./%_-]+|.", text):
        if cell_len(line) + cell_len(piece) > width and piece not in CLOSING:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line]


def _beside(left: list[str], right: list[str], width: int) -> Iterator[str]:
    for place, (one, other) in enumerate(zip_longest(left, right, fillvalue="")):
        lead = BULLET if place == 0 else " " * len(BULLET)
        yield (lead + set_cell_size(one, width) + other).rstrip()
