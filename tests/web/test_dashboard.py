"""The desk's first page: deadlines with the days left, polls by whose turn it is; and the calendar."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from desks import ORGANIZER, SCRUTINEER, at, change, invite
from village import NOW

from polling.lifecycle import State
from polling.models import Role
from polling.people import add_user
from polling.polls import find_poll
from publishing import sign_off
from publishing.counting import count_poll
from web import dashboard, day


@pytest.fixture
def on(monkeypatch):
    """Let the first page think that it is this day."""

    def set_to(month, day_):
        for room in (dashboard, day):
            monkeypatch.setattr(room, "now", lambda: datetime(2026, month, day_, 3, tzinfo=UTC))

    return set_to


def deadlines(page):
    """The lines of the deadlines, without their markup."""
    listed = page.partition('<ul class="deadlines">')[2].partition("</ul>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in listed.split("<li")[1:]]


def sections(page):
    """Titles of polls by the heading above them."""
    parts = re.split(r"<h2>(.*?)</h2>", page.partition("<main")[2])
    return {
        heading: re.findall(r"<h3><a [^>]*>(.*?)</a>", part)
        for heading, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def test_deadlines_and_days_left(village, desk, on):
    """The month that a real poll belongs to, its last day, a day late; the next month has none yet, and a model to make it after."""
    village.create(rehearsal=False)
    for month, number, left in ((11, 5, "还有 5 天"), (11, 10, "今天到期"), (11, 11, "过了 1 天")):
        on(month, number)
        [line] = [line for line in deadlines(desk.page("/desk/")) if "· 2026年10月：" in line]
        assert f"2026年11月10日截止，{left}" in line, line
        assert "嘎玛村驻村工作队民主测评 （草稿）" in line
    page = desk.page("/desk/")
    [line] = [line for line in deadlines(page) if "· 2026年11月：" in line]
    assert "还有 29 天。 这一期还没有测评。 照上一场建一场" in line, line
    assert f'action="{at(village, "copy")}"' in page
    change(village, state=State.ANNULLED)
    on(11, 12)
    page = desk.page("/desk/")
    assert '<li class="late"><strong>月度考核' in page
    on(12, 1)
    assert not [line for line in deadlines(desk.page("/desk/")) if "· 2026年10月：" in line]


def test_no_deadline_follows_from_a_rehearsal(village, desk, on):
    """A rehearsal is due to nobody; it stands in the list."""
    village.create()
    on(11, 5)
    page = desk.page("/desk/")
    assert deadlines(page) == []
    assert "截止" not in page
    assert list(sections(page)) == ["等您办"]


def test_polls_by_whose_turn_it_is(village, desk):
    """What the desk can do now, what waits for others, what is on notice and what is over stand apart, each with its button."""
    village.create(rehearsal=False)
    assert "等您办" in sections(desk.page("/desk/"))
    invite(village, "甲监票")
    page = desk.page("/desk/")
    assert "等您办" not in sections(page)
    assert len(sections(page)["等别人"]) == 1
    assert f'<a class="button plain" href="{at(village, "keys")}">请保管人做钥匙</a>' in page


def test_a_result_from_its_count_to_its_end(real, desk, on):
    """Counted: the desk's turn; out for signatures: others'; on notice: nobody's while it runs, and on the calendar; then the desk's again."""
    on(10, 20)
    real.people = (ORGANIZER, SCRUTINEER)
    real.vote([[1]] * 10)
    assert "等您办" in sections(desk.page("/desk/"))
    real.close()
    count_poll(real.database, real.poll, (), store=real.store(False), who=ORGANIZER, now=NOW, random=real.random)
    assert "等您办" in sections(desk.page("/desk/"))
    with real.database.write() as session:
        for name in ("张组长", "陈书记"):
            add_user(session, name, Role.APPROVER, None)
        poll = find_poll(session, real.poll, lock=True)
        sign_off.send(session, poll, ("张组长", "陈书记"), who=ORGANIZER, now=NOW)
    page = desk.page("/desk/")
    assert "等您办" not in sections(page)
    assert "结果正在签字，现在轮到" in page
    with real.database.write() as session:
        poll = find_poll(session, real.poll, lock=True)
        for position, name in enumerate(("张组长", "陈书记")):
            sign_off.sign(session, poll, position, name=name, text="同意", now=NOW)
    assert "等您办" in sections(desk.page("/desk/"))
    real.publish_signed()
    assert list(sections(desk.page("/desk/")))[-1] == "正在公示"
    month = desk.page("/desk/calendar?month=2026-10")
    [last] = re.findall(r'<h2 id="day-(2026-10-\d\d)">[^<]+</h2>\s*<ul><li><a [^>]*>2026年10月 嘎玛村', month)
    assert f'<a href="#day-{last}">{int(last[-2:])}<' in month
    assert "公示的最后一天" in month
    on(10, int(last[-2:]) + 1)
    page = desk.page("/desk/")
    assert "公示期满" in page
    assert "等您办" in sections(page)


def test_the_calendar_goes_from_month_to_month(village, desk, on):
    """Today is marked; the months beside it are a click away; what is no month is no page."""
    on(11, 5)
    assert "没有期限" in desk.page("/desk/calendar")
    village.create(rehearsal=False)
    page = desk.page("/desk/calendar")
    assert re.search(r'<td aria-current="date"[^>]*>5<', page)
    assert re.findall(r"calendar\?month=([0-9-]+)", page) == ["2026-10", "2026-12"]
    assert '<h2 id="day-2026-11-10">' in page
    for month in ("2026-13", "x", "2026-1", "1999-01"):
        desk.page(f"/desk/calendar?month={month}", 404)


def test_the_first_page_asks_little_of_each_poll(village, desk):
    """Two questions more for each draft that is added, not nine: a county has hundreds."""
    asked = []
    sa.event.listen(village.database.engine, "before_cursor_execute", lambda *_args: asked.append(1))

    def questions() -> int:
        asked.clear()
        desk.page("/desk/")
        return len(asked)

    village.create(rehearsal=False)
    one = questions()
    for _ in range(5):
        village.create(rehearsal=False)
    assert questions() <= one + 5 * 2


def test_what_is_long_over_is_a_click_away(village, desk, monkeypatch):
    """The latest of the polls that ended, and how many there are before them."""
    monkeypatch.setattr("web.dashboard.MOST_ENDED", 2)
    for _ in range(3):
        village.create(rehearsal=False)
        change(village, state=State.FINAL)
    page = desk.page("/desk/")
    assert page.count("办完的") == 1
    assert page.count('<li><h3><a href="/desk/polls/') == 2
    assert "还有更早的 1 场" in page
    page = desk.page("/desk/?ended=all")
    assert page.count('<li><h3><a href="/desk/polls/') == 3
    assert "还有更早的" not in page
