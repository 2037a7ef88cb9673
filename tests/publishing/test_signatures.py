"""The sign-off chain: strictly in order, nobody twice, no subject about himself, paper compared by a second person."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa
from lives import CLERK, LEADER, SECRETARY, WITNESS, Life, picture
from PIL import Image
from village import NOW

from polling.errors import BadInput, DomainError, RuleRefused
from polling.history import history
from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from publishing import correction, sign_off
from publishing.models import Signature
from publishing.scans import type_of


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
        assert history(session, life.village.poll)[0].detail == {
            "step": "乡镇党（工）委书记审定",
            "reason": "请核对人数",
        }
        assert session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 0
    life.send(SECRETARY, LEADER)
    life.sign(0, SECRETARY)


def chain_with(life, extra: str, count: int = 2) -> None:
    """Change the frozen rules of the poll: another chain."""
    with life.database.write() as session:
        poll = find_poll(session, life.village.poll)
        text = bytes(poll.scheme_raw).decode()
        head, _, rest = text.partition("[[sign_off]]")
        rest = rest[rest.index("[[deadlines]]") :]
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
    assert [row["name"] for row in document["signed"]] == ["演练考核组长", "演练乡镇党（工）委书记"]
    life.final(NOW)  # nobody waits for the last day of a rehearsal
    with village.database.write() as session:
        find_poll(session, village.poll).rehearsal = False
        find_poll(session, village.poll).state = State.COUNTED
    assert life.refused(sign_off.stand_in, who=CLERK).code == "rehearsal_person"
