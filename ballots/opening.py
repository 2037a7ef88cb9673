"""Opening a poll: the keys join, the elections get their public key, the credentials are fixed, and the opening record is signed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.keys import KeyStore
from ballots.models import Credential, Invitation, Trustee
from ballots.questions import description, questions
from ballots.sheets import Keys
from ballots.slips import keys_of
from belenios.archive import ArchiveWriter, read_archive
from belenios.credentials import write_credentials
from belenios.election import read_election, write_election
from belenios.group import RandomBytes, read_point, write_point
from belenios.trustees import (
    PublicPart,
    TrusteesRefused,
    fingerprint,
    new_key,
    public_part,
    read_public_part,
    read_trustees,
    write_trustees,
)
from polling import audit
from polling.calendar import day_of
from polling.errors import BadInput, RuleRefused
from polling.lifecycle import State, step
from polling.models import Panel, Poll
from polling.polls import demand_state, scheme_of
from polling.recusal import demand_unconcerned
from schemes.rules import PanelRule

REHEARSAL_SCRUTINEERS = 2
SERVER = 1

Sign = Callable[[dict[str, Any]], str]


def join_keys(session: Session, poll: Poll, brought: Sequence[tuple[str, bytes]], *, who: str, now: datetime) -> None:
    """Let the public parts brought as (file name, bytes) join, in the place of the files brought before; until opening they can be corrected.

    Raises BadInput naming the file when a public part can't be read or its proof is false, RuleRefused when a key served another poll.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    parts: list[PublicPart] = []
    # whom the organizer invited by name is struck out by name alone: files brought later do not take that key's place
    asked = session.scalars(sa.select(Invitation.public_key).where(Invitation.poll_id == poll.id)).all()
    stay = [trustee.public_part for trustee in trustees_of(session, poll) if trustee.public_key in asked]
    for where, raw in [*(("", part.encode()) for part in stay), *brought]:
        part = read_part(raw)
        if part is None:
            raise BadInput("trustee_file", where=where)
        if part.raw not in [known.raw for known in parts]:  # the same file named twice is one key
            parts.append(part)
    session.execute(sa.delete(Trustee).where(Trustee.poll_id == poll.id))
    for position, part in enumerate(parts, start=SERVER + 1):
        _add_key(session, poll, position, "brought", part)
    fingerprints = [fingerprint(part.public_key) for part in parts]
    audit.record(session, who=who, what="poll.keys", poll_id=poll.id, now=now, brought=fingerprints)


def read_part(raw: bytes) -> PublicPart | None:
    """The public part of a key, None when it can't be read or its proof is false."""
    try:
        return read_public_part(raw)
    except TrusteesRefused:
        return None


def bring_key(session: Session, poll: Poll, part: PublicPart) -> None:
    """Let one brought key join behind the others, before opening. Raises RuleRefused `key_used`."""
    demand_state(poll, State.DRAFT, State.PRINTED)
    last = max((trustee.position for trustee in trustees_of(session, poll)), default=SERVER)
    _add_key(session, poll, last + 1, "brought", part)


def trustees_of(session: Session, poll: Poll) -> list[Trustee]:
    """The keys of a poll in the order of the election's trustees; the server's own joins at opening."""
    return list(session.scalars(sa.select(Trustee).where(Trustee.poll_id == poll.id).order_by(Trustee.position)))


def _add_key(session: Session, poll: Poll, position: int, origin: str, part: PublicPart) -> None:
    text = write_point(part.public_key)
    if session.scalar(sa.select(Trustee.poll_id).where(Trustee.public_key == text)) is not None:
        raise RuleRefused("key_used", key=fingerprint(part.public_key))
    session.add(
        Trustee(poll_id=poll.id, position=position, origin=origin, public_key=text, public_part=part.raw.decode())
    )
    session.flush()


def _make_keys(session: Session, poll: Poll, store: KeyStore, random: RandomBytes) -> list[Trustee]:
    """The server's fresh key; a rehearsal to which nobody brought one gets two more, a trial does without. They stay, wrapped, on this machine."""
    origins = (
        ["server"]
        if trustees_of(session, poll) or not poll.rehearsal or poll.trial_of is not None
        else ["server", *["rehearsal"] * REHEARSAL_SCRUTINEERS]
    )
    for position, origin in enumerate(origins, start=SERVER):
        private_key = new_key(random)
        _add_key(session, poll, position, origin, read_public_part(public_part(private_key, random)))
        store.put(poll.id, position, private_key, random)
    return trustees_of(session, poll)


def open_poll(
    session: Session,
    poll: Poll,
    brought: Sequence[tuple[str, bytes]],
    *,
    store: KeyStore,
    sign: Sign,
    who: str,
    now: datetime,
    random: RandomBytes,
) -> list[Trustee]:
    """Open every box of a printed poll. `sign` turns a record into the signed document's text.

    Raises RuleRefused `keys_awaited` while an invited holder's key has not come, because after opening none can join, and `no_credentials`
    when there are no slips, or they were made elsewhere and their public points have not come back.
    """
    demand_state(poll, State.PRINTED)
    demand_unconcerned(session, poll, who)
    missing = sa.select(Invitation.name).where(Invitation.poll_id == poll.id, Invitation.public_key.is_(None))
    if awaited := list(session.scalars(missing.order_by(Invitation.number))):
        raise RuleRefused("keys_awaited", names=awaited)
    if brought:
        join_keys(session, poll, brought, who=who, now=now)
    trustees = _make_keys(session, poll, store, random)
    parts = write_trustees([read_public_part(trustee.public_part.encode()) for trustee in trustees])
    public_key = read_trustees(parts).public_key
    scheme = scheme_of(poll)
    rules = {rule.key: rule for rule in scheme.panels}
    for panel in poll.panels:
        rule = rules[panel.key]
        points = session.scalars(
            sa.select(Credential.point).where(Credential.panel == panel.uuid).order_by(Credential.point)
        ).all()
        if len(points) != panel.slips:
            raise RuleRefused("no_credentials", panel=rule.title)
        panel.election = write_election(
            uuid=str(panel.uuid),
            name=poll.title,
            description=description(rule, rehearsal=poll.rehearsal),
            questions=questions(rule, [subject.name for subject in poll.subjects]),
            public_key=public_key,
        )
        panel.trustees = parts
        panel.credentials = write_credentials(points)
        panel.setup_hash = setup_hash(panel)
        panel.opening_record = sign(opening_record(session, poll, panel, rule, trustees, opened_on=day_of(now)))
    poll.state = step(poll.state, State.OPEN)
    keys = [{"origin": trustee.origin, "fingerprint": key_fingerprint(trustee)} for trustee in trustees]
    audit.record(session, who=who, what="poll.open", poll_id=poll.id, now=now, keys=keys)
    return trustees


def setup_hash(panel: Panel) -> str:
    """SHA-256 of the Setup event: what the opening record binds (docs/protocol.md, section 12, pitfall 9)."""
    assert panel.election is not None and panel.trustees is not None and panel.credentials is not None  # noqa: PT018 - one invariant
    writer = ArchiveWriter(0)
    writer.setup(panel.election, panel.trustees, panel.credentials)
    return read_archive(writer.bytes()).setup_hash


def key_fingerprint(trustee: Trustee) -> str:
    """The short text two people compare by eye."""
    return fingerprint(read_point(trustee.public_key))


def opening_record(
    session: Session, poll: Poll, panel: Panel, rule: PanelRule, trustees: Sequence[Trustee], *, opened_on: date
) -> dict[str, Any]:
    """What is fixed before the first ballot (law 8): anybody can hold the archive against it."""
    assert panel.election is not None
    return {
        "type": "yipiao.opening",
        "version": 1,
        "poll": poll.id,
        "title": poll.title,
        "period": {"kind": poll.period_kind, "label": poll.period_label},
        "rehearsal": poll.rehearsal,
        "panel": panel.uuid,
        "panel_key": panel.key,
        "panel_title": rule.title,
        "scheme": {"name": poll.scheme, "digest": poll.scheme_digest},
        "setup": panel.setup_hash,
        "phi": read_election(panel.election).fingerprint,
        "subjects": [
            {"id": subject.subject_id, "kind": subject.kind, "name": subject.name} for subject in poll.subjects
        ],
        "credentials": panel.slips,
        "expected": panel.expected,
        "minimum": rule.minimum_returned,
        "keys": [
            {"index": trustee.position, "origin": trustee.origin, "fingerprint": key_fingerprint(trustee)}
            for trustee in trustees
        ],
        "secrecy": keys_of(session, poll) is Keys.SEPARATE,
        "opened_on": opened_on.isoformat(),
    }
