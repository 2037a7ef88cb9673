"""The scoring layer's pages at the desk, without a browser: figures with their origin, entries, refusals that lose nothing, two people."""

import io
import re
from datetime import UTC, datetime
from html import unescape

import pypdf
import pytest
from desks import OTHER, Desk, workbook
from offices import PACK, Office
from openpyxl import load_workbook

from scoring import book
from scoring.inputs import Subject
from scoring.models import Entry
from web.ledger_words import WORDS, word

ROOM = "/desk/scoring"
PLACE = {"scheme": "county", "organization": "嘎玛乡", "period": "2026-10"}
PART = {"part": "daily", "score": "98", "source": "乡镇打分表", "by": "赵副乡长"}
FACT = {"fact": "absent", "evidence": "县强基办通报〔2026〕7号", "chosen": ""}


@pytest.fixture
def office(village):
    """A township of three with signed results: 扎西 85, 卓玛 85, 阿旺 none yet."""
    office = Office(village.database)
    office.register(*office.members)
    office.receive(office.result("r1", subjects=("zhaxi", "zhuoma")))
    with office.database.write() as session:
        book.refresh(session, "county", rehearsal=False)
    return office


@pytest.fixture
def desk(office, app):
    """The organizer at the desk of that office."""
    return Desk(app)


@pytest.fixture
def other(office, app):
    """Another organizer."""
    return Desk(app, OTHER)


def look(desk, page="ledger", status=200, **changed):
    """A page about the township's October."""
    answer = desk.client.get(f"{ROOM}/{page}", query_string=PLACE | changed)
    assert answer.status_code == status, answer.text
    return unescape(answer.text)


def token(desk, page="ledger", **changed):
    """The hidden token of its forms."""
    return re.search(r'<main.*?name="csrf_token" value="([^"]+)"', look(desk, page, **changed), re.DOTALL)[1]


def send(desk, act, status=302, subject="", **fields):
    """Send one of its forms: the page that comes (after a redirect that it leads to)."""
    data = PLACE | {"csrf_token": token(desk)} | fields | ({"subject_page": subject} if subject else {})
    answer = desk.client.post(f"{ROOM}/{act}", data=data)
    assert answer.status_code == status, answer.text
    if status == 302:
        answer = desk.client.get(answer.location)
        assert answer.status_code == 200
    return unescape(answer.text)


def digest(desk):
    """The hidden name of the figures on the ledger's page."""
    return re.search(r'name="ledger" value="([0-9a-f]{64})"', look(desk))[1]


def entries(page):
    """The numbers of the entries that a subject's page lets take back."""
    return sorted(set(re.findall(r'name="entry" value="(\d+)"', page)))


def scored(office, votes, *, parts=()):
    """Results and entries for all three: 扎西, 卓玛, 阿旺."""
    desk, scores = office
    scores.receive(scores.withdrawal("w1", "r1"))
    for number, (each, own) in enumerate(zip(scores.members, votes, strict=True)):
        scores.receive(scores.result(f"s{number}", poll=f"q{number}", votes=own, subjects=(each.id,)))
    with scores.database.write() as session:
        book.refresh(session, "county", rehearsal=False)
    for each in scores.members:
        for part, score in parts:
            send(desk, "part", subject=each.id, part=part, score=score, source="打分表", by="张书记")


def test_the_list_leads_to_every_ledger(desk):
    """Organization and period in words; real ones and rehearsals apart."""
    page = desk.page(ROOM)
    assert "嘎玛乡" in page
    assert "某县驻村干部考核办法" in page
    assert "2026年10月" in page
    assert "2026年10月" not in desk.page(f"{ROOM}?rehearsal=1")


def test_a_ledger_that_nothing_came_to_yet(desk):
    """Scores may come before the first poll: the list leads there; what names no ledger is said, and typed still."""
    answer = desk.client.get(ROOM, query_string=PLACE | {"period": "2026-11"})
    assert answer.status_code == 302
    assert "嘎玛乡 · 2026年11月" in desk.page(answer.location)
    for wrong, words in (({"period": "去年"}, "读不懂"), ({"organization": "天上乡"}, "没有台账")):
        answer = desk.client.get(ROOM, query_string=PLACE | wrong)
        assert answer.status_code == 422
        assert words in answer.text
        assert all(f'value="{text}"' in answer.text for text in wrong.values())


def test_the_ledger_says_what_is_there_and_what_is_missing(desk):
    """A score that is there stands as people read it, a missing one as a dash and a reason; nothing stands as zero."""
    page = look(desk)
    assert "85.00" in page
    assert "分数不全" in page
    assert "0.00" not in page.replace("85.00", "")
    subject = look(desk, "subject", subject="zhaxi")
    assert "满意 8、一般 1、不满意 1" in subject
    assert "还没有录入" in subject
    assert "还没有综合得分" in subject
    assert "还没有测评结果" in look(desk, "subject", subject="awang")


@pytest.mark.parametrize(("moment", "late"), [((5, 15, 59), False), ((5, 16, 0), True)])
def test_a_deadline_ends_at_midnight_in_beijing(desk, monkeypatch, moment, late):
    """The last day counts whole; after it the deadline is marked."""
    day, hour, minute = moment
    monkeypatch.setattr("web.ledgers.now", lambda: datetime(2026, 11, day, hour, minute, tzinfo=UTC))
    page = look(desk)
    assert "月度考核汇总上报" in page
    assert ("已过期" in page) is late
    assert ('class="late"' in page) is late


def test_rows_in_every_order(desk, office):
    """By name, by score or one part of it with those without one last, by grade; another order is no page."""
    scored((desk, office), [(12, 0, 0), (2, 2, 8), (11, 1, 0)], parts=[("daily", "90"), ("leaders", "90")])
    rows = {by: re.findall(r'scope="row"><a[^>]*>(\S+?)</a>', look(desk, by=by)) for by in ("name", "score", "grade")}
    assert rows["score"] == ["扎西", "阿旺", "卓玛"]
    assert rows["name"] == sorted(rows["name"])
    assert rows["grade"][-1] == "卓玛"
    assert 'aria-sort="descending"' in look(desk, by="score")
    send(desk, "part", subject="zhuoma", part="leaders", score="99", source="打分表", by="王书记")
    page = look(desk, by="part.leaders")  # 卓玛 has the mean of 90 and 99
    assert re.findall(r'scope="row"><a[^>]*>(\S+?)</a>', page)[0] == "卓玛"
    for none in ("colour", "part.colour"):
        look(desk, by=none, status=404)


def test_the_quota_board_shows_the_tie_and_the_alternative(desk, office):
    """Three of a pool have the same score: nobody is drawn; what was approved is named with its reason."""
    more = [Subject(f"m{number}", "team_member", f"队员{number}", "嘎玛乡", {}) for number in range(4)]
    office.register(*more)
    office.members = (*office.members, *more)
    office.names |= {each.id: each.name for each in more}
    scored((desk, office), [(12, 0, 0), (12, 0, 0), *[(8, 2, 2)] * 5], parts=[("daily", "90"), ("leaders", "90")])
    page = look(desk)
    assert "优秀名额" in page
    assert "参加考核 7 人，最多 1 人" in page
    assert "名额线上同分" in page
    assert "请集体研究" in page
    refused = send(desk, "quota", 422, quota="excellent_cap", what="alternative", reason=" ")
    assert "请填写" in refused
    done = send(desk, "quota", quota="excellent_cap", what="alternative", reason="县委组织部同意")
    assert "已批准放宽名额：县委组织部同意" in done
    assert desk.client.post(f"{ROOM}/quota", data=PLACE | {"csrf_token": token(desk), "what": "x"}).status_code == 404


def test_a_fact_needs_two_people_and_then_vetoes(desk, other):
    """Who entered it cannot confirm it; confirmed, it is a veto that leaves the score alone; taken back, it is gone."""
    page = send(desk, "fact", subject="zhaxi", **FACT)
    assert "等另一个人登录确认。" in page
    [number] = entries(page)
    assert "一票否决" not in page
    assert "要由另一个人确认" in send(desk, "confirm", 409, subject="zhaxi", entry=number)
    page = send(other, "confirm", subject="zhaxi", entry=number)
    assert "一票否决：擅自脱岗" in page
    assert "赵组织 已确认" in page
    assert "一票否决：擅自脱岗" in look(desk)
    assert "已经有人确认过" in send(other, "confirm", 409, subject="zhaxi", entry=number)
    assert "请填写" in send(desk, "withdraw", 422, subject="zhaxi", entry=number, reason="")
    page = send(desk, "withdraw", subject="zhaxi", entry=number, reason="通报已撤销")
    assert "一票否决" not in page
    assert entries(page) == []


def test_a_button_of_another_page_moves_nothing(desk, other):
    """An entry is confirmed and taken back on its own subject's page alone."""
    [number] = entries(send(desk, "fact", subject="zhaxi", **FACT))
    for act in ("confirm", "withdraw"):
        assert f"第 {number} 号记录不能" in send(other, act, 409, subject="zhuoma", entry=number, reason="x")
        assert (
            other.client.post(
                f"{ROOM}/{act}", data=PLACE | {"csrf_token": token(other), "subject_page": "zhaxi", "entry": "x"}
            ).status_code
            == 404
        )
    assert entries(look(desk, "subject", subject="zhaxi")) == [number]


def test_scores_with_their_source(desk):
    """A score stands with who gave it and where it comes from; a bad one is refused and everything typed is there again."""
    page = send(desk, "part", subject="zhaxi", **PART)
    assert "98.00 分，赵副乡长 评，来源：乡镇打分表" in page
    page = send(desk, "part", 422, subject="zhaxi", **PART | {"score": "九十", "source": "第三次会"})
    assert "得分“九十”不对" in page
    for text in ("九十", "第三次会", "赵副乡长"):
        assert f'value="{text}"' in page
    assert "这一项已经填过" in send(desk, "part", 409, subject="zhaxi", **PART)


def test_a_grade_that_people_decided(desk):
    """It stands with its reason; nobody decides about himself; an unknown one is refused."""
    assert "没有“神”这个等次" in send(desk, "grade", 422, subject="zhaxi", grade="神", reason="会议")
    page = send(desk, "grade", subject="zhaxi", grade="competent", reason="11月20日党委会")
    assert "称职 · 11月20日党委会" in page


def test_signatures_follow_the_figures(desk, other, office):
    """No grade, nothing to sign; nobody assessed signs; a signature over figures that moved is refused before, and marked after."""
    assert "现在还没有等次等着签字" in look(desk)
    send(desk, "part", subject="zhaxi", **PART)
    send(desk, "part", subject="zhaxi", **PART | {"part": "leaders"})
    seen = digest(desk)
    signature = {"step": "office", "by": "王主任", "on": "2026-11-21", "text": "", "ledger": seen}
    refused = send(desk, "sign", 409, **signature | {"by": "扎西"})
    assert "请回避" in refused
    assert 'value="扎西"' in refused
    assert "日期“明天”读不懂" in send(desk, "sign", 422, **signature | {"on": "明天"})
    offered = re.search(r'<select id="step".*?</select>', look(desk), re.DOTALL)[0]
    assert ("县委审定" in offered, "纪检监察机关意见" in offered) == (
        True,
        False,
    )  # 扎西 is competent, and nobody excellent
    send(desk, "part", subject="zhuoma", **PART)
    assert "台账刚刚变了" in send(desk, "sign", 409, **signature)
    page = send(desk, "sign", **signature | {"ledger": digest(desk)})
    assert "有 1 个签字等另一个人对着签了字的汇总表核对" in page
    assert "县强基办主任）：" not in page
    page = look(desk, "subject", subject="zhaxi")
    assert (
        "王主任，2026-11-21 · <strong>等另一个人对着签了字的汇总表核对（录入的 王组织 和签字的 王主任 不能核对）"
        in page
    )
    assert page.count("还没有签") == 2  # the steps after it
    [number] = set(entries(look(desk)))
    assert "不能核对" in send(desk, "compare", 409, entry=number)
    assert "请填写" in send(other, "compare", 422)
    send(other, "compare", 409, period="2026", entry=number)
    page = send(other, "compare", entry=number)
    assert "县强基办主任）：王主任，2026-11-21" in page
    assert "赵组织 已核对" in page
    page = look(desk, "subject", subject="zhaxi")
    assert "王主任，2026-11-21" in page
    assert "等另一个人" not in page
    assert "已经核对过" in send(other, "compare", 409, entry=number)
    assert "签字以后数字又变了" not in look(desk)
    first = entries(look(desk, "subject", subject="zhaxi"))[0]
    send(desk, "withdraw", subject="zhaxi", entry=first, reason="抄错了")
    send(desk, "part", subject="zhaxi", **PART | {"score": "97"})
    assert "签字以后数字又变了" in look(desk)


def test_a_signature_is_taken_back(desk, office):
    """With a reason it no longer counts and stays in the book; no reason, another ledger's or a score's number: refused; then it is signed anew."""
    send(desk, "part", subject="zhaxi", **PART)
    send(desk, "part", subject="zhaxi", **PART | {"part": "leaders"})
    signature = {"step": "office", "by": "王主任", "on": "2026-11-21", "text": "", "ledger": digest(desk)}
    send(desk, "sign", **signature)
    score, number = entries(look(desk, "subject", subject="zhaxi"))[0], entries(look(desk))[-1]
    before = office.snapshot()
    assert 'value="' + number in send(desk, "take-back", 422, entry=number, reason=" ")
    send(desk, "take-back", 409, entry=score, reason="抄错了")
    send(desk, "take-back", 404, entry="x", reason="抄错了")
    data = PLACE | {"period": "2026-09", "csrf_token": token(desk), "entry": number, "reason": "抄错了"}
    assert desk.client.post(f"{ROOM}/take-back", data=data).status_code == 409
    assert office.snapshot() == before
    page = send(desk, "take-back", entry=number, reason="签错了页")
    assert "王主任" not in page
    with office.database.read() as session:
        assert book.first_difference(session) is None
        kept = session.get(Entry, int(number))
    assert (kept.kind, "王主任" in kept.detail) == ("sign", True)
    assert "王主任，2026-11-21" in send(desk, "sign", **signature)


def test_an_approval_about_a_quota_is_taken_back(desk, office):
    """The quota is what it was, and can be approved anew."""
    scored((desk, office), [(10, 0, 0)] * 3, parts=[("daily", "98"), ("leaders", "96")])
    approval = {"quota": "excellent_cap", "what": "alternative", "reason": "县委同意"}
    assert "已批准放宽名额：县委同意" in send(desk, "quota", **approval)
    [number] = entries(look(desk))
    assert "已批准放宽名额" not in send(desk, "take-back", entry=number, reason="没有批文")
    send(desk, "take-back", 409, entry=number, reason="没有批文")
    assert "已批准放宽名额：县委同意" in send(desk, "quota", **approval)


HEAD = ["编号", "姓名", "周期", "项目", "得分", "来源"]
GOOD = ["zhaxi", "扎西", "2026-10", "平时掌握", 98, "打分表"]


def test_a_table_with_a_fault_is_not_imported(desk, office):
    """The sentence names row and column, and nothing is in; mended, all of it is."""
    before = office.snapshot()
    bad = workbook(HEAD, GOOD, ["zhuoma", "卓玛", "2026-10", "平时掌握", 101, "打分表"])
    page = send(desk, "import", 422, table=(io.BytesIO(bad), "得分.xlsx"))
    assert "什么都没有导入" in page
    assert "第 3 行 E 列" in page
    assert office.snapshot() == before
    good = workbook(HEAD, GOOD, ["zhuoma", "卓玛", "2026-10", "平时掌握", 91, "打分表"])
    page = send(desk, "import", table=(io.BytesIO(good), "得分.xlsx"))
    assert "98.00" in page
    assert "91.00" in page
    assert "更正" in send(
        desk, "import", 422, table=(io.BytesIO(workbook(HEAD, [*GOOD[:4], 97, "打分表"])), "得分.xlsx")
    )
    assert "97.00" in send(
        desk, "import", table=(io.BytesIO(workbook(HEAD, [*GOOD[:4], 97, "打分表"])), "得分.xlsx"), replace="1"
    )
    empty = load_workbook(io.BytesIO(desk.client.get(f"{ROOM}/template.xlsx").data)).active
    assert [cell.value for cell in empty[1]][:6] == HEAD
    assert send(desk, "import", 422)


def test_the_summary_of_one_and_of_the_county(desk, office):
    """PDF and workbook of the township; without an organization of all that the period has."""
    office.register(Subject("dawa", "team_member", "达𪚥", "曲水乡", {}))
    send(desk, "part", subject="zhaxi", **PART)
    office.names["dawa"] = "达𪚥"
    office.receive(office.result("r9", poll="p9", subjects=("dawa",)))
    with office.database.write() as session:
        book.refresh(session, "county", rehearsal=False)
    answer = desk.client.get(f"{ROOM}/summary.pdf", query_string=PLACE)
    text = pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "嘎玛乡2026年10月考核结果汇总表" in text.replace("\n", "").replace("\0", "")
    county = {"scheme": "county", "period": "2026-10"}
    answer = desk.client.get(f"{ROOM}/summary.pdf", query_string=county)
    assert "达〓" in pypdf.PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().replace("\0", "")
    sheet = load_workbook(io.BytesIO(desk.client.get(f"{ROOM}/summary.xlsx", query_string=county).data)).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "曲水乡" in cells
    assert "全县2026年10月考核结果汇总表" in cells[0]
    assert "全县汇总表" in desk.page(ROOM)
    for where in ({"scheme": "none"}, {"period": "x"}):
        assert desk.client.get(f"{ROOM}/summary.pdf", query_string=county | where).status_code == 404
    assert desk.client.get(f"{ROOM}/summary.exe", query_string=county).status_code == 404


@pytest.mark.parametrize("changed", [{"scheme": "none"}, {"organization": "天上乡"}, {"period": "x"}])
def test_what_is_not_there_is_no_page(desk, changed):
    """An address that names no ledger or subject; also a form sent there."""
    look(desk, status=404, **changed)
    look(desk, "subject", status=404, subject="zhaxi", **changed)
    look(desk, "subject", status=404, subject="nobody")
    send(desk, "part", 404, subject="zhaxi", **PART | changed)


def test_only_who_runs_polls(office, app, desk):
    """A scrutineer gets nowhere, a stranger to the door; a form without its token moves nothing."""
    pages = ["", "/ledger", "/subject", "/register", "/register.xlsx", "/template.xlsx", "/summary.pdf"]
    scrutineer, stranger = Desk(app, "李监票"), app.test_client()
    for page in pages:
        assert scrutineer.client.get(ROOM + page, query_string=PLACE).status_code == 403
        assert stranger.get(ROOM + page, query_string=PLACE).status_code == 302
    before = office.snapshot()
    for act in (
        "part",
        "fact",
        "confirm",
        "withdraw",
        "grade",
        "quota",
        "sign",
        "compare",
        "take-back",
        "import",
        "register",
    ):
        assert desk.client.post(f"{ROOM}/{act}", data=PLACE | {"subject_page": "zhaxi"} | PART).status_code == 403
        assert scrutineer.client.post(f"{ROOM}/{act}", data=PLACE).status_code == 403
    assert office.snapshot() == before


def test_every_member_has_its_word():
    """Whatever a ledger can hold can be said."""
    for kind, words in WORDS.items():
        assert set(words) == set(kind)
        assert all(word(member).strip() for member in kind)


def test_the_pack_of_the_tests_has_a_deadline():
    """The deadline tests are about one that is there."""
    assert b"[[deadlines]]" in PACK
