"""The foot of a printed result: what it can be checked with, and where it is signed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ballots.typeface import code_face, text_face
from publishing.page import BOTTOM, LEFT, RIGHT, WIDTH, Canvas

Words = Callable[[str], str]
Document = Mapping[str, Any]
_SIGNING = 16.0  # mm for the signature lines
_STEP = 9.0  # mm from one step's line to the next


def checking(canvas: Canvas, document: Document, _: Words) -> None:
    """What a stranger checks the sheet with: of each panel archive and opening code, then rules and keys."""
    columns, side, height = 3, 19.0, 21.5
    width = WIDTH / columns
    canvas.room(height + 10)
    canvas.y += 1.2
    canvas.rule(LEFT, canvas.y, RIGHT, canvas.y, 0.25)
    canvas.paragraph(_("核对信息（任何人可用存档重算；二维码是存档核对码）"), 8, bold=True)
    for number, panel in enumerate(document["panels"]):
        if number % columns == 0:
            if number:
                canvas.y += height
            canvas.room(height)
        x, y = LEFT + number % columns * width, canvas.y + 0.6
        canvas.code(x, y, side, panel["archive"])
        x += side + 0.6
        canvas.text(x, y + 3.0, _fitting(panel["title"], 7, width - side - 2), 7, bold=True)
        y += 5.9
        for label, value in (
            (_("存档核对码 SHA-256"), panel["archive"]),
            (_("开箱核对码（开投前公布）"), panel["setup"]),
        ):
            canvas.text(x, y, label, 6)
            canvas.text(x, y + 2.4, value[:32], 6, face=code_face())
            canvas.text(x, y + 4.7, value[32:], 6, face=code_face())
            y += 7.6
    canvas.y += height
    keys = list(dict.fromkeys(key for panel in document["panels"] for key in panel["keys"]))
    canvas.paragraph(_("方案核对码：%s") % document["scheme"]["digest"], 6.5)
    canvas.paragraph(_("开箱钥匙%(count)d把，核对码：%(keys)s") % {"count": len(keys), "keys": _("、").join(keys)}, 6.5)
    if not all(panel["secrecy"] for panel in document["panels"]):
        canvas.paragraph(_("开箱钥匙都在服务器上，掌管服务器的人有办法看到单张票。"), 6.5)


def _fitting(text: str, size: float, width: float) -> str:
    """Shorten a text that is wider than `width` mm."""
    while text_face().width(text, size) > width:
        text = text[:-2] + "…"
    return text


def signing(canvas: Canvas, steps: Sequence[Document], _: Words) -> None:
    """Lines to sign on: one for each step of the chain, the usual four where the scheme has none."""
    height = _STEP * len(steps) + 2 if steps else _SIGNING
    canvas.room(height)
    # at the foot of the page, where signatures are looked for, with room above them to write
    bottom = max(canvas.y + height - (2 if steps else 3), BOTTOM - 6)
    if steps:
        for number, step in enumerate(steps):
            _step(canvas, bottom - _STEP * (len(steps) - 1 - number), step, _)
    else:
        labels = (_("组织者"), _("监票人"), _("计票人"), _("日期"))
        width = WIDTH / len(labels)
        for number, label in enumerate(labels):
            _line(canvas, LEFT + number * width, bottom, width, (label, ""))
    canvas.y = bottom + 2.0


def _step(canvas: Canvas, y: float, step: Document, _: Words) -> None:
    """One step of the sign-off chain: what is signed and by whom, a line for the name and one for the day; filled in where it is signed."""
    what = _("%(step)s（%(office)s）") % {"step": step["title"], "office": step["who"]}
    signing, dated = WIDTH * 0.24, WIDTH * 0.21
    canvas.text(LEFT, y, _fitting(what, 9.5, WIDTH - signing - dated - 3), 9.5)
    _line(canvas, RIGHT - signing - dated, y, signing, (_("签字"), step.get("name", "")))
    _line(canvas, RIGHT - dated, y, dated + 3, (_("日期"), step.get("on", "")))


def _line(canvas: Canvas, x: float, y: float, width: float, words: tuple[str, str]) -> None:
    """A label, and a line to write on with what is written there already."""
    label, written = words
    begin = x + text_face().width(label, 10.5) + 1.5
    canvas.text(x, y, label, 10.5)
    room = x + width - 4 - begin
    # a name that signs stands whole, smaller if need be
    size = next((size for size in (9, 8, 7) if text_face().width(written, size) <= room), 6)
    canvas.text(begin + 1.0, y, _fitting(written, size, room), size)
    canvas.rule(begin, y + 1.0, x + width - 3, y + 1.0, 0.25)
