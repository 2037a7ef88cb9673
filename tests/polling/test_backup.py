"""Backup and restore with the databases' own means, on both databases."""

import os
import stat

import pytest
import sqlalchemy as sa
from village import Village

from ballots.casting import CastRefused
from ballots.models import BoxedBallot, Credential
from polling import audit
from polling.backup import backup, restore
from polling.db import Database, migrate
from polling.errors import BadInput, RuleRefused
from polling.models import AuditEntry, Poll, Role
from polling.people import add_user
from polling.settings import Settings, read_settings
from publishing.signing_keys import load_signer


@pytest.fixture
def programs(request, any_database, monkeypatch):
    """Put PostgreSQL's own programs on the path, of the server's version."""
    if not any_database.is_sqlite:
        binaries = request.getfixturevalue("postgres").binaries
        monkeypatch.setenv("PATH", f"{binaries}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(request, any_database, tmp_path):
    """The settings of an empty installation of the same kind, with a home and a database of its own."""
    environment = {"YIPIAO_HOME": str(tmp_path / "elsewhere")}
    if not any_database.is_sqlite:
        environment["DATABASE_URL"] = request.getfixturevalue("postgres").database(template="template1")
    return read_settings(environment)


def contents(database) -> dict[str, list]:
    """Every table, in the order of its keys."""
    tables = [name for name in sa.inspect(database.engine).get_table_names() if name != "alembic_version"]
    with database.read() as session:
        return {name: sorted(map(repr, session.execute(sa.text(f"SELECT * FROM {name}")))) for name in tables}


def open_village(settings: Settings, village: Village) -> Village:
    """The same poll in another installation."""
    other = Village(Database(settings), village.random)
    other.poll, other.codes, other.panels = village.poll, village.codes, village.panels
    return other


@pytest.mark.usefixtures("programs")
def test_a_backup_comes_back_whole(any_village, tmp_path, elsewhere):
    """Every row returns, the audit chain is sound, the triggers stand, and an open box goes on taking ballots and closes."""
    any_village.opened()
    any_village.vote([[1]] * 4)
    target = tmp_path / "backup"
    backup(any_village.database, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    restore(elsewhere, target)
    other = open_village(elsewhere, any_village)
    assert contents(other.database) == contents(any_village.database)
    with other.database.read() as session:
        assert audit.walk(session).broken is None
        assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 3
    for statement in ("UPDATE ballots SET raw = 'x'", "DELETE FROM ballots"):
        with pytest.raises(sa.exc.DBAPIError), other.database.write() as session:
            session.execute(sa.text(statement))
    with pytest.raises(CastRefused, match="already_cast"):
        other.cast(other.seal(0, [2]))
    other.database.dispose()


@pytest.mark.usefixtures("programs")
def test_a_restored_installation_goes_on(any_village, tmp_path, elsewhere):
    """The unused slips of an open box vote in the restored one, it closes, and its archive has all the ballots."""
    any_village.opened()
    any_village.vote([[1]] * 4)
    backup(any_village.database, tmp_path / "backup")
    restore(elsewhere, tmp_path / "backup")
    other = open_village(elsewhere, any_village)
    for number in range(4, 10):
        assert not other.cast(other.seal(number)).already
    other.close()
    assert other.panel().returned == 10
    other.database.dispose()


@pytest.mark.usefixtures("programs")
def test_keys_stay_and_the_signing_key_needs_its_secret(any_village, tmp_path, elsewhere):
    """Keys of polls do not come back with a backup; the signing key does, for who has the installation's secret."""
    any_village.opened()
    signer = load_signer(any_village.database)
    backup(any_village.database, tmp_path / "backup")
    restore(elsewhere, tmp_path / "backup")
    stranger = Database(elsewhere)
    with pytest.raises(RuleRefused, match="signing_key_locked"):
        load_signer(stranger)
    stranger.dispose()
    same = Settings(**{**elsewhere.__dict__, "secret_key": any_village.database.settings.secret().decode()})
    database = Database(same)
    assert load_signer(database).public == signer.public
    assert not list(elsewhere.home.rglob("*.key"))
    database.dispose()


@pytest.mark.usefixtures("programs")
def test_restoring_over_something_is_refused(any_village, tmp_path):
    """An installation with a poll is not overwritten."""
    any_village.create()
    backup(any_village.database, tmp_path / "backup")
    with pytest.raises(RuleRefused, match="restore_not_empty"):
        restore(any_village.database.settings, tmp_path / "backup")


@pytest.mark.usefixtures("programs")
def test_an_installation_that_was_served_but_is_empty_takes_a_backup(any_village, tmp_path, elsewhere):
    """Migrated tables without polls and users are no obstacle; one user is."""
    any_village.opened()
    any_village.vote([[1]] * 4)
    backup(any_village.database, tmp_path / "backup")
    empty = Database(elsewhere)
    migrate(empty)
    load_signer(empty)
    empty.dispose()
    restore(elsewhere, tmp_path / "backup")
    restored = Database(elsewhere)
    assert contents(restored) == contents(any_village.database)
    with pytest.raises(sa.exc.DBAPIError), restored.write() as session:
        session.execute(sa.text("DELETE FROM ballots"))
    restored.dispose()
    with pytest.raises(RuleRefused, match="restore_not_empty"):
        restore(elsewhere, tmp_path / "backup")


@pytest.mark.usefixtures("programs")
def test_an_installation_with_a_user_is_not_overwritten(any_village, tmp_path, elsewhere):
    """Somebody was registered already: nothing is restored over that."""
    any_village.create()
    backup(any_village.database, tmp_path / "backup")
    database = Database(elsewhere)
    migrate(database)
    with database.write() as session:
        add_user(session, "甲", Role.READER, None)
    before = contents(database)
    with pytest.raises(RuleRefused, match="restore_not_empty"):
        restore(elsewhere, tmp_path / "backup")
    assert contents(database) == before
    database.dispose()


@pytest.mark.usefixtures("programs")
def test_a_file_that_is_no_backup_changes_nothing(any_village, tmp_path, elsewhere):
    """Another file, a cut one and a damaged one are refused; afterwards the good one still comes back."""
    any_village.opened()
    any_village.vote([[1]] * 4)
    good = tmp_path / "good"
    backup(any_village.database, good)
    raw = good.read_bytes()
    middle = len(raw) // 2
    bad = tmp_path / "bad"
    damaged = [raw[:cut] + os.urandom(len(raw) - cut) for cut in (200, middle, len(raw) * 9 // 10)]
    for content in (b"", b"hello", raw[:16], raw[:middle], *damaged):
        bad.write_bytes(content)
        with pytest.raises((BadInput, RuleRefused)) as caught:
            restore(elsewhere, bad)
        assert caught.value.code in ("restore_file", "backup_failed")
    restore(elsewhere, good)


@pytest.mark.usefixtures("programs")
def test_an_existing_file_is_not_overwritten(any_database, tmp_path):
    """A backup never takes the place of another file."""
    target = tmp_path / "there"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        backup(any_database, target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_missing_programs_are_named_and_leave_no_file(postgres, home, tmp_path, monkeypatch):
    """Without pg_dump the backup names it; a dump that fails is refused; neither leaves an empty file that looks like a backup."""
    monkeypatch.setenv("DATABASE_URL", postgres.database())
    database = Database(read_settings())
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    with pytest.raises(BadInput) as caught:
        backup(database, tmp_path / "backup")
    assert (caught.value.code, caught.value.params) == ("backup_program", {"program": "pg_dump"})
    (empty / "pg_dump").write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    (empty / "pg_dump").chmod(0o755)
    with pytest.raises(RuleRefused, match="backup_failed"):
        backup(database, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    database.dispose()


def test_the_password_is_in_no_list_of_processes(postgres, home, tmp_path, monkeypatch):
    """pg_dump is given the password in its environment, not among its arguments, which everybody on the machine can read."""
    spy = tmp_path / "pg_dump"
    spy.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\n', encoding="utf-8"
    )
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DATABASE_URL", postgres.database().replace("postgres@", "postgres:s%40cret@"))
    database = Database(read_settings())
    backup(database, tmp_path / "backup")
    assert "cret" not in (tmp_path / "arguments").read_text(encoding="utf-8")
    assert (tmp_path / "password").read_text(encoding="utf-8") == "s@cret\n"
    database.dispose()


def test_the_tables_of_a_backup_are_all_of_ours(any_village):
    """What is compared above is not nothing: polls, credentials and ballots are there."""
    any_village.opened()
    any_village.cast(any_village.seal(0))
    found = contents(any_village.database)
    assert {Poll.__tablename__, Credential.__tablename__, BoxedBallot.__tablename__} <= {
        name for name, rows in found.items() if rows
    }
