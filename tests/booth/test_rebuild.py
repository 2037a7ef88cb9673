"""What browsers load is what the sources give: a rebuild changes no byte, and the modules' own tests pass."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 240


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a program in a folder; what it said is kept."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)


@pytest.fixture(scope="module")
def booth(tmp_path_factory) -> Path:
    """A fresh copy of booth/ with exactly the packages of its lock file, beside what it reads and writes."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is missing: the browser's modules are not built anew")
    root = tmp_path_factory.mktemp("rebuild")
    shutil.copytree(ROOT / "booth", root / "booth", ignore=shutil.ignore_patterns("node_modules"))
    for part in ("static/booth", "translations", "tests/vectors"):
        shutil.copytree(ROOT / part, root / part)
    for part in ("static/yipiao.css", "static/icons.svg"):
        shutil.copy(ROOT / part, root / part)
    installed = run(root / "booth", "npm", "ci", "--ignore-scripts")
    if installed.returncode:
        pytest.skip(f"npm could not fetch the packages of the lock file: {installed.stderr.strip()[-200:]}")
    return root / "booth"


def test_a_rebuild_gives_the_same_bytes(booth):
    """The built files are exactly what sources and lock file give, and the comparison can fail."""
    built = run(booth, "node", "build.mjs", "--check")
    assert (built.returncode, built.stderr) == (0, "")
    page = booth.parent / "static/booth/voter.js"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert run(booth, "node", "build.mjs", "--check").returncode == 1


@pytest.mark.long
def test_the_modules_own_tests_pass(booth):
    """`npm test` of the browser's modules."""
    tested = run(booth, "npm", "test", "--silent")
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert " fail 0" in tested.stdout
