"""The installation's signing keys: one active, retired ones kept so that old signatures stay verifiable."""

import base64

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.db import Database
from polling.errors import RuleRefused
from publishing.models import SigningKey
from publishing.signing import Signer


def load_signer(database: Database) -> Signer:
    """The active signing key, made at first use. Raises RuleRefused `signing_key_locked` when the installation's secret is another one."""
    with database.read() as session:
        row = _active(session)
    if row is None:
        with database.write() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(sa.text("LOCK TABLE signing_keys IN EXCLUSIVE MODE"))
            row = _active(session)
            if row is None:
                signer = Signer.generate()
                wrapped = signer.wrap(database.settings.secret()).decode()
                session.add(SigningKey(id=signer.key_id, public=signer.public_base64, wrapped=wrapped, active=True))
                return signer
    try:
        return Signer.unwrap(row.wrapped.encode(), database.settings.secret())
    except (ValueError, TypeError):
        raise RuleRefused("signing_key_locked") from None


def public_keys(session: Session) -> dict[str, bytes]:
    """Every public key that ever signed here, by id."""
    return {
        row.id: base64.b64decode(row.public) for row in session.scalars(sa.select(SigningKey).order_by(SigningKey.id))
    }


def _active(session: Session) -> SigningKey | None:
    return session.scalars(sa.select(SigningKey).where(SigningKey.active.is_(True))).one_or_none()
