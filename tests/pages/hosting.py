"""The application in threads of this process: a page is not about processes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pages.chromium import NAME
from village import Village
from werkzeug.serving import WSGIRequestHandler, make_server

from polling.db import Database
from web.app import create_app


@dataclass(frozen=True)
class Site:
    """A running server: `url` without a slash at its end, and the database behind it."""

    url: str
    home: Path
    database: Database
    village: Village


class Quiet(WSGIRequestHandler):
    """Requests are not noted, as `yipiao serve` notes none, and browsers keep their connections."""

    protocol_version = "HTTP/1.1"

    def log(self, *_arguments: object, **_named: object) -> None:
        """Nothing."""


@contextmanager
def hosted(village: Village, certificate: tuple[Path, Path] | None = None) -> Iterator[Site]:
    """Serve a village's database; over https where there are a certificate and its key."""
    database = village.database
    named = {"threaded": True, "request_handler": Quiet}
    files = certificate and tuple(map(str, certificate))
    server = make_server("127.0.0.1", 0, create_app(database), ssl_context=files, **named)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    scheme = "https" if certificate else "http"
    yield Site(f"{scheme}://{NAME}:{server.server_port}", database.settings.home, database, village)
    server.shutdown()
    thread.join()
    server.server_close()
