"""users who are not the subject of the same name"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('namesakes',
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['user_name'], ['users.name'], name=op.f('fk_namesakes_user_name')),
    sa.PrimaryKeyConstraint('user_name', 'subject_id', name=op.f('pk_namesakes'))
    )


def downgrade():
    op.drop_table('namesakes')
