"""where people turn to about a result of an organization"""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


# in place: a table made anew would lose its triggers
def upgrade():
    op.add_column('organizations', sa.Column('contact', sa.String(), nullable=True))


def downgrade():
    op.drop_column('organizations', 'contact')
