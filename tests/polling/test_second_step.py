"""The second step of signing in: each code once, guesses counted, nothing in the database that makes a code."""

import dataclasses
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from at_desk import NAME, audited
from counties import add_person, add_places

from polling import history, second_step, typed_codes
from polling.db import Database
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import DeskSession, RecoveryCode, Role, User
from polling.second_step import LOOKED_FOR, codes_left, demand_code, new_secret, renew_codes, turn_off, turn_off_for
from polling.throttle import CODES, FREE

NOW = datetime(2026, 11, 22, 9, 0, 10, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)
HERE, THERE = "browser one", "browser two"


class Phone:
    """Somebody's app, and what else a person keeps of the second step."""

    def __init__(self, database, name=NAME) -> None:
        self.database, self.name, self.secret = database, name, new_secret(secrets.token_bytes)
        with database.write() as session:
            self.recovery = second_step.turn_on(
                session,
                database.settings,
                name,
                self.secret,
                self.code(NOW),
                now=NOW,
                random=secrets.token_bytes,
            )

    def code(self, at):
        """What the phone shows at that moment of its clock."""
        return pyotp.TOTP(self.secret).at(at)

    def give(self, typed, *, now, place=HERE, database=None):
        """Give a code as one does after the password: what it was refused as, else whether it was a recovery code."""
        database = database or self.database
        with database.read() as session:
            user = session.get(User, self.name)
        try:
            return demand_code(database, user, typed, place=place, now=now)
        except DomainError as error:
            return error.code


@pytest.fixture
def phone(any_database):
    """Somebody whose second step was turned on at NOW."""
    add_person(any_database, NAME, Role.ORGANIZER)
    return Phone(any_database)


def later(steps):
    """So many time steps after the second step was turned on."""
    return NOW + steps * HALF_A_MINUTE


# ---------------------------------------------------------------- codes


def test_a_code_counts_once(phone):
    """The code that turned it on opens nothing; the next one opens once, and none before it any more."""
    assert phone.give(phone.code(NOW), now=NOW) == "second_used"
    assert phone.give(phone.code(later(2)), now=later(2)) is False
    assert phone.give(phone.code(later(2)), now=later(2)) == "second_used"
    assert phone.give(phone.code(later(1)), now=later(2)) == "second_used"
    assert phone.give(phone.code(later(3)), now=later(3)) is False


def test_of_many_at_once_one_passes(phone):
    """Two requests with the same code at the same moment, from different places: one is let in."""
    code, now = phone.code(later(4)), later(4)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: phone.give(code, now=now, place=f"place {number}"), range(8)))
    assert sorted(map(str, answers)) == ["False"] + ["second_used"] * 7


def test_of_many_recovery_codes_at_once_one_passes(phone):
    """The same with one recovery code."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda number: phone.give(phone.recovery[0], now=NOW, place=f"place {number}"), range(8))
        )
    assert sorted(map(str, answers)) == ["True"] + ["recovery_wrong"] * 7


@pytest.mark.parametrize(
    ("drift", "answer"), [(-2, "second_wrong"), (-1, False), (0, False), (1, False), (2, "second_wrong")]
)
def test_a_clock_may_be_half_a_minute_off(phone, drift, answer):
    """One time step each way."""
    assert phone.give(phone.code(later(10 + drift)), now=later(10)) == answer


def test_codes_are_taken_as_they_are_typed(phone):
    """With blanks, in wide digits, with a line between."""
    for steps, way in enumerate(
        (lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}", wide), start=1
    ):
        assert phone.give(way(phone.code(later(steps))), now=later(steps)) is False
    assert phone.give("", now=NOW) == "second_missing"
    assert phone.give("  ", now=NOW) == "second_missing"


def wide(code):
    """As a Chinese keyboard types digits."""
    return code.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


@pytest.mark.parametrize("typed", ["12345", "1234567", "١٢٣٤٥٦", "12345²", "abcdef", "x" * 5000, "\0", "\udc80"])
def test_what_is_no_code_opens_nothing(phone, typed):
    """Too short, too long, other digits, no text at all: refused, and counted."""
    for _ in range(FREE):
        assert phone.give(typed, now=NOW) in ("recovery_wrong", "second_wrong")
    assert phone.give(phone.code(later(1)), now=NOW) == "login_wait"


def test_who_has_not_turned_it_on_is_asked_for_nothing(any_database):
    """The password is enough, whatever stands in the field."""
    add_person(any_database, NAME, Role.ORGANIZER)
    with any_database.read() as session:
        user = session.get(User, NAME)
    assert demand_code(any_database, user, "", place=HERE, now=NOW) is False
    assert demand_code(any_database, user, "123456", place=HERE, now=NOW) is False


# ---------------------------------------------------------------- guessing


def test_guesses_are_counted_apart_from_elsewhere(phone):
    """After five wrong codes one waits, even with the right one; in another browser nobody does; the wait grows to an hour."""
    for _ in range(FREE):
        assert phone.give("000000", now=NOW) == "second_wrong"
    assert phone.give(phone.code(later(1)), now=NOW) == "login_wait"
    assert phone.give(phone.code(later(1)), now=NOW, place=THERE) is False
    moment = NOW
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert phone.give("000000", now=moment + timedelta(minutes=minutes, seconds=-1)) == "login_wait"
        moment += timedelta(minutes=minutes)
        assert phone.give("000000", now=moment) == "second_wrong"
    moment += CODES.memory + timedelta(seconds=1)
    assert phone.give(phone.code(moment), now=moment) is False


def test_a_right_code_clears_what_was_wrong(phone):
    """Four wrong ones and a right one, again and again."""
    for steps in (1, 2, 3):
        for _ in range(FREE - 1):
            assert phone.give("000000", now=later(steps)) == "second_wrong"
        assert phone.give(phone.code(later(steps)), now=later(steps)) is False


def test_many_guesses_at_once_get_no_more(phone):
    """Thirty at the same moment: five are looked at."""
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: phone.give("000000", now=NOW), range(30)))
    assert answers.count("second_wrong") == FREE


# ---------------------------------------------------------------- turning on


def begin_with(database, code, name=NAME, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"):
    """Turn it on with a first code: what it was refused as, with its figures."""
    with pytest.raises(RuleRefused) as caught, database.write() as session:
        second_step.turn_on(
            session, database.settings, name, secret, code(pyotp.TOTP(secret)), now=NOW, random=secrets.token_bytes
        )
    return caught.value.code, caught.value.params.get("minutes")


def test_it_is_on_only_after_a_right_code(any_database):
    """A wrong first code changes nothing, and a clock that is off is said by how much: the secret is the person's own."""
    add_person(any_database, NAME, Role.ORGANIZER)
    assert begin_with(any_database, lambda totp: totp.at(later(20))) == ("second_ahead", 10)
    assert begin_with(any_database, lambda totp: totp.at(later(-7))) == ("second_behind", 3)
    assert begin_with(any_database, lambda totp: totp.at(later(LOOKED_FOR + 40)))[0] == "second_wrong"
    assert begin_with(any_database, lambda _totp: "abc")[0] == "second_wrong"
    with any_database.read() as session:
        user = session.get(User, NAME)
        assert (user.totp_sealed, codes_left(session, NAME)) == (None, 0)
    assert audited(any_database) == []
    phone = Phone(any_database)
    assert begin_with(any_database, lambda totp: totp.at(NOW)) == ("second_on", None)
    assert phone.give(phone.code(later(1)), now=later(1)) is False


def test_at_sign_in_nobody_is_told_what_a_clock_is_off(phone):
    """A code of ten minutes ahead is wrong and no more: to a guesser it would be good in ten minutes."""
    assert phone.give(phone.code(later(20)), now=NOW) == "second_wrong"
    assert phone.give(phone.code(later(-20)), now=NOW) == "second_wrong"


# ---------------------------------------------------------------- recovery codes


def test_recovery_codes_stand_in_once_each(phone, any_database):
    """Ten codes, typed in small letters, with or without dashes, in full width; each once; a code of somebody else's never."""
    other = Phone(any_database, add_person(any_database, "李监票", Role.SCRUTINEER))
    assert len(set(phone.recovery + other.recovery)) == 20
    ways = [str.lower, lambda code: code.replace("-", ""), lambda code: code.replace("-", " "), lambda code: code + " "]
    for number, code in enumerate(phone.recovery):
        assert other.give(code, now=NOW, place=f"{number}") == "recovery_wrong"
        assert phone.give(ways[number % 4](code), now=NOW) is True
        assert phone.give(code, now=NOW) == "recovery_wrong"
    with any_database.read() as session:
        assert (codes_left(session, NAME), codes_left(session, "李监票")) == (0, 10)
    assert audited(any_database).count((NAME, "user.recovery_used")) == 10
    assert phone.give(phone.code(later(1)), now=later(1)) is False


def test_new_recovery_codes_take_the_place_of_the_old(phone, any_database):
    """The old ones count no more."""
    with any_database.write() as session:
        fresh = renew_codes(session, any_database.settings, NAME, now=NOW, random=secrets.token_bytes)
    assert phone.give(phone.recovery[3], now=NOW) == "recovery_wrong"
    assert phone.give(fresh[3], now=NOW) is True


def test_a_recovery_code_is_sixty_random_bits():
    """Twelve letters of thirty-two, every one of them possible at every place: no slow hash is needed."""
    codes = [typed_codes.plain(typed_codes.new_code(secrets.token_bytes)) for _ in range(600)]
    assert len(typed_codes.LETTERS) == len(set(typed_codes.LETTERS)) == 32
    assert all(len({code[place] for code in codes}) == 32 for place in range(12))


# ---------------------------------------------------------------- turning off


def test_turned_off_the_password_is_enough(phone, any_database):
    """Nothing of it is left; sessions end; turned on again it is another secret."""
    with any_database.write() as session:
        session.add(DeskSession(number="x", user_name=NAME, device="—", began=NOW, seen_on=NOW.date()))
        session.flush()
        turn_off(session, NAME, who=NAME, now=NOW)
        assert session.scalars(sa.select(DeskSession)).all() == []
        assert session.scalars(sa.select(RecoveryCode)).all() == []
    assert phone.give("", now=NOW) is False
    with pytest.raises(RuleRefused, match="second_off"), any_database.write() as session:
        turn_off(session, NAME, who=NAME, now=NOW)
    with pytest.raises(RuleRefused, match="second_off"), any_database.write() as session:
        renew_codes(session, any_database.settings, NAME, now=NOW, random=secrets.token_bytes)
    again = Phone(any_database)
    assert again.give(phone.code(later(1)), now=later(1)) == "second_wrong"
    assert again.give(phone.recovery[0], now=NOW) == "recovery_wrong"
    assert again.give(again.code(later(1)), now=later(1)) is False


def test_an_administrator_above_turns_it_off_and_no_other(any_database):
    """Whoever may reset the password: the administrator of all places of the person; nobody for the own account. The logs of those places say so."""
    east, west = add_places(any_database, "东乡", "西乡")
    add_person(any_database, NAME, Role.ORGANIZER, east)
    for name, at in (("东管", east), ("西管", west), ("县管", "root")):
        add_person(any_database, name, Role.ADMINISTRATOR, at)
    Phone(any_database)
    add_person(any_database, NAME, Role.READER, west)
    for by, code in (("东管", "user_not_administrator"), ("西管", "user_not_administrator"), (NAME, "user_self")):
        with pytest.raises(RuleRefused, match=code), any_database.write() as session:
            turn_off_for(session, NAME, by=by, now=NOW)
    with any_database.write() as session:
        turn_off_for(session, NAME, by="县管", now=NOW)
    with any_database.read() as session:
        seen = {at: [(done.who, done.what) for done in history.log(session, at=at)] for at in ("root", east, west)}
    both = [("县管", "user.second_off"), (NAME, "user.second_on")]
    assert [entry for entry in seen["root"] if "second" in entry[1]] == both
    assert [entry for entry in seen[east] if "second" in entry[1]] == both
    assert [entry for entry in seen[west] if "second" in entry[1]] == both[:1]


# ---------------------------------------------------------------- what is kept


def test_a_copy_of_the_database_makes_no_code(phone, any_database):
    """Neither secret nor recovery code stands in any row, log included; another installation's secret opens nothing."""
    with any_database.read() as session:
        tables = ("users", "recovery_codes", "audit", "login_failures")
        text = str([session.execute(sa.text(f"SELECT * FROM {table}")).all() for table in tables])
        for code in phone.recovery:
            assert typed_codes.plain(code) not in text
            assert code not in text
        assert phone.secret not in text
        assert pyotp.TOTP(phone.secret).byte_secret().hex() not in text
    elsewhere = Database(dataclasses.replace(any_database.settings, secret_key="another installation's"))
    try:
        assert phone.give(phone.code(later(1)), now=later(1), database=elsewhere) == "second_locked"
        assert phone.give(phone.recovery[0], now=NOW, database=elsewhere) == "recovery_wrong"
    finally:
        elsewhere.dispose()
    assert phone.give(phone.code(later(1)), now=later(1)) is False


def test_a_sealed_secret_is_its_persons_alone(phone, any_database):
    """Copied to another row, it opens nothing."""
    add_person(any_database, "李监票", Role.SCRUTINEER)
    other = Phone(any_database, "李监票")
    with any_database.write() as session:
        session.get(User, "李监票").totp_sealed = session.get(User, NAME).totp_sealed
    assert other.give(phone.code(later(1)), now=later(1)) == "second_locked"


def test_missing_is_said_by_name(phone, any_database):
    """Whoever witnesses is named: two people stand at the desk."""
    with any_database.read() as session:
        user = session.get(User, NAME)
    with pytest.raises(BadInput) as caught:
        demand_code(any_database, user, "", place=HERE, now=NOW)
    assert caught.value.params == {"name": NAME}
