"""The table of states and the people who take the steps."""

from itertools import pairwise

import pytest
from argon2 import PasswordHasher

from polling.errors import BadInput, RuleRefused
from polling.lifecycle import STEPS, State, step
from polling.models import ROOT, Poll, Role, User
from polling.people import add_user, demand_role, two_people
from polling.polls import find_poll

# docs/architecture.md, States
LINE = ["draft", "printed", "open", "closed", "tallied", "counted", "noticed", "final", "archived"]


def test_the_table_is_the_line_of_the_architecture():
    """Each state leads to the next one; printing repeats; everything after draft can be annulled; only a correction leads back, nothing out of annulled."""
    wanted = {(now, then) for now, then in pairwise(LINE)}
    wanted |= {("printed", "printed"), ("noticed", "counted"), ("final", "counted")} | {
        (now, "annulled") for now in LINE[1:]
    }
    assert {(now.value, then.value) for now, thens in STEPS.items() for then in thens} == wanted
    assert set(STEPS) == set(State)


@pytest.mark.parametrize("now", list(State))
def test_steps_that_are_not_in_the_table_do_not_exist(now):
    """Every other step is refused with both names."""
    for then in State:
        if then in STEPS[now]:
            assert step(now, then) is then
        else:
            with pytest.raises(RuleRefused) as caught:
                step(now, then)
            assert (caught.value.code, caught.value.params) == ("wrong_state", {"now": now.value, "then": then.value})


def test_each_act_asks_for_its_state(village):
    """Acts out of order are refused by name of the state, and change nothing."""
    village.create()
    for act in (village.open, village.close, village.count, village.publish):
        with pytest.raises(RuleRefused) as caught:
            act()
        assert caught.value.code == "state_needed"
        assert caught.value.params["state"] == "draft"
    village.print()
    village.open()
    for act in (village.print, village.open, village.count, village.publish):
        with pytest.raises(RuleRefused):
            act()
    village.close()
    for act in (village.print, village.open, village.close, village.publish):
        with pytest.raises(RuleRefused):
            act()
    with village.database.read() as session:
        assert find_poll(session, village.poll).state is State.CLOSED


def test_an_unknown_poll_is_named(any_database):
    """Looking for a poll that does not exist is bad input with its number."""
    with any_database.read() as session, pytest.raises(BadInput) as caught:
        find_poll(session, "nowhere")
    assert (caught.value.code, caught.value.params) == ("poll_unknown", {"poll": "nowhere"})


def test_people_are_added_once_and_their_passwords_hashed(any_database):
    """A name is taken once, is not empty, and a password is long and never stored as it is."""
    with any_database.write() as session:
        add_user(session, " 甲 ", Role.ORGANIZER, "十个字也可以是密码的")
        add_user(session, "乙", Role.SCRUTINEER, None)
        for name, password, code in [
            ("甲", None, "user_exists"),
            ("  ", None, "user_name_empty"),
            ("丙", "short", "password_short"),
        ]:
            with pytest.raises(BadInput) as caught:
                add_user(session, name, Role.READER, password)
            assert caught.value.code == code
        stored = session.get(User, "甲").password_hash
        assert "十个字也可以是密码的" not in stored
        assert PasswordHasher().verify(stored, "十个字也可以是密码的")
        assert session.get(User, "乙").password_hash is None
        demand_role(session, "甲", [Role.ORGANIZER], ROOT)
        for name, code in (("甲", "role_wrong"), ("丁", "user_unknown")):
            with pytest.raises(RuleRefused) as caught:
                demand_role(session, name, [Role.TELLER], ROOT)
            assert caught.value.code == code


def a_poll(*, rehearsal):
    """A poll of the root, about nobody."""
    return Poll(id="x", rehearsal=rehearsal, organization_id=ROOT, subjects=[])


def test_an_administrator_may_run_a_poll_and_not_witness(database):
    """The administrator may stand in for the organizer, never for the scrutineer."""
    with database.write() as session:
        add_user(session, "甲", Role.ADMINISTRATOR, None)
        add_user(session, "乙", Role.SCRUTINEER, None)
        assert two_people(session, a_poll(rehearsal=False), organizer="甲", witness="乙") == ("甲", "乙")
        with pytest.raises(RuleRefused):
            two_people(session, a_poll(rehearsal=False), organizer="乙", witness="甲")


def test_a_rehearsal_has_its_own_people(database):
    """In a rehearsal nobody needs to be named; who is named must exist."""
    with database.write() as session:
        assert two_people(session, a_poll(rehearsal=True), organizer=None, witness=None) == ("演练组织者", "演练监票人")
        assert two_people(session, a_poll(rehearsal=True), organizer=None, witness=None) == ("演练组织者", "演练监票人")
        with pytest.raises(RuleRefused) as caught:
            two_people(session, a_poll(rehearsal=True), organizer="某人", witness=None)
        assert caught.value.code == "user_unknown"
