"""The desk's doors and its people: signing in and out, one's own password, and for administrators everybody's."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from polling import audit, first, organizations, people, recusal, sessions
from polling.calendar import BEIJING
from polling.db import Session
from polling.errors import DomainError, RuleRefused
from polling.models import ROOT, Role
from polling.organizations import Node, reach
from polling.passwords import MINIMUM_PASSWORD, hash_password
from polling.second_step import turn_off_for
from polling.sentences import VALUES
from polling.throttle import check_password
from web import backups, beginning, invitations, second_step
from web.access import Audience, audience
from web.accounts import Login, NewPassword, NewPerson, OwnPassword, PersonForm, RoleForm, SecondStepOff
from web.acts import demand_written
from web.desk import database, now, who
from web.login import client, destination, let_in, remember, sign_in, sign_out

blueprint = Blueprint("people", __name__, url_prefix="/desk")
blueprint.register_blueprint(beginning.blueprint)
blueprint.register_blueprint(backups.blueprint)
blueprint.register_blueprint(invitations.blueprint)
blueprint.register_blueprint(second_step.blueprint)

# acts on a person that ask for nothing but the click
PLAIN = ("take", "remove", "invite", "namesake", "sessions")
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
        return redirect(destination(request.args.get("next"), current_user.roles))
    form, status = Login(), 200
    if form.validate_on_submit():
        try:
            user = check_password(
                database(), form.name.data, form.password.data, address=client(form.name.data), now=now()
            )
        except RuleRefused as error:
            status = form.refuse(error)
        else:
            return let_in(user, request.args.get("next"))
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
            with database().read() as session:
                known = people.known_of(session, who())
            kept = hash_password(form.password.data, *known)
            with database().write() as session:
                user = people.set_password(session, who(), kept)
                audit.record(session, who=who(), what="user.password", now=now(), name=who())
        except DomainError as error:
            status = form.refuse(error)
        else:
            sign_in(user)
            flash(_("密码已经换好。您在别处的登录都已退出。"), "good")
            return remember(redirect(url_for("people.account")), user)
    elif form.is_submitted():
        status = 422
    with database().read() as session:
        places = organizations.paths(session)
        held = [(role, places[at]) for role, at in people.roles_of(session, who())]
        open_ = sessions.listed(session, who(), now=now())
        two_steps, left = second_step.standing(session)
    return render_template(
        "desk/account.html",
        form=form,
        words=VALUES,
        held=held,
        sessions=open_,
        moment=moment,
        here=current_user.session,
        two_steps=two_steps,
        left=left,
    ), status


def moment(at: datetime) -> datetime:
    """A moment as people here read it."""
    return at.astimezone(BEIJING)


@blueprint.post("/account/sessions")
@audience(Audience.DOOR)
def end_sessions() -> Response:
    """End one of one's own other sessions, or all of them."""
    if not current_user.is_authenticated:
        return redirect(url_for("people.login"))
    with database().write() as session:
        ended = sessions.end_of(
            session, who(), request.form.get("number") or None, keep=current_user.session, now=now()
        )
    flash(_("已经退出 %(number)s 处。", number=ended), "good")
    return redirect(url_for("people.account"))


@blueprint.route("/people", methods=["GET", "POST"])
@audience(Audience.ADMINISTRATOR)
def everybody() -> Answer:
    """List the people of the organizations that are administered here, by organization, and add one."""
    places = _places()
    form, status = NewPerson().offering(places), 200
    if form.validate_on_submit():
        try:
            at, role = form.place(), Role(form.role.data)
            with database().read() as session:
                known = people.known_of(session, form.name.data, at)
            kept = hash_password(form.password.data, *known) if form.password.data else None
            with database().write() as session:
                user = people.register(session, form.name.data, role, kept, at=at)
                audit.record(
                    session, who=who(), what="user.add", now=now(), name=user.name, role=role.value, organization=at
                )
                if kept is None:
                    return invitations.shown(session, user.name)
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
        listed, missing = _listed(session, places), people.missing_people(session)
    here = [(place, [one for one in listed if place.id in one.places]) for place in places]
    return render_template(
        "desk/people.html",
        form=form,
        places=places,
        here=[(place, found) for place, found in here if found],
        without=[one for one in listed if not one.roles],
        missing=missing,
        words=VALUES,
    ), status


def _places() -> list[Node]:
    """The organizations that who is signed in administers."""
    with database().read() as session:
        return reach(session, who(), {Role.ADMINISTRATOR})


def _listed(session: Session, places: list[Node]) -> list[people.Listed]:
    """Who has a role there; those without any role are the root's."""
    ids = {place.id for place in places}
    return people.everybody(session, None if ROOT in ids else ids)


@blueprint.route("/people/<path:name>", methods=["GET", "POST"])
@audience(Audience.ADMINISTRATOR)
def person(name: str) -> Answer:
    """One person: more and fewer roles, a new password, out of service."""
    places = _places()
    with database().read() as session:
        found = [user for user in _listed(session, places) if user.name == name]
        names, twins = organizations.paths(session), recusal.twins_of(session, name)
        open_ = sessions.listed(session, name, now=now())
    if not found:
        abort(404)
    [user] = found
    ids = {place.id for place in places}
    act = request.form.get("act") if request.method == "POST" else None
    giving = RoleForm(formdata=request.form if act == "give" else None).offering(places)
    renewal = NewPassword(formdata=request.form if act == "password" else None)
    plain = PersonForm(formdata=request.form if act in PLAIN else None)
    off = SecondStepOff(formdata=request.form if act == "second_step" else None)
    acts: dict[str, tuple[PersonForm, Any]] = {
        "give": (giving, lambda: _give(user, Role(giving.role.data), giving.place())),
        "take": (plain, lambda: _take(user, ids)),
        "password": (renewal, lambda: _renew(user, renewal.password.data or "")),
        "remove": (plain, lambda: _remove(user)),
        "invite": (plain, lambda: _invite(user)),
        "sessions": (plain, lambda: _end_sessions(user)),
        "namesake": (plain, lambda: _note_namesake(user)),
        "second_step": (off, lambda: _turn_off(user, off.written.data)),
    }
    status = 200
    if act in acts:
        form, change = acts[act]
        status = 422
        if form.validate():
            try:
                told = change()
                if act == "invite":  # a link: shown on this answer alone, and nowhere again
                    return str(told)
                flash(told, "good")
                if act in ("give", "take", "namesake", "sessions", "second_step"):
                    return redirect(url_for("people.person", name=name))
                return redirect(url_for("people.everybody"))
            except DomainError as error:
                status = form.refuse(error)
    in_charge = ROOT in ids or user.places <= ids
    return render_template(
        "desk/person.html",
        user=user,
        held=[(role, at, names[at], at in ids) for role, at in user.roles],
        in_charge=in_charge,
        twins=twins,
        sessions=open_,
        moment=moment,
        giving=giving,
        renewal=renewal,
        off=off,
        places=places,
        refused=plain.refused or off.refused or (() if in_charge else renewal.refused),
        words=VALUES,
        own=user.name == who(),
    ), status


def _give(user: people.Listed, role: Role, at: str) -> str:
    with database().write() as session:
        people.give_role(session, user.name, role, at, by=who())
        said = _role_words(session, user.name, role, at)
        audit.record(session, who=who(), what="user.give", now=now(), **said)
    return _("%(name)s 多了一个身份。", name=user.name)


def _take(user: people.Listed, ids: set[str]) -> str:
    role, at = request.form.get("role", ""), request.form.get("at", "")
    if at not in ids or role not in {one.value for one in Role}:
        abort(404)
    with database().write() as session:
        people.take_role(session, user.name, Role(role), at, by=who())
        said = _role_words(session, user.name, Role(role), at)
        audit.record(session, who=who(), what="user.take", now=now(), **said)
    return _("%(name)s 的这个身份已经收回。", name=user.name)


def _role_words(session: Session, name: str, role: Role, at: str) -> dict[str, str]:
    """What the log says of a role."""
    return {"name": name, "role": role.value, "organization": at, "place": organizations.find(session, at).name}


def _renew(user: people.Listed, password: str) -> str:
    with database().read() as session:
        known = people.known_of(session, user.name)
    kept = hash_password(password, *known)
    with database().write() as session:
        people.demand_charge(session, user.name, by=who())
        changed = people.set_password(session, user.name, kept)
        audit.record(session, who=who(), what="user.password", now=now(), name=user.name)
    if changed.name == who():
        sign_in(changed)  # the session goes on
    return _("%(name)s 的密码已经换好，原来的登录都已退出。", name=user.name)


def _invite(user: people.Listed) -> str:
    with database().write() as session:
        return invitations.shown(session, user.name)


def _end_sessions(user: people.Listed) -> str:
    with database().write() as session:
        people.demand_charge(session, user.name, by=who())
        ended = sessions.end_of(session, user.name, request.form.get("number") or None, now=now())
        audit.record(session, who=who(), what="user.sessions", now=now(), name=user.name, number=ended)
    return _("已经退出 %(number)s 处。", number=ended)


def _turn_off(user: people.Listed, written: str | None) -> str:
    demand_written(written, user.name)
    with database().write() as session:
        turn_off_for(session, user.name, by=who(), now=now())
    return _("%(name)s 的两步登录已经关掉，登录着的地方都已退出。以后只用密码登录。", name=user.name)


def _note_namesake(user: people.Listed) -> str:
    subject, reason = request.form.get("subject", ""), request.form.get("reason", "")
    with database().write() as session:
        people.demand_charge(session, user.name, by=who())
        recusal.note_namesake(session, user.name, subject, reason=reason, by=who(), now=now())
    return _("已注明：%(name)s 和同名的测评对象不是同一个人。", name=user.name)


def _remove(user: people.Listed) -> str:
    with database().write() as session:
        people.remove(session, user.name, by=who())
        audit.record(session, who=who(), what="user.remove", now=now(), name=user.name)
    return _("%(name)s 已停用，不能再登录。名字留在记录里。", name=user.name)
