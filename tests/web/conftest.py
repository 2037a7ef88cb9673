"""The application with the people of a desk."""

import pytest
from at_desk import Desk as Browser
from counties import PASSWORD as COUNTY_PASSWORD
from counties import add_people, add_places
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, Desk

from polling.models import ROOT, Role
from polling.people import add_user
from web.app import create_app


@pytest.fixture
def app(village, cheap_passwords):
    """The application, and the people of the desk."""
    with village.database.write() as session:
        for name, role in ((ORGANIZER, Role.ORGANIZER), (OTHER, Role.ORGANIZER), (SCRUTINEER, Role.SCRUTINEER)):
            add_user(session, name, role, PASSWORD)
    return create_app(village.database)


@pytest.fixture
def desk(app) -> Desk:
    """The organizer at the desk."""
    return Desk(app)


@pytest.fixture
def county(village, cheap_passwords):
    """Two townships and their people: the ids by name."""
    east, west = add_places(village.database, "东乡", "西乡")
    add_people(
        village.database,
        ("县管", Role.ADMINISTRATOR, ROOT),
        ("县组", Role.ORGANIZER, ROOT),
        ("县阅", Role.READER, ROOT),
        ("东管", Role.ADMINISTRATOR, east),
        ("东组", Role.ORGANIZER, east),
        ("东阅", Role.READER, east),
        ("西管", Role.ADMINISTRATOR, west),
        ("西组", Role.ORGANIZER, west),
        ("西审", Role.APPROVER, west),
    )
    return {"东乡": east, "西乡": west}


@pytest.fixture
def at_desk(village, county):
    """Sign in somebody of the county."""
    app = create_app(village.database)

    def sign_in(name):
        browser = Browser(app)
        assert browser.sign_in(name, COUNTY_PASSWORD).status_code == 302
        return browser

    return sign_in


@pytest.fixture
def real(village, desk):
    """An open real poll with the server's key, ten expected and two spare slips."""
    village.create(rehearsal=False, spare=2)
    village.print()
    village.open()
    return village
