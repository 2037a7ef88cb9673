"""A county office in small, on one database and on both."""

import pytest
from offices import Office


@pytest.fixture
def office(database) -> Office:
    """An office on SQLite."""
    return Office(database)


@pytest.fixture
def any_office(any_database) -> Office:
    """An office, on both databases."""
    return Office(any_database)
