"""What can be said of a day when it is over: the evidence that anybody checks, and a log that names no voter."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
from pages.chromium import NAME
from pages.office import ORGANIZER, SCRUTINEER, Day
from running import ROOT

from cli.main import run


def checks(day: Day, panels: dict[str, str], trackers: list[str], second_opinion, capsys) -> None:
    """What anybody can do afterwards: both verifiers, the result's figures, the trackers."""
    with httpx.Client(base_url=day.url.replace(NAME, "127.0.0.1")) as client:
        [entry] = client.get("/api/v1/results").json()["results"]
        raw = client.get(f"/api/v1/results/{entry['id']}").content
        (day.folder / "result.json").write_bytes(raw)
        (day.folder / "keys.json").write_bytes(client.get("/api/v1/keys").content)
        document = json.loads(raw)["document"]
        [team, _other] = document["subjects"]
        rows = {row["panel_key"]: row for row in team["rows"]}
        assert rows["villagers"]["counts"] == {
            "very_satisfied": 9,
            "satisfied": 1,
            "fair": 0,
            "dissatisfied": 0,
        }
        assert (rows["villagers"]["abstain"], rows["interviewees"]["outcome"]) == (1, "below_minimum")
        for key in ("villagers", "evaluators"):
            folder = day.folder / key
            folder.mkdir()
            archive = folder / f"{panels[key]}.bel"
            archive.write_bytes(client.get(f"/v/{panels[key]}/archive.bel").content)
            setup = client.get(f"/v/{panels[key]}/opening.json").json()["document"]["setup"]
            files = ["--result", str(day.folder / "result.json"), "--keys", str(day.folder / "keys.json")]
            capsys.readouterr()
            assert run(["verify", str(archive), "--setup", setup, *files]) == 0, capsys.readouterr().err
            assert second_opinion(folder) is not False
        canary = day.folder / "canary"  # beside every use: it must be able to refuse
        canary.mkdir()
        shutil.copy(ROOT / "tests/vectors/bad/badproof.bel", canary)
        assert second_opinion(canary) is not True
        listed = client.get(f"/v/{panels['villagers']}/ballots").json()["trackers"]
    assert set(trackers) <= set(listed)
    assert len(set(trackers)) == 5


def nobody_is_in_the_log(home: Path, holders: tuple[str, ...], secrets: list[str]) -> None:
    """The audit log of all this names who acted at the desk, and never a voter, a credential, a ballot, an address or a browser."""
    with closing(sqlite3.connect(home / "yipiao.sqlite3")) as database:
        log = "\n".join(" ".join(map(str, entry)) for entry in database.execute("SELECT * FROM audit"))
        points = [point for (point,) in database.execute("SELECT point FROM credentials")]
    assert all(name in log for name in (ORGANIZER, SCRUTINEER, *holders))
    assert points
    never = [*secrets, *points, "127.0.0.1", "Mozilla", "Chrome"]
    assert [word for word in never if word in log] == []
