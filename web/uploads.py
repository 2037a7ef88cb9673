"""Files that the desk is sent: how large they may be, and that they lie in YIPIAO_HOME while they are read, not where others look."""

import tempfile
from typing import IO, Any

from flask import Flask, Request, current_app, request

LARGEST_FORM = 8 * 2**20
LARGEST_BACKUP = 4 * 2**30


class DeskRequest(Request):
    """A request whose uploaded files have no name on any disk and go when it ends."""

    def _get_file_stream(self, *_sizes: Any, **_named: Any) -> IO[bytes]:
        home = current_app.config["YIPIAO_DATABASE"].settings.home
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return tempfile.TemporaryFile("rb+", dir=home)


def register(app: Flask) -> None:
    """Let the application read requests so, and refuse what is too large for a form before it is read."""
    app.request_class = DeskRequest

    @app.url_value_preprocessor
    def _limit(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if request.path.startswith("/desk/"):
            request.max_content_length = LARGEST_FORM
