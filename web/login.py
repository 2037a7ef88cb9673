"""Signing in: who a request's session belongs to."""

from flask import Flask, current_app
from flask_login import LoginManager, UserMixin

from polling.models import Role, User


class Person(UserMixin):
    """A signed-in user, as it was read from the database for this request."""

    def __init__(self, user: User) -> None:
        self.name = user.name
        self.role: Role = user.role
        self._mark = session_mark(user)

    def get_id(self) -> str:
        """What the session keeps: a new password ends every session of before."""
        return f"{self._mark}:{self.name}"


def session_mark(user: User) -> str:
    """A few characters that change with the password."""
    return (user.password_hash or "")[-12:]


def load_person(session_id: str) -> Person | None:
    """The person of a session, None when the account or its password is another by now."""
    mark, _, name = session_id.partition(":")
    with current_app.config["YIPIAO_DATABASE"].read() as session:
        user = session.get(User, name)
        if user is None or user.password_hash is None or session_mark(user) != mark:
            return None
        return Person(user)


def register(app: Flask) -> None:
    """Attach the login manager."""
    manager = LoginManager(app)
    manager.user_loader(load_person)
    manager.session_protection = None  # phones change their addresses
