"""The life of a counted result for the tests: its acts, each in a transaction of its own."""

import io
import os
from datetime import date, datetime, timedelta

import msgspec
import pytest
import sqlalchemy as sa
from PIL import Image
from village import NOW, Village

from polling.calendar import BEIJING
from polling.drafts import file_of
from polling.errors import DomainError
from polling.history import history
from polling.lifecycle import State
from polling.models import Role, Subject
from polling.people import add_user
from polling.polls import find_poll
from publishing import correction, ending, objections, sign_off
from publishing.counting import count_poll
from publishing.models import Receiver, ResultDocument
from publishing.objections import Came
from publishing.outbox import undelivered
from publishing.signing import check_document
from publishing.signing_keys import load_signer

LEADER, SECRETARY, CLERK, WITNESS = "张组长", "陈书记", "王组织", "李监票"
# 20 October 2026 is a Tuesday: five working days are Wed 21, Thu 22, Fri 23, Mon 26, Tue 27
LAST = date(2026, 10, 27)


def at(day: date, hour: int = 12) -> datetime:
    """A moment of a day in Beijing."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)


AFTER = at(LAST + timedelta(days=1), 0)


def picture() -> bytes:
    """A scan."""
    out = io.BytesIO()
    Image.new("L", (20, 20), 255).save(out, "PNG")
    return out.getvalue()


class Life:
    """A counted real poll, and its acts each in a transaction of its own."""

    def __init__(self, village) -> None:
        self.village, self.database = village, village.database

    def write(self, act, *arguments, now=NOW, **named):
        """One act on the poll."""
        with self.database.write() as session:
            return act(session, find_poll(session, self.village.poll, lock=True), *arguments, now=now, **named)

    def read(self, act, *arguments):
        """Look something up."""
        with self.database.read() as session:
            return act(session, find_poll(session, self.village.poll), *arguments)

    def refused(self, act, *arguments, **named) -> DomainError:
        """What an act is refused with; nothing has changed."""
        before = self.acts()
        with pytest.raises(DomainError) as caught:
            self.write(act, *arguments, **named)
        assert self.acts() == before
        return caught.value

    def acts(self) -> list[str]:
        """The log of the poll, the latest first."""
        with self.database.read() as session:
            return [done.what for done in history(session, self.village.poll)]

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.read(lambda _session, poll: poll.state)

    def chain(self):
        """How the signatures stand."""
        return self.read(sign_off.chain_of)

    def send(self, *names):
        """Send it to be signed."""
        self.write(sign_off.send, names or (LEADER, SECRETARY), who=CLERK)

    def sign(self, position, name, **named):
        """Sign a step."""
        self.write(sign_off.sign, position, name=name, text=named.pop("text", None), **named)

    def paper(self, position=0, name="张组长", **named):
        """Enter a paper signature."""
        fields = {"name": name, "on": NOW.date(), "text": None, "scan": picture(), "who": CLERK} | named
        self.write(sign_off.enter_paper, position, **fields)

    def object(self, received=LAST, now=None, **named):
        """Record an objection."""
        fields = {"text": "发出的票数不对", "came": Came.VISIT, "from_whom": None, "who": CLERK} | named
        return self.write(objections.record, received_on=received, now=now or at(received), **fields)

    def decide(self, number, decision, now=NOW, **named):
        """Decide an objection."""
        fields = {"text": "查过了", "decided_by": "赵主任", "who": CLERK} | named
        self.write(objections.decide, number, decision=decision, now=now, **fields)

    def final(self, now=AFTER):
        """End the notice."""
        self.write(ending.finalise, who=CLERK, now=now)

    def correct(self, now=NOW, **issued):
        """Restate the slips handed out."""
        self.write(correction.correct, issued, reason="登记时抄错", people=(CLERK, WITNESS), now=now)

    def fails(self, act, *, now=AFTER, **named) -> None:
        """An act whose transaction fails at its end."""

        def failing(session, poll, **fields):
            act(session, poll, **fields)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            self.write(failing, now=now, **named)

    def outbox(self) -> dict[str, list[str]]:
        """What waits for each receiver, in the order in which it is sent."""
        with self.database.read() as session:
            names = session.scalars(sa.select(Receiver.name)).all()
            return {name: [each.document for each in undelivered(session, name, str)] for name in names}

    def documents(self) -> list[dict]:
        """Everything signed, by the order in which it came."""
        signer = load_signer(self.database)
        with self.database.read() as session:
            rows = session.scalars(sa.select(ResultDocument).order_by(ResultDocument.id)).all()
        return [check_document(row.raw.encode(), {signer.key_id: signer.public}) for row in rows]


def counted(village, **options) -> Life:
    """A counted real poll of villagers with spare slips, and the people."""
    with village.database.write() as session:
        people = (
            (LEADER, Role.APPROVER),
            (SECRETARY, Role.APPROVER),
            (CLERK, Role.ORGANIZER),
            (WITNESS, Role.SCRUTINEER),
        )
        for name, role in people:
            add_user(session, name, role, None)
    return counted_again(village, **options)


def counted_again(village, **options) -> Life:
    """The same, where the people are there."""
    village.people = (CLERK, WITNESS)
    village.opened(rehearsal=False, spare=2, **options)
    village.vote([[1]] * 10)
    village.close()
    count_poll(
        village.database, village.poll, (), store=village.store(rehearsal=False), who=CLERK, now=NOW, random=os.urandom
    )
    return Life(village)


def published_month(village, period, picks, name="第1工作队", **more):
    """A published rehearsal of one month: the village."""
    if not village.poll:
        village.create()
    with village.database.write() as session:
        file = file_of(find_poll(session, village.poll))
        session.get(Subject, "team-1").name = name  # renamed
    subjects = tuple(msgspec.structs.replace(subject, name=name) for subject in file.subjects)
    month = Village(village.database, village.random)
    month.create(file=msgspec.structs.replace(file, period=period, subjects=subjects), **more)
    month.print()
    month.open()
    month.vote(picks)
    month.close()
    month.count()
    month.publish()
    return month
