"""the second step of signing in, and its recovery codes"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('totp_sealed', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('totp_step', sa.BigInteger(), nullable=True))
    op.create_table('recovery_codes',
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_name'], ['users.name'], name=op.f('fk_recovery_codes_user_name')),
    sa.PrimaryKeyConstraint('user_name', 'hash', name=op.f('pk_recovery_codes'))
    )


def downgrade():
    op.drop_table('recovery_codes')
    # in place: SQLite lets no table go that others point to
    op.drop_column('users', 'totp_step')
    op.drop_column('users', 'totp_sealed')
