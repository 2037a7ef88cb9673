"""one-time links by which people choose their password"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('welcomes',
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('made_at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('used', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_name'], ['users.name'], name=op.f('fk_welcomes_user_name')),
    sa.PrimaryKeyConstraint('user_name', name=op.f('pk_welcomes')),
    sa.UniqueConstraint('hash', name=op.f('uq_welcomes_hash'))
    )


def downgrade():
    op.drop_table('welcomes')
