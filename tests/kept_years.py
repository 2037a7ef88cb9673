"""A simulated year as an installation keeps it: its register and its numbers entered, its documents signed and received; polls of it held."""

from collections.abc import Collection
from datetime import UTC, datetime

from lives import CLERK, WITNESS, Life
from village import NOW
from year_tables import signed

from polling.models import Role
from polling.people import add_user, look_up
from polling.polls import PanelEntry, PollFile, SubjectEntry
from publishing.counting import count_poll
from publishing.signing_keys import load_signer
from scoring import book, deciding, entering, packs, receiving, register
from scoring.entries import Act, New, append
from scoring.inputs import Subject
from scoring.models import Ledger as Stored
from scoring.writing import ledger_bytes

BEST, SECOND, THIRD, FOURTH, FIFTH, BLANK = 1, 2, 3, 4, 5, 0

ENTERED = datetime(2026, 10, 19, 8, 0, tzinfo=UTC)


def keep(
    database, scheme, year, *, without: Collection[str], periods: Collection[str] = (), only: Collection[str] = ()
) -> None:
    """Enter and receive a year, but for the documents `without`; of it these periods, and these subjects alone (none: all)."""
    act, signer = Act(CLERK, ENTERED), load_signer(database)
    there = {each.id: each for each in year.subjects if not only or each.id in only}

    def wanted(entries):
        return [each for each in entries if each.subject in there and (not periods or each.period in periods)]

    new = [register.new_line(register.check_line(scheme, register.Line(each))) for each in there.values()]
    for each in wanted(year.parts):
        fields = {"period": each.period, "part": each.part, "source": each.source, "by": each.by}
        new.append(entering.new_part(act, scheme, there[each.subject], score=_written(each.score), **fields))
    for each in wanted(year.decisions):
        detail = {"grade": each.grade, "reason": each.reason}
        new.append(New("grade", detail, scheme.name, there[each.subject].organization, each.subject, each.period))
    with database.write() as session:
        packs.adopt(session, scheme.raw)
        append(session, act, new, what="year")
        for fact in wanted(year.facts):
            fields = {"fact": fact.fact, "evidence": fact.evidence, "chosen": fact.chosen}
            number = entering.enter_fact(
                session, Act(fact.by, ENTERED), scheme, subject=fact.subject, period=fact.period, **fields
            )
            if fact.confirmed_by not in (None, fact.by):
                entering.confirm_fact(session, Act(fact.confirmed_by, ENTERED), number=number)
        for document in year.results:
            named = [each for each in document["subjects"] if each["id"] in there]
            if document["id"] not in without and named and (not periods or document["period"]["label"] in periods):
                raw = signer.document({**document, "subjects": named})
                receiving.receive(session, raw, *_sources(signer, scheme), now=ENTERED)


def _written(number) -> str:
    """An exact decimal as a clerk writes it."""
    text = f"{number.numerator * 10**6 // number.denominator:07d}"
    return f"{text[:-6]}.{text[-6:]}"


def _sources(signer, scheme):
    """Where a receiver finds keys and packs."""
    return {signer.key_id: signer.public}, lambda digest: scheme.raw if digest == scheme.digest else None


def held(village, scheme, period, asked: Subject, boxes, *, spare=0) -> Life:
    """A real poll, counted: `boxes` has by panel the pick of each sealed ballot about the one who is `asked` about."""
    village.people = (CLERK, WITNESS)
    with village.database.write() as session:
        for name, role in ((CLERK, Role.ORGANIZER), (WITNESS, Role.SCRUTINEER)):
            if look_up(session, name) is None:
                add_user(session, name, role, None)
    file = PollFile(
        scheme=scheme.name,
        title=f"{period} 测评",
        period=period,
        subjects=(SubjectEntry(id=asked.id, kind=asked.kind, name=asked.name),),
        panels=tuple(
            PanelEntry(key=key, expected=max(len(picks), scheme.panel(key).minimum_expected), spare=spare)
            for key, picks in boxes.items()
        ),
        rehearsal=False,
        base_url="http://10.0.0.5:8000",
    )
    village.opened(file=file)
    for key, picks in boxes.items():
        village.vote([[pick] for pick in picks], key)
    village.close()
    store = village.store(rehearsal=False)
    count_poll(village.database, village.poll, (), store=store, who=CLERK, now=NOW, random=village.random)
    return Life(village)


def take(database, scheme, raw: bytes):
    """Deliver a signed document to the scoring layer of the same installation."""
    with database.write() as session:
        return book.take(session, raw, *_sources(load_signer(database), scheme), now=NOW)


def kept(database, scheme, organization, period):
    """The ledger as it now is, and it is the stored one, byte for byte."""
    with database.read() as session:
        ledger = book.current(session, scheme.name, organization, period, rehearsal=False)
        assert session.get(Stored, (False, organization, scheme.name, period)).raw == ledger_bytes(ledger)
        return ledger


def sign(database, scheme, organization, period) -> None:
    """Everybody whom the ledger waits for signs it as it is, in the order of the scheme."""
    ledger = kept(database, scheme, organization, period)
    steps = {each.step for row in ledger.rows for each in row.chain}
    with database.write() as session:
        for each in signed(scheme, ledger, NOW.date()):
            if each.step in steps:
                fields = {name: getattr(each, name) for name in ("organization", "period", "step", "by", "on", "text")}
                place = {"ledger": ledger.digest, "rows": ledger.rows, "subject": each.subject}
                number = deciding.sign(session, Act(CLERK, NOW), scheme, **fields, **place)
                deciding.compare(session, Act(WITNESS, NOW), number=number, rows=ledger.rows)
        book.refresh(session, scheme.name, rehearsal=False)
