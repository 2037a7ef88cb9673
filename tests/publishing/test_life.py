"""The life of a result, on SQLite and PostgreSQL: notice, objections, final; corrections and withdrawals."""

import json
from datetime import date, timedelta

import pytest
from lives import AFTER, CLERK, LAST, LEADER, SECRETARY, WITNESS, at
from posting import receiving

from ballots.annulment import destroy_ended_keys
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import State
from publishing import checking, correction, ending, sign_off, withdrawal
from publishing.objections import Decision
from publishing.published import listed, public_result, withdrawn_document
from publishing.results import latest_notice
from publishing.signing_keys import load_signer


def test_the_whole_life(everywhere):
    """Counted, signed by both in order, on notice for five working days, objected and rejected, final, archived; the keys are gone at final.

    What is final waits for every receiver from that very transaction on, and nothing did before.
    """
    life = everywhere
    receiving(life.database)
    assert life.refused(lambda session, poll, now: sign_off.demand_signed(session, poll)).params == {
        "steps": ["考核组确认", "乡镇党（工）委书记审定"]
    }
    with pytest.raises(RuleRefused, match="sign_missing"):
        life.village.publish_signed()
    life.send()
    life.sign(0, LEADER)
    with pytest.raises(RuleRefused, match="sign_missing"):
        life.village.publish_signed()
    life.sign(1, SECRETARY)
    document = json.loads(life.village.publish_signed())["document"]
    assert document["notice"] == {"first": "2026-10-21", "last": "2026-10-27"}
    assert [(row["step"], row["name"], row["on"]) for row in document["signed"]] == [
        ("assessment_group", LEADER, "2026-10-20"),
        ("party_secretary", SECRETARY, "2026-10-20"),
    ]
    assert checking.contradiction(document) is None
    assert life.state is State.NOTICED
    number = life.object()
    assert life.refused(ending.finalise, who=CLERK, now=AFTER).params == {"numbers": ["1"]}
    life.decide(number, Decision.REJECTED)
    assert life.refused(ending.finalise, who=CLERK, now=at(LAST, 23)).params == {"last": "2026-10-27"}
    assert life.village.store(rehearsal=False).holds(life.village.poll, 1)
    life.fails(ending.finalise, who=CLERK)
    assert (life.state, life.outbox()) == (State.NOTICED, {"county": [], "scoring": []})
    life.final()
    assert life.outbox() == {"county": [document["id"]], "scoring": [document["id"]]}
    destroy_ended_keys(life.database)
    assert not life.village.store(rehearsal=False).holds(life.village.poll, 1)
    assert life.state is State.FINAL
    life.write(ending.archive, who=CLERK)
    assert life.state is State.ARCHIVED
    assert life.acts()[:8] == [
        "poll.archive",
        "poll.final",
        "poll.decide",
        "poll.object",
        "poll.publish",
        "poll.sign",
        "poll.sign",
        "poll.send",
    ]


def noticed(life) -> dict:
    """Signed and on notice: the document."""
    return json.loads(life.village.publish())["document"]


def test_an_objection_after_the_end_is_refused(life):
    """It counts by the day on which it was received, to 24:00 of the last one; a letter of that day may be entered later."""
    noticed(life)
    life.object(LAST, now=at(LAST, 23))
    life.object(LAST, now=at(LAST + timedelta(days=3)))
    for received, code in ((LAST + timedelta(days=1), "objection_late"), (date(2026, 10, 19), "objection_date")):
        with pytest.raises(DomainError) as caught:
            life.object(received, now=at(LAST + timedelta(days=3)))
        assert caught.value.code == code
    with pytest.raises(BadInput, match="objection_date"):
        life.object(LAST, now=at(LAST - timedelta(days=1)))
    with pytest.raises(BadInput, match="objection_empty"):
        life.object(text=" ")


def test_an_objection_is_decided_once_by_a_named_person_who_is_no_subject(life):
    """Two decisions, a subject as the judge, no reason, no such objection: each refused."""
    noticed(life)
    number = life.object(from_whom="村民甲")
    for fields, code in (
        ({"decided_by": "第1工作队"}, "sign_subject"),
        ({"decided_by": " "}, "sign_name"),
        ({"text": " "}, "objection_empty"),
    ):
        with pytest.raises(DomainError) as caught:
            life.decide(number, Decision.REJECTED, **fields)
        assert caught.value.code == code
    with pytest.raises(BadInput, match="objection_unknown"):
        life.decide(7, Decision.REJECTED)
    life.decide(number, Decision.REJECTED)
    with pytest.raises(RuleRefused, match="objection_decided"):
        life.decide(number, Decision.ANNUL)


def test_a_correction_goes_the_whole_way_again_and_supersedes(everywhere):
    """Upheld: figures restated by two people, signed anew, a new document that names the old one, a new notice; the old one is never edited.

    Annulled after one of them was final: what superseded that one and the withdrawal are sent in this order, together or not at all.
    """
    life = everywhere
    first = noticed(life)
    number = life.object(date(2026, 10, 21))
    life.decide(number, Decision.CORRECT)
    assert life.refused(ending.finalise, who=CLERK, now=AFTER).code == "objections_open"
    now = at(date(2026, 10, 22))
    life.correct(now=now, villagers=11)
    assert life.state is State.COUNTED
    assert not life.chain().sent
    with life.database.read() as session:
        assert public_result(session, first["id"]).correcting
    second = json.loads(life.village.publish(now))["document"]
    assert (second["supersedes"], second["notice"]) == (first["id"], {"first": "2026-10-23", "last": "2026-10-29"})
    assert second["corrections"] == [{"on": "2026-10-22", "reason": "登记时抄错"}]
    assert [document["panels"][0]["issued"] for document in (first, second)] == [10, 11]
    assert checking.contradiction(second) is None
    assert {document["id"]: document for document in life.documents()} == {first["id"]: first, second["id"]: second}
    with life.database.read() as session:
        assert public_result(session, first["id"]).superseded_by == second["id"]
        assert {row.id: row.superseded for row in listed(session)} == {first["id"]: True, second["id"]: False}
    life.final(at(date(2026, 10, 30), 0))
    life.correct(villagers=12)  # also what is final can be found wrong
    third = json.loads(life.village.publish(at(date(2026, 11, 2))))["document"]
    assert (third["supersedes"], third["panels"][0]["issued"]) == (second["id"], 12)
    assert life.outbox() == {"scoring": [second["id"]]}
    life.fails(
        withdrawal.annul,
        reason="x",
        people=life.village.people,
        signer=load_signer(life.database),
        document_id="abandoned",
    )
    assert life.outbox() == {"scoring": [second["id"]]}
    life.village.annul("名单有误")
    [withdrawn] = [document for document in life.documents() if document["type"] == "yipiao.withdrawal"]
    assert withdrawn["withdraws"] == third["id"]
    assert life.outbox() == {"scoring": [second["id"], third["id"], withdrawn["id"]]}


def test_what_can_be_corrected(life):
    """No figure that would void a counted panel, none above the slips printed, no panel that is not there, nothing without a reason."""
    noticed(life)
    for issued, reason, code in (
        ({"villagers": 9}, "x", "correction_withheld"),
        ({"villagers": 13}, "x", "issued_number"),
        ({"evaluators": 9}, "x", "issued_key"),
        ({"villagers": 10}, "x", "correction_nothing"),
        ({"villagers": 11}, " ", "reason_empty"),
    ):
        assert life.refused(correction.correct, issued, reason=reason, people=(CLERK, WITNESS)).code == code
    assert life.village.panel().issued == 10


def test_what_was_left_over_follows_a_corrected_number(life):
    """Twelve slips, ten people: eleven handed out leave one over and need the correction's reason, ten again leave two and need none."""
    assert life.village.panel().unused == 2
    life.correct(villagers=11)
    panel = life.village.panel()
    assert (panel.unused, panel.note) == (1, "登记时抄错")
    life.correct(villagers=10)
    panel = life.village.panel()
    assert (panel.unused, panel.note) == (2, None)


def test_annulling_withdraws_what_was_published(everywhere):
    """A signed document of its own stands beside the result, names it and the reason; nothing was final, so nobody has to be sent it."""
    life = everywhere
    first = noticed(life)
    life.village.annul("名单有误")
    [withdrawn] = [document for document in life.documents() if document["type"] == "yipiao.withdrawal"]
    assert withdrawn == {
        "type": "yipiao.withdrawal",
        "version": 1,
        "id": withdrawn["id"],
        "poll": life.village.poll,
        "withdraws": first["id"],
        "published_on": "2026-10-20",
        "reason": "名单有误",
    }
    with life.database.read() as session:
        assert [row.id for row in listed(session)] == [first["id"]]
        assert public_result(session, first["id"]).withdrawal == withdrawn
        assert public_result(session, withdrawn["id"]) is None
        assert withdrawn_document(session, withdrawn["id"]) == first["id"]
    assert life.outbox() == {"scoring": []}


def test_annulling_before_publishing_withdraws_nothing(life):
    """There is nothing that anybody could have."""
    life.village.annul()
    assert life.documents() == []


def test_a_longer_notice_and_a_year_without_a_table(life):
    """An organizer may set more days; where they reach into a year that has no table the publishing is refused and nothing is published."""
    life.village.sign()
    with pytest.raises(RuleRefused, match="holidays_missing"):
        life.village.publish_signed(at(date(2026, 12, 28)))
    with pytest.raises(BadInput, match="notice_days"):
        life.village.publish_signed(days=2)
    assert life.state is State.COUNTED
    document = json.loads(life.village.publish_signed(days=8))["document"]
    assert document["notice"]["last"] == "2026-10-30"
    assert life.read(latest_notice).last_day == date(2026, 10, 30)


def test_an_altered_chain_or_notice_is_noticed(life):
    """A document whose signatures are not the scheme's, or whose notice is too short or begins before it, contradicts itself."""
    document = noticed(life)
    for change, wrong in (
        ({"signed": document["signed"][::-1]}, "signed"),
        ({"signed": document["signed"][:1]}, "signed"),
        ({"signed": [document["signed"][0] | {"on": "2026-10-21"}, document["signed"][1]]}, "signed"),
        ({"notice": {"first": "2026-10-21", "last": "2026-10-22"}}, "notice"),
        ({"notice": {"first": "2026-10-19", "last": "2026-10-27"}}, "notice"),
        ({"corrections": [{"on": "2026-10-21", "reason": "x"}]}, "corrections"),
    ):
        assert checking.contradiction(document | change) == wrong
    old = {key: value for key, value in document.items() if key not in ("signed", "notice", "corrections")}
    assert checking.contradiction(old) is None
