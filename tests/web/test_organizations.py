"""The county and its townships on the desk: the tree, who sees whose polls, results that go up, and foreign numbers in addresses."""

import re

import pytest
from at_desk import Desk, audited, text
from counties import NOW, PASSWORD, add_person, roles

from polling import first, organizations, people
from polling.errors import RuleRefused
from polling.models import ROOT, Level, Role
from polling.passwords import hash_password
from polling.polls import find_poll
from publishing import sign_off
from web.app import create_app


def links(desk):
    """Where the header leads to."""
    return re.findall(r'<a href="([^"]+)"', desk.get("/desk/account").text.partition("<nav")[2].partition("</nav>")[0])


# ---------------------------------------------------------------- the tree


def test_an_administrator_builds_the_tree(at_desk, county, village):
    """Townships pasted at once, wrong lines named with all that was typed kept; renamed; removed when empty; all in the log."""
    desk = at_desk("县管")
    path = "/desk/organizations/root"
    bad = text(desk.send(path, act="add", level="township", names="南乡\n东乡\n南乡"), 422)
    assert "有 2 行要改，一个都还没有加" in bad
    assert "第 2 行：这里已经有叫「东乡」的单位" in bad
    assert "第 3 行：「南乡」和第 1 行重复" in bad
    assert "南乡\n东乡\n南乡" in bad.replace("\r", "")
    assert desk.send(path, act="add", level="township", names="南乡\r\n\r\n北乡").location == path
    page = text(desk.get("/desk/organizations"))
    assert "加上了 2 个单位" in page
    assert re.findall(r">([^<]+)</a> <span", page) == ["本单位", "东乡", "西乡", "南乡", "北乡"]
    assert "3 人" in page
    north = re.search(r'href="(/desk/organizations/[^"]+)">北乡', page)[1]
    assert desk.send(north, act="name", name="北镇", level="township").location == north
    assert "北镇" in text(desk.get(north))
    assert desk.send(north, act="remove").location == "/desk/organizations"
    assert text(desk.get(north), 404)
    assert "下面还有单位、测评、人员或考核对象" in text(desk.send(path, act="remove"), 409)
    acts = [what for who, what in audited(village.database) if who == "县管"]
    assert acts[1:] == ["organization.add", "organization.change", "organization.remove"]
    log = text(desk.get("/desk/log"))
    assert "在「本单位」下面加上南乡、北乡" in log
    assert "把单位「北乡」改为「北镇」（乡镇、街道）" in log


def test_a_townships_administrator_sees_the_township_alone(at_desk, county, village):
    """The tree, the people and the log begin at his own; the county's and the neighbour's pages are not there, nor what is the whole installation's."""
    desk = at_desk("东管")
    own = ["/desk/", "/desk/scoring/register", "/desk/organizations", "/desk/people", "/desk/log", "/desk/account"]
    assert links(desk) == own
    page = text(desk.get("/desk/organizations"))
    assert "东乡" in page
    assert "西乡" not in page
    unknown = text(desk.get("/desk/organizations/nowhere"), 404)
    for place in (ROOT, county["西乡"]):
        assert text(desk.get(f"/desk/organizations/{place}"), 404) == unknown
        answer = desk.send(f"/desk/organizations/{place}", form="/desk/people", act="add", level="village", names="x")
        assert answer.status_code == 404
        assert desk.get(f"/desk/log?at={place}").status_code == 404
        fields = {"name": "新来的", "role": "administrator", "at": place, "password": PASSWORD, "again": PASSWORD}
        assert desk.send("/desk/people", **fields).status_code == 404
    people = text(desk.get("/desk/people"))
    assert re.findall(r'<a href="/desk/people/[^"]+">([^<]+)</a>', people) == ["东组", "东阅", "东管"]
    for name in ("西组", "县管", "没有的人"):
        assert text(desk.get(f"/desk/people/{name}"), 404) == unknown
    for path in ("/desk/backup", "/desk/delivery", "/desk/scoring", "/desk/draws", "/desk/scoring/ledger"):
        assert desk.get(path).status_code == 403
    assert roles(village.database, "新来的") == set()
    assert (
        desk.send(f"/desk/organizations/{county['东乡']}", act="add", level="village", names="东村").status_code == 302
    )
    assert "东村" in text(desk.get("/desk/log"))


def test_roles_are_given_and_taken_below_alone(at_desk, county, village):
    """A township's administrator gives roles there; whoever has one elsewhere too keeps that one and the password."""
    desk = at_desk("东管")
    east, path = county["东乡"], "/desk/people/东阅"
    assert desk.send(path, act="give", role="approver").status_code == 302
    assert roles(village.database, "东阅") == {(Role.READER, east), (Role.APPROVER, east)}
    add_person(village.database, "东阅", Role.READER, ROOT)
    page = text(desk.get(path))
    assert "本单位" in page
    assert "密码和停用请上一级的管理员来办" in page
    assert page.count('value="take"') == 2
    assert desk.send(path, act="take", role="reader", at=ROOT).status_code == 404
    assert desk.send(path, act="take", role="king", at=east).status_code == 404
    assert "您不是管这里的管理员" in text(desk.send(path, act="password", password=PASSWORD, again=PASSWORD), 409)
    assert "您不是管这里的管理员" in text(desk.send(path, act="invite"), 409)
    assert desk.send(path, act="take", role="approver", at=east).status_code == 302
    assert roles(village.database, "东阅") == {(Role.READER, east), (Role.READER, ROOT)}


# ---------------------------------------------------------------- polls


def test_a_new_poll_is_made_for_an_organization(at_desk, county, village):
    """Who organizes one node alone is asked nothing; who organizes several chooses; a foreign one is not there."""
    east, west = county["东乡"], county["西乡"]
    township, above = at_desk("东组"), at_desk("县组")
    assert 'name="organization"' not in township.get("/desk/polls/new").text
    page = text(above.get("/desk/polls/new"))
    assert re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', page.partition('name="organization"')[2])[
        :3
    ] == [
        (ROOT, "本单位"),
        (east, "东乡"),
        (west, "西乡"),
    ]
    made = {}
    for desk, chosen in ((township, {}), (above, {"organization": west}), (above, {})):
        number = re.search(r'name="made"[^>]*value="([^"]+)"', desk.get("/desk/polls/new").text)[1]
        assert desk.send("/desk/polls/new", act="next", scheme="standard", made=number, **chosen).status_code == 302
        with village.database.read() as session:
            made[number] = find_poll(session, number).organization_id
    assert list(made.values()) == [east, west, ROOT]
    for foreign in (west, ROOT, "nowhere"):
        answer = township.send("/desk/polls/new", act="next", scheme="standard", organization=foreign)
        assert answer.status_code == 404
    own, others, _countys = made
    copies = {}
    for desk in (above, township):
        copies[desk] = desk.client.post(f"/desk/polls/{others}/copy", data={"csrf_token": desk.token("/desk/account")})
    assert copies[township].status_code == 404
    with village.database.read() as session:
        assert find_poll(session, copies[above].location.split("/")[3]).organization_id == west
    assert township.get(f"/desk/polls/{own}").status_code == 200


def test_every_page_of_a_neighbours_poll_is_not_there(at_desk, county, village):
    """No page, file or act of a poll answers the neighbour, the poll above or a reader; the words are those for a poll that does not exist."""
    pages = {
        re.sub("<int:[a-z]+>", "1", re.sub(r"<any\((\w+).*?>", r"\1", rule.rule.partition("<poll_id>")[2]))
        for rule in create_app(village.database).url_map.iter_rules()
        if rule.rule.startswith("/desk/polls/<poll_id>") and "GET" in rule.methods
    }
    assert {"", "/report.pdf", "/turnout.json", "/signatures/1/scan", "/keys"} <= pages
    village.create(organization_id=county["东乡"], rehearsal=False)
    village.print()
    for name, status in (("西组", 404), ("西审", 403), ("县阅", 403), ("东阅", 403)):
        desk = at_desk(name)
        unknown = desk.get(f"/desk/polls/{'1' * 14}").text
        for page in pages:
            answer = desk.get(f"/desk/polls/{village.poll}{page}")
            assert (answer.status_code, answer.text) == (status, unknown), (name, page)
    for name in ("东组", "东管", "县组", "县管"):
        assert village.poll in at_desk(name).get("/desk/").text
        assert at_desk(name).get(f"/desk/polls/{village.poll}").status_code == 200
    assert village.poll not in at_desk("西组").get("/desk/").text


def test_states_and_published_results_go_up_to_readers_and_nothing_else(at_desk, county, village):
    """A reader of the county sees how a township's poll stands, then its totals, then its published result; no act, no draft, no neighbour's."""
    village.create(organization_id=county["东乡"])
    reader, own, township = at_desk("县阅"), at_desk("东阅"), at_desk("东组")
    assert links(reader) == ["/desk/results", "/desk/account"]
    assert "现在没有可以查阅的" in text(reader.get("/desk/results"))
    village.print()
    village.open()
    village.vote([[1]] * 10)
    page = text(reader.get("/desk/results"))
    assert "已开箱" in page
    assert "收回" not in page
    assert reader.get(f"/desk/results/{village.poll}").status_code == 404
    village.close()
    assert "应到 10 人，收回 10 张" in text(reader.get("/desk/results"))
    village.count()
    assert reader.get(f"/desk/results/{village.poll}").status_code == 404
    village.publish()
    for desk in (reader, own):
        result = text(desk.get(f"/desk/results/{village.poll}"))
        assert "result.csv" not in result
        assert "第1工作队" in result
        assert "<form" not in result.partition("<main")[2]
    assert township.get("/desk/results").status_code == 403
    village.create(organization_id=ROOT)
    village.print()
    assert "已印票" in text(reader.get("/desk/results"))
    assert "已印票" not in text(own.get("/desk/results"))
    assert own.get(f"/desk/results/{village.poll}").status_code == 404


def test_approvers_of_the_polls_own_organization_are_offered(at_desk, county, village):
    """A neighbour's approver is not asked, and one whose role was taken away is asked no more."""
    add_person(village.database, "东审", Role.APPROVER, county["东乡"])
    add_person(village.database, "县审", Role.APPROVER, ROOT, hash_password(PASSWORD, ""))
    village.opened(organization_id=county["东乡"])
    village.vote([[1]] * 10)
    village.close()
    village.count()
    page = text(at_desk("东组").get(f"/desk/polls/{village.poll}/signatures"))
    offered = set(re.findall(r'<option (?:selected )?value="([^"]+)"', page))
    assert offered == {"东审", "县审"}
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        asked = ["县审", "东审", *[None] * 9][: len(sign_off.chain_of(session, poll).steps)]
        with pytest.raises(RuleRefused, match="role_wrong"):
            sign_off.send(session, poll, ["西审", *asked[1:]], who="东组", now=NOW)
        session.rollback()
    with village.database.write() as session:
        sign_off.send(session, find_poll(session, village.poll), asked, who="东组", now=NOW)
    desk = at_desk("县审")
    assert village.poll in desk.get("/desk/waiting").text
    assert desk.get(f"/desk/waiting/{village.poll}").status_code == 200
    add_person(village.database, "县审", Role.APPROVER, county["西乡"])
    with village.database.write() as session:
        people.take_role(session, "县审", Role.APPROVER, ROOT, by="县管")
    assert village.poll not in desk.get("/desk/waiting").text
    assert desk.get(f"/desk/waiting/{village.poll}").status_code == 404


def test_the_first_administrator_may_name_the_office(database, cheap_passwords):
    """The name that is typed at the beginning is the root's."""
    code = first.new_code(database, now=NOW, random=lambda number: bytes(range(number)))
    desk = Desk(create_app(database))
    fields = {"code": code, "name": "管理员", "password": PASSWORD, "again": PASSWORD}
    assert "最多 60 个字" in text(desk.send("/desk/first", **fields, office="名" * 61), 422)
    assert desk.send("/desk/first", **fields, office="林周县").status_code == 302
    with database.read() as session:
        root = organizations.find(session, ROOT)
        assert (root.name, root.level) == ("林周县", Level.COUNTY)
    assert "管理员 · 林周县" in text(desk.get("/desk/account"))
