"""Every number of a ledger opens to its evidence, scheme by scheme: the counts, the document and the archive of each poll, the shorter periods."""

import re
from fractions import Fraction
from html import unescape

import pytest
from desks import Desk
from offices import NOW, Office
from regulated import published

from polling.packs import load_pack
from scoring import book, deciding, entering, packs
from scoring.inputs import Subject
from scoring.receiving import receive
from scoring.register import Line, put

ROOM, TOWN = "/desk/scoring", "某镇"
GOOD, BAD = (0, 0, 20, 0, 0, 0), (0, 4, 8, 3, 5, 0)  # blank, 很满意, 满意, 一般, 不满意, 不了解; 59.50


@pytest.fixture
def bureau(village, app):
    """An office with the project's packs: who is assessed, signed results, entries; and its pages."""
    return Bureau(village.database, Desk(app))


class Bureau(Office):
    """The same office by another pack."""

    def __init__(self, database, desk):
        super().__init__(database)
        self.desk = desk

    def begin(self, name, *subjects):
        """These subjects under that pack."""
        self.scheme = load_pack(name)
        with self.database.write() as session:
            packs.adopt(session, self.scheme.raw)
            for subject in subjects:
                put(session, self.act(), self.scheme, Line(subject))

    def polled(self, period, subjects, sums, name="doc"):
        """A signed result of one poll."""
        with self.database.write() as session:
            raw = self.signer.document(published(self.scheme, period, subjects, sums, name=name))
            receive(session, raw, self.keys, self.pack, now=NOW)

    def enter(self, function, **fields):
        """What people enter about one subject or the whole ledger."""
        with self.database.write() as session:
            number = function(session, self.act(), self.scheme, **fields)
            book.refresh(session, self.scheme.name, rehearsal=False)
        return number

    def scores(self, subject, period, **parts):
        """The numbers that people give."""
        for part, score in parts.items():
            self.enter(entering.enter_part, subject=subject, period=period, part=part, score=score, source="考评表")

    def look(self, period, page="ledger", **query):
        """A page about the town's period, without the forms."""
        place = {"scheme": self.scheme.name, "organization": TOWN, "period": period}
        answer = self.desk.client.get(f"{ROOM}/{page}", query_string=place | query)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text.partition("<main")[2])


def chapter(page, title):
    """What stands below one heading."""
    return re.split(r"<h2>", page.partition(f"<h2>{title}</h2>")[2])[0]


def test_the_floor_of_standard_shows_the_villagers(bureau):
    """A veto by the villagers: their counts, document and archive stand there, though no part of the score is theirs."""
    who = Subject("f01", "first_secretary", "扎西", TOWN)
    bureau.begin("standard", who)
    sums = {"evaluators": [(0, 20, 0, 0, 0)], "interviewees": [(0, 15, 0, 0, 0)], "villagers": [BAD]}
    bureau.polled("2026", [who], sums)
    page = bureau.look("2026", "subject", subject="f01")
    assert "一票否决：群众满意度底线" in page
    floor = chapter(page, "群众满意度")
    for told in ("59.50 分，低于底线 60.00 分", "满意 8、一般 3、不满意 5", '/results/doc"', "存档核对码"):
        assert told in floor
    assert "测评结果</h2>" not in page  # the other two are behind the parts


def test_the_poll_of_a_baicheng_station_is_seen(bureau):
    """The poll is no addend: its 不满意 votes, their share and its document stand there beside the two numbers of people."""
    who = Subject("c01", "station_cadre", "扎西", TOWN, {"stationed": True})
    bureau.begin("baicheng_2011", who)
    bureau.polled("2017-03", [who], {"evaluators": [(0, 15, 5, 10, 10)]})
    bureau.scores("c01", "2017-03", superior="90", leading_group="80")
    poll = chapter(bureau.look("2017-03", "subject", subject="c01"), "测评结果")
    for told in ("不满意 10；有效票 30", "不满意票占 33.33%", '/results/doc"', "存档核对码"):
        assert told in poll


def test_the_line_of_a_baicheng_village_is_its_own(bureau):
    """A village fails below 70: the bars of a quarter say so, and lead to their months."""
    bureau.begin("baicheng_2011", Subject("v01", "village", "某村", TOWN))
    for month, score in (("2017-01", "69.5"), ("2017-02", "69"), ("2017-03", "95")):
        bureau.scores("v01", month, party_building=score)
    page = bureau.look("2017Q1", "subject", subject="v01")
    assert "竖线是 70.00 分，基本合格的下限" in page
    assert 'x1="70.0"' in page
    assert page.count("period=2017-01") == 2  # its bar, and the rule that counts 不合格
    assert "period=2017-03" in chapter(page, "各期")


def test_the_months_of_a_tibet_year_lead_to_their_evidence(bureau):
    """Each month with its satisfaction is a link to its own page, where the counts are; a month that was not assessed leads nowhere."""
    who = Subject("m01", "team_member", "扎西", TOWN, {"altitude_m": 4000})
    bureau.begin("tibet_2018", who)
    for month, masses in (("2017-10", GOOD), ("2017-11", BAD)):
        bureau.polled(month, [who], {"officials": [GOOD[:-1]], "masses": [masses]}, name=month)
        bureau.scores("m01", month, usual="95", target="95")
    page = bureau.look("2018", "subject", subject="m01")
    assert "竖线是 60.00 分" in page
    for part in ("各期", "群众满意度"):
        links = [unescape(each) for each in re.findall(r'href="([^"]*)"', chapter(page, part)) if "period=" in each]
        assert len(links) == 2  # of twelve months
    month = bureau.desk.page(links[1])
    assert "2017年11月" in month
    assert "满意 8、一般 3、不满意 5" in chapter(month, "群众满意度")
    assert Fraction("69.75") == (80 + Fraction("59.5")) / 2
    assert "69.75 分，达到底线" in page


def test_longnan_keeps_its_polls_behind_the_parts(bureau):
    """Both polls are parts and stand once."""
    who = Subject("l01", "county_leadership_member", "扎西", TOWN)
    bureau.begin("longnan", who)
    bureau.polled("2026", [who], {"evaluators": [(0, 40, 15, 3, 2)], "interviewees": [(0, 9, 4, 1, 1)]})
    page = bureau.look("2026", "subject", subject="l01")
    assert page.count('/results/doc"') == 2  # two panels of one document
    assert "测评结果</h2>" not in page


def test_the_other_reading_of_shangzhou_is_approved(bureau):
    """20 % of three people are 0.6: none, or one by the other rounding, which people approve at the desk with a reason."""
    three = [Subject(f"f{n}", "first_secretary", f"书记{n}", TOWN) for n in range(3)]
    bureau.begin("shangzhou", *three)
    bureau.polled("2017", three, {"evaluators": [(1, 10, 13, 1)] * 3, "interviewees": [(0, 8, 8, 0)] * 3})
    for who, grade in zip(three, ("excellent", "competent", "competent"), strict=True):
        bureau.enter(deciding.decide_grade, subject=who.id, period="2017", grade=grade, reason="集体研究")
    page = bureau.look("2017")
    assert "最多 0 人，现在 1 人：<strong>不符合" in page
    assert "另一种取整：1 人" in page
    poll = chapter(bureau.look("2017", "subject", subject="f0"), "测评结果")
    assert "优秀 10、称职 13、不称职 1" in poll
    approved = {"quota": "excellent", "organization": TOWN, "period": "2017", "what": "alternative"}
    bureau.enter(deciding.decide_quota, **approved, reason="6.6 四舍五入为 7")
    page = bureau.look("2017")
    assert "李文书 已批准另一种取整：6.6 四舍五入为 7" in page
    assert "现在 1 人：<strong>符合" in page
