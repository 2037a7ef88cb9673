"""The form of a new poll at the desk: what is typed becomes a draft, and each mistake stands at its field."""

import html
import re

import pytest
from drafting import GOOD, TIBETAN, Desk, Form, application, count, make, poll_of

from ballots.invitations import invited
from polling.lifecycle import State
from polling.models import ROOT, Poll, Subject
from schemes.loading import load
from web.draft_form import proposed_title


@pytest.fixture
def app(village):
    """The application, and the people of the desk."""
    return application(village)


@pytest.fixture
def desk(app) -> Desk:
    """The organizer at the desk."""
    return Desk(app)


def errors_at(page: str) -> dict[str, str]:
    """The sentence at each field."""
    return {
        name: html.unescape(re.sub(r"<[^>]+>", "", words)).strip()
        for name, words in re.findall(r'<p class="error" id="(\w+)-error">(.*?)</p>', page, re.DOTALL)
    }


def test_a_new_poll_by_the_form(village, desk):
    """What is typed becomes a draft on one's own desk: subjects in order, panels with one spare in ten, key holders by name."""
    poll_id = make(desk)
    poll = poll_of(village, poll_id)
    assert (poll.title, poll.period_label, poll.period_kind, poll.rehearsal) == (
        GOOD["title"],
        "2026-10",
        "month",
        True,
    )
    assert (poll.organization_id, poll.base_url, poll.state) == (ROOT, GOOD["base_url"], State.DRAFT)
    assert [(row.kind, row.name) for row in poll.subjects] == [
        ("work_team", "嘎玛村驻村工作队"),
        ("work_team", "达那村驻村工作队"),
        ("first_secretary", "扎西"),
    ]
    assert len({row.subject_id for row in poll.subjects}) == 3
    assert [(row.key, row.expected, row.spare) for row in poll.panels] == [("evaluators", 20, 2), ("villagers", 12, 0)]
    with village.database.read() as session:
        assert [holder.name for holder in invited(session, poll)] == ["李保管", "陈保管"]
    assert GOOD["title"] in desk.page("/desk/")


def test_a_title_that_was_not_touched_follows_the_period(village, desk):
    """The proposed title names the chosen period; last month is proposed."""
    fields = desk.fields("/desk/polls/new")
    assert fields["title"] == fields["proposed"]
    assert re.fullmatch(r"20\d\d-\d\d", fields["period"])
    typed = {name: text for name, text in GOOD.items() if name not in ("title", "period")}
    answer = desk.send("", to="/desk/polls/new", fields=fields, period="2026Q3", **typed)
    assert poll_of(village, answer.location.rpartition("/")[2]).title == "2026年第3季度民主测评"


@pytest.mark.parametrize(
    ("scheme", "label", "title"),
    [
        ("standard", "2026-10", "2026年10月民主测评"),
        ("tibet_2018", "2026-10", "2026年10月驻村工作队员民意测评"),
        ("tibet_2018", "2026Q3", "2026年第3季度驻村工作队民意测评"),
        ("shangzhou", "2026H1", "2026年上半年第一书记、驻村工作队员民主测评"),
        ("longnan", "2026", "2026年度县（区）党政领导班子成员民主测评"),
    ],
)
def test_the_proposed_title_says_who_is_assessed_by_what(app, scheme, label, title):
    """It follows the scheme's subjects of that period and its panels, not one scheme's words."""
    with app.test_request_context():
        assert proposed_title(load(scheme), label) == title


def test_a_second_click_makes_no_second_poll(village, desk):
    """The same form sent twice leads to the same draft."""
    fields = desk.fields("/desk/polls/new") | GOOD
    first, second = (desk.send("", to="/desk/polls/new", fields=fields) for _ in range(2))
    assert first.location == second.location
    assert count(village, Poll) == 1


def test_the_same_subject_keeps_its_id(village, desk):
    """A name that an earlier poll had is the same subject, another name is a new one; who is misspelt in a draft is forgotten with it."""
    before = {row.name: row.subject_id for row in poll_of(village, make(desk)).subjects}
    again = make(desk, period="2026-11", subjects_work_team="新村工作队\n嘎玛村驻村工作队", subjects_first_secretary="")
    after = {row.name: row.subject_id for row in poll_of(village, again).subjects}
    assert after["嘎玛村驻村工作队"] == before["嘎玛村驻村工作队"]
    assert after["新村工作队"] not in before.values()
    desk.send(f"/desk/polls/{again}/edit", subjects_work_team="新村驻村工作队")
    assert count(village, Subject, Subject.name == "新村工作队") == 0
    assert count(village, Subject, Subject.name == "嘎玛村驻村工作队") == 1


def test_two_people_of_one_name(village, desk):
    """A written number makes another subject of the same name; from then on the name alone is asked about, and a draft keeps its own."""
    make(desk)
    other = make(desk, subjects_first_secretary="扎西 #zhaxi-2")
    assert [row.subject_id for row in poll_of(village, other).subjects][-1] == "zhaxi-2"
    page = desk.send("/desk/polls/new", 422, **GOOD).text
    assert "#zhaxi-2" in errors_at(page)["subjects_first_secretary"]
    assert desk.fields(f"/desk/polls/{other}/edit")["subjects_first_secretary"] == "扎西 #zhaxi-2"
    page = desk.send("/desk/polls/new", 422, **(GOOD | {"subjects_first_secretary": "格桑 #zhaxi-2"})).text
    assert "扎西" in errors_at(page)["subjects_first_secretary"]


def test_a_known_subject_is_added_by_its_name(village, desk):
    """The button beside the list of earlier subjects puts one on its list, without a script and without losing what is typed."""
    make(desk)
    page = desk.send(
        "/desk/polls/new", 200, act="add", known="扎西", title="别的", subjects_first_secretary="格桑"
    ).text
    fields = Form(page.partition("<main")[2]).fields
    assert (fields["subjects_first_secretary"].split("\n"), fields["title"], fields["known"]) == (
        ["格桑", "扎西"],
        "别的",
        "",
    )
    page = desk.send("/desk/polls/new", 200, act="add", known="没有的人").text
    assert "没有这个名称" in errors_at(page)["known"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"subjects_work_team": "甲队\n乙队\n甲队"}, "subjects_work_team", "「甲队」写了两次"),
        ({"subjects_work_team": "x" * 101}, "subjects_work_team", "最多 100 个字"),
        ({"subjects_first_secretary": "扎西 #Zhaxi"}, "subjects_first_secretary", "编号 Zhaxi 不行"),
        ({"subjects_work_team": "\U0001f600 队"}, "subjects_work_team", "印不出来"),
        ({"subjects_work_team": "甲\u0007队"}, "subjects_work_team", "印不出来"),
        ({"title": "题" * 121}, "title", "最多 120 个字"),
        ({"period": ""}, "period", "请选一个考核周期"),
        ({"period": "2026H1"}, "period", "不按这种周期"),
        ({"period": "<script>"}, "period", "请选一个考核周期"),
        ({"base_url": "票.example"}, "base_url", "不是网址"),
        ({"base_url": "http://127.0.0.1:8000", "rehearsal": None}, "base_url", "手机打不开"),
        ({"base_url": "http://localhost", "rehearsal": None}, "base_url", "手机打不开"),
        ({"expected_evaluators": "二十"}, "expected_evaluators", "请只写数字"),
        ({"expected_evaluators": "19"}, "expected_evaluators", "还差 1 人"),
        ({"expected_evaluators": "0"}, "expected_evaluators", "1 到 20000"),
        ({"expected_evaluators": "999999"}, "expected_evaluators", "1 到 20000"),
        ({"spare_villagers": "-1"}, "spare_villagers", "请只写数字"),
        ({"spare_villagers": "30000"}, "spare_villagers", "0 到 20000"),
        ({"spare_interviewees": "3"}, "expected_interviewees", "没有填应到人数"),
        ({"holder_2": "李保管"}, "holder_1", "写了两次"),
    ],
)
def test_each_mistake_stands_at_its_field(village, desk, typed, field, words):
    """What can't be is said in a sentence at its field; everything typed is still there, and no draft was made."""
    sent = {name: text for name, text in (GOOD | typed).items() if text is not None}
    fields = desk.fields("/desk/polls/new")
    fields.pop("rehearsal", None)
    page = desk.send("", 422, to="/desk/polls/new", fields=fields, **sent).text
    found = errors_at(page)
    assert set(found) == {field}, found
    assert words in found[field]
    shown = Form(page.partition("<main")[2]).fields
    for name, text in sent.items():
        # a control character and what is no period can't stand on a page again
        if (name, text) not in {("period", ""), ("period", "<script>"), ("period", "2026H1")}:
            assert html.unescape(shown[name]).split() == text.split(), name
    assert count(village, Poll) == 0


def test_nothing_to_assess_and_nobody_to_ask(village, desk):
    """Without subjects and without a panel the page says so at the first field of each, and focuses the first; several mistakes are shown at once."""
    page = desk.send("/desk/polls/new", 422).text
    found = errors_at(page)
    assert set(found) == {"subjects_work_team", "expected_evaluators"}
    assert "请至少写一个测评对象" in found["subjects_work_team"]
    assert "请至少给一组填应到人数" in found["expected_evaluators"]
    assert re.findall(r"<(?:input|textarea)[^>]*? autofocus[^>]*? name=\"(\w+)", page)[0] == "subjects_work_team"
    wrong = GOOD | {"expected_evaluators": "19", "base_url": "http://a", "spare_villagers": "x", "title": "题" * 200}
    assert set(errors_at(desk.send("/desk/polls/new", 422, **wrong).text)) == {
        "title",
        "expected_evaluators",
        "spare_villagers",
    }
    assert count(village, Poll) == 0


def test_forty_subjects_are_pasted_and_sixty_one_refused(village, desk):
    """Forty lines, pasted with tabs and Windows line ends, are forty subjects; sixty-one are too many."""
    lines = "\r\n".join(f"第{number}\t工作队 " for number in range(40))
    poll = poll_of(village, make(desk, subjects_work_team=lines, subjects_first_secretary=""))
    assert [row.name for row in poll.subjects] == [f"第{number} 工作队" for number in range(40)]
    page = desk.send(
        "/desk/polls/new", 422, **(GOOD | {"subjects_work_team": "\n".join(f"第{number}队" for number in range(61))})
    ).text
    assert "1 到 60 个" in errors_at(page)["subjects_work_team"]


def test_a_tibetan_name_of_sixty_characters(village, desk):
    """A Tibetan name of sixty characters is taken and printed, in the preview and on the sheets."""
    assert len(TIBETAN) == 60
    poll_id = make(desk, subjects_work_team=TIBETAN, title=f"{TIBETAN[:30]}")
    assert TIBETAN in desk.page(f"/desk/polls/{poll_id}/edit")
    answer = desk.send(f"/desk/polls/{poll_id}/print", 200)
    assert answer.mimetype == "application/pdf"


def test_the_preview_shows_slip_and_ballot(desk):
    """Before anything is saved the page shows what the slip says and what the ballot asks, promising no more than the keys do."""
    page = html.unescape(desk.send("/desk/polls/new", 200, **(GOOD | {"act": "preview"})).text)
    for words in (
        "任何人不得要求您出示选择",
        "优秀、称职、基本称职、不称职",
        "很满意、满意、一般、不满意、不了解",
        "印 22 张",
        "印 12 张",
    ):
        assert words in page
    assert "开箱钥匙只在服务器上" in page
    assert "没有人能看到您的选择" not in page


def test_the_next_poll_after_the_model_of_an_earlier_one(village, desk):
    """Copying an earlier poll proposes its subjects and numbers for the next period, and makes a poll of its own."""
    poll_id = make(desk)
    fields = desk.fields(f"/desk/polls/new?from={poll_id}")
    assert fields["subjects_work_team"].split("\n") == ["嘎玛村驻村工作队", "达那村驻村工作队"]
    assert (fields["expected_evaluators"], fields["spare_evaluators"], fields["holder_1"]) == ("20", "2", "")
    assert fields["title"] != GOOD["title"]
    desk.page("/desk/polls/new?from=nirgends", 404)


def test_every_scheme_with_a_poll_is_offered(desk):
    """The schemes with panels can be chosen, `standard` first; the one without is named with what to do instead."""
    page = desk.page("/desk/polls/new")
    offered = re.findall(r'<option value="(\w+)"( selected)?>', page)
    names = {name for name, _selected in offered}
    assert {"standard", "tibet_2018", "shangzhou", "longnan", "baicheng_2011"} <= names
    assert "huayuan_2016" not in names
    assert ("standard", " selected") in offered
    assert "没有投票，所以不在这里" in page
    desk.page("/desk/polls/new?scheme=huayuan_2016", 404)


def test_a_panel_on_request_stands_folded_away(desk):
    """商州区: the reference panels are no part of a new poll until somebody fills them in; half-years and terms can be chosen."""
    page = desk.page("/desk/polls/new?scheme=shangzhou")
    usual, _mark, extra = page.partition('<details class="box"><summary>另外可以选用的组')
    assert 'name="expected_evaluators"' in usual
    assert 'name="expected_evaluators_scored"' not in usual
    assert 'name="expected_evaluators_scored"' in extra
    assert "上半年" in page
    assert "任期" in page


def test_a_rehearsal_has_a_button_of_its_own(village, desk):
    """The list offers a rehearsal beside a poll: its form says so and is marked already; the other one is not."""
    page = desk.page("/desk/")
    assert re.findall(r'href="(/desk/polls/new[^"]*)"', page) == ["/desk/polls/new", "/desk/polls/new?rehearsal=1"]
    address = "/desk/polls/new?rehearsal=1"
    assert "<h1>新建演练</h1>" in desk.page(address)
    assert "rehearsal" not in desk.fields("/desk/polls/new")
    typed = {name: text for name, text in GOOD.items() if name != "rehearsal"}
    assert poll_of(village, desk.send(address, **typed).location.rpartition("/")[2]).rehearsal
    assert not poll_of(village, desk.send("/desk/polls/new", **typed).location.rpartition("/")[2]).rehearsal
