"""The application with the people of a desk."""

import pytest
from desks import ORGANIZER, OTHER, PASSWORD, SCRUTINEER, Desk

from polling.models import Role
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
def real(village, desk):
    """An open real poll with the server's key, ten expected and two spare slips."""
    village.create(rehearsal=False, spare=2)
    village.print()
    village.open()
    return village
