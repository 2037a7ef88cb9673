"""Imports point downhill only, and every file says by its name what it is."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("ballots", "belenios", "cli", "migrations", "polling", "publishing", "schemes", "scoring", "tally", "web")
# what each room may import of ours; the longest matching row wins
ALLOWED = {
    "schemes": (),
    "belenios": (),
    "tally": ("schemes",),
    "polling": ("schemes",),
    "ballots": ("polling", "schemes", "belenios"),
    "publishing": ("ballots", "polling", "tally", "schemes", "belenios"),
    "publishing.documents": ("publishing.signing",),
    "publishing.signing": ("publishing.documents",),
    # a consumer like any other: documents, signatures and its own ledger; its tables know no other room's
    "scoring": (
        "publishing.documents",
        "publishing.signing",
        "polling.audit",
        "polling.calendar",
        "polling.db",
        "polling.errors",
        "schemes",
        "tally",
    ),
    # the printed summary is set with the pieces of the poll's report (decision 46)
    "scoring.summary_print": ("ballots.scripts", "ballots.typeface", "publishing.page", "scoring"),
    "web": ("ballots", "belenios", "polling", "publishing", "schemes", "scoring", "tally"),
    "cli": ("ballots", "belenios", "polling", "publishing", "schemes", "scoring", "tally"),
    "migrations.env": ("ballots.models", "polling", "publishing.models", "scoring.models", "scoring.draw_models"),
    "migrations": ("polling.db",),
    "wsgi": ("polling", "web"),
}
# libraries that only some rooms may know
LIMITED = {
    "flask": ("web", "wsgi"),
    "flask_babel": ("web", "wsgi"),
    "sqlalchemy": ("polling", "ballots", "publishing", "scoring", "migrations"),
    "alembic": ("polling", "migrations"),
}
PURE = {"belenios": ("nacl", "msgspec"), "schemes": ("nacl", "msgspec"), "tally": ("nacl", "msgspec")}


def imports_of(source: str) -> set[str]:
    """Every dotted name that a module's text imports, wherever it stands."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def longest(table, name):
    """The row of `table` that names `name` most closely, or None."""
    rows = [row for row in table if name == row or name.startswith(row + ".")]
    return max(rows, key=len) if rows else None


def faults_of(module: str, source: str) -> list[str]:
    """What a module imports against the rules."""
    import sys

    room = module.partition(".")[0]
    row = longest(ALLOWED, module)
    faults = []
    for name in imports_of(source):
        top = name.partition(".")[0]
        if top in (*ROOMS, "wsgi"):
            own = top == room and row == room
            if not own and longest(ALLOWED[row], name) is None:
                faults.append(f"{module} imports {name}")
        elif (top in LIMITED and room not in LIMITED[top]) or (
            room in PURE and top not in {*sys.stdlib_module_names, *PURE[room]}
        ):
            faults.append(f"{module} imports {name}")
    return faults


def modules():
    """(dotted name, path) of every module of the project."""
    yield "wsgi", ROOT / "wsgi.py"
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def test_imports_point_downhill():
    """No room imports what lies above it, and libraries stay in the rooms that may know them."""
    assert [fault for module, path in modules() for fault in faults_of(module, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("belenios.ballot", "import polling.db"),
        ("belenios.ballot", "import httpx"),
        ("tally.quorum", "from belenios import group"),
        ("ballots.casting", "from publishing.signing import Signer"),
        ("ballots.casting", "def f():\n    from tally.quorum import gate"),
        ("publishing.documents", "from polling import db"),
        ("publishing.signing", "import publishing.models"),
        ("web.voter", "from cli.output import Output"),
        ("web.voter", "import sqlalchemy as sa"),
        ("cli.poll", "from web.app import create_app"),
        ("cli.poll", "from flask import Flask"),
    ],
)
def test_a_planted_import_is_seen(module, source):
    """Each rule can fail."""
    assert len(faults_of(module, source)) == 1


def test_no_file_attracts_everything():
    """No file is named after nothing, and none is longer than 400 lines."""
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    bad = {"shared", "utils", "util", "helpers", "helper", "common", "tools", "misc"}
    assert [name for name in files if Path(name).stem in bad] == []
    long = [name for name in files if len((ROOT / name).read_text(encoding="utf-8").splitlines()) > 400]
    assert long == []


def test_every_package_is_listed():
    """The package list names exactly the rooms that are packages."""
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert sorted(listed) == sorted(room for room in ROOMS if (ROOT / room / "__init__.py").exists())
