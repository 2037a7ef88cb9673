"""The pages of the second step: asked for after the password, and turned on and off under one's own account."""

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from polling import audit, second_step, sessions
from polling.calendar import BEIJING
from polling.db import Session
from polling.errors import DomainError
from polling.models import User
from polling.people import find_user
from polling.throttle import check_password
from web.access import Audience, audience
from web.accounts import CurrentPassword, SecondStep, SecondStepKept, SecondStepTried
from web.desk import database, now, random, who
from web.login import WAITING, client, client_of_codes, destination, elsewhere, end_waiting, remember, sign_in, waiting
from web.qr import drawing

blueprint = Blueprint("second_step", __name__)

Answer = str | Response | tuple[str, int]
SHOWN_FOR = 15 * 60  # seconds between the password and the app's first code
FEW = 3  # recovery codes: time to make new ones


@blueprint.route("/login/code", methods=["GET", "POST"])
@audience(Audience.DOOR)
def ask() -> Answer:
    """Ask who gave the right password for a code; the session begins here, or not at all."""
    wanted = request.args.get("next")
    if current_user.is_authenticated:
        return redirect(destination(wanted, current_user.roles))
    person = waiting()
    if person is None:
        if session.pop(WAITING, None) is not None:
            flash(_("等得太久了，或者密码换过。请从姓名和密码重新开始。"), "warn")
        return redirect(url_for("people.login", next=wanted))
    form, status = SecondStep(), 200
    if form.validate_on_submit():
        try:
            with database().read() as read:
                user = find_user(read, person.name)
            # before the right code takes them back, where it is typed elsewhere too
            tried = second_step.wrong_codes(database(), user.name, place=elsewhere(user.name), now=now())
            by_recovery = second_step.demand_code(
                database(), user, form.typed(), place=client_of_codes(user), now=now()
            )
        except DomainError as error:
            status = form.refuse(error)
        else:
            return _enter(user, wanted, by_recovery=by_recovery, tried=tried)
    elif form.is_submitted():
        status = 422
    return render_template("desk/code.html", form=form, name=person.name, clock=now().astimezone(BEIJING)), status


def _enter(user: User, wanted: str | None, *, by_recovery: bool, tried: int) -> Response:
    """Begin the session; the state of before, and each copy of its cookie, is over. `tried`: wrong codes elsewhere."""
    waited = end_waiting()
    with database().write() as kept:
        if waited is not None:
            sessions.end(kept, waited.session, now=now())
        audit.record(kept, who=user.name, what="login.code", now=now())
        left = second_step.codes_left(kept, user.name)
    person = sign_in(user)
    if tried:
        flash(
            _(
                "过去一天里，有人在没有登录成功过的电脑或手机上输对了您的密码，没有输对验证码（%(tried)s 次）。不是您自己，请马上换密码。",
                tried=tried,
            ),
            "warn",
        )
    if by_recovery:
        flash(
            _(
                "用掉了一个恢复码，还剩 %(left)s 个。手机丢了，请在“我的账号”的“两步登录”里关掉它，再用新手机打开。",
                left=left,
            ),
            "warn",
        )
    return remember(redirect(destination(wanted, person.roles)), user)


@blueprint.route("/account/two-steps", methods=["GET", "POST"])
@audience(Audience.DOOR)
def manage() -> Answer:
    """Turn one's own second step on or off, and make new recovery codes."""
    if not current_user.is_authenticated:
        return redirect(url_for("people.login", next=request.path))
    with database().read() as read:
        on, left = standing(read)
    act = request.form.get("act") if request.method == "POST" else None
    if act == "try":
        return _try(on=on)
    form = SecondStepKept() if on else CurrentPassword()
    status = 200
    if form.validate_on_submit():
        try:
            user = check_password(database(), who(), form.current.data, address=client(who()), now=now())
            if not on:
                secret = second_step.new_secret(random)
                return _shown(secret, SecondStepTried(formdata=None, sealed=_sealer().dumps(_bound(secret))))
            second_step.demand_code(database(), user, form.code.data, place=client_of_codes(user), now=now())
            return _turn_off() if act == "off" else _renew()
        except DomainError as error:
            status = form.refuse(error)
    elif form.is_submitted():
        status = 422
    return render_template("desk/two_steps.html", form=form, on=on, left=left, few=left <= FEW), status


def standing(read: Session) -> tuple[bool, int]:
    """Whether the second step of who is signed in is on, and how many recovery codes are left."""
    return find_user(read, who()).totp_sealed is not None, second_step.codes_left(read, who())


def _try(*, on: bool) -> Answer:
    """The first code of the app: from now on it counts."""
    form = SecondStepTried()
    try:
        name, number, secret = _sealer().loads(form.sealed.data or "", max_age=SHOWN_FOR)
    except (BadSignature, ValueError):
        name = number = secret = ""
    if on or [name, number] != _bound("")[:2]:
        flash(_("两步登录已经开了。") if on else _("这一页放得太久了，还没有开。请从头再来。"), "" if on else "warn")
        return redirect(url_for("people.second_step.manage"))
    if not form.validate():
        return _shown(secret, form), 422
    try:
        with database().write() as kept:
            codes = second_step.turn_on(
                kept, database().settings, who(), secret, form.code.data, now=now(), random=random
            )
            user = find_user(kept, who())
    except DomainError as error:
        status = form.refuse(error)
        return _shown(secret, form), status
    sign_in(user)  # the session goes on here, and nowhere else
    return remember(make_response(_codes(codes, fresh=True)), user)


def _shown(secret: str, form: SecondStepTried) -> str:
    """The secret, as a picture and to type, with the field for the app's first code."""
    address = second_step.address_for_apps(who(), secret)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return render_template(
        "desk/two_steps_secret.html", form=form, address=address, picture=drawing(address), groups=groups
    )


def _turn_off() -> Response:
    with database().write() as kept:
        user = second_step.turn_off(kept, who(), who=who(), now=now())
    sign_in(user)
    flash(_("两步登录已经关掉，您在别处的登录都已退出。以后只用密码登录。"), "good")
    return remember(redirect(url_for("people.account")), user)


def _renew() -> str:
    with database().write() as kept:
        codes = second_step.renew_codes(kept, database().settings, who(), now=now(), random=random)
    return _codes(codes, fresh=False)


def _codes(codes: list[str], *, fresh: bool) -> str:
    """The recovery codes: on this answer alone, and nowhere again."""
    return render_template("desk/recovery_codes.html", codes=codes, fresh=fresh, today=now().astimezone(BEIJING).date())


def _bound(secret: str) -> list[str]:
    """A secret that is not in force yet, and to whose session it was shown."""
    return [who(), current_user.session, secret]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="second step")
