"""What people enter beside the polls: scores with their source, facts with evidence, decided grades, approvals, signatures, the register.

A refused form is shown again with what was typed and the sentence that says what to do; a done one leads back to the page it stood on.
"""

import io
from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from polling.db import Session
from polling.errors import BadInput, DomainError
from schemes.loading import load, names
from schemes.rules import Scheme
from scoring import book, entering, importing, packs
from scoring import register as registry
from scoring.entries import Act
from scoring.inputs import Subject
from scoring.ledger import Ledger
from web.acts import one_line, say
from web.desk import database, now, who
from web.ledgers import Place, desk, ledger_page, place, read, subject_page
from web.words import sentence

blueprint = Blueprint("ledger_entries", __name__, url_prefix="/desk/scoring")

Answer = Response | str | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def typed(name: str) -> str:
    """One field of the form, as one line."""
    return one_line(request.form.get(name))


def number(name: str) -> int:
    """The number of an entry that a button names. A page of ours sends no other thing (404)."""
    text = request.form.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - digits of any entry's number
        abort(404)
    return int(text)


def day(name: str) -> date:
    """One day of the form. Raise BadInput `scoring_day`."""
    try:
        return date.fromisoformat(typed(name))
    except ValueError:
        raise BadInput("scoring_day", value=typed(name)[:40]) from None


def act(about: Place) -> Act:
    """Who acts, when, and in which world."""
    return Act(who(), now(), about.rehearsal)


def _enter(about: Place, enter: Callable[[Session, Scheme, Ledger], object], *, back: Callable[[str], str]) -> Answer:
    """Enter in one transaction with the ledgers that follow from it; `back` makes the page again around a refusal."""
    try:
        with database().write() as session:
            scheme, ledger = read(session, about)
            enter(session, scheme, ledger)
            book.refresh(session, about.scheme, rehearsal=about.rehearsal)
    except DomainError as error:
        return back(sentence(error)), 422 if isinstance(error, BadInput) else 409
    say(_("已记下。"))
    if subject := request.form.get("subject_page"):
        return redirect(url_for("ledgers.subject", subject=subject, **about.query))
    return redirect(url_for("ledgers.ledger", **about.query))


def _about_subject(enter: Callable[[Session, Scheme, str, str], object]) -> Answer:
    about, subject = place(), request.form.get("subject_page", "")
    return _enter(
        about,
        lambda session, scheme, _ledger: enter(session, scheme, subject, about.period),
        back=lambda problem: subject_page(about, subject, problem),
    )


@blueprint.post("/part")
@desk
def part() -> Answer:
    """One score for one part of the composite."""
    return _about_subject(
        lambda session, scheme, subject, period: entering.enter_part(
            session,
            act(place()),
            scheme,
            subject=subject,
            period=period,
            part=typed("part"),
            score=typed("score"),
            source=typed("source"),
            by=typed("by"),
            replaces=number("replaces") if request.form.get("replaces") else None,
        )
    )


@blueprint.post("/fact")
@desk
def fact() -> Answer:
    """A fact of the scheme, with its evidence."""
    return _about_subject(
        lambda session, scheme, subject, period: entering.enter_fact(
            session,
            act(place()),
            scheme,
            subject=subject,
            period=period,
            fact=typed("fact"),
            evidence=typed("evidence"),
            chosen=typed("chosen") or None,
        )
    )


@blueprint.post("/confirm")
@desk
def confirm() -> Answer:
    """Confirm a fact that somebody else entered."""
    return _about_subject(
        lambda session, _scheme, _subject, _period: entering.confirm_fact(session, act(place()), number=number("entry"))
    )


@blueprint.post("/withdraw")
@desk
def withdraw() -> Answer:
    """Take an entry back, with the reason."""
    return _about_subject(
        lambda session, _scheme, _subject, _period: entering.withdraw(
            session, act(place()), number=number("entry"), reason=typed("reason")
        )
    )


@blueprint.post("/grade")
@desk
def grade() -> Answer:
    """A grade that people decided."""
    return _about_subject(
        lambda session, scheme, subject, period: entering.decide_grade(
            session,
            act(place()),
            scheme,
            subject=subject,
            period=period,
            grade=typed("grade"),
            reason=typed("reason"),
            replaces=number("replaces") if request.form.get("replaces") else None,
        )
    )


@blueprint.post("/quota")
@desk
def quota() -> Answer:
    """What was approved about a quota."""
    about, what = place(), typed("what")
    if what not in ("alternative", "override"):
        abort(404)
    return _enter(
        about,
        lambda session, scheme, _ledger: entering.decide_quota(
            session,
            act(about),
            scheme,
            quota=typed("quota"),
            organization=about.organization,
            period=about.period,
            what="alternative" if what == "alternative" else "override",
            reason=typed("reason"),
        ),
        back=lambda problem: ledger_page(about, problem),
    )


@blueprint.post("/sign")
@desk
def sign() -> Answer:
    """One signature of the chain over the grades, as it stands on the printed sheet."""
    about = place()

    def enter(session: Session, scheme: Scheme, ledger: Ledger) -> None:
        entering.sign(
            session,
            act(about),
            scheme,
            organization=about.organization,
            period=about.period,
            step=typed("step"),
            by=typed("by"),
            on=day("on"),
            ledger=typed("ledger"),
            people=[row.subject for row in ledger.rows],
            text=typed("text"),
            subject=typed("subject") or None,
        )

    return _enter(about, enter, back=lambda problem: ledger_page(about, problem))


@blueprint.post("/import")
@desk
def import_() -> Answer:
    """A table of scores, whole or not at all."""
    about = place()
    name, raw = _uploaded()
    return _enter(
        about,
        lambda session, scheme, _ledger: importing.import_scores(
            session, act(about), scheme, raw, where=name, replace=request.form.get("replace") == "1"
        ),
        back=lambda problem: ledger_page(about, problem),
    )


def _uploaded() -> tuple[str, bytes]:
    file = request.files.get("table")
    return (one_line(file.filename)[-100:], file.read()) if file is not None and file.filename else ("", b"")


@blueprint.get("/template.xlsx")
@desk
def template() -> Response:
    """An empty table for scores."""
    return _download(importing.score_template(), "scores.xlsx", XLSX)


def _download(raw: bytes, name: str, kind: str) -> Response:
    return send_file(io.BytesIO(raw), mimetype=kind, as_attachment=True, download_name=name)


@blueprint.route("/register", methods=["GET", "POST"])
@desk
def register() -> Answer:
    """Who is assessed where: the register, by hand or from a table."""
    rehearsal = request.values.get("rehearsal") == "1"
    name = request.values.get("scheme", "")
    problem, status = "", 200
    if name not in names():
        return render_template("desk/register_schemes.html", schemes=[load(each) for each in names()])
    scheme = load(name)
    if request.method == "POST":
        try:
            with database().write() as session:
                packs.adopt(session, scheme.raw)
                _register(session, scheme, Act(who(), now(), rehearsal))
                book.refresh(session, scheme.name, rehearsal=rehearsal)
        except DomainError as error:
            problem, status = sentence(error), 422 if isinstance(error, BadInput) else 409
        else:
            say(_("已登记。"))
            return redirect(url_for("ledger_entries.register", scheme=name, rehearsal=1 if rehearsal else None))
    kinds = {rule.key: rule.title for rule in scheme.subjects}
    with database().read() as session:
        known = registry.current(session, rehearsal=rehearsal).values()
    listed = sorted(
        (each.subject for each in known if each.subject.kind in kinds), key=lambda each: (each.organization, each.name)
    )
    page = render_template(
        "desk/register.html", scheme=scheme, kinds=kinds, listed=listed, problem=problem, rehearsal=rehearsal
    )
    return page, status


def _register(session: Session, scheme: Scheme, act: Act) -> None:
    name, raw = _uploaded()
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
    registry.put(session, act, scheme, subject, since=day("since") if typed("since") else None)


@blueprint.get("/register.xlsx")
@desk
def register_template() -> Response:
    """An empty table for the register."""
    name = request.args.get("scheme", "")
    if name not in names():
        abort(404)
    return _download(importing.register_template(load(name)), "register.xlsx", XLSX)
