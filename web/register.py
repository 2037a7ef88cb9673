"""The register of who is assessed where, by hand or from a table."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from polling.db import Session
from polling.drafts import rename
from polling.errors import BadInput, DomainError
from schemes.loading import load, names
from schemes.rules import Scheme
from scoring import book, importing, packs
from scoring import register as registry
from scoring.entries import Act
from scoring.inputs import Subject
from web.acts import say
from web.desk import database, now, who
from web.ledger_entries import XLSX, Answer, Response, day, download, typed, uploaded
from web.ledgers import desk
from web.words import sentence

blueprint = Blueprint("register", __name__, url_prefix="/desk/scoring")


@blueprint.route("/register", methods=["GET", "POST"])
@desk
def page() -> Answer:
    """Who is assessed where: the register, by hand or from a table."""
    rehearsal = request.values.get("rehearsal") == "1"
    name = request.values.get("scheme", "")
    if not name:
        schemes = [load(each) for each in names()]
        return render_template("desk/register_schemes.html", schemes=schemes, rehearsal=rehearsal)
    if name not in names():
        abort(404)
    scheme = load(name)
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
        return _shown(scheme, sentence(error), rehearsal=rehearsal), 422 if isinstance(error, BadInput) else 409
    say(_("已登记。"))
    return redirect(url_for("register.page", scheme=name, rehearsal=1 if rehearsal else None))


def _shown(scheme: Scheme, problem: str = "", *, rehearsal: bool) -> str:
    kinds = {rule.key: rule.title for rule in scheme.subjects}
    with database().read() as session:
        known = registry.current(session, rehearsal=rehearsal).values()
    listed = sorted(
        (each for each in known if each.subject.kind in kinds),
        key=lambda each: (each.subject.organization, each.subject.name),
    )
    return render_template(
        "desk/register.html",
        scheme=scheme,
        kinds=kinds,
        listed=listed,
        problem=problem,
        rehearsal=rehearsal,
        typed=request.form,
    )


def _register(session: Session, scheme: Scheme, act: Act) -> None:
    name, raw = uploaded()
    if name:
        importing.import_register(session, act, scheme, raw, where=name, replace=request.form.get("replace") == "1")
        return
    attributes: dict[str, int | bool] = {}
    for rule in scheme.attributes:
        if rule.kind == "yes_no" and request.form.get(rule.key):
            attributes[rule.key] = True
        elif rule.kind == "number" and (text := typed(rule.key)):
            if not text.isascii() or not text.isdecimal() or len(text) > 6:  # noqa: PLR2004 - digits of metres
                raise BadInput("scoring_attribute", title=rule.title)
            attributes[rule.key] = int(text)
    subject = Subject(typed("id"), typed("kind"), typed("name"), typed("organization"), attributes)
    since, until = (day(each) if typed(each) else None for each in ("since", "until"))
    registry.put(session, act, scheme, registry.Line(subject, since, until, typed("post")))


@blueprint.get("/register.xlsx")
@desk
def template() -> Response:
    """An empty table for the register."""
    name = request.args.get("scheme", "")
    if name not in names():
        abort(404)
    return download(importing.register_template(load(name)), "register.xlsx", XLSX)
