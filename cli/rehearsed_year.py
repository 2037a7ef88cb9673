"""A whole assessment year of a scheme, rehearsed: polls, entered numbers, facts, decisions, signatures, and what they leave.

Everything happens in an installation of its own inside the folder, by the functions that the real commands call.
"""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from belenios.election import new_uuid
from cli.context import Context
from cli.rehearsed_poll import Held, Plan, asked, hold, smallest, unasked
from cli.rehearsed_sheets import leave
from polling.calendar import day_of
from polling.db import Session
from polling.errors import BadInput
from publishing.published import all_documents
from publishing.signing_keys import load_signer
from schemes.assessment import Force, Strictness
from schemes.periods import period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring import book, deciding, draws, entering, packs, register
from scoring.board import Finding
from scoring.drafts import in_scope
from scoring.entries import Act
from scoring.grading import applies
from scoring.inputs import Subject
from scoring.ledger import AwaitedKind, Ledger
from scoring.periods import days_of, inside
from scoring.sampling import DiceSource

ORGANIZATION = "演练乡"
CLERK, SECOND, GROUP = "演练填报员", "演练复核员", "演练考核组"
DICE = 40
# a month's poll takes seconds; the months after these go without
POLLED_MONTHS = 3
# marks of one poll, ballots by subjects: with more it asks about one subject of a kind
MOST_MARKS = 200
# what is entered for a part, by the place of the subject and of the period: invented, high and low
SCORES = ("95.5", "92", "88.25", "79.5", "61", "97")


@dataclass
class Year:
    """What the rehearsal does and has done."""

    context: Context
    scheme: Scheme
    folder: Path
    label: str
    subjects: tuple[Subject, ...]
    held: list[Held] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def act(self, who: str = CLERK) -> Act:
        """Somebody of the rehearsal enters something."""
        return Act(who, self.context.now(), rehearsal=True)


def rehearse_year(context: Context, scheme: Scheme, folder: Path) -> dict[str, Any]:
    """Run the year; files go to `folder`, which must be new or empty. Raise BadInput `folder_used`."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("folder_used", where=str(folder))
    began = time.monotonic()
    for name in ("slips", "archives", "documents", "ledgers", "summary", "samples"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    home = (folder / "home").absolute()
    settings = replace(context.settings, home=home, database_url=f"sqlite:///{home / 'yipiao.sqlite3'}")
    own = Context(settings, context.out)
    try:
        load_signer(own.database)
        return _run(Year(own, scheme, folder, str(day_of(own.now()).year), people_of(scheme)), began)
    finally:
        own.close()


def people_of(scheme: Scheme) -> tuple[Subject, ...]:
    """Two subjects of each kind, four where people grade them, eight where there is one kind; every attribute is known."""
    found = []
    alone = len(scheme.subjects) == 1
    for rule in scheme.subjects:
        composite = scheme.composite_of(rule.key)
        polled = composite is not None and any(part.panels for part in composite.parts)
        for number in range(1, 9 if alone else 3 if polled else 5):
            attributes = {
                each.key: 4600 - number if each.kind == "number" else number % 2 == 1
                for each in scheme.attributes
                if applies(each.subjects, rule.key)
            }
            found.append(Subject(f"{rule.key}-{number}", rule.key, f"{rule.title}{number}号", ORGANIZATION, attributes))
    return tuple(found)


def labels_of(scheme: Scheme, year: str) -> dict[PeriodKind, tuple[str, ...]]:
    """The periods of the year by their kind, each in order of time."""
    shorter = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF_YEAR)
    return {kind: inside(scheme, year, kind) for kind in shorter} | {
        PeriodKind.YEAR: (year,),
        PeriodKind.TERM: (f"{int(year) - 2}-{year}",),
    }


def rhythms(scheme: Scheme, kind: str) -> list[PeriodKind]:
    """How often a kind of subject is assessed here; whoever has longer periods of his own too is spared twelve polls."""
    known = list(scheme.subject(kind).periods)
    longer = [each for each in known if each is not PeriodKind.MONTH]
    return longer if scheme.panels and longer else known


def _run(year: Year, began: float) -> dict[str, Any]:
    with year.context.database.write() as session:
        packs.adopt(session, year.scheme.raw)
        for subject in year.subjects:
            register.put(session, year.act(), year.scheme, register.Line(subject))
    labels = labels_of(year.scheme, year.label)
    ordered = sorted(
        (label for own in labels.values() for label in own),
        key=lambda label: (days_of(year.scheme, label)[1], -days_of(year.scheme, label)[0].toordinal()),
    )
    plans = plans_of(year.scheme, year.subjects, ordered)
    for label in ordered:
        for plan in plans:
            if plan.period == label:
                year.held.append(hold(year.context, year.scheme, plan, year.folder))
                year.told += _told(plan)
        _enter(year, label)
        _decide(year, label)
        _sign(year, label)
    _inspect(year, labels)
    with year.context.database.read() as session:
        documents = all_documents(session)
    for identity, raw in documents:
        (year.folder / "documents" / f"{identity}.json").write_text(raw, encoding="utf-8")
    return leave(
        year.context,
        year.scheme,
        year.folder,
        year.label,
        told=year.told,
        polls=len(year.held),
        ballots=sum(each.ballots for each in year.held),
        documents=len(documents),
        began=began,
    )


def plans_of(scheme: Scheme, subjects: tuple[Subject, ...], ordered: list[str]) -> list[Plan]:
    """The polls of the year, two subjects of a kind each, or in turn the one and the other; months after the first quarter have none.

    The first is corrected later, in the second a ballot is missing, in the third somebody is disliked. Where the year has one poll, it is
    held as three, of fewer subjects.
    """
    aside = {each.id for each in unasked(subjects, scheme)}
    polled = [each for each in subjects if each.id not in aside and (len(scheme.subjects) == 1 or each.id[-1] in "12")]
    plans: list[Plan] = []
    large = len(polled) * sum(smallest(panel) for panel in asked(scheme)) > MOST_MARKS
    spared = [label for label in ordered if period_kind(label) is PeriodKind.MONTH][POLLED_MONTHS:]
    for label in (each for each in ordered if each not in spared):
        own = [each for each in polled if period_kind(label) in rhythms(scheme, each.kind)]
        if large:
            own = [each for each in own if each.id[-1] == "12"[len(plans) % 2]]
        if own:
            plans.append(Plan(label, tuple(own)))
    if len(plans) == 1:
        [whole] = plans
        parts = (whole.subjects[:-2], whole.subjects[-2:-1], whole.subjects[-1:])
        plans = [Plan(whole.period, part) for part in parts]
    marked = []
    for number, plan in enumerate(plans):
        disliked = plan.subjects[-1].id if number == len(plans) - 1 or number == 2 else ""  # noqa: PLR2004 - the third
        marked.append(
            replace(
                plan,
                sheets=number == 0,
                corrected=number == 0,
                short=number == 1,
                disliked="" if number == 1 else disliked,
            )
        )
    return marked


def _told(plan: Plan) -> list[str]:
    names = "、".join(each.name for each in plan.subjects)
    lines = [f"{plan.period} 投票：{names}"]
    if plan.corrected:
        lines.append(f"{plan.period} 更正：发出票数重新登记，新文件取代旧文件")
    if plan.short:
        lines.append(f"{plan.period} 有一组收回的票不够，不开箱，没有得分")
    if plan.disliked:
        lines.append(f"{plan.period} 大家给 {plan.disliked} 最低一档")
    return lines


def _enter(year: Year, label: str) -> None:
    """Part scores of everybody, and in some periods a fact that a second person confirms."""
    kind = period_kind(label)
    scheme = year.scheme
    month = int(label[-1]) if label[-1].isdigit() else 0
    with year.context.database.write() as session:
        for place, subject in enumerate(year.subjects):
            if kind not in rhythms(scheme, subject.kind):
                continue
            composite = scheme.composite_of(subject.kind)
            for part in composite.parts if composite is not None else ():
                for by in (CLERK, SECOND)[: 0 if part.panels else 2 if part.several else 1]:
                    entering.enter_part(
                        session,
                        year.act(),
                        scheme,
                        subject=subject.id,
                        period=label,
                        part=part.key,
                        score=SCORES[(place + month) % len(SCORES)],
                        source=f"{part.title}（演练）",
                        by=by,
                    )
        _facts(year, session, label)


def _facts(year: Year, session: Session, label: str) -> None:
    """A fact with evidence in the last period of each rhythm; where nobody is polled, in every one, and each time another."""
    kind = period_kind(label)
    own = labels_of(year.scheme, year.label)[kind]
    if year.scheme.panels and label != own[-1]:
        return
    for rule in year.scheme.subjects:
        known = [each for each in year.scheme.facts if applies(each.subjects, rule.key, each.periods, kind)]
        if not known or kind not in rhythms(year.scheme, rule.key):
            continue
        fact = known[own.index(label) % len(known)]
        peers = [each for each in year.subjects if each.kind == rule.key]
        subject = peers[-1 - own.index(label) % len(peers) if not year.scheme.panels else -1]
        number = entering.enter_fact(
            session,
            year.act(),
            year.scheme,
            subject=subject.id,
            period=label,
            fact=fact.key,
            evidence="演练通报第1号",
            chosen=fact.grades[-1] if fact.force is Force.MAY and fact.grades else None,
        )
        entering.confirm_fact(session, year.act(SECOND), number=number)
        year.told.append(f"{label} {subject.name}：{fact.title}")


def _ledger(year: Year, session: Session, label: str) -> Ledger | None:
    if not any(in_scope(year.scheme, each, period_kind(label)) for each in year.subjects):
        return None
    ledger = book.current(session, year.scheme.name, ORGANIZATION, label, rehearsal=True)
    return ledger if any(row.assessed for row in ledger.rows) else None


def _decide(year: Year, label: str) -> None:
    """People grade where the rules leave it to them: of each kind the first gets the best grade, the last the worst."""
    open_to_people = {AwaitedKind.PEOPLE, AwaitedKind.TIE, AwaitedKind.CHOICE}
    with year.context.database.write() as session:
        ledger = _ledger(year, session, label)
        for row in ledger.rows if ledger is not None else ():
            subject = row.subject
            if not row.assessed and period_kind(label) not in rhythms(year.scheme, subject.kind):
                continue
            if not any(each.kind in open_to_people for each in row.awaited):
                continue
            scale = [each.key for each in year.scheme.grades_of(subject.kind, period_kind(label))]
            peers = [each.id for each in year.subjects if each.kind == subject.kind]
            order = [scale[0], scale[1], *scale[-2:]] if len(peers) > 2 else [scale[1], scale[1]]  # noqa: PLR2004 - a pair
            offered = [grade for choice in row.choices for grade in choice.grades]
            deciding.decide_grade(
                session,
                year.act(GROUP),
                year.scheme,
                subject=subject.id,
                period=label,
                grade=offered[0] if offered else order[peers.index(subject.id)],
                reason="集体研究（演练）",
            )
        ledger = _ledger(year, session, label)
        bounds = {rule.key for rule in year.scheme.quotas if rule.strictness is Strictness.OVERRIDE}
        for board in ledger.quotas if ledger is not None else ():
            if board.finding is Finding.BROKEN and board.key in bounds:
                deciding.decide_quota(
                    session,
                    year.act(GROUP),
                    year.scheme,
                    quota=board.key,
                    organization=ORGANIZATION,
                    period=label,
                    what="override",
                    reason="人数太少（演练）",
                )


def _sign(year: Year, label: str) -> None:
    """Every step that the grades of the period ask for, in the order of the scheme; a subject signs for itself where it has to."""
    with year.context.database.write() as session:
        ledger = _ledger(year, session, label)
        if ledger is None:
            return
        for rule in year.scheme.sign_off:
            asked = [row.subject for row in ledger.rows if any(each.step == rule.key for each in row.chain)]
            if not asked:
                continue
            for subject in asked if rule.names_subject else [None]:
                number = deciding.sign(
                    session,
                    year.act(),
                    year.scheme,
                    organization=ORGANIZATION,
                    period=label,
                    step=rule.key,
                    by=subject.name if subject is not None and rule.subject_signs else f"{rule.who}（演练）",
                    on=day_of(year.context.now()),
                    ledger=ledger.digest,
                    rows=ledger.rows,
                    text="同意",
                    subject=subject.id if subject is not None else None,
                )
                deciding.compare(session, year.act(SECOND), number=number, rows=ledger.rows)
        book.refresh(session, year.scheme.name, rehearsal=True)


def _inspect(year: Year, labels: dict[PeriodKind, tuple[str, ...]]) -> None:
    """The random inspections of the scheme in their last period, by two people's dice."""
    signer = load_signer(year.context.database)
    for rule in year.scheme.inspections:
        with year.context.database.write() as session:
            wanted = draws.Wanted(
                purpose=rule.title,
                period=labels[rule.period][-1],
                names=tuple(
                    f"{ORGANIZATION}第{number:02d}户" for number in range(1, 12)
                ),  # in the order that the method fixes
                ratio=None,
                seed=DiceSource(),
                rule=(year.scheme, rule),
            )
            fixed = draws.fix(
                session,
                wanted,
                draw_id=new_uuid(year.context.random),
                signer=signer,
                who=CLERK,
                now=year.context.now(),
            )
            seed = draws.dice([(by, _thrown(year.context)) for by in (CLERK, SECOND)])
            drawn = draws.draw(session, fixed.id, seed, signer=signer, who=CLERK, now=year.context.now())
        for name, raw in (("fixed", drawn.fixed), ("drawn", drawn.drawn)):
            (year.folder / "samples" / f"{rule.key}-{name}.json").write_text(str(raw), encoding="utf-8")


def _thrown(context: Context) -> str:
    """Dice of the operating system: 252 of a byte's values are fair."""
    digits = ""
    while len(digits) < DICE:
        digits += "".join(str(1 + byte % 6) for byte in context.random(DICE) if byte < 252)  # noqa: PLR2004 - 42 times six
    return digits[:DICE]
