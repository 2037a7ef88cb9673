"""Migrations up from nothing give the tables of the models, on both databases, and lead back down."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import ballots.models  # noqa: F401 - registers its tables
import polling.preflight
import polling.rosters  # noqa: F401
import publishing.models  # noqa: F401
import scoring.draw_models
import scoring.models  # noqa: F401
from polling.db import Base, alembic_config, demand_current_schema
from polling.errors import RuleRefused
from polling.models import ROOT, Grant, Role, User


def _differences(database):
    with database.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def test_up_from_nothing_equals_the_models(any_database):
    """No table, column, type or index differs between migrated database and models."""
    assert _differences(any_database) == []


def test_the_comparison_can_fail(any_database):
    """A column that only the database has is seen."""
    with any_database.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE polls ADD COLUMN stray TEXT")
        connection.commit()
    assert any("stray" in str(difference) for difference in _differences(any_database))


def test_all_the_way_down_leaves_nothing(any_database):
    """Downgrading to nothing drops every table, trigger and function, and upgrading works again."""
    for _ in range(2):
        with any_database.engine.connect() as connection:
            command.downgrade(alembic_config(connection), "base")
            connection.commit()
            command.upgrade(alembic_config(connection), "head")
            connection.commit()
    assert _differences(any_database) == []


def test_the_second_step_goes_and_comes_with_people_there(any_database):
    """Its columns are taken away in place: the table of people, which others point to, is not made anew."""
    with any_database.write() as session:
        session.add(User(name="甲"))
        session.flush()
        session.add(Grant(user_name="甲", role=Role.ORGANIZER, organization_id=ROOT))
    with any_database.engine.connect() as connection:
        command.downgrade(alembic_config(connection), "0017")
        connection.commit()
        command.upgrade(alembic_config(connection), "head")
        connection.commit()
        assert connection.exec_driver_sql("SELECT user_name FROM grants").scalars().all() == ["甲"]
    assert _differences(any_database) == []


def test_one_line_of_revisions():
    """There is exactly one head."""
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_an_old_schema_is_refused(any_database):
    """A server does not start on a schema that is not the newest."""
    demand_current_schema(any_database)
    with any_database.engine.connect() as connection:
        command.stamp(alembic_config(connection), "base")
        connection.commit()
    with pytest.raises(RuleRefused, match="schema_old"):
        demand_current_schema(any_database)
