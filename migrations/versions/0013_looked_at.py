"""what was looked at before opening"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('looked_at',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('item', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_looked_at_poll_id_polls')),
    sa.PrimaryKeyConstraint('poll_id', 'item', name=op.f('pk_looked_at'))
    )


def downgrade():
    op.drop_table('looked_at')
