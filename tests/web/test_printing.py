"""Printing from the desk: one file with all slips, printing again, and printing elsewhere."""

import html
import io
import re
import secrets

import pytest
import sqlalchemy as sa
from drafting import GOOD, Desk, application, make, points_of, poll_of
from pypdf import PdfReader
from village import NOW

from ballots import slips as making
from ballots.invitations import bring_file
from ballots.models import Credential
from belenios.credentials import secret_of
from belenios.trustees import new_key, public_part
from polling.lifecycle import State
from polling.polls import find_poll


@pytest.fixture
def app(village):
    """The application, and the people of the desk."""
    return application(village)


@pytest.fixture
def desk(app) -> Desk:
    """The organizer at the desk."""
    return Desk(app)


def text_of(raw: bytes) -> str:
    """The text of a PDF, without its breaks."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(raw)).pages)
    return "".join(text.replace("\0", "").split())


def test_printing_answers_one_file_with_all_slips(village, desk):
    """One PDF, not to be stored, with every panel's slips; the codes on it are the ones whose points are kept, and they lie nowhere else."""
    poll_id = make(desk)
    answer = desk.send(f"/desk/polls/{poll_id}/print", 200)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    poll = poll_of(village, poll_id)
    text = text_of(answer.data)
    codes = re.findall(
        r"[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}-[1-9A-HJ-NP-Za-km-z]{5}-[1-9A-HJ-NP-Za-km-z]{6}", text
    )
    assert len(codes) == len(set(codes)) == 22 + 12
    assert text.count("演练") >= 34
    with village.database.read() as session:
        points = set(session.scalars(sa.select(Credential.point)))
    made = {making.point_of(secret_of(code, panel.uuid)) for code in codes for panel in poll.panels}
    assert len(points) == 34
    assert points <= made
    everything = b"".join(path.read_bytes() for path in village.database.settings.home.rglob("*") if path.is_file())
    assert poll_id.encode() in everything
    assert [code for code in codes if code.encode() in everything] == []


def test_printing_again_and_stale_forms(village, desk):
    """A second click with the same form is told that it is stale, and the first slips stay good; printing again replaces them."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/print"
    assert "以前的票就全部作废" not in desk.page(address)
    fields = desk.fields(address)
    desk.send("", 200, to=address, fields=fields)
    before = points_of(village)
    page = html.unescape(desk.send("", 409, to=address, fields=fields).text)
    assert "又有了变动" in page
    assert "以前的票就全部作废" in page
    assert points_of(village) == before
    for typed in ("", "别的"):
        page = html.unescape(desk.send(address, 422, written=typed).text)
        assert page.count(f"这里写的不是「{GOOD['title']}」") == 1
        assert f'spellcheck="false" value="{typed}"' in page
    assert points_of(village) == before
    desk.send(address, 200, written=GOOD["title"])
    assert points_of(village).isdisjoint(before)
    assert len(points_of(village)) == 34


def test_the_print_page_says_what_slips_will_promise(village, desk):
    """While invited holders' keys are missing the page warns and names them; with the keys it shows the promise."""
    poll_id = make(desk)
    page = desk.page(f"/desk/polls/{poll_id}/print")
    assert "还在等这几位的钥匙：李保管、陈保管" in page
    assert f"/desk/polls/{poll_id}/keys" in page
    with village.database.write() as session:
        for number in (1, 2):
            part = public_part(new_key(secrets.token_bytes), secrets.token_bytes)
            bring_file(session, find_poll(session, poll_id), number, part, where="x", who="王", now=NOW)
    page = desk.page(f"/desk/polls/{poll_id}/print")
    assert "还在等" not in page
    assert "没有人能看到您的选择：票箱只公布合计。" in page
    assert "没有人能看到您的选择" in text_of(desk.send(f"/desk/polls/{poll_id}/print", 200).data)
    nobody = make(desk, holder_1="", holder_2="")
    assert "因为没有另请钥匙保管人" in desk.page(f"/desk/polls/{nobody}/print")


def test_a_real_poll_is_not_printed_for_this_machine_alone(village, desk):
    """Slips of a poll that counts never lead to localhost, and the poll is not frozen by trying; a rehearsal's may."""
    poll_id = make(desk, base_url="")
    with village.database.write() as session:
        find_poll(session, poll_id).rehearsal = False
    address = f"/desk/polls/{poll_id}/print"
    fields = desk.fields(address)
    assert "手机打不开" in desk.page(address)
    assert "手机打不开" in html.unescape(desk.send("", 409, to=address, fields=fields).text)
    assert poll_of(village, poll_id).state is State.DRAFT
    with village.database.write() as session:
        find_poll(session, poll_id).rehearsal = True
    desk.send(address, 200)


def test_an_opened_poll_is_not_printed(village, app):
    """Once the box is open the page of printing leads back to the poll."""
    village.opened()
    desk = Desk(app)
    token = desk.fields("/desk/polls/new")["csrf_token"]
    for path in ("print", "print/bundle", "print/points"):
        answer = desk.client.post(
            f"/desk/polls/{village.poll}/{path}",
            data={"csrf_token": token, "revision": str(poll_of(village, village.poll).revision)},
        )
        assert answer.status_code == 302, path
    assert len(points_of(village)) == 10


def test_printing_elsewhere(village, desk):
    """The export holds nothing secret and ends earlier slips; only the points of the latest export are taken back, once more is no error."""
    poll_id = make(desk)
    address = f"/desk/polls/{poll_id}/print"
    first = desk.send(address, 200, to=f"{address}/bundle").data
    page = html.unescape(desk.send(address, 422, to=f"{address}/bundle").text)
    assert page.count(f"这里写的不是「{GOOD['title']}」") == 1
    assert "<details open><summary>在别的电脑上印票" in page
    answer = desk.send(address, 200, to=f"{address}/bundle", written=GOOD["title"])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "正等 points.json" in desk.page(address)
    assert points_of(village) == set()

    def points(raw: bytes) -> bytes:
        bundle = making.read_bundle(raw)
        out = io.BytesIO()
        made = {
            panel.panel: making.print_panel(out, bundle, panel, random=secrets.token_bytes, translations=Plain())
            for panel in bundle.panels
        }
        return making.points_document(bundle, made)

    def back(raw: bytes | None, status: int) -> str:
        fields = (
            desk.fields(address)
            if status != 302
            else {"csrf_token": desk.fields("/desk/polls/new")["csrf_token"], "revision": "0"}
        )
        data = fields | ({"points": (io.BytesIO(raw), "points.json")} if raw is not None else {})
        answer = desk.client.post(f"{address}/points", data=data)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    assert "请先选好文件" in back(None, 422)
    assert "不是印票程序留下的" in back(b"{}", 422)
    assert "不是最近一次导出的" in back(points(first), 422)
    good = points(answer.data)
    back(good, 302)
    assert len(points_of(village)) == 34
    back(good, 302)
    assert len(points_of(village)) == 34


class Plain:
    """Chinese as it stands."""

    def gettext(self, message: str) -> str:
        """The sentence itself."""
        return message
