"""Law 14: no sentence promises more than the keys do."""

import json
import re

import pytest
from village import NOW

from ballots import slips
from ballots.opening import join_keys
from ballots.sheets import Keys
from belenios.trustees import new_key, public_part
from cli.output import load_translations
from polling.backup import backup
from polling.errors import BadInput, DomainError, RuleRefused
from polling.polls import find_poll
from web.app import create_app


def refusal(act, *arguments, **named) -> str:
    """The code of the domain error that an act runs into."""
    with pytest.raises(DomainError) as caught:
        act(*arguments, **named)
    return caught.value.code


@pytest.fixture
def real(village, monkeypatch):
    """A real poll's draft, with a passphrase for the server's key."""
    object.__setattr__(village.database.settings, "passphrase", "一个很长的口令")
    village.create(rehearsal=False)
    return village


def said_of(village) -> Keys:
    """What may be said of the keys by now."""
    with village.database.read() as session:
        return slips.keys_of(session, find_poll(session, village.poll))


NOBODY_SEES = "没有人能看到您的选择"
SERVER_ALONE = "掌管服务器的人有办法看到单张票"


def slip_words(village) -> str:
    """The secrecy sentence of the slips that would be printed now."""
    words = load_translations("zh_CN")
    with village.database.write() as session:
        poll = find_poll(session, village.poll)
        bundle = slips.freeze(session, poll, base_url="http://10.0.0.5", random=village.random, translations=words)
    return slips.panel_slip(bundle, bundle.panels[0], words).secrecy


def join(village, *brought) -> None:
    """Let keys join before printing."""
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        join_keys(session, poll, brought, who="测试", now=NOW)


def a_key(village) -> tuple[str, bytes]:
    """The public part of a key made elsewhere, as a named file."""
    return "key.public.json", public_part(new_key(village.random), village.random)


def page(village) -> str:
    """What the voter's page shows, once a language; tests/pages sees it shown."""
    whole = create_app(village.database).test_client().get(f"/v/{village.panels['villagers']}").text
    return re.sub(r"(?s)<script.*?</script>", "", whole)


def record(village) -> dict:
    """The opening record."""
    return json.loads(village.panel().opening_record)["document"]


def test_law_14_two_keys_of_separate_devices_promise_secrecy(real):
    """With the server's key and one brought from elsewhere, slip, page and record say that nobody can see a choice."""
    join(real, a_key(real))
    assert said_of(real) is Keys.SEPARATE
    assert NOBODY_SEES in slip_words(real)
    real.print()
    real.open()
    assert NOBODY_SEES in page(real)
    assert record(real)["secrecy"] is True
    assert [key["origin"] for key in record(real)["keys"]] == ["server", "brought"]


def test_law_14_the_servers_key_alone_is_said_so(real):
    """With the server's key alone, slip and page say who could look, and the record promises nothing."""
    assert said_of(real) is Keys.SERVER_ALONE
    assert SERVER_ALONE in slip_words(real)
    real.print()
    real.open()
    assert SERVER_ALONE in page(real)
    assert NOBODY_SEES not in page(real)
    assert record(real)["secrecy"] is False
    assert [key["origin"] for key in record(real)["keys"]] == ["server"]


def test_law_14_slips_promise_by_the_keys_known_at_printing(real):
    """Slips printed before a key was brought promise nothing; a key that joins at opening changes the page."""
    assert NOBODY_SEES not in slip_words(real)
    real.print()
    assert NOBODY_SEES not in page(real)
    real.open(a_key(real))
    assert said_of(real) is Keys.SEPARATE
    assert NOBODY_SEES in page(real)
    assert record(real)["secrecy"] is True


def test_law_14_a_rehearsals_own_keys_promise_nothing(village):
    """The three keys that a rehearsal makes for itself all lie on one machine: it does not say that nobody can look."""
    village.opened()
    assert [key["origin"] for key in record(village)["keys"]] == ["server", "rehearsal", "rehearsal"]
    assert said_of(village) is Keys.SERVER_ALONE
    assert NOBODY_SEES not in page(village)
    assert SERVER_ALONE in page(village)
    assert record(village)["secrecy"] is False


def test_law_14_keys_are_fresh_and_bound_to_their_poll(real):
    """A key that served one poll is refused by the next; the server makes a new one each time; the same key twice counts once."""
    key = a_key(real)
    join(real, a_key(real))
    join(real, key, key)  # in the place of the one named before
    assert said_of(real) is Keys.SEPARATE
    real.print()
    real.open(key)
    first = record(real)["keys"]
    assert len(first) == 2
    real.create(rehearsal=False)
    real.print()
    assert refusal(real.open, key) == "key_used"
    real.open(a_key(real))
    assert not {key["fingerprint"] for key in record(real)["keys"]} & {key["fingerprint"] for key in first}
    assert refusal(join, real, ("bad.json", b"{}")) == "state_needed"


def test_law_14_a_bad_public_part_is_named(real):
    """A key file whose proof is false, or that is none, is refused with its name."""
    where, raw = a_key(real)
    forged = json.loads(raw) | {"public_key": json.loads(a_key(real)[1])["public_key"]}
    for bad in (b"", b"{}", raw[:-5], json.dumps(forged).encode(), b"[" * 100_000):
        with pytest.raises(BadInput) as caught:
            join(real, (where, bad))
        assert (caught.value.code, caught.value.params) == ("trustee_file", {"where": where})


def test_law_14_a_real_polls_key_never_lies_bare(village):
    """Without YIPIAO_KEY_PASSPHRASE the installation's secret wraps the server's key: the passphrase that everybody knows does not open it."""
    village.opened(rehearsal=False)
    assert len(list(village.database.settings.home.rglob("*.key"))) == 1
    with pytest.raises(RuleRefused, match="passphrase_wrong"):
        village.store(rehearsal=True).get(village.poll, 1)
    assert village.store(rehearsal=False).get(village.poll, 1) > 0


def test_law_14_keys_are_in_no_backup_and_can_be_destroyed(village, tmp_path):
    """The wrapped keys lie in YIPIAO_HOME/keys alone, for their owner; a backup holds nothing of them; destroying leaves nothing."""
    village.opened()
    files = sorted(village.store().folder.glob("*"))
    assert len(files) == 3
    wrapped = [json.loads(path.read_bytes())["sealed"].encode() for path in files]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    target = tmp_path / "backup.sqlite3"
    backup(village.database, target)
    content = target.read_bytes() + village.database.settings.home.joinpath("yipiao.sqlite3").read_bytes()
    assert not any(sealed in content for sealed in wrapped)
    private = village.store().get(village.poll, 1)
    for form in (
        str(private).encode(),
        private.to_bytes(32, "big"),
        private.to_bytes(32, "little"),
        f"{private:064x}".encode(),
    ):
        assert form not in content
    village.store().destroy(village.poll)
    assert not list(village.store().folder.glob("*"))
    assert not village.store().holds(village.poll, 1)
