"""The scoring layer's pages: the ledgers of organizations and periods, and one subject's period with everything behind its numbers."""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from polling.calendar import day_of
from polling.db import Session
from polling.errors import DomainError
from schemes.assessment import Fact, Grade, SignOffOf
from schemes.periods import period_kind
from schemes.rules import Scheme
from schemes.vocabulary import PeriodKind
from scoring import book, deciding, packs
from scoring.entries import detail_of
from scoring.entries import in_force as entries_in_force
from scoring.ledger import Ledger, Row, Step
from scoring.models import Entry
from scoring.parts import Composed, PartValue, PollSource
from scoring.periods import overdue
from scoring.receiving import in_force as results_in_force
from tally.display import rate_text, score_text
from web.access import Audience, audience
from web.desk import database, now
from web.ledger_words import waits, word
from web.words import sentence

blueprint = Blueprint("ledgers", __name__, url_prefix="/desk/scoring")
desk = audience(Audience.OFFICE)


@dataclass(frozen=True)
class Place:
    """Which ledger a page is about."""

    scheme: str
    organization: str
    period: str
    rehearsal: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The same as an address names it."""
        named = {"scheme": self.scheme, "organization": self.organization, "period": self.period}
        return named | ({"rehearsal": "1"} if self.rehearsal else {})


def place() -> Place:
    """The ledger that the address names."""
    named = request.values
    return Place(
        named.get("scheme", ""), named.get("organization", ""), named.get("period", ""), named.get("rehearsal") == "1"
    )


def read(session: Session, about: Place) -> tuple[Scheme, Ledger]:
    """The ledger as it is now, and the newest pack of its name. A ledger that is not there is no page (404)."""
    try:
        ledger = book.current(session, about.scheme, about.organization, about.period, rehearsal=about.rehearsal)
        scheme = packs.by_digest(session, ledger.scheme_digest)
    except DomainError:
        abort(404)
    assert scheme is not None  # a ledger is computed by a pack that is kept
    return scheme, ledger


def grade_titles(scheme: Scheme, kind: str, period: PeriodKind) -> dict[str, str]:
    """The grades of a kind of subject in such a period, best first."""
    return {grade.key: grade.title for grade in scheme.grades_of(kind, period)}


@blueprint.get("")
@desk
def listed() -> Response | str | tuple[str, int]:
    """Every ledger, by scheme and organization, real or rehearsed; and the way to one that nothing has come to yet."""
    about = place()
    if not about.period:
        return _list(rehearsal=about.rehearsal)
    try:
        with database().read() as session:
            book.current(session, about.scheme, about.organization, about.period, rehearsal=about.rehearsal)
    except DomainError as error:
        return _list(sentence(error), rehearsal=about.rehearsal), 422
    return redirect(url_for("ledgers.ledger", **about.query))


def _list(problem: str = "", *, rehearsal: bool) -> str:
    with database().read() as session:
        found = book.listed(session, rehearsal=rehearsal)
        titles = {name: packs.newest(session, name).title for name in packs.names(session)}
    units: dict[tuple[str, str], list[str]] = {}
    for scheme, organization, period in found:
        units.setdefault((scheme, organization), []).append(period)
    times = Counter((scheme, period) for scheme, _organization, period in found)
    counties: dict[str, list[str]] = {}
    for (scheme, period), number in sorted(times.items()):
        if number > 1:  # one organization's own sheet is all there is
            counties.setdefault(scheme, []).append(period)
    return render_template(
        "desk/ledgers.html",
        units=units,
        counties=counties,
        titles=titles,
        rehearsal=rehearsal,
        problem=problem,
        typed=request.args,
    )


ENTERED = ("part", "fact", "confirm", "grade")
ORDERS = ("name", "score", "grade")


@blueprint.get("/ledger")
@desk
def ledger() -> str:
    """One organization's period: a row a subject, what is missing, the quota boards and the deadlines."""
    return ledger_page(place())


def ledger_page(about: Place, problem: str = "") -> str:
    """The same; with the sentence of a refused form, and what was typed in it."""
    by = request.args.get("by", "name")
    with database().read() as session:
        scheme, found = read(session, about)
        entered = about_all(session, about)
        compared = deciding.compared(session, about.scheme, rehearsal=about.rehearsal)
    titles = {kind.key: grade_titles(scheme, kind.key, found.period_kind) for kind in scheme.subjects}
    parts = _part_titles(found)
    if by not in ORDERS and by not in {f"part.{key}" for key in parts}:
        abort(404)
    rows = sorted(found.rows, key=lambda row: _order(row, by, titles))
    late = {due.key for due in overdue(found.deadlines, day_of(now()))}
    return render_template(
        "desk/ledger.html",
        about=about,
        problem=problem,
        typed=request.form,
        scheme=scheme,
        ledger=found,
        steps=_steps(scheme, found),
        signed=[(entry, said) for entry, said in entered if entry.kind == "sign"],
        compared=compared,
        uncompared=_uncompared(entered, compared),
        approved=[(entry, said) for entry, said in entered if entry.kind == "quota"],
        step_titles={rule.key: rule.title for rule in scheme.sign_off},
        asked={step.step for row in found.rows for step in row.chain},
        rows=rows,
        by=by,
        titles=titles,
        kinds={rule.key: rule.title for rule in scheme.subjects},
        names={row.subject.id: row.subject.name for row in found.rows},
        part_titles=parts,
        late=late,
        today=day_of(now()),
        word=word,
        waits=waits,
        percent=percent,
        said=lambda score: score_text(scheme, score),
    )


def about_all(session: Session, about: Place) -> list[tuple[Entry, dict[str, Any]]]:
    """What was approved and signed about a whole ledger, as it stands."""
    entries = entries_in_force(session, ("quota", "sign"), rehearsal=about.rehearsal, scheme=about.scheme)
    place_of = (about.organization, about.period)
    return [(entry, detail_of(entry)) for entry in entries if (entry.organization, entry.period) == place_of]


def _uncompared(
    entered: Sequence[tuple[Entry, dict[str, Any]]], compared: Container[int]
) -> list[tuple[Entry, dict[str, Any]]]:
    """The signatures that wait for somebody to compare them with the sheet."""
    signed = [(entry, said) for entry, said in entered if entry.kind == "sign" and said.get("compare")]
    return [(entry, said) for entry, said in signed if entry.number not in compared]


def _order(row: Row, by: str, titles: dict[str, dict[str, str]]) -> tuple[object, ...]:
    """Where a row stands; who has no number or grade stands last."""
    if by == "score" and isinstance(row.composite, Composed):
        return (0, -row.composite.score, row.subject.name)
    value = next((part.value for part in row.parts if f"part.{part.key}" == by and isinstance(part, PartValue)), None)
    if value is not None:
        return (0, -value, row.subject.name)
    if by == "grade" and row.proposed is not None:
        return (0, list(titles[row.subject.kind]).index(row.proposed), row.subject.name)
    return (1, 0, row.subject.name)


def _steps(scheme: Scheme, found: Ledger) -> list[Step]:
    """The steps of the chain over the grades: as the rows have them, those signed for all first; an unsigned one where no row has it."""
    steps = []
    for rule in scheme.sign_off:
        if rule.of is SignOffOf.GRADES:
            own = [step for row in found.rows for step in row.chain if step.step == rule.key]
            open_ = Step(rule.key, rule.title, rule.who, rule.kind, None, None)
            steps.append(next((step for step in own if step.by is None or step.stale), own[0] if own else open_))
    return steps


def _part_titles(found: Ledger) -> dict[str, str]:
    """The parts of all composites in this ledger, in their order."""
    return {part.key: part.title for row in found.rows for part in row.parts}


def percent(score: Fraction) -> str:
    """How long a bar is, 0 to 100, with one decimal: for the eye alone."""
    tenths = round(score * 10)
    return f"{tenths // 10}.{tenths % 10}"


@blueprint.get("/subject")
@desk
def subject() -> str:
    """One subject's period: every number with its evidence, what the rules say, and the shorter periods as bars."""
    return subject_page(place(), request.args.get("subject", ""))


def subject_page(about: Place, subject_id: str, problem: str = "") -> str:
    """The same; with the sentence of a refused form, and what was typed in it."""
    with database().read() as session:
        scheme, found = read(session, about)
        try:
            row = found.row(subject_id)
        except KeyError:
            abort(404)
        documents = {
            str(document["id"]): document
            for _digest, document in results_in_force(session, about.scheme, rehearsal=about.rehearsal)
        }
        entries = [
            (entry, detail_of(entry))
            for entry in entries_in_force(
                session, ENTERED, rehearsal=about.rehearsal, scheme=about.scheme, subjects=[subject_id]
            )
            if entry.period == about.period
        ]
        compared = deciding.compared(session, about.scheme, rehearsal=about.rehearsal)
        uncompared = _uncompared(about_all(session, about), compared)
    titles = {
        key: title for kind in PeriodKind for key, title in grade_titles(scheme, row.subject.kind, kind).items()
    } | grade_titles(scheme, row.subject.kind, found.period_kind)
    return render_template(
        "desk/subject_period.html",
        about=about,
        problem=problem,
        typed=request.form,
        entries=entries,
        confirmed={said["entry"]: entry.who for entry, said in entries if entry.kind == "confirm"},
        facts=[fact for fact in scheme.facts if _concerns(fact, row, found.period_kind)],
        parts=_entered_parts(scheme, row),
        grades=grade_titles(scheme, row.subject.kind, found.period_kind),
        scheme=scheme,
        ledger=found,
        row=row,
        titles=titles,
        kind=scheme.subject(row.subject.kind).title,
        attributes={rule.key: rule for rule in scheme.attributes},
        panels={panel.key: panel for panel in scheme.panels},
        polls=_other_polls(row),
        line=_lowest_line(scheme, row),
        dissatisfied=lambda source: _dissatisfied(scheme, source),
        waits=waits,
        documents=documents,
        uncompared={said["step"]: (entry, said) for entry, said in uncompared if entry.subject in ("", row.subject.id)},
        word=word,
        percent=percent,
        said=lambda score: score_text(scheme, score),
        grade_names=lambda keys: "、".join(titles.get(key, key) for key in keys) or _("无"),
    )


def _concerns(fact: Fact, row: Row, period: PeriodKind) -> bool:
    return (not fact.subjects or row.subject.kind in fact.subjects) and (not fact.periods or period in fact.periods)


def _entered_parts(scheme: Scheme, row: Row) -> dict[str, str]:
    """The parts of the composite that people give, where this row has parts."""
    composite = scheme.composite_of(row.subject.kind)
    parts = composite.parts if composite is not None and row.parts else ()
    return {part.key: part.title for part in parts if not part.panels}


def _other_polls(row: Row) -> list[PollSource]:
    """The polls that neither a part of the score nor the satisfaction shows."""
    shown = [source for part in row.parts for source in part.sources]
    shown += row.satisfaction.sources if row.satisfaction is not None else ()
    return [source for source in row.polls if source not in shown]


def _lowest_line(scheme: Scheme, row: Row) -> Grade | None:
    """The grade below whose line a shorter period's score is the lowest there is; None where that scale has no lines."""
    if not row.periods:
        return None
    scale = scheme.grades_of(row.subject.kind, period_kind(row.periods[0].period))
    lines = [grade for grade in scale if grade.at_least]
    return lines[-1] if lines else None


def _dissatisfied(scheme: Scheme, source: PollSource) -> str:
    """The share of the valid votes that a rule holds against its line, as people read it; nothing where no rule asks."""
    rule = scheme.panel(source.panel_key).dissatisfied
    if rule is None or source.counts is None or not source.valid:
        return ""
    return rate_text(scheme, sum(source.counts[key] for key in rule.options), source.valid, rule.above)
