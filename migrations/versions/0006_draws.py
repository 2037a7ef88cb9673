"""random inspections: what was fixed, and what was drawn; neither ever changes"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

TABLES = ('fixed_draws', 'drawn_samples')


def upgrade():
    op.create_table('fixed_draws',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('replaces', sa.String(), nullable=False),
    sa.Column('raw', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fixed_draws')),
    sa.UniqueConstraint('about', 'period', 'replaces', name=op.f('uq_fixed_draws_about_period_replaces')),
    sa.UniqueConstraint('number', name=op.f('uq_fixed_draws_number'))
    )
    op.create_table('drawn_samples',
    sa.Column('draw_id', sa.String(), nullable=False),
    sa.Column('raw', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['draw_id'], ['fixed_draws.id'], name=op.f('fk_drawn_samples_draw_id')),
    sa.PrimaryKeyConstraint('draw_id', name=op.f('pk_drawn_samples'))
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'a draw stays as it is'); END"
                )
    else:
        op.execute(
            "CREATE FUNCTION draws_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'a draw stays as it is'; END $$"
        )
        for table in TABLES:
            op.execute(f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION draws_guard()")
            op.execute(f"CREATE TRIGGER {table}_guard_all BEFORE TRUNCATE ON {table} EXECUTE FUNCTION draws_guard()")


def downgrade():
    op.drop_table('drawn_samples')
    op.drop_table('fixed_draws')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION draws_guard")
