"""The desk with somebody whose second step is on, and one clock for the pages and the phone."""

import pytest
from at_desk import NAME, Desk, add_staff
from phones import Clock, Phone

from web.app import create_app


@pytest.fixture
def clock(monkeypatch):
    """One clock for all pages."""
    made = Clock()
    made.set(monkeypatch)
    return made


@pytest.fixture
def app(database, cheap_passwords, clock):
    """The application with an administrator, an organizer and a scrutineer."""
    add_staff(database)
    return create_app(database)


@pytest.fixture
def desk(app):
    """One browser."""
    return Desk(app)


@pytest.fixture
def phone(app, database, clock):
    """The organizer's, with the second step on."""
    return Phone(database, clock, NAME)
