"""Who is sent the documents: the scoring layer of this installation, and addresses that an administrator names.

A receiver's secret is shown once, when it is made, and kept wrapped by the installation's.
"""

import base64
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from belenios.group import RandomBytes
from polling import audit
from polling.errors import BadInput, RuleRefused
from publishing.models import Dispatch, Passage, Receiver

LONGEST_NAME, LONGEST_URL = 64, 500
SECRET_PREFIX, SECRET_BYTES, NONCE_BYTES = "whsec_", 32, 12


class SecretLocked(ValueError):
    """A receiver's secret does not open: the installation's secret is another one than when it was wrapped."""


def receivers(session: Session) -> list[Receiver]:
    """Give every receiver, the one in this process first."""
    return list(session.scalars(sa.select(Receiver).order_by(Receiver.url.is_not(None), Receiver.name)))


def find_receiver(session: Session, name: str) -> Receiver:
    """The receiver of that name. Raises BadInput `receiver_unknown`."""
    found = session.get(Receiver, name) if "\0" not in name else None
    if found is None:
        raise BadInput("receiver_unknown", name=name)
    return found


def add_receiver(
    session: Session, name: str, url: str, *, secret: bytes, random: RandomBytes, who: str, now: datetime
) -> str:
    """Name a receiver; it gets what is published from now on. Gives its secret, which is shown this once.

    `secret` is the installation's. Raises BadInput `receiver_name`, `receiver_url`, RuleRefused `receiver_exists`.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput("receiver_name", most=LONGEST_NAME)
    demand_address(url)
    if session.get(Receiver, name) is not None:
        raise RuleRefused("receiver_exists", name=name)
    shown = random(SECRET_BYTES)
    session.add(Receiver(name=name, url=url, secret=_wrap(shown, name, secret, random(NONCE_BYTES))))
    audit.record(session, who=who, what="receiver.add", now=now, name=name, url=url)
    return SECRET_PREFIX + base64.b64encode(shown).decode()


def demand_address(url: str) -> None:
    """Raise BadInput `receiver_url` for anything but an http or https address without name, password and fragment."""
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and parts.username is None
            and parts.password is None
            and not parts.fragment
        )
    except ValueError:
        good = False
    if not good or len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput("receiver_url", value=url)


def pause(session: Session, name: str, *, who: str, now: datetime) -> None:
    """Send a receiver nothing for now; what is published waits for it."""
    find_receiver(session, name).active = False
    audit.record(session, who=who, what="receiver.pause", now=now, name=name)


def resume(session: Session, name: str, *, who: str, now: datetime) -> None:
    """Send to a receiver again, at once; the days of trying begin anew."""
    found = find_receiver(session, name)
    found.active, found.gone = True, False
    waiting = (Dispatch.receiver == name) & (Dispatch.passage == Passage.WAITING)
    session.execute(sa.update(Dispatch).where(waiting).values(due_at=now, first_at=None, attempts=0))
    audit.record(session, who=who, what="receiver.resume", now=now, name=name)


def remove(session: Session, name: str, *, waiting_too: bool, who: str, now: datetime) -> int:
    """Strike a receiver out; gives how many documents never reached it.

    Raises RuleRefused `receiver_built_in`, and `receiver_waiting` unless what waits for it may be dropped.
    """
    found = find_receiver(session, name)
    if found.url is None:
        raise RuleRefused("receiver_built_in", name=name)
    undelivered = sa.select(sa.func.count()).where(Dispatch.receiver == name, Dispatch.passage != Passage.DELIVERED)
    number = session.scalar(undelivered) or 0
    if number and not waiting_too:
        raise RuleRefused("receiver_waiting", name=name, number=number)
    session.execute(sa.delete(Dispatch).where(Dispatch.receiver == name))
    session.delete(found)
    audit.record(session, who=who, what="receiver.remove", now=now, name=name, dropped=number)
    return number


def secret_of(receiver: Receiver, secret: bytes) -> bytes:
    """The key that signs what this receiver is sent; `secret` is the installation's. Raises SecretLocked."""
    sealed = base64.b64decode(receiver.secret or "")
    try:
        return _cipher(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], receiver.name.encode())
    except (InvalidTag, ValueError):
        raise SecretLocked(receiver.name) from None


def _wrap(shown: bytes, name: str, secret: bytes, nonce: bytes) -> str:
    return base64.b64encode(nonce + _cipher(secret).encrypt(nonce, shown, name.encode())).decode()


def _cipher(secret: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(HKDF(SHA256(), length=32, salt=None, info=b"yipiao receiver").derive(secret))
