"""Which schemes an organization uses: inherited, narrowed, never widened; and nothing makes a poll around it."""

import os

import msgspec
import pytest
from counties import NOW, add_places
from village import Village

from polling import organizations, scheme_choices
from polling.drafts import correct_poll, file_of
from polling.errors import BadInput, RuleRefused
from polling.history import log
from polling.history_words import act_words
from polling.models import ROOT, Level
from polling.polls import PanelEntry, PollFile, SubjectEntry, find_poll


@pytest.fixture
def places(any_database):
    """A township, its village and another township: ids by name."""
    east, west = add_places(any_database, "东乡", "西乡")
    [village] = add_places(any_database, "东村", below=east, level=Level.VILLAGE)
    return {"本单位": ROOT, "东乡": east, "西乡": west, "东村": village}


@pytest.fixture
def choose(any_database, places):
    """Choose schemes at an organization."""

    def at(name, *names):
        with any_database.write() as session:
            found = organizations.find(session, places[name])
            scheme_choices.choose(session, found, names or None, who="管理员", now=NOW)

    return at


@pytest.fixture
def used(any_database, places):
    """The names of the schemes that an organization uses."""

    def at(name):
        with any_database.read() as session:
            here = {pack.name for pack in scheme_choices.used(session, places[name])}
            assert here == {pack.name for pack in scheme_choices.used_by_any(session, [places[name]])}
            return here

    return at


def test_a_choice_holds_below_and_only_narrows(any_database, places, choose, used):
    """Without a choice all; below a choice that one; narrowed further; what was chosen above later binds below."""
    every = {pack.name for pack in scheme_choices.usable()}
    assert {"standard", "shangzhou", "longnan"} <= every
    assert used("东村") == every
    choose("东乡", "standard", "shangzhou")
    assert used("本单位") == used("西乡") == every
    assert used("东村") == used("东乡") == {"standard", "shangzhou"}
    choose("东村", "shangzhou")
    assert used("东村") == {"shangzhou"}
    with pytest.raises(RuleRefused, match="scheme_not_used") as refused:
        choose("东村", "shangzhou", "longnan")
    assert refused.value.params["organization"] == "东乡"
    choose("本单位", "standard", "longnan")
    assert used("东乡") == {"standard"}
    assert used("东村") == set()
    assert used("西乡") == {"standard", "longnan"}
    with any_database.read() as session:
        both = scheme_choices.used_by_any(session, [places["东村"], places["东乡"]])
    assert [pack.name for pack in both] == ["standard"]
    choose("本单位")
    choose("东村")
    assert used("东村") == {"standard", "shangzhou"}
    with pytest.raises(BadInput, match="schemes_none"):
        choose("东村", "no_scheme")


def test_the_log_says_what_was_and_what_is(any_database, choose):
    """Before and after by their titles; a choice that changes nothing is no entry."""
    choose("东乡", "standard")
    choose("东乡", "standard")
    choose("东乡", "standard", "shangzhou")
    choose("东乡")
    titles = {pack.name: f"《{pack.title}》" for pack in scheme_choices.usable()}
    with any_database.read() as session:
        said = [act_words(done, {}, str) for done in log(session) if done.what == "organization.schemes"]
    both = "、".join(title for name, title in titles.items() if name in ("standard", "shangzhou"))
    one = titles["standard"]
    assert said == [
        f"「东乡」选用的办法，原来：{both}；现在：没有另选",
        f"「东乡」选用的办法，原来：{one}；现在：{both}",
        f"「东乡」选用的办法，原来：没有另选；现在：{one}",
    ]


def test_no_poll_is_made_by_a_scheme_that_is_not_used(any_database, places, choose):
    """Neither made nor given in a draft; a draft of before is kept and corrected by its scheme, and its own words."""
    village = Village(any_database, os.urandom)
    village.create(organization_id=places["东村"], rehearsal=False)

    def correct(**changed):
        with any_database.write() as session:
            poll = find_poll(session, village.poll)
            file = msgspec.structs.replace(file_of(poll), **changed)
            correct_poll(session, poll, file, where="", who="王", now=NOW, complete=False)

    choose("东乡", "shangzhou")
    with pytest.raises(RuleRefused, match="scheme_not_used") as refused:
        Village(any_database, os.urandom).create(organization_id=places["东村"])
    assert refused.value.params["organization"] == "东乡"
    Village(any_database, os.urandom).create(organization_id=places["西乡"], file=other_file())
    correct(title="另一个标题")
    choose("东乡", "standard")
    with pytest.raises(RuleRefused, match="scheme_not_used"):
        correct(scheme="shangzhou", subjects=(), panels=())
    with any_database.read() as session:
        poll = find_poll(session, village.poll)
        assert (poll.title, poll.scheme) == ("另一个标题", "standard")


def other_file():
    """A poll about somebody else."""
    return PollFile(
        scheme="standard",
        title="西乡测评",
        period="2026-10",
        subjects=(SubjectEntry(id="west", kind="work_team", name="西队"),),
        panels=(PanelEntry(key="villagers", expected=10),),
    )
