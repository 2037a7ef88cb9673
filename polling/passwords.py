"""Passwords: which are taken, how they are kept, and that testing one costs the same whether the name is known or not."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from polling.errors import BadInput
from polling.guessing import is_guessable

MINIMUM_PASSWORD = 10
# one at a time a process: a hash takes both cores for a moment, and those who vote must not wait for those who sign in
_turn = threading.BoundedSemaphore(1)


def demand_password(password: str, *known: str) -> None:
    """Raise BadInput `password_short`, or `password_common` for one that others would guess who know these names."""
    if len(password) < MINIMUM_PASSWORD:
        raise BadInput("password_short", minimum=MINIMUM_PASSWORD)
    if is_guessable(password, known):
        raise BadInput("password_common")


def hash_password(password: str, *known: str) -> str:
    """What is kept of a password. Raises as `demand_password` does. Takes a moment: call it outside a write transaction."""
    demand_password(password, *known)
    with _turn:
        return PasswordHasher().hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; where none is kept it takes as long, and is not."""
    try:
        with _turn:
            return PasswordHasher().verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return PasswordHasher().check_needs_rehash(kept)


def hash_again(password: str) -> str:
    """The hash of a password that was right just now."""
    with _turn:
        return PasswordHasher().hash(password)


@cache
def _nobodys() -> str:
    return PasswordHasher().hash("nobody signs in with this")
