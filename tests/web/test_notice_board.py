"""The notice board as pages: what stands on it, where people turn to, and the public scores of a subject."""

import json
import re

import pytest
from counties import add_person, add_places
from desks import PASSWORD, Desk
from lives import LAST, at, counted, published_month

from polling import organizations
from polling.models import ROOT, Role
from polling.passwords import hash_password
from web.app import create_app


@pytest.fixture
def administered(village, cheap_passwords):
    """The application, an administrator at the root and one at a township: the application, the desk of the root's, the township."""
    app = create_app(village.database)
    [township] = add_places(village.database, "嘎玛乡")
    for name, place in (("县管理员", ROOT), ("乡管理员", township)):
        add_person(village.database, name, Role.ADMINISTRATOR, place, hash_password(PASSWORD, ""))
    return app, Desk(app, "县管理员"), township


@pytest.fixture
def today(monkeypatch):
    """The clock of the board."""
    moment = [at(LAST)]
    monkeypatch.setattr("web.notice_board.now", lambda: moment[0])
    monkeypatch.setattr("web.public.now", lambda: moment[0])
    return moment


def write_contact(desk, place, text, status) -> str:
    """Send the form of an organization: what comes back."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk.page("/desk/account"))[1]
    hidden = {"csrf_token": token}
    return desk.send(f"/desk/organizations/{place}", status, hidden=hidden, act="contact", contact=text)


def test_a_board_says_what_came_out_and_where_to_object(administered, village, today):
    """The meaning in a sentence, the last day, and the telephone of the nearest office that wrote one; nothing of it after a correction."""
    app, desk, township = administered
    life = counted(village, organization_id=township)
    document = json.loads(village.publish())["document"]["id"]
    anybody = app.test_client()
    page = anybody.get(f"/notices/{township}").text
    assert "第1工作队得 100.00 分。" in page
    assert "没有低于 60 分的。" in page
    assert "2026年10月27日 24:00 以前" in page
    assert "联系方式" not in page
    write_contact(desk, ROOT, "县考核办 0895-1234567", 302)
    assert "联系方式：县考核办 0895-1234567。" in anybody.get(f"/notices/{township}").text
    assert "县考核办 0895-1234567" in anybody.get(f"/results/{document}").text
    page = desk.page(f"/desk/organizations/{township}")
    assert "空着就用上级单位的：县考核办 0895-1234567" in page
    write_contact(desk, township, " 嘎玛乡  政府 二楼 ", 302)
    assert "联系方式：嘎玛乡 政府 二楼。" in anybody.get(f"/notices/{township}").text
    assert "县考核办" not in anybody.get(f"/notices/{township}").text
    assert "把单位「嘎玛乡」的联系方式写成“嘎玛乡 政府 二楼”" in desk.page("/desk/log")
    assert "嘎玛乡" in anybody.get("/notices").text
    assert "1 份正在公示" in anybody.get("/notices").text
    today[0] = at(LAST.replace(day=28))
    life.final(at(LAST.replace(day=28)))
    page = anybody.get(f"/notices/{township}").text
    assert "24:00 以前" not in page
    assert "2026年10月28日定稿" in page


def test_what_cannot_be_a_contact(administered):
    """Too long is said at the form, and what was typed stays; a neighbour's organization is none."""
    app, desk, township = administered
    page = write_contact(desk, township, "长" * 101, 422)
    assert "联系方式最多 100 个字" in page
    assert "长" * 101 in page
    below = Desk(app, "乡管理员")
    write_contact(below, ROOT, "不该写", 404)
    with app.config["YIPIAO_DATABASE"].read() as session:
        assert organizations.find(session, ROOT).contact is None


def test_no_board_of_what_is_no_organization(administered):
    """404, with the same words as any page that is not there; an empty board says so."""
    app, _desk, township = administered
    anybody = app.test_client()
    for address in ("/notices/nobody", "/notices/%00", "/notices/%F0%9F%97%B3", "/subjects/nobody", "/subjects/%00"):
        assert anybody.get(address).status_code == 404
    assert "还没有公布过结果" in anybody.get(f"/notices/{township}").text
    answer = anybody.get("/notices?year=%F0%9F%97%B3&page=x")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_anybody_may_look_at_a_subject_over_the_months(administered, village):
    """From a result to the course of its subject, and from there back to each result."""
    app, _desk, _township = administered
    months = {"2026-08": [[1]] * 10, "2026-09": [[1]] * 3 + [[0]] * 7}
    for period, picks in months.items():
        published_month(village, period, picks)
    anybody = app.test_client()
    documents = [row["id"] for row in anybody.get("/api/v1/results").json["results"]]
    assert "/subjects/team-1?rehearsal=1" in anybody.get(f"/results/{documents[0]}").text
    page = anybody.get("/subjects/team-1?rehearsal=1").text
    assert all(f"/results/{document}" in page for document in documents)
    assert "100.00" in page
    assert "没有得分" in page  # three valid votes are nobody's business
    assert "/desk/polls" not in page
    assert anybody.get("/subjects/team-1").status_code == 404


def test_the_start_page_stays_short(administered, village, monkeypatch):
    """The latest results, and the way to all of them where there are more."""
    app, _desk, _township = administered
    anybody = app.test_client()
    published_month(village, "2026-08", [[1]] * 10)
    assert 'href="/notices"' not in anybody.get("/").text
    published_month(village, "2026-09", [[1]] * 10)
    monkeypatch.setattr("web.public.MOST_RESULTS", 1)
    page = anybody.get("/").text
    assert page.count('<a href="/results/') == 1
    assert "2026年9月" in page
    assert "2026年8月" not in page
    assert 'href="/notices"' in page
