"""The page with the log of the whole installation: for administrators, in words, the latest first, page by page."""

import re

import pytest
from at_desk import Desk, add_staff
from village import NOW

from polling import audit
from web.app import create_app
from web.audit_log import ON_A_PAGE


@pytest.fixture
def desk(village):
    """An administrator at the desk."""
    add_staff(village.database)
    found = Desk(create_app(village.database))
    found.sign_in("管理员")
    return found


def numbers(text):
    """The numbers of the entries that a page shows."""
    return [int(number) for number in re.findall(r"第 (\d+) 条<br>", text)]


def test_the_log_in_words_with_its_head(desk, village):
    """The latest first, the poll named, and the head hash that is noted down."""
    village.opened()
    page = desk.get("/desk/log").text
    assert numbers(page) == [4, 3, 2, 1]
    assert "管理员：登录工作台" in page
    assert re.search(r"印票：\S+ \d+ 张", page)
    with village.database.read() as session:
        number, head = audit.head(session)
        assert audit.walk(session).head == head
    assert f"现在共 {number} 条" in page
    assert head in page


def test_page_by_page(desk, village):
    """Older entries follow by a link until there are no more; a number that is none begins with the latest."""
    with village.database.write() as session:
        for _ in range(ON_A_PAGE + 4):
            audit.record(session, who="王组织", what="backup", now=NOW)
    first = desk.get("/desk/log").text
    assert numbers(first) == list(range(ON_A_PAGE + 5, 5, -1))
    assert "before=6" in first
    second = desk.get("/desk/log?before=6").text
    assert numbers(second) == [5, 4, 3, 2, 1]
    assert "before=" not in second
    for wrong in ("0", "-3", "x", "9" * 30):
        assert numbers(desk.get(f"/desk/log?before={wrong}").text) == numbers(first)
    assert "没有更早的记录" in desk.get("/desk/log?before=1").text


def test_administrators_alone(desk, village):
    """An organizer neither sees the page nor its tab; nobody who is not signed in does."""
    other = Desk(create_app(village.database))
    assert other.get("/desk/log").status_code == 302
    other.sign_in()
    assert other.get("/desk/log").status_code == 403
    assert '/desk/log"' not in other.get("/desk/").text
    assert '/desk/log"' in desk.get("/desk/").text
