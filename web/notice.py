"""A result on notice: its days, objections and their decisions, corrections, and the end."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from ballots.annulment import destroy_ended_keys
from polling.calendar import day_of
from polling.errors import DomainError
from polling.lifecycle import State
from polling.models import Poll
from polling.people import two_people
from polling.polls import scheme_of
from publishing import correction, ending, objections
from publishing.results import COUNTED_STATES, latest_notice
from publishing.sign_off import LONGEST_TEXT
from web.access import Audience, audience
from web.acts import LONGEST_NAME, LONGEST_REASON, Act, TwoPeople, already, one_line, refusal, say
from web.closing import at_field, read_issued
from web.desk import database, now, own_poll, who

blueprint = Blueprint("notice", __name__, url_prefix="/desk/polls/<poll_id>")
desk = audience(Audience.DESK)
Shown = str | Response | tuple[str, int]

CAME = {
    objections.Came.VISIT: lazy("当面"),
    objections.Came.LETTER: lazy("来信"),
    objections.Came.PHONE: lazy("电话"),
    objections.Came.OTHER: lazy("其他"),
}
DECISIONS = {
    objections.Decision.REJECTED: lazy("不成立：维持结果"),
    objections.Decision.CORRECT: lazy("成立：更正发出的票数，重新签字、公示"),
    objections.Decision.ANNUL: lazy("成立：作废这场测评，用新票重来"),
}


def _text(label: Any, missing: Any) -> TextAreaField:
    return TextAreaField(label, validators=[InputRequired(missing), Length(max=LONGEST_TEXT)])


class Objecting(Act):
    """What somebody holds against the result."""

    text = _text(lazy("异议的内容"), lazy("请写明内容。"))
    came = SelectField(lazy("怎么来的"), choices=[SelectChoice(came.value, label) for came, label in CAME.items()])
    received_on = DateField(lazy("收到的日期"), validators=[InputRequired(lazy("请选收到的日期。"))])
    from_whom = StringField(lazy("提出人"), validators=[Length(max=LONGEST_NAME)])


class Deciding(Act):
    """How it was decided."""

    decision = RadioField(
        lazy("决定"),
        choices=[SelectChoice(decision.value, label) for decision, label in DECISIONS.items()],
        validators=[InputRequired(lazy("请选一项决定。"))],
    )
    text = _text(lazy("决定的理由"), lazy("请写明理由。"))
    decided_by = StringField(
        lazy("作出决定的人"), validators=[InputRequired(lazy("请写作出决定的人。")), Length(max=LONGEST_NAME)]
    )


class Correcting(TwoPeople):
    """Restating the slips handed out; `correcting_form` adds a field a panel."""

    reason = TextAreaField(
        lazy("更正的理由"),
        filters=[one_line],
        validators=[
            InputRequired(lazy("请写明理由。")),
            Length(max=LONGEST_REASON, message=lazy("太长了，最多 300 个字。")),
        ],
    )


def correcting_form(poll: Poll) -> Correcting:
    """The form of one poll."""
    fields = {f"issued_{panel.key}": StringField(scheme_of(poll).panel(panel.key).title) for panel in poll.panels}
    form: Correcting = type("CorrectingOfPoll", (Correcting,), fields)()
    form.without_stand_in(poll)
    return form


@blueprint.get("/notice")
@desk
def notice(poll_id: str) -> Shown:
    """The notice and its objections."""
    return _notice(poll_id, Act(formdata=None))


def _notice(poll_id: str, form: Act, problems: Any = (), status: int = 200) -> Shown:
    with database().read() as session:
        found = own_poll(session, poll_id)
        running = latest_notice(session, found)
        if running is None or found.state is State.COUNTED:
            return already(found, _("还没有公布，没有公示。"))
        listed = objections.listed(session, found)
        undealt = {row.number for row in objections.open_objections(session, found)}
    over = running.last_day is None or day_of(now()) > running.last_day or found.rehearsal
    form.begin(found)
    page = render_template(
        "desk/notice.html",
        poll=found,
        notice=running,
        form=form,
        problems=list(problems),
        objections=listed,
        undealt=undealt,
        over=over,
        came=CAME,
        decisions=DECISIONS,
    )
    return page, status


@blueprint.post("/final")
@desk
def final(poll_id: str) -> Shown:
    """End the notice: the result is final."""
    return _end(poll_id, State.FINAL, ending.finalise, _("结果已定稿。"))


@blueprint.post("/archived")
@desk
def archived(poll_id: str) -> Shown:
    """Note that the papers are archived."""
    return _end(poll_id, State.ARCHIVED, ending.archive, _("已归档。"))


def _end(poll_id: str, state: State, act: Any, words: str) -> Shown:
    form = Act()
    try:
        with database().write() as session:
            found = own_poll(session, poll_id, lock=True)
            due = found.state is not state  # a second click finds it done
            if due:
                form.demand_fresh(found)
                act(session, found, who=who(), now=now())
    except DomainError as error:
        with database().read() as session:
            sentence, status = refusal(form, error, own_poll(session, poll_id))
        return _notice(poll_id, form, [sentence], status)
    if due:
        destroy_ended_keys(database())
        say(words)
    return redirect(url_for("day.poll", poll_id=poll_id))


@blueprint.route("/objections", methods=["GET", "POST"])
@desk
def object_(poll_id: str) -> Shown:
    """Record an objection."""
    form = Objecting()
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                number = objections.record(
                    session,
                    found,
                    text=form.text.data or "",
                    came=objections.Came(form.came.data),
                    received_on=form.received_on.data,
                    from_whom=one_line(form.from_whom.data),
                    who=who(),
                    now=now(),
                )
        except DomainError as error:
            with database().read() as session:
                words, status = refusal(form, error, own_poll(session, poll_id))
            problems = [words]
        else:
            say(_("已记下第 %(number)s 号异议。", number=number))
            return redirect(url_for("notice.notice", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        running = latest_notice(session, found)
    if found.state is not State.NOTICED or running is None:
        return already(found, _("现在没有公示，不能记异议。"))
    form.begin(found)
    if form.received_on.data is None and not form.is_submitted():
        form.received_on.data = day_of(now())
    return render_template("desk/objection.html", poll=found, form=form, problems=problems, notice=running), status


@blueprint.route("/objections/<int:number>", methods=["GET", "POST"])
@desk
def decide(poll_id: str, number: int) -> Shown:
    """Write down how an objection was decided."""
    form = Deciding()
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                objections.decide(
                    session,
                    found,
                    number,
                    decision=objections.Decision(form.decision.data),
                    text=form.text.data or "",
                    decided_by=form.decided_by.data or "",
                    who=who(),
                    now=now(),
                )
        except DomainError as error:
            with database().read() as session:
                words, status = refusal(form, error, own_poll(session, poll_id))
            problems = [words]
        else:
            say(_("第 %(number)s 号异议的决定已记下。", number=number))
            return redirect(url_for("notice.notice", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        rows = [row for row in objections.listed(session, found) if row.number == number]
    if not rows:
        abort(404)
    if rows[0].decision is not None or found.state is not State.NOTICED:
        say(_("这件异议已经作过决定，或者公示已经结束。"), "")
        return redirect(url_for("notice.notice", poll_id=poll_id))
    form.begin(found)
    page = render_template("desk/decide.html", poll=found, form=form, problems=problems, row=rows[0], came=CAME)
    return page, status


@blueprint.route("/correct-result", methods=["GET", "POST"])
@desk
def correct(poll_id: str) -> Shown:
    """Restate the slips that were handed out, by two people; then the result is signed and published anew."""
    with database().read() as session:
        found = own_poll(session, poll_id)
    if found.state not in COUNTED_STATES or found.state is State.ARCHIVED:
        return already(found, _("这场测评现在没有结果可以更正。"))
    form = correcting_form(found)
    problems, status = [], 422 if form.is_submitted() else 200
    if form.is_submitted():
        valid = form.validate_on_submit()
        issued = read_issued(form, found.panels)
        if valid and issued is not None:
            try:
                witness = form.second_person()
                with database().write() as session:
                    found = own_poll(session, poll_id, lock=True)
                    form.demand_fresh(found)
                    people = two_people(session, found, organizer=who(), witness=witness)
                    correction.correct(session, found, issued, reason=form.reason.data or "", people=people, now=now())
            except DomainError as error:
                with database().read() as session:
                    found = own_poll(session, poll_id)
                words, status = refusal(form, error, found)
                field = f"issued_{error.params.get('key')}"
                if field in form:
                    at_field(form[field], words)
                else:
                    problems = [words]
            else:
                say(_("已更正。请看过结果，重新签字、公布；新的结果文件代替原来的。"))
                return redirect(url_for("outcome.result", poll_id=poll_id))
    form.begin(found)
    if not form.is_submitted():
        for panel in found.panels:
            form[f"issued_{panel.key}"].data = str(panel.issued)
    return render_template("desk/correct_result.html", poll=found, form=form, problems=problems), status
