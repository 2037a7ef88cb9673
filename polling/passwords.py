"""Passwords: which are taken, how they are kept, and that testing one costs the same whether the name is known or not."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from polling.errors import BadInput

MINIMUM_PASSWORD = 10
FEWEST_CHARACTERS = 4  # different ones
# what people type first when ten characters are asked for; rows of digits and letters of a keyboard are found by rule
COMMON = frozenset(
    """password12 password123 password1234 passw0rd123 administrator admin12345 admin123456 adminadmin admin888888
    yipiao12345 yipiao123456 yipiaoyipiao woaini1314 woaini5201314 woaini123456 5201314520 1314520520 iloveyou123
    1q2w3e4r5t 1qaz2wsx3edc 1qaz2wsx3e q1w2e3r4t5 qazwsxedcr qazwsxedc123 zaq12wsxcde a123456789 a1234567890 aa123456789
    aa12345678 abc1234567 abc123456789 abcd123456 abcd1234567 asd123456789 qq123456789 qwe1234567 qwe123456789 qwer123456
    qwerty1234 qwerty12345 qwerty123456 123456789a 1234567890a 123456789q 123456789abc 12345678900 147258369a 1472583690
    1122334455 11223344556 1233211234567 1357924680 letmein123 welcome123 changeme123 zxcvbnm123""".split()  # noqa: SIM905 - to be read
)
ROWS = ("01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1234567890qwertyuiop")
# one at a time a process: a hash takes both cores for a moment, and those who vote must not wait for those who sign in
_turn = threading.BoundedSemaphore(1)


def demand_password(password: str, name: str) -> None:
    """Raise BadInput `password_short` or `password_common` for one that others would guess."""
    if len(password) < MINIMUM_PASSWORD:
        raise BadInput("password_short", minimum=MINIMUM_PASSWORD)
    plain = password.casefold()
    rows = [turned for row in ROWS for turned in (row, row[::-1])]
    if (
        plain in COMMON
        or len(set(plain)) < FEWEST_CHARACTERS
        or plain == name.casefold()
        or any(plain in row for row in rows)
    ):
        raise BadInput("password_common")


def hash_password(password: str, name: str) -> str:
    """What is kept of a password. Raises as `demand_password` does. Takes a moment: call it outside a write transaction."""
    demand_password(password, name)
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
