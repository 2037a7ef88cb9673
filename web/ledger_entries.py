"""What people enter beside the polls: scores with their source, facts with evidence, decided grades, approvals, signatures.

A refused form is shown again with what was typed and the sentence that says what to do; a done one leads back to the page it stood on.
"""

import io
from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from polling.db import Session
from polling.errors import BadInput, DomainError, RuleRefused
from schemes.rules import Scheme
from scoring import book, deciding, entering, importing
from scoring.entries import Act, in_force
from scoring.ledger import Ledger
from scoring.register import lines
from web.acts import one_line, say
from web.desk import database, now, who
from web.ledgers import Place, about_all, desk, ledger_page, place, read, subject_page
from web.words import sentence

blueprint = Blueprint("ledger_entries", __name__, url_prefix="/desk/scoring")

Answer = Response | str | tuple[str, int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def typed(name: str) -> str:
    """One field of the form, as one line."""
    return one_line(request.form.get(name))


def number(name: str) -> int:
    """The number of an entry that a button names."""
    return number_of(request.form.get(name, ""))


def number_of(text: str) -> int:
    """The number of an entry, as a form names it. A page of ours sends no other thing (404)."""
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


Enter = Callable[[Session, Scheme, Ledger], object]


def _enter(
    about: Place, enter: Enter, *, back: Callable[[str], str], touched: Callable[[Session], set[str] | None]
) -> Answer:
    """Enter in one transaction with the ledgers that follow from it; `back` makes the page again around a refusal.

    `touched`: the organizations whose ledgers can change, None for all of them.
    """
    try:
        with database().write() as session:
            scheme, ledger = read(session, about)
            enter(session, scheme, ledger)
            book.refresh(session, about.scheme, rehearsal=about.rehearsal, organizations=touched(session))
    except DomainError as error:
        return back(sentence(error)), 422 if isinstance(error, BadInput) else 409
    say(_("已记下。"))
    if subject := request.form.get("subject_page"):
        return redirect(url_for("ledgers.subject", subject=subject, **about.query))
    return redirect(url_for("ledgers.ledger", **about.query))


def _about_subject(enter: Callable[[Session, Scheme, str, str], object]) -> Answer:
    about, subject = place(), request.form.get("subject_page", "")

    def touched(session: Session) -> set[str]:
        # a longer period belongs to where the subject stands at its end: everywhere it ever stood can change
        stood = lines(session, rehearsal=about.rehearsal).get(subject, [])
        return {about.organization, *(each.subject.organization for each in stood)}

    return _enter(
        about,
        lambda session, scheme, _ledger: enter(session, scheme, subject, about.period),
        back=lambda problem: subject_page(about, subject, problem),
        touched=touched,
    )


def _own(session: Session, about: Place, subject: str, kinds: tuple[str, ...]) -> int:
    """The number of the entry that a button names, of this page's subject and period. Raise RuleRefused `scoring_entry_replaced`."""
    wanted = number("entry")
    shown = in_force(session, kinds, rehearsal=about.rehearsal, scheme=about.scheme, subjects=[subject])
    if all((entry.number, entry.period) != (wanted, about.period) for entry in shown):
        raise RuleRefused("scoring_entry_replaced", number=wanted)
    return wanted


def _new(function: Callable[..., int], *names: str, **more: object) -> Answer:
    """One new entry about the subject of the page, from the fields of those names."""
    return _about_subject(
        lambda session, scheme, subject, period: function(
            session,
            act(place()),
            scheme,
            subject=subject,
            period=period,
            **{name: typed(name) for name in names},
            **more,
        )
    )


def _replaced() -> int | None:
    """The entry that a correction replaces."""
    return number("replaces") if request.form.get("replaces") else None


@blueprint.post("/part")
@desk
def part() -> Answer:
    """One score for one part of the composite."""
    return _new(entering.enter_part, "part", "score", "source", "by", replaces=_replaced())


@blueprint.post("/fact")
@desk
def fact() -> Answer:
    """A fact of the scheme, with its evidence."""
    return _new(entering.enter_fact, "fact", "evidence", chosen=typed("chosen") or None)


@blueprint.post("/grade")
@desk
def grade() -> Answer:
    """A grade that people decided."""
    return _new(deciding.decide_grade, "grade", "reason", replaces=_replaced())


@blueprint.post("/confirm")
@desk
def confirm() -> Answer:
    """Confirm a fact that somebody else entered."""
    return _about_subject(
        lambda session, _scheme, subject, _period: entering.confirm_fact(
            session, act(place()), number=_own(session, place(), subject, ("fact",))
        )
    )


@blueprint.post("/withdraw")
@desk
def withdraw() -> Answer:
    """Take an entry back, with the reason."""
    return _about_subject(
        lambda session, _scheme, subject, _period: entering.withdraw(
            session,
            act(place()),
            number=_own(session, place(), subject, ("part", "fact", "grade")),
            reason=typed("reason"),
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
        lambda session, scheme, _ledger: deciding.decide_quota(
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
        touched=lambda _session: {about.organization},
    )


@blueprint.post("/sign")
@desk
def sign() -> Answer:
    """One signature of the chain over the grades, as it stands on the printed sheet."""
    about = place()

    def enter(session: Session, scheme: Scheme, ledger: Ledger) -> None:
        if typed("ledger") != ledger.digest:  # the figures moved while the page lay open
            raise RuleRefused("scoring_figures_changed")
        deciding.sign(
            session,
            act(about),
            scheme,
            organization=about.organization,
            period=about.period,
            step=typed("step"),
            by=typed("by"),
            on=day("on"),
            ledger=ledger.digest,
            rows=ledger.rows,
            text=typed("text"),
            subject=typed("subject") or None,
        )

    return _enter(
        about, enter, back=lambda problem: ledger_page(about, problem), touched=lambda _session: {about.organization}
    )


@blueprint.post("/compare")
@desk
def compare() -> Answer:
    """The ticked signatures stand on the sheet as they were entered: somebody else says so."""
    about = place()

    def enter(session: Session, _scheme: Scheme, ledger: Ledger) -> None:
        ticked = [number_of(text) for text in request.form.getlist("entry")]
        if not ticked:
            raise BadInput("scoring_empty", field=_("核对的签字"))
        shown = {entry.number for entry, _said in about_all(session, about) if entry.kind == "sign"}
        for each in ticked:
            if each not in shown:
                raise RuleRefused("scoring_entry_replaced", number=each)
            deciding.compare(session, act(about), number=each, rows=ledger.rows)

    return _enter(
        about, enter, back=lambda problem: ledger_page(about, problem), touched=lambda _session: {about.organization}
    )


@blueprint.post("/take-back")
@desk
def take_back() -> Answer:
    """Take back what was approved about a quota, or a signature, with the reason."""
    about = place()

    def enter(session: Session, _scheme: Scheme, _ledger: Ledger) -> None:
        wanted = number("entry")
        if all(entry.number != wanted for entry, _said in about_all(session, about)):
            raise RuleRefused("scoring_entry_replaced", number=wanted)
        entering.withdraw(session, act(about), number=wanted, reason=typed("reason"))

    return _enter(
        about, enter, back=lambda problem: ledger_page(about, problem), touched=lambda _session: {about.organization}
    )


@blueprint.post("/import")
@desk
def import_() -> Answer:
    """A table of scores, whole or not at all."""
    about = place()
    name, raw = uploaded()
    return _enter(
        about,
        lambda session, scheme, _ledger: importing.import_scores(
            session, act(about), scheme, raw, where=name, replace=request.form.get("replace") == "1"
        ),
        back=lambda problem: ledger_page(about, problem),
        touched=lambda _session: None,
    )


def uploaded() -> tuple[str, bytes]:
    """The name and the bytes of the table that came with the form; empty where none did."""
    file = request.files.get("table")
    return (one_line(file.filename)[-100:], file.read()) if file is not None and file.filename else ("", b"")


@blueprint.get("/template.xlsx")
@desk
def template() -> Response:
    """An empty table for scores."""
    return download(importing.score_template(), "scores.xlsx", XLSX)


def download(raw: bytes, name: str, kind: str) -> Response:
    """A file to keep."""
    return send_file(io.BytesIO(raw), mimetype=kind, as_attachment=True, download_name=name)
