"""The packs that ledgers are computed by, kept as their exact bytes: a ledger must be computable when the program carries newer ones."""

from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import RuleRefused
from schemes.loading import read_scheme
from schemes.rules import Scheme
from scoring.entries import alone
from scoring.models import Pack


@lru_cache(maxsize=32)
def read(raw: bytes) -> Scheme:
    """Read a pack, once for many ledgers. Raise SchemeError."""
    return read_scheme(raw, "")


def adopt(session: Session, raw: bytes) -> Scheme:
    """Keep a pack and give it, read. The newest of a name is what is entered by. Raise SchemeError for a pack with faults."""
    scheme = read(raw)
    if session.get(Pack, scheme.digest) is None:
        alone(session, Pack)
        number = (session.scalar(sa.select(sa.func.max(Pack.number))) or 0) + 1
        session.add(Pack(digest=scheme.digest, number=number, name=scheme.name, raw=raw))
        session.flush()
    return scheme


def by_digest(session: Session, digest: str) -> Scheme | None:
    """The pack of that SHA-256, None where it is not at hand."""
    row = session.get(Pack, digest)
    return None if row is None else read(row.raw)


def newest(session: Session, name: str) -> Scheme:
    """The pack of that name that came last. Raise RuleRefused `scoring_pack_unknown`."""
    raw = session.scalar(sa.select(Pack.raw).where(Pack.name == name).order_by(Pack.number.desc()).limit(1))
    if raw is None:
        raise RuleRefused("scoring_pack_unknown", name=name)
    return read(raw)


def names(session: Session) -> list[str]:
    """The names of all packs at hand, sorted."""
    return sorted(set(session.scalars(sa.select(Pack.name))))
