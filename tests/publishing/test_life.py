"""The life of a result, on SQLite and PostgreSQL: signatures in order, notice, objections, final; corrections and withdrawals."""

import copy
import io
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from village import NOW, Village

from ballots.annulment import destroy_ended_keys
from polling.calendar import BEIJING
from polling.db import Database, migrate
from polling.errors import BadInput, DomainError, RuleRefused
from polling.history import history
from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from polling.settings import read_settings
from publishing import checking, correction, ending, objections, sign_off
from publishing.counting import count_poll
from publishing.models import ResultDocument, Signature
from publishing.objections import Came, Decision
from publishing.published import listed, public_result, withdrawn_document
from publishing.results import latest_notice
from publishing.scans import type_of
from publishing.signing import check_document
from publishing.signing_keys import load_signer

LEADER, SECRETARY, CLERK, WITNESS = "张组长", "陈书记", "王组织", "李监票"
# 20 October 2026 is a Tuesday: five working days are Wed 21, Thu 22, Fri 23, Mon 26, Tue 27
LAST = date(2026, 10, 27)


def at(day: date, hour: int = 12) -> datetime:
    """A moment of a day in Beijing."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)


AFTER = at(LAST + timedelta(days=1), 0)


def picture() -> bytes:
    """A scan."""
    out = io.BytesIO()
    Image.new("L", (20, 20), 255).save(out, "PNG")
    return out.getvalue()


class Life:
    """A counted real poll, and its acts each in a transaction of its own."""

    def __init__(self, village) -> None:
        self.village, self.database = village, village.database

    def write(self, act, *arguments, now=NOW, **named):
        """One act on the poll."""
        with self.database.write() as session:
            return act(session, find_poll(session, self.village.poll, lock=True), *arguments, now=now, **named)

    def read(self, act, *arguments):
        """Look something up."""
        with self.database.read() as session:
            return act(session, find_poll(session, self.village.poll), *arguments)

    def refused(self, act, *arguments, **named) -> DomainError:
        """What an act is refused with; nothing has changed."""
        before = self.acts()
        with pytest.raises(DomainError) as caught:
            self.write(act, *arguments, **named)
        assert self.acts() == before
        return caught.value

    def acts(self) -> list[str]:
        """The log of the poll, the latest first."""
        with self.database.read() as session:
            return [done.what for done in history(session, self.village.poll)]

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.read(lambda _session, poll: poll.state)

    def chain(self):
        """How the signatures stand."""
        return self.read(sign_off.chain_of)

    def send(self, *names):
        """Send it to be signed."""
        self.write(sign_off.send, names or (LEADER, SECRETARY), who=CLERK)

    def sign(self, position, name, **named):
        """Sign a step."""
        self.write(sign_off.sign, position, name=name, text=named.pop("text", None), **named)

    def paper(self, position=0, name="张组长", **named):
        """Enter a paper signature."""
        fields = {"name": name, "on": NOW.date(), "text": None, "scan": picture(), "who": CLERK} | named
        self.write(sign_off.enter_paper, position, **fields)

    def object(self, received=LAST, now=None, **named):
        """Record an objection."""
        fields = {"text": "发出的票数不对", "came": Came.VISIT, "from_whom": None, "who": CLERK} | named
        return self.write(objections.record, received_on=received, now=now or at(received), **fields)

    def decide(self, number, decision, now=NOW, **named):
        """Decide an objection."""
        fields = {"text": "查过了", "decided_by": "赵主任", "who": CLERK} | named
        self.write(objections.decide, number, decision=decision, now=now, **fields)

    def final(self, now=AFTER):
        """End the notice."""
        self.write(ending.finalise, who=CLERK, now=now)

    def correct(self, now=NOW, **issued):
        """Restate the slips handed out."""
        self.write(correction.correct, issued, reason="登记时抄错", people=(CLERK, WITNESS), now=now)

    def documents(self) -> list[dict]:
        """Everything signed, by the order in which it came."""
        signer = load_signer(self.database)
        with self.database.read() as session:
            rows = session.scalars(sa.select(ResultDocument).order_by(ResultDocument.id)).all()
        return [check_document(row.raw.encode(), {signer.key_id: signer.public}) for row in rows]


def counted(village, **options) -> Life:
    """A counted real poll of villagers with spare slips, and the people."""
    with village.database.write() as session:
        people = (
            (LEADER, Role.APPROVER),
            (SECRETARY, Role.APPROVER),
            (CLERK, Role.ORGANIZER),
            (WITNESS, Role.SCRUTINEER),
        )
        for name, role in people:
            add_user(session, name, role, None)
    village.people = (CLERK, WITNESS)
    village.opened(rehearsal=False, spare=2, **options)
    village.vote([[1]] * 10)
    village.close()
    count_poll(
        village.database, village.poll, (), store=village.store(rehearsal=False), who=CLERK, now=NOW, random=os.urandom
    )
    return Life(village)


@pytest.fixture(scope="module")
def counted_once(tmp_path_factory) -> tuple[Path, Village]:
    """A counted poll, made once: its YIPIAO_HOME."""
    home = tmp_path_factory.mktemp("counted") / "home"
    database = Database(read_settings({"YIPIAO_HOME": str(home)}))
    migrate(database)
    village = Village(database, secrets.token_bytes)
    counted(village)
    database.dispose()
    return home, village


@pytest.fixture
def life(counted_once, tmp_path) -> Iterator[Life]:
    """A copy of it on SQLite."""
    shutil.copytree(counted_once[0], tmp_path / "home")
    village = copy.copy(counted_once[1])
    village.database = Database(read_settings({"YIPIAO_HOME": str(tmp_path / "home")}))
    yield Life(village)
    village.database.dispose()


@pytest.fixture
def everywhere(any_village) -> Life:
    """A counted poll on SQLite, and on PostgreSQL."""
    return counted(any_village)


def test_the_whole_life(everywhere):
    """Counted, signed by both in order, on notice for five working days, objected and rejected, final, archived; the keys are gone at final."""
    life = everywhere
    assert life.refused(lambda session, poll, now: sign_off.demand_signed(session, poll)).params == {
        "steps": ["考核组签字", "乡镇党(工)委审定"]
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
        ("township_committee", SECRETARY, "2026-10-20"),
    ]
    assert checking.contradiction(document) is None
    assert life.state is State.NOTICED
    number = life.object()
    assert life.refused(ending.finalise, who=CLERK, now=AFTER).params == {"numbers": ["1"]}
    life.decide(number, Decision.REJECTED)
    assert life.refused(ending.finalise, who=CLERK, now=at(LAST, 23)).params == {"last": "2026-10-27"}
    assert life.village.store(rehearsal=False).holds(life.village.poll, 1)
    life.final()
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


def test_steps_go_strictly_in_order(life):
    """The second step before the first, the wrong person, the same person twice, somebody who is no approver: each is refused."""
    assert life.refused(sign_off.sign, 0, name=LEADER, text=None).code == "sign_not_sent"
    for names, code in (((LEADER,), "sign_number"), ((LEADER, LEADER), "sign_twice"), ((CLERK, None), "role_wrong")):
        assert life.refused(sign_off.send, names, who=CLERK).code == code
    life.send(LEADER, None)
    assert life.refused(sign_off.send, (None, None), who=CLERK).code == "sign_sent"
    assert life.refused(sign_off.sign, 1, name=SECRETARY, text=None).code == "sign_order"
    assert life.refused(sign_off.sign, 0, name=SECRETARY, text=None).code == "sign_asked"
    life.sign(0, LEADER)
    assert life.refused(sign_off.sign, 0, name=LEADER, text=None).code == "sign_order"
    assert life.refused(sign_off.sign, 1, name=LEADER, text=None).code == "sign_twice"
    life.sign(1, SECRETARY)
    assert life.refused(sign_off.sign, 1, name=SECRETARY, text=None).code == "sign_complete"
    assert life.refused(correction.correct, {"villagers": 11}, reason="x", people=(CLERK, WITNESS)).code == "sign_sent"


def test_two_at_once_sign_one_step_once(everywhere):
    """Of many clicks at the same moment one signs; the others are told whose turn it is."""
    life = everywhere
    life.send()

    def click(_number):
        try:
            life.sign(0, LEADER)
        except DomainError as error:
            return error.code
        return "signed"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(click, range(4)))
    assert answers == ["sign_order"] * 3 + ["signed"]
    assert life.acts().count("poll.sign") == 1


def test_a_refused_step_takes_all_signatures_back(life):
    """退回 wants a reason, is logged with it, and the result waits to be sent anew."""
    life.send()
    life.sign(0, LEADER)
    assert life.refused(sign_off.send_back, reason=" ", who=SECRETARY).code == "reason_empty"
    life.write(sign_off.send_back, reason="请核对人数", who=SECRETARY)
    assert life.state is State.COUNTED
    assert not life.chain().sent
    with life.database.read() as session:
        assert history(session, life.village.poll)[0].detail == {"step": "乡镇党(工)委审定", "reason": "请核对人数"}
        assert session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 0
    life.send(SECRETARY, LEADER)
    life.sign(0, SECRETARY)


def chain_with(life, extra: str, count: int = 2) -> None:
    """Change the frozen rules of the poll: another chain."""
    with life.database.write() as session:
        poll = find_poll(session, life.village.poll)
        text = bytes(poll.scheme_raw).decode()
        head, _, rest = text.partition("[[sign_off]]")
        rest = rest[rest.index("[display]") :]
        poll.scheme_raw = (head + extra + rest).encode()
    assert len(life.chain().steps) == count


STEP = '[[sign_off]]\nkey = "{key}"\ntitle = "{key}"\nwho = "x"\nsource = "x"\n{more}\n'


def test_a_subject_signs_nothing_about_himself_unless_the_scheme_says_so(life):
    """第1工作队 is assessed here: no approver of that name, on paper or at the desk, decides about it; where the scheme wants it he confirms."""
    own = "第1 工作队"  # blanks make no other person
    with life.database.write() as session:
        add_user(session, own, Role.APPROVER, None)
    assert life.refused(sign_off.send, (own, None), who=CLERK).code == "sign_subject"
    life.send(None, None)
    assert life.refused(sign_off.sign, 0, name=own, text=None).code == "sign_subject"
    with pytest.raises(RuleRefused, match="sign_subject"):
        life.paper(name="第1工作队")
    life.write(sign_off.send_back, reason="x", who=CLERK)
    chain_with(life, STEP.format(key="a", more="subject_signs = true") + STEP.format(key="b", more=""))
    life.send(own, None)
    life.sign(0, own)
    assert life.chain().current.position == 1


def test_steps_of_other_kinds_of_subject_and_of_grades_are_not_asked_for(life):
    """A step names kinds of subject; what is signed about grades is the scoring layer's."""
    steps = STEP.format(key="a", more='subjects = ["team_member"]') + STEP.format(key="b", more='of = "grades"')
    chain_with(life, steps + STEP.format(key="c", more='subjects = ["work_team"]'), 1)
    assert life.chain().steps[0].rule.key == "c"


def test_an_opinion_wants_words_that_are_not_published(life):
    """纪检监察机关意见: empty is refused; the words stay with the desk."""
    chain_with(life, STEP.format(key="a", more='kind = "opinion"'), 1)
    life.send(LEADER)
    assert life.refused(sign_off.sign, 0, name=LEADER, text=" ").code == "opinion_empty"
    life.sign(0, LEADER, text="没有发现问题")
    assert "没有发现问题" not in life.village.publish_signed().decode()


def test_a_scheme_without_steps_publishes_at_once(life):
    """Nobody is asked."""
    chain_with(life, "", 0)
    assert life.refused(sign_off.send, (), who=CLERK).code == "sign_none"
    assert json.loads(life.village.publish_signed())["document"]["signed"] == []


def test_a_paper_signature_counts_when_a_second_person_compared_it(everywhere):
    """The clerk enters it with a scan; neither the clerk nor who signed may confirm, and until then nobody goes on."""
    life = everywhere
    life.send(None, SECRETARY)
    life.paper()
    assert life.refused(sign_off.sign, 1, name=SECRETARY, text=None).code == "sign_order"
    with pytest.raises(RuleRefused, match="sign_paper_waits"):
        life.paper()
    assert life.refused(sign_off.confirm_paper, 0, second=CLERK).code == "second_clerk_same"
    assert life.refused(sign_off.confirm_paper, 0, second=None).code == "two_people_needed"
    assert life.refused(sign_off.confirm_paper, 0, second=SECRETARY).code == "role_wrong"
    life.write(sign_off.discard_paper, 0, who=CLERK)
    assert life.read(sign_off.scan_of, 0) is None
    life.paper(name="张 组长")
    life.write(sign_off.confirm_paper, 0, second=WITNESS)
    assert life.read(sign_off.scan_of, 0) == (picture(), "image/png")
    assert life.refused(sign_off.confirm_paper, 0, second=WITNESS).code == "sign_order"
    life.sign(1, SECRETARY)
    assert [row["name"] for row in json.loads(life.village.publish_signed())["document"]["signed"]] == [
        "张 组长",
        SECRETARY,
    ]


def test_what_is_entered_of_a_paper_signature_is_checked(life):
    """A day before the count or after today, no name, no scan, one that is too large or no picture."""
    life.send(None, None)
    for fields, code in (
        ({"on": date(2026, 10, 19)}, "sign_date"),
        ({"on": date(2026, 10, 21)}, "sign_date"),
        ({"name": " "}, "sign_name"),
        ({"scan": b""}, "scan_missing"),
        ({"scan": b"\x89PNG" + bytes(6 * 2**20)}, "scan_large"),
        ({"scan": b"MZ" * 100}, "scan_type"),
        ({"scan": picture()[:40]}, "scan_type"),
    ):
        with pytest.raises(BadInput) as caught:
            life.paper(**fields)
        assert caught.value.code == code


def test_scans_are_known_by_their_content():
    """PNG, JPEG and PDF; a GIF under any name is none."""
    kinds = {}
    for form in ("PNG", "JPEG", "GIF"):
        out = io.BytesIO()
        Image.new("L", (8, 8)).save(out, form)
        kinds[form] = out.getvalue()
    assert [type_of(kinds["PNG"]), type_of(kinds["JPEG"]), type_of(b"%PDF-1.4\n%%EOF\n")] == [
        "image/png",
        "image/jpeg",
        "application/pdf",
    ]
    for raw in (kinds["GIF"], b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
        with pytest.raises(BadInput, match="scan_type"):
            type_of(raw)


def test_a_rehearsals_people_sign_in_one_go(village):
    """What is missing is signed by 演练 people; the real people of a real poll can't be stood in for."""
    village.opened(subjects=1)
    village.vote([[1]] * 10)
    village.close()
    village.count()
    life = Life(village)
    life.write(sign_off.stand_in, who=CLERK)
    document = json.loads(village.publish())["document"]
    assert [row["name"] for row in document["signed"]] == ["演练考核组组长", "演练乡镇(街道)党(工)委书记"]
    life.final(NOW)  # nobody waits for the last day of a rehearsal
    with village.database.write() as session:
        find_poll(session, village.poll).rehearsal = False
        find_poll(session, village.poll).state = State.COUNTED
    assert life.refused(sign_off.stand_in, who=CLERK).code == "rehearsal_person"


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
    """Upheld: figures restated by two people, signed anew, a new document that names the old one, a new notice; the old one is never edited."""
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


def test_annulling_withdraws_what_was_published(everywhere):
    """A signed document of its own stands beside the result, names it and the reason; nothing was final, so nobody has to be sent it."""
    life = everywhere
    first = noticed(life)
    life.village.annul("名单有误")
    [withdrawal] = [document for document in life.documents() if document["type"] == "yipiao.withdrawal"]
    assert withdrawal == {
        "type": "yipiao.withdrawal",
        "version": 1,
        "id": withdrawal["id"],
        "poll": life.village.poll,
        "withdraws": first["id"],
        "published_on": "2026-10-20",
        "reason": "名单有误",
    }
    with life.database.read() as session:
        assert [row.id for row in listed(session)] == [first["id"]]
        assert public_result(session, first["id"]).withdrawal == withdrawal
        assert public_result(session, withdrawal["id"]) is None
        assert withdrawn_document(session, withdrawal["id"]) == first["id"]


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
