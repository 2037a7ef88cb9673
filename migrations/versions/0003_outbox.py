"""delivery: numbered documents, receivers, the outbox, dates of signing keys"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.add_column(sa.Column('number', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('type', sa.String(), nullable=True))
    documents = sa.table('result_documents', sa.column('id'), sa.column('published_on'), sa.column('number'), sa.column('type'))
    connection = op.get_bind()
    order = sa.select(documents.c.id).order_by(documents.c.published_on, documents.c.id)
    for number, identity in enumerate(connection.execute(order).scalars().all(), start=1):
        # what earlier versions published were results alone
        connection.execute(documents.update().where(documents.c.id == identity).values(number=number, type='yipiao.result'))
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.alter_column('number', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('type', existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f('uq_result_documents_number'), ['number'])

    with op.batch_alter_table('signing_keys', schema=None) as batch_op:
        batch_op.add_column(sa.Column('since', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('until', sa.Date(), nullable=True))

    receivers = op.create_table('receivers',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('secret', sa.String(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('gone', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_receivers'))
    )
    # the scoring layer of the same installation receives like any other, without a network in between
    op.bulk_insert(receivers, [{'name': 'scoring', 'url': None, 'secret': None, 'active': True, 'gone': False}])
    op.create_table('outbox',
    sa.Column('receiver', sa.String(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('passage', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('enqueued_at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('first_at', polling.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('due_at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('claim', sa.String(), nullable=True),
    sa.Column('claimed_until', polling.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('settled_at', polling.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['result_documents.id'], name=op.f('fk_outbox_document_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_outbox_poll_id')),
    sa.ForeignKeyConstraint(['receiver'], ['receivers.name'], name=op.f('fk_outbox_receiver')),
    sa.PrimaryKeyConstraint('receiver', 'document_id', name=op.f('pk_outbox'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_receiver_passage', ['receiver', 'passage'], unique=False)


def downgrade():
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_receiver_passage')

    op.drop_table('outbox')
    op.drop_table('receivers')
    with op.batch_alter_table('signing_keys', schema=None) as batch_op:
        batch_op.drop_column('until')
        batch_op.drop_column('since')

    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_result_documents_number'), type_='unique')
        batch_op.drop_column('type')
        batch_op.drop_column('number')
