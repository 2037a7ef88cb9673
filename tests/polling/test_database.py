"""The database: moments with a zone, writes that are whole, several programs at once."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from village import NOW

from polling import audit
from polling.db import Database, UtcDateTime, migrate
from polling.errors import BadInput, DomainError, RuleRefused
from polling.models import AuditEntry, Role, User
from polling.people import add_user
from polling.settings import read_settings


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
        assert audit.walk(session).broken is None
    with pytest.raises(sa.exc.StatementError), any_database.write() as session:
        session.add(AuditEntry(number=9, at=datetime(2026, 10, 20), who="", what="", detail="", previous="", hash="h"))  # noqa: DTZ001


def test_a_write_that_fails_leaves_nothing(any_database):
    """An error inside write() rolls everything back; reading never commits."""
    with suppress(KeyError), any_database.write() as session:
        add_user(session, "甲", Role.READER, None)
        _ = {}["nothing"]
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
        assert audit.walk(session).broken is None


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
