"""A day through the command itself, on each database by another scheme; its evidence is judged by a program we did not write."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from filelock import FileLock

from cli.main import run

pytestmark = pytest.mark.long

VECTORS = Path(__file__).parent / "vectors"
TOOL = Path(
    os.environ.get("BELENIOS_TOOL") or Path(__file__).resolve().parent.parent / ".tools/belenios-tool/belenios-tool"
)


# scheme, voters by panel, slips (with the spare ones), the last signature's line
DAYS = {
    "sqlite": (
        "standard",
        {"evaluators": 24, "interviewees": 16, "villagers": 18},
        27 + 18 + 20,
        "乡镇党（工）委书记审定",
    ),
    "postgres": ("baicheng_2011", {"evaluators": 24}, 27, "党政党建办"),
}


@pytest.fixture(scope="module", params=DAYS)
def day(request, tmp_path_factory):
    """The files that `yipiao rehearse` left; the day is held once a database, whichever of the tests' processes comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"day-{request.param}"
    with FileLock(f"{folder}.lock"):
        if not (folder / "said.json").exists():
            environment = {
                name: value for name, value in os.environ.items() if not name.startswith(("YIPIAO_", "DATABASE_"))
            }
            environment["YIPIAO_HOME"] = str(folder / "home")
            if request.param == "postgres":
                environment["DATABASE_URL"] = request.getfixturevalue("postgres").database()
            command = [
                sys.executable,
                "-c",
                "from cli.main import main; main()",
                "rehearse",
                "--scheme",
                DAYS[request.param][0],
                "--out",
                str(folder / "day"),
                "--json",
            ]
            done = subprocess.run(command, env=environment, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()
            (folder / "said.json").write_bytes(done.stdout)
    assert json.loads((folder / "said.json").read_bytes())["voters"] == sum(DAYS[request.param][1].values())
    return folder / "day"


@pytest.fixture
def held(request, day):
    """What is to be found of the day: `DAYS`."""
    return DAYS[request.node.callspec.params["day"]]


def _setup(day, panel):
    return json.loads((day / "opening" / f"{panel}.json").read_text())["document"]["setup"]


def test_archives_verify_and_the_result_follows_from_them(day, held, capsys, home):
    """`yipiao verify` accepts each archive under its opening record and works the signed result out again."""
    result, keys = str(day / "result.json"), str(day / "keys.json")
    assert {file.stem for file in (day / "archives").iterdir()} == set(held[1])
    for panel, voters in held[1].items():
        archive = str(day / "archives" / f"{panel}.bel")
        given = ["--setup", _setup(day, panel), "--result", result, "--keys", keys, "--json"]
        assert run(["verify", archive, *given]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["opened"], said["result_checked"], said["ballots"]) == (True, True, voters)


def test_another_setup_or_an_altered_result_is_named(day, tmp_path, capsys, home):
    """A wrong setup hash and a result with one vote moved are refused with exit code 1."""
    archive = str(day / "archives" / "evaluators.bel")
    assert run(["verify", archive, "--setup", "0" * 64, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "not_verified"
    document = json.loads((day / "result.json").read_text())
    row = document["document"]["subjects"][0]["rows"][0]
    first, second = list(row["counts"])[:2]
    row["counts"][first], row["counts"][second] = row["counts"][first] + 1, row["counts"][second] - 1
    forged = tmp_path / "forged.json"
    forged.write_bytes(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    assert run(["verify", archive, "--result", str(forged), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "result_differs"
    assert run(["verify", archive, "--result", str(forged), "--keys", str(day / "keys.json"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "signature_false"


@pytest.mark.skipif(not TOOL.exists(), reason="NO INDEPENDENT VERIFIER: belenios-tool is missing, run `make tools`")
def test_the_foreign_verifier_agrees(day, held, tmp_path):
    """belenios-tool accepts every archive, and rejects a known-bad one beside them."""

    def judge(archive: Path) -> int:
        folder = tmp_path / archive.stem
        folder.mkdir()
        shutil.copy(archive, folder)
        environment = os.environ | {"LWT_ASYNC_METHOD": "none"}
        return subprocess.run(
            [TOOL, "election", "verify", "--dir", folder], env=environment, capture_output=True, check=False
        ).returncode

    assert judge(VECTORS / "bad" / "badproof.bel") != 0
    for panel in held[1]:
        assert judge(day / "archives" / f"{panel}.bel") == 0


def test_the_result_document_names_every_archive(day):
    """The signed document carries the SHA-256 of each archive and says that this was a rehearsal."""
    document = json.loads((day / "result.json").read_text())["document"]
    assert document["rehearsal"] is True
    for panel in document["panels"]:
        assert panel["archive"] == hashlib.sha256((day / "archives" / f"{panel['key']}.bel").read_bytes()).hexdigest()


def test_slips_and_report_are_there(day, held):
    """A slip for everybody and the spare ones; a report of one page with the lines to sign."""
    text = "".join(_text(page) for panel in held[1] for page in pypdf.PdfReader(day / "slips" / f"{panel}.pdf").pages)
    codes = [line.split(",")[2].partition("#")[2] for line in (day / "codes.csv").read_text().splitlines()[1:]]
    assert len(codes) == held[2]
    assert all(code in text for code in codes)
    report = pypdf.PdfReader(day / "report.pdf")
    assert len(report.pages) == 1
    assert held[3] in _text(report.pages[0])


def _text(page):
    """A page's text; these fonts come with two bytes a glyph."""
    return page.extract_text().replace("\0", "").replace(" ", "").replace("\n", "")
