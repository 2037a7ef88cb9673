"""The terminal and the desk's people: the first administrator's code, passwords, certificates, a restored installation."""

import io
import os
import re
import signal
import sys

import pytest
from at_desk import audited
from certificates import self_made
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from phones import Clock, Phone

import cli.server
from cli.main import run
from polling import backup, first, people
from polling.db import Database
from polling.models import ROOT, Organization, Role
from polling.passwords import password_fits
from polling.settings import read_settings
from polling.throttle import check_password

GOOD = "four words or so"


@pytest.fixture
def database(command):
    """The command's database, once it has one."""
    made = Database(read_settings())
    yield made
    made.dispose()


class Server:
    """What `yipiao serve` would have started."""

    started: dict

    def __init__(self, _target, **options) -> None:
        type(self).started = options

    def serve(self) -> None:
        """Nothing is served."""


@pytest.fixture
def serve(monkeypatch, command, free_port, capsys):
    """Run `yipiao serve` up to where it would listen: what it said."""
    monkeypatch.setattr(cli.server, "Granian", Server)
    monkeypatch.setenv("YIPIAO_PORT", str(free_port))
    monkeypatch.setenv(backup.SERVER, "")

    def started(*options):
        capsys.readouterr()
        assert run(["serve", "--address", "127.0.0.1", *map(str, options)]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return started


def code_in(said):
    """The code that was shown, or None."""
    found = re.search(r"(?m)^ +([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})$", said)
    return found and found[1]


def test_serve_shows_a_code_as_long_as_there_is_no_administrator(serve, database, command):
    """Each start shows a new one with the address of its page; the last one counts; with an administrator there is none."""
    said = serve()
    old, new = code_in(said), code_in(serve())
    assert old
    assert new
    assert old != new
    assert "/desk/first" in said
    command("user", "add", "没有密码", "--role", "administrator")
    assert code_in(serve())
    with database.write() as session:
        people.add_user(session, "甲", Role.ADMINISTRATOR, GOOD)
    said = serve()
    assert code_in(said) is None
    assert "/desk/first" not in said
    with database.read() as session:
        assert not first.is_due(session)


def test_a_server_that_can_not_start_leaves_the_code_of_the_running_one(serve, database, command, monkeypatch):
    """A second `serve` on a used port is refused before it makes a code."""
    code = code_in(serve())

    def used(address, port):
        raise cli.server.BadInput("port_used", address=address, port=port)

    monkeypatch.setattr(cli.server, "demand_free", used)
    command.refused("port_used", "serve", code=2)
    first.check_code(database, code, address="here", now=cli.server.Context(None, None).now())


def test_a_certificate_makes_it_https(serve, tmp_path, certificate_files):
    """Certificate and key go to the server, and the addresses say https."""
    certificate, key = certificate_files
    said = serve("--certificate", certificate, "--certificate-key", key)
    assert "https://127.0.0.1" in said
    assert "http://" not in said
    assert (Server.started["ssl_cert"], Server.started["ssl_key"]) == (certificate, key)
    serve()
    assert Server.started["ssl_cert"] is None


@pytest.fixture
def certificate_files(tmp_path):
    """A certificate of our own making and its key."""
    return self_made(tmp_path, "yipiao.test")


def test_certificates_that_can_not_be_used_are_refused(serve, command, certificate_files, tmp_path):
    """One without the other, a missing file, a key of another one, one with a password, no PEM: a sentence each, nothing asked for."""
    certificate, key = certificate_files
    command.refused("certificate_alone", "serve", "--certificate", certificate, code=2)
    command.refused("certificate_alone", "serve", "--certificate-key", key, code=2)
    both = lambda one, other: ("serve", "--certificate", one, "--certificate-key", other)  # noqa: E731 - short
    assert "nowhere" in command.refused("file_unreadable", *both(tmp_path / "nowhere", key), code=2)
    other = ec.generate_private_key(ec.SECP256R1())
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    foreign, locked, none = tmp_path / "foreign.pem", tmp_path / "locked.pem", tmp_path / "none.pem"
    foreign.write_bytes(other.private_bytes(serialization.Encoding.PEM, form, plain))
    wrapped = serialization.BestAvailableEncryption(b"secret")
    locked.write_bytes(other.private_bytes(serialization.Encoding.PEM, form, wrapped))
    none.write_text("hello", encoding="utf-8")
    for bad in (foreign, locked, none):
        assert bad.name in command.refused("certificate_unusable", *both(certificate, bad), code=2)
    command.refused("certificate_unusable", *both(none, key), code=2)


def test_what_a_crash_left_of_a_backup_is_swept(serve, database):
    """An old workplace goes at the next start; one that may be in use stays."""
    serve()
    home = database.settings.home
    old, young = home / f"{backup.WORK}old", home / f"{backup.WORK}young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "backup").write_text("all of it", encoding="utf-8")
    os.utime(old, (1, 1))
    serve()
    assert not old.exists()
    assert young.exists()


# ---------------------------------------------------------------- passwords


def typed(monkeypatch, text):
    """Type at the terminal."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_password_is_set_and_set_anew(command, database, monkeypatch):
    """`user password` gives who forgot the password another one; what is typed shows nowhere."""
    typed(monkeypatch, GOOD + "\n")
    command("user", "add", "甲", "--role", "administrator", "--password-stdin")
    typed(monkeypatch, "another one of them\n")
    assert command("user", "password", "甲", "--password-stdin") == {"name": "甲"}
    assert "another one" not in command.said
    with database.read() as session:
        kept = people.find_user(session, "甲").password_hash
    assert password_fits(kept, "another one of them")
    assert check_password(
        database, "甲", "another one of them", address="here", now=cli.server.Context(None, None).now()
    )


def test_who_lost_the_phone_is_helped_at_the_terminal(command, database, monkeypatch):
    """A new password says that the second step is still on; `user two-steps-off` turns it off, once, and the log says so."""
    command("user", "add", "甲", "--role", "administrator")
    Phone(database, Clock(), "甲")
    typed(monkeypatch, GOOD + "\n")
    command("user", "password", "甲", "--password-stdin")
    assert "两步登录还开着" in command.said
    assert command("user", "two-steps-off", "甲") == {"name": "甲"}
    assert "两步登录已经关掉" in command.said
    with database.read() as session:
        assert people.find_user(session, "甲").totp_sealed is None
    assert ("terminal", "user.second_off") in audited(database)
    typed(monkeypatch, GOOD + "\n")
    command("user", "password", "甲", "--password-stdin")
    assert "两步登录" not in command.said
    command.refused("second_off", "user", "two-steps-off", "甲")
    command.refused("user_unknown", "user", "two-steps-off", "丙")


@pytest.mark.parametrize(
    ("text", "error"),
    [("short\n", "password_short"), ("1234567890\n", "password_common"), ("ximengxian2026\n", "password_common")],
)
def test_passwords_from_the_terminal_are_held_to_the_same_rules(command, database, monkeypatch, text, error):
    """Too short, too common and the own organization's name are refused, for a new user and a new password."""
    command("user", "add", "甲", "--role", "organizer")
    with database.write() as session:
        session.get(Organization, ROOT).name = "西盟县"
    for arguments in (("user", "add", "乙", "--role", "organizer"), ("user", "password", "甲")):
        typed(monkeypatch, text)
        command.refused(error, *arguments, "--password-stdin", code=2)
    typed(monkeypatch, GOOD + "\n")
    command.refused("user_unknown", "user", "password", "丙", "--password-stdin")


def test_a_password_is_asked_for_without_being_shown(command, database, monkeypatch):
    """`--password` asks twice, hidden."""
    asked = {}
    monkeypatch.setattr(cli.server.click, "prompt", lambda _text, **how: asked.update(how) or GOOD)
    command("user", "add", "甲", "--role", "organizer", "--password")
    assert asked["hide_input"]
    assert asked["confirmation_prompt"]
    with database.read() as session:
        assert password_fits(people.find_user(session, "甲").password_hash, GOOD)


# ---------------------------------------------------------------- restore


def test_a_served_but_empty_installation_takes_a_backup(serve, command, tmp_path, monkeypatch):
    """`yipiao restore` works after the first `serve` too, as long as there is neither poll nor user."""
    typed(monkeypatch, GOOD + "\n")
    command("user", "add", "甲", "--role", "administrator", "--password-stdin")
    command("backup", tmp_path / "backup")
    command.refused("restore_not_empty", "restore", tmp_path / "backup")
    monkeypatch.setenv("YIPIAO_HOME", str(tmp_path / "another"))
    monkeypatch.setenv("YIPIAO_SECRET_KEY", "one secret for both of them")
    serve()
    command("restore", tmp_path / "backup")
    database = Database(read_settings())
    with database.read() as session:
        assert [user.name for user in people.everybody(session)] == ["甲"]
    database.dispose()
    command.refused("restore_not_empty", "restore", tmp_path / "backup")


def test_only_the_own_server_is_asked_for_new_workers(monkeypatch):
    """The signal goes to the `yipiao serve` that this process works for, and to no other process, whatever the environment says."""
    sent = []
    monkeypatch.setattr(os, "kill", lambda process, number: sent.append((process, number)))
    for named in (None, "", "1", str(os.getpid())):
        if named is None:
            monkeypatch.delenv(backup.SERVER, raising=False)
        else:
            monkeypatch.setenv(backup.SERVER, named)
        backup.restart_workers()
    assert sent == []
    monkeypatch.setenv(backup.SERVER, str(os.getppid()))
    backup.restart_workers()
    assert sent == [(os.getppid(), signal.SIGHUP)]
