"""The register of who is assessed, at the desk: each office its own lines and those below it, by hand or from a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from polling.db import Session
from polling.drafts import known_subjects, rename, subjects_elsewhere
from polling.errors import BadInput, DomainError
from polling.models import Level
from polling.organizations import Node, lineage, organized_by, places_by_name
from polling.packs import load_pack
from polling.packs import packs as installed
from polling.polls import SubjectEntry
from schemes.errors import SchemeError
from schemes.rules import Scheme
from scoring import book, importing, packs
from scoring import register as registry
from scoring.entries import Act
from scoring.inputs import Subject
from web.access import Audience, audience
from web.acts import say
from web.desk import database, now, random, who
from web.draft_form import new_subject_id
from web.ledger_entries import XLSX, Answer, Response, day, download, typed, uploaded
from web.words import sentence

blueprint = Blueprint("register", __name__, url_prefix="/desk/scoring")
desk = audience(Audience.DESK)


@dataclass(frozen=True)
class Shown:
    """A line as somebody sees it, and at which organization.

    `workplace`: the unit's text where that says more. `gone`: the last day before the subject moved out of sight, None while it is here.
    """

    line: registry.Registered
    place: Node
    workplace: str
    gone: date | None


@blueprint.route("/register", methods=["GET", "POST"])
@desk
def page() -> Answer:
    """Who is assessed where: the lines of one's own organizations, by hand or from a table. `?id=` fills the form in, 404 for another's."""
    rehearsal = request.values.get("rehearsal") == "1"
    name = request.values.get("scheme", "")
    if not name:
        return render_template("desk/register_schemes.html", schemes=installed()[0], rehearsal=rehearsal)
    scheme = _pack(name)
    if request.method == "GET":
        return _shown(scheme, rehearsal=rehearsal)
    try:
        with database().write() as session:
            packs.adopt(session, scheme.raw)
            _register(session, scheme, Act(who(), now(), rehearsal))
            if not rehearsal:
                held = (line.subject for line in registry.current(session, rehearsal=False).values())
                rename(session, {(subject.id, subject.kind): subject.name for subject in held})
            for each in packs.names(session):  # one register for all of them
                book.refresh(session, each, rehearsal=rehearsal)
    except DomainError as error:
        shown = _shown(scheme, sentence(error), rehearsal=rehearsal, moves=error.code == "register_move_day")
        return shown, 422 if isinstance(error, BadInput) else 409
    say(_("已登记。"))
    return redirect(url_for("register.page", scheme=name, rehearsal=1 if rehearsal else None))


def _shown(scheme: Scheme, problem: str = "", *, rehearsal: bool, moves: bool = False) -> str:
    kinds = {rule.key: rule.title for rule in scheme.subjects}
    with database().read() as session:
        places = organized_by(session, who())
        known = registry.lines(session, rehearsal=rehearsal)
        unit = _unit(session, places[0].id)
        polled = [] if rehearsal else known_subjects(session, list(kinds), who())
    listed = _listed(known, places, kinds)
    missing = [entry for entry in polled if entry.id not in known]
    return render_template(
        "desk/register.html",
        scheme=scheme,
        kinds=kinds,
        listed=listed,
        missing=missing,
        places=places,
        unit=unit,
        problem=problem,
        moves=moves,
        rehearsal=rehearsal,
        typed=request.form or _begun(known, listed, missing),
    )


def _listed(
    known: Mapping[str, list[registry.Registered]], places: list[Node], kinds: Mapping[str, str]
) -> list[Shown]:
    """Of each subject the newest line that stands at one of these organizations, in the order of the tree, then of units and names."""
    order = {place.id: number for number, place in enumerate(places)}
    nodes = {place.id: place for place in places}
    found = []
    for own in known.values():
        seen = [number for number, each in enumerate(own) if each.place in nodes]
        if not seen or own[-1].subject.kind not in kinds:
            continue
        line, following = own[seen[-1]], own[seen[-1] + 1 :]
        unit, place = line.subject.organization, nodes[line.place]
        gone = following[0].since if following else None
        workplace = "" if f" {unit} " in f" {place.path} " else unit
        found.append(Shown(line, place, workplace, gone - timedelta(days=1) if gone else None))
    return sorted(
        found, key=lambda each: (order[each.place.id], each.line.subject.organization, each.line.subject.name)
    )


def _begun(
    known: Mapping[str, list[registry.Registered]], listed: list[Shown], missing: list[SubjectEntry]
) -> Mapping[str, object]:
    """What the empty form begins with: a fresh number, or what is known of the subject in the address. Who is none's of this person is not there (404)."""
    asked = request.args.get("id")
    if asked is None:
        return {"id": new_subject_id(random)}
    for entry in missing:
        if entry.id == asked:
            return {"id": entry.id, "kind": entry.kind, "name": entry.name}
    line = next((row.line for row in listed if row.line.subject.id == asked and row.line == known[asked][-1]), None)
    if line is None:
        abort(404)
    said = line.subject
    return {
        "id": asked,
        "kind": said.kind,
        "name": said.name,
        "organization": said.organization,
        "place": line.place,
        "post": line.post,
        "since": line.since or "",
        "until": line.until or "",
        **said.attributes,
    }


def _register(session: Session, scheme: Scheme, act: Act) -> None:
    places = {place.id: place for place in organized_by(session, who())}
    at = request.form.get("place", next(iter(places)))
    if at not in places:
        abort(404)
    known = registry.current(session, rehearsal=act.rehearsal)
    foreign = {identity for identity, line in known.items() if line.place not in places}
    foreign |= subjects_elsewhere(session, who()) - known.keys()
    named = places_by_name(session, at)
    replace = request.form.get("replace") == "1"
    name, raw = uploaded()
    if name:
        importing.import_register(
            session, act, scheme, raw, where=name, replace=replace, at=at, places=named, foreign=foreign, own=places
        )
        return
    attributes: dict[str, int | bool] = {}
    for rule in scheme.attributes:
        if rule.kind == "yes_no" and request.form.get(rule.key):
            attributes[rule.key] = True
        elif rule.kind == "number" and (text := typed(rule.key)):
            if not text.isascii() or not text.isdecimal() or len(text) > 6:  # noqa: PLR2004 - digits of metres
                raise BadInput("scoring_attribute", title=rule.title)
            attributes[rule.key] = int(text)
    unit = typed("organization") or _unit(session, at)
    subject = Subject(typed("id"), typed("kind"), typed("name"), unit, attributes)
    since, until = (day(each) if typed(each) else None for each in ("since", "until"))
    line = registry.Line(subject, since, until, typed("post"), named.get(typed("organization"), at))
    registry.put(session, act, scheme, line, foreign=foreign, places=places, corrects=replace)


def _unit(session: Session, at: str) -> str:
    """The unit of who has no other: the organization's name, of a village the one above it, for teams are ranked in townships. The root has none."""
    for found in lineage(session, at):
        if found.level is not Level.VILLAGE:
            return found.name if found.parent is not None else ""
    return ""


@blueprint.get("/register.xlsx")
@desk
def template() -> Response:
    """An empty table for the register."""
    scheme = _pack(request.args.get("scheme", ""))
    return download(importing.register_template(scheme), "register.xlsx", XLSX)


def _pack(name: str) -> Scheme:
    """The project's pack or the county's own; one that is not there or cannot be read is no page (404)."""
    try:
        return load_pack(name)
    except SchemeError:
        abort(404)
