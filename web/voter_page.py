"""The voter's page: one file with all it needs inline, the same bytes for everybody in a panel, and the policy that lets nothing else run."""

import base64
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup

from ballots.box import PanelView
from polling.lifecycle import State

# what a page in each state of its poll shows; after the count nothing is new to a voter
STATES = {State.DRAFT: "early", State.PRINTED: "early", State.OPEN: "open", State.ANNULLED: "annulled"}
BUILT = Path(__file__).resolve().parent.parent / "static" / "booth"
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
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
    # without the other pages' context: it would look for a session, and a voter has none
    text = current_app.jinja_env.get_template("voter/page.html").render(
        view=view,
        state=state,
        language=language,
        data=_data(
            panel=view.panel, state=state, keys=view.keys.value, key=box_key, election=election and election.decode()
        ),
        script=Markup((BUILT / "voter.js").read_text("utf-8").strip()),  # noqa: S704 - our own build
        style=Markup((BUILT / "voter.css").read_text("utf-8").strip()),  # noqa: S704 - our own build
    )
    plain = text.encode()
    return VoterPage(plain, gzip.compress(plain, LEVEL, mtime=0), _policy(text))


def _data(**values: Any) -> Markup:
    """JSON inside a script element that no browser runs: no tag can end it or begin a comment."""
    return Markup(json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704


def _policy(text: str) -> str:
    """Only the scripts and the style that stand in the page, by their hashes; the worker is made of the page's own script."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, inside in _INLINE.findall(text):
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; style-src {' '.join(hashes['style'])}; "
        "worker-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
