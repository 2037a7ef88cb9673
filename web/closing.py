"""Closing the boxes for ever, and annulling a poll: two people at one desk."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from ballots import closing
from ballots.annulment import destroy_ended_keys
from ballots.turnout import boxed
from belenios.election import new_uuid
from polling.attendance import attendance
from polling.db import Session
from polling.errors import BadInput, DomainError, RuleRefused
from polling.lifecycle import STEPS, State
from polling.models import Panel, Poll
from polling.people import two_people
from publishing.page import STAND_IN, printable
from publishing.turnout import turnout
from publishing.withdrawal import annul
from web.access import Audience, audience
from web.acts import LONGEST_REASON, Annulment, TwoPeople, already, demand_written, one_line, refusal, say
from web.closing_time import is_early, time_words
from web.desk import database, now, own_poll, random, signer, who
from web.words import sentence

blueprint = Blueprint("closing", __name__, url_prefix="/desk")
desk = audience(Audience.DESK)
LONGEST_NUMBER = 6


class Closing(TwoPeople):
    """Closing; `closing_form` adds the fields of each panel: handed out, present, spoiled, left over, and why it does not balance."""

    less = BooleanField()
    early = BooleanField()


def closing_form(poll: Poll) -> Closing:
    """The form of one poll."""
    titles = {"issued": _("发出"), "present": _("实到"), "spoiled": _("作废票"), "unused": _("备用未用")}
    fields: dict[str, Any] = {
        f"{name}_{panel.key}": StringField(words) for panel in poll.panels for name, words in titles.items()
    }
    for panel in poll.panels:
        fields[f"note_{panel.key}"] = StringField(
            _("对不上的理由"),
            filters=[one_line],
            validators=[Length(max=LONGEST_REASON, message=_("太长了，最多 300 个字。"))],
        )
    form: Closing = type("ClosingOfPoll", (Closing,), fields)()
    form.without_stand_in(poll)
    return form


def read_figures(form: Any, panels: list[Panel]) -> dict[str, closing.Stated] | None:
    """The other numbers of each panel; None with the sentence at its field where one can't be."""
    found: dict[str, closing.Stated] = {}
    good = True
    for panel in panels:
        numbers: dict[str, int] = {}
        for name in ("present", "spoiled", "unused"):
            field = form[f"{name}_{panel.key}"]
            written = "".join((field.data or "").split())
            if written.isdecimal() and len(written) <= LONGEST_NUMBER and int(written) <= closing.MOST_FIGURE:
                numbers[name] = int(written)
            elif written:
                at_field(field, _("请填 0 到 %(most)s 的整数。", most=closing.MOST_FIGURE))
                good = False
        found[panel.key] = closing.Stated(**numbers)
    return found if good else None


def read_issued(form: Any, panels: list[Panel]) -> dict[str, int] | None:
    """The numbers that were stated, by panel key; None with the sentence at its field where one can't be."""
    issued: dict[str, int] = {}
    good = True
    for panel in panels:
        field = form[f"issued_{panel.key}"]
        written = "".join((field.data or "").split())
        if not written:
            continue
        if written.isdecimal() and len(written) <= LONGEST_NUMBER and int(written) <= panel.slips:
            issued[panel.key] = int(written)  # also the wide digits of a Chinese keyboard
        else:
            at_field(field, _("请填 0 到 %(most)s 的整数：一共只印了这么多张。", most=panel.slips))
            good = False
    return issued if good else None


def at_field(field: Any, words: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, words]


@blueprint.route("/polls/<poll_id>/close", methods=["GET", "POST"])
@desk
def close(poll_id: str) -> Response | str | tuple[str, int]:
    """Close every box, by two people."""
    with database().read() as session:
        found = own_poll(session, poll_id)
    if found.state is not State.OPEN:
        return _not_open(found)
    form = closing_form(found)
    problem: DomainError | None = None
    ask_less = bool(form.less.data)
    ask_note: set[object] = {panel.key for panel in found.panels if form[f"note_{panel.key}"].data}
    if form.is_submitted():
        valid = form.validate_on_submit()
        issued = read_issued(form, found.panels)
        figures = read_figures(form, found.panels)
        if valid and issued is not None and figures is not None:
            try:
                witness = form.second_person()
                with database().write() as session:
                    found = own_poll(session, poll_id, lock=True)
                    if found.state is not State.OPEN:
                        return _not_open(found)
                    _close(session, found, form, (issued, figures), witness)
            except DomainError as error:
                problem = error
            else:
                _say_unprintable(form, found)
                return _closed(poll_id)
    with database().read() as session:
        found = own_poll(session, poll_id)
        panels = turnout(session, found)
        came = {there.key: there for there in attendance(session, found)}
    problems, status = [], 422 if form.is_submitted() else 200
    if problem is not None:
        words, status = refusal(form, problem, found)
        ask_less = ask_less or problem.code == "issued_less"
        key = problem.params.get("key")
        field = f"note_{key}" if problem.code == "balance_reason" else f"issued_{key}"
        ask_note |= {key} if problem.code == "balance_reason" else set()
        if field in form:
            at_field(form[field], words)
        else:
            problems = [words] if words else []
    form.begin(found)
    page = render_template(
        "desk/close.html",
        poll=found,
        form=form,
        problems=problems,
        panels=panels,
        came=came,
        ask_less=ask_less,
        closes=time_words(found),
        early=is_early(found),
        ask_note=ask_note,
    )
    return page, status


def _close(
    session: Session,
    found: Poll,
    form: Closing,
    stated: tuple[dict[str, int], dict[str, closing.Stated]],
    witness: str | None,
) -> None:
    issued, figures = stated
    form.demand_fresh(found)
    if is_early(found) and not form.early.data:
        raise RuleRefused("closes_early", value=time_words(found))
    inside = boxed(session, found)
    if not form.less.data:
        for key, number in issued.items():
            if inside[key] > number:  # stated by mistake it would make the panel void for ever
                raise BadInput("issued_less", key=key)
    people = two_people(session, found, organizer=who(), witness=witness)
    notes = {panel.key: form[f"note_{panel.key}"].data or "" for panel in found.panels}
    closing.close_boxes(session, found, issued, people=people, now=now(), figures=figures, notes=notes)


def _not_open(found: Poll) -> Response:
    if found.state in (State.DRAFT, State.PRINTED):
        return already(found, _("票箱还没有打开，不用关。"))
    if found.state is State.ANNULLED:
        return already(found, _("本场测评已作废。"))
    return already(found, _("票箱已经关好了，不用再关。"))


def _say_unprintable(form: Closing, found: Poll) -> None:
    written = "".join(form[f"note_{panel.key}"].data or "" for panel in found.panels)
    missing = dict.fromkeys(character for character in written if printable(character) == STAND_IN)
    if missing:
        say(_("理由里的「%(characters)s」，打印字体里没有，报告上印成〓。", characters="".join(missing)), "warn")


def _closed(poll_id: str) -> Response:
    say(_("票箱已经关好，不再收票。"))
    _level()
    return redirect(url_for("day.poll", poll_id=poll_id))


def _level() -> None:
    """Make the closed box forget the order of arrival; where somebody still reads the database it is done with the next step."""
    try:
        closing.level(database())
    except RuleRefused as error:
        say(sentence(error), "warn")


@blueprint.route("/polls/<poll_id>/annul", methods=["GET", "POST"])
@desk
def annul_(poll_id: str) -> Response | str | tuple[str, int]:
    """Annul a poll for a reason, by two people; what was not counted is never opened."""
    with database().read() as session:
        found = own_poll(session, poll_id)
    if State.ANNULLED not in STEPS[found.state]:
        return _not_annullable(found)
    form = Annulment()
    form.without_stand_in(found)
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            demand_written(form.written.data, found.title)
            witness = form.second_person()
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                if State.ANNULLED not in STEPS[found.state]:
                    return _not_annullable(found)
                form.demand_fresh(found)
                people = two_people(session, found, organizer=who(), witness=witness)
                annul(
                    session,
                    found,
                    reason=form.reason.data or "",
                    people=people,
                    signer=signer(),
                    document_id=new_uuid(random),
                    now=now(),
                )
        except DomainError as error:
            with database().read() as session:
                found = own_poll(session, poll_id)
            words, status = refusal(form, error, found)
            problems = [words] if words else []
        else:
            destroy_ended_keys(database())
            say(_("测评已作废。要重新测评，请新建一场，用新的票。"))
            _level()
            return redirect(url_for("day.poll", poll_id=poll_id))
    form.begin(found)
    return render_template("desk/annul.html", poll=found, form=form, problems=problems), status


def _not_annullable(found: Poll) -> Response:
    if found.state is State.ANNULLED:
        return already(found, _("本场测评已作废。"))
    return already(found, _("草稿不用作废：还没有印票，可以直接修改。"))
