"""The result of a poll on paper, for the people who sign it: one page as long as about thirty rows fit on it.

Numbers stand here only as the published document states them; rates are worked out in whole numbers. What is withheld is said in
words, whatever else the document holds about it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from ballots.reconciliation import Reconciliation
from ballots.scripts import MM_PER_POINT
from ballots.typeface import text_face
from ballots.wording import Translations
from polling.calendar import day_words, period_words
from publishing.balance_words import balance_line, rows_balance, rows_line
from publishing.page import BOTTOM, LEFT, RIGHT, STAND_IN, TOP, WIDTH, Canvas, draw, height_of, joined, printable
from publishing.published import rate
from publishing.report_foot import checking, signing

Words = Callable[[str], str]
Document = Mapping[str, Any]

# outcomes with figures; any other word is the reason why there are none
OPENED = frozenset({"scored", "counts_only"})
_BODY = 8.5  # points, in tables
# millimetres a row that may be tried
_ROW_HEIGHTS = (6.4, 5.8, 5.2, 4.7)
_MARKS = {"dissatisfied": "※", "few_valid": "△"}


def write_report(
    out: BinaryIO,
    document: Document,
    translations: Translations,
    steps: Sequence[Document] = (),
    balances: Mapping[str, Reconciliation] | None = None,
) -> int:
    """Write the report of a published result document (docs/result.schema.json) to `out` as an A4 PDF; return its number of pages.

    `steps`: title and who of each signature that a document not signed yet is waiting for; a published one names its own.
    `balances` by panel key: what was stated at closing, which no document carries.
    A character that the font lacks is a 〓. Raise KeyError for a document of another form.
    """
    _ = translations.gettext
    document, steps, balances = printable(document), printable(steps), printable(balances or {})
    # the roomiest rows among those that need the fewest pages
    canvas = min(
        (_compose(document, _, height, steps, balances) for height in _ROW_HEIGHTS),
        key=lambda filled: len(filled.pages),
    )
    pages = len(canvas.pages)
    for number, page in enumerate(canvas.pages, 1):
        foot = Canvas(pages=[page])
        foot.text(LEFT, BOTTOM + 4.5, document["title"][:60], 7)
        foot.text(
            RIGHT, BOTTOM + 4.5, _("第%(page)d页，共%(pages)d页") % {"page": number, "pages": pages}, 7, align=1.0
        )
    draw(out, canvas, document["title"])
    return pages


def _compose(
    document: Document,
    _: Words,
    row_height: float,
    steps: Sequence[Document] = (),
    balances: Mapping[str, Reconciliation] | None = None,
) -> Canvas:
    canvas = Canvas()
    _heading(canvas, document, _)
    for number, panel in enumerate(document["panels"]):
        found = (balances or {}).get(panel["key"])
        _panel(canvas, document, number, found, _, row_height)
        _balance(canvas, document, panel, found, _)
    _floor(canvas, document, _)
    _notes(canvas, document, _)
    if STAND_IN in f"{document}{steps}{balances}":
        canvas.paragraph(_("〓：打印字体里没有的字，原文见网页。"), 7.5)
    checking(canvas, document, _)
    signing(canvas, document.get("signed") or steps, _)
    return canvas


def _heading(canvas: Canvas, document: Document, _: Words) -> None:
    if document["rehearsal"]:
        word, size = _("演练"), 15.0
        width = text_face().width(word, size) + 5
        canvas.frame(RIGHT - width, TOP, width, 8.5, 0.6)
        canvas.text(RIGHT - width / 2, TOP + 6.2, word, size, bold=True, align=0.5)
    canvas.paragraph(_("测评结果报告"), 18, bold=True, centred=True, x=LEFT + 20, width=WIDTH - 40)
    canvas.paragraph(document["title"], 12, centred=True, x=LEFT + 20, width=WIDTH - 40)
    if document["rehearsal"]:
        canvas.paragraph(_("本报告为演练，不得作为考核依据。"), 9, bold=True, centred=True)
    canvas.y += 1.2
    canvas.rule(LEFT, canvas.y, RIGHT, canvas.y, 0.5)
    canvas.y += 0.8
    drafted = [_("签字用，还没有公布")]
    published = [_("公布日期：%s") % day_words(document["published_on"], _), _("报告编号：%s") % document["id"]]
    scheme = document["scheme"]
    canvas.paragraph(
        joined(
            [
                _("考核周期：%s") % period_words(document["period"]["label"], _),
                *(published if document["id"] else drafted),
            ]
        ),
        9,
    )
    named = _("测评方案：%(title)s（%(name)s，第%(version)s版，核对码%(digest)s…）") % {
        "title": scheme["title"],
        "name": scheme["name"],
        "version": scheme["version"],
        "digest": scheme["digest"][:12],
    }
    # on a notice board it would show what the scheme keeps from the public
    canvas.paragraph(joined([named, _("含票数，供考核组使用，不张贴")]), 9)
    if document["supersedes"] is not None:
        canvas.paragraph(_("本报告替代报告：%s") % document["supersedes"], 9, bold=True)
    canvas.y += 1.0


def reason_words(reason: str | None, _: Words) -> str:
    """Why there is no number, as the document names it, in words."""
    sentences = {
        "void": _("收回票多于发出票，本组作废，票箱未开，须重新测评"),
        "below_minimum": _("收回票少于最低要求，票箱未开，没有票数"),
        "too_few": _("收回票太少，开箱会暴露个人选择，票箱未开，没有票数"),
        "no_valid_votes": _("没有有效票，不计得分"),
        "not_opened": _("票箱未开，没有票数"),
    }
    return sentences.get(reason or "", _("本项不公布票数"))


def _panel(
    canvas: Canvas,
    document: Document,
    number: int,
    found: Reconciliation | None,
    _: Words,
    row_height: float,
) -> None:
    panel = document["panels"][number]
    canvas.room(20)
    canvas.y += 1.0
    size = 10.5
    canvas.y += size * MM_PER_POINT * 1.3
    numerals = _("一、二、三、四、五、六、七、八、九、十").split(_("、"))
    numeral = numerals[number] if number < len(numerals) else str(number + 1)
    title = _("%(number)s、%(title)s") % {"number": numeral, "title": panel["title"]}
    canvas.text(LEFT, canvas.y, title, size, bold=True)
    turnout = joined([*_handed_out(panel, found, _), _("最低收回%d张") % panel["minimum"]])
    if text_face().width(title, size) + text_face().width(turnout, 9) + 4 > WIDTH:
        canvas.y += 9 * MM_PER_POINT * 1.3
    canvas.text(RIGHT, canvas.y, turnout, 9, align=1.0)
    canvas.y += 1.6
    if panel["withheld"] is not None:
        canvas.frame(LEFT, canvas.y, WIDTH, 7.0)
        canvas.cell((LEFT, canvas.y, WIDTH, 7.0), _("本组：%s。") % reason_words(panel["withheld"], _), 9.5, bold=True)
        canvas.y += 8.0
        return
    _Table(canvas, panel, _, row_height).draw(document["subjects"])


def _handed_out(panel: Document, found: Reconciliation | None, _: Words) -> list[str]:
    """People and slips of a panel; how the slips balance, where it was stated and they do."""
    expected, returned = _("应到%d人") % panel["expected"], _("收回票%d张") % panel["returned"]
    if found is None or found.faults:
        return [expected, _("发出票%d张") % panel["issued"], returned]
    slips = _("印制%(printed)d张＝发出%(issued)d＋作废%(spoiled)d＋备用未用%(unused)d") % {
        name: getattr(found, name) for name in ("printed", "issued", "spoiled", "unused")
    }
    return [expected, _("实到%d人") % found.present, slips, returned]


def _balance(canvas: Canvas, document: Document, panel: Document, found: Reconciliation | None, _: Words) -> None:
    """What does not balance, with its reason, under a panel's table; what balances stands in its head."""
    own = [row for subject in document["subjects"] for row in subject["rows"] if row["panel_key"] == panel["key"]]
    lines = [balance_line(found, _) if found is not None and found.faults else ""]
    lines.append("" if rows_balance(own, panel["returned"]) else rows_line(own, panel["returned"], _))
    if any(lines):
        canvas.paragraph(joined(lines), 7.2)


class _Table:
    """One panel's votes: a row a subject, a column an option."""

    def __init__(self, canvas: Canvas, panel: Document, _: Words, row_height: float) -> None:
        self.canvas, self.panel, self._ = canvas, panel, _
        self.row_height = row_height
        tail = [("abstain", _("弃权"), 12.0)]
        if panel["dont_know"]:
            tail.append(("dont_know", _("不了解"), 13.0))
        tail += [("invalid", _("无效"), 12.0), ("valid", _("有效票"), 14.0), ("display", _("得分"), 17.0)]
        self.tail = tail
        self.name_width = 42.0 if len(panel["options"]) <= 5 else 34.0  # noqa: PLR2004 - more columns leave less for names
        left = WIDTH - self.name_width - sum(width for *_rest, width in tail)
        self.option_width = left / max(1, len(panel["options"]))
        self.stacked = self.option_width < 14.5  # noqa: PLR2004 - mm that votes and rate need side by side

    def draw(self, subjects: Sequence[Document]) -> None:
        """Draw head and rows; the head again on every further page."""
        self._head()
        for subject in subjects:
            for row in subject["rows"]:
                if row["panel_key"] == self.panel["key"]:
                    self._row(subject["name"] + _marks(row["flags"]), row)
        self.canvas.y += 1.0

    def _head(self) -> None:
        canvas, _, top, height = self.canvas, self._, self.canvas.y, 8.6
        canvas.rule(LEFT, top, RIGHT, top, 0.35)
        canvas.cell((LEFT, top, self.name_width, height), _("测评对象"), _BODY, bold=True)
        x = LEFT + self.name_width
        for option in self.panel["options"]:
            canvas.cell((x, top, self.option_width, height / 2 + 0.6), option["title"], _BODY, bold=True)
            weight = "" if option["weight"] is None else _("分值%s") % option["weight"]
            canvas.cell((x, top + height / 2 - 0.4, self.option_width, height / 2), weight, 6.5)
            x += self.option_width
        for _key, label, width in self.tail:
            canvas.cell((x, top, width, height), label, _BODY, bold=True)
            x += width
        self._borders(top, height)
        canvas.y = top + height
        canvas.rule(LEFT, canvas.y, RIGHT, canvas.y, 0.25)

    def _row(self, name: str, row: Document) -> None:
        canvas, _ = self.canvas, self._
        figures = 2 if self.stacked else 1
        height = max(
            self.row_height, height_of(name, _BODY, self.name_width), figures * _BODY * MM_PER_POINT * 1.2 + 1.0
        )
        if canvas.room(height):
            self._head()
        top = canvas.y
        canvas.cell((LEFT, top, self.name_width, height), name, _BODY, align=0.0)
        x = LEFT + self.name_width
        if row["outcome"] not in OPENED:
            canvas.cell((x, top, RIGHT - x, height), reason_words(row["outcome"], _), _BODY)
            self._borders(top, height, whole=True)
        else:
            self._figures(x, top, height, row)
            self._borders(top, height)
        canvas.y = top + height
        canvas.rule(LEFT, canvas.y, RIGHT, canvas.y)

    def _figures(self, x: float, top: float, height: float, row: Document) -> None:
        canvas, width, valid = self.canvas, self.option_width, row["valid"]
        for option in self.panel["options"]:
            votes = row["counts"][option["key"]]
            if self.stacked:
                canvas.cell((x, top + 0.4, width, height / 2), str(votes), _BODY)
                canvas.cell((x, top + height / 2 - 0.4, width, height / 2), rate(votes, valid), 6.5)
            else:
                canvas.cell((x, top, width * 0.42, height), str(votes), _BODY, align=1.0)
                canvas.cell((x + width * 0.36, top, width * 0.64, height), rate(votes, valid), 7, align=1.0)
            x += width
        for key, _label, column in self.tail:
            if key == "display":
                score = self._("不计分") if row["outcome"] == "counts_only" else row["display"]
                canvas.cell((x, top, column, height), score, _BODY + 1, bold=True)
            else:
                canvas.cell((x, top, column, height), str(row[key]), _BODY)
            x += column

    def _borders(self, top: float, height: float, *, whole: bool = False) -> None:
        edges = [LEFT, LEFT + self.name_width]
        if not whole:
            edges += [edges[-1] + self.option_width * (count + 1) for count in range(len(self.panel["options"]))]
            for *_rest, width in self.tail:
                edges.append(edges[-1] + width)
        for x in {*edges, RIGHT}:
            self.canvas.rule(x, top, x, top + height)


def _marks(flags: Sequence[str]) -> str:
    return "".join(_MARKS.get(flag, "＊") for flag in flags)


def _floor(canvas: Canvas, document: Document, _: Words) -> None:
    titles = {panel["key"]: panel["title"] for panel in document["panels"]}
    groups: dict[tuple[str, tuple[str, ...]], dict[bool | None, list[str]]] = {}
    for subject in document["subjects"]:
        floor = subject["floor"]
        if floor is not None:
            names = groups.setdefault((floor["threshold"], tuple(floor["panels"])), {True: [], False: [], None: []})
            names[floor["below"]].append(subject["name"])
    for (threshold, panels), names in groups.items():
        canvas.room(16)
        canvas.y += 0.8
        named = _("、").join(titles.get(key, key) for key in panels)
        canvas.paragraph(
            _("群众满意度底线：%(threshold)s分（%(panels)s）") % {"threshold": threshold, "panels": named},
            9.5,
            bold=True,
        )
        for below, sentence in (
            (True, _("低于底线：%s")),
            (False, _("达到底线：%s")),
            (None, _("未知（既不算达到，也不算低于）：%s")),
        ):
            if names[below]:
                canvas.paragraph(sentence % _("、").join(names[below]), 9, bold=below is True)


def _notes(canvas: Canvas, document: Document, _: Words) -> None:
    canvas.y += 0.8
    scored = any(row["outcome"] == "scored" for subject in document["subjects"] for row in subject["rows"])
    canvas.paragraph(
        "".join(
            [
                _("各选项下为票数和得票率（票数÷有效票）。有效票＝收回票－弃权－不了解－无效。"),
                _("得分＝各选项票数乘分值之和÷有效票×100。") if scored else "",
                _("等次由有权机关审定。"),
            ]
        ),
        7.2,
    )
    raised = {flag for subject in document["subjects"] for row in subject["rows"] for flag in row["flags"]}
    meanings = {"dissatisfied": _("不满意（不称职）票超过规定比例，提请研究"), "few_valid": _("有效票不足5张")}
    notes = [f"{_MARKS[flag]} {meanings[flag]}" for flag in _MARKS if flag in raised]
    notes += [f"＊ {flag}" for flag in sorted(raised - _MARKS.keys())]
    if notes:
        canvas.paragraph(joined(notes), 7.5)
