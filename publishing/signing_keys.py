"""The installation's signing keys: one active, retired ones kept so that old signatures stay verifiable."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling import audit
from polling.calendar import day_of
from polling.db import Database
from polling.errors import RuleRefused
from publishing.models import SigningKey
from publishing.signing import Signer


@dataclass(frozen=True)
class ListedKey:
    """A key as it is handed out; `since` None: from the beginning, `until` None: to this day."""

    id: str
    public: str
    active: bool
    since: date | None
    until: date | None


def load_signer(database: Database) -> Signer:
    """The active signing key, made at first use. Raises RuleRefused `signing_key_locked` when the installation's secret is another one."""
    with database.read() as session:
        row = _active(session)
    if row is None:
        with database.write() as session:
            _lock(session)
            row = _active(session)
            if row is None:
                return _add(session, database, None)
    return _unwrap(row, database)


def rotate(database: Database, *, who: str, now: datetime) -> tuple[Signer, str | None]:
    """Sign with a new key from now on; gives it and the retired one's id. The retired key stays listed, and its signatures true.

    Boxes that are open go on giving receipts by the key that signed their opening record: the phones' pages name that one.
    """
    with database.write() as session:
        _lock(session)
        old = _active(session)
        if old is not None:
            old.active, old.until = False, day_of(now)
            session.flush()
        signer = _add(session, database, day_of(now))
        audit.record(session, who=who, what="keys.rotate", now=now, key=signer.key_id, retired=old.id if old else None)
        return signer, old.id if old else None


class Signers:
    """The signing keys for a process that goes on while they are rotated: each unwrapped once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        active = load_signer(database)
        self._known = {active.key_id: active}

    def active(self) -> Signer:
        """The key that signs documents now. Raises RuleRefused `signing_key_locked`."""
        with self._database.read() as session:
            row = _active(session)
        return load_signer(self._database) if row is None else self._unwrapped(row)

    def of_record(self, record: bytes | str) -> Signer:
        """The key that signed an opening record of ours, which signs the receipts of its box too."""
        key = str(json.loads(record)["signature"]["key"])
        if key not in self._known:
            with self._database.read() as session:
                return self._unwrapped(session.get_one(SigningKey, key))
        return self._known[key]

    def _unwrapped(self, row: SigningKey) -> Signer:
        if row.id not in self._known:
            self._known[row.id] = _unwrap(row, self._database)
        return self._known[row.id]


def public_keys(session: Session) -> dict[str, bytes]:
    """Every public key that ever signed here, by id."""
    return {row.id: base64.b64decode(row.public) for row in listed_keys(session)}


def listed_keys(session: Session) -> list[ListedKey]:
    """Every key that ever signed here, the active one first, then the latest retired."""
    rows = session.scalars(sa.select(SigningKey)).all()
    keys = [ListedKey(row.id, row.public, row.active, row.since, row.until) for row in rows]
    return sorted(keys, key=lambda key: (key.active, key.until or date.min, key.id), reverse=True)


def _active(session: Session) -> SigningKey | None:
    return session.scalars(sa.select(SigningKey).where(SigningKey.active.is_(True))).one_or_none()


def _lock(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE signing_keys IN EXCLUSIVE MODE"))


def _add(session: Session, database: Database, since: date | None) -> Signer:
    signer = Signer.generate()
    wrapped = signer.wrap(database.settings.secret()).decode()
    session.add(SigningKey(id=signer.key_id, public=signer.public_base64, wrapped=wrapped, active=True, since=since))
    return signer


def _unwrap(row: SigningKey, database: Database) -> Signer:
    try:
        return Signer.unwrap(row.wrapped.encode(), database.settings.secret())
    except (ValueError, TypeError):
        raise RuleRefused("signing_key_locked") from None
