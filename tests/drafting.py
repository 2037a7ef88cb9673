"""The desk for tests of its forms: who sits there, and forms filled in as a browser would."""

import html
from html.parser import HTMLParser

import sqlalchemy as sa
from counties import add_places

from ballots.models import Credential
from polling.models import ROOT, Poll, Role, User
from polling.people import register
from polling.polls import find_poll
from web.app import create_app
from web.login import Person

ORGANIZER, OTHER, ADMINISTRATOR = "王组织", "赵组织", "孙管理"
TIBETAN = "བོད་ལྗོངས་གྲོང་ཁྱེར་གྱི་ལས་དོན་རུ་ཁག་དང་པོ་སྐྱ་རིས་གྲོང་ཚོའི"


class Form(HTMLParser):
    """The fields of the form with most of them on a page, with their values, as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._text = self._select = None
        self.feed(page)
        self.fields = max(self.forms, key=len)

    def handle_starttag(self, tag, attrs):
        """Note a field."""
        given = dict(attrs)
        name = given.get("name")
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and name and self.forms:
            value = given.get("value", "y" if given.get("type") == "checkbox" else "")
            if (
                given.get("type") == "checkbox" and "checked" in given and name in self.forms[-1]
            ):  # several ticks of one name
                self.forms[-1][name] = [*self.forms[-1][name], value]
            elif given.get("type") == "checkbox" and "checked" in given and name == "languages":
                self.forms[-1][name] = [value]
            elif given.get("type") not in ("checkbox", "radio", "file") or "checked" in given:
                self.forms[-1][name] = value
        elif tag == "textarea":
            self._text, self.forms[-1][name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = given["value"]

    def handle_endtag(self, tag):
        """End a field."""
        if tag == "textarea":
            self.forms[-1][self._text] = self.forms[-1][self._text].removeprefix("\r\n").removeprefix("\n")
            self._text = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        """The text of a textarea."""
        if self._text:
            self.forms[-1][self._text] += data


class Desk:
    """The browser of somebody who is signed in."""

    def __init__(self, app, name=ORGANIZER) -> None:
        self.client = app.test_client()
        with app.config["YIPIAO_DATABASE"].read() as session:
            mark = Person(session.get(User, name)).get_id()
        with self.client.session_transaction(path="/desk/") as kept:  # the door itself: tests/web/test_people.py
            kept["_user_id"], kept["_fresh"] = mark, True

    def page(self, address, status=200) -> str:
        """A page's text."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def fields(self, address) -> dict[str, str]:
        """The fields of a page's form."""
        return Form(self.client.get(address).text.partition("<main")[2]).fields

    def send(self, address, status=302, *, to=None, fields=None, **typed):
        """Fill in and send the form of a page (`fields`: as it was opened before)."""
        answer = self.client.post(to or address, data=(fields or self.fields(address)) | {"act": "next"} | typed)
        assert answer.status_code == status, html.unescape(answer.text)
        return answer


GOOD = {
    "period": "2026-10",
    "title": "嘎玛乡十月测评",
    "rehearsal": "y",
    "base_url": "http://10.0.0.5:8000",
    "closes": "2026-11-05T17:30",
    "subjects_work_team": "嘎玛村驻村工作队\n\n  达那村驻村工作队 ",
    "subjects_first_secretary": "扎西",
    "expected_evaluators": "２０",
    "expected_villagers": "12",
    "spare_villagers": "0",
    "holder_1": "李保管",
    "holder_2": "陈保管",
}


# which fields stand on which step
STEP = {
    "period": "subjects",
    "subjects": "subjects",
    "pick": "subjects",
    "kind": "subjects",
    "expected": "panels",
    "spare": "panels",
    "roster": "panels",
    "title": "texts",
    "base": "texts",
    "closes": "texts",
    "intro": "texts",
    "languages": "texts",
    "holder": "texts",
}
STEPS = ("subjects", "panels", "texts")


def at(poll_id, step="check") -> str:
    """The address of a step."""
    return f"/desk/polls/{poll_id}/edit" + ("" if step == "check" else f"/{step}")


def of_step(step, typed) -> dict[str, str]:
    """What of it is typed on one step."""
    return {name: text for name, text in typed.items() if STEP.get(name.partition("_")[0], "scheme") == step}


def begin(desk, **typed) -> str:
    """The first step of a new poll: its id."""
    answer = desk.send("/desk/polls/new", **typed)
    return answer.location.split("/")[3]


def make(desk, **typed) -> str:
    """A new poll by its steps: its id."""
    said = GOOD | typed
    poll_id = begin(desk, **of_step("scheme", said))
    for step in STEPS:
        desk.send(at(poll_id, step), **of_step(step, said))
    return poll_id


def poll_of(village, poll_id) -> Poll:
    """The poll's row."""
    with village.database.read() as session:
        return find_poll(session, poll_id)


def count(village, model, *where) -> int:
    """How many rows there are."""
    with village.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def points_of(village) -> set[str]:
    """Every public point that is kept."""
    with village.database.read() as session:
        return set(session.scalars(sa.select(Credential.point)))


def application(village):
    """The application, and the people of the desk."""
    [township] = add_places(village.database, "曲水乡")
    people = (
        (ORGANIZER, Role.ORGANIZER, ROOT),
        (OTHER, Role.ORGANIZER, township),
        (ADMINISTRATOR, Role.ADMINISTRATOR, ROOT),
    )
    with village.database.write() as session:
        for name, role, at in people:
            register(session, name, role, f"hash of {name}", at=at)
    return create_app(village.database)
