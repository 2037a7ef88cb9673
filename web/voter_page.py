"""The voter's page: one file with all it needs inline, the same bytes for everybody in a panel, and the policy that lets nothing else run.

Header and footer stand in it once a language of the poll, and the style shows the one that is read: the switch needs no network and no script's
words. The screens in between are the script's (docs/decisions/0084).

Names in Tibetan bring a font of their own letters, which the browser fetches beside the page where the phone has none: nothing waits for it.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_translations
from markupsafe import Markup

from ballots.box import PanelView
from ballots.titles import button_words, title_words
from polling.calendar import period_words
from polling.lifecycle import State

# what a page in each state of its poll shows; after the count nothing is new to a voter
STATES = {State.DRAFT: "early", State.PRINTED: "early", State.OPEN: "open", State.ANNULLED: "annulled"}
BUILT = Path(__file__).resolve().parent.parent / "static" / "booth"
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_TIBETAN = re.compile(r"[\u0f00-\u0fff]")
LEVEL = 9


@dataclass(frozen=True)
class VoterPage:
    """A page ready to send: plain, gzip, and its Content-Security-Policy."""

    plain: bytes
    packed: bytes
    policy: str


def render(view: PanelView, election: bytes | None, box_key: str, language: str) -> VoterPage:
    """Render a panel's page. `election`: the exact bytes while the box is open; `box_key`: the key that signs receipts, base64."""
    state = STATES.get(view.state, "closed")
    tongues = {name.replace("_CN", ""): _speaking(name) for name in view.languages}
    language = language if language in tongues else next(iter(tongues))
    letters = tibetan_letters(view)
    # without the other pages' context: it would look for a session, and a voter has none
    with force_locale(view.languages[[*tongues].index(language)]):
        text = current_app.jinja_env.get_template("voter/page.html").render(
            view=view,
            state=state,
            language=language,
            letters=letters,
            tongues=tongues,
            period_words=period_words,
            title_words=title_words,
            data=_data(
                panel=view.panel,
                state=state,
                key=box_key,
                election=election and election.decode(),
                **({"words": button_words(view.answers, tongues["en"])} if "en" in tongues else {}),
                # a page in one language has no button for the other
                **({"one": 1} if len(tongues) == 1 else {}),
            ),
            script=Markup((BUILT / "voter.js").read_text("utf-8").strip()),  # noqa: S704 - our own build
            style=Markup((BUILT / "voter.css").read_text("utf-8").strip()),  # noqa: S704 - our own build
        )
    plain = text.encode()
    return VoterPage(plain, gzip.compress(plain, LEVEL, mtime=0), _policy(text, "font-src 'self'; " if letters else ""))


def _speaking(locale: str) -> Callable[[str], str]:
    """What puts a sentence into a language, whatever language is asked for now."""
    with force_locale(locale):
        return get_translations().gettext


def tibetan_letters(view: PanelView) -> str:
    """The Tibetan letters that a panel's page shows, each once."""
    return "".join(sorted(set(_TIBETAN.findall("".join((view.title, view.intro, view.panel_title, *view.subjects))))))


@lru_cache(maxsize=64)
def tibetan_font(letters: str) -> bytes:
    """A font with these letters and what they are stacked into, packed with gzip: some 15 to 30 KB for the names of a poll."""
    # loaded where it is needed: most polls have no Tibetan name
    from ballots.scripts import cut, tibetan

    return gzip.compress(cut(tibetan().source, letters).data, LEVEL, mtime=0)


def _data(**values: Any) -> Markup:
    """JSON inside a script element that no browser runs: no tag can end it or begin a comment."""
    return Markup(json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def _policy(text: str, more: str) -> str:
    """Only the scripts and the style that stand in the page, by their hashes; the worker is made of the page's own script."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, inside in _INLINE.findall(text):
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; style-src {' '.join(hashes['style'])}; "
        f"{more}worker-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
