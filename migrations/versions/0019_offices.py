"""schemes chosen by an organization; the places of the register's lines"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('organizations', sa.Column('schemes', sa.String(), nullable=True))

    op.add_column('scoring_entries', sa.Column('place', sa.String(), nullable=True))
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TRIGGER scoring_entries_update")
    else:
        op.execute("ALTER TABLE scoring_entries DISABLE TRIGGER scoring_entries_guard")
    op.execute(
        "UPDATE scoring_entries SET place = coalesce((SELECT min(id) FROM organizations "
        "WHERE name = scoring_entries.organization GROUP BY name HAVING count(*) = 1), 'root') WHERE kind = 'subject'"
    )
    if sqlite:
        op.execute(
            "CREATE TRIGGER scoring_entries_update BEFORE UPDATE ON scoring_entries "
            "BEGIN SELECT RAISE(ABORT, 'what was entered stays as it is'); END"
        )
    else:
        op.execute("ALTER TABLE scoring_entries ENABLE TRIGGER scoring_entries_guard")


def downgrade():
    op.drop_column('scoring_entries', 'place')
    op.drop_column('organizations', 'schemes')
