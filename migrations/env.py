"""Alembic's environment: the connection comes from `polling.db.migrate`, or from DATABASE_URL when alembic itself is called."""

from alembic import context

import ballots.models  # noqa: F401 - the models register their tables
import polling.models
import polling.preflight
import polling.rosters  # noqa: F401
import publishing.models  # noqa: F401
import scoring.draw_models
import scoring.models  # noqa: F401
from polling.db import Base, make_engine
from polling.settings import read_settings


def run(connection):
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


connection = context.config.attributes.get("connection")
if connection is not None:
    run(connection)
else:
    with make_engine(read_settings()).connect() as made:
        run(made)
        made.commit()
