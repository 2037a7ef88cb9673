"""Each office's own register at the desk: who sees and changes which line, moves that keep the history, and what a draft offers."""

import html
import io
import re
from datetime import date

import pytest
from at_desk import text
from counties import add_places
from desks import workbook
from lives import published_month
from village import Village

from polling.models import ROOT, Level
from polling.polls import find_poll
from scoring import register

REGISTER = "/desk/scoring/register?scheme=standard"


@pytest.fixture
def county(village, county):
    """The county with a village in the east."""
    [hamlet] = add_places(village.database, "东村", below=county["东乡"], level=Level.VILLAGE)
    return county | {"东村": hamlet}


def enrol(desk, identity, name, status=302, **fields):
    """Register a work team by hand."""
    said = {"scheme": "standard", "id": identity, "kind": "work_team", "name": name}
    return text(desk.send(REGISTER, **said | fields), status)


def listed(desk):
    """The names in the register's table, each with its unit's cell."""
    rows = re.findall(r'<tr><td data-label="单位">(.*?)</td><th scope="row">([^<]+?) ?<', text(desk.get(REGISTER)))
    return [(name, re.sub("<[^>]+>", "", unit)) for unit, name in rows]


def lines(village, identity, *, rehearsal=False):
    """A subject's lines: (unit, place, since)."""
    with village.database.read() as session:
        found = register.lines(session, rehearsal=rehearsal)[identity]
    return [(each.subject.organization, each.place, each.since) for each in found]


def test_an_office_sees_and_changes_its_own_lines_and_those_below(at_desk, county, village):
    """A township's clerk registers there and in its villages; the county sees all; a neighbour none, and a reader no register."""
    east, west, above = at_desk("东组"), at_desk("西组"), at_desk("县组")
    enrol(east, "east-team", "东乡一队", place=county["东乡"])
    enrol(east, "east-hamlet", "东村工作队", place=county["东村"])
    enrol(west, "west-team", "西乡一队")
    assert lines(village, "east-hamlet") == [("东乡", county["东村"], None)]
    assert lines(village, "west-team") == [("西乡", county["西乡"], None)]
    assert listed(east) == [("东乡一队", "东乡"), ("东村工作队", "东乡 东村")]
    assert listed(west) == [("西乡一队", "西乡")]
    assert [name for name, _unit in listed(above)] == ["东乡一队", "东村工作队", "西乡一队"]
    enrol(at_desk("东管"), "east-hamlet", "东村驻村工作队", place=county["东村"])
    assert listed(east)[1][0] == "东村驻村工作队"
    enrol(above, "west-team", "西乡工作队", place=county["西乡"])
    assert listed(west) == [("西乡工作队", "西乡")]
    assert at_desk("东阅").get(REGISTER).status_code == 403
    assert east.get("/desk/scoring").status_code == 403
    assert "登记考核对象" in text(at_desk("东管").get("/desk/log"))


def test_a_neighbours_line_is_not_there(at_desk, county, village):
    """In an address the words for none; its number is refused without a name, from the register and from polls, by hand and by table."""
    east, west = at_desk("东组"), at_desk("西组")
    enrol(west, "west-team", "西乡一队")
    village.create(organization_id=county["西乡"], rehearsal=False)
    unknown = text(east.get(f"{REGISTER}&id=nobody"), 404)
    assert text(east.get(f"{REGISTER}&id=west-team"), 404) == unknown
    assert text(east.get(f"{REGISTER}&id=team-1"), 404) == unknown
    assert 'value="西乡一队"' in text(west.get(f"{REGISTER}&id=west-team"))
    assert 'value="第1工作队"' in text(west.get(f"{REGISTER}&id=team-1"))
    for identity in ("west-team", "team-1"):
        said = enrol(east, identity, "东乡的", 409)
        assert f"编号 {identity} 别的单位已经用了" in said
        assert "西乡" not in said
        assert 'value="东乡的"' in said
    row = ["team-1", "东乡的", "work_team", "东乡"]
    table = (io.BytesIO(workbook(["编号", "姓名", "类别", "单位"], row)), "名册.xlsx")
    said = text(east.send(REGISTER, scheme="standard", replace="1", table=table), 422)
    assert "第 2 行 A 列" in said
    assert "编号 team-1 别的单位已经用了" in said
    for place in (county["西乡"], ROOT, "nowhere"):
        assert enrol(east, "new", "新队", 404, place=place) == unknown
    with village.database.read() as session:
        assert find_poll(session, village.poll).subjects[0].name == "第1工作队"


def test_the_text_names_the_place(at_desk, county, village):
    """By hand and from a table: a unit called as one organization inside the chosen one; any other text is where somebody works."""
    above, east = at_desk("县组"), at_desk("东组")
    add_places(village.database, "同名村", below=county["东乡"], level=Level.VILLAGE)
    add_places(village.database, "同名村", below=county["西乡"], level=Level.VILLAGE)
    head = ["编号", "姓名", "类别", "单位"]
    units = ("东乡", "东村", "同名村", "县医院")
    rows = [[f"t{number}", f"第{number}队", "work_team", unit] for number, unit in enumerate(units)]
    table = lambda: (io.BytesIO(workbook(head, *rows)), "名册.xlsx")  # noqa: E731 - a file is read once
    assert above.send(REGISTER, scheme="standard", table=table()).status_code == 302
    places = [lines(village, f"t{number}")[0][1] for number in range(4)]
    assert places == [county["东乡"], county["东村"], ROOT, ROOT]
    enrol(above, "t3", "第3队", organization="县医院", place=county["东乡"], replace="1")
    assert ("第3队", "东乡 县医院") in listed(east)
    # a table that says the same again moves nobody back
    assert above.send(REGISTER, scheme="standard", table=table()).status_code == 302
    assert lines(village, "t3") == [("县医院", county["东乡"], None)]
    enrol(above, "t4", "第4队", organization="西乡")
    assert lines(village, "t4") == [("西乡", county["西乡"], None)]
    assert "请填写“单位”" in enrol(above, "t5", "第5队", 422)


def test_a_move_keeps_the_history(at_desk, county, village):
    """It wants its day, or the word that it is a correction; the old place keeps its line, the new one has the new one alone."""
    east, west, above = at_desk("东组"), at_desk("西组"), at_desk("县组")
    enrol(east, "team-1", "第1工作队", place=county["东乡"])
    assert "第1工作队" not in str(listed(west))
    said = enrol(above, "team-1", "第1工作队", 409, place=county["西乡"])
    assert "请写从哪天起" in said
    assert "更正" in said
    assert enrol(east, "team-1", "第1工作队", 404, place=county["西乡"])
    enrol(above, "team-1", "第1工作队", place=county["西乡"], since="2026-10-01")
    assert lines(village, "team-1") == [("东乡", county["东乡"], None), ("西乡", county["西乡"], date(2026, 10, 1))]
    assert listed(west) == [("第1工作队", "西乡")]
    assert listed(east) == [("第1工作队", "东乡")]
    page = text(east.get(REGISTER))
    assert "到 2026-09-30，已调出" in page
    assert "西乡" not in page
    assert east.get(f"{REGISTER}&id=team-1").status_code == 404
    assert "别的单位已经用了" in enrol(east, "team-1", "又一个名字", 409)
    enrol(west, "team-1", "西乡工作队", since="2026-10-01")
    assert listed(east) == [("第1工作队", "东乡")]
    enrol(above, "team-1", "西乡工作队", place=county["东乡"], since="2026-10-01", replace="1")
    assert [place for _unit, place, _since in lines(village, "team-1")] == [county["东乡"]] * 2


def test_who_sees_which_part_of_a_subjects_course(at_desk, county, village):
    """A month that the township polled itself, or in which the subject stood there, whoever polled; the neighbour the months since the move."""
    east, west, above = at_desk("东组"), at_desk("西组"), at_desk("县组")
    months = (("2026-08", county["东乡"]), ("2026-09", ROOT), ("2026-10", ROOT))
    few = [[1]] * 3 + [[0]] * 7
    polls = {month: published_month(village, month, few, organization_id=at).poll for month, at in months}
    path = "/desk/subjects/team-1?rehearsal=1"

    def seen(desk):
        answer = desk.get(path)
        found = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>', html.unescape(answer.text))
        return {label: link for link, label in found}

    assert set(seen(east)) == {"2026年8月"}
    assert west.get(path).status_code == 404
    enrol(above, "team-1", "第1工作队", place=county["西乡"], since="2026-10-01", rehearsal="1")
    assert set(seen(west)) == {"2026年10月"}
    enrol(above, "team-1", "第1工作队", place=county["东乡"], rehearsal="1", replace="1")
    assert west.get(path).status_code == 404
    enrol(above, "team-1", "第1工作队", place=county["西乡"], since="2026-10-01", rehearsal="1")
    assert set(seen(east)) == {"2026年8月", "2026年9月"}
    assert set(seen(west)) == {"2026年10月"}
    assert set(seen(above)) == {"2026年8月", "2026年9月", "2026年10月"}
    assert seen(east)["2026年8月"] == f"/desk/polls/{polls['2026-08']}/result"
    assert east.get(seen(east)["2026年9月"]).status_code == 200
    # of a poll that the township does not run it is told what anybody is told
    assert text(east.get(path)).count("没有得分") == 1
    assert "没有得分" not in text(above.get(path))
    assert seen(above)["2026年9月"] == f"/desk/polls/{polls['2026-09']}/result"


def test_a_draft_offers_who_stood_there_in_its_period(at_desk, county, village):
    """The lines of its organization and below, in its period; who moved away or ended is offered no more; a typed name keeps its number."""
    east, west, above = at_desk("东组"), at_desk("西组"), at_desk("县组")
    enrol(east, "hamlet", "东村工作队", place=county["东村"])
    enrol(east, "moved", "调走的队", place=county["东乡"])
    enrol(east, "ended", "撤了的队", place=county["东乡"], until="2026-09-15")
    enrol(above, "moved", "调走的队", place=county["西乡"], since="2026-10-01")
    village.create(organization_id=county["东乡"], rehearsal=False)
    here = village.poll
    there = Village(village.database, village.random)
    there.create(organization_id=county["西乡"], rehearsal=False)

    def offered(desk, poll, period):
        path = f"/desk/polls/{poll}/edit/subjects"
        fields = {"period": period, "subjects_work_team": "第1工作队", "act": "stay"}
        revision = re.search(r'name="revision"[^>]*value="(\d+)"', desk.get(path).text)[1]
        assert desk.send(path, revision=revision, **fields).status_code == 302
        return set(re.findall(r'name="pick" value="([^"]+)"', desk.get(path).text))

    assert offered(east, here, "2026-10") == {"hamlet"}
    assert offered(east, here, "2026-09") == {"hamlet", "moved", "ended"}
    assert offered(west, there.poll, "2026-10") == {"moved"}
    assert offered(west, there.poll, "2026-09") == set()
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', west.get(f"/desk/polls/{there.poll}/edit").text)[1]
    typed = {"period": "2026-10", "subjects_work_team": "第1工作队\n调走的队", "act": "next", "revision": revision}
    assert west.send(f"/desk/polls/{there.poll}/edit/subjects", **typed).status_code == 302
    with village.database.read() as session:
        assert [row.subject_id for row in find_poll(session, there.poll).subjects] == ["team-1", "moved"]
    told = "「调走的队」这一期不在名册的这个单位里"
    check = f"/desk/polls/{there.poll}/edit"
    assert told not in text(west.get(check))
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', west.get(check).text)[1]
    assert west.send(check, period="2026-09", title="测评", act="stay", revision=revision).status_code == 302
    assert told in text(west.get(check))


@pytest.mark.parametrize("since", ["", "2020-01-01", "2026-06-30"])
def test_the_new_office_leaves_the_time_of_the_old_one_alone(at_desk, county, village, since):
    """By hand and from a table: who moved here in July is not renamed in the other office's March, nor later by an empty day."""
    above, west = at_desk("县组"), at_desk("西组")
    enrol(above, "k1", "扎西", place=county["东乡"], organization="东乡")
    enrol(above, "k1", "扎西", place=county["西乡"], organization="西乡", since="2026-07-01")
    before = lines(village, "k1")
    said = enrol(west, "k1", "改了的名", 409, since=since)
    assert "2026-07-01以前在别的单位，那时的登记不归您改" in said
    assert "东乡" not in said
    head, row = ["编号", "姓名", "类别", "单位", "起始日期"], ["k1", "改了的名", "work_team", "西乡", since or None]
    table = (io.BytesIO(workbook(head, row)), "名册.xlsx")
    said = text(west.send(REGISTER, scheme="standard", replace="1", table=table), 422)
    assert "第 2 行 A 列" in said
    assert "那时的登记不归您改" in said
    assert lines(village, "k1") == before
    enrol(west, "k1", "改了的名", since="2026-07-01", place=county["西乡"])
    assert lines(village, "k1") == before
    assert listed(west) == [("改了的名", "西乡")]
    enrol(above, "k1", "扎西", place=county["西乡"], organization="西乡", since="2026-06-01")
    assert [since for _unit, _place, since in lines(village, "k1")] == [None, date(2026, 6, 1), date(2026, 7, 1)]


def test_an_organization_with_lines_stays(at_desk, county, village):
    """Also one at which a line stood before; the page says why."""
    own = at_desk("东管")
    enrol(own, "hamlet", "东村工作队", place=county["东村"])
    enrol(own, "hamlet", "东村工作队", place=county["东乡"], since="2026-10-01")
    path = f"/desk/organizations/{county['东村']}"
    assert "名册里的考核对象" in text(own.get(path))
    assert "考核对象，不能删去" in text(own.send(path, act="remove"), 409)
