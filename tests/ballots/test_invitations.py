"""Key holders: named, invited by a one-time link, each with one key, struck out until opening; nothing secret is kept or logged."""

import os

import pytest
import sqlalchemy as sa
from village import NOW

from ballots import invitations, opening
from ballots.models import Invitation, Trustee
from belenios.trustees import fingerprint, new_key, public_part, read_public_part
from polling.errors import DomainError
from polling.lifecycle import State
from polling.models import AuditEntry
from polling.polls import find_poll


class Desk:
    """The acts of this file on one poll, each in a transaction of its own."""

    def __init__(self, village) -> None:
        self.village = village

    def run(self, act):
        """`act(session, poll)` in a transaction."""
        with self.village.database.write() as session:
            return act(session, find_poll(session, self.village.poll, lock=True))

    def name(self, *names):
        """Set the list of holders."""
        self.run(lambda session, poll: invitations.name_holders(session, poll, names, who="组织者", now=NOW))

    def link(self, number):
        """A new link's token."""
        return self.run(
            lambda session, poll: invitations.new_link(session, poll, number, random=os.urandom, who="组织者", now=NOW)
        )

    def register(self, token, public, poll=None):
        """What the page posts."""
        with self.village.database.write() as session:
            return invitations.register_key(session, poll or self.village.poll, token, public, now=NOW)

    def strike(self, number):
        """Strike a holder out."""
        self.run(lambda session, poll: invitations.strike_out(session, poll, number, who="组织者", now=NOW))

    def holders(self):
        """(number, name, fingerprint, linked) of each holder."""
        found = self.run(invitations.invited)
        return [(holder.number, holder.name, holder.fingerprint, holder.linked) for holder in found]

    def positions(self):
        """(position, fingerprint) of each trustee."""
        return self.run(
            lambda session, poll: [
                (trustee.position, opening.key_fingerprint(trustee)) for trustee in opening.trustees_of(session, poll)
            ]
        )

    def refused(self, code, act, *arguments):
        """The act runs into the domain error `code`, and nothing was changed."""
        before = self.holders(), self.positions()
        with pytest.raises(DomainError) as caught:
            act(*arguments)
        assert caught.value.code == code
        assert (self.holders(), self.positions()) == before
        return caught.value


@pytest.fixture
def desk(any_village) -> Desk:
    """A draft on either database."""
    any_village.create()
    return Desk(any_village)


def a_part() -> bytes:
    """The public part of a fresh key."""
    return public_part(new_key(os.urandom), os.urandom)


def name_of(part: bytes) -> str:
    """The fingerprint of a public part."""
    return fingerprint(read_public_part(part).public_key)


def test_a_link_brings_one_key(desk):
    """A named holder's link brings the key in once, as a brought trustee behind the server's place; then it is ended."""
    desk.name("李监票", "  ", "王村民")
    assert desk.holders() == [(1, "李监票", None, False), (2, "王村民", None, False)]
    token, part = desk.link(2), a_part()
    assert desk.holders()[1] == (2, "王村民", None, True)
    assert desk.register(token, part) == name_of(part)
    assert desk.holders()[1] == (2, "王村民", name_of(part), False)
    assert desk.positions() == [(2, name_of(part))]
    desk.refused("link_ended", desk.register, token, a_part())
    assert desk.register(token, part) == name_of(part)  # its first answer may have been lost
    desk.refused("holder_has_key", desk.link, 2)


def test_a_new_link_ends_the_one_before(desk):
    """Of two links for one holder only the second is good; a link of nobody, and one of another poll, are none."""
    desk.name("李")
    old, new = desk.link(1), desk.link(1)
    desk.refused("link_ended", desk.register, old, a_part())
    desk.refused("link_ended", desk.register, "", a_part())
    first = desk.village.poll
    desk.village.create()
    desk.refused("link_ended", desk.register, new, a_part())
    assert desk.register(new, (part := a_part()), poll=first) == name_of(part)


def test_false_and_used_keys_are_refused(desk):
    """A public part without its proof, and a key that serves elsewhere, do not join; the link stays good for another try."""
    desk.name("李", "王")
    one, two = desk.link(1), desk.link(2)
    part = a_part()
    true, other = part.decode(), a_part().decode()
    false = true.replace(true[true.index("public_key") :], other[other.index("public_key") :])
    for bad in (b"", b"{}", b"\xff", false.encode(), b"[" * 100_000):
        desk.refused("key_false", desk.register, one, bad)
    desk.register(one, part)
    desk.refused("key_used", desk.register, two, part)  # one holder's link does not take another holder's key
    desk.register(two, a_part())


def test_after_opening_no_key_comes(desk):
    """A key that comes after opening, by whatever way the box was opened, is told so, and the list is closed."""
    desk.name("李", "王")
    one, two = desk.link(1), desk.link(2)
    desk.register(one, a_part())
    desk.village.print()
    desk.run(lambda _session, poll: setattr(poll, "state", State.OPEN))
    desk.refused("link_late", desk.register, two, a_part())
    for act in (lambda: desk.name("赵"), lambda: desk.link(2), lambda: desk.strike(1)):
        desk.refused("state_needed", act)
    assert [place for place, _key in desk.positions()] == [2]


def test_striking_out_moves_the_others_up(desk):
    """Whoever is struck out takes the key along, and the others' places stay without a gap: an archive numbers them so."""
    desk.name("甲", "乙", "丙", "丁")
    parts = {number: a_part() for number in (1, 2, 3)}
    for number, part in parts.items():
        desk.register(desk.link(number), part)
    token = desk.link(4)
    desk.strike(1)
    assert desk.positions() == [(2, name_of(parts[2])), (3, name_of(parts[3]))]
    assert [holder[:2] for holder in desk.holders()] == [(2, "乙"), (3, "丙"), (4, "丁")]
    desk.strike(4)
    desk.refused("link_ended", desk.register, token, a_part())
    desk.refused("holder_unknown", desk.strike, 4)
    desk.village.print()
    desk.village.open()
    assert [place for place, _key in desk.positions()] == [1, 2, 3]


def test_naming_again_keeps_keys_and_links(desk):
    """Setting the list again keeps whose key came and the links of names that stay."""
    desk.name("甲", "乙")
    part = a_part()
    desk.register(desk.link(1), part)
    token = desk.link(2)
    desk.name("乙", "丙")
    assert desk.holders() == [(1, "甲", name_of(part), False), (2, "乙", None, True), (3, "丙", None, False)]
    desk.register(token, a_part())
    desk.name()
    assert [holder[1] for holder in desk.holders()] == ["甲", "乙"]


def test_who_is_struck_out_leaves_a_gap(desk):
    """A number that others behind it still have is not given to somebody new."""
    desk.name("甲", "乙")
    desk.name("乙")
    desk.name("乙", "丙")
    assert [holder[:2] for holder in desk.holders()] == [(2, "乙"), (3, "丙")]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("holder_twice", ["李", " 李 "]),
        ("holder_name", ["李\n王"]),
        ("holder_name", ["长" * 61]),
        ("holders_many", [f"第{n}人" for n in range(10)]),
    ],
)
def test_names_that_cannot_be(desk, code, names):
    """Twice the same name, one that no page shows, one too long, and too many are refused whole."""
    desk.refused(code, desk.name, *names)


def test_a_long_tibetan_name_can_be(desk):
    """Sixty characters of Tibetan are a name."""
    name = ("བཀྲ་ཤིས་" * 8)[:60]
    desk.name(name)
    assert desk.holders()[0][1] == name


def test_files_join_beside_the_invited(desk):
    """Keys brought as files at the terminal replace each other, and leave the invited holders' keys alone."""
    desk.name("李")
    invited, first, second = a_part(), a_part(), a_part()
    desk.register(desk.link(1), invited)
    for brought in (first, second):
        desk.run(
            lambda session, poll, brought=brought: opening.join_keys(
                session, poll, [("k.json", brought)], who="组织者", now=NOW
            )
        )
    assert desk.positions() == [(2, name_of(invited)), (3, name_of(second))]


def test_a_file_stands_for_a_link(desk):
    """A public part made elsewhere can be brought for a named holder; then the link is ended."""
    desk.name("李")
    token, part = desk.link(1), a_part()

    def bring(raw):
        return desk.run(
            lambda session, poll: invitations.bring_file(
                session, poll, 1, raw, where="li.public.json", who="组织者", now=NOW
            )
        )

    assert desk.refused("trustee_file", bring, b"{}").params == {"where": "li.public.json"}
    assert bring(part + b"\n") == name_of(part)
    desk.refused("link_ended", desk.register, token, a_part())
    desk.refused("holder_has_key", bring, a_part())


def test_no_token_is_kept_or_logged(desk):
    """Neither rows nor audit hold a token; the audit has names and fingerprints."""
    desk.name("李监票", "王")
    tokens = [desk.link(1), desk.link(1), desk.link(2)]
    part = a_part()
    desk.register(tokens[1], part)
    desk.strike(1)
    with desk.village.database.read() as session:
        kept = [
            str(list(row))
            for table in (Invitation, Trustee)
            for row in session.execute(sa.select(*table.__table__.columns))
        ]
        log = session.scalars(sa.select(AuditEntry.what + " " + AuditEntry.who + " " + AuditEntry.detail)).all()
    assert not [token for token in tokens for line in [*kept, *log] if token in line]
    for what in ("poll.holders", "poll.invite", "poll.key", "poll.strike_out"):
        assert [line for line in log if line.startswith(what + " ") and "李监票" in line], what
    assert sum(name_of(part) in line for line in log) == 2


def test_names_stand_beside_the_keys(desk):
    """After opening every key has its number, and the invited holders' keys their names."""
    desk.name("李", "王")
    parts = [a_part(), a_part()]
    for number in (2, 1):
        desk.register(desk.link(number), parts[number - 1])
    desk.village.print()
    desk.village.open()
    keys = desk.run(invitations.keys_with_names)
    assert [(key.owner, key.origin, key.name) for key in keys] == [
        (1, "server", None),
        (2, "brought", "王"),
        (3, "brought", "李"),
    ]
    assert [key.fingerprint for key in keys[1:]] == [name_of(parts[1]), name_of(parts[0])]


def test_slips_end_with_the_promise_that_they_carry(village):
    """Law 14: printed under a brought key, then that holder is struck out: no box opens on those slips; after a new printing it does."""
    village.create(rehearsal=False)
    desk = Desk(village)
    desk.name("李明")
    desk.register(desk.link(1), public_part(new_key(os.urandom), os.urandom))
    village.print()
    desk.strike(1)
    with pytest.raises(DomainError, match="no_credentials"):
        village.open()
    village.print()
    village.open()


def test_no_box_is_opened_while_a_key_is_awaited(village):
    """After opening no key can join: an invited holder's key comes first, or the holder is struck out."""
    village.create()
    Desk(village).name("李明")
    village.print()
    with pytest.raises(DomainError, match="keys_awaited") as caught:
        village.open()
    assert caught.value.params == {"names": ["李明"]}
    Desk(village).strike(1)
    village.open()


def test_a_stranger_takes_no_turn_of_the_writers(any_village):
    """A token that is none is refused from a read alone; one that is good, or whose key has come, passes."""
    village = any_village
    village.create()
    desk = Desk(village)
    desk.name("李明")
    token, public = desk.link(1), public_part(new_key(os.urandom), os.urandom)
    with village.database.read() as session:
        invitations.demand_link(session, village.poll, token, public)
    for stranger in (public, b"\x00"):
        with village.database.read() as session, pytest.raises(DomainError, match="link_ended"):
            invitations.demand_link(session, village.poll, "x\x00", stranger)
    desk.register(token, public)
    with village.database.read() as session:
        invitations.demand_link(session, village.poll, token, public)
