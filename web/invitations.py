"""Inviting people to the desk: the link, shown once and as a slip to print, and the page where the invited chooses a password."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from polling import organizations, people, welcome
from polling.calendar import day_of
from polling.db import Session
from polling.errors import DomainError
from polling.passwords import hash_password
from polling.sentences import VALUES
from web.access import Audience, audience
from web.accounts import NewPassword
from web.desk import database, now, random, who
from web.login import let_in
from web.qr import picture
from web.slip_address import proposed
from web.words import sentence

blueprint = Blueprint("invitations", __name__)


def shown(session: Session, name: str) -> str:
    """A new link for somebody, on a page to show or to print; nowhere again. Raises RuleRefused as `polling.welcome.invite` does."""
    token = welcome.invite(session, database().settings, name, by=who(), now=now(), random=random)
    address = proposed() or request.host_url.rstrip("/")
    link = address + url_for("people.invitations.accept", token=token)
    places = organizations.paths(session)
    return render_template(
        "desk/invited.html",
        name=name,
        held=[(role, places[at]) for role, at in people.roles_of(session, name)],
        link=link,
        picture=picture(link),
        last=day_of(now() + welcome.LIFE - timedelta(minutes=1)),
        words=VALUES,
    )


@blueprint.route("/invited/<token>", methods=["GET", "POST"])
@audience(Audience.DOOR)
def accept(token: str) -> str | Response | tuple[str, int]:
    """Choose a password by a link. To look at the page changes nothing."""
    form, status = NewPassword(), 200
    try:
        with database().read() as session:
            user = welcome.invited(session, database().settings, token, now=now())
            places = organizations.paths(session)
            known = people.known_of(session, user.name)
            held = [(role, places[at]) for role, at in people.roles_of(session, user.name)]
    except DomainError as error:
        return render_template("desk/invitation.html", form=None, problem=sentence(error)), 404
    if form.validate_on_submit():
        try:
            kept = hash_password(form.password.data, *known)
            with database().write() as session:
                user = welcome.accept(session, database().settings, token, kept, now=now())
        except DomainError as error:
            status = form.refuse(error)
        else:
            return let_in(user, said=_("密码设好了，您已经登录。以后用姓名和密码登录。"))
    elif form.is_submitted():
        status = 422
    return render_template("desk/invitation.html", form=form, user=user, held=held, words=VALUES), status
