"""`yipiao poll open`: who brings which keys, and what may be promised then."""

import json

BOTH = ("--as", "王组织", "--witness", "李监票")


def test_open_prints_a_draft_first(command, polls, tmp_path):
    """`poll open` on a draft takes the options of `poll print`, prints and opens."""
    poll = polls.draft()
    said = command("poll", "open", poll, "--sheets", tmp_path / "sheets", "--codes", tmp_path / "codes.csv")
    assert said["state"] == "open"
    [panel] = said["panels"]
    assert (panel["key"], panel["slips"]) == ("villagers", 10)
    polls.codes[panel["panel"]] = [
        line.partition("#")[2] for line in (tmp_path / "codes.csv").read_text().splitlines()[1:]
    ]
    polls.vote(panel["panel"], [1] * 10)
    assert "「已开箱」" in command.refused("state_needed", "poll", "print", poll, "--sheets", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_keys_made_elsewhere_join_and_law_14_holds(command, polls, holder, tmp_path):
    """With a key that was made on another device the secrecy sentence is allowed; with the server's alone it is not."""
    li = holder()
    alone = polls.opened()
    assert alone["secrecy"] is False
    poll = polls.draft()
    said = command("poll", "open", poll, "--trustee", li.public, "--sheets", tmp_path / "sheets")
    assert (said["state"], said["secrecy"]) == ("open", True)
    assert [key["origin"] for key in said["trustees"]] == ["server", "brought"]
    assert len({key["fingerprint"] for key in said["trustees"]}) == 2
    assert "没有人能看到您的选择" in polls.text_of(tmp_path / "sheets" / "villagers.pdf")


def test_a_used_key_is_refused(command, polls, holder, tmp_path):
    """A key serves one poll: named by its fingerprint in the next, which can go on without it."""
    li = holder()
    first = polls.opened("--trustee", li.public)
    poll = polls.draft()
    points = polls.points(poll)
    said = command.refused("key_used", "poll", "open", poll, "--credentials", points, "--trustee", li.public)
    assert first["trustees"][1]["fingerprint"] in said
    assert [key["origin"] for key in command("poll", "open", poll, "--credentials", points)["trustees"]] == [
        "server",
        "rehearsal",
        "rehearsal",
    ]


def test_a_false_public_part_is_refused(command, polls, holder, tmp_path):
    """A public part that is none, or whose proof is false, is named with its file."""
    li, zhao = holder("li"), holder("zhao")
    mixed = json.loads(li.public.read_text()) | {"pok": json.loads(zhao.public.read_text())["pok"]}
    poll = polls.draft()
    points = polls.points(poll)
    for raw in (json.dumps(mixed).encode(), b"", b"{}", li.key.read_bytes()):
        (tmp_path / "bad.json").write_bytes(raw)
        said = command.refused(
            "trustee_file", "poll", "open", poll, "--credentials", points, "--trustee", tmp_path / "bad.json", code=2
        )
        assert "bad.json" in said


def test_a_real_poll_is_counted_with_the_passphrase_it_was_opened_with(command, polls, people, monkeypatch):
    """With YIPIAO_KEY_PASSPHRASE set at opening, only this passphrase counts; no other, and none, does not."""
    poll = polls.draft(rehearsal=False)
    points = polls.points(poll)
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    said = command("poll", "open", poll, "--credentials", points)
    assert (said["state"], said["secrecy"]) == ("open", False)
    [panel] = polls.codes
    polls.vote(panel, [1] * 10)
    command("poll", "close", poll, *BOTH)
    monkeypatch.delenv("YIPIAO_KEY_PASSPHRASE")
    assert "YIPIAO_KEY_PASSPHRASE" in command.refused("passphrase_wrong", "poll", "count", poll)
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "another")
    command.refused("passphrase_wrong", "poll", "count", poll)
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    assert command("poll", "count", poll)["state"] == "counted"


def test_a_damaged_wrapped_key_is_named(command, polls, home):
    """A key file of this machine that was cut short: exit code 2 and its name, not a traceback."""
    poll = polls.closed()
    [first, *_others] = sorted((home / "keys").iterdir())
    first.write_bytes(first.read_bytes()[:-20])
    assert first.stem in command.refused("key_file_damaged", "poll", "count", poll["poll"], code=2)
