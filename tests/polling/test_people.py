"""People: what a password and a name may be, who may change whom, and how the first administrator comes in."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from counties import roles

from polling import audit, first, people
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import ROOT, AuditEntry, OneTimeCode, Poll, Role, User
from polling.passwords import demand_password, hash_password

# who may do what is no matter of what a hash costs
pytestmark = pytest.mark.usefixtures("cheap_passwords")

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HERE = "10.0.0.7"
REHEARSED = Poll(id="x", rehearsal=True, organization_id=ROOT, subjects=[])


def random(number):
    """Bytes that are no randomness, but differ."""
    return bytes(range(7, 7 + number))


def refused(function, *arguments, **named):
    """Give the code that a call is refused with."""
    with pytest.raises(DomainError) as caught:
        function(*arguments, **named)
    return caught.value.code


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("123456789", "password_short"),
        ("1234567890", "password_common"),
        ("7890123456", "password_common"),
        ("9876543210", "password_common"),
        ("QwertyUiop", "password_common"),
        ("woaini5201314", "password_common"),
        ("AA12345678", "password_common"),
        ("1111111111", "password_common"),
        ("abababababab", "password_common"),
        ("The Name Of This One", "password_common"),
    ],
)
def test_passwords_that_others_would_guess_are_refused(password, code):
    """Too short, a row of the keyboard, a few characters again and again, one of the usual ones, the own name."""
    assert refused(demand_password, password, "the name of this one") == code
    assert refused(hash_password, password, "the name of this one") == code


@pytest.mark.parametrize("password", ["correct horse", "雪山草地牛羊青稞酒壶", "x9-3kd0sl2", "王组织的牦牛有七十三头"])
def test_other_passwords_are_taken(password):
    """Ten characters of any script."""
    demand_password(password, "王组织")


@pytest.mark.parametrize(
    ("name", "code"),
    [("  ", "user_name_empty"), ("a\nb", "user_name_form"), ("a\0b", "user_name_form"), ("名" * 81, "user_name_form")],
)
def test_names_that_are_none(any_database, name, code):
    """Empty, with a line break or a zero byte, or longer than any name."""
    with any_database.write() as session:
        assert refused(people.add_user, session, name, Role.ORGANIZER, None) == code


def test_a_tibetan_name_of_sixty_letters_is_a_name(any_database):
    """Long names in other scripts are taken and found again."""
    name = "བཀྲ་ཤིས་" * 8
    with any_database.write() as session:
        people.add_user(session, name, Role.ORGANIZER, None)
    with any_database.read() as session:
        assert people.find_user(session, name).name == name


def office(database, **roles):
    """Add people with passwords, by role."""
    kept = hash_password("four words or so", "")
    with database.write() as session:
        for name, role in roles.items():
            people.register(session, name, role, kept)


def test_who_is_missing_for_a_day_is_named(any_database):
    """An organizer (an administrator will do) and a scrutineer, each with a password; rehearsal people do not count."""

    def missing():
        with any_database.read() as session:
            return people.missing_people(session)

    with any_database.write() as session:
        people.two_people(session, REHEARSED, organizer=None, witness=None)
        people.add_user(session, "没有密码", Role.SCRUTINEER, None)
    assert missing() == [Role.ORGANIZER, Role.SCRUTINEER]
    office(any_database, admin=Role.ADMINISTRATOR)
    assert missing() == [Role.SCRUTINEER]
    office(any_database, scrutineer=Role.SCRUTINEER)
    assert missing() == []
    with any_database.write() as session:
        people.remove(session, "scrutineer", by="admin")
    assert missing() == [Role.SCRUTINEER]


def test_rehearsal_people_are_not_listed(any_database):
    """The list is of people."""
    with any_database.write() as session:
        people.two_people(session, REHEARSED, organizer=None, witness=None)
    office(any_database, b=Role.SCRUTINEER, admin=Role.ADMINISTRATOR, a=Role.SCRUTINEER, org=Role.ORGANIZER)
    with any_database.read() as session:
        assert [user.name for user in people.everybody(session)] == ["org", "a", "b", "admin"]


def test_nobody_acts_on_himself_and_only_administrators_on_others(any_database):
    """An administrator removes and changes others, never himself; who is none any more changes nobody."""
    office(any_database, one=Role.ADMINISTRATOR, two=Role.ADMINISTRATOR, org=Role.ORGANIZER)
    with any_database.write() as session:
        assert refused(people.remove, session, "one", by="one") == "user_self"
        assert refused(people.take_role, session, "one", Role.ADMINISTRATOR, ROOT, by="one") == "user_self"
        assert refused(people.remove, session, "nobody", by="one") == "user_unknown"
        assert refused(people.remove, session, "one", by="org") == "user_not_administrator"
        assert refused(people.give_role, session, "org", Role.APPROVER, ROOT, by="org") == "user_not_administrator"
        people.take_role(session, "two", Role.ADMINISTRATOR, ROOT, by="one")
        assert refused(people.remove, session, "one", by="two") == "user_not_administrator"
        people.remove(session, "org", by="one")
        assert session.get(User, "org").password_hash is None


def test_two_administrators_who_remove_each_other_at_once_leave_one(any_database):
    """Whoever comes second is none any more."""
    office(any_database, one=Role.ADMINISTRATOR, two=Role.ADMINISTRATOR)
    start, refusals = Barrier(2), []

    def act(who, whom):
        start.wait()
        try:
            with any_database.write() as session:
                people.remove(session, whom, by=who)
        except RuleRefused as error:
            refusals.append(error.code)

    threads = [Thread(target=act, args=pair) for pair in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["user_not_administrator"]
    with any_database.read() as session:
        assert people.can_sign_in(session, Role.ADMINISTRATOR)


# ---------------------------------------------------------------- the first administrator


def make(database, code, name="管理员甲", password="four words or so"):
    """Make the first administrator, as the page does."""
    first.check_code(database, code, address=HERE, now=NOW)
    with database.write() as session:
        return first.make_administrator(session, database.settings, code, name, hash_password(password, name), now=NOW)


def test_the_code_makes_one_administrator(any_database):
    """It is typed in any case, with or without lines; it makes an administrator, is audited, and then counts no more."""
    code = first.new_code(any_database, now=NOW, random=random)
    assert len(code) == 14
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert make(any_database, typed).name == "管理员甲"
    assert roles(any_database, "管理员甲") == {(Role.ADMINISTRATOR, ROOT)}
    with any_database.read() as session:
        assert not first.is_due(session)
        assert session.scalars(sa.select(OneTimeCode)).all() == []
        assert session.scalars(sa.select(AuditEntry.what)).all() == ["user.first"]
        assert audit.walk(session).broken is None
    assert refused(make, any_database, code, "管理员乙") == "code_wrong"


def test_the_newest_code_counts(any_database):
    """A restart, or a second process, makes the code of before worthless."""
    old = first.new_code(any_database, now=NOW, random=random)
    new = first.new_code(any_database, now=NOW, random=lambda number: bytes(range(number)))
    assert refused(make, any_database, old) == "code_wrong"
    make(any_database, new)


def test_without_a_code_there_is_none(any_database):
    """Where no server was started, nothing typed is right."""
    for typed in ("", "AAAA-AAAA-AAAA"):
        assert refused(make, any_database, typed) == "code_wrong"


def test_the_code_is_not_in_the_database(database):
    """Neither as it is shown nor as it is typed."""
    code = first.new_code(database, now=NOW, random=random)
    with database.read() as session:
        kept = session.get(OneTimeCode, first.PURPOSE).hash
    assert code.replace("-", "") not in kept
    assert len(kept) == 64


def test_guessing_the_code_is_throttled(any_database):
    """Five wrong codes, and then one waits, even with the right one."""
    code = first.new_code(any_database, now=NOW, random=random)
    for _ in range(5):
        assert refused(first.check_code, any_database, "AAAA", address=HERE, now=NOW) == "code_wrong"
    assert refused(first.check_code, any_database, code, address=HERE, now=NOW) == "login_wait"
    first.check_code(any_database, code, address="10.0.0.8", now=NOW)


def test_two_at_once_make_one_administrator(any_database):
    """Two people with the same code at the same moment: one gets in."""
    code = first.new_code(any_database, now=NOW, random=random)
    kept, start, refusals = hash_password("four words or so", ""), Barrier(2), []

    def act(name):
        start.wait()
        try:
            with any_database.write() as session:
                first.make_administrator(session, any_database.settings, code, name, kept, now=NOW)
        except RuleRefused as error:
            refusals.append(error.code)

    threads = [Thread(target=act, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["code_wrong"]
    with any_database.read() as session:
        assert len(people.everybody(session)) == 1


def test_an_administrator_without_a_password_gets_one(any_database):
    """Who was registered at the terminal as administrator, without a password, comes in by the code; others' names are taken."""
    with any_database.write() as session:
        people.add_user(session, "甲", Role.ADMINISTRATOR, None)
        people.add_user(session, "乙", Role.ORGANIZER, None)
    code = first.new_code(any_database, now=NOW, random=random)
    with pytest.raises(BadInput, match="user_exists"):
        make(any_database, code, "乙")
    assert make(any_database, code, " 甲 ").name == "甲"
