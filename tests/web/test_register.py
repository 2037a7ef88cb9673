"""The register of who is assessed where, at the desk: by hand and from a table."""

import io
import re
from html import unescape

from counties import own_pack
from desks import SCRUTINEER, Desk, at, workbook
from openpyxl import load_workbook
from village import Village

from polling.polls import find_poll
from schemes.loading import PACKS

ROOM = "/desk/scoring"
REGISTERED = {
    "scheme": "standard", "id": "gama-team", "kind": "work_team", "name": "嘎玛村驻村工作队", "organization": "嘎玛乡", "since": "",
}  # fmt: skip


def kinds():
    """The kinds of subject of the standard pack."""
    return re.findall(r'(?ms)^\[\[subjects\]\].*?key = "(\w+)"', (PACKS / "standard.toml").read_text(encoding="utf-8"))


def enrol(desk, status, **fields):
    """Send the register's form."""
    page = desk.page(f"{ROOM}/register?scheme=standard")
    csrf = re.search(r'<main.*?name="csrf_token" value="([^"]+)"', page, re.DOTALL)[1]
    answer = desk.client.post(
        f"{ROOM}/register", data={"csrf_token": csrf, "scheme": "standard"} | fields, follow_redirects=True
    )
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def test_the_register_by_hand_and_by_table(desk):
    """A refused one keeps what was typed; a table with a fault registers nobody."""
    assert "按哪个办法考核" in desk.page(f"{ROOM}/register")
    desk.page(f"{ROOM}/register?scheme=none", 404)
    mine = REGISTERED | {"kind": kinds()[0]}
    page = enrol(desk, 422, **mine | {"id": "嘎玛"})
    assert "编号“嘎玛”不行" in page
    for text in ("嘎玛村驻村工作队", "嘎玛乡"):
        assert f'value="{text}"' in page
    assert "日期“昨天”读不懂" in enrol(desk, 422, **mine | {"since": "昨天"})
    assert "嘎玛村驻村工作队" not in desk.page(f"{ROOM}/register?scheme=standard")
    page = enrol(desk, 200, **mine)
    assert "已登记。" in page
    assert '<th scope="row">嘎玛村驻村工作队 <a' in page
    head = [
        cell.value
        for cell in load_workbook(io.BytesIO(desk.client.get(f"{ROOM}/register.xlsx?scheme=standard").data)).active[1]
    ]
    assert head[:4] == ["编号", "姓名", "类别", "单位"]
    assert desk.client.get(f"{ROOM}/register.xlsx?scheme=none").status_code == 404
    own = own_pack("huayuan_2016")
    assert f"register?scheme={own}" in desk.page(f"{ROOM}/register")
    assert "帮扶责任人" in desk.page(f"{ROOM}/register?scheme={own}")
    assert desk.client.get(f"{ROOM}/register.xlsx?scheme={own}").status_code == 200
    assert "评定结果不公开或公开不及时、不真实、不全面" in desk.page(f"/desk/schemes/{own}")
    row = ["a-team", "甲村工作队", kinds()[0], "甲乡"]
    page = enrol(
        desk, 422, table=(io.BytesIO(workbook(head[:4], row, ["乙", "乙村工作队", kinds()[0], "乙乡"])), "名册.xlsx")
    )
    assert "第 3 行 A 列" in page
    assert "甲村工作队" not in page
    page = enrol(desk, 200, table=(io.BytesIO(workbook(head[:4], row)), "名册.xlsx"))
    assert "甲村工作队" in page


def test_a_new_name_goes_to_drafts_and_copies_and_to_nothing_that_was_printed(desk, village):
    """Renamed in the register: a draft and a copy say the new name under the same id, a printed poll the old one; a rehearsed register renames nobody."""
    printed = Village(village.database, village.random)
    printed.create(rehearsal=False)
    printed.print()
    village.create(rehearsal=False)
    names = lambda found: [(row.subject_id, row.name) for row in found.subjects]  # noqa: E731
    mine = REGISTERED | {"id": "team-1", "name": "新一队"}
    enrol(desk, 200, **mine | {"rehearsal": "1"})
    with village.database.read() as session:
        assert names(find_poll(session, village.poll)) == [("team-1", "第1工作队")]
    enrol(desk, 200, **mine)
    with village.database.read() as session:
        assert names(find_poll(session, village.poll)) == [("team-1", "新一队")]
        assert names(find_poll(session, printed.poll)) == [("team-1", "第1工作队")]
    token = desk.form(at(village, "delete"))["csrf_token"]
    copied = desk.client.post(at(printed, "copy"), data={"csrf_token": token})
    assert copied.status_code == 302
    with village.database.read() as session:
        assert names(find_poll(session, copied.location.split("/")[3])) == [("team-1", "新一队")]


def test_a_scheme_is_read_at_the_desk(desk, app):
    """Each rule with its article, our own readings marked in Chinese; the register and a new draft lead there; a scrutineer has no part in it."""
    page = desk.page("/desk/schemes/tibet_2018")
    assert "基本称职（基本合格） 60 分及以上 <span" in page
    assert "第六条(四);半开分档：79.5分、60分在内 〔自定〕" in page
    assert "(ours)" not in page
    for place in (f"{ROOM}/register", "/desk/polls/new"):
        assert '"/desk/schemes/tibet_2018"' in desk.page(place)
    desk.page("/desk/schemes/none", 404)
    assert Desk(app, SCRUTINEER).client.get("/desk/schemes/tibet_2018").status_code == 403
