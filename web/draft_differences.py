"""What stands in a draft by now and is not what was typed: for who saves over somebody else's change."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from polling.polls import PollFile
from polling.rosters import RosterLine
from web.draft_form import ENDONYMS, Draft, StepForm, roster_text
from web.words import period_words


def differences(
    draft: Draft, typed: PollFile, form: StepForm, rosters: Mapping[str, Sequence[RosterLine]]
) -> list[tuple[str, str]]:
    """Where a draft as it stands is not what was typed: label and text as it stands."""

    def said(file: PollFile, holders: Sequence[str]) -> dict[str, str]:
        panels = (
            _(
                "%(panel)s %(expected)s 人，备用 %(spare)s 张",
                panel=draft.scheme.panel(entry.key).title,
                expected=entry.expected,
                spare=entry.spares,
            )
            for entry in file.panels
            if file.scheme == draft.scheme.name
        )
        return {
            _("考核办法"): file.scheme,
            _("标题"): file.title,
            _("考核周期"): _period(file.period),
            _("演练"): _("是") if file.rehearsal else _("否"),
            _("手机上选票前面的一句话"): file.intro or "—",
            _("手机上有哪些语言"): "、".join(ENDONYMS[each] for each in file.languages),
            _("票上的网址"): file.base_url or "—",
            _("几点关箱"): file.closes or "—",
            _("测评对象"): "、".join(entry.name for entry in file.subjects),
            _("测评组"): "；".join(panels),
            _("钥匙保管人"): "、".join(holders) or "—",
        }

    mine = said(typed, form.names if form.holders else draft.holders)
    differing = [(label, text) for label, text in said(draft.file, draft.holders).items() if mine[label] != text]
    for rule in draft.scheme.panels:
        lines = "\n".join(roster_text(line.name, line.household) for line in rosters.get(rule.key, ()))
        stands = draft.rosters.get(rule.key, "")
        if f"roster_{rule.key}" in form and stands != lines:
            number = len(stands.splitlines())
            differing.append((_("名册：%(panel)s", panel=rule.title), _("%(number)s 人", number=number)))
    return differing


def _period(label: str) -> str:
    """A period in words; what is none as it was typed."""
    try:
        return period_words(label)
    except ValueError:
        return label
