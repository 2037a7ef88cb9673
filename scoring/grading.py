"""Grades: what overrides the band, what people may choose, and the grade that follows from all of it.

* a veto is a grade that follows of itself from the floor, a confirmed `shall` fact or a count; nobody decides against it, its fact is
  withdrawn instead; of several the worst grade holds;
* a `may` leaves grades open and waits for the person who chooses; a choice that binds leaves no other grade open;
* a person's decision has effect where the rules leave the grade open, and nowhere else (ours).
"""

from collections.abc import Iterable, Mapping, Sequence

from schemes.assessment import Fact, Force, Grade
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring.board import Position
from scoring.findings import Barred, Cause, Choice, PendingFact, Veto
from scoring.inputs import FactEntry
from scoring.ledger import Awaited, AwaitedKind, Row
from scoring.parts import Composed, Missing, Satisfaction
from scoring.results import Polled
from tally.outcome import Withheld


def applies(
    kinds: Sequence[str], kind: str, periods: Sequence[PeriodKind] = (), period: PeriodKind | None = None
) -> bool:
    """Tell whether a rule's scope holds: an empty list means every kind of subject, or every rhythm."""
    return (not kinds or kind in kinds) and (not periods or period in periods)


def band_of(scale: Sequence[Grade], composite: object) -> str | None:
    """Give the grade whose half-open band holds the exact score; None without lines or without a score (R4, R5)."""
    if not isinstance(composite, Composed):
        return None
    held = (grade.key for grade in scale if grade.at_least is not None and composite.score >= grade.at_least)
    return next(held, None)


def worst(scale: Sequence[Grade], grades: Iterable[str]) -> str | None:
    """Give the last of `grades` in the order of the scale, which stands best first; None where none is on it."""
    order = [grade.key for grade in scale]
    return max((grade for grade in grades if grade in order), key=order.index, default=None)


def next_grade(scale: Sequence[Grade], grade: str) -> str | None:
    """Give the grade below, which those get who are outside a quota (陇南市 第十二条); None below the last."""
    order = [each.key for each in scale]
    return order[order.index(grade) + 1] if grade in order[:-1] else None


def floor_veto(scheme: Scheme, satisfaction: Satisfaction | None) -> tuple[Veto, ...]:
    """Give the veto of the satisfaction floor. Unknown (`below` None) is no veto and no pass."""
    rule = scheme.satisfaction_floor
    if rule is None or satisfaction is None or satisfaction.below is not True:
        return ()
    return (Veto(Cause.FLOOR, "satisfaction_floor", rule.title, rule.source, rule.grade),)


def dissatisfied_choices(scheme: Scheme, polled: Mapping[str, tuple[Polled, ...]]) -> tuple[Choice, ...]:
    """Give what a flag for too many dissatisfied votes proposes (拜城县 四: 超过30%, 可确定为C等或D等)."""
    found = []
    for panel in scheme.panels:
        rule = panel.dissatisfied
        rows = polled.get(panel.key, ())
        outcome = rows[0].outcome if len(rows) == 1 else None
        if rule is None or not rule.grades or outcome is None or isinstance(outcome, Withheld):
            continue
        ratio = outcome.flags.dissatisfaction
        if ratio is not None and ratio.exceeded:
            found.append(Choice(Cause.DISSATISFIED, panel.key, panel.title, rule.source, rule.grades))
    return tuple(found)


def confirmed(entries: Sequence[FactEntry], rule: Fact) -> FactEntry | None:
    """Give the entry of a fact that another person confirmed; of several the first by name and evidence."""
    ordered = sorted(entries, key=lambda each: (each.by, each.evidence, each.confirmed_by or ""))
    of_rule = [each for each in ordered if each.fact == rule.key]
    return next((each for each in of_rule if each.confirmed_by and each.confirmed_by != each.by), None)


def fact_findings(
    rules: Sequence[Fact], entries: Sequence[FactEntry]
) -> tuple[tuple[Veto, ...], tuple[Choice, ...], tuple[PendingFact, ...]]:
    """Give vetoes, choices and what waits for a second person, in the order of the scheme. `entries`: of one subject and period."""
    vetoes, choices, pending = [], [], []
    for rule in rules:
        entry = confirmed(entries, rule)
        if entry is None:
            waiting = sorted((each.by, each.evidence) for each in entries if each.fact == rule.key)
            pending += [PendingFact(rule.key, rule.title, by, evidence) for by, evidence in waiting]
        elif rule.grades and rule.force is Force.SHALL:
            veto = Veto(Cause.FACT, rule.key, rule.title, rule.source, rule.grades[0], entry.by, entry.evidence)
            vetoes.append(_confirmed_by(veto, entry))
        elif rule.grades:
            chosen = entry.chosen if entry.chosen in rule.grades else None
            choices.append(
                Choice(Cause.FACT, rule.key, rule.title, rule.source, rule.grades, chosen, entry.by, entry.evidence)
            )
    return tuple(vetoes), tuple(choices), tuple(pending)


def _confirmed_by(veto: Veto, entry: FactEntry) -> Veto:
    return Veto(
        veto.cause, veto.key, veto.title, veto.source, veto.grade, veto.by, veto.evidence, str(entry.confirmed_by)
    )


def barred(scheme: Scheme, bars: Sequence[str], cause: Cause, key: str, *, proposed: bool) -> list[Barred]:
    """Give the eligibilities that a rule takes away."""
    titles = {bar.key: bar.title for bar in scheme.bars}
    return [Barred(bar, titles[bar], cause, key, proposed) for bar in bars]


def propose(
    scale: Sequence[Grade], row: Row, position: Position | None, seat_grade: str | None
) -> tuple[str | None, tuple[Awaited, ...]]:
    """Give the grade that follows, None where it waits for somebody, and all that is awaited.

    `seat_grade`: the grade of a quota that is filled by score and has the subject in its pool; `position`: his place, if he is a candidate.
    """
    if not scale:
        return None, _open_ends(row)
    vetoed = worst(scale, (veto.grade for veto in row.vetoes))
    if vetoed is not None:
        refused = row.decision is not None and row.decision.grade != vetoed
        return vetoed, (*((Awaited(AwaitedKind.DECISION),) if refused else ()), *_open_ends(row))
    if isinstance(row.composite, Missing):
        refused = row.decision is not None
        waits = [Awaited(AwaitedKind.SCORE, key) for key in row.composite.parts]
        return None, (*waits, *((Awaited(AwaitedKind.DECISION),) if refused else ()), *_open_ends(row))
    grade, free, waits = _by_score(scale, row, position, seat_grade)
    free = {*free, *(key for choice in row.choices for key in choice.grades)} | ({grade} if grade else set())
    for choice in row.choices:
        free = free & set(choice.grades) if choice.binding else free
    undecided = [choice for choice in row.choices if choice.chosen is None]
    chosen = worst(scale, (choice.chosen for choice in row.choices if choice.chosen is not None))
    if row.decision is not None and row.decision.grade in free & {each.key for each in scale}:
        return row.decision.grade, _open_ends(row)
    if chosen is not None:
        grade, waits = chosen, []
    if undecided:
        grade, waits = None, [*waits, *(Awaited(AwaitedKind.CHOICE, choice.key) for choice in undecided)]
    if row.decision is not None:
        waits = [*waits, Awaited(AwaitedKind.DECISION)]
    return grade, (*waits, *_open_ends(row))


def _open_ends(row: Row) -> tuple[Awaited, ...]:
    """What keeps a grade from being confirmed, whichever it is."""
    facts = [Awaited(AwaitedKind.FACT, each.fact) for each in row.pending]
    return (*facts, *(Awaited(AwaitedKind.COUNT, each.key) for each in row.counted if each.applies is None))


def _by_score(
    scale: Sequence[Grade], row: Row, position: Position | None, seat_grade: str | None
) -> tuple[str | None, set[str], list[Awaited]]:
    """Give the grade by band and seat, the grades that people may decide instead, and what is awaited."""
    every = {grade.key for grade in scale}
    seat = seat_grade or ""
    if row.band is None:  # people decide; whoever is outside a quota by score cannot get its grade
        if position is Position.INSIDE:
            return seat, every, []
        free = every if position in (None, Position.TIE) else every - {seat}
        kind = AwaitedKind.TIE if position is Position.TIE else AwaitedKind.PEOPLE
        return None, free, [Awaited(kind)]
    if row.band != seat:
        return row.band, set(), []
    below = next_grade(scale, seat)
    lower = {below} if below else set()
    if position is Position.INSIDE:
        return seat, lower, []
    if position is None or position in (Position.ALTERNATIVE, Position.OUTSIDE):
        return below, set(), []  # without a position: people took him out of the order
    kind = AwaitedKind.TIE if position is Position.TIE else AwaitedKind.OPEN
    return None, lower | ({seat} if position is Position.TIE else set()), [Awaited(kind)]
