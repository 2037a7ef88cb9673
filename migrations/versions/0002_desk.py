"""the organizer's desk: revisions, trial polls, invitations of key holders, throttled login"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('login_failures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login_failures'))
    )
    with op.batch_alter_table('login_failures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_login_failures_who'), ['who'], unique=False)

    op.create_table('one_time_codes',
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('made_at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('purpose', name=op.f('pk_one_time_codes'))
    )
    op.create_table('invitations',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=True),
    sa.Column('public_key', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_invitations_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.add_column(sa.Column('revision', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('made_by', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('trial_of', sa.String(), nullable=True))


def downgrade():
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.drop_column('trial_of')
        batch_op.drop_column('made_by')
        batch_op.drop_column('revision')

    op.drop_table('invitations')
    op.drop_table('one_time_codes')
    with op.batch_alter_table('login_failures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_login_failures_who'))

    op.drop_table('login_failures')
