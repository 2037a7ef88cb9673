"""when the boxes of a poll are to close, as it was announced"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('polls', sa.Column('closes', sa.String(), nullable=True))


def downgrade():
    op.drop_column('polls', 'closes')
