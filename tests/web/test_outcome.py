"""Waiting for keys, counting, the result and its publication at the desk."""

import csv
import html
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pypdf
import pytest
from desks import ORGANIZER, SCRUTINEER, Desk, at, bring, change, close_fields, hand_in, invite, state
from openpyxl import load_workbook
from village import NOW

from ballots.closing import close_boxes, level
from polling.history import history
from polling.lifecycle import State
from polling.models import Subject
from polling.polls import find_poll


@pytest.fixture
def waiting(village):
    """A closed real poll of ten ballots whose keys are the server's and two holders': the village and their private keys by name."""
    village.create(rehearsal=False)
    village.print()
    keys = {name: bring(village, invite(village, name)) for name in ("甲监票", "乙监票")}
    village.open()
    village.vote([[1]] * 9 + [[4]])
    with village.database.write() as session:
        close_boxes(session, find_poll(session, village.poll, lock=True), {}, people=(ORGANIZER, SCRUTINEER), now=NOW)
    level(village.database)
    return village, keys


def test_counting_waits_for_each_key_by_name(waiting, desk):
    """Who is missing is named with the fingerprint, and there is no button; a POST all the same counts nothing; with all shares it does."""
    village, keys = waiting
    page = desk.page(at(village, "count"))
    for name in keys:
        assert re.search(rf"<dt>{name}</dt>\s*<dd>.*还没有打开：村民代表和老党员代表", page)
    assert "在这台服务器上，计票时最后用" in page
    assert "<button disabled>" in page
    hidden = desk.form(at(village, "count")) if 'name="revision"' in page else None
    assert hidden is None
    hand_in(village, "甲监票", keys["甲监票"])
    page = desk.page(at(village, "count"))
    assert re.search(r"<dt>甲监票</dt>\s*<dd>.*已经打开合计", page)
    assert re.search(r"<dt>乙监票</dt>\s*<dd>.*还没有打开", page)
    with village.database.read() as session:
        revision = str(find_poll(session, village.poll).revision)
    token = desk.form(at(village, "annul"))["csrf_token"]
    page = desk.send(at(village, "count"), 200, follow=True, hidden={"csrf_token": token, "revision": revision})
    assert "还有保管人没有用钥匙打开合计" in page
    assert state(village) is State.TALLIED
    hand_in(village, "乙监票", keys["乙监票"])
    page = desk.page(at(village, "count"))
    assert "data-again" not in page
    assert "90.00" in desk.send(at(village, "count"), 200, follow=True)
    assert state(village) is State.COUNTED


def test_a_stale_page_counts_nothing(village, desk):
    """What changed after the page was opened is shown first."""
    village.opened()
    village.vote([[1]] * 10)
    village.close()
    hidden = desk.form(at(village, "count"))
    change(village, revision=99)
    assert "又有了变动" in desk.send(at(village, "count"), 409, hidden=hidden)
    assert state(village) is State.CLOSED


def test_a_page_from_before_a_tally_that_has_begun_counts(waiting, desk):
    """The first of two clicks moves the revision while it still counts: the second is not told that the poll had changed."""
    village, keys = waiting
    for name, key in keys.items():
        hand_in(village, name, key)
    hidden = desk.form(at(village, "count"))
    change(village, revision=99)
    assert "90.00" in desk.send(at(village, "count"), 200, follow=True, hidden=hidden)


def test_a_box_that_does_not_fit_is_said_and_stays_shut(real, desk):
    """The server's key with another passphrase opens nothing: a sentence, the same page, the poll waits on."""
    real.vote([[1]] * 10)
    desk.send(at(real, "close"), 302, **close_fields())
    hidden = desk.form(at(real, "count"))
    object.__setattr__(real.database.settings, "passphrase", "另一个口令")
    page = desk.send(at(real, "count"), 409, hidden=hidden)
    assert "YIPIAO_KEY_PASSPHRASE 打不开钥匙" in page
    assert state(real) is State.TALLIED


def test_a_box_below_its_minimum_is_never_opened(village, desk):
    """The page says so before the count, the result says it in words and has no number."""
    village.opened(panels=("evaluators", "villagers"))
    village.vote([[1]] * 6)
    village.vote([[2]] * 20, "evaluators")
    village.close()
    page = desk.page(at(village, "count"))
    assert page.count("收回的不够最低张数，票箱永远不打开") == 1
    assert "可以计票" in page
    page = desk.send(at(village, "count"), 200, follow=True)
    assert "票已经计好" in page
    assert "80.00" in page
    assert page.count("收回的不够最低张数，票箱永远不打开") == 1


def test_two_clicks_on_count_do_no_harm(village, desk):
    """The second one leads to the same result."""
    village.opened()
    village.vote([[1]] * 10)
    village.close()
    hidden = desk.form(at(village, "count"))
    assert "100.00" in desk.send(at(village, "count"), 200, follow=True, hidden=hidden)
    page = desk.send(at(village, "count"), 200, follow=True, hidden=hidden)
    assert "不用再计" in page
    assert "100.00" in page


def test_clicks_at_the_same_moment_do_each_thing_once(village, app):
    """Two browsers that open, close, count and publish at once: both come through, and each act stands once in the log."""
    village.create()
    village.print()
    desks = [Desk(app), Desk(app)]
    for page, fields in (("open", {"told": "y"}), ("close", {"stand_in": "y"}), ("count", {}), ("publish", {})):
        if page == "close":
            village.vote([[1]] * 10)
        forms = [desk.form(at(village, "result" if page == "publish" else page)) for desk in desks]
        with ThreadPoolExecutor(2) as pool:
            for sent in [
                pool.submit(desk.send, at(village, page), 302, hidden=form, **fields)
                for desk, form in zip(desks, forms, strict=True)
            ]:
                sent.result()
    with village.database.read() as session:
        acts = [done.what for done in history(session, village.poll)]
    assert acts[:2] == ["poll.publish", "poll.stand_in"]
    assert acts[2:] == ["poll.send", "poll.count", "poll.tally", "poll.close", "poll.open", "poll.print", "poll.create"]


def test_counting_before_closing(village, desk):
    """There is nothing to count yet, and nothing to see or to print."""
    village.opened()
    for page, words in (("count", "票箱还没有关"), ("result", "还没有计票"), ("report.pdf", "还没有公布")):
        assert words in desk.client.get(at(village, page), follow_redirects=True).text


def counted(village, picks, **options):
    """A counted rehearsal."""
    village.opened(**options)
    village.vote(picks)
    village.close()
    village.count()
    return village


def test_the_result_shows_every_count_rate_and_line(village, desk):
    """Counts and rates of all options, what was not chosen among them, the score, and the 60-point line."""
    counted(village, [[1]] * 3 + [[3]] * 4 + [[4]] * 3 + [[5]] + [[0]], expected={"villagers": 12})
    page = desk.page(at(village, "result"))
    for words in ("30.00%", "40.00%", "0.00%", ">50.00<", "低于群众满意度底线 60 分", "最低 10 张"):
        assert words in page, words
    row = re.findall(r'<td class="number"[^>]*>(\d+)', page.partition("<tbody>")[2])
    assert row == ["3", "0", "4", "3", "10", "1", "1"]


def test_the_result_as_a_table(village, desk):
    """Excel and csv say the same: votes and rates of all options, score, floor, what was apart; a name is no formula."""
    village.create(expected={"villagers": 12}, spare=2)
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        session.get(Subject, "team-1").name = poll.subjects[0].name = "=1+1工作队"
    village.print()
    village.open()
    village.vote([[1]] * 3 + [[3]] * 4 + [[4]] * 3 + [[5]] + [[0]])
    village.close(villagers=13)
    with village.database.write() as session:
        find_poll(session, village.poll).panels[0].note = "补发一张"
    assert "还没有计票" in desk.client.get(at(village, "result.csv"), follow_redirects=True).text
    village.count()
    said = desk.client.get(at(village, "result.csv"))
    assert said.mimetype == "text/csv"
    assert said.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(said.data.decode("utf-8-sig"))))
    head = rows.index(next(row for row in rows if row[:1] == ["测评对象"]))
    assert rows[head - 1][1:] == [
        "应到", "12", "实到", "13", "印制", "14", "发出", "13", "作废票", "0", "备用未用", "1", "收回", "12", "最低", "10",
    ]  # fmt: skip
    assert rows[-1][0] == "核对人数和票数"
    assert rows[-1][1].endswith("不相符，理由：补发一张。")
    line = dict(zip(rows[head], rows[head + 1], strict=True))
    assert line | {"档案核对码": ""} == {
        "测评对象": "\t=1+1工作队", "得分": "50.00", "底线": "60", "低于底线": "是",
        "很满意": "3", "很满意%": "30.00%", "满意": "0", "满意%": "0.00%", "一般": "4", "一般%": "40.00%", "不满意": "3", "不满意%": "30.00%",
        "有效票": "10", "弃权": "1", "不了解": "1", "无效": "0", "收回": "12", "档案核对码": "",
    }  # fmt: skip
    book = load_workbook(io.BytesIO(desk.client.get(at(village, "result.xlsx")).data)).active
    sheet = [[cell for cell in row if cell.value is not None] for row in book.iter_rows()]
    found = next(row for row in sheet if row and row[0].value == "=1+1工作队")
    assert (found[0].data_type, found[4].value, found[5].value) == ("s", 3, "30.00%")
    assert desk.client.get(at(village, "result.pdf")).status_code == 404


def test_publishing_signs_once_and_gives_a_report(village, desk):
    """The signed document is on notice, the public page and the PDF follow; a second click publishes nothing else."""
    counted(village, [[1]] * 10)
    assert "现在只有您看得见" in desk.page(at(village, "result"))
    hidden = desk.form(at(village, "result"))
    page = desk.send(at(village, "publish"), 200, follow=True, hidden=hidden)
    identity = re.search(r'/results/(\w+)"', page)[1]
    assert desk.client.get(f"/results/{identity}").status_code == 200
    assert desk.client.get(f"/api/v1/results/{identity}").status_code == 200
    again = desk.send(at(village, "publish"), 200, follow=True, hidden=hidden)
    assert re.findall(r'/results/(\w+)"', again)[0] == identity
    report = desk.client.get(at(village, "report.pdf"))
    assert (report.status_code, report.mimetype) == (200, "application/pdf")
    assert report.data.startswith(b"%PDF")
    assert report.headers["Cache-Control"] == "no-store"
    assert report.headers["Content-Disposition"].startswith("inline")


def test_a_stale_page_publishes_nothing(village, desk):
    """A change by somebody else is shown first."""
    counted(village, [[1]] * 10)
    hidden = desk.form(at(village, "result"))
    change(village, revision=99)
    assert "又有了变动" in desk.send(at(village, "publish"), 409, hidden=hidden)
    assert state(village) is State.COUNTED


def test_a_trial_is_never_published(village, desk):
    """The throw-away box is a poll of no page: nothing of the day can be done with it."""
    counted(village, [[1]] * 10)
    hidden = desk.form(at(village, "result"))
    change(village, trial_of=village.poll)
    for page in ("", "result", "wall", "count", "annul"):
        desk.page(at(village, page), 404)
    desk.send(at(village, "publish"), 404, hidden=hidden)
    assert state(village) is State.COUNTED


def test_options_are_named_in_the_readers_language(village, desk):
    """Pages and tables say what the ballot's buttons say; the signed document and the report keep the words that were voted on."""
    village.create()
    village.print()
    village.open()
    village.vote([[1]] * 10)
    village.close()
    village.count()
    village.sign()
    raw = village.publish_signed()
    public = f"/results/{json.loads(raw)['document']['id']}"
    english, chinese = ["Very satisfied", "Representatives of villagers"], ["很满意", "村民代表和老党员代表"]
    for address in (at(village, "result"), public, at(village, "result.csv")):
        said = {lang: html.unescape(desk.client.get(f"{address}?lang={lang}").text) for lang in ("en", "zh")}
        for word, own in zip(english, chinese, strict=True):
            assert word in said["en"], address
            assert own not in said["en"], address
            assert own in said["zh"], address
    assert chinese[0].encode() in raw
    paper = desk.client.get(at(village, "report.pdf") + "?lang=en").data
    printed = pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().replace("\0", "")
    assert chinese[0] in printed
