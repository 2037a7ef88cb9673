"""A browser at the desk without a browser: Flask's test client that fills in forms as a person does."""

import html
import re

import sqlalchemy as sa

from polling import people
from polling.models import AuditEntry, Role, User
from polling.passwords import hash_password

GOOD, OTHER, NAME = "four words or so", "and four new words", "王组织"


def add_staff(database):
    """An administrator, an organizer and a scrutineer with the same password."""
    kept = hash_password(GOOD, "")
    with database.write() as session:
        for name, role in (("管理员", Role.ADMINISTRATOR), (NAME, Role.ORGANIZER), ("李监票", Role.SCRUTINEER)):
            people.register(session, name, role, kept)


def audited(database):
    """What the audit log says: (who, what)."""
    with database.read() as session:
        return [(row.who, row.what) for row in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))]


def text(answer, status=200):
    """The text of an answer that has this status."""
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


class Desk:
    """A browser at the desk that fills in forms as a person does: open the page, type, send."""

    def __init__(self, app, address="10.0.0.7") -> None:
        self.client, self.address = app.test_client(), address

    def get(self, path, **options):
        """Open a page."""
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **options)

    def token(self, path="/desk/login"):
        """The hidden token of a page's form."""
        return re.search(r'name="(?:restore-)?csrf_token"[^>]*value="([^"]+)"', self.get(path).text)[1]

    def send(self, path, *, form=None, token=None, **fields):
        """Send the form of the page `form` (default: the same address)."""
        data = fields | {"csrf_token": token or self.token(form or path)}
        return self.client.post(path, data=data, environ_base={"REMOTE_ADDR": self.address})

    def sign_in(self, name=NAME, password=GOOD, path="/desk/login"):
        """Sign in."""
        return self.send(path, name=name, password=password)

    def is_in(self):
        """Whether the account page opens."""
        return self.get("/desk/account").status_code == 200


def left(home):
    """What lies in YIPIAO_HOME besides what is always there."""
    return sorted(
        path.name for path in home.iterdir() if not path.name.startswith(("yipiao.sqlite3", "write.lock", "secret_key"))
    )


def user(database, name):
    """Somebody's row."""
    with database.read() as session:
        return session.get(User, name)
