"""Settings: read from the environment, each mistake named; the installation's secret."""

import os
import stat
import threading

import pytest
import sqlalchemy as sa

from polling.db import Database, migrate
from polling.errors import BadInput
from polling.settings import ENVIRONMENT, Settings, read_settings


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
        ("YIPIAO_RECEIVE_SECRET", "whsec_", "setting_receive_secret"),
        ("YIPIAO_RECEIVE_SECRET", "whsec_" + "A" * 28, "setting_receive_secret"),
        ("YIPIAO_RECEIVE_SECRET", "A" * 44, "setting_receive_secret"),
        ("YIPIAO_RECEIVE_SECRET", "whsec_" + "A" * 43 + "=", "setting_receive_both"),
        ("YIPIAO_RECEIVE_KEYS", "keys.json", "setting_receive_both"),
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
    # the trace is asked for where no setting could be read yet
    assert names == set(ENVIRONMENT) - {"YIPIAO_TRACE"}


def test_a_secret_made_in_the_meantime_stays(home, monkeypatch):
    """When another process makes the secret between our look and our writing, theirs is kept and given."""

    def theirs_first(_length) -> str:
        (home / "secret_key").write_bytes(b"made by another process")
        return "ours"

    monkeypatch.setattr("polling.settings.secrets.token_urlsafe", theirs_first)
    assert read_settings({"YIPIAO_HOME": str(home)}).secret() == b"made by another process"
    assert [path.name for path in home.iterdir()] == ["secret_key"]


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
