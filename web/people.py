"""The desk's doors and its people: signing in and out, one's own password, and for administrators everybody's."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from polling import audit, first, people
from polling.errors import DomainError, RuleRefused
from polling.models import Role, User
from polling.passwords import MINIMUM_PASSWORD, hash_password
from polling.sentences import VALUES
from polling.throttle import check_password
from web import backups, beginning
from web.access import Audience, audience
from web.accounts import Login, NewPassword, NewPerson, OwnPassword, RoleForm
from web.desk import database, now, who
from web.login import client, destination, remember, sign_in, sign_out

blueprint = Blueprint("people", __name__, url_prefix="/desk")
blueprint.register_blueprint(beginning.blueprint)
blueprint.register_blueprint(backups.blueprint)

Answer = str | Response | tuple[str, int]


@blueprint.context_processor
def _rules() -> dict[str, int]:
    """What the hints beside passwords name."""
    return {"minimum": MINIMUM_PASSWORD}


@blueprint.route("/login", methods=["GET", "POST"])
@audience(Audience.DOOR)
def login() -> Answer:
    """Sign in."""
    if current_user.is_authenticated:
        return redirect(destination(request.args.get("next"), current_user.role))
    form, status = Login(), 200
    if form.validate_on_submit():
        try:
            user = check_password(
                database(), form.name.data, form.password.data, address=client(form.name.data), now=now()
            )
        except RuleRefused as error:
            status = form.refuse(error)
        else:
            with database().write() as session:
                audit.record(session, who=user.name, what="login", now=now())
            sign_in(user)
            return remember(redirect(destination(request.args.get("next"), user.role)), user.name)
    elif form.is_submitted():
        status = 422
    with database().read() as session:
        due = first.is_due(session)
    return render_template("desk/login.html", form=form, due=due), status


@blueprint.post("/logout")
@audience(Audience.DOOR)
def logout() -> Response:
    """Sign out."""
    sign_out()
    flash(_("您已退出。"), "good")
    return redirect(url_for("people.login"))


@blueprint.route("/account", methods=["GET", "POST"])
@audience(Audience.DOOR)
def account() -> Answer:
    """One's own account: for everybody who can sign in, whatever the role."""
    if not current_user.is_authenticated:
        return redirect(url_for("people.login", next=request.path))
    form, status = OwnPassword(), 200
    if form.validate_on_submit():
        try:
            check_password(database(), who(), form.current.data, address=client(who()), now=now())
            kept = hash_password(form.password.data, who())
            with database().write() as session:
                user = people.set_password(session, who(), kept)
                audit.record(session, who=who(), what="user.password", now=now(), name=who())
        except DomainError as error:
            if error.code == "login_wrong":
                form.current.errors = [*form.current.errors, _("现在的密码不对。")]
                status = 409
            else:
                status = form.refuse(error)
        else:
            sign_in(user)
            flash(_("密码已经换好。您在别处的登录都已退出。"), "good")
            return remember(redirect(url_for("people.account")), user.name)
    elif form.is_submitted():
        status = 422
    return render_template("desk/account.html", form=form, words=VALUES), status


@blueprint.route("/people", methods=["GET", "POST"])
@audience(Audience.ADMINISTRATOR)
def everybody() -> Answer:
    """List the people, and add one."""
    form, status = NewPerson(), 200
    if form.validate_on_submit():
        try:
            kept = hash_password(form.password.data, form.name.data)
            with database().write() as session:
                user = people.register(session, form.name.data, Role(form.role.data), kept)
                audit.record(session, who=who(), what="user.add", now=now(), name=user.name, role=user.role.value)
        except DomainError as error:
            status = form.refuse(error)
        else:
            flash(
                _("已登记 %(name)s。请把第一个密码当面告诉本人，请本人登录后在“我的账号”里换掉。", name=user.name),
                "good",
            )
            return redirect(url_for("people.everybody"))
    elif form.is_submitted():
        status = 422
    with database().read() as session:
        listed, missing = people.everybody(session), people.missing_people(session)
    return render_template("desk/people.html", form=form, users=listed, missing=missing, words=VALUES), status


@blueprint.route("/people/<path:name>", methods=["GET", "POST"])
@audience(Audience.ADMINISTRATOR)
def person(name: str) -> Answer:
    """One person: another role, a new password, out of service."""
    with database().read() as session:
        found = [user for user in people.everybody(session) if user.name == name]
    if not found:
        abort(404)
    [user] = found
    act = request.form.get("act") if request.method == "POST" else None
    role = RoleForm(formdata=request.form if act == "role" else None, role=user.role.value).offering(user.role)
    renewal = NewPassword(formdata=request.form if act == "password" else None)
    acts = {
        "role": (role, lambda: _change_role(user, Role(role.role.data))),
        "password": (renewal, lambda: _renew(user, renewal.password.data or "")),
        "remove": (role, lambda: _remove(user)),
    }
    status = 200
    if act in acts:
        form, change = acts[act]
        status = 422
        if act == "remove" or form.validate():
            try:
                flash(change(), "good")
                return redirect(url_for("people.everybody"))
            except DomainError as error:
                status = form.refuse(error)
    own = user.name == who()
    return render_template("desk/person.html", user=user, role=role, renewal=renewal, words=VALUES, own=own), status


def _change_role(user: User, role: Role) -> str:
    with database().write() as session:
        people.set_role(session, user.name, role, by=who())
        audit.record(session, who=who(), what="user.role", now=now(), name=user.name, role=role.value)
    return _("%(name)s 的身份已经改好。", name=user.name)


def _renew(user: User, password: str) -> str:
    kept = hash_password(password, user.name)
    with database().write() as session:
        changed = people.set_password(session, user.name, kept)
        audit.record(session, who=who(), what="user.password", now=now(), name=user.name)
    if changed.name == who():
        sign_in(changed)  # the session goes on
    return _("%(name)s 的密码已经换好，原来的登录都已退出。", name=user.name)


def _remove(user: User) -> str:
    with database().write() as session:
        people.remove(session, user.name, by=who())
        audit.record(session, who=who(), what="user.remove", now=now(), name=user.name)
    return _("%(name)s 已停用，不能再登录。名字留在记录里。", name=user.name)
