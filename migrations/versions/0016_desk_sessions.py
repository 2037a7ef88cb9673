"""sessions of the desk, to be looked at and ended"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('desk_sessions',
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('began', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('seen_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['user_name'], ['users.name'], name=op.f('fk_desk_sessions_user_name')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_desk_sessions'))
    )
    with op.batch_alter_table('desk_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_desk_sessions_user_name'), ['user_name'], unique=False)


def downgrade():
    op.drop_table('desk_sessions')
