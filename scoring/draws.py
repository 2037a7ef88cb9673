"""Random inspections as they are kept: fixed, then drawn, both for ever; drawn again only beside the one that it replaces.

Invariants:
* a draw that was fixed is never changed, a sample that was drawn neither (triggers);
* each purpose and period has one line of draws, each naming the one before with a reason; only the last one may be drawn from;
* both acts are in the audit log with the hashes of what was said.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.errors import BadInput, RuleRefused
from publishing.signing import Signer
from schemes.assessment import Inspection
from schemes.periods import PeriodError, period_kind
from schemes.rules import Scheme
from scoring.draw_models import DrawnSample, FixedDraw
from scoring.pot import line, read_dice, read_number
from scoring.sampling import (
    METHOD,
    POPULATION_TYPE,
    VERSION,
    DiceSeed,
    DiceSource,
    Population,
    PublicSeed,
    PublicSource,
    Ratio,
    Record,
    Replaced,
    Rule,
    Seed,
    Throw,
    commitment_of,
    draw_from,
    read_population,
    read_record,
    size_of,
    written,
)

LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to fix. `rule`: the scheme and the inspection that asks for it; its share is the ratio then."""

    purpose: str
    period: str
    names: tuple[str, ...]
    ratio: Fraction | None
    seed: DiceSource | PublicSource
    rule: tuple[Scheme, Inspection] | None = None
    replaces: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw as it stands. `fixed` and `drawn` are the signed documents as exact bytes."""

    id: str
    population: Population
    commitment: str
    fixed: str
    record: Record | None
    drawn: str | None
    replaced_by: str | None


def fix(session: Session, wanted: Wanted, *, draw_id: str, signer: Signer, who: str, now: datetime) -> Draw:
    """Fix who is in the pot, the ratio and where the seed will come from; sign it.

    Raises BadInput `draw_text`, `draw_period`, `draw_period_other`, `ratio_missing`, `ratio_other`, `draw_day_past`, `reason_empty`,
    `draw_replaces_other`; RuleRefused `draw_exists` where the purpose and period have a draw and it is not named.
    """
    _lock(session)
    purpose, reason = _demand_line(wanted.purpose, "purpose"), line(wanted.reason)
    period = _period(wanted)
    today = day_of(now)
    ratio = _ratio(wanted)
    seed = wanted.seed
    if isinstance(seed, PublicSource):
        seed = PublicSource(source=_demand_line(seed.source, "source"), day=seed.day)
        if seed.day <= today:
            raise BadInput("draw_day_past", day=seed.day.isoformat(), today=today.isoformat())
    replaced = _replaced(session, wanted.replaces.strip(), reason, about=_about(purpose), period=period)
    scheme, inspection = wanted.rule or (None, None)
    population = Population(
        type=POPULATION_TYPE,
        version=VERSION,
        method=METHOD,
        id=draw_id,
        purpose=purpose,
        period=period,
        rule=None
        if scheme is None or inspection is None
        else Rule(scheme=scheme.name, digest=scheme.digest, inspection=inspection.key),
        names=tuple(sorted(wanted.names)),  # the one spelling of a list: whoever repeats the draw demands it
        ratio=Ratio(num=ratio.numerator, den=ratio.denominator),
        size=size_of(ratio, len(wanted.names)),
        seed=seed,
        replaces=replaced,
        fixed_on=today,
    )
    row = FixedDraw(
        id=draw_id,
        about=_about(purpose),
        period=period,
        replaces=replaced.draw if replaced else "",
        raw=signer.document(written(population)).decode(),
        number=(session.scalar(sa.select(sa.func.max(FixedDraw.number))) or 0) + 1,
    )
    session.add(row)
    session.flush()
    commitment = commitment_of(population)
    audit.record(
        session,
        who=who,
        what="sample.fix",
        now=now,
        draw=draw_id,
        purpose=purpose,
        period=period,
        commitment=commitment,
        replaces=row.replaces,
        reason=reason if replaced else "",
    )
    return Draw(draw_id, population, commitment, row.raw, None, None, None)


def dice(throws: Sequence[tuple[str, str]]) -> DiceSeed:
    """The seed of two people's dice: (name, what was typed) each.

    Raises BadInput `dice_people`, `dice_same_person`, `dice_same`, and what `scoring.pot.read_dice` raises.
    """
    named = [(line(by), typed) for by, typed in throws]
    if len(named) != 2 or not all(by and len(by) <= LONGEST_LINE for by, _typed in named):  # noqa: PLR2004 - two people
        raise BadInput("dice_people")
    one, other = (Throw(by=by, dice=read_dice(typed, by)) for by, typed in named)
    if one.by == other.by:
        raise BadInput("dice_same_person", by=one.by)
    if one.dice == other.dice:
        raise BadInput("dice_same")
    return DiceSeed(throws=(one, other))


def published(number: str, by: str) -> PublicSeed:
    """The seed of a published number. Raises BadInput `number_form`, `draw_text`."""
    return PublicSeed(number=read_number(number), by=_demand_line(by, "by"))


def draw(session: Session, draw_id: str, seed: Seed, *, signer: Signer, who: str, now: datetime) -> Draw:
    """Draw the sample by the seed, once and for ever; sign the record.

    Raises BadInput `draw_unknown`, `draw_seed_dice`, `draw_seed_number`; RuleRefused `draw_done`, `draw_replaced`, `draw_early`.
    """
    _lock(session)
    found = find(session, draw_id)
    source = found.population.seed
    if found.record is not None:
        raise RuleRefused("draw_done", draw=draw_id)
    if found.replaced_by is not None:
        raise RuleRefused("draw_replaced", draw=draw_id, by=found.replaced_by)
    if isinstance(source, DiceSource) and not isinstance(seed, DiceSeed):
        raise BadInput("draw_seed_dice")
    if isinstance(source, PublicSource) and not isinstance(seed, PublicSeed):
        raise BadInput("draw_seed_number", source=source.source)
    today = day_of(now)
    if isinstance(source, PublicSource) and today < source.day:
        raise RuleRefused("draw_early", day=source.day.isoformat())
    record = draw_from(found.population, seed, on=today)
    row = DrawnSample(draw_id=draw_id, raw=signer.document(written(record)).decode())
    session.add(row)
    session.flush()
    audit.record(
        session,
        who=who,
        what="sample.draw",
        now=now,
        draw=draw_id,
        commitment=record.commitment,
        seed=record.seed_text,
        sample=[drawn.name for drawn in record.sample],
    )
    return Draw(found.id, found.population, found.commitment, found.fixed, record, row.raw, None)


def find(session: Session, draw_id: str) -> Draw:
    """One draw. Raises BadInput `draw_unknown`."""
    row = session.get(FixedDraw, draw_id) if draw_id.isprintable() else None
    if row is None:
        raise BadInput("draw_unknown", draw=draw_id)
    return _read(session, row)


def listed(session: Session) -> list[Draw]:
    """Every draw, replaced ones too, the latest first."""
    return [_read(session, row) for row in session.scalars(sa.select(FixedDraw).order_by(FixedDraw.number.desc()))]


def standing(session: Session, purpose: str, period: str) -> str | None:
    """The draw that stands for a purpose and period: what a new one has to name."""
    return _standing(session, _about(line(purpose)), line(period))


def _read(session: Session, row: FixedDraw) -> Draw:
    population = read_population(json.loads(row.raw)["document"])
    drawn = session.get(DrawnSample, row.id)
    record = None if drawn is None else read_record(json.loads(drawn.raw)["document"])
    after = session.scalar(sa.select(FixedDraw.id).where(FixedDraw.replaces == row.id))
    return Draw(
        id=row.id,
        population=population,
        commitment=commitment_of(population),
        fixed=row.raw,
        record=record,
        drawn=None if drawn is None else drawn.raw,
        replaced_by=after,
    )


def _standing(session: Session, about: str, period: str) -> str | None:
    ids = session.scalars(
        sa.select(FixedDraw.id)
        .where(FixedDraw.about == about, FixedDraw.period == period)
        .order_by(FixedDraw.number.desc())
    )
    return ids.first()


def _replaced(session: Session, draw_id: str, reason: str, *, about: str, period: str) -> Replaced | None:
    """The draw that is replaced; the one that stands must be named, and no other one."""
    current = _standing(session, about, period)
    if not draw_id and current is None:
        return None
    if not draw_id:
        raise RuleRefused("draw_exists", draw=current)
    if draw_id != current:
        raise BadInput("draw_replaces_other", draw=draw_id[:LONGEST_LINE])
    if not reason:
        raise BadInput("reason_empty")
    return Replaced(draw=draw_id, reason=_demand_line(reason, "reason"))


def _period(wanted: Wanted) -> str:
    period = line(wanted.period)
    try:
        kind = period_kind(period)
    except PeriodError:
        raise BadInput("draw_period", value=period[:LONGEST_LINE]) from None
    if wanted.rule is not None and wanted.rule[1].period is not kind:
        raise BadInput("draw_period_other", title=wanted.rule[1].title, value=period)
    return period


def _ratio(wanted: Wanted) -> Fraction:
    if wanted.rule is None:
        if wanted.ratio is None:
            raise BadInput("ratio_missing")
        return wanted.ratio
    share = wanted.rule[1].share
    if wanted.ratio not in (None, share):
        raise BadInput("ratio_other", share=f"{share.numerator}/{share.denominator}")
    return share


def _demand_line(text: str, what: str) -> str:
    """A text of one line; `what` names the field for whoever shows the error."""
    plain = line(text)
    if not plain or len(plain) > LONGEST_LINE:
        raise BadInput("draw_text", field=what, most=LONGEST_LINE)
    return plain


def _about(purpose: str) -> str:
    """A purpose as it is compared: neither capitals nor blanks make another one."""
    return "".join(purpose.casefold().split())


def _lock(session: Session) -> None:
    """One at a time: on SQLite the writers' own lock does it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE fixed_draws IN SHARE ROW EXCLUSIVE MODE"))
