"""Random inspections at the desk, without a browser: two steps, refusals at their fields, nothing typed is lost, everybody can look."""

import json
import re

import pytest
from counties import own_pack
from desks import Desk
from drawing import THROWS, VILLAGES

from schemes.loading import PACKS
from web.draw_forms import FIELDS, Dice, Fixing, Number

FILLED = {
    "purpose": "半年抽查",
    "period": "2026H1",
    "names": "\r\n".join(VILLAGES),
    "ratio": "20%",
    "seed_kind": "dice",
}
DICE = {"one": THROWS[0][0], "one_dice": THROWS[0][1], "other": THROWS[1][0], "other_dice": THROWS[1][1]}


def token(desk, address):
    """The token of a page's form."""
    main = desk.page(address).partition("<main")[2]
    return {"csrf_token": re.search(r'name="csrf_token"[^>]*value="([^"]+)"', main)[1]}


def send(desk, address, status, **fields):
    """Send a form: the page that comes."""
    answer = desk.client.post(address, data=token(desk, address) | fields)
    assert answer.status_code == status, answer.text
    return answer


def fixed(desk, **changes):
    """Fix a draw: the address of its page."""
    return send(desk, "/desk/draws/new", 302, **FILLED | changes).location


def refused(desk, words, status=422, **changes):
    """A refused form: the sentence stands there, and everything typed too."""
    page = send(desk, "/desk/draws/new", status, **FILLED | changes).text
    assert words in page
    for text in (FILLED | changes).values():
        assert text.strip()[:20].partition("\n")[0] in page
    return page


def test_fixed_thrown_and_open_to_everybody(app, desk):
    """The commitment stands before the dice are asked for; everybody gets the signed bytes of both; a second click changes nothing."""
    address = fixed(desk)
    draw = address.rpartition("/")[2]
    everybody = app.test_client()
    before = everybody.get(f"/draws/{draw}")
    assert "已定下，还没有抽" in before.text
    assert everybody.get(f"/draws/{draw}/record.json").status_code == 404
    population = json.loads(everybody.get(f"/draws/{draw}/fixed.json").data)["document"]
    assert population["size"] == 10
    send(desk, address, 302, **DICE)
    record = json.loads(everybody.get(f"/draws/{draw}/record.json").data)["document"]
    assert record["population"] == population
    page = everybody.get(f"/draws/{draw}").text
    assert all(row["name"] in page for row in record["sample"])
    assert "".join(re.findall(r"<span>([0-9a-f]{4})</span>", page)) == record["commitment"]
    again = desk.client.post(address, data=token(desk, address="/desk/draws/new") | DICE)
    assert again.status_code == 302
    assert json.loads(everybody.get(f"/draws/{draw}/record.json").data)["document"] == record
    assert "半年抽查" in everybody.get("/draws").text
    assert "半年抽查" in desk.page("/desk/draws")
    assert "/draws" in everybody.get("/").text
    assert not any("Set-Cookie" in answer.headers for answer in (before, everybody.get("/draws")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"names": " "}, "名单是空的"),
        ({"names": "甲村\n乙村\n甲村"}, "甲村 (1, 3)"),
        ({"names": "\n".join(f"第{number}户" for number in range(100_000))}, "名单有 100000 个"),
        ({"ratio": "20"}, "读不懂"),
        ({"ratio": ""}, "请写抽查比例"),
        ({"period": "去年"}, "读不懂"),
        ({"purpose": ""}, "请填写"),
        ({"seed_kind": "public", "source": "双色球", "day": "2020-01-01"}, "之后"),
        ({"seed_kind": "public", "source": "双色球", "day": "明天"}, "读不懂"),
        ({"seed_kind": "public", "source": "", "day": "2099-01-01"}, "请填写"),
        ({"replaces": "none", "reason": "x"}, "不是这个事项"),
    ],
)
def test_bad_lists_lose_nothing(desk, changes, words):
    """A sentence at the field; what was typed stands there again, also a hundred thousand names."""
    refused(desk, words, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"one_dice": "1" * 19}, "还"),
        ({"one_dice": "7" * 20}, "骰子只有 1 到 6 点"),
        ({"other": "王组织"}, "请另一个人来掷"),
        ({"other": ""}, "要两个人"),
        ({"other_dice": THROWS[0][1]}, "一模一样"),
    ],
)
def test_bad_dice_lose_nothing(desk, changes, words):
    """Nothing is drawn, and the dice stand there again."""
    address = fixed(desk)
    page = send(desk, address, 422, **DICE | changes).text
    assert (words if words != "还" else "只有 19 个点数") in page
    for text in (DICE | changes).values():
        assert f'value="{text}"' in page
    assert "抽中的" not in page.partition("掷骰子")[0]


def test_replacing_needs_the_old_one_and_a_reason(desk):
    """The form starts from the old one; the old page says so and takes no dice any more."""
    address = fixed(desk)
    draw = address.rpartition("/")[2]
    assert draw in refused(desk, "同一事项", status=409)
    page = desk.page(f"/desk/draws/new?replaces={draw}")
    assert draw in page
    assert VILLAGES[-1] in page
    refused(desk, "请写明理由", replaces=draw)
    newer = fixed(desk, replaces=draw, reason="名单漏了一村")
    assert "已由另一次代替" in desk.page(address)
    assert "已由" in send_old(desk, address)
    assert "理由：名单漏了一村" in desk.page(newer)
    assert desk.client.get("/desk/draws/none").status_code == 404
    assert desk.client.get("/draws/none").status_code == 404


def send_old(desk, address):
    """Dice for a page that lay open while the draw was replaced."""
    answer = desk.client.post(address, data=token(desk, "/desk/draws/new") | DICE)
    assert answer.status_code == 409
    return answer.text


def test_a_number_before_its_day(desk):
    """The page asks for the number that was named, and refuses it before its day."""
    address = fixed(desk, seed_kind="public", source="双色球第 1 期", day="2099-01-01")
    page = send(desk, address, 409, number="03 11 22 25 30 33 08").text
    assert "还没有到那一天" in page
    assert "03 11 22 25 30 33 08" in page


def test_the_ratio_of_a_countys_own_scheme_is_offered(desk):
    """A pack in YIPIAO_HOME/schemes has its inspections among the others."""
    name = own_pack("huayuan_2016")
    assert f'value="{name}/month"' in desk.page("/desk/draws/new")
    assert "抽 15 个" in desk.page(fixed(desk, rule=f"{name}/month", ratio="", period="2026-10"))


def test_the_ratio_of_a_scheme_is_offered(desk, tmp_path, monkeypatch):
    """An inspection of a pack gives the ratio; its period is asked for."""
    text = (PACKS / "standard.toml").read_text(encoding="utf-8")
    inspection = """
[[inspections]]
key = "half_year"
title = "地市半年抽查"
share = "1/5"
period = "half_year"
who = "地市强基办"
source = "第六条（六）"
"""
    (tmp_path / "standard.toml").write_text(text + inspection, encoding="utf-8")
    monkeypatch.setattr("schemes.loading.PACKS", tmp_path)
    assert "地市半年抽查 20%" in desk.page("/desk/draws/new")
    rule = {"rule": "standard/half_year", "ratio": ""}
    refused(desk, "不按「2026Q3」", period="2026Q3", **rule)
    page = desk.page(fixed(desk, **rule))
    assert "抽 10 个" in page


def test_only_who_runs_polls(app):
    """A scrutineer and a stranger fix nothing."""
    assert Desk(app, "李监票").client.get("/desk/draws/new").status_code == 403
    assert app.test_client().get("/desk/draws/new").status_code == 302


def test_every_field_of_a_refusal_is_there(app):
    """No sentence is sent to a field that no form has."""
    with app.test_request_context():
        forms = [Fixing(meta={"csrf": False}), Dice(meta={"csrf": False}), Number(meta={"csrf": False})]
        assert {name for name in FIELDS.values() if not any(name in form for form in forms)} == set()
