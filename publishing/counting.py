"""Counting: which boxes may be opened, the shares of every key, and the sums.

Invariants:
* a box that a gate withholds is never opened: no key ever sees its archive;
* a share that came from outside is checked against the key's proof before it is kept;
* a poll is counted only when the finished archive of every opened box passes the strict verifier.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.closing import level
from ballots.invitations import keys_with_names
from ballots.keys import KeyStore
from ballots.models import PartialDecryption, Trustee
from ballots.opening import key_fingerprint
from ballots.shares import Share, read_share
from belenios.archive import Archive, ArchiveWriter, read_archive
from belenios.ballot import read_ballot
from belenios.decryption import DecryptionRefused, decrypt
from belenios.election import Election, read_election
from belenios.encoding import Misshapen, strict
from belenios.group import RandomBytes
from belenios.tallying import CountRefusal, CountRefused, Tally, check_partial_decryption, result, sum_ballots
from belenios.trustees import Trustees, read_trustees
from belenios.verify import verify
from belenios.wire import WireDecryption
from polling import audit
from polling.db import Database
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State, step
from polling.models import Panel, Poll
from polling.polls import demand_state, find_poll, scheme_of
from polling.recusal import demand_unconcerned
from tally.counts import Turnout
from tally.quorum import Withheld, gate

WORKERS = 2

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Missing:
    """A share that has not come yet."""

    panel: str
    owner: int
    fingerprint: str


def turnout(panel: Panel) -> Turnout:
    """The figures of a closed panel."""
    assert panel.issued is not None and panel.returned is not None  # noqa: PT018 - one invariant
    return Turnout(expected=panel.expected, issued=panel.issued, returned=panel.returned)


def withheld(poll: Poll) -> dict[str, Withheld]:
    """The panels of a closed poll whose boxes may never be opened, by panel key, with the reason."""
    scheme = scheme_of(poll)
    gates = {panel.key: gate(scheme.panel(panel.key), turnout(panel)) for panel in poll.panels}
    return {key: reason for key, reason in gates.items() if reason is not None}


def count_poll(
    database: Database,
    poll_id: str,
    handed_in: Sequence[tuple[str, bytes]],
    *,
    store: KeyStore,
    who: str,
    now: datetime,
    random: RandomBytes,
    progress: Progress | None = None,
) -> list[Missing]:
    """Take the shares handed in as (file name, bytes), add those of this machine's keys, and count when all are there.

    Returns what is still missing (empty: the poll is counted). Raises BadInput naming the file for a share that can't be read, belongs
    elsewhere or is false.
    """
    _begin(database, poll_id, who=who, now=now)
    level(database)
    work = _gather(database, poll_id)
    shares = work.shares | _read_shares(handed_in, work)
    _keep(database, poll_id, shares, who=who, now=now)
    missing = [
        Missing(panel=panel.key, owner=trustee.position, fingerprint=key_fingerprint(trustee))
        for panel, trustee in work.slots
        if (str(panel.uuid), trustee.position) not in shares and not store.holds(poll_id, trustee.position)
    ]
    if missing:
        return missing
    # this machine's keys come last and their shares are never stored: until all others agreed, nothing here can help to open a box
    for panel, trustee in work.slots:
        slot = (str(panel.uuid), trustee.position)
        if slot not in shares:
            steps = (lambda done, total, key=panel.key: progress(key, done, total)) if progress else None
            private_key = store.get(poll_id, trustee.position)
            try:
                share = decrypt(
                    work.archives[slot[0]], private_key, str(panel.setup_hash), random, workers=WORKERS, progress=steps
                )
            except DecryptionRefused as refused:
                raise RuleRefused("decryption_refused", panel=panel.key, reason=refused.reason.value) from None
            shares[slot] = share.payload
    finished = {
        uuid: _finish(raw, [shares[uuid, trustee.position] for trustee in work.trustees])
        for uuid, raw in work.archives.items()
    }
    _finish_poll(database, poll_id, finished, who=who, now=now)
    return []


def take_share(
    database: Database, poll_id: str, raw: bytes, *, where: str, who: str | None, now: datetime
) -> tuple[str, int]:
    """Take one share when it comes: checked as those of `count_poll`, then kept. Returns its panel and its key's number.

    A closed poll begins its tally with the first true share; a share that is in already changes nothing. `who` None: the share's proof
    says whose key it was. Raises as `count_poll` does.
    """
    with database.read() as session:
        poll = find_poll(session, poll_id)
        demand_state(poll, State.CLOSED, State.TALLIED)
        holders = {key.owner: key.name or key.fingerprint for key in keys_with_names(session, poll)}
        _shaped(raw, where, {str(panel.uuid): panel.setup_hash for panel in poll.panels}, holders.keys())
    work = _gather(database, poll_id)
    share = _read_shares([(where, raw)], work)
    [slot] = share
    who = who or holders[slot[1]]
    if slot not in work.shares:
        _begin(database, poll_id, who=who, now=now)
        level(database)
        _keep(database, poll_id, share, who=who, now=now)
    return slot


def _shaped(raw: bytes, where: str, setups: Mapping[str, str | None], owners: Collection[int]) -> Share:
    """Read what may be a share of these boxes, before an archive is added up for it: anybody may post one. Raises BadInput."""
    try:
        share = read_share(raw)
    except ValueError:
        raise BadInput("share_file", where=where) from None
    if setups.get(share.panel) is None or share.setup != setups[share.panel]:
        raise BadInput("share_other_poll", where=where)
    if share.owner not in owners:
        raise BadInput("share_false", where=where, reason=CountRefusal.UNKNOWN_OWNER.value)
    try:
        strict(WireDecryption, share.payload.encode())
    except Misshapen:
        raise BadInput("share_false", where=where, reason=CountRefusal.MALFORMED.value) from None
    return share


@dataclass(frozen=True)
class PanelWork:
    """A box that may be opened: what its key holders see of it, and the numbers of the keys whose shares are in."""

    uuid: str
    title: str
    returned: int
    owners: tuple[int, ...]


def boxes_to_open(session: Session, poll: Poll) -> list[PanelWork]:
    """The boxes of a closed poll that its keys may open; none before closing, and none once it was annulled."""
    if poll.state in (State.DRAFT, State.PRINTED, State.OPEN, State.ANNULLED):
        return []
    shut, scheme = withheld(poll), scheme_of(poll)
    panels = [panel for panel in poll.panels if panel.key not in shut]
    shares = [(share.panel, share.owner) for share in _shares(session, panels)]
    return [
        PanelWork(
            uuid=str(panel.uuid),
            title=scheme.panel(panel.key).title,
            returned=panel.returned or 0,
            owners=tuple(sorted(owner for uuid, owner in shares if uuid == panel.uuid)),
        )
        for panel in panels
    ]


@dataclass(frozen=True)
class _Work:
    """What a count is about: the panels that may be opened, all keys, the archives by panel, and the shares that are there."""

    panels: Sequence[Panel]
    trustees: Sequence[Trustee]
    archives: dict[str, bytes]
    shares: dict[tuple[str, int], bytes]

    @property
    def slots(self) -> list[tuple[Panel, Trustee]]:
        """Every share that is needed."""
        return [(panel, trustee) for panel in self.panels for trustee in self.trustees]


def _begin(database: Database, poll_id: str, *, who: str, now: datetime) -> None:
    """From closed to tallied; counting may be asked for again while keys are missing."""
    with database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        demand_state(poll, State.CLOSED, State.TALLIED)
        demand_unconcerned(session, poll, who)
        if poll.state is State.CLOSED:
            poll.state = step(poll.state, State.TALLIED)
            reasons = {key: found.reason.value for key, found in withheld(poll).items()}
            audit.record(session, who=who, what="poll.tally", poll_id=poll.id, now=now, never_opened=reasons)


def _gather(database: Database, poll_id: str) -> _Work:
    with database.read() as session:
        poll = find_poll(session, poll_id)
        shut = withheld(poll)
        panels = [panel for panel in poll.panels if panel.key not in shut]
        trustees = session.scalars(
            sa.select(Trustee).where(Trustee.poll_id == poll_id).order_by(Trustee.position)
        ).all()
        shares = {(row.panel, row.owner): row.payload.encode() for row in _shares(session, panels)}
        return _Work(panels, trustees, {str(panel.uuid): bytes(panel.archive or b"") for panel in panels}, shares)


def _keep(database: Database, poll_id: str, shares: dict[tuple[str, int], bytes], *, who: str, now: datetime) -> None:
    """Store the shares that are new."""
    with database.write() as session:
        demand_state(find_poll(session, poll_id, lock=True), State.TALLIED)
        for (uuid, owner), payload in shares.items():
            if session.get(PartialDecryption, (uuid, owner)) is None:
                session.add(PartialDecryption(panel=uuid, owner=owner, payload=payload.decode()))
                audit.record(session, who=who, what="poll.share", poll_id=poll_id, now=now, panel=uuid, owner=owner)


def _finish_poll(
    database: Database, poll_id: str, finished: dict[str, tuple[bytes, str]], *, who: str, now: datetime
) -> None:
    with database.write() as session:
        poll = find_poll(session, poll_id, lock=True)
        demand_state(poll, State.TALLIED)
        for panel in poll.panels:
            if str(panel.uuid) in finished:
                panel.archive, panel.result = finished[str(panel.uuid)]
        poll.state = step(poll.state, State.COUNTED)
        audit.record(session, who=who, what="poll.count", poll_id=poll_id, now=now)


def _shares(session: Session, panels: Sequence[Panel]) -> Sequence[PartialDecryption]:
    return session.scalars(
        sa.select(PartialDecryption).where(PartialDecryption.panel.in_([panel.uuid for panel in panels]))
    ).all()


def _read_shares(handed_in: Sequence[tuple[str, bytes]], work: _Work) -> dict[tuple[str, int], bytes]:
    """Check every file handed in. Raises BadInput with the file's name."""
    setups = {str(panel.uuid): panel.setup_hash for panel in work.panels}
    owners = [trustee.position for trustee in work.trustees]
    shares: dict[tuple[str, int], bytes] = {}
    for where, raw in handed_in:
        share = _shaped(raw, where, setups, owners)
        try:
            check_partial_decryption(
                *_sum(read_archive(work.archives[share.panel])), share.owner, share.payload.encode()
            )
        except CountRefused as refused:
            raise BadInput("share_false", where=where, reason=refused.reason.value) from None
        shares[share.panel, share.owner] = share.payload.encode()
    return shares


def _finish(archive: bytes, shares: Sequence[bytes]) -> tuple[bytes, str]:
    """The finished archive and its result text; the strict verifier has the last word."""
    writer = ArchiveWriter.resume(archive)
    for owner, payload in enumerate(shares, start=1):
        writer.partial_decryption(owner, payload)
    read = read_archive(archive)
    election, trustees, tally = _sum(read)
    factors = {
        owner: check_partial_decryption(election, trustees, tally, owner, payload)
        for owner, payload in enumerate(shares, start=1)
    }
    text = result(election, trustees, tally, factors, len(read.ballots))
    writer.result(text)
    finished = writer.bytes()
    verify(finished, workers=WORKERS)
    return finished, text.decode()


def _sum(archive: Archive) -> tuple[Election, Trustees, Tally]:
    """Election, trustees and the encrypted sum of an archive of ours, worked out from its ballots."""
    election = read_election(archive.election)
    return (
        election,
        read_trustees(archive.trustees),
        sum_ballots(election, [read_ballot(raw) for raw in archive.ballots]),
    )
