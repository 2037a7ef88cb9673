"""schemes chosen by an organization"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('organizations', sa.Column('schemes', sa.String(), nullable=True))


def downgrade():
    op.drop_column('organizations', 'schemes')
