"""An installation's beginning: the first administrator, or a backup brought back, by the one-time code that the terminal shows."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from polling import audit, first
from polling.backup import restart_workers, restore, workplace
from polling.db import Database
from polling.errors import DomainError
from polling.passwords import hash_password
from polling.settings import TERMINAL
from publishing.signing_keys import load_signer
from web.access import Audience, audience
from web.accounts import FirstAdministrator, Restoring
from web.desk import database, now
from web.login import destination, let_in
from web.uploads import LARGEST_BACKUP

blueprint = Blueprint("beginning", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.url_value_preprocessor
def _large_enough(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Take a large upload for a backup alone, and only where nothing is yet that it could overwrite."""
    if endpoint == "people.beginning.bring_back" and _is_untouched():
        request.max_content_length = LARGEST_BACKUP


def _is_untouched() -> bool:
    with database().read() as session:
        return first.is_due(session) and first.is_empty(session)


@blueprint.route("/first", methods=["GET", "POST"])
@audience(Audience.DOOR)
def first_administrator() -> Answer:
    """Make the first administrator and sign in."""
    if not _is_due():
        return _over()
    form, status = FirstAdministrator(), 200
    if form.validate_on_submit():
        try:
            first.check_code(database(), form.code.data, address=request.remote_addr or "", now=now())
            kept = hash_password(form.password.data, form.name.data)
            with database().write() as session:
                user = first.make_administrator(
                    session,
                    database().settings,
                    form.code.data,
                    form.name.data,
                    kept,
                    office=form.office.data or "",
                    now=now(),
                )
        except DomainError as error:
            status = form.refuse(error)
        else:
            welcome = _("您已是管理员。请先登记组织者和监票人，再新建测评。")
            return let_in(user, url_for("people.everybody"), said=welcome)
    elif form.is_submitted():
        status = 422
    return _page(form, Restoring(prefix="restore", formdata=None)), status


@blueprint.route("/first/restore", methods=["GET", "POST"])
@audience(Audience.DOOR)
def bring_back() -> Answer:
    """Bring a backup back instead."""
    if not _is_due():
        return _over()
    if request.method == "GET":
        return redirect(url_for("people.beginning.first_administrator"))
    form, status = Restoring(prefix="restore"), 422
    if form.validate():
        try:
            first.check_code(database(), form.code.data, address=request.remote_addr or "", now=now())
            with workplace(database().settings) as folder:
                form.file.data.save(folder / "upload")
                restore(database().settings, folder / "upload", prepare=_prepare)
        except DomainError as error:
            status = form.refuse(error)
        else:
            flash(_("备份已经恢复。请用原来的姓名和密码登录。"), "good")
            answer = redirect(url_for("people.login"))
            answer.call_on_close(restart_workers)
            return answer
    return _page(FirstAdministrator(formdata=None), form), status


def _prepare(restored: Database, current: Database) -> None:
    """Before a restored database takes its place: what it signs with must open here, and the code counts on where it is needed."""
    load_signer(restored)
    with current.read() as source, restored.write() as target:
        first.carry_over(source, target)
        audit.record(target, who=TERMINAL, what="restore", now=now())


def _is_due() -> bool:
    with database().read() as session:
        return first.is_due(session)


def _page(form: FirstAdministrator, restoring: Restoring) -> str:
    with database().read() as session:
        empty = first.is_empty(session)
    return render_template(
        "desk/first.html", form=form, restoring=restoring if database().is_sqlite else None, empty=empty
    )


def _over() -> Answer:
    """The page was for the beginning; a second click of who has just begun goes on to the desk."""
    if current_user.is_authenticated:
        return redirect(destination(None, current_user.roles))
    return render_template("desk/first.html", form=None), 404
