"""What raters will meet: the slip and the ballot of each panel, as a draft stands."""

from dataclasses import dataclass

from flask_babel import gettext as _

from ballots.wording import Keys, SlipText, slip_text
from polling.polls import PanelEntry, PollFile
from schemes.rules import PanelRule, Scheme
from web.slip_address import proposed


@dataclass(frozen=True)
class PanelPreview:
    """One panel as its raters will meet it: the slip, how many are printed (None: nobody said yet), and the ballot."""

    rule: PanelRule
    slips: int | None
    slip: SlipText


class _Translations:
    """The reader's language for the preview."""

    @staticmethod
    def gettext(message: str) -> str:
        return _(message)


def previews(file: PollFile, scheme: Scheme, keys: Keys) -> list[PanelPreview]:
    """The panels of a draft; while it has none, those that the scheme proposes."""
    chosen: list[tuple[PanelRule, PanelEntry | None]] = [(scheme.panel(entry.key), entry) for entry in file.panels]
    return [
        PanelPreview(
            rule,
            entry and entry.expected + entry.spares,
            slip_text(
                _Translations(),
                title=file.title,
                panel_title=rule.title,
                panel="",
                base_url=file.base_url or proposed(),
                asks=scheme.slip.asked_by,
                why=scheme.slip.purpose,
                kept=scheme.slip.retention,
                keys=keys,
                rehearsal=file.rehearsal,
            ),
        )
        for rule, entry in chosen or [(rule, None) for rule in scheme.panels if not rule.on_request]
    ]
