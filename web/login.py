"""Signing in: who a request's session belongs to, its cookie, and which browsers have signed in before."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from polling import audit, sessions
from polling.calendar import day_of
from polling.models import ROOT, Role, User
from polling.organizations import RUNS_POLLS
from polling.people import roles_of
from web import uploads
from web.desk import database, now
from web.devices import device_words

DEVICE = "yipiao_device"
DEVICE_LIFE = timedelta(days=400)
MOST_PEOPLE = 10  # of one browser
WAITING = "waiting"  # in the cookie: who has given the password and owes the code
PATIENCE = timedelta(minutes=10)


class Person(UserMixin):
    """A signed-in user, as it was read from the database for this request, and the session: its number, and when it began (seconds).

    `roles` are held somewhere, `at_root` at the root.
    """

    def __init__(self, user: User, held: Collection[tuple[Role, str]] = (), number: str = "", began: int = 0) -> None:
        self.name = user.name
        self.roles = frozenset(role for role, _at in held)
        self.at_root = frozenset(role for role, at in held if at == ROOT)
        self.session = number or secrets.token_urlsafe(12)
        self.began = began or int(now().timestamp())
        self._mark = session_mark(user)

    def get_id(self) -> str:
        """What the cookie keeps: a new password ends every session of before, and so does turning the second step on or off."""
        return f"{self._mark}:{self.session}:{self.began}:{self.name}"


def session_mark(user: User) -> str:
    """A few characters that change with the password, and with the secret of the second step."""
    return (user.password_hash or "")[-12:] + era(user)


def era(user: User) -> str:
    """A few characters that change with the secret of the second step; none where there is none."""
    return hashlib.sha256(user.totp_sealed.encode()).hexdigest()[:12] if user.totp_sealed else ""


def load_person(session_id: str) -> Person | None:
    """The person of a session, None when it is over, or the account or its password is another by now."""
    mark, _, rest = session_id.partition(":")
    number, _, rest = rest.partition(":")
    began, _, name = rest.partition(":")
    if not began.isdecimal():  # a cookie of an older version
        return None
    with database().read() as session:
        user = session.get(User, name)
        if user is None or user.password_hash is None or session_mark(user) != mark:
            return None
        if not sessions.is_alive(session, number, began=datetime.fromtimestamp(int(began), UTC), now=now()):
            return None
        person = Person(user, roles_of(session, name), number, int(began))
        due = sessions.is_due(session, number, today=day_of(now()))
    if due:
        with database().write() as kept:
            sessions.seen(kept, number, today=day_of(now()))
    return person


def sign_in(user: User) -> Person:
    """Begin a session of this user's; forms that were made before it count no more."""
    session.pop("csrf_token", None)
    session.pop(WAITING, None)
    with database().write() as kept:
        person = Person(user, roles_of(kept, user.name))
        device = device_words(request.headers.get("User-Agent", ""))
        sessions.begin(kept, person.session, person.name, device, now=now())
    login_user(person)
    return person


def sign_out() -> None:
    """End this session for good: a copy of its cookie is worth nothing any more. One that waits for a code ends too."""
    for person in (current_user if current_user.is_authenticated else None, end_waiting()):
        if person is not None:
            with database().write() as kept:
                sessions.end(kept, person.session, now=now())
    logout_user()


# ---------------------------------------------------------------- between the password and the code


def let_in(user: User, wanted: str | None = None, said: str = "") -> Response:
    """Lead somebody on whose password was right, or was set just now: into the desk, or to the page that asks for the second step.

    Until that is answered nobody is signed in: what the cookie keeps is no session, and opens that one page for `PATIENCE`.
    """
    if user.totp_sealed is None:
        with database().write() as kept:
            audit.record(kept, who=user.name, what="login", now=now())
        person = sign_in(user)
        if said:
            flash(said, "good")
        return remember(redirect(destination(wanted, person.roles)), user)
    session.pop("csrf_token", None)
    session[WAITING] = Person(user).get_id()
    return redirect(url_for("people.second_step.ask", next=wanted))


def waiting() -> Person | None:
    """Who gave the right password in this browser a few minutes ago and has not given the code yet; nobody after a change of either."""
    person = load_person(session.get(WAITING, ""))
    late = person is not None and now().timestamp() - person.began > PATIENCE.total_seconds()
    return None if late else person


def end_waiting() -> Person | None:
    """Forget who waits; gives who that was."""
    person = waiting()
    session.pop(WAITING, None)
    return person


def client_of_codes(user: User) -> str:
    """From where a code is tried: a browser that signed in with a code before counts by itself, all others together.

    Who knows the password alone can't guess from a thousand addresses, and makes nobody wait in a browser of one's own.
    """
    mark = _people_of_this_browser().get(user.name, "")
    return f"browser {mark}" if era(user) and mark.endswith(f".{era(user)}") else elsewhere(user.name)


def elsewhere(name: str) -> str:
    """All other browsers, of one person."""
    return f"elsewhere {name}"


def destination(wanted: str | None, roles: Collection[Role]) -> str:
    """Where to go after signing in: a page of the desk that was asked for, or the first one that these roles may see."""
    if RUNS_POLLS.isdisjoint(roles):
        pages = {Role.APPROVER: "approver.waiting", Role.TELLER: "attendance.polls", Role.READER: "reading.listed"}
        return url_for(next((page for role, page in pages.items() if role in roles), "people.account"))
    if wanted and wanted.isprintable() and "\\" not in wanted and wanted.startswith("/desk/"):
        parts = urlsplit(wanted)
        if not parts.scheme and not parts.netloc and ".." not in parts.path:
            return wanted
    return "/desk/"


# ---------------------------------------------------------------- browsers that have signed in before


def client(name: str) -> str:
    """From where a password is tried: the browser's own mark when this name signed in from it before, else the address.

    So whoever guesses from the same address (a village has one) makes nobody wait who has been here before.
    """
    mark = _people_of_this_browser().get(name.strip())
    return f"browser {mark}" if mark else request.remote_addr or ""


def remember(response: Response, user: User) -> Response:
    """Let this browser be known as one from which the user signed in, both steps where there are two."""
    known = _people_of_this_browser()
    mark = known.pop(user.name, "").partition(".")[0] or secrets.token_urlsafe(12)
    known[user.name] = f"{mark}.{era(user)}"
    kept = dict(list(known.items())[-MOST_PEOPLE:])
    response.set_cookie(
        DEVICE,
        _serializer().dumps(kept),
        max_age=DEVICE_LIFE,
        path="/desk",
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )
    return response


def _people_of_this_browser() -> dict[str, str]:
    try:
        found = _serializer().loads(request.cookies.get(DEVICE, ""))
    except BadSignature:
        return {}
    return {str(name): str(mark) for name, mark in found.items()}


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="device")


# ---------------------------------------------------------------- the application's side


def is_https() -> bool:
    """Whether the browser speaks https: to us, or to a proxy before us."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto") == "https"


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions; their cookie never goes out over http where it came over https."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's interface
        """Decide by the request."""
        return is_https()


def register(app: Flask) -> None:
    """Attach the login manager, the session's cookie and the limits of what the desk is sent."""
    app.session_interface = Cookies()
    app.permanent_session_lifetime = sessions.LIFE
    uploads.register(app)
    manager = LoginManager()
    manager.user_loader(load_person)
    manager.session_protection = None  # phones change their addresses
    # not by init_app, which looks at the session of every request: no answer to a voter varies by a cookie
    app.login_manager = manager  # type: ignore[attr-defined]
    app.jinja_env.globals.update(current_user=current_user)
