"""A trial ballot in a throw-away box: one slip, cast by a real phone, among example ballots whose choices are known, and really counted.

Invariants:
* a trial is a poll of its own, a rehearsal, with keys and credentials of its own: nothing of it touches the poll that it tries out;
* its secrets live in the memory of one request: the one slip's code goes to the screen, the examples' exponents seal and are gone;
* it is never listed and never published, and once it was counted nothing of it remains but its lines in the audit log.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ballots.closing import close_boxes
from ballots.keys import KeyStore
from ballots.opening import Sign, open_poll
from ballots.removal import throw_away
from ballots.slips import freeze, keep_points
from ballots.turnout import boxed
from ballots.typed_codes import new_code
from ballots.wording import Translations
from belenios.credentials import point_of, secret_of
from belenios.election import Election, new_uuid, read_election
from belenios.group import RandomBytes, random_scalar
from belenios.sealing import seal
from polling.db import Database
from polling.errors import RuleRefused
from polling.lifecycle import State
from polling.models import Panel, Poll, PollSubject
from polling.polls import demand_complete, demand_state, find_poll, scheme_of
from publishing.counting import count_poll
from publishing.results import Row, gather
from schemes.rules import FEWEST_BALLOTS


@dataclass(frozen=True)
class Begun:
    """A trial whose box is open. `url` holds the code of its one slip, `secrets` seal the examples: neither is kept anywhere."""

    poll: str
    panel: str
    title: str
    url: str
    election: bytes
    secrets: tuple[int, ...]


@dataclass(frozen=True)
class Standing:
    """The trial of a poll that is not ended yet. `come`: its one ballot lies in the box."""

    poll: str
    panel_key: str
    examples: int
    come: bool


@dataclass(frozen=True)
class Tried:
    """One subject's line of a counted trial: the sums and what the examples make of them, blank first; `own` is the place of the one ballot."""

    subject: str
    sums: tuple[int, ...]
    own: int
    row: Row


def begin(
    session: Session,
    poll: Poll,
    panel_key: str,
    *,
    base_url: str,
    title: str,
    store: KeyStore,
    sign: Sign,
    who: str,
    now: datetime,
    random: RandomBytes,
    translations: Translations,
) -> Begun:
    """Open a throw-away box like that of a poll's panel, with as many slips as its scheme asks ballots for; `title` says that it is a trial.

    Raises RuleRefused `state_needed` once the poll is open, and what printing refuses.
    """
    demand_state(poll, State.DRAFT, State.PRINTED)
    demand_complete(poll)
    rule = scheme_of(poll).panel(panel_key)
    trial = Poll(
        id=new_uuid(random),
        title=title,
        scheme=poll.scheme,
        scheme_raw=poll.scheme_raw,
        period_kind=poll.period_kind,
        period_label=poll.period_label,
        rehearsal=True,
        base_url=poll.base_url,
        intro=poll.intro,
        languages=poll.languages,
        state=State.DRAFT,
        levelled=True,  # known examples and one trial: there is no order of arrival to forget
        organization_id=poll.organization_id,
        trial_of=poll.id,
    )
    session.add(trial)
    for subject in poll.subjects:
        trial.subjects.append(
            PollSubject(position=subject.position, subject_id=subject.subject_id, kind=subject.kind, name=subject.name)
        )
    # every slip comes back, so a minimum that is a share of the roster is met too
    slips = max(rule.minimum_expected, rule.minimum_returned, FEWEST_BALLOTS)
    trial.panels.append(Panel(key=rule.key, position=0, expected=slips, spare=0))
    session.flush()
    bundle = freeze(session, trial, base_url=base_url, random=random, translations=translations)
    [printed] = bundle.panels
    code = new_code(random)
    secrets = tuple(random_scalar(random) for _ in range(slips - 1))
    points = sorted(point_of(secret) for secret in (*secrets, secret_of(code, printed.panel)))
    keep_points(session, trial, {printed.panel: points}, printing=bundle.printing, replaces=None, who=who, now=now)
    open_poll(session, trial, (), store=store, sign=sign, who=who, now=now, random=random)
    url = f"{bundle.base_url}/v/{printed.panel}#{code}"
    return Begun(trial.id, printed.panel, rule.title, url, bytes(trial.panels[0].election or b""), secrets)


def examples(begun: Begun, random: RandomBytes) -> Iterator[bytes]:
    """The sealed example ballots; casting them is the voters' way alone (law 3)."""
    election = read_election(begun.election)
    for number, secret in enumerate(begun.secrets):
        yield seal(election, secret, _rows(election, number), random)


def _rows(election: Election, number: int) -> list[list[int]]:
    """What example `number` chooses: the answers in turn, the same for every subject; nothing of it is secret."""
    return [
        [int(place == 1 + number % len(question.answers)) for place in range(question.width)]
        for question in election.questions
    ]


def standing(session: Session, poll_id: str) -> Standing | None:
    """The trial of a poll, None where there is none."""
    trial = _trial(session, poll_id)
    if trial is None:
        return None
    [panel] = trial.panels
    return Standing(trial.id, panel.key, panel.slips - 1, come=boxed(session, trial)[panel.key] == panel.slips)


def _trial(session: Session, poll_id: str) -> Poll | None:
    return session.scalars(sa.select(Poll).where(Poll.trial_of == poll_id)).first()


def count(
    database: Database,
    trial_id: str,
    *,
    store: KeyStore,
    who: str,
    now: datetime,
    random: RandomBytes,
) -> list[Tried]:
    """Close the box of a trial, count it as any other, and give what came out; done again where it was cut short.

    Raises RuleRefused `trial_waits` while its one ballot has not come.
    """
    with database.write() as session:
        trial = find_poll(session, trial_id, lock=True)
        [panel] = trial.panels
        if boxed(session, trial)[panel.key] < panel.slips:
            raise RuleRefused("trial_waits")
        if trial.state is State.OPEN:
            close_boxes(session, trial, {}, people=(who, who), now=now)
    if trial.state is not State.COUNTED:
        count_poll(database, trial_id, (), store=store, who=who, now=now, random=random)
    with database.read() as session:
        trial = find_poll(session, trial_id)
        [panel] = trial.panels
        return _tried(trial, panel, gather(trial))


def _tried(trial: Poll, panel: Panel, rows: Sequence[Row]) -> list[Tried]:
    election = read_election(bytes(panel.election or b""))
    sums = [list(row) for row in json.loads(str(panel.result))["result"]]
    left = [list(row) for row in sums]
    for number in range(panel.slips - 1):
        for row, chosen in zip(left, _rows(election, number), strict=True):
            row[chosen.index(1)] -= 1
    return [
        Tried(subject.name, tuple(counted), own.index(1), row)
        for subject, counted, own, row in zip(trial.subjects, sums, left, rows, strict=True)
    ]


def end(session: Session, poll_id: str, *, store: KeyStore, who: str, now: datetime) -> None:
    """Throw the trials of a poll away, rows and keys."""
    while (trial := _trial(session, poll_id)) is not None:
        throw_away(session, trial, who=who, now=now)  # may refuse: then the keys stay
        store.destroy(trial.id)
