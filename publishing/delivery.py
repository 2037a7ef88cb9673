"""Delivering what waits: each receiver in turn, as long as it answers. Clock, chance and the ways of sending are arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from belenios.group import RandomBytes
from polling.db import Database
from polling.errors import DomainError
from publishing import webhooks
from publishing.outbox import Claimed, Message, Outcome, claim, settle
from publishing.receivers import SecretLocked, receivers, secret_of

Post = Callable[[str, bytes, Message, datetime], Outcome]
# hands a message to the scoring layer of this process; returning is taking it, whatever it raises is "not yet"
Deliver = Callable[[Message], None]
CHANCE_BYTES = 4


@dataclass
class Passed:
    """What one pass did."""

    delivered: int = 0
    failed: int = 0


def deliver_due(
    database: Database,
    *,
    now: Callable[[], datetime],
    random: RandomBytes,
    local: Deliver | None = None,
    post: Post = webhooks.post,
) -> Passed:
    """Send everything that is due, receiver by receiver; one that does not answer is left until the next pass.

    `local` None: nobody in this process receives, and what waits for it goes on waiting.
    """
    with database.write() as session:  # as `claim` does, so that nothing reads while a closed box is levelled
        names = [one.name for one in receivers(session) if one.active and (one.url is not None or local is not None)]
    passed = Passed()
    for name in names:
        while (sent := claim(database, name, now=now(), random=random)) is not None:
            outcome = _send(sent, database.settings.secret(), now(), local, post)
            settle(database, sent, outcome, now=now(), chance=_chance(random))
            passed.delivered += outcome.reason is None
            passed.failed += outcome.reason is not None
            if not outcome.answered:
                break
    return passed


def _send(sent: Claimed, secret: bytes, now: datetime, local: Deliver | None, post: Post) -> Outcome:
    if sent.receiver.url is not None:
        try:
            return post(sent.receiver.url, secret_of(sent.receiver, secret), sent.message, now)
        except SecretLocked:
            return Outcome("secret_locked")
    assert local is not None
    try:
        local(sent.message)
    except DomainError as error:
        return Outcome(f"refused:{error.code}")
    except Exception:  # noqa: BLE001 - whatever happens over there, the document stays here and is sent again
        return Outcome("receiver_failed")
    return Outcome()


def _chance(random: RandomBytes) -> float:
    return int.from_bytes(random(CHANCE_BYTES)) / (1 << 8 * CHANCE_BYTES)
