"""`yipiao poll print`, `slips make`, `poll open --credentials`: slips on this machine or another, and what is refused."""

import csv
import json
import re

from belenios.credentials import point_of, secret_of
from belenios.group import IDENTITY, write_point


def test_print_gives_sheets_and_codes(command, polls, tmp_path):
    """`poll print` answers with key, panel and slips; codes have the columns of the interface, and each slip its own."""
    poll = polls.draft(expected=11, spare=2)
    said = command("poll", "print", poll, "--sheets", tmp_path / "sheets", "--codes", tmp_path / "codes.csv")
    [panel] = said["panels"]
    assert set(said) == {"panels"}
    assert {**panel, "panel": ""} == {"key": "villagers", "panel": "", "slips": 13}
    with (tmp_path / "codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["panel_key", "panel", "url"]
    assert {(row["panel_key"], row["panel"]) for row in rows} == {("villagers", panel["panel"])}
    codes = {row["url"].removeprefix(f"http://192.168.1.20:8000/v/{panel['panel']}#") for row in rows}
    assert len(codes) == len(rows) == 13
    sheet = polls.text_of(tmp_path / "sheets" / "villagers.pdf")
    assert all(code in sheet for code in codes)
    assert "任何人不得要求您出示选择" in sheet


def test_spare_slips_default_to_a_tenth_up(command, polls, tmp_path):
    """Without `spare`, a tenth of the expected number is printed besides, rounded up."""
    file = polls.file(expected=11)
    file.write_text(file.read_text(encoding="utf-8").replace("spare = 0\n", ""), encoding="utf-8")
    poll = command("poll", "create", file)["poll"]
    [panel] = command("poll", "print", poll, "--sheets", tmp_path / "sheets")["panels"]
    assert panel["slips"] == 13


def test_codes_of_a_real_poll_are_refused(command, polls, tmp_path):
    """Only a rehearsal may write codes down: exit code 1, nothing printed, at printing and at opening."""
    poll = polls.draft(rehearsal=False)
    command.refused(
        "rehearsal_only", "poll", "print", poll, "--sheets", tmp_path / "sheets", "--codes", tmp_path / "codes.csv"
    )
    assert not (tmp_path / "sheets").exists()
    assert not (tmp_path / "codes.csv").exists()


def test_a_roster_below_the_minimum_is_not_printed(command, polls, tmp_path):
    """Printing for fewer than the rules demand is refused, and says how many are missing."""
    poll = polls.draft(expected=7)
    said = command.refused("roster_below_minimum", "poll", "print", poll, "--sheets", tmp_path / "sheets")
    assert "7" in said
    assert "10" in said
    assert "还差 3 人" in said
    assert not (tmp_path / "sheets").exists()


def test_a_missing_glyph_is_named_and_nothing_printed(command, polls, tmp_path):
    """A name that the fonts cannot set: the character, no sheet, and the poll stays a draft."""
    poll = polls.draft(title="嘎玛村 ᠮᠣᠩᠭᠣᠯ 测评")
    for way in (("--sheets", tmp_path / "sheets"), ("--bundle", tmp_path / "bundle.json")):
        assert "「ᠮ」" in command.refused("missing_glyph", "poll", "print", poll, *way)
    assert not (tmp_path / "sheets").exists()
    assert not (tmp_path / "bundle.json").exists()
    assert "「草稿」" in command.refused("state_needed", "poll", "close", poll)


def test_printing_nowhere_is_refused(command, polls):
    """Without a folder or a bundle nothing is printed; the poll stays a draft, and opening it says the same."""
    poll = polls.draft()
    command.refused("print_nowhere", "poll", "print", poll, code=2)
    command.refused("print_nowhere", "poll", "open", poll, code=2)
    assert "「草稿」" in command.refused("state_needed", "poll", "close", poll)


def test_printing_where_nothing_can_be_written(command, polls, tmp_path):
    """A folder that is a file: exit code 2 and its name; printing again into a good one works."""
    poll = polls.draft()
    (tmp_path / "file").write_text("")
    said = command.refused("file_unusable", "poll", "print", poll, "--sheets", tmp_path / "file", code=2)
    assert str(tmp_path / "file") in said
    command.refused("print_nowhere", "poll", "open", poll, code=2)
    command("poll", "print", poll, "--sheets", tmp_path / "sheets")
    command("poll", "open", poll)


# ---------------------------------------------------------------- printing elsewhere


def test_slips_are_made_on_another_machine(command, polls, tmp_path, monkeypatch):
    """Bundle, `slips make` without a database, points back: the box knows just these slips, and no bundle held a secret."""
    poll = polls.draft(spare=1)
    [panel] = command("poll", "print", poll, "--bundle", tmp_path / "bundle.json")["panels"]
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    made = command("slips", "make", tmp_path / "bundle.json", "--sheets", tmp_path / "sheets")
    monkeypatch.delenv("DATABASE_URL")
    assert made["panels"] == [panel]
    assert sorted(path.name for path in (tmp_path / "sheets").iterdir()) == ["points.json", "villagers.pdf"]
    codes = re.findall(r"\w{5}-\w{6}-\w{5}-\w{6}", polls.text_of(tmp_path / "sheets" / "villagers.pdf"))
    points = json.loads((tmp_path / "sheets" / "points.json").read_text())
    assert (tmp_path / "sheets" / "points.json").samefile(made["points"])
    assert points["panels"] == {panel["panel"]: sorted({point_of(secret_of(code, panel["panel"])) for code in codes})}
    bundle = (tmp_path / "bundle.json").read_text(encoding="utf-8")
    for code in codes:
        assert code not in bundle + json.dumps(points)
        assert str(secret_of(code, panel["panel"])) not in bundle + json.dumps(points)
    polls.codes[panel["panel"]] = list(dict.fromkeys(codes))
    said = command("poll", "open", poll, "--credentials", made["points"])
    assert said["state"] == "open"
    polls.vote(panel["panel"], [1, 2])


def test_a_bundle_makes_no_credentials(command, polls, tmp_path):
    """Exporting is not printing: without the points the poll cannot be opened."""
    poll = polls.draft()
    command("poll", "print", poll, "--bundle", tmp_path / "bundle.json")
    assert "points.json" in command.refused("no_credentials", "poll", "open", poll)


def spoilt(document, how, panel):
    """A points.json with one thing wrong."""
    points = document["panels"][panel]
    match how:
        case "fewer":
            points.pop()
        case "twice":
            points[0] = points[1]
        case "upper case":
            points[0] = points[0].upper()
        case "no point":
            points[0] = "ff" * 32
        case "identity":
            points[0] = write_point(IDENTITY)
        case "surrogate":
            points[0] = "\ud800"
        case "other panel":
            document["panels"] = {"X" * 14: points}
        case "other poll":
            document["poll"] = "Y" * 14
        case "other type":
            document["type"] = "yipiao.print-bundle"
        case "more keys":
            document["more"] = 1
        case "numbers":
            points[0] = 1
    return json.dumps(document).encode()


SPOILT = {
    "fewer": "points_number",
    "twice": "points_number",
    "upper case": "points_invalid",
    "no point": "points_invalid",
    "identity": "points_invalid",
    "surrogate": ("points_invalid", "points_file"),
    "other panel": "points_panels",
    "other poll": "points_other_poll",
    "other type": "points_file",
    "more keys": "points_file",
    "numbers": "points_file",
}


def test_points_that_do_not_fit_are_refused(command, polls, tmp_path):
    """Points of another poll or panel, too few, twice the same, no points at all: exit code 2, and the right ones still open the box."""
    poll = polls.draft()
    good = polls.points(poll)
    [panel] = polls.codes
    bad = tmp_path / "bad.json"
    for how, wanted in SPOILT.items():
        bad.write_bytes(spoilt(json.loads(good.read_text()), how, panel))
        answer = command("poll", "open", poll, "--credentials", bad, code=2)
        assert answer["error"] in wanted, how
    for raw in (b"", b"\xff", b"[" * 100_000, b"[]", good.read_bytes()[:-1]):
        bad.write_bytes(raw)
        command.refused("points_file", "poll", "open", poll, "--credentials", bad, code=2)
    assert command("poll", "open", poll, "--credentials", good)["state"] == "open"


def test_bundles_that_do_not_fit_are_refused(command, polls, tmp_path):
    """A file that is no bundle, names that lead out of the folder, numbers without end: exit code 2, nothing made."""
    command("poll", "print", polls.draft(), "--bundle", tmp_path / "bundle.json")
    good = (tmp_path / "bundle.json").read_text(encoding="utf-8")
    changes = [
        ('"villagers"', '"../villagers"'),
        ('"slips": 10', '"slips": 1000000'),
        ('"slips": 10', '"slips": 0'),
        ('"panel": "', '"panel": "0'),
        ("print-bundle", "points"),
    ]
    for before, after in changes:
        assert before in good
        (tmp_path / "bad.json").write_text(good.replace(before, after), encoding="utf-8")
        command.refused("bundle_file", "slips", "make", tmp_path / "bad.json", "--sheets", tmp_path / "sheets", code=2)
    assert not (tmp_path / "sheets").exists()


def test_points_of_an_older_export_are_refused(command, polls, tmp_path):
    """Exporting again ends the slips of the first export: their points come back too late."""
    poll = polls.draft()
    old = polls.points(poll)
    old = old.rename(tmp_path / "old.json")
    new = polls.points(poll)
    command.refused("points_old", "poll", "open", poll, "--credentials", old, code=2)
    assert command("poll", "open", poll, "--credentials", new)["state"] == "open"


def test_opening_does_not_print_again(command, polls, tmp_path):
    """`poll open --sheets` on a printed poll is refused: it would replace slips that may be handed out already."""
    poll = polls.draft()
    command("poll", "print", poll, "--sheets", tmp_path / "sheets")
    command.refused("open_printed", "poll", "open", poll, "--sheets", tmp_path / "again", code=2)
    assert not (tmp_path / "again").exists()
    assert command("poll", "open", poll)["state"] == "open"


def test_an_address_that_no_phone_reaches_is_not_guessed(command, polls, tmp_path, monkeypatch):
    """Without a network a real poll is not printed with this machine's inner address; a rehearsal is, and where somebody wrote it."""
    monkeypatch.setattr("cli.printing.lan_address", lambda: "127.0.0.1")

    def printed(code: int = 0, **options) -> dict:
        file = polls.file(**options)
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(line for line in lines if not line.startswith("base_url")), encoding="utf-8")
        poll = command("poll", "create", file)["poll"]
        return command("poll", "print", poll, "--sheets", tmp_path / poll, code=code)

    assert printed(code=1, rehearsal=False)["error"] == "address_loopback"
    assert printed(rehearsal=True)["panels"]
    monkeypatch.setenv("YIPIAO_BASE_URL", "http://127.0.0.1:8000")
    assert printed(rehearsal=False)["panels"]


def test_too_many_slips_for_one_box_are_refused(command, polls, tmp_path):
    """A panel whose archive no database could hold is refused before printing, with the number that fits."""
    file = polls.file(expected=20_000, spare=20_000)
    more = "".join(f'[[subjects]]\nid = "s{n}"\nkind = "work_team"\nname = "第{n}队"\n' for n in range(50))
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    poll = command("poll", "create", file)["poll"]
    answer = command("poll", "print", poll, "--sheets", tmp_path / "sheets", code=1)
    assert answer["error"] in {"panel_too_large", "ballot_too_large"}
    assert not (tmp_path / "sheets").exists()
