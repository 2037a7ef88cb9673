"""`yipiao audit`: the chain of the log computed anew, and the log in words."""

import sqlalchemy as sa
from guards import unguard

from polling.db import Database
from polling.settings import read_settings


def tamper(*statements):
    """Change the log as somebody with the whole database in hand may do."""
    database = Database(read_settings())
    with database.write() as session:
        unguard(session)
        for statement in statements:
            session.execute(sa.text(statement))
    database.dispose()


def test_a_sound_log_says_its_head_and_knows_earlier_ones(command, people):
    """The head that was noted stays in the chain while the log grows; one that never was is refused, one that is none is bad input."""
    before = command("audit", "verify")
    assert before["entries"] == 2
    command("user", "add", "丙", "--role", "reader")
    after = command("audit", "verify", "--head", f" {before['head'].upper()} ")
    assert (after["entries"], after["head"] == before["head"]) == (3, False)
    assert after["head"] in command.said
    assert "现在共 3 条" in command.refused("audit_head_missing", "audit", "verify", "--head", "0" * 64)
    command.refused("audit_head", "audit", "verify", "--head", "abc", code=2)


def test_an_empty_log_is_sound(command):
    """Before the first entry there is nothing wrong, and no noted head fits."""
    assert command("audit", "verify")["entries"] == 0
    command.refused("audit_head_missing", "audit", "verify", "--head", "0" * 64)


def test_a_changed_entry_is_named(command, people):
    """Which entry is the first bad one, and what to do."""
    tamper("UPDATE audit SET who = 'x' WHERE number = 2")
    text = command.refused("audit_broken", "audit", "verify")
    assert "从第 2 条起" in text
    assert "备份" in text


def test_an_end_that_was_cut_off_is_noticed_by_the_noted_head(command, people):
    """Without the head the rest of the chain looks sound."""
    head = command("audit", "verify")["head"]
    tamper("DELETE FROM audit WHERE number = 2")
    assert command("audit", "verify")["entries"] == 1
    command.refused("audit_head_missing", "audit", "verify", "--head", head)


def test_the_log_in_words(command, polls, people):
    """The oldest first, with the poll's name, or of one poll alone; a poll that never was is refused."""
    poll = polls.draft()
    lines = command("audit", "show")["entries"]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert [line["words"] for line in lines] == ["登记 王组织（组织者）", "登记 李监票（监票人）", "起草"]
    assert "服务器终端：起草（2026年10月 嘎玛村驻村工作队民主测评）" in command.said
    [line] = command("audit", "show", "--poll", poll)["entries"]
    assert (line["what"], line["poll"]) == ("poll.create", poll)
    command.refused("poll_unknown", "audit", "show", "--poll", "nobody", code=2)
