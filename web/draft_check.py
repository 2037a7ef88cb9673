"""What a draft lacks before it can be printed, each with its step; and names that look like slips of the hand."""

from dataclasses import dataclass

from flask_babel import gettext as _

from ballots.typeface import check_glyphs
from ballots.unprintable import MissingGlyph
from polling.addresses import is_loopback
from polling.likeness import like
from web.draft_form import Draft
from web.slip_address import usual


@dataclass(frozen=True)
class Lack:
    """One thing that keeps a draft from being printed, and the step that mends it."""

    step: str
    words: str


def lacks(draft: Draft) -> list[Lack]:
    """Everything that is missing, in the order of the steps."""
    file, found = draft.file, []
    if not file.subjects:
        found.append(Lack("subjects", _("还没有写测评对象。")))
    if not file.panels:
        found.append(Lack("panels", _("还没有一组填了应到人数。")))
    for entry in file.panels:
        rule = draft.scheme.panel(entry.key)
        if entry.expected < rule.minimum_expected:
            found.append(
                Lack(
                    "panels",
                    _(
                        "「%(panel)s」应到 %(expected)s 人，办法要求至少 %(minimum)s 人。",
                        panel=rule.title,
                        expected=entry.expected,
                        minimum=rule.minimum_expected,
                    ),
                )
            )
    for step, texts in (("subjects", [entry.name for entry in file.subjects]), ("texts", [file.title])):
        try:
            check_glyphs(texts)
        except MissingGlyph as missing:
            words = _(
                "字体里没有「%(character)s」这个字（在「%(text)s」里），印不出来。",
                character=missing.character,
                text=missing.text,
            )
            found.append(Lack(step, words))
    address = file.base_url or usual()
    if is_loopback(address) and not file.rehearsal:
        found.append(Lack("texts", _("票上的网址是 %(address)s，这是服务器自己，手机打不开。", address=address)))
    return found


def alike(draft: Draft) -> dict[str, str]:
    """New names that look like one of an earlier poll or the register: each with the one that may be meant."""
    found = {}
    for entry in draft.file.subjects:
        meant = like(entry.name, [other.name for other in draft.earlier if other.kind == entry.kind])
        if meant is not None:
            found[entry.name] = meant
    return found
