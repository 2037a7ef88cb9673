"""the database itself refuses to change the audit log"""

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log stays as it is'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'the audit log stays as it is'; END $$"
        )
        op.execute("CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard()")
        op.execute("CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON audit EXECUTE FUNCTION audit_guard()")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute("DROP TRIGGER audit_no_delete")
    else:
        op.execute("DROP TRIGGER audit_guard ON audit")
        op.execute("DROP TRIGGER audit_guard_all ON audit")
        op.execute("DROP FUNCTION audit_guard")
