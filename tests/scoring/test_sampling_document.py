"""docs/sampling.md: its program repeats a draw as it stands, and notices one that was altered."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from drawing import BY_NUMBER, POPULATION, THROWS
from running import ROOT

from publishing.signing import Signer
from scoring.draws import dice, published
from scoring.sampling import Record, draw_from, written

TEXT = (ROOT / "docs/sampling.md").read_text(encoding="utf-8")


def repeat(record: dict, folder: Path, monkeypatch, capsys) -> list[str]:
    """Run the document's program on a signed record: its lines."""
    [program] = re.findall(r"(?s)```python\n(.+?)```", TEXT)
    file = folder / "record.json"
    file.write_bytes(Signer.generate().document(record))
    monkeypatch.setattr("sys.argv", ["again.py", str(file)])
    exec(compile(program, "docs/sampling.md", "exec"), {})
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    "made",
    [
        draw_from(POPULATION, dice(THROWS), on=date(2026, 11, 1)),
        draw_from(BY_NUMBER, published("03 11 22 25 30 33 + 08", "王组织"), on=date(2026, 12, 1)),
    ],
    ids=["dice", "number"],
)
def test_the_program_repeats_a_draw(made: Record, tmp_path, monkeypatch, capsys):
    """The same commitment and the same sample, from the record alone; another name in it is noticed."""
    lines = repeat(written(made), tmp_path, monkeypatch, capsys)
    assert lines == [made.commitment, *(drawn.name for drawn in made.sample), "the same"]
    altered = json.loads(json.dumps(written(made)))
    altered["sample"][0]["name"] = "别的村"
    assert repeat(altered, tmp_path, monkeypatch, capsys)[-1] == "NOT THE SAME"


def test_every_key_is_explained():
    """The document names each key of both documents."""
    names = {*Record.__struct_fields__, *type(POPULATION).__struct_fields__} - {"type"}
    assert {name for name in names if f"`{name}`" not in TEXT} == set()
