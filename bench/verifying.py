"""`yipiao verify` against `belenios-tool election verify` on one archive of 50 ballots of 8 x (4 + abstain)."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from belenios.verify import SOUND, verify
from bench.casting import PANEL, SUBJECTS, poll, timed
from bench.figures import Figure

TOOL = Path(
    os.environ.get("BELENIOS_TOOL") or Path(__file__).resolve().parent.parent / ".tools/belenios-tool/belenios-tool"
)
BALLOTS, ROUNDS = 50, 3


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def measure() -> list[Figure]:
    """Wall time of whole commands, interleaved."""
    with poll(BALLOTS) as (village, ballots), tempfile.TemporaryDirectory() as folder:
        for raw in ballots:
            village.cast(raw, PANEL)
        village.close()
        village.count()
        archive = Path(folder) / f"{village.panels[PANEL]}.bel"
        archive.write_bytes(village.panel(PANEL).archive)
        assert len(village.election(PANEL).questions) == SUBJECTS
        ours = [sys.executable, "-c", "from cli.main import main; main()", "verify", str(archive)]
        theirs = [str(TOOL), "election", "verify", "--dir", folder]
        times: dict[str, list[float]] = {"one core": [], "two cores": [], "theirs": []}
        raw = archive.read_bytes()
        for _ in range(ROUNDS):
            SOUND.clear()  # what this process verified in the round before is nothing that others know
            times["one core"].append(timed(lambda: verify(raw, workers=1)))
            times["two cores"].append(timed(lambda: _run(ours)))
            if TOOL.exists():
                times["theirs"].append(timed(lambda: _run(theirs)))
    one, two = statistics.median(times["one core"]), statistics.median(times["two cores"])
    figures = [Figure("verify, one core, in process", one, "s"), Figure("yipiao verify, whole command", two, "s")]
    if not times["theirs"]:
        return [*figures, Figure("belenios-tool is not here (make tools)", 0, "")]
    other = statistics.median(times["theirs"])
    return [
        *figures,
        Figure("belenios-tool election verify, whole command", other, "s"),
        Figure("verify on one core / belenios-tool", one / other, "x", "at most 1"),
        Figure("yipiao verify on two cores / belenios-tool", two / other, "x", "at most 0.5"),
    ]
