"""Who guesses passwords waits, and nobody else does."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from polling import passwords, throttle
from polling.errors import RuleRefused
from polling.models import LoginFailure, Role, User
from polling.people import add_user
from polling.throttle import AHEAD, CODES, FREE, FREE_ADDRESS, MEMORY, begin, check_password, forget

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
GOOD, NAME, HERE, THERE = "four words or so", "王组织", "10.0.0.7", "10.0.0.8"


def add(database, name=NAME, password=GOOD):
    """Somebody with a password."""
    with database.write() as session:
        add_user(session, name, Role.ORGANIZER, password)


def attempt(database, name=NAME, address=HERE, now=NOW):
    """A wrong password: what it was refused as, and how long to wait."""
    try:
        begin(database, name, address, now=now)
    except RuleRefused as error:
        return error.params["minutes"]  # login_wait has it, no other
    return 0


def rows(database):
    """Everything that is kept of wrong passwords."""
    with database.read() as session:
        return session.scalars(sa.select(LoginFailure)).all()


def test_the_right_password_gives_the_user(any_database):
    """Name and password give the user, blanks around the name aside, and nothing stays counted."""
    add(any_database)
    assert check_password(any_database, f" {NAME} ", GOOD, address=HERE, now=NOW).name == NAME
    assert rows(any_database) == []


@pytest.mark.usefixtures("cheap_passwords")
def test_five_wrong_ones_are_free_and_then_one_waits_longer_and_longer(any_database):
    """After five wrong passwords the sixth waits a minute, the next two, four, eight; asking while waiting does not lengthen it."""
    add(any_database)
    for _ in range(FREE):
        with pytest.raises(RuleRefused, match="login_wrong"):
            check_password(any_database, NAME, "not this one", address=HERE, now=NOW)
    moment = NOW
    for minutes in (1, 2, 4):
        for _ in range(3):
            with pytest.raises(RuleRefused) as caught:  # even with the right one: a guess is not looked at
                check_password(any_database, NAME, GOOD, address=HERE, now=moment)
            assert (caught.value.code, caught.value.params) == ("login_wait", {"minutes": minutes})
        moment += timedelta(minutes=minutes)
        assert attempt(any_database, now=moment) == 0
    assert attempt(any_database, now=moment + timedelta(minutes=7, seconds=30)) == 1
    assert attempt(any_database, now=moment + timedelta(minutes=8)) == 0


@pytest.mark.usefixtures("cheap_passwords")
def test_nobody_else_waits(any_database):
    """The same name from another address, and another name from the same one, sign in while somebody guesses."""
    add(any_database)
    add(any_database, "李监票")
    for _ in range(FREE):
        assert attempt(any_database) == 0
    assert attempt(any_database) == 1
    assert check_password(any_database, NAME, GOOD, address=THERE, now=NOW).name == NAME
    assert check_password(any_database, "李监票", GOOD, address=HERE, now=NOW).name == "李监票"
    assert attempt(any_database) == 1


@pytest.mark.usefixtures("cheap_passwords")
def test_the_right_one_clears_what_was_wrong(any_database):
    """Who remembers after four wrong ones has all five again."""
    add(any_database)
    for _ in range(2):
        for _ in range(FREE - 1):
            assert attempt(any_database) == 0
        check_password(any_database, NAME, GOOD, address=HERE, now=NOW)


@pytest.mark.usefixtures("cheap_passwords")
def test_unknown_names_are_treated_alike(any_database, monkeypatch):
    """A name that is not there, one without a password and a known one: the same answers after the same work."""
    add(any_database)
    add(any_database, "没有密码", None)
    tested = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *arguments: tested.append(1) or verify(*arguments))
    answers = {}
    for name in (NAME, "没有密码", "不认识", "", "a\0b", "\udc80"):
        tested.clear()
        with pytest.raises(RuleRefused, match="login_wrong"):
            check_password(any_database, name, "not this one", address=HERE, now=NOW)
        waits = [attempt(any_database, name) for _ in range(FREE)]
        answers[name] = (len(tested), waits)
    assert set(map(str, answers.values())) == {str((1, [0] * (FREE - 1) + [1]))}


def test_nobody_signs_in_as_nobody(database):
    """The password that unknown names are tested against opens nothing."""
    add(database, "没有密码", None)
    for name in ("没有密码", "不认识"):
        with pytest.raises(RuleRefused, match="login_wrong"):
            check_password(database, name, "nobody signs in with this", address=HERE, now=NOW)


def test_an_address_that_tries_many_names_waits(any_database):
    """Thirty names from one address, and it waits; another address does not."""
    for number in range(FREE_ADDRESS):
        assert attempt(any_database, f"name {number}") == 0
    assert attempt(any_database, "one more") == 1
    assert attempt(any_database, "one more", THERE) == 0


def test_a_right_password_is_no_guess_of_its_address(any_database):
    """A whole office may sign in from one address, again and again."""
    add(any_database)
    for _ in range(FREE_ADDRESS + 1):
        tried = begin(any_database, NAME, HERE, now=NOW)
        with any_database.write() as session:
            forget(session, tried)
    assert rows(any_database) == []


def test_old_ones_are_swept(any_database):
    """What is older than the longest memory is deleted by the next attempt."""
    for _ in range(3):
        attempt(any_database)
    attempt(any_database, "李监票", THERE, now=NOW + MEMORY + timedelta(seconds=1))
    assert len(rows(any_database)) == 8
    attempt(any_database, "李监票", THERE, now=NOW + CODES.memory + timedelta(seconds=1))
    assert len(rows(any_database)) == 4


def test_wrong_codes_are_remembered_for_longer(any_database):
    """Whoever guesses codes for a day gets some thirty guesses, and waits up to an hour for each; passwords of the same name are another matter."""

    def guess(at):
        try:
            begin(any_database, "\0code", HERE, now=at, patience=CODES)
        except RuleRefused as error:
            return error.params["minutes"]
        return 0

    moment, tried, waits = NOW, 0, []
    while moment < NOW + timedelta(days=1):
        wait = guess(moment)
        tried += not wait
        waits.append(wait)
        moment += timedelta(minutes=wait)
    assert (waits[:7], max(waits), tried) == ([0, 0, 0, 0, 0, 1, 0], 60, 33)
    assert attempt(any_database) == 0


def test_a_wrong_clock_makes_nobody_wait_for_a_year(any_database):
    """Guesses that were written down by a clock a year ahead hold nobody up once it is right, and go."""
    for _ in range(FREE):
        attempt(any_database, now=NOW + timedelta(days=365))
    assert attempt(any_database) == 0
    assert len(rows(any_database)) == 2


def test_clocks_of_two_nodes_may_differ(any_database):
    """A node whose clock is a little behind counts what the other wrote."""
    for _ in range(FREE):
        attempt(any_database, now=NOW + AHEAD)
    assert attempt(any_database) == 2


def test_no_name_and_no_address_is_kept(any_database):
    """What is stored is a keyed hash: another installation makes another one of the same name."""
    attempt(any_database)
    kept = [row.who for row in rows(any_database)]
    assert all(len(who) == 64 and NAME not in who and HERE not in who for who in kept)
    assert throttle.keyed(b"another secret of ours", "login", "x") != throttle.keyed(b"a secret of ours", "login", "x")


def test_many_at_once_get_no_more_guesses(any_database):
    """Forty attempts at the same moment: five are looked at."""
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: attempt(any_database), range(40)))
    assert waits.count(0) == FREE


@pytest.mark.usefixtures("cheap_passwords")
def test_a_wrong_password_stays_counted(any_database):
    """The refusal does not take the counting back with it."""
    with pytest.raises(RuleRefused, match="login_wrong"):
        check_password(any_database, "不认识", "not this one", address=HERE, now=NOW)
    assert len(rows(any_database)) == 2


@pytest.mark.usefixtures("cheap_passwords")
def test_others_write_while_a_password_is_tested(database, monkeypatch):
    """No hash is made while the writers' turn is held: a ballot goes in meanwhile."""
    add(database)

    def fits(*_arguments):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(attempt, database, "李监票", THERE).result(timeout=20)
        return True

    monkeypatch.setattr(throttle, "password_fits", fits)
    assert check_password(database, NAME, GOOD, address=HERE, now=NOW).name == NAME


def test_what_is_kept_of_a_password_is_dear():
    """Argon2id, at no less than RFC 9106 asks of it where memory is scarce."""
    kept = extract_parameters(passwords.hash_password(GOOD, NAME))
    assert kept.type is Type.ID
    assert kept.memory_cost >= RFC_9106_LOW_MEMORY.memory_cost
    assert kept.time_cost >= RFC_9106_LOW_MEMORY.time_cost
    assert kept.salt_len >= RFC_9106_LOW_MEMORY.salt_len


def test_one_hash_at_a_time(monkeypatch):
    """However many sign in at once, a process makes one hash at a time: the other core is the voters'."""
    at_work, most, lock = 0, 0, threading.Lock()
    verify = PasswordHasher.verify

    def counted(*arguments):
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        try:
            return verify(*arguments)
        finally:
            with lock:
                at_work -= 1

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    kept = passwords.hash_password(GOOD, NAME)
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda _: passwords.password_fits(kept, GOOD), range(6)))
    assert most == 1


def test_a_hash_of_old_parameters_is_renewed(any_database):
    """Who signs in with a hash that was made cheaply gets one as it is made today, of the same password."""
    add(any_database)
    with any_database.write() as session:
        session.get(User, NAME).password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(GOOD)
    given = check_password(any_database, NAME, GOOD, address=HERE, now=NOW)
    with any_database.read() as session:
        kept = session.get(User, NAME).password_hash
    assert kept == given.password_hash
    assert not passwords.is_outdated(kept)
    assert PasswordHasher().verify(kept, GOOD)


def test_what_is_no_hash_fits_nothing():
    """A damaged hash refuses; it does not stop the page."""
    assert not passwords.password_fits("$argon2id$what", GOOD)
