"""organizations, and roles in them; every user and every poll of before is the root's"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    organizations = op.create_table('organizations',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('parent', sa.String(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('level', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.CheckConstraint("(parent IS NULL) = (id = 'root') AND (parent IS NULL OR parent <> id)", name=op.f('ck_organizations_one_root')),
    sa.ForeignKeyConstraint(['parent'], ['organizations.id'], name=op.f('fk_organizations_parent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organizations')),
    sa.UniqueConstraint('parent', 'name', name=op.f('uq_organizations_parent_name'))
    )
    op.bulk_insert(organizations, [{'id': 'root', 'parent': None, 'name': '本单位', 'level': 'county', 'position': 0}])
    # a parent that never changes is older than what lies below it: there is no cycle
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER organizations_stay BEFORE UPDATE OF id, parent ON organizations "
            "BEGIN SELECT RAISE(ABORT, 'an organization stays where it is'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION organizations_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'an organization stays where it is'; END $$"
        )
        op.execute(
            "CREATE TRIGGER organizations_guard BEFORE UPDATE OF id, parent ON organizations "
            "FOR EACH ROW EXECUTE FUNCTION organizations_guard()"
        )

    grants = op.create_table('grants',
    sa.Column('user_name', sa.String(), nullable=False),
    sa.Column('organization_id', sa.String(), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['organization_id'], ['organizations.id'], name=op.f('fk_grants_organization_id')),
    sa.ForeignKeyConstraint(['user_name'], ['users.name'], name=op.f('fk_grants_user_name')),
    sa.PrimaryKeyConstraint('user_name', 'organization_id', 'role', name=op.f('pk_grants'))
    )
    with op.batch_alter_table('grants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grants_organization_id'), ['organization_id'], unique=False)
    users = sa.table('users', sa.column('name'), sa.column('role'))
    op.execute(
        sa.insert(grants).from_select(
            ['user_name', 'organization_id', 'role'], sa.select(users.c.name, sa.literal('root'), users.c.role)
        )
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_column('role')

    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organization_id', sa.String(), nullable=False, server_default='root'))
        batch_op.drop_column('made_by')
        batch_op.create_foreign_key(batch_op.f('fk_polls_organization_id'), 'organizations', ['organization_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_polls_organization_id'), ['organization_id'], unique=False)
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.alter_column('organization_id', server_default=None)


def downgrade():
    with op.batch_alter_table('polls', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_polls_organization_id'))
        batch_op.drop_constraint(batch_op.f('fk_polls_organization_id'), type_='foreignkey')
        batch_op.add_column(sa.Column('made_by', sa.String(), nullable=True))
        batch_op.drop_column('organization_id')

    # of several roles the first by the alphabet stays: an earlier version knows one a user
    grants = sa.table('grants', sa.column('user_name'), sa.column('role'))
    users = sa.table('users', sa.column('name'), sa.column('role'))
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role', sa.String(length=32), nullable=False, server_default='reader'))
    held = sa.select(sa.func.min(grants.c.role)).where(grants.c.user_name == users.c.name).scalar_subquery()
    op.execute(sa.update(users).values(role=sa.func.coalesce(held, 'reader')))
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.alter_column('role', server_default=None)

    op.drop_table('grants')
    op.drop_table('organizations')
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION organizations_guard")
