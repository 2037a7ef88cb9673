"""what a poll says on the phone, and in which languages"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.add_column(sa.Column('intro', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('languages', sa.String(), server_default='zh_CN en', nullable=False))


def downgrade():
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.drop_column('languages')
        batch_op.drop_column('intro')
