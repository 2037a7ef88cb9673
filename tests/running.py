"""A real `yipiao serve` process for the tests that need a socket, a kill or a tracer."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60


def a_free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(
    home: Path,
    before: Sequence[str] = (),
    options: Sequence[str] = (),
    said: Path = Path(os.devnull),
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[int, subprocess.Popen]]:
    """Serve the embedded database of `home` on a free port, as a child of the command `before`; port and process group.

    What it says on its terminal goes to the file `said`.
    """
    port = a_free_port()
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith("YIPIAO_") and name != "DATABASE_URL"
    }
    environment = clean | {"YIPIAO_HOME": str(home), "YIPIAO_PORT": str(port), **settings}
    program = [sys.executable, "-c", "from cli.main import main; main()"]
    command = [*before, *program, "serve", "--address", "127.0.0.1", *options]
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, start_new_session=True)
    try:
        _wait(process, port, secure="--certificate" in options)
        yield port, process
    finally:
        kill(process)


def _wait(process: subprocess.Popen, port: int, *, secure: bool) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the server stopped"
        try:
            if get(port, "/api/v1/keys", secure=secure)[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server never answered")


def kill(process: subprocess.Popen) -> None:
    """Kill the server and its workers at once, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def get(port: int, path: str, *, secure: bool = False) -> tuple[int, bytes]:
    """GET from the server: status and body. A secure one's certificate is our own and not looked at."""
    if secure:
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trusting)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    """POST to the server: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("POST", path, body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
