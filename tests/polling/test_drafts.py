"""Drafts in the database: what a correction changes, what it leaves, and what the list of polls shows."""

import json

import msgspec
import pytest
import sqlalchemy as sa
from counties import add_person, add_places
from village import NOW

from polling.drafts import correct_poll, file_of, known_subjects, on_desk
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State
from polling.models import ROOT, AuditEntry, Panel, PollSubject, Role, Subject
from polling.polls import PanelEntry, SubjectEntry, find_poll


def correct(village, **changes) -> None:
    """Correct the draft in one thing."""
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        file = msgspec.structs.replace(file_of(poll), **changes)
        correct_poll(session, poll, file, where="", who="王", now=NOW)


def poll_of(village):
    """The poll's row."""
    with village.database.read() as session:
        return find_poll(session, village.poll)


def test_a_correction_replaces_what_it_names(any_village):
    """Subjects and panels are replaced whole, in their new order; the poll keeps its number; the log has the old and the new."""
    any_village.create(panels=("villagers",), subjects=3)
    kept, *_others = file_of(poll_of(any_village)).subjects
    fresh = SubjectEntry(id="neu", kind="team_member", name="卓玛")
    panels = (PanelEntry(key="villagers", expected=30, spare=1), PanelEntry(key="evaluators", expected=24))
    correct(any_village, subjects=(fresh, kept), panels=panels, title=" 新 ")
    poll = poll_of(any_village)
    assert [(row.position, row.subject_id) for row in poll.subjects] == [(0, "neu"), (1, kept.id)]
    assert [(row.key, row.expected, row.spare) for row in poll.panels] == [("evaluators", 24, 3), ("villagers", 30, 1)]
    assert (poll.title, poll.state) == ("新", State.DRAFT)
    with any_village.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.what == "poll.correct")).one()
        assert set(session.scalars(sa.select(Subject.id))) == {"neu", kept.id}
    assert json.loads(entry.detail)["changed"] == {
        "title": ["2026年10月 嘎玛村驻村工作队民主测评", "新"],
        "subjects": [["第1工作队", "第2工作队", "第3工作队"], ["卓玛", "第1工作队"]],
        "panels": [[["villagers", 10, 0]], [["evaluators", 24, 3], ["villagers", 30, 1]]],
    }


def test_a_correction_that_changes_nothing_leaves_no_trace(village):
    """The same again makes no new revision and no entry."""
    village.create(subjects=2)
    before = poll_of(village)
    correct(village)
    after = poll_of(village)
    assert (after.revision, file_of(after)) == (before.revision, file_of(before))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "poll_empty"),
        ({"subjects": ()}, "poll_subjects_number"),
        ({"panels": ()}, "poll_no_panels"),
        ({"period": "2026-13"}, "unreadable_period"),
        ({"subjects": (SubjectEntry(id="team-1", kind="work_team", name="别的队"),)}, "subject_differs"),
    ],
)
def test_a_correction_keeps_the_rules_of_poll_files(village, changes, code):
    """What a poll file may not say a correction may not say, and the draft stays as it was."""
    village.create(subjects=2)
    before = file_of(poll_of(village))
    with pytest.raises(BadInput, match=code):
        correct(village, **changes)
    assert file_of(poll_of(village)) == before


def test_what_is_printed_stays(village):
    """From printing on nothing is corrected."""
    village.create()
    village.print()
    with pytest.raises(RuleRefused, match="state_needed"):
        correct(village, title="neu")


def test_subjects_of_other_polls_stay(village):
    """A subject that another poll has is not forgotten when this draft drops it; a neighbour's subjects are not offered."""
    add_person(village.database, "王", Role.ORGANIZER)
    [place] = add_places(village.database, "嘎玛乡")
    add_person(village.database, "赵", Role.ORGANIZER, place)
    village.create(subjects=2)
    other = village.poll
    village.create(subjects=1)
    first, second = (SubjectEntry(id=f"team-{n}", kind="work_team", name=f"第{n}工作队") for n in (1, 2))
    correct(village, subjects=(SubjectEntry(id="x", kind="work_team", name="新队"),))
    with village.database.read() as session:
        assert known_subjects(session, ["work_team"], "王") == [
            SubjectEntry(id="x", kind="work_team", name="新队"),
            first,
            second,
        ]
        assert known_subjects(session, ["team_member"], "王") == []
        assert known_subjects(session, ["work_team"], "赵") == []
        assert len(find_poll(session, other).subjects) == 2
        assert session.scalar(sa.select(sa.func.count()).select_from(PollSubject)) == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(Panel)) == 2


def test_the_list_of_polls(any_village):
    """The list has the polls that somebody's roles reach, says whether slips exist, and leaves trials out."""
    here, there = add_places(any_village.database, "嘎玛乡", "曲水乡")
    for name, place in (("县", ROOT), ("王", here), ("赵", there)):
        add_person(any_village.database, name, Role.ORGANIZER, place)
    add_person(any_village.database, "县", Role.READER, here)
    any_village.create(subjects=2)
    first = any_village.poll
    any_village.print()
    any_village.create(organization_id=here)
    second = any_village.poll
    with any_village.database.read() as session:
        rows = on_desk(session, "县")
        assert [(row.id, row.printed, row.subjects, row.organization, row.touched_on.isoformat()) for row in rows] == [
            (second, False, 1, "嘎玛乡", "2026-10-20"),
            (first, True, 2, "本单位", "2026-10-20"),
        ]
        assert on_desk(session, "赵") == []
        assert [row.id for row in on_desk(session, "王")] == [second]
    with any_village.database.write() as session:
        find_poll(session, second).trial_of = first
    with any_village.database.read() as session:
        assert [row.id for row in on_desk(session, "县")] == [first]
