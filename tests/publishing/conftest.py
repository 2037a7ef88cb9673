"""A counted poll, made once for all that is tried with it."""

import copy
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lives import Life, counted
from village import Village

from polling.db import Database
from polling.settings import read_settings


@pytest.fixture(scope="module")
def counted_once(tmp_path_factory, installed) -> tuple[Path, Village]:
    """A counted poll, made once: its YIPIAO_HOME."""
    home = tmp_path_factory.mktemp("counted") / "home"
    database = installed(home)
    village = Village(database, secrets.token_bytes)
    counted(village)
    database.dispose()
    return home, village


@pytest.fixture
def life(counted_once, tmp_path) -> Iterator[Life]:
    """A copy of it on SQLite."""
    shutil.copytree(counted_once[0], tmp_path / "home")
    village = copy.copy(counted_once[1])
    village.database = Database(read_settings({"YIPIAO_HOME": str(tmp_path / "home")}))
    yield Life(village)
    village.database.dispose()


@pytest.fixture
def everywhere(any_village) -> Life:
    """A counted poll on SQLite, and on PostgreSQL."""
    return counted(any_village)
