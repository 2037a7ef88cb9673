"""The table of states, the people, the settings and the database's own rules."""

import os
import stat
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from village import NOW

from polling import audit
from polling.db import Database, UtcDateTime, migrate
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import STEPS, State, step
from polling.models import AuditEntry, Role, User
from polling.people import add_user, demand_role, two_people
from polling.polls import find_poll
from polling.settings import ENVIRONMENT, Settings, read_settings

# docs/architecture.md, States
LINE = ["draft", "printed", "open", "closed", "tallied", "counted", "noticed", "final", "archived"]


def test_the_table_is_the_line_of_the_architecture():
    """Each state leads to the next one; printing repeats; everything after draft can be annulled; nothing leads back or out of annulled."""
    wanted = {(now, then) for now, then in zip(LINE, LINE[1:], strict=False)}
    wanted |= {("printed", "printed")} | {(now, "annulled") for now in LINE[1:]}
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
        add_user(session, " 甲 ", Role.ORGANIZER, "0123456789")
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
        assert "0123456789" not in stored
        assert PasswordHasher().verify(stored, "0123456789")
        assert session.get(User, "乙").password_hash is None
        demand_role(session, "甲", [Role.ORGANIZER])
        for name, code in (("甲", "role_wrong"), ("丁", "user_unknown")):
            with pytest.raises(RuleRefused) as caught:
                demand_role(session, name, [Role.TELLER])
            assert caught.value.code == code


def test_an_administrator_may_run_a_poll_and_not_witness(database):
    """The administrator may stand in for the organizer, never for the scrutineer."""
    with database.write() as session:
        add_user(session, "甲", Role.ADMINISTRATOR, None)
        add_user(session, "乙", Role.SCRUTINEER, None)
        assert two_people(session, rehearsal=False, organizer="甲", witness="乙") == ("甲", "乙")
        with pytest.raises(RuleRefused):
            two_people(session, rehearsal=False, organizer="乙", witness="甲")


def test_a_rehearsal_has_its_own_people(database):
    """In a rehearsal nobody needs to be named; who is named must exist."""
    with database.write() as session:
        assert two_people(session, rehearsal=True, organizer=None, witness=None) == ("演练组织者", "演练监票人")
        assert two_people(session, rehearsal=True, organizer=None, witness=None) == ("演练组织者", "演练监票人")
        with pytest.raises(RuleRefused) as caught:
            two_people(session, rehearsal=True, organizer="某人", witness=None)
        assert caught.value.code == "user_unknown"


# ---------------------------------------------------------------- settings


def test_settings_from_an_empty_environment():
    """Nothing needs to be set: SQLite in instance/, port 8000, Chinese."""
    settings = read_settings({})
    assert settings.database_url == f"sqlite:///{os.getcwd()}/instance/yipiao.sqlite3"  # noqa: PTH109 - the word of the promise
    assert (settings.port, settings.language, settings.base_url, settings.secret_key, settings.passphrase) == (
        8000,
        "zh_CN",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("url", ["postgres://a@b/c", "postgresql://a@b/c", "postgresql+psycopg://a@b/c"])
def test_every_spelling_of_postgresql(url):
    """postgres:// and postgresql:// mean the one driver that is installed."""
    assert read_settings({"DATABASE_URL": url}).database_url == "postgresql+psycopg://a@b/c"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("YIPIAO_PORT", "0", "setting_port"),
        ("YIPIAO_PORT", "65536", "setting_port"),
        ("YIPIAO_PORT", "http", "setting_port"),
        ("YIPIAO_PORT", "-1", "setting_port"),
        ("YIPIAO_PORT", "٨٠٠٠", "setting_port"),
        ("YIPIAO_PORT", "9" * 5000, "setting_port"),
        ("YIPIAO_SECRET_KEY", "short", "setting_secret_short"),
        ("YIPIAO_LANG", "fr", "setting_language"),
    ],
)
def test_bad_settings_are_named(name, value, code):
    """A setting that cannot be used is bad input of its own name."""
    with pytest.raises(BadInput) as caught:
        read_settings({name: value})
    assert caught.value.code == code


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://a/b", "postgresql://a:b:c:d/x", "sqlite+aiosqlite:///x", "://", "postgresql+psycopg2://a/b"],
)
def test_a_bad_database_url_is_named(home, url):
    """An address that is none, or of a database we do not serve, is bad input and no trace of Python."""
    with pytest.raises(BadInput) as caught:
        Database(read_settings({"YIPIAO_HOME": str(home), "DATABASE_URL": url}))
    assert caught.value.code == "setting_database"


def test_a_database_that_does_not_answer_is_named(home):
    """Nobody at that address: migrating, reading and writing say so in the same words."""
    database = Database(read_settings({"YIPIAO_HOME": str(home), "DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}))
    with pytest.raises(BadInput, match="database_unreachable"):
        migrate(database)
    for way in (database.read, database.write):
        with pytest.raises(BadInput, match="database_unreachable"), way() as session:
            session.execute(sa.text("SELECT 1"))


def test_the_list_of_settings_is_whole():
    """Every variable that is read is listed for --help, and nothing else."""

    class Asked(dict):
        def get(self, key, default=None):
            names.add(key)
            return default

    names: set[str] = set()
    read_settings(Asked())
    assert names == set(ENVIRONMENT)


def test_the_installations_secret_is_made_once(home):
    """Without YIPIAO_SECRET_KEY a secret is made at first use, for its owner alone, and stays; many at once agree on one."""
    settings = read_settings({"YIPIAO_HOME": str(home)})
    found = []
    threads = [threading.Thread(target=lambda: found.append(settings.secret())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(found[0]) >= 32
    assert stat.S_IMODE((home / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [path.name for path in home.iterdir()] == ["secret_key"]
    assert Settings(**{**settings.__dict__, "secret_key": "k" * 16}).secret() == b"k" * 16


# ---------------------------------------------------------------- database


def test_naive_datetimes_are_refused(any_database):
    """A moment without a time zone is refused on its way in; what comes out is in UTC, whatever zone went in."""
    kind = UtcDateTime()
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(datetime(2026, 10, 20), None)  # noqa: DTZ001 - the very thing
    beijing = NOW.astimezone(timezone(timedelta(hours=8)))
    with any_database.write() as session:
        audit.record(session, who="x", what="y", now=beijing)
    with any_database.read() as session:
        at = session.scalar(sa.select(AuditEntry.at))
        assert (at, at.tzinfo.utcoffset(at)) == (NOW, timedelta(0))
        assert audit.first_broken(session) is None
    with pytest.raises(sa.exc.StatementError), any_database.write() as session:
        session.add(AuditEntry(number=9, at=datetime(2026, 10, 20), who="", what="", detail="", previous="", hash="h"))  # noqa: DTZ001


def test_a_write_that_fails_leaves_nothing(any_database):
    """An error inside write() rolls everything back; reading never commits."""
    with pytest.raises(KeyError), any_database.write() as session:
        add_user(session, "甲", Role.READER, None)
        raise KeyError
    with any_database.read() as session:
        add_user(session, "乙", Role.READER, None)
    with any_database.read() as session:
        assert session.scalars(sa.select(User.name)).all() == []


def test_many_writers_at_once_lose_nothing(any_database):
    """Sixteen threads append to the log at once: numbers without gap, a sound chain, nobody turned away."""

    def append(number: int) -> None:
        with any_database.write() as session:
            audit.record(session, who=str(number), what="test", now=datetime.now(UTC))

    threads = [threading.Thread(target=append, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_database.read() as session:
        assert session.scalars(sa.select(AuditEntry.number).order_by(AuditEntry.number)).all() == list(range(1, 17))
        assert audit.first_broken(session) is None


def test_foreign_keys_hold_on_both_databases(any_database):
    """A credential of a panel that does not exist is refused by the database."""
    with pytest.raises(sa.exc.IntegrityError), any_database.write() as session:
        session.execute(sa.text("INSERT INTO credentials VALUES ('nowhere', 'x')"))


def test_two_programs_may_use_one_database(any_database):
    """A second program migrates and writes while the first one still holds its connections."""
    second = Database(read_settings())
    done = []

    def work() -> None:
        migrate(second)
        with second.write() as session:
            add_user(session, "甲", Role.READER, None)
        done.append(True)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    assert done, "the second program is kept waiting by the first one's connection"
    second.dispose()


def test_errors_tell_code_and_parameters_only():
    """A domain error prints as its code and parameters: nothing of the inside."""
    assert str(RuleRefused("a_code")) == "a_code"
    assert str(BadInput("a_code", where="x")) == "a_code {'where': 'x'}"
    assert issubclass(RuleRefused, DomainError)
