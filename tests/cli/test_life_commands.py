"""The life of a result at the terminal: signatures in order, notice, objections, correction, final, archive."""

import json

LEADER, SECRETARY, ORGANIZER, SCRUTINEER = "张组长", "陈书记", "王组织", "李监票"
BOTH = ("--as", ORGANIZER, "--witness", SCRUTINEER)


def test_signed_at_the_terminal(command, polls, people, monkeypatch):
    """A real poll is refused until both signed in order; refused once, everything is signed anew."""
    monkeypatch.setenv("YIPIAO_KEY_PASSPHRASE", "correct horse battery")
    for name in (LEADER, SECRETARY):
        command("user", "add", name, "--role", "approver")
    poll = polls.closed(rehearsal=False, spare=1)["poll"]
    command("poll", "count", poll)
    assert "考核组确认" in command.refused("sign_missing", "poll", "publish", poll)
    command.refused("role_wrong", "poll", "sign", poll, "--as", ORGANIZER)
    signatures = command("poll", "sign", poll, "--as", LEADER)["signatures"]
    assert [(row["name"], row["done"]) for row in signatures] == [(LEADER, True), (None, False)]
    command("poll", "sign", poll, "--as", SECRETARY, "--refuse", "请核对")
    command("poll", "sign", poll, "--as", LEADER)
    command("poll", "publish", poll, "--sign-as", SECRETARY, "--days", "6", "--result", "result.json")
    command.refused("notice_running", "poll", "finalise", poll)
    assert command("poll", "correct", poll, "--issued", "villagers=11", "--reason", "抄错", *BOTH) == {
        "state": "counted"
    }
    command.refused("sign_missing", "poll", "publish", poll)


def test_from_the_notice_to_the_archive(command, polls):
    """A rehearsal: objected, decided, final, archived; wrong days and a decision made twice are refused."""
    poll = polls.closed()["poll"]
    command.refused("notice_none", "poll", "notice", poll)
    command("poll", "count", poll)
    document = command("poll", "publish", poll, "--result", "result.json")["document"]
    command.refused("day_form", "poll", "object", poll, "--text", "x", "--on", "morgen", code=2)
    assert command("poll", "object", poll, "--text", "票数不对", "--came", "letter") == {"number": 1}
    command.refused("objections_open", "poll", "finalise", poll)
    decide = ("poll", "decide", poll, "1", "--decision", "rejected", "--text", "查过", "--by", "赵主任")
    assert command(*decide) == {"number": 1, "decision": "rejected"}
    command.refused("objection_decided", *decide)
    said = command("poll", "notice", poll)
    assert (said["document"], said["state"]) == (document, "noticed")
    assert [row["open"] for row in said["objections"]] == [False]
    assert command("poll", "finalise", poll) == {"state": "final"}
    assert command("poll", "archive", poll) == {"state": "archived"}
    with open("result.json", encoding="utf-8") as file:  # noqa: PTH123 - beside the command
        assert json.load(file)["document"]["id"] == document
