"""first tables"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('audit',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('poll_id', sa.String(), nullable=True),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('previous', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_hash'))
    )
    op.create_table('ballots',
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('panel', sa.String(), nullable=False),
    sa.Column('credential', sa.String(), nullable=False),
    sa.Column('raw', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_ballots')),
    sa.UniqueConstraint('credential', name=op.f('uq_ballots_credential')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ballots_panel_hash'), ['panel', 'hash'], unique=False)

    op.create_table('polls',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('scheme', sa.String(), nullable=False),
    sa.Column('period_kind', sa.String(), nullable=False),
    sa.Column('period_label', sa.String(), nullable=False),
    sa.Column('rehearsal', sa.Boolean(), nullable=False),
    sa.Column('base_url', sa.String(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'printed', 'open', 'closed', 'tallied', 'counted', 'noticed', 'final', 'archived', 'annulled', name='state', native_enum=False, length=32), nullable=False),
    sa.Column('scheme_raw', sa.LargeBinary(), nullable=True),
    sa.Column('scheme_digest', sa.String(), nullable=True),
    sa.Column('printing', sa.String(), nullable=True),
    sa.Column('annulled_reason', sa.String(), nullable=True),
    sa.Column('levelled', sa.Boolean(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_polls'))
    )
    op.create_table('purges',
    sa.Column('panel', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('panel', name=op.f('pk_purges'))
    )
    op.create_table('signing_keys',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('public', sa.String(), nullable=False),
    sa.Column('wrapped', sa.String(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_keys'))
    )
    op.create_table('subjects',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subjects'))
    )
    op.create_table('users',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('role', sa.Enum('organizer', 'scrutineer', 'teller', 'approver', 'reader', 'administrator', name='role', native_enum=False, length=32), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_users'))
    )
    op.create_table('panels',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('spare', sa.Integer(), nullable=False),
    sa.Column('uuid', sa.String(), nullable=True),
    sa.Column('election', sa.LargeBinary(), nullable=True),
    sa.Column('trustees', sa.LargeBinary(), nullable=True),
    sa.Column('credentials', sa.LargeBinary(), nullable=True),
    sa.Column('setup_hash', sa.String(), nullable=True),
    sa.Column('opening_record', sa.String(), nullable=True),
    sa.Column('issued', sa.Integer(), nullable=True),
    sa.Column('returned', sa.Integer(), nullable=True),
    sa.Column('archive', sa.LargeBinary(), nullable=True),
    sa.Column('result', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_panels_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'key', name=op.f('pk_panels')),
    sa.UniqueConstraint('uuid', name=op.f('uq_panels_uuid'))
    )
    op.create_table('poll_subjects',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('subject_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_poll_subjects_poll_id')),
    sa.ForeignKeyConstraint(['subject_id'], ['subjects.id'], name=op.f('fk_poll_subjects_subject_id')),
    sa.PrimaryKeyConstraint('poll_id', 'position', name=op.f('pk_poll_subjects'))
    )
    op.create_table('result_documents',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('raw', sa.String(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_result_documents_poll_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_result_documents'))
    )
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_result_documents_poll_id'), ['poll_id'], unique=False)

    op.create_table('trustees',
    sa.Column('poll_id', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('origin', sa.String(), nullable=False),
    sa.Column('public_key', sa.String(), nullable=False),
    sa.Column('public_part', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['polls.id'], name=op.f('fk_trustees_poll_id')),
    sa.PrimaryKeyConstraint('poll_id', 'position', name=op.f('pk_trustees')),
    sa.UniqueConstraint('public_key', name=op.f('uq_trustees_public_key'))
    )
    op.create_table('credentials',
    sa.Column('panel', sa.String(), nullable=False),
    sa.Column('point', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['panel'], ['panels.uuid'], name=op.f('fk_credentials_panel')),
    sa.PrimaryKeyConstraint('panel', 'point', name=op.f('pk_credentials')),
    sa.UniqueConstraint('point', name=op.f('uq_credentials_point')),
    sqlite_with_rowid=False
    )
    op.create_table('partial_decryptions',
    sa.Column('panel', sa.String(), nullable=False),
    sa.Column('owner', sa.Integer(), nullable=False),
    sa.Column('payload', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['panel'], ['panels.uuid'], name=op.f('fk_partial_decryptions_panel')),
    sa.PrimaryKeyConstraint('panel', 'owner', name=op.f('pk_partial_decryptions'))
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER ballots_never_change BEFORE UPDATE ON ballots BEGIN SELECT RAISE(ABORT, 'a ballot never changes'); END")
        op.execute(
            "CREATE TRIGGER ballots_stay BEFORE DELETE ON ballots WHEN NOT EXISTS (SELECT 1 FROM purges WHERE panel = OLD.panel) "
            "BEGIN SELECT RAISE(ABORT, 'a ballot stays in its box'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION ballots_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purges WHERE panel = OLD.panel) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION 'a ballot stays in its box as it is'; END $$"
        )
        op.execute("CREATE TRIGGER ballots_guard BEFORE UPDATE OR DELETE ON ballots FOR EACH ROW EXECUTE FUNCTION ballots_guard()")
        op.execute("CREATE TRIGGER ballots_guard_all BEFORE TRUNCATE ON ballots EXECUTE FUNCTION ballots_guard()")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ballots_never_change")
        op.execute("DROP TRIGGER ballots_stay")
    else:
        op.execute("DROP TRIGGER ballots_guard ON ballots")
        op.execute("DROP TRIGGER ballots_guard_all ON ballots")
        op.execute("DROP FUNCTION ballots_guard")
    op.drop_table('partial_decryptions')
    op.drop_table('credentials')
    op.drop_table('trustees')
    with op.batch_alter_table('result_documents', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_result_documents_poll_id'))

    op.drop_table('result_documents')
    op.drop_table('poll_subjects')
    op.drop_table('panels')
    op.drop_table('users')
    op.drop_table('subjects')
    op.drop_table('signing_keys')
    op.drop_table('purges')
    op.drop_table('polls')
    with op.batch_alter_table('ballots', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ballots_panel_hash'))

    op.drop_table('ballots')
    op.drop_table('audit')
