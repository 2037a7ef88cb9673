"""A new poll by its five steps: each saves what it asks for, and each mistake stands at its field."""

import html
import re

import pytest
from drafting import GOOD, TIBETAN, Desk, Form, application, at, begin, count, make, of_step, poll_of

from ballots.invitations import invited
from polling.lifecycle import State
from polling.models import ROOT, Poll, Subject
from schemes.loading import load
from web.proposals import next_period, proposed_title, retitled


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


def test_a_new_poll_by_its_steps(village, desk):
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
    assert poll.closes == "2026-11-05 17:30"
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
    assert "都齐了" in desk.page(at(poll_id))
    desk.send(at(poll_id, "panels"), 302, spare_villagers="1")  # another step keeps what the texts' step holds
    assert (poll_of(village, poll_id).closes, poll_of(village, poll_id).panels[1].spare) == (poll.closes, 1)


def test_the_preview_follows_what_is_typed(village, desk):
    """What raters would meet is made of the form as it is typed and saved nowhere; of what can't be read, as the draft stands."""
    poll_id = make(desk)
    before = poll_of(village, poll_id)
    for step, typed, words in (
        ("subjects", {"subjects_work_team": "甲队\n乙队"}, "对象 3 个"),
        ("subjects", {"subjects_work_team": "甲队\n甲队"}, "对象 3 个"),
        ("panels", {"expected_villagers": "30", "spare_villagers": ""}, "村民代表和老党员代表 33 张票"),
        ("panels", {"expected_villagers": "许多"}, "村民代表和老党员代表 12 张票"),
        ("texts", {"title": "另一个标题"}, "<strong>另一个标题</strong>"),
    ):
        page = html.unescape(desk.send(at(poll_id, step), 200, to=f"{at(poll_id, step)}/preview", **typed).text)
        assert words in page, (step, typed)
        assert "<main" not in page
        assert ("甲队" in page) == (step == "subjects")
    after = poll_of(village, poll_id)
    assert (after.revision, after.title, [each.name for each in after.subjects]) == (
        before.revision,
        before.title,
        [each.name for each in before.subjects],
    )
    assert desk.client.post(f"{at(poll_id, 'texts')}/preview", data={"title": "x"}).status_code == 403


def test_an_unfinished_draft_says_what_is_missing(village, desk):
    """From the first step on the draft lies on the desk; the check, the poll's page and printing all lead to what is missing."""
    poll_id = begin(desk)
    page = desk.page(at(poll_id))
    assert f"{at(poll_id, 'subjects')}" in page.partition("还差这些")[2]
    assert "还没有写测评对象" in page
    assert "还没有一组填了应到人数" in page
    assert "去印票" not in page
    assert "草稿还没有填完" in desk.page(f"/desk/polls/{poll_id}")
    for address in ("print", "trial"):
        answer = desk.client.get(f"/desk/polls/{poll_id}/{address}")
        assert (answer.status_code, answer.location) == (302, at(poll_id))
        assert "没有填完" in desk.page(at(poll_id))
    fields = desk.fields(at(poll_id, "subjects"))
    answer = desk.send("", 409, to=f"/desk/polls/{poll_id}/print", fields=fields)
    assert "测评对象、测评组的应到人数" in html.unescape(answer.text)
    desk.send(at(poll_id, "subjects"), subjects_work_team="甲队")
    page = desk.page(at(poll_id))
    assert "还没有写测评对象" not in page
    assert "还没有一组填了应到人数" in page
    desk.send(at(poll_id, "panels"), expected_villagers="12")
    assert "去印票" in desk.page(at(poll_id))


def test_each_step_leads_on_or_stays(desk):
    """The first button, which Enter presses, saves and goes on; the other one saves and stays; every step is one click away."""
    poll_id = begin(desk)
    ways = {"subjects": "panels", "panels": "texts", "texts": "check"}
    for step, following in ways.items():
        first = re.search(r'<button[^>]*name="act" value="(\w+)"', desk.page(at(poll_id, step)))
        assert first[1] == "next"
        assert desk.send(at(poll_id, step)).location == at(poll_id, following)
        assert desk.send(at(poll_id, step), act="stay").location == at(poll_id, step)
        assert {at(poll_id, other) for other in (*ways, "check", "scheme")} - {at(poll_id, step)} <= set(
            re.findall(r'href="([^"]+)"', desk.page(at(poll_id, step)).partition('class="path"')[2])
        )
    desk.page(f"{at(poll_id)}/nowhere", 404)


def test_a_title_that_was_not_touched_follows_the_period(village, desk):
    """The proposed title names the chosen period, last month is proposed; a title of one's own keeps all but the words of its period."""
    poll_id = begin(desk)
    assert re.fullmatch(r"20\d\d-\d\d", desk.fields(at(poll_id, "subjects"))["period"])
    desk.send(at(poll_id, "subjects"), period="2026Q3")
    assert poll_of(village, poll_id).title == "2026年第3季度民主测评"
    desk.send(at(poll_id), title="嘎玛乡2026年第3季度测评")
    desk.send(at(poll_id), period="2026-09")
    assert poll_of(village, poll_id).title == "嘎玛乡2026年9月测评"
    desk.send(at(poll_id), title="嘎玛乡测评", period="2026-08")
    assert poll_of(village, poll_id).title == "嘎玛乡测评"


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
        assert retitled(title, load(scheme), label, label) == title


@pytest.mark.parametrize(
    ("label", "following"),
    [
        ("2026-09", "2026-10"),
        ("2026-12", "2027-01"),
        ("2026Q4", "2027Q1"),
        ("2026H1", "2026H2"),
        ("2026H2", "2027H1"),
        ("2026", "2027"),
        ("2024-2026", "2026-2028"),
    ],
)
def test_the_next_period(label, following):
    """A period is followed by the next one of its kind, over the year's end too."""
    assert next_period(label) == following


def test_a_second_click_makes_no_second_poll(village, desk):
    """The first step sent twice leads to the same draft, and so does a copy; a step sent twice is saved once, without a word."""
    fields = desk.fields("/desk/polls/new")
    first, second = (desk.send("", to="/desk/polls/new", fields=fields) for _ in range(2))
    assert first.location == second.location
    assert count(village, Poll) == 1
    poll_id = first.location.split("/")[3]
    fields = desk.fields(at(poll_id, "subjects")) | {"subjects_work_team": "甲队"}
    for _ in range(2):
        desk.send("", to=at(poll_id, "subjects"), fields=fields)
    assert [row.name for row in poll_of(village, poll_id).subjects] == ["甲队"]


def test_the_same_subject_keeps_its_id(village, desk):
    """A name that an earlier poll had is the same subject, another name is a new one; who is misspelt in a draft is forgotten with it."""
    before = {row.name: row.subject_id for row in poll_of(village, make(desk)).subjects}
    again = make(desk, period="2026-11", subjects_work_team="新村工作队\n嘎玛村驻村工作队", subjects_first_secretary="")
    after = {row.name: row.subject_id for row in poll_of(village, again).subjects}
    assert after["嘎玛村驻村工作队"] == before["嘎玛村驻村工作队"]
    assert after["新村工作队"] not in before.values()
    desk.send(at(again, "subjects"), subjects_work_team="新村驻村工作队")
    assert count(village, Subject, Subject.name == "新村工作队") == 0
    assert count(village, Subject, Subject.name == "嘎玛村驻村工作队") == 1


def test_two_people_of_one_name(village, desk):
    """A written number makes another subject of the same name; from then on the name alone is asked about, and a draft keeps its own."""
    make(desk)
    other = make(desk, subjects_first_secretary="扎西 #zhaxi-2")
    assert [row.subject_id for row in poll_of(village, other).subjects][-1] == "zhaxi-2"
    third = at(begin(desk), "subjects")
    page = desk.send(third, 422, subjects_first_secretary="扎西").text
    assert "#zhaxi-2" in errors_at(page)["subjects_first_secretary"]
    assert desk.fields(at(other, "subjects"))["subjects_first_secretary"] == "扎西 #zhaxi-2"
    page = desk.send(third, 422, subjects_first_secretary="格桑 #zhaxi-2").text
    error = errors_at(page)["subjects_first_secretary"]
    assert "zhaxi-2" in error
    assert "扎西" not in error  # it may be another office's


def test_earlier_subjects_are_ticked_or_taken_all(desk):
    """The list of earlier subjects puts the ticked ones, or all, on their lists, without a script and without losing what is typed; then it is saved."""
    before = make(desk)
    subjects = at(begin(desk), "subjects")
    assert "以前测评过的和登记册里的（3 个）" in desk.page(subjects)
    ids = {
        words.strip(): number
        for number, words in re.findall(r'name="pick" value="(\w+)"><span>([^<]+)<', desk.page(subjects))
    }
    page = desk.send(subjects, 200, act="add", pick=[ids["扎西"]], subjects_first_secretary="格桑").text
    fields = Form(page.partition("<main")[2]).fields
    assert fields["subjects_first_secretary"].split("\n") == ["格桑", "扎西"]
    assert "（2 个）" in html.unescape(page)
    assert desk.fields(subjects)["subjects_first_secretary"] == ""
    page = desk.send(subjects, 200, act="add_all", subjects_first_secretary="扎西").text
    fields = Form(page.partition("<main")[2]).fields
    assert (fields["subjects_work_team"].split("\n"), fields["subjects_first_secretary"]) == (
        ["嘎玛村驻村工作队", "达那村驻村工作队"],
        "扎西",
    )
    assert "登记册里的" not in html.unescape(page)
    assert "登记册里的" not in desk.page(at(before, "subjects"))


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"subjects_work_team": "甲队\n乙队\n甲队"}, "subjects_work_team", "「甲队」写了两次"),
        ({"subjects_work_team": "x" * 101}, "subjects_work_team", "最多 100 个字"),
        ({"subjects_first_secretary": "扎西 #Zhaxi"}, "subjects_first_secretary", "编号 Zhaxi 不行"),
        ({"subjects_work_team": "\U0001f600 队"}, "subjects_work_team", "印不出来"),
        ({"subjects_work_team": "甲\u0007队"}, "subjects_work_team", "印不出来"),
        ({"title": "题" * 121}, "title", "最多 120 个字"),
        ({"title": " "}, "title", "请填写"),
        ({"intro": "话" * 201}, "intro", "最多 200 个字"),
        ({"intro": "\U0001f600"}, "intro", "印不出来"),
        ({"languages": ""}, "languages", "至少选一种语言"),
        ({"period": ""}, "period", "请选一个考核周期"),
        ({"period": "2026H1", "subjects_work_team": "甲队"}, "period", "不按这种周期"),
        ({"period": "<script>"}, "period", "请选一个考核周期"),
        ({"base_url": "票.example"}, "base_url", "不是网址"),
        ({"base_url": "http://127.0.0.1:8000"}, "base_url", "手机打不开"),
        ({"base_url": "http://localhost"}, "base_url", "手机打不开"),
        ({"closes": "2026-13-01T17:30"}, "closes", "请写日期和时间"),
        ({"expected_evaluators": "二十"}, "expected_evaluators", "请只写数字"),
        ({"expected_evaluators": "19"}, "expected_evaluators", "还差 1 人"),
        ({"expected_evaluators": "0"}, "expected_evaluators", "1 到 20000"),
        ({"expected_evaluators": "999999"}, "expected_evaluators", "1 到 20000"),
        ({"expected_villagers": "12", "spare_villagers": "-1"}, "spare_villagers", "请只写数字"),
        ({"expected_villagers": "12", "spare_villagers": "30000"}, "spare_villagers", "0 到 20000"),
        ({"spare_interviewees": "3"}, "expected_interviewees", "没有填应到人数"),
        ({"roster_villagers": "扎西\n卓玛"}, "roster_villagers", "还差 8 人"),
        ({"roster_villagers": "扎西\n扎西"}, "roster_villagers", "扎西"),
        ({"holder_1": "李保管", "holder_2": "李保管"}, "holder_1", "写了两次"),
    ],
)
def test_each_mistake_stands_at_its_field(village, desk, typed, field, words):
    """What can't be is said in a sentence at its field; everything typed is still there, and the draft stays as it was."""
    poll_id = begin(desk)
    before = poll_of(village, poll_id)
    [step] = [step for step in ("subjects", "panels", "texts") if of_step(step, typed)]
    page = desk.send(at(poll_id, step), 422, **typed).text
    found = errors_at(page)
    assert set(found) == {field}, found
    assert words in found[field]
    assert "有的地方要改一改" in html.unescape(page)
    shown = Form(page.partition("<main")[2]).fields
    for name, text in typed.items():
        # a control character and what is no period can't stand on a page again
        if name not in ("languages", "period"):
            assert html.unescape(shown[name]).split() == text.split(), name
    assert poll_of(village, poll_id).revision == before.revision


def test_several_mistakes_are_shown_at_once(desk):
    """Every field of a step is looked at, and the browser goes to the first that is wrong."""
    poll_id = begin(desk)
    page = desk.send(at(poll_id, "panels"), 422, expected_evaluators="19", spare_villagers="x").text
    assert set(errors_at(page)) == {"expected_evaluators", "spare_villagers"}
    assert re.findall(r"<(?:input|textarea)[^>]*? autofocus[^>]*? name=\"(\w+)", page)[0] == "expected_evaluators"


def test_forty_subjects_are_pasted_and_sixty_one_refused(village, desk):
    """Forty lines, pasted with tabs and Windows line ends, are forty subjects; sixty-one are too many."""
    lines = "\r\n".join(f"第{number}\t工作队 " for number in range(40))
    poll_id = make(desk, subjects_work_team=lines, subjects_first_secretary="")
    assert [row.name for row in poll_of(village, poll_id).subjects] == [f"第{number} 工作队" for number in range(40)]
    many = "\n".join(f"第{number}队" for number in range(61))
    page = desk.send(at(poll_id, "subjects"), 422, subjects_work_team=many).text
    assert "61 个，应是 1 到 60 个" in errors_at(page)["subjects_work_team"]


UYGHUR = "قەشقەر ۋىلايىتى يېڭىسار ناھىيەسى كەنتتە تۇرۇش خىزمەت ئەترىتى"


@pytest.mark.parametrize("name", [TIBETAN, UYGHUR, "达 那 村  驻村 工作队", "䶮㐆㑇队"])
def test_names_of_other_scripts_rare_characters_and_blanks(village, desk, name):
    """Tibetan and Uyghur names of sixty characters, names with blanks and with rare characters are taken, shown beside the form and printed."""
    assert len(name) >= 60 or name not in (TIBETAN, UYGHUR)
    poll_id = make(desk, subjects_work_team=name, title=name[:30])
    assert " ".join(name.split()) in desk.page(at(poll_id)).partition("<aside")[2]
    assert next(row.name for row in poll_of(village, poll_id).subjects) == " ".join(name.split())
    assert desk.send(f"/desk/polls/{poll_id}/print", 200).mimetype == "application/pdf"


def test_the_preview_stands_beside_every_step(desk):
    """Slip and ballot stand on every step, as the draft is saved, promising no more than the keys do; before the panels are chosen as the scheme has them."""
    poll_id = begin(desk)
    new = desk.page("/desk/polls/new")
    assert "很满意、满意、一般、不满意、不了解" in new.partition("<aside")[2]
    assert "（还没有写测评对象）" in desk.page(at(poll_id, "subjects"))
    page = desk.page(at(make(desk, intro="请按十月的表现评。"), "texts")).partition("<aside")[2]
    for words in (
        "任何人不得要求您出示选择",
        "优秀、称职、基本称职、不称职",
        "很满意、满意、一般、不满意、不了解",
        "印 22 张",
        "印 12 张",
        "请按十月的表现评。",
        "达那村驻村工作队",
    ):
        assert words in page
    assert "开箱钥匙只在服务器上" in page
    assert "没有人能看到您的选择" not in page


def test_every_scheme_with_a_poll_is_offered(village, desk):
    """The schemes with panels can be chosen, `standard` first; the one without is named with what to do instead, and can't be smuggled in."""
    page = desk.page("/desk/polls/new")
    offered = re.findall(r'name="scheme" value="(\w+)"( checked)?', page)
    names = {name for name, _selected in offered}
    assert {"standard", "tibet_2018", "shangzhou", "longnan", "baicheng_2011"} <= names
    assert "huayuan_2016" not in names
    assert ("standard", " checked") in offered
    assert "没有投票，所以不在这里" in page
    page = desk.send("/desk/polls/new", 422, scheme="huayuan_2016").text
    assert "请选一个办法" in errors_at(page)["scheme"]
    assert count(village, Poll) == 0


def test_another_scheme_takes_along_what_it_knows(village, desk):
    """A draft goes over to another scheme; what that one does not know is named first, and goes once somebody says so."""
    poll_id = make(desk, subjects_work_team="", title="甲")
    page = html.unescape(desk.send(at(poll_id, "scheme"), 422, scheme="shangzhou").text)
    assert "就要去掉：村民代表和老党员代表" in page
    assert poll_of(village, poll_id).scheme == "standard"
    desk.send(at(poll_id, "scheme"), scheme="shangzhou", sure="y")
    poll = poll_of(village, poll_id)
    assert poll.period_kind == "half_year"
    assert (poll.scheme, [row.name for row in poll.subjects], [row.key for row in poll.panels]) == (
        "shangzhou",
        ["扎西"],
        ["evaluators"],
    )


def test_a_panel_on_request_stands_folded_away(desk):
    """商州区: the reference panels are no part of a new poll until somebody fills them in; half-years and terms can be chosen."""
    poll_id = begin(desk, scheme="shangzhou")
    page = desk.page(at(poll_id, "panels"))
    usual, _mark, extra = page.partition('<details class="box"><summary>另外可以选用的组')
    assert 'name="expected_evaluators"' in usual
    assert 'name="expected_evaluators_scored"' not in usual
    assert 'name="expected_evaluators_scored"' in extra
    page = desk.page(at(poll_id, "subjects"))
    assert "上半年" in page
    assert "任期" in page


def test_a_rehearsal_has_a_button_of_its_own(village, desk):
    """The list offers a rehearsal beside a poll: its form says so and is marked already; the other one is not."""
    page = desk.page("/desk/")
    assert re.findall(r'href="(/desk/polls/new[^"]*)"', page) == ["/desk/polls/new", "/desk/polls/new?rehearsal=1"]
    address = "/desk/polls/new?rehearsal=1"
    assert "<h1>新建演练</h1>" in desk.page(address)
    assert "rehearsal" not in desk.fields("/desk/polls/new")
    assert poll_of(village, desk.send(address).location.split("/")[3]).rehearsal
    assert not poll_of(village, begin(desk)).rehearsal
