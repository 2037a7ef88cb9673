"""`yipiao poll close`, `count`, `publish`, `annul`: what they answer, and what is refused with which exit code."""

import json
import re
from pathlib import Path

import pypdf
import pytest

from belenios.verify import verify
from polling.db import Database
from polling.lifecycle import State
from polling.polls import find_poll
from polling.settings import read_settings

ORGANIZER, SCRUTINEER = "王组织", "李监票"
BOTH = ("--as", ORGANIZER, "--witness", SCRUTINEER)


# ---------------------------------------------------------------- closing


@pytest.mark.parametrize(
    "value",
    [
        "villagers",
        "villagers=",
        "villagers=-1",
        "villagers=1.5",
        "villagers=ten",
        "villagers=٣",
        "villagers=9999999999",
        "=1=",
    ],
)
def test_bad_issued_options_are_named(command, polls, value):
    """`--issued` that is no KEY=N: exit code 2 and the words themselves."""
    assert value in command.refused("issued_form", "poll", "close", "any", "--issued", value, code=2)


def test_closing_says_who_came_and_what_was_spoiled(polls, command):
    """Who came and what was spoiled are kept; what does not balance asks for a reason, with which it is closed."""
    poll = polls.opened()["poll"]
    close = ("poll", "close", poll, "--present", "villagers=9", "--spoiled", "villagers=1")
    assert "实到" in command.refused("balance_reason", *close, code=2)
    assert command(*close, "--reason", "一人领票后离开") == {"state": "closed"}
    database = Database(read_settings())
    with database.read() as session:
        [panel] = find_poll(session, poll).panels
    database.dispose()
    assert (panel.present, panel.spoiled, panel.note) == (9, 1, "一人领票后离开")


def test_issued_stays_within_what_was_printed(command, polls):
    """An unknown panel, a panel named twice, or more slips than were printed: refused, and the box stays open."""
    poll = polls.opened(spare=1)["poll"]
    command.refused("issued_form", "poll", "close", poll, "--issued", "villagers=9", "--issued", "villagers=8", code=2)
    assert "villagers" in command.refused("issued_key", "poll", "close", poll, "--issued", "voters=9", code=2)
    assert "11" in command.refused("issued_number", "poll", "close", poll, "--issued", "villagers=12", code=2)
    assert command("poll", "close", poll, "--issued", "villagers=11") == {"state": "closed"}


def test_closing_takes_two_people(command, polls, people, monkeypatch):
    """A real poll is closed by an organizer and a scrutineer, two persons; until then the box stays open."""
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    poll = polls.opened(rehearsal=False)["poll"]
    command("user", "add", "赵计票", "--role", "teller")
    close = ("poll", "close", poll)
    for one in ((), ("--as", ORGANIZER), ("--witness", SCRUTINEER)):
        command.refused("two_people_needed", *close, *one)
    command.refused("two_people_same", *close, "--as", ORGANIZER, "--witness", ORGANIZER)
    assert "钱某" in command.refused("user_unknown", *close, "--as", "钱某", "--witness", SCRUTINEER)
    assert "监票人" in command.refused("role_wrong", *close, "--as", ORGANIZER, "--witness", "赵计票")
    assert "组织者" in command.refused("role_wrong", *close, "--as", SCRUTINEER, "--witness", ORGANIZER)
    polls.opened()
    command("poll", "close", polls.opened()["poll"])  # the rehearsal's people exist now
    command.refused("rehearsal_person", *close, "--as", "演练组织者", "--witness", SCRUTINEER)
    command.refused("rehearsal_person", *close, "--as", ORGANIZER, "--witness", "演练监票人")
    assert command(*close, *BOTH) == {"state": "closed"}


def test_more_ballots_than_expected_need_the_true_number(command, polls, people, monkeypatch):
    """A real box with more ballots than people expected is not closed on the default: that would make it void for ever."""
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    poll = polls.opened(rehearsal=False, spare=1)
    polls.vote(poll["panel"], [1] * 11)
    said = command.refused("issued_needed", "poll", "close", poll["poll"], *BOTH, code=2)
    assert "11" in said
    command("poll", "close", poll["poll"], "--issued", "villagers=11", *BOTH)
    assert command("poll", "count", poll["poll"])["results"][0]["outcome"] == "scored"


def signers(command) -> list[str]:
    """Two approvers, for the two steps of the chain."""
    names = ["张组长", "陈书记"]
    for name in names:
        command("user", "add", name, "--role", "approver")
    return names


@pytest.mark.parametrize("act", ["print", "open", "count", "publish", "create"])
def test_who_is_named_must_run_polls(command, polls, people, monkeypatch, act):
    """`--as` in a real poll names somebody who runs polls: a scrutineer or a stranger is refused."""
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    poll = {"count": polls.closed, "publish": polls.closed}.get(
        act, lambda **_: {"poll": polls.draft(rehearsal=False)}
    )(rehearsal=False)["poll"]
    if act == "publish":
        command("poll", "count", poll)
    rest = {
        "create": (polls.file(rehearsal=False),),
        "print": (poll, "--sheets", "sheets"),
        "open": (poll, "--sheets", "sheets"),
    }.get(act, (poll,))
    command.refused("role_wrong", "poll", act, *rest, "--as", SCRUTINEER)
    command.refused("user_unknown", "poll", act, *rest, "--as", "钱某")
    if act == "publish":
        rest = (poll, *(option for name in signers(command) for option in ("--sign-as", name)))
    command("poll", act, *rest, "--as", ORGANIZER)


# ---------------------------------------------------------------- counting


def test_count_answers_as_the_interface_says(command, polls):
    """State and results: counts in the scheme's order, abstain, dont_know, invalid, outcome, and the score as a reduced fraction."""
    # 2 very satisfied, 3 satisfied, 1 fair, 2 dissatisfied, 1 does not know, 1 abstains: (2 + 2.4 + 0.5) / 8 = 61.25
    poll = polls.closed(picks=[1, 1, 2, 2, 2, 3, 4, 4, 5, 0])
    said = command("poll", "count", poll["poll"])
    assert said == {
        "state": "counted",
        "results": [
            {
                "subject": "gama-team",
                "panel": poll["panel"],
                "panel_key": "villagers",
                "counts": {"very_satisfied": 2, "satisfied": 3, "fair": 1, "dissatisfied": 2},
                "abstain": 1,
                "dont_know": 1,
                "invalid": 0,
                "outcome": "scored",
                "score": {"num": 245, "den": 4},
            }
        ],
    }
    assert list(said["results"][0]["counts"]) == ["very_satisfied", "satisfied", "fair", "dissatisfied"]


def test_a_row_without_valid_votes_has_no_score(command, polls):
    """Everybody abstains or does not know: counted, and the score is absent."""
    [row] = command("poll", "count", polls.closed(picks=[0] * 5 + [5] * 5)["poll"])["results"]
    assert (row["abstain"], row["dont_know"], row["score"]) == (5, 5, None)
    assert row["outcome"] != "scored"


NEVER_OPENED = {
    "below the minimum": (9, 10, "below_minimum"),
    "more than handed out": (10, 9, "void"),
    "fewer than five": (4, 10, "below_minimum"),
    "nobody": (0, 10, "below_minimum"),
}


@pytest.mark.parametrize("case", NEVER_OPENED)
def test_a_box_that_may_not_be_opened_stays_shut(command, polls, tmp_path, case):
    """Too few ballots, or more than slips were handed out: no number anywhere, and the archive was never opened."""
    returned, issued, outcome = NEVER_OPENED[case]
    poll = polls.opened()
    polls.vote(poll["panel"], [1] * returned)
    command("poll", "close", poll["poll"], "--issued", f"villagers={issued}")
    [row] = command("poll", "count", poll["poll"])["results"]
    assert row["outcome"] == outcome
    assert {row[name] for name in ("abstain", "dont_know", "invalid", "score")} == {None}
    assert row["counts"] is None
    command("poll", "publish", poll["poll"], "--result", tmp_path / "result.json")
    [subject] = json.loads((tmp_path / "result.json").read_text())["document"]["subjects"]
    numbers = {name: value for name, value in subject["rows"][0].items() if isinstance(value, (int, dict))}
    assert numbers == {}
    found = verify(polls.archive(poll["panel"]).read_bytes(), setup=poll["setup"])
    assert (found.opened, found.decrypted_by) == (False, ())


def test_count_waits_for_the_key_holders(command, polls, holder, monkeypatch):
    """Without the shares of keys made elsewhere the poll is tallied and the missing ones named; with them it is counted."""
    li, zhao = holder("li"), holder("zhao")
    poll = polls.closed("--trustee", li.public, "--trustee", zhao.public)
    waits = command("poll", "count", poll["poll"])
    fingerprints = [key["fingerprint"] for key in poll["trustees"]]
    assert waits == {
        "state": "tallied",
        "missing": [
            {"panel_key": "villagers", "index": place, "fingerprint": fingerprints[place - 1]} for place in (2, 3)
        ],
    }
    share = li.decrypt(poll["archive"], poll["setup"])["file"]
    assert [
        missing["index"] for missing in command("poll", "count", poll["poll"], "--decryption", share)["missing"]
    ] == [3]
    assert [missing["index"] for missing in command("poll", "count", poll["poll"])["missing"]] == [3]  # it was kept
    last = zhao.decrypt(poll["archive"], poll["setup"])["file"]
    said = command("poll", "count", poll["poll"], "--decryption", last)
    assert said["state"] == "counted"
    assert said["results"][0]["counts"]["very_satisfied"] == 10
    assert command("poll", "count", poll["poll"]) == said  # asked again, it says the same


def test_wrong_shares_are_named(command, polls, holder, tmp_path):
    """A share of another poll, an altered one, somebody else's under my number, no share at all: the file is named and nothing counted."""
    li, zhao = holder("li"), holder("zhao")
    poll = polls.closed("--trustee", li.public)
    other = polls.closed("--trustee", zhao.public)
    count = ("poll", "count", poll["poll"], "--decryption")
    share = li.decrypt(poll["archive"], poll["setup"])["file"]
    foreign = zhao.decrypt(other["archive"], other["setup"])["file"]
    assert foreign in command.refused("share_other_poll", *count, foreign, code=2)
    good, strange = (json.loads(Path(file).read_text(encoding="utf-8")) for file in (share, foreign))
    bad = tmp_path / "bad.json"
    altered = good["payload"].replace(re.search("[0-9]{20}", good["payload"])[0], "1" * 20, 1)
    for changes in (
        {"payload": altered},
        {"payload": strange["payload"]},
        {"owner": 1},
        {"owner": 9},
        {"owner": 0},
        {"owner": -1},
        {"payload": ""},
    ):
        bad.write_text(json.dumps(good | changes), encoding="utf-8")
        assert "bad.json" in command.refused("share_false", *count, bad, code=2), changes
    for raw in (
        b"",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        json.dumps(good | {"type": "x"}).encode(),
        json.dumps(good | {"owner": "2"}).encode(),
    ):
        bad.write_bytes(raw)
        assert "bad.json" in command.refused("share_file", *count, bad, code=2)
    bad.write_text(json.dumps(good | {"setup": "0" * 64}), encoding="utf-8")
    command.refused("share_other_poll", *count, bad, code=2)
    assert command(*count, share)["state"] == "counted"


def test_a_share_for_a_box_that_stays_shut_is_refused(command, polls, holder):
    """A key holder's program decrypts nothing below five ballots, so there is no share to hand in."""
    li = holder()
    poll = polls.closed("--trustee", li.public, picks=[1] * 4)
    li.decrypt(poll["archive"], poll["setup"], code=1)
    assert command("poll", "count", poll["poll"])["results"][0]["counts"] is None


# ---------------------------------------------------------------- publishing, annulling, order


def test_publish_writes_the_signed_result_and_the_report(command, polls, tmp_path):
    """`poll publish` leaves a signed document that names the poll, and a report of one page; the poll is noticed."""
    poll = polls.closed()
    command("poll", "count", poll["poll"])
    said = command(
        "poll", "publish", poll["poll"], "--result", tmp_path / "result.json", "--report", tmp_path / "report.pdf"
    )
    assert said["state"] == "noticed"
    raw = (tmp_path / "result.json").read_bytes()
    envelope = json.loads(raw)
    assert envelope["document"]["id"] == said["document"]
    assert envelope["document"]["poll"] == poll["poll"]
    assert envelope["document"]["rehearsal"] is True
    assert len(pypdf.PdfReader(tmp_path / "report.pdf").pages) == 1
    assert "演练" in polls.text_of(tmp_path / "report.pdf")


@pytest.mark.parametrize("option", ["--result", "--report"])
def test_a_result_that_could_not_be_written_is_written_again(command, polls, tmp_path, option):
    """When a file cannot be written, exit code 2 names it; publishing again writes the document that is on notice, not another."""
    poll = polls.closed()["poll"]
    command("poll", "count", poll)
    target = tmp_path / "nowhere" / "result"
    assert str(target) in command.refused("file_unusable", "poll", "publish", poll, option, target, code=2)
    said = command("poll", "publish", poll, "--result", tmp_path / "result.json")
    assert said == command("poll", "publish", poll, option, tmp_path / "again")
    assert json.loads((tmp_path / "result.json").read_bytes())["document"]["id"] == said["document"]
    assert option == "--report" or (tmp_path / "again").read_bytes() == (tmp_path / "result.json").read_bytes()


def test_annulling_takes_two_people_and_a_reason(command, polls, people, holder, monkeypatch):
    """A real poll is annulled by two people with a reason; its closed box is never opened afterwards."""
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    poll = polls.closed(rehearsal=False)["poll"]
    command("poll", "annul", poll, *BOTH, code=2)  # no --reason at all
    command.refused("reason_empty", "poll", "annul", poll, "--reason", "  ", *BOTH, code=2)
    command.refused("two_people_needed", "poll", "annul", poll, "--reason", "票箱离开过视线", "--as", ORGANIZER)
    command.refused(
        "two_people_same",
        "poll",
        "annul",
        poll,
        "--reason",
        "票箱离开过视线",
        "--as",
        ORGANIZER,
        "--witness",
        ORGANIZER,
    )
    assert command("poll", "annul", poll, "--reason", "票箱离开过视线", *BOTH) == {"state": "annulled"}
    for act in (("count",), ("publish",), ("close", *BOTH), ("open",), ("print", "--sheets", "s")):
        assert "「已作废」" in command.refused("state_needed", "poll", act[0], poll, *act[1:])
    command.refused("wrong_state", "poll", "annul", poll, "--reason", "再一次", *BOTH)


@pytest.mark.parametrize("state", [State.PRINTED, State.OPEN, State.COUNTED, State.NOTICED])
def test_a_poll_can_be_annulled_after_the_draft(command, polls, state):
    """From printed to noticed a poll can be annulled; a draft has nothing to annul."""
    poll = polls.draft()
    command.refused("wrong_state", "poll", "annul", poll, "--reason", "试验")
    points = polls.points(poll)
    steps = {
        State.OPEN: ("open", poll, "--credentials", points),
        State.CLOSED: ("close", poll),
        State.COUNTED: ("count", poll),
        State.NOTICED: ("publish", poll),
    }
    for reached, arguments in steps.items():
        if list(State).index(reached) <= list(State).index(state):
            assert command("poll", *arguments)["state"] == reached
    assert command("poll", "annul", poll, "--reason", "试验") == {"state": "annulled"}
    command.refused("state_needed", "poll", "open", poll, "--credentials", points)


def test_states_in_the_wrong_order_are_refused_with_a_sentence(command, polls):
    """Every act at the wrong time: exit code 1, where the poll stands and what the act needs; nothing changes."""
    poll = polls.draft()
    late = {"close": ("close", poll), "count": ("count", poll), "publish": ("publish", poll)}
    for name, arguments in late.items():
        said = command.refused("state_needed", "poll", *arguments)
        assert "「草稿」" in said, name
    points = polls.points(poll)
    for arguments in late.values():
        assert "「已印票」" in command.refused("state_needed", "poll", *arguments)
    command("poll", "open", poll, "--credentials", points)
    for arguments in (("open", poll), ("print", poll, "--sheets", "s"), late["count"], late["publish"]):
        assert "「已开箱」" in command.refused("state_needed", "poll", *arguments)
    command("poll", "close", poll)
    for arguments in (("open", poll), ("print", poll, "--sheets", "s"), late["close"], late["publish"]):
        assert "「已关箱」" in command.refused("state_needed", "poll", *arguments)
    command("poll", "count", poll)
    for arguments in (("open", poll), late["close"]):
        assert "「已清点」" in command.refused("state_needed", "poll", *arguments)
