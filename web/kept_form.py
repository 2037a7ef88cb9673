"""A form that came after its session was over: what was typed is shown again with a button, so that nobody types it twice."""

from flask import render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

# the token is made anew, and a password or a file is given again
NEVER = ("csrf_token", "password", "again", "old", "code")


def is_worth_keeping() -> bool:
    """Whether this is a form of the desk from a browser that was signed in before."""
    return request.method == "POST" and request.path.startswith("/desk/polls/") and "csrf_token" in session


def kept_form() -> tuple[str, int]:
    """A page that carries the form's fields: to be sent once more after signing in."""
    fields = [(name, value) for name, values in request.form.lists() if name not in NEVER for value in values]
    words = (
        _("您重新登录过。填的都还在：再点一次就办。")
        if current_user.is_authenticated
        else _("登录已经过期。填的都还在这一页：请先在新的页面里登录，再回到这里点“接着办”。")
    )
    login = None if current_user.is_authenticated else url_for("people.login")
    page = render_template("desk/kept_form.html", fields=fields, words=words, login=login, to=request.full_path)
    return page, 403
