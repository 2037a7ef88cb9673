"""Signing, notice, objections and the end at the desk: each person sees what is theirs, and no page lets a step be skipped."""

import io
import re
from datetime import UTC, date, datetime

import pypdf
import pytest
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, Desk, at, change, state
from phones import Clock, Phone
from PIL import Image
from village import NOW

from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from publishing import sign_off
from publishing.counting import count_poll

LEADER, SECRETARY = "张𪚥", "陈书记"  # a name that the print has no letter for
AFTER = datetime(2026, 10, 28, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """The desk's clock: a list whose one moment is now."""
    moment = [NOW]
    for room in ("signing", "approver", "notice", "outcome", "day"):
        monkeypatch.setattr(f"web.{room}.now", lambda: moment[0])
    return moment


@pytest.fixture
def counted(real, app, clock):
    """A counted real poll with spare slips, and two approvers."""
    with real.database.write() as session:
        for name in (LEADER, SECRETARY):
            add_user(session, name, Role.APPROVER, PASSWORD)
    real.people = (ORGANIZER, SCRUTINEER)
    real.vote([[1]] * 10)
    real.close()
    count_poll(real.database, real.poll, (), store=real.store(False), who=ORGANIZER, now=NOW, random=real.random)
    return real


def sent(village, *names):
    """Send the result to be signed."""
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        sign_off.send(session, poll, names or (LEADER, SECRETARY), who=ORGANIZER, now=NOW)


def signed(village):
    """The names under the result so far."""
    with village.database.read() as session:
        return [
            step.row.name for step in sign_off.chain_of(session, find_poll(session, village.poll)).steps if step.done
        ]


def scan():
    """A small picture."""
    out = io.BytesIO()
    Image.new("L", (20, 20), 255).save(out, "PNG")
    return out.getvalue()


def test_from_the_count_to_the_archive(counted, app, desk, clock):
    """Sent, signed by both at the desk, published for longer, objected, decided, final after the last day, archived."""
    assert "去送签" in desk.page(at(counted, "result"))
    assert "还没有签完" in desk.send(at(counted, "publish"), 409, hidden=desk.form(at(counted, "correct-result")))
    page = desk.send(
        at(counted, "signatures/send"),
        200,
        follow=True,
        hidden=desk.form(at(counted, "signatures")),
        step_0=LEADER,
        step_1=SECRETARY,
    )
    assert f"等{LEADER}登录签字" in page
    for name in (LEADER, SECRETARY):
        own = Desk(app, name)
        assert own.client.get("/desk/", follow_redirects=False).status_code == 403
        address = f"/desk/waiting/{counted.poll}"
        assert "嘎玛村驻村工作队民主测评" in own.page("/desk/waiting")
        assert "100.00" in own.page(address)
        assert "和登录用的一样" in own.send(address, 422, name="别人", password=PASSWORD)
        assert "姓名或密码不对" in own.send(address, 409, name=name, password="wrong")
        hidden = own.form(address)
        assert "已签字" in own.send(address, 200, follow=True, hidden=hidden, name=name, password=PASSWORD)
        assert "现在没有等您签的" in own.page("/desk/waiting")
        assert "现在不等您签字" in own.send(address, 200, follow=True, hidden=hidden, name=name, password=PASSWORD)
    assert signed(counted) == [LEADER, SECRETARY]
    assert "公示期应是 3 到 60 天" in desk.send(
        at(counted, "publish"), 422, hidden=desk.form(at(counted, "result")), days="2"
    )
    desk.send(at(counted, "publish"), 302, hidden=desk.form(at(counted, "result")))
    assert "到 2026-10-27 为止" in desk.page(at(counted))
    report = pypdf.PdfReader(io.BytesIO(desk.client.get(at(counted, "report.pdf")).data)).pages[0].extract_text()
    assert "张〓" in report.replace("\0", "")
    page = desk.page(at(counted, "notice"))
    assert "2026-10-21 到 2026-10-27" in page
    assert "<button>" not in page.partition("<main")[2]
    hidden = desk.form(at(counted, "objections"))
    page = desk.send(
        at(counted, "objections"),
        200,
        follow=True,
        hidden=hidden,
        text="票数不对",
        came="phone",
        received_on="2026-10-20",
    )
    assert "已记下第 1 号异议" in page
    clock[0] = AFTER
    assert "还有异议没有办完" in desk.page(at(counted, "notice"))
    assert "有 1 件异议没有办完。" in desk.page("/desk/")
    stale = {**hidden, "revision": str(revision(counted))}
    assert "第 1 号" in desk.send(at(counted, "final"), 409, hidden=stale)
    page = desk.send(
        at(counted, "objections/1"), 200, follow=True, decision="rejected", text="查过", decided_by="赵主任"
    )
    assert "不成立" in page
    assert "件异议没有办完" not in desk.page("/desk/")
    hidden = desk.form(at(counted, "notice"))
    assert "结果已定稿" in desk.send(at(counted, "final"), 200, follow=True, hidden=hidden)
    assert desk.send(at(counted, "final"), 302, hidden=hidden) is not None
    assert not counted.store(False).holds(counted.poll, 1)
    desk.send(at(counted, "archived"), 302, hidden=desk.form(at(counted, "notice")))
    assert state(counted) is State.ARCHIVED


def revision(village) -> int:
    """The poll's revision."""
    with village.database.read() as session:
        return find_poll(session, village.poll).revision


def test_an_approver_sees_only_what_waits_for_him(counted, app):
    """The second signer does not see the result before his turn, nobody another poll, and no page of the desk."""
    sent(counted)
    second = Desk(app, SECRETARY)
    assert "嘎玛村" not in second.page("/desk/waiting")
    assert "还没有轮到" in second.client.get(f"/desk/waiting/{counted.poll}", follow_redirects=True).text
    second.page("/desk/waiting/11111111111111", 404)
    for page in ("", "result", "signatures", "notice", "signatures/0/scan"):
        assert second.client.get(at(counted, page)).status_code == 403
    assert Desk(app, ORGANIZER).client.get("/desk/waiting").status_code == 403


def test_a_refusal_comes_back_with_its_reason(counted, app, desk):
    """退回 without a reason is refused; with one the organizer reads it, and everything is to be signed anew."""
    sent(counted)
    own = Desk(app, LEADER)
    address = f"/desk/waiting/{counted.poll}"
    assert "请写明理由" in own.send(f"{address}/refuse", 422, hidden=own.form(address), reason=" ")
    own.send(f"{address}/refuse", 302, hidden=own.form(address), reason="人数请再核对")
    assert signed(counted) == []
    page = desk.page(at(counted))
    assert "签字被退回了" in page
    assert "人数请再核对" in page


def test_a_stale_page_signs_nothing(counted, app):
    """What was changed meanwhile is shown first."""
    sent(counted)
    own = Desk(app, LEADER)
    hidden = own.form(f"/desk/waiting/{counted.poll}")
    change(counted, revision=99)
    page = own.send(f"/desk/waiting/{counted.poll}", 409, hidden=hidden, name=LEADER, password=PASSWORD)
    assert "又有了变动" in page
    assert signed(counted) == []


def test_a_paper_signature_with_its_scan(counted, app, desk):
    """Entered by one, seen by desk people alone, discarded and entered again, compared by another."""
    sent(counted, None, SECRETARY)
    fields = {"name": LEADER, "on": "2026-10-20"}
    assert "请附上签字页" in desk.send(at(counted, "signatures/paper"), 422, **fields)
    wrong = desk.send(at(counted, "signatures/paper"), 422, **fields, scan=(io.BytesIO(b"MZ"), "seite.png"))
    assert "不是 PNG、JPG 图片" in wrong
    hidden = desk.form(at(counted, "signatures/paper"))
    desk.send(at(counted, "signatures/paper"), 302, hidden=hidden, **fields, scan=(io.BytesIO(scan()), "a.exe"))
    shown = desk.client.get(at(counted, "signatures/0/scan"))
    assert (shown.data, shown.mimetype, shown.headers["X-Content-Type-Options"]) == (scan(), "image/png", "nosniff")
    assert app.test_client().get(at(counted, "signatures/0/scan")).status_code == 302
    assert Desk(app, OTHER).client.get(at(counted, "signatures/0/scan")).status_code in (200, 404)
    compare = at(counted, "signatures/compare")
    for name, words in ((ORGANIZER, "核对的人要换一个"), (SECRETARY, "这件事要由")):
        assert words in desk.send(compare, 409, name=name, password=PASSWORD)
    desk.send(at(counted, "signatures/discard"), 302, hidden=desk.form(compare))
    assert desk.client.get(at(counted, "signatures/0/scan")).status_code == 404
    desk.send(at(counted, "signatures/paper"), 302, **fields, scan=(io.BytesIO(scan()), "a.png"))
    phone = Phone(counted.database, Clock(), SCRUTINEER)
    asked = desk.send(compare, 422, name=SCRUTINEER, password=PASSWORD)
    assert f"{SCRUTINEER} 开了两步登录" in asked
    assert 'id="code-error"' in asked
    assert 'class="note bad"' not in asked
    fields = {"name": SCRUTINEER, "password": PASSWORD, "code": phone.recovery[0]}
    assert "这一步签好了" in desk.send(compare, 200, follow=True, **fields)
    assert signed(counted) == [LEADER]
    assert desk.client.get(at(counted, "report.pdf")).data.startswith(b"%PDF")


def test_correcting_and_annulling_are_told_to_the_public(counted, desk):
    """The old page leads to the new one, the new one names the old one and why; annulled, both say so with the reason."""
    counted.publish()
    desk.send(at(counted, "correct-result"), 422, issued_villagers="9", reason="", witness="", password="")
    fields = {"reason": "登记时抄错", "witness": SCRUTINEER, "password": PASSWORD}
    assert "不能用更正来办" in desk.send(at(counted, "correct-result"), 409, issued_villagers="9", **fields)
    desk.send(at(counted, "correct-result"), 302, issued_villagers="11", **fields)
    old = re.search(r'/results/(\w+)"', desk.page("/"))[1]
    assert "正在更正" in desk.page(f"/results/{old}")
    counted.publish()
    new = re.search(r'/results/(\w+)"', desk.page("/"))[1]
    assert new != old
    assert f"/results/{new}" in desk.page(f"/results/{old}")
    page = desk.page(f"/results/{new}")
    assert f"/results/{old}" in page
    assert "登记时抄错" in page
    assert "可以不留姓名" in page
    counted.annul("名单有误")
    for identity in (old, new):
        assert "理由：名单有误" in desk.page(f"/results/{identity}")
    withdrawal = re.search(r'/api/v1/results/(\w+)" download="withdrawal', page := desk.page(f"/results/{new}"))[1]
    assert page
    assert desk.client.get(f"/results/{withdrawal}").headers["Location"] == f"/results/{new}"
    assert b"yipiao.withdrawal" in desk.client.get(f"/api/v1/results/{withdrawal}").data


def test_the_pages_before_there_is_anything(village, desk):
    """Before the count and before publishing each page says so and leads back."""
    village.opened()
    for page, words in (
        ("signatures", "没有要签的"),
        ("notice", "没有公示"),
        ("objections", "不能记异议"),
        ("correct-result", "没有结果"),
    ):
        assert words in desk.client.get(at(village, page), follow_redirects=True).text


def test_a_subject_of_the_poll_is_not_asked_to_sign(counted, desk):
    """Somebody with the subject's own name is refused with the reason."""
    with counted.database.write() as session:
        add_user(session, "第1工作队", Role.APPROVER, PASSWORD)
    hidden = desk.form(at(counted, "signatures"))
    page = desk.send(at(counted, "signatures/send"), 409, hidden=hidden, step_0="第1工作队", step_1=SECRETARY)
    assert "要回避" in page
    assert date(2026, 10, 20) == NOW.date()
