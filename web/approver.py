"""What waits for an approver's signature: a list, and the result to look at and to sign or to refuse."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import Length

from polling.calendar import day_of
from polling.db import Session
from polling.errors import BadInput, DomainError
from polling.models import Poll
from polling.organizations import holds
from polling.polls import find_poll, scheme_of
from polling.throttle import check_password
from publishing import sign_off
from publishing.results import result_document
from schemes.assessment import SignOffKind
from web.access import Audience, audience
from web.acts import LONGEST_NAME, Act, refusal, say
from web.desk import database, now, who
from web.outcome import rows_of

blueprint = Blueprint("approver", __name__, url_prefix="/desk/waiting")
approver = audience(Audience.APPROVER)


class Signing(Act):
    """Sign with one's own name and password, or refuse with a reason."""

    text = TextAreaField(lazy("意见"), validators=[Length(max=sign_off.LONGEST_TEXT)])
    name = StringField(lazy("您的姓名"), validators=[Length(max=LONGEST_NAME)])
    password = PasswordField(lazy("您的密码"))
    reason = TextAreaField(lazy("退回的理由"), validators=[Length(max=sign_off.LONGEST_TEXT)])


@blueprint.get("")
@approver
def waiting() -> str:
    """The results whose turn it is to be signed by who is signed in."""
    with database().read() as session:
        polls = sign_off.waiting_for(session, who())
        rows = [(poll, sign_off.turn_of(session, poll, who())) for poll in polls]
    return render_template("desk/waiting.html", rows=rows)


@blueprint.route("/<poll_id>", methods=["GET", "POST"])
@approver
def sign(poll_id: str) -> Response | str | tuple[str, int]:
    """One result: every figure, and the signature."""
    return _sign(poll_id, refuse=False)


@blueprint.post("/<poll_id>/refuse")
@approver
def refuse(poll_id: str) -> Response | str | tuple[str, int]:
    """Refuse to sign, with a reason."""
    return _sign(poll_id, refuse=True)


def _sign(poll_id: str, *, refuse: bool) -> Response | str | tuple[str, int]:
    form = Signing()
    problems, status = [], 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            if not refuse:
                _demand_oneself(form)
            with database().write() as session:
                found, step = _own(session, poll_id, lock=True)
                if step is None:
                    return _gone()
                form.demand_fresh(found)
                if refuse:
                    sign_off.send_back(session, found, reason=form.reason.data or "", who=who(), now=now())
                else:
                    sign_off.sign(session, found, step.position, name=who(), text=form.text.data, now=now())
        except DomainError as error:
            with database().read() as session:
                words, status = refusal(form, error, _own(session, poll_id)[0])
            problems = [words]
        else:
            say(_("已退回，组织者会看到您的理由。") if refuse else _("已签字。"))
            return redirect(url_for("approver.waiting"))
    with database().read() as session:
        found, step = _own(session, poll_id)
        if step is None:
            return _gone()
        document = result_document(session, found, "", day_of(now()))
        scheme = scheme_of(found)
    form.begin(found)
    page = render_template(
        "desk/sign.html",
        poll=found,
        form=form,
        problems=problems,
        document=document,
        published=False,
        panels=[(panel, rows_of(document, panel)) for panel in document["panels"]],
        scheme=scheme,
        step=step.rule,
        opinion=step.rule.kind is SignOffKind.OPINION,
    )
    return page, status


def _demand_oneself(form: Signing) -> None:
    """The typed name is one's own, and the password fits. Raises BadInput `sign_typed`, RuleRefused as `check_password` does."""
    if not sign_off.same_name(form.name.data or "", who()):
        raise BadInput("sign_typed")
    check_password(database(), who(), form.password.data or "", address=f"desk {who()}", now=now())


def _own(session: Session, poll_id: str, *, lock: bool = False) -> tuple[Poll, sign_off.Step | None]:
    """A poll with the step that waits for who is signed in; 404 for one that this person was never asked about."""
    try:
        found = find_poll(session, poll_id, lock=lock)
    except BadInput:
        abort(404)
    asked = any(step.row is not None and step.row.asked == who() for step in sign_off.chain_of(session, found).steps)
    if not asked or not holds(session, who(), sign_off.APPROVERS, found.organization_id):
        abort(404)
    return found, sign_off.turn_of(session, found, who())


def _gone() -> Response:
    say(_("这份结果现在不等您签字：已经签过，或者还没有轮到。"), "")
    return redirect(url_for("approver.waiting"))
