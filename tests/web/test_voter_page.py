"""The voter's page as the server sends it: each state in words without a script, names that are no markup, the exact bytes inside."""

import base64
import gzip
import hashlib
import io
import json
import re

import pytest
from fontTools.ttLib import TTFont
from pages.voter_site import named

from polling.polls import find_poll
from web.app import create_app

HOSTILE = "</script><script>alert(1)</script><!--\"'&amp;"


@pytest.fixture
def page(village):
    """GET a panel's page: the answer, its text and the data inside."""

    def get(query="", key="villagers", **headers):
        answer = create_app(village.database).test_client().get(f"/v/{village.panels[key]}{query}", headers=headers)
        raw = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data
        text = raw.decode()
        [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text)
        return answer, text, json.loads(data)

    return get


def test_each_state_in_words(village, page):
    """Without a script the page says how far the poll is; the election is inside while the box is open, and only then."""
    village.create()
    village.print()
    _, text, data = page()
    assert "票箱还没有打开" in text
    assert (data["state"], data["election"]) == ("early", None)
    village.open()
    _, _, data = page()
    assert data["state"] == "open"
    assert data["election"].encode() == village.election().raw
    village.vote([[1]] * 10)
    village.close()
    answer, text, data = page()
    assert "票箱已经关闭" in text
    assert f"/v/{village.panels['villagers']}/archive.bel" in text
    assert (data["state"], data["election"]) == ("closed", None)
    village.count()
    assert page()[2]["state"] == "closed"
    assert answer.status_code == 200


def test_an_annulled_poll(village, page):
    """An annulled poll says so, before opening and after."""
    village.opened()
    village.annul()
    _, text, data = page()
    assert "本场测评已作废" in text
    assert (data["state"], data["election"]) == ("annulled", None)


def test_names_are_no_markup(village, page, monkeypatch):
    """A name that looks like markup ends no element, and the exact bytes of the election come out of the page again."""
    monkeypatch.setattr("village.SubjectEntry", named(lambda _at: HOSTILE))
    village.opened()
    answer, text, data = page()
    assert data["election"].encode() == village.election().raw
    assert HOSTILE in json.loads(data["election"])["questions"][0]["question"]
    assert "<script>alert" not in text
    assert text.count("<script") == 3
    bodies = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()}'" for body in bodies]
    assert f"script-src {' '.join(hashes)};" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_boxes_key_is_inside(village, page):
    """The page holds the key that the box signs receipts with."""
    village.opened()
    _, _, data = page()
    keys = create_app(village.database).test_client().get("/api/v1/keys").json["keys"]
    assert data["key"] in [entry["public"] for entry in keys]
    assert sorted(data) == ["election", "key", "panel", "state", "words"]


def test_both_languages_and_both_codings(village, page):
    """The page comes in the reader's language, packed where the browser takes it, and is the same either way."""
    village.opened()
    plain, chinese, _ = page()
    packed, same, _ = page(Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert same == chinese
    assert '<html lang="zh">' in chinese
    assert '<html lang="en">' in page("?lang=en")[1]
    for answer in (plain, packed):
        assert {"Accept-Encoding", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
        assert "Set-Cookie" not in answer.headers


def test_a_font_for_tibetan_names(village, page, monkeypatch):
    """The font has the letters of this panel's names, stacked as they must be, is the same packed or not, and is allowed by this page alone."""
    monkeypatch.setattr("village.SubjectEntry", named(lambda _at: "རྒྱ་མཚོ 工作队"))
    village.opened()
    answer, text, _ = page()
    address = f"/v/{village.panels['villagers']}/tibetan.ttf"
    assert f"src:url({address});font-display:swap;unicode-range:U+F00-FFF" in text
    assert "font-src 'self';" in answer.headers["Content-Security-Policy"]
    client = create_app(village.database).test_client()
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data
    assert (plain.mimetype, "Set-Cookie" in plain.headers) == ("font/ttf", False)
    font = TTFont(io.BytesIO(plain.data))
    assert set(map(chr, font.getBestCmap())) - {" "} == set("རྒྱ་མཚོ")
    assert "GSUB" in font


def test_no_font_without_tibetan(village, page):
    """Other panels have no such font, in the page, in its policy or at the address."""
    village.opened()
    answer, text, _ = page()
    assert "@font-face" not in text
    assert "font-src" not in answer.headers["Content-Security-Policy"]
    address = f"/v/{village.panels['villagers']}/tibetan.ttf"
    assert create_app(village.database).test_client().get(address).status_code == 404


def test_the_polls_own_sentence_and_languages(village, page):
    """The organizer's sentence stands above the ballot as text; a poll in Chinese alone is Chinese whatever the phone asks for."""
    village.create()
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        poll.intro, poll.languages = "请按十月的<b>表现</b>评。", "zh_CN"
    village.print()
    village.open()
    _, text, data = page(**{"Accept-Language": "en"})
    assert "请按十月的&lt;b&gt;表现&lt;/b&gt;评。" in text
    assert '<html lang="zh">' in text
    assert "任何人不得要求您出示选择" in text.partition("<footer")[2].partition("</footer")[0]
    assert (data["one"], "words" in data) == (1, False)
    assert 'lang="en"' not in text
    village.close()
    assert "请按十月" not in page()[1]
