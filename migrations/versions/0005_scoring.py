"""the scoring layer: packs, received documents, entries, ledgers"""

import sqlalchemy as sa
from alembic import op
import polling.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

# what came or was entered stays as it is; ledgers alone are made anew
KEPT = ('scoring_packs', 'scoring_documents', 'scoring_entries')


def upgrade():
    op.create_table('scoring_packs',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_scoring_packs')),
    sa.UniqueConstraint('number', name=op.f('uq_scoring_packs_number'))
    )
    op.create_index(op.f('ix_scoring_packs_name'), 'scoring_packs', ['name'])
    op.create_table('scoring_documents',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('poll', sa.String(), nullable=False),
    sa.Column('replaces', sa.String(), nullable=True),
    sa.Column('scheme', sa.String(), nullable=True),
    sa.Column('rehearsal', sa.Boolean(), nullable=True),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring_documents')),
    sa.UniqueConstraint('replaces', name=op.f('uq_scoring_documents_replaces'))
    )
    op.create_index(op.f('ix_scoring_documents_poll'), 'scoring_documents', ['poll'])
    op.create_index(op.f('ix_scoring_documents_scheme'), 'scoring_documents', ['scheme'])
    op.create_table('scoring_entries',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rehearsal', sa.Boolean(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('scheme', sa.String(), nullable=False),
    sa.Column('organization', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('at', polling.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('replaces', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_scoring_entries')),
    sa.UniqueConstraint('replaces', name=op.f('uq_scoring_entries_replaces'))
    )
    op.create_index(op.f('ix_scoring_entries_rehearsal_kind_scheme'), 'scoring_entries', ['rehearsal', 'kind', 'scheme'])
    op.create_index(op.f('ix_scoring_entries_subject'), 'scoring_entries', ['subject'])
    op.create_table('scoring_ledgers',
    sa.Column('rehearsal', sa.Boolean(), nullable=False),
    sa.Column('organization', sa.String(), nullable=False),
    sa.Column('scheme', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('raw', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('rehearsal', 'organization', 'scheme', 'period', name=op.f('pk_scoring_ledgers'))
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in KEPT:
            for act in ("UPDATE", "DELETE"):
                op.execute(f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'what was entered stays as it is'); END")
    else:
        op.execute(
            "CREATE FUNCTION scoring_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'what was entered stays as it is'; END $$"
        )
        for table in KEPT:
            op.execute(f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION scoring_guard()")
            op.execute(f"CREATE TRIGGER {table}_guard_all BEFORE TRUNCATE ON {table} EXECUTE FUNCTION scoring_guard()")


def downgrade():
    for table in ('scoring_ledgers', 'scoring_entries', 'scoring_documents', 'scoring_packs'):
        op.drop_table(table)  # its triggers go with it
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION scoring_guard")
