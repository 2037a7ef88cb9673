"""`yipiao trustee new` and `trustee decrypt`: a key holder's program, which needs neither database nor server."""

import json
import shutil
import subprocess

import pytest

from ballots.key_backup import GROUP_CHARACTERS, backup_text
from belenios.group import ORDER, base_power, write_point
from belenios.trustees import public_part


@pytest.fixture(autouse=True)
def no_database(monkeypatch, request):
    """Trustee commands must work where no database can be reached; tests with polls need one."""
    if "polls" not in request.fixturenames:
        monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")


def secret_of(key):
    """The private key in a key file."""
    return int(json.loads(key.read_text(encoding="utf-8"))["private_key"])


def test_a_key_counts_once_its_backup_was_read_back(command, tmp_path):
    """No public part before the backup was typed from the paper; resumed it is the same key, and then it is never overwritten."""
    key, public = tmp_path / "li.key", tmp_path / "li.key.public.json"
    command.refused("backup_not_read", "trustee", "new", key, "--read-back", " ")
    assert not public.exists()
    before = secret_of(key)
    said = command("trustee", "new", key, "--read-back", backup_text(before).replace("-", "  "))
    assert secret_of(key) == before
    assert json.loads(public.read_text())["public_key"] == write_point(base_power(before))
    assert set(said) == {"key", "public", "backup", "fingerprint"}
    kept = key.read_bytes(), public.read_bytes()
    assert str(key) in command.refused("file_exists", "trustee", "new", key, "--read-back", "x", code=2)
    assert (key.read_bytes(), public.read_bytes()) == kept


def test_the_backup_is_asked_for(command, tmp_path, monkeypatch):
    """Without --read-back the text is read from the terminal; a closed terminal leaves the key waiting."""
    key = tmp_path / "li.key"
    monkeypatch.setattr("sys.stdin", None)
    command.refused("backup_not_read", "trustee", "new", key)
    monkeypatch.setattr("cli.trustee._ask", lambda _context: backup_text(secret_of(key)) + "\n")
    command("trustee", "new", key)


def test_a_wrong_backup_names_its_groups(command, tmp_path):
    """A mistyped group is named by its number, a missing character by the length, another key's paper as such; nothing is written."""
    key, other = tmp_path / "li.key", tmp_path / "zhao.key"
    for path in (key, other):
        command.refused("backup_not_read", "trustee", "new", path, "--read-back", "")
    groups = backup_text(secret_of(key)).split("-")
    for place in (2, 7):
        groups[place] = "0" + groups[place][1:]  # base58 has no 0
    said = command.refused("backup_damaged", "trustee", "new", key, "--read-back", "-".join(groups), code=2)
    assert "3、8" in said
    groups = backup_text(secret_of(key)).split("-")
    groups[0], groups[1] = groups[1], groups[0]
    assert "1、2" in command.refused("backup_damaged", "trustee", "new", key, "--read-back", "-".join(groups), code=2)
    short = backup_text(secret_of(key))[:-1]
    assert "55" in command.refused("backup_length", "trustee", "new", key, "--read-back", short, code=2)
    assert len(short.replace("-", "")) == 8 * GROUP_CHARACTERS - 1
    command.refused("backup_differs", "trustee", "new", key, "--read-back", backup_text(secret_of(other)), code=2)
    assert not (tmp_path / "li.key.public.json").exists()


def test_what_holds_the_key_is_its_owners_alone(command, holder):
    """Key file and backup sheet are readable by their owner only, also over an old file that everybody could read."""
    li = holder()
    sheet = li.key.with_name("li.key.backup.pdf")
    assert {path.stat().st_mode & 0o777 for path in (li.key, sheet)} == {0o600}
    assert str(li.secret()) not in li.public.read_text()
    zhao = li.key.with_name("zhao.key")
    old = li.key.with_name("zhao.key.backup.pdf")
    old.touch(mode=0o666)
    old.chmod(0o666)
    command.refused("backup_not_read", "trustee", "new", zhao, "--read-back", "")
    assert old.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("zbarimg")),
    reason="NO QR READER: pdftoppm or zbarimg is missing, run `make tools`",
)
def test_the_printed_code_is_the_backup(command, holder, tmp_path):
    """The QR code on the backup sheet, read by another program, is the text that makes the key again."""
    li = holder()
    subprocess.run(["pdftoppm", "-r", "150", "-png", f"{li.key}.backup.pdf", tmp_path / "sheet"], check=True)
    [page] = tmp_path.glob("sheet*.png")
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", page], check=True, capture_output=True, text=True
    ).stdout.strip()
    assert read == backup_text(li.secret())


def test_a_key_that_cannot_be_written_is_named(command, tmp_path):
    """A folder that does not exist: exit code 2 and the name."""
    assert "nowhere" in command.refused("file_unusable", "trustee", "new", tmp_path / "nowhere" / "li.key", code=2)


def test_a_damaged_key_file_is_refused(command, holder, tmp_path):
    """Every field of a key file is checked, and that its two halves are one key, before anything is done with it."""
    li = holder()
    good = json.loads(li.key.read_text())
    strange = public_part(5, lambda number: bytes(range(number))).decode()
    changes = [
        {"private_key": value}
        for value in ("", "x", "-5", "0", str(ORDER), str(int(good["private_key"]) + ORDER), "9" * 5000, None)
    ]
    changes += [
        {"public": strange},
        {"public": "{}"},
        {"public": 1},
        {"type": "x"},
        {"confirmed": "yes"},
        {"decrypted": []},
    ]
    bad = tmp_path / "bad.key"
    for raw in (
        *(
            json.dumps(good | change | ({} if "confirmed" in change else {"confirmed": False})).encode()
            for change in changes
        ),
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff",
    ):
        bad.write_bytes(raw)
        assert "bad.key" in command.refused("trustee_key_file", "trustee", "new", bad, "--read-back", "", code=2), raw[
            :200
        ]


# ---------------------------------------------------------------- decrypting


@pytest.fixture
def closed(polls, holder, tmp_path):
    """A closed box of ten ballots, and the holder of a key of it."""

    def make() -> dict:
        poll = polls.closed("--trustee", holder().public)
        return {"archive": poll["archive"].name, "setup": poll["setup"]}

    poll = polls.begin("a box of li's", make)
    return holder(), tmp_path / poll["archive"], poll["setup"]


def test_decrypting_leaves_a_share(closed, command, monkeypatch, tmp_path):
    """`trustee decrypt` writes one file, by default named after panel and number, and does the same again for the same archive."""
    li, archive, setup = closed
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    said = li.decrypt(archive, setup)
    assert said == {"file": f"{archive.stem}.2.decryption.json", "panel": archive.stem, "owner": 2}
    share = json.loads((tmp_path / "cwd" / said["file"]).read_text())
    assert (share["panel"], share["setup"], share["owner"]) == (archive.stem, setup, 2)
    named = command("trustee", "decrypt", archive, "--key", li.key, "--setup", setup, "--out", tmp_path / "share.json")
    again = json.loads((tmp_path / "share.json").read_text())
    assert named["file"] == str(tmp_path / "share.json")
    factors = [json.loads(each["payload"])["decryption_factors"] for each in (share, again)]
    assert factors[0] == factors[1]
    assert str(li.secret()) not in (tmp_path / "share.json").read_text()


def test_the_setup_value_is_demanded(closed, command):
    """Without --setup, or with another poll's, no share is made and the key remembers nothing."""
    li, archive, setup = closed
    before = li.key.read_bytes()
    command.refused("setup_missing", "trustee", "decrypt", archive, "--key", li.key, code=2)
    for wrong in ("0" * 64, setup.upper(), f" {setup}", ""):
        said = command.refused("not_verified", "trustee", "decrypt", archive, "--key", li.key, "--setup", wrong)
        assert "setup_hash" in said
    assert li.key.read_bytes() == before


def test_a_foreign_key_is_refused(closed, holder):
    """A key that is none of the box's decrypts nothing."""
    _li, archive, setup = closed
    answer = holder("zhao").decrypt(archive, setup, code=1)
    assert answer["error"] == "decryption_refused"
    assert "这把钥匙不是这个票箱的" in answer["message"]


def test_a_damaged_archive_is_refused(closed, command, tmp_path):
    """One byte changed in a ballot, an archive cut short, and what is none at all: named, and the key was not used."""
    li, archive, setup = closed
    before = li.key.read_bytes()
    raw = archive.read_bytes()
    place = raw.rindex(b'"signature"') - 200
    for bad, error, code in (
        (raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :], "not_verified", 1),
        (raw[: len(raw) // 2], "not_verified", 1),
        (b"", "unreadable", 2),
        (b"{}", "unreadable", 2),
    ):
        (tmp_path / "bad.bel").write_bytes(bad)
        answer = command("trustee", "decrypt", tmp_path / "bad.bel", "--key", li.key, "--setup", setup, code=code)
        assert answer["error"] == error
    assert li.key.read_bytes() == before
    assert list((tmp_path / "cwd").iterdir()) == []


@pytest.mark.parametrize("first", ["whole", "short"])
def test_a_second_archive_of_the_same_box_is_refused(closed, command, polls, first):
    """Two sums that differ in one ballot would open it: a key decrypts one archive of a box, whichever came first."""
    li, archive, setup = closed
    other = polls.without(archive, 1)
    command("verify", other, "--setup", setup)  # nothing but the key's memory stands against it
    one, two = (archive, other) if first == "whole" else (other, archive)
    li.decrypt(one, setup)
    assert li.decrypt(two, setup, code=1)["error"] == "decrypted_other"
    li.decrypt(one, setup)


def test_the_sum_is_remembered_before_the_share_leaves(closed, command, polls, tmp_path):
    """A run that cannot write its share has used the key all the same: another archive of the box is refused afterwards."""
    li, archive, setup = closed
    target = tmp_path / "nowhere" / "share.json"
    command.refused(
        "file_unusable", "trustee", "decrypt", archive, "--key", li.key, "--setup", setup, "--out", target, code=2
    )
    assert li.decrypt(polls.without(archive, 1), setup, code=1)["error"] == "decrypted_other"
    li.decrypt(archive, setup)


def test_fewer_than_five_ballots_are_never_decrypted(closed, polls):
    """A box with four ballots stays shut, whatever the organizer asks for."""
    li, archive, setup = closed
    assert li.decrypt(polls.without(archive, 6), setup, code=1)["error"] == "decryption_refused"


def test_an_opened_archive_is_not_decrypted_again(closed, command, polls):
    """Once the result is in the archive, the key has nothing to do with it."""
    li, archive, setup = closed
    share = li.decrypt(archive, setup)["file"]

    assert command("poll", "count", polls.last, "--decryption", share)["state"] == "counted"
    opened = polls.archive(archive.stem)
    answer = li.decrypt(opened, setup, code=1)
    assert answer["error"] == "decryption_refused"
    assert "已经开过" in answer["message"]


def test_an_unconfirmed_key_is_not_used(closed, command, tmp_path):
    """A key whose backup was never read back decrypts nothing."""
    li, archive, setup = closed
    waiting = tmp_path / "waiting.key"
    waiting.write_text(json.dumps(json.loads(li.key.read_text()) | {"confirmed": False}), encoding="utf-8")
    command.refused("trustee_key_unconfirmed", "trustee", "decrypt", archive, "--key", waiting, "--setup", setup)
