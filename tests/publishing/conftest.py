"""A counted poll, made once for all that is tried with it."""

import secrets
from collections.abc import Iterator

import pytest
from lives import Life, counted
from village import Village


@pytest.fixture(scope="module")
def counted_once(tmp_path_factory, installed) -> Village:
    """A counted poll, made once."""
    village = Village(installed(tmp_path_factory.mktemp("counted") / "home"), secrets.token_bytes)
    counted(village)
    village.database.dispose()
    return village


@pytest.fixture
def life(counted_once, tmp_path) -> Iterator[Life]:
    """A copy of it on SQLite."""
    village = counted_once.copied(tmp_path / "home")
    yield Life(village)
    village.database.dispose()


@pytest.fixture
def everywhere(any_village) -> Life:
    """A counted poll on SQLite, and on PostgreSQL."""
    return counted(any_village)
