"""Taking the guard of the audit log away, as somebody with the whole database in hand may do."""

import sqlalchemy as sa


def unguard(session):
    """Drop the triggers that refuse to change the audit log."""
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON audit"
    names = ("audit_no_update", "audit_no_delete") if not on else ("audit_guard", "audit_guard_all")
    for name in names:
        session.execute(sa.text(f"DROP TRIGGER {name}{on}"))
