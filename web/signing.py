"""Signatures under a result: sending it to be signed, paper signatures with their scans, and how the chain stands."""

from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import DateField, PasswordField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from polling.calendar import day_of
from polling.errors import DomainError, RuleRefused
from polling.lifecycle import State
from polling.models import Poll
from publishing import sign_off
from publishing.scans import LARGEST, PDF
from schemes.assessment import SignOffKind
from web.access import Audience, audience
from web.accounts import second_code
from web.acts import LONGEST_NAME, LONGEST_REASON, Act, already, name_of_second_person, one_line, refusal, say
from web.desk import database, now, own_poll, who
from web.words import sentence

blueprint = Blueprint("signing", __name__, url_prefix="/desk/polls/<poll_id>")
desk = audience(Audience.DESK)
Shown = str | Response | tuple[str, int]
ON_PAPER = ""


class Sending(Act):
    """Who signs which step; `sending_form` adds a field a step."""


class Paper(Act):
    """A signature on the printed sheet."""

    name = StringField(
        lazy("签字人姓名"), validators=[InputRequired(lazy("请写签字人的姓名。")), Length(max=LONGEST_NAME)]
    )
    on = DateField(lazy("签字日期"), validators=[InputRequired(lazy("请选签字的日期。"))])
    text = TextAreaField(lazy("意见"), validators=[Optional(), Length(max=sign_off.LONGEST_TEXT)])
    scan = FileField(lazy("签字页的照片或扫描件"))


class Compared(Act):
    """A second person has compared a paper signature with its scan."""

    name = StringField(
        lazy("核对人姓名"), validators=[InputRequired(lazy("请填写核对人的姓名。")), Length(max=LONGEST_NAME)]
    )
    password = PasswordField(lazy("核对人密码"), validators=[InputRequired(lazy("请核对人输入密码。"))])
    code = second_code(lazy("验证码（开了两步登录才填）"), Length(max=LONGEST_NAME))


class Reason(Act):
    """Why signatures are taken back."""

    reason = TextAreaField(
        lazy("理由"),
        filters=[one_line],
        validators=[
            InputRequired(lazy("请写明理由。")),
            Length(max=LONGEST_REASON, message=lazy("太长了，最多 300 个字。")),
        ],
    )


def sending_form(poll: Poll, chain: sign_off.Chain, names: list[str]) -> Sending:
    """The form of one poll: each step is signed by an approver at the desk, or on paper."""
    choices = [*(SelectChoice(name, name) for name in names), SelectChoice(ON_PAPER, _("在打印的报告上签"))]
    fields = {
        f"step_{step.position}": SelectField(
            step.rule.title, choices=choices, default=names[step.position] if step.position < len(names) else ON_PAPER
        )
        for step in chain.steps
    }
    form: Sending = type("SendingOfPoll", (Sending,), fields)()
    form.begin(poll)
    return form


@blueprint.get("/signatures")
@desk
def chain(poll_id: str) -> Shown:
    """How the chain stands, and the one thing to do next."""
    return _chain(poll_id, Reason(formdata=None))


@blueprint.post("/signatures/send")
@desk
def send(poll_id: str) -> Shown:
    """Send a counted result to be signed."""
    with database().read() as session:
        found = own_poll(session, poll_id)
        form = sending_form(found, sign_off.chain_of(session, found), sign_off.approvers(session, found))
    if not form.validate():
        return _chain(poll_id, Reason(formdata=None), sending=form, status=422)
    asked = [field.data or None for field in form if field.name.startswith("step_")]
    return _act(
        poll_id,
        form,
        lambda session, found: sign_off.send(session, found, asked, who=who(), now=now()),
        done=lambda standing: standing.sent,
        words=_("已送签。请告诉第一位签字人。"),
        sending=form,
    )


@blueprint.post("/signatures/recall")
@desk
def recall(poll_id: str) -> Shown:
    """Take the result back before it is signed by all."""
    form = Reason()
    if not form.validate():
        return _chain(poll_id, form, status=422)
    return _act(
        poll_id,
        form,
        lambda session, found: sign_off.send_back(session, found, reason=form.reason.data or "", who=who(), now=now()),
        done=lambda standing: not standing.sent,
        words=_("已收回，签过的字都不算了。改好以后请重新送签。"),
    )


@blueprint.route("/signatures/paper", methods=["GET", "POST"])
@desk
def paper(poll_id: str) -> Shown:
    """Enter the signature on the printed sheet of the step whose turn it is."""
    form = Paper()
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        scan = form.scan.data.read(LARGEST + 1) if form.scan.data else b""
        try:
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                step = _current(sign_off.chain_of(session, found))
                sign_off.enter_paper(
                    session,
                    found,
                    step.position,
                    name=form.name.data or "",
                    on=form.on.data,
                    text=form.text.data,
                    scan=scan,
                    who=who(),
                    now=now(),
                )
        except DomainError as error:
            with database().read() as session:
                words, status = refusal(form, error, own_poll(session, poll_id))
            problems = [words]
        else:
            say(_("已录入。请另一个人来核对。"))
            return redirect(url_for("signing.chain", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        turn = sign_off.chain_of(session, found).current if found.state is State.COUNTED else None
    if turn is None or turn.row is None or turn.row.name is not None:
        say(_("现在没有要录入的纸上签字。"), "")
        return redirect(url_for("signing.chain", poll_id=poll_id))
    form.begin(found)
    if form.on.data is None and not form.is_submitted():
        form.on.data = day_of(now())
    opinion = turn.rule.kind is SignOffKind.OPINION
    page = render_template("desk/paper.html", poll=found, form=form, problems=problems, step=turn.rule, opinion=opinion)
    return page, status


@blueprint.route("/signatures/compare", methods=["GET", "POST"])
@desk
def compare(poll_id: str) -> Shown:
    """A second person compares what was entered with the scan, and signs in for this one act."""
    form = Compared()
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            second = name_of_second_person(
                (form.name.data or "").strip(), form.password.data or "", form.code.data or ""
            )
            with database().write() as session:
                found = own_poll(session, poll_id, lock=True)
                form.demand_fresh(found)
                step = _current(sign_off.chain_of(session, found))
                sign_off.confirm_paper(session, found, step.position, second=second, now=now())
        except DomainError as error:
            with database().read() as session:
                words, status = refusal(form, error, own_poll(session, poll_id))
            problems = [words] if words else []
        else:
            say(_("已核对，这一步签好了。"))
            return redirect(url_for("signing.chain", poll_id=poll_id))
    with database().read() as session:
        found = own_poll(session, poll_id)
        turn = sign_off.chain_of(session, found).current if found.state is State.COUNTED else None
    if turn is None or turn.row is None or turn.row.way != "paper":
        say(_("现在没有等着核对的纸上签字。"), "")
        return redirect(url_for("signing.chain", poll_id=poll_id))
    form.begin(found)
    page = render_template(
        "desk/compare.html", poll=found, form=form, problems=problems, step=turn, picture=turn.row.scan_type != PDF
    )
    return page, status


@blueprint.post("/signatures/discard")
@desk
def discard(poll_id: str) -> Shown:
    """What was entered does not fit the scan: enter it again."""
    return _act(
        poll_id,
        Act(),
        lambda session, found: sign_off.discard_paper(
            session, found, _current(sign_off.chain_of(session, found)).position, who=who(), now=now()
        ),
        done=lambda standing: standing.current is None or standing.current.row.name is None,
        words=_("已退回，请重新录入。"),
    )


@blueprint.get("/signatures/<int:position>/scan")
@desk
def scan(poll_id: str, position: int) -> Response:
    """The scan of a paper signature; a picture is shown, a PDF is saved."""
    with database().read() as session:
        found = sign_off.scan_of(session, own_poll(session, poll_id), position)
    if found is None:
        abort(404)
    raw, kind = found
    response = make_response(raw)
    response.headers["Content-Type"] = kind
    if kind == PDF:
        response.headers["Content-Disposition"] = f'attachment; filename="signature-{position + 1}.pdf"'
    return response


def _current(standing: sign_off.Chain) -> sign_off.Step:
    step = standing.current
    if step is None:
        raise RuleRefused("sign_complete")
    return step


def _act(poll_id: str, form: Act, act: Any, *, done: Any, words: str, sending: Sending | None = None) -> Shown:
    """One act on the chain; a second click on what is done is no error."""
    try:
        with database().write() as session:
            found = own_poll(session, poll_id, lock=True)
            if done(sign_off.chain_of(session, found)):
                return redirect(url_for("signing.chain", poll_id=poll_id))
            form.demand_fresh(found)
            act(session, found)
    except DomainError as error:
        with database().read() as session:
            status = refusal(form, error, own_poll(session, poll_id))[1]
        reason = form if isinstance(form, Reason) else Reason(formdata=None)
        return _chain(poll_id, reason, sending=sending, problems=[sentence(error)], status=status)
    say(words)
    return redirect(url_for("signing.chain", poll_id=poll_id))


def _chain(
    poll_id: str, form: Reason, *, sending: Sending | None = None, problems: Any = (), status: int = 200
) -> Shown:
    with database().read() as session:
        found = own_poll(session, poll_id)
        if found.state not in (State.COUNTED, State.NOTICED, State.FINAL, State.ARCHIVED):
            return already(found, _("还没有计票，没有要签的。"))
        standing = sign_off.chain_of(session, found)
        if not standing.steps:
            return already(found, _("本办法不要求签字，可以直接公布。"))
        approvers = sign_off.approvers(session, found)
    sending = sending or sending_form(found, standing, approvers)
    form.begin(found)
    page = render_template(
        "desk/signatures.html",
        poll=found,
        chain=standing,
        form=form,
        sending=sending,
        approvers=approvers,
        problems=list(problems),
        pdf=PDF,
    )
    return page, status
