"""rosters of panels"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('roster',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('panel_key', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('present', sa.Boolean(), nullable=False),
    sa.Column('has_slip', sa.Boolean(), nullable=False),
    sa.Column('household', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_roster_poll_id_polls')),
    sa.PrimaryKeyConstraint('poll_id', 'panel_key', 'position', name=op.f('pk_roster')),
    sqlite_with_rowid=False
    )


def downgrade():
    op.drop_table('roster')
