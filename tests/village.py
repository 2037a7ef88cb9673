"""One small village poll for the tests: made, opened, voted in, closed and counted by the real functions."""

import copy
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from gettext import NullTranslations
from pathlib import Path

from ballots import closing, opening
from ballots import slips as making
from ballots.casting import Receipt, cast
from ballots.keys import KeyStore
from ballots.typed_codes import new_code
from belenios.credentials import point_of, secret_of
from belenios.election import Election, new_uuid, read_election
from belenios.sealing import seal
from polling.db import Database
from polling.lifecycle import State
from polling.models import ROOT, Panel, Role
from polling.people import add_user, look_up, two_people
from polling.polls import PanelEntry, PollFile, SubjectEntry, create_poll, find_poll
from polling.working_days import Holidays
from publishing import sign_off
from publishing.counting import Missing, count_poll
from publishing.results import publish
from publishing.signing_keys import load_signer
from publishing.withdrawal import annul

NOW = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)
EXPECTED = {"evaluators": 20, "interviewees": 15, "villagers": 10}


class Village:
    """`codes` and `points` by panel key; `uuid` and `election` by panel key. Only tests keep codes."""

    def __init__(self, database: Database, random) -> None:
        self.database, self.random = database, random
        self.poll = ""
        # who closes and annuls a poll that counts
        self.people: tuple[str | None, str | None] = (None, None)
        self.codes: dict[str, list[str]] = {}
        self.panels: dict[str, str] = {}
        self._elections: dict[str, Election] = {}

    def copied(self, home: Path) -> "Village":
        """The same village on a copy of its installation in `home`; its own database must be let go of before."""
        shutil.copytree(self.database.settings.home, home)
        other = copy.copy(self)
        address = f"sqlite:///{home / 'yipiao.sqlite3'}"
        other.database = Database(replace(self.database.settings, home=home, database_url=address))
        return other

    def create(
        self,
        *,
        panels: Sequence[str] = ("villagers",),
        subjects: int = 1,
        rehearsal: bool = True,
        expected=None,
        spare: int = 0,
        file: PollFile | None = None,
        organization_id: str = ROOT,
        **more,
    ) -> str:
        """A draft; of `file`, where one is given."""
        file = file or PollFile(
            scheme="standard",
            title="2026年10月 嘎玛村驻村工作队民主测评",
            period="2026-10",
            rehearsal=rehearsal,
            base_url="http://10.0.0.5:8000",
            subjects=tuple(
                SubjectEntry(id=f"team-{n}", kind="work_team", name=f"第{n}工作队") for n in range(1, subjects + 1)
            ),
            panels=tuple(PanelEntry(key=key, expected=(expected or EXPECTED)[key], spare=spare) for key in panels),
        )
        self.poll = new_uuid(self.random)
        with self.database.write() as session:
            create_poll(
                session,
                file,
                where="poll.toml",
                poll_id=self.poll,
                who="测试",
                now=NOW,
                organization_id=organization_id,
            )
        return self.poll

    def print(self) -> dict[str, list[str]]:
        """Credentials without sheets: codes by panel key."""
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            replaces = poll.printing
            bundle = making.freeze(
                session, poll, base_url="http://10.0.0.5:8000", random=self.random, translations=NullTranslations()
            )
            points = {}
            for panel in bundle.panels:
                codes = [new_code(self.random) for _ in range(panel.slips)]
                self.codes[panel.key], self.panels[panel.key] = codes, panel.panel
                points[panel.panel] = sorted(point_of(secret_of(code, panel.panel)) for code in codes)
            making.keep_points(session, poll, points, printing=bundle.printing, replaces=replaces, who="测试", now=NOW)
        return self.codes

    def open(self, *brought: tuple[str, bytes]) -> None:
        """Open the boxes."""
        signer = load_signer(self.database)
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            opening.open_poll(
                session,
                poll,
                brought,
                store=self.store(poll.rehearsal),
                sign=lambda record: signer.document(record).decode(),
                who="测试",
                now=NOW,
                random=self.random,
            )

    def store(self, rehearsal: bool = True) -> KeyStore:
        """The keys of this installation."""
        return KeyStore(self.database.settings, rehearsal=rehearsal)

    def opened(self, **options) -> "Village":
        """Created, printed and opened."""
        self.create(**options)
        self.print()
        self.open()
        return self

    def election(self, key: str = "villagers") -> Election:
        """The panel's election."""
        if key not in self._elections:
            with self.database.read() as session:
                [panel] = [panel for panel in find_poll(session, self.poll).panels if panel.key == key]
            self._elections[key] = read_election(panel.election)
        return self._elections[key]

    def panel(self, key: str = "villagers") -> Panel:
        """The panel's row."""
        with self.database.read() as session:
            [panel] = [panel for panel in find_poll(session, self.poll).panels if panel.key == key]
            _ = panel.archive
        return panel

    def seal(self, number: int = 0, picks: Sequence[int] | None = None, key: str = "villagers") -> bytes:
        """A ballot with slip `number`; `picks` per question: 0 blank, 1.. the answers."""
        election = self.election(key)
        picks = picks or [1] * len(election.questions)
        rows = [
            [int(place == pick) for place in range(len(question.answers) + 1)]
            for question, pick in zip(election.questions, picks, strict=True)
        ]
        return seal(election, secret_of(self.codes[key][number], self.panels[key]), rows, self.random)

    def point(self, number: int = 0, key: str = "villagers") -> str:
        """The public credential of slip `number`."""
        return point_of(secret_of(self.codes[key][number], self.panels[key]))

    def cast(self, raw: bytes, key: str = "villagers") -> Receipt:
        """Into the box."""
        return cast(self.database, self.panels[key], raw)

    def vote(self, picks: Sequence[Sequence[int]], key: str = "villagers") -> list[str]:
        """One ballot a row of `picks`, with the slips in order; trackers in order of arrival."""
        return [self.cast(self.seal(number, row, key), key).tracker for number, row in enumerate(picks)]

    def close(self, **issued: int) -> None:
        """Close and level the boxes."""
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            people = two_people(session, poll, organizer=self.people[0], witness=self.people[1])
            closing.close_boxes(session, poll, issued, people=people, now=NOW)
        closing.level(self.database)

    def annul(self, reason: str = "试验") -> None:
        """Annul the poll and level what it leaves."""
        signer = load_signer(self.database)  # makes the key at first use, which is a writing of its own
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            people = two_people(session, poll, organizer=self.people[0], witness=self.people[1])
            annul(
                session,
                poll,
                reason=reason,
                people=people,
                signer=signer,
                document_id=new_uuid(self.random),
                now=NOW,
            )
        closing.level(self.database)

    def sign(self, now: datetime = NOW) -> None:
        """Every step of the chain: by a rehearsal's people, or by one approver each."""
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            if poll.state is not State.COUNTED:
                return
            if poll.rehearsal:
                sign_off.stand_in(session, poll, who="测试", now=now)
                return
            names = [f"{step.rule.who}甲" for step in sign_off.chain_of(session, poll).steps]
            for name in names:
                if look_up(session, name) is None:
                    add_user(session, name, Role.APPROVER, None)
            sign_off.send(session, poll, names, who="测试", now=now)
            for position, name in enumerate(names):
                sign_off.sign(session, poll, position, name=name, text="同意", now=now)

    def publish(self, now: datetime = NOW, days: int | None = None) -> bytes:
        """Have the result signed by everybody, and put it on notice: the document's bytes."""
        self.sign(now)
        return self.publish_signed(now, days)

    def publish_signed(self, now: datetime = NOW, days: int | None = None) -> bytes:
        """Put a result on notice that was signed by whoever has to."""
        signer = load_signer(self.database)
        with self.database.write() as session:
            poll = find_poll(session, self.poll, lock=True)
            return publish(
                session,
                poll,
                signer=signer,
                document_id=new_uuid(self.random),
                who="测试",
                now=now,
                holidays=Holidays.of(self.database.settings, rehearsal=poll.rehearsal),
                days=days,
            )

    def count(self, *shares: tuple[str, bytes]) -> list[Missing]:
        """Open the sums."""
        return count_poll(self.database, self.poll, shares, store=self.store(), who="测试", now=NOW, random=self.random)
