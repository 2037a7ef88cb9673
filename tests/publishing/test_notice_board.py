"""The notice board: whose results, which stand first, and what anybody may see of a subject over the periods."""

import json
from datetime import timedelta

import pytest
from counties import add_places
from lives import LAST, counted, counted_again, published_month
from village import NOW, Village

from polling.errors import BadInput
from polling.models import ROOT
from polling.polls import PanelEntry, PollFile, SubjectEntry
from publishing.course import courses_of, with_others
from publishing.notice_board import board, places
from publishing.objections import Decision
from publishing.published import listed, public_result, signed_document

TODAY = NOW.date()


@pytest.fixture
def life(any_village):
    """A counted real poll of the root, on SQLite and on PostgreSQL."""
    return counted(any_village)


def on_board(database, organization_id=ROOT, today=TODAY, year=""):
    """The board."""
    with database.read() as session:
        return board(session, organization_id, today=today, year=year)


def ids(results) -> list[str]:
    """The documents of results."""
    return [result.document["id"] for result in results]


def test_open_results_stand_first_until_their_last_day(life):
    """On notice, over but not final, final: always on the board, under its year from the day after the last."""
    assert on_board(life.database).years == ()
    document = json.loads(life.village.publish())["document"]["id"]
    found = on_board(life.database)
    assert (ids(found.open), ids(found.others), found.years) == ([document], [], ())
    assert ids(on_board(life.database, today=LAST).open) == [document]
    after = on_board(life.database, today=LAST + timedelta(days=1))
    assert (ids(after.open), ids(after.others), after.year) == ([], [document], "2026")
    life.final()
    found = on_board(life.database)
    assert (ids(found.open), ids(found.others), found.years) == ([], [document], ("2026",))
    assert ids(on_board(life.database, year="1999").others) == [document]


def test_a_board_has_its_own_results_and_names_those_below(village):
    """A township's result is on its board alone; the root's names the township with its figures, a sibling's nothing."""
    one, other = add_places(village.database, "嘎玛乡", "邻乡")
    life = counted(village, organization_id=one)
    document = json.loads(life.village.publish())["document"]["id"]
    assert ids(on_board(life.database, one).open) == [document]
    root = on_board(life.database)
    assert (root.open, root.others) == ((), ())
    assert [(place.id, place.path, place.results, place.open) for place in root.below] == [(one, "嘎玛乡", 1, 1)]
    sibling = on_board(life.database, other)
    assert (sibling.open, sibling.others, sibling.below) == ((), (), ())
    with life.database.read() as session:
        assert places(session, other, today=TODAY) == []
        [place] = places(session, ROOT, today=LAST + timedelta(days=1))
    assert (place.results, place.open) == (1, 0)
    with pytest.raises(BadInput):
        on_board(life.database, "nobody")


def test_a_withdrawn_result_is_no_open_one(life):
    """It stays on the board, withdrawn."""
    document = json.loads(life.village.publish())["document"]["id"]
    life.village.annul("名单有误")
    found = on_board(life.database)
    assert (ids(found.open), ids(found.others)) == ([], [document])
    assert found.others[0].annulled


def test_a_year_of_results_comes_in_pages(life, monkeypatch):
    """A page holds so many, the latest first; a page that is not there is the nearest one, and open results stand on each."""
    first = json.loads(life.village.publish())["document"]["id"]
    second = counted_again(Village(life.database, life.village.random))
    latest = json.loads(second.village.publish())["document"]["id"]
    monkeypatch.setattr("publishing.notice_board.ON_A_PAGE", 1)
    after = LAST + timedelta(days=1)
    with life.database.read() as session:
        found = {page: board(session, ROOT, today=after, page=page) for page in (-1, 1, 2, 3)}
        assert len(board(session, ROOT, today=TODAY, page=9).open) == 2
    assert {page: ids(each.others) for page, each in found.items()} == {
        -1: [latest],
        1: [latest],
        2: [first],
        3: [first],
    }
    assert {each.pages for each in found.values()} == {2}


def test_rehearsals_stand_apart(village):
    """What does not count is in no year."""
    month = published_month(village, "2026-09", [[1]] * 10)
    found = on_board(month.database)
    assert (found.open, found.others, found.years, len(found.rehearsals)) == ((), (), (), 1)
    with month.database.read() as session:
        assert places(session, ROOT, today=TODAY) == []


def test_while_a_result_is_corrected_no_objection_is_open(life):
    """The old one is shown until the new one takes its place."""
    old = json.loads(life.village.publish())["document"]["id"]
    life.decide(life.object(NOW.date()), Decision.CORRECT)
    life.correct(villagers=11)
    found = on_board(life.database)
    assert (ids(found.open), ids(found.others), found.others[0].correcting) == ([], [old], True)
    new = json.loads(life.village.publish())["document"]["id"]
    found = on_board(life.database)
    assert (ids(found.open), ids(found.others)) == ([new], [])


def courses(database, subject="team-1", **named):
    """What is known of a subject: panel, scores as they are displayed."""
    with database.read() as session:
        found = courses_of(session, subject, rehearsal=True, **named)
    return {course.panel: [one.display for one in course.outcomes] for course in found}


def test_anybody_sees_no_score_of_few_votes(village):
    """Three valid votes have a score at the desk, none for the public."""
    published_month(village, "2026-08", [[1]] * 10)
    month = published_month(village, "2026-09", [[1]] * 3 + [[0]] * 7)
    assert courses(month.database, whole=lambda _poll: True) == {"村民代表和老党员代表": ["100.00", "100.00"]}
    assert courses(month.database) == {"村民代表和老党员代表": ["100.00", None]}
    assert courses(month.database, "nobody") == {}


def test_anybody_sees_no_panel_of_which_nothing_is_public(village):
    """In 陇南 the talks are for the assessment group alone: the desk sees both courses, the public one."""
    entry = SubjectEntry(id="m1", kind="county_leadership_member", name="王干部")
    panels = (PanelEntry(key="evaluators", expected=20), PanelEntry(key="interviewees", expected=15))
    file = PollFile(scheme="longnan", title="民主测评", period="2026", rehearsal=True, subjects=(entry,), panels=panels)
    village.create(file=file)
    village.print()
    village.open()
    village.vote([[1]] * 20, "evaluators")
    village.vote([[2]] * 15, "interviewees")
    village.close()
    village.count()
    village.publish()
    everything = courses(village.database, "m1", whole=lambda _poll: True)
    assert everything == {"民主测评": ["100.00"], "个别谈话": ["80.00"]}
    assert courses(village.database, "m1") == {"民主测评": ["100.00"]}
    with village.database.read() as session:
        result = public_result(session, listed(session)[0].id)
    assert [len(panel.rows) for panel in result.panels] == [1, 0]


def test_a_result_names_who_was_assessed_elsewhere_too(village):
    """Another month of the same subject, published and not annulled."""
    first = published_month(village, "2026-08", [[1]] * 10)
    with first.database.read() as session:
        document = json.loads(signed_document(session, listed(session)[0].id))["document"]
        assert with_others(session, document) == set()
    second = published_month(village, "2026-09", [[1]] * 10)
    with first.database.read() as session:
        assert with_others(session, document) == {"team-1"}
    second.annul("名单有误")
    with first.database.read() as session:
        assert with_others(session, document) == set()
