"""the life of a result: signatures, notices, objections, corrections"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('signatures',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('asked', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('way', sa.String(), nullable=True),
    sa.Column('entered_by', sa.String(), nullable=True),
    sa.Column('confirmed_by', sa.String(), nullable=True),
    sa.Column('scan', sa.LargeBinary(), nullable=True),
    sa.Column('scan_type', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_signatures_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'position', name=op.f('pk_signatures'))
    )
    with op.batch_alter_table('signatures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signatures_asked'), ['asked'], unique=False)

    notices = op.create_table('notices',
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('final_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['result_documents.id'], name=op.f('fk_notices_document_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_notices_poll_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_notices')),
    sa.UniqueConstraint('poll_id', 'number', name=op.f('uq_notices_poll_id_number'))
    )
    # earlier versions computed no end of a notice; their documents are numbered within each poll
    documents = sa.table('result_documents', sa.column('id'), sa.column('poll_id'), sa.column('published_on'))
    number = sa.func.row_number().over(partition_by=documents.c.poll_id, order_by=(documents.c.published_on, documents.c.id))
    rows = op.get_bind().execute(sa.select(documents.c.id, documents.c.poll_id, number.label('number'))).all()
    if rows:
        op.bulk_insert(notices, [{'document_id': row.id, 'poll_id': row.poll_id, 'number': row.number} for row in rows])

    op.create_table('objections',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('came', sa.String(), nullable=False),
    sa.Column('from_whom', sa.String(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('decision', sa.String(), nullable=True),
    sa.Column('decision_text', sa.String(), nullable=True),
    sa.Column('decided_by', sa.String(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['result_documents.id'], name=op.f('fk_objections_document_id')),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_objections_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_objections'))
    )
    op.create_table('corrections',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('organizer', sa.String(), nullable=False),
    sa.Column('witness', sa.String(), nullable=False),
    sa.Column('document_id', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_corrections_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'number', name=op.f('pk_corrections'))
    )


def downgrade():
    op.drop_table('corrections')
    op.drop_table('objections')
    op.drop_table('notices')
    with op.batch_alter_table('signatures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_signatures_asked'))

    op.drop_table('signatures')
