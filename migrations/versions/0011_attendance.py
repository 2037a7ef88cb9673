"""what the attendance desk counts, and the figures that two people state at closing"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

ADDED = ('came', 'handed_out', 'present', 'spoiled', 'unused', 'note')


def upgrade():
    with op.batch_alter_table('panels', schema=None) as batch_op:
        batch_op.add_column(sa.Column('came', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('handed_out', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('present', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('spoiled', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unused', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('note', sa.String(), nullable=True))


def downgrade():
    with op.batch_alter_table('panels', schema=None) as batch_op:
        for name in ADDED:
            batch_op.drop_column(name)
