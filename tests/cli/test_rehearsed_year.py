"""A whole year from the command line: what it leaves agrees with itself."""

import json

import pytest

from cli.rehearsed_poll import asked, smallest
from cli.rehearsed_year import MOST_MARKS, labels_of, people_of, plans_of
from schemes.loading import load, names

pytestmark = pytest.mark.long


def run(command, monkeypatch, home, *arguments):
    """One command in an installation."""
    monkeypatch.setenv("YIPIAO_HOME", str(home))
    return command(*map(str, arguments))


def test_a_year_without_polls(command, monkeypatch, tmp_path):
    """花园乡: entries, the draw and signatures; every ledger and both sheets of each period are there."""
    folder = tmp_path / "year"
    report = run(
        command, monkeypatch, tmp_path / "h", "rehearse", "--scheme", "huayuan_2016", "--year", "--out", folder
    )
    assert (report["ledgers"], report["polls"]) == (17, 0)
    assert len(list((folder / "ledgers").iterdir())) == 17
    assert len(list((folder / "summary").glob("*.pdf"))) == len(list((folder / "summary").glob("*.xlsx"))) == 17
    assert report["confirmed"] > 0
    assert run(command, monkeypatch, folder / "home", "scoring", "rebuild", "--check")["ledgers"] == 17
    assert run(command, monkeypatch, tmp_path / "h", "sample", "verify", folder / "samples" / "month-drawn.json")


def test_a_year_with_polls(command, monkeypatch, tmp_path):
    """陇南市: three polls; the corrected one superseded its first document, and each document follows from its counts and archives."""
    folder = tmp_path / "year"
    report = run(command, monkeypatch, tmp_path / "h", "rehearse", "--scheme", "longnan", "--year", "--out", folder)
    assert (report["polls"], report["documents"], report["ballots"]) == (3, 4, 29)
    documents = {path: json.loads(path.read_bytes())["document"] for path in (folder / "documents").iterdir()}
    assert len([each for each in documents.values() if each["supersedes"]]) == 1
    for path in documents:
        run(command, monkeypatch, tmp_path / "h", "verify", path, "--keys", folder / "keys.json")
    assert run(command, monkeypatch, folder / "home", "scoring", "rebuild", "--check")["ledgers"] == 1
    [ledger] = (json.loads(path.read_bytes()) for path in (folder / "ledgers").iterdir())
    assert ledger["rehearsal"] is True
    short = next(row for row in ledger["rows"] if row["subject"]["id"].endswith("-7"))
    assert "interviewees" in json.dumps(short["composite"])


@pytest.mark.parametrize("name", names())
def test_no_poll_of_a_year_takes_minutes(name):
    """Of every scheme each kind is asked about in several polls, two subjects of it, and none has more marks than are sealed in a while."""
    scheme = load(name)
    own = labels_of(scheme, "2026")
    plans = plans_of(scheme, people_of(scheme), [label for labels in own.values() for label in labels])
    assert bool(plans) == bool(scheme.panels)
    ballots = sum(smallest(panel) for panel in asked(scheme))
    assert [plan.period for plan in plans if ballots * len(plan.subjects) > MOST_MARKS] == []
    polled = {subject.id for plan in plans for subject in plan.subjects}
    assert {identity[:-1] + "1" for identity in polled} | {identity[:-1] + "2" for identity in polled} <= polled
