"""Recusal: whoever is assessed in a poll runs, witnesses, keeps keys of and signs none of it; somebody of the same name may be told apart."""

import html

import pytest
from at_desk import Desk, audited
from counties import NOW, PASSWORD, add_person
from rosters import lines_of, rostered

from ballots import opening
from ballots.invitations import bring_file, name_holders, new_link, strike_out
from ballots.slips import keep_points
from cli.main import run
from polling import people, recusal
from polling.closing_time import announce
from polling.errors import DomainError
from polling.models import Role
from polling.passwords import hash_password
from polling.polls import find_poll
from publishing import ending, objections, sign_off
from publishing.counting import count_poll
from publishing.results import publish
from publishing.signing_keys import load_signer
from web.app import create_app

SUBJECT = "第1工作队"  # what the village's first subject is called
SPELT = "第１ 工作队"


@pytest.fixture
def desk(village, cheap_passwords):
    """An organizer who is assessed, at the desk; an administrator, an organizer and a scrutineer who are not."""
    kept = hash_password(PASSWORD, "")
    for name, role in (
        (SUBJECT, Role.ORGANIZER),
        ("组", Role.ORGANIZER),
        ("监", Role.SCRUTINEER),
        ("管", Role.ADMINISTRATOR),
    ):
        add_person(village.database, name, role, password_hash=kept)
    return at_desk(create_app(village.database), SUBJECT)


def at_desk(app, name):
    """Somebody who is signed in."""
    desk = Desk(app)
    assert desk.sign_in(name, PASSWORD).status_code == 302
    return desk


def refused(function, *arguments, **named):
    """Give the code that a call is refused with."""
    with pytest.raises(DomainError) as caught:
        function(*arguments, **named)
    return caught.value.code


def send(desk, village, page):
    """Send the form of a page of the poll, as the other organizer sees it."""
    revision = village_revision(village)
    return desk.send(
        f"/desk/polls/{village.poll}/{page}", form=f"/desk/polls/{village.poll}", revision=revision, told="y"
    )


def village_revision(village):
    """The poll's revision."""
    with village.database.read() as session:
        return str(find_poll(session, village.poll).revision)


def test_a_subject_prints_opens_and_counts_nothing(village, desk):
    """The poll's page says so from the draft on; each act is refused with a sentence that names who and what to do; nothing happens."""
    village.create()
    page = html.unescape(desk.get(f"/desk/polls/{village.poll}").text)
    assert "您是这次的测评对象，要回避" in page
    said = f"{SUBJECT} 是这次的测评对象，要回避，不能办理这一场"
    answer = send(desk, village, "print")
    assert (answer.status_code, said in answer.text) == (409, True)
    village.print()
    assert said in desk.get(send(desk, village, "preflight").location).text
    answer = send(desk, village, "open")
    assert (answer.status_code, said in answer.text) == (409, True)
    village.open()
    village.vote([[1]] * 10)
    village.close()
    answer = send(desk, village, "count")
    assert (answer.status_code, said in answer.text) == (409, True)
    village.count()
    answer = send(desk, village, "publish")
    assert (answer.status_code, said in answer.text) == (409, True)
    assert SUBJECT not in {who for who, what in audited(village.database) if what != "login"}


def test_every_act_asks_in_its_own_room_too(village, desk):
    """Both people, opening, keys, counting, sending, comparing and publishing refuse a subject wherever they are called from."""
    village.create(rehearsal=True)
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        add = people._give
        add(session, SUBJECT, Role.SCRUTINEER, "root")
        assert refused(people.two_people, session, poll, organizer=SUBJECT, witness="监") == "recused"
        assert refused(people.two_people, session, poll, organizer="组", witness=SUBJECT) == "recused"
        assert people.two_people(session, poll, organizer="组", witness="监") == ("组", "监")
        assert refused(people.demand_organizer, session, SUBJECT, poll) == "recused"
        assert refused(name_holders, session, poll, [SPELT, "李"], who="组", now=NOW) == "holder_subject"
        name_holders(session, poll, ["李"], who="组", now=NOW)
        by = {"who": SUBJECT, "now": NOW}
        assert refused(new_link, session, poll, 1, random=village.random, **by) == "recused"
        assert refused(bring_file, session, poll, 1, b"", where="", **by) == "recused"
        assert refused(strike_out, session, poll, 1, **by) == "recused"
        name_holders(session, poll, [], who="组", now=NOW)
    village.print()
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        assert refused(name_holders, session, poll, ["王"], **by) == "recused"
        back = {"printing": poll.printing, "replaces": poll.printing}
        assert refused(keep_points, session, poll, {}, **back, **by) == "recused"
        assert refused(announce, session, poll, None, **by) == "recused"
    with village.database.write() as session:
        poll, random = find_poll(session, village.poll), village.random
        more = {"store": village.store(), "sign": str, "now": NOW, "random": random}
        assert refused(opening.open_poll, session, poll, (), who=SUBJECT, **more) == "recused"
    village.open()
    village.vote([[1]] * 10)
    village.close()
    counting = {"store": village.store(), "now": NOW, "random": village.random}
    assert refused(count_poll, village.database, village.poll, (), who=SUBJECT, **counting) == "recused"
    village.count()
    signer = load_signer(village.database)
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        steps = len(sign_off.chain_of(session, poll).steps)
        assert refused(sign_off.send, session, poll, [None] * steps, who=SUBJECT, now=NOW) == "recused"
        sign_off.send(session, poll, [None] * steps, who="组", now=NOW)
        assert refused(sign_off.send_back, session, poll, reason="看错了", **by) == "recused"
        assert refused(sign_off.discard_paper, session, poll, 0, **by) == "recused"
        sign_off.stand_in(session, poll, who="组", now=NOW)
        more = {"document_id": "x", "now": NOW, "holidays": None}
        assert refused(publish, session, poll, signer=signer, who=SUBJECT, **more) == "recused"
    village.publish(NOW)
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        words = {"text": "票数不对", "came": objections.Came.PHONE, "received_on": NOW.date(), "from_whom": None}
        assert refused(objections.record, session, poll, **words, **by) == "recused"
        objections.record(session, poll, **words, who="组", now=NOW)
        words = {"decision": objections.Decision.REJECTED, "text": "查过", "decided_by": "赵主任"}
        assert refused(objections.decide, session, poll, 1, **words, **by) == "recused"
        objections.decide(session, poll, 1, **words, who="组", now=NOW)
        assert refused(ending.finalise, session, poll, **by) == "recused"
        ending.finalise(session, poll, who="组", now=NOW)
        assert refused(ending.archive, session, poll, **by) == "recused"


def test_a_teller_who_is_assessed_hands_out_no_slips(village, desk):
    """At the attendance desk: the page says so and has no buttons, and a tap that comes all the same changes nothing."""
    add_person(village.database, SPELT, Role.TELLER, password_hash=hash_password(PASSWORD, ""))
    teller = at_desk(desk.client.application, SPELT)
    rostered(village)
    path = f"/desk/polls/{village.poll}/attendance"
    page = html.unescape(teller.get(path).text)
    assert ("您是这次的测评对象，要回避" in page, 'name="tick"' in page) == (True, False)
    for tap in ({"tick": "1 slip on"}, {"tick": "1 present on"}, {"move": "slip 1"}):
        answer = teller.send(path, form="/desk/attendance", panel="villagers", **tap)
        assert "要回避" in html.unescape(teller.get(answer.location).text)
    assert not any(map(any, lines_of(village)))
    other = at_desk(desk.client.application, "组")
    other.send(path, form=path, panel="villagers", tick="1 slip on")
    assert lines_of(village)[1] == (True, True)


def test_a_draft_may_be_thrown_away_by_anybody_who_runs_it(village, desk):
    """Recusal is about the poll that is held, not about a draft that was a mistake."""
    village.create()
    path = f"/desk/polls/{village.poll}/delete"
    assert desk.send(path, form=path, revision=village_revision(village)).status_code == 302


def test_the_terminal_asks_too(village, desk, capsys):
    """`--as` a subject is refused with the same sentence."""
    village.create()
    assert (
        run(
            [
                "poll",
                "print",
                village.poll,
                "--sheets",
                str(village.database.settings.home.parent / "s"),
                "--as",
                SUBJECT,
            ]
        )
        == 1
    )
    assert "要回避" in capsys.readouterr().err


def test_somebody_of_the_same_name_is_told_apart(village, desk):
    """An administrator notes with a reason that it is another person; then the poll can be run, and the log says why. Nobody notes it himself."""
    village.create()
    app = desk.client.application
    path = f"/desk/people/{SUBJECT}"
    admin = at_desk(app, "管")
    assert "有测评对象也叫" in html.unescape(admin.get(path).text)
    assert admin.send(path, act="namesake", subject="team-1", reason="  ").status_code == 422
    assert admin.send(path, act="namesake", subject="team-2", reason="不是").status_code == 409
    add_person(village.database, SUBJECT, Role.ADMINISTRATOR)
    assert desk.send(path, act="namesake", subject="team-1", reason="不是").status_code == 409
    assert "有测评对象和您同名" in desk.get(path).text
    with village.database.read() as session:
        assert recusal.is_concerned(session, find_poll(session, village.poll), SPELT)
    assert admin.send(path, act="namesake", subject="team-1", reason="户籍在邻县，见身份证明").status_code == 302
    assert "户籍在邻县" in admin.get(path).text
    assert "户籍在邻县" in admin.get("/desk/log").text
    assert "要回避" not in desk.get(f"/desk/polls/{village.poll}").text
    with village.database.read() as session:
        people.demand_organizer(session, SUBJECT, find_poll(session, village.poll))
