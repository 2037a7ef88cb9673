"""The key holder's core in Node, and the small election that the protocol's own tests copy and spoil."""

import base64
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from belenios.archive import read_archive
from belenios.checks import NotVerified, Unreadable
from belenios.verify import verify

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NEEDED = ROOT / "booth/node_modules/@noble/hashes"


def _protocol_fixtures() -> Any:
    """Load the protocol tests' conftest: pytest gives its fixtures to that folder alone."""
    place = importlib.util.spec_from_file_location("protocol_fixtures", HERE.parent / "belenios/conftest.py")
    made = importlib.util.module_from_spec(place)
    sys.modules[place.name] = made  # its dataclasses look their module up
    place.loader.exec_module(made)
    return made


_protocol = _protocol_fixtures()
box, box_maker, resigned, threshold_group = (
    _protocol.box,
    _protocol.box_maker,
    _protocol.resigned,
    _protocol.threshold_group,
)


class CoreRefused(Exception):
    """What the core refuses: its code and detail."""

    def __init__(self, code: str, detail: dict[str, Any]) -> None:
        super().__init__(f"{code} {detail}")
        self.code, self.detail = code, detail


@pytest.fixture(scope="session")
def core() -> Iterator[Callable[..., Any]]:
    """Ask the core in a Node of its own, `core("newKey")`; what it refuses is raised as `core.refused` with `.code` and `.detail`."""
    if shutil.which("node") is None or not NEEDED.exists():
        pytest.skip(
            "NODE OR booth/node_modules IS MISSING: what a key holder's page computes was compared with nothing"
        )
    process = subprocess.Popen(
        ["node", HERE / "scrutineer_core.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(command: str, **given: Any) -> Any:
        process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert "broken" not in answer, answer["broken"]
        if "refused" in answer:
            raise CoreRefused(answer["refused"], answer["detail"])
        return answer["value"]

    ask.refused = CoreRefused
    yield ask
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


def _verdict(raw, setup):
    """Tell what Python says of an archive: the failed check's name, or `good`."""
    try:
        verify(raw, setup=setup)
    except NotVerified as error:
        return error.check.value
    except Unreadable:
        return "unreadable"
    return "good"


@pytest.fixture
def both(core):
    """Compare the core's verdict with Python's; the common verdict is given."""

    def compare(raw, setup=None):
        if setup is None:
            setup = read_archive(raw).setup_hash
        expected = _verdict(raw, setup)
        try:
            core("verify", archive=base64.b64encode(raw).decode(), setup=setup)
            found = "good"
        except core.refused as error:
            found = error.code
        assert found == expected
        return found

    return compare
