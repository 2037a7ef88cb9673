"""The second step of signing in: after the password a code of the moment from the person's phone (TOTP, RFC 6238), or a recovery code.

Invariants:
* a code counts once: the last time step of which one was taken is moved on by one UPDATE with a condition, so of two requests at once one passes;
* a recovery code counts once: one DELETE takes it away;
* each attempt is counted as wrong before it is looked at, apart from passwords, so that a right password gives no fresh guesses (polling/throttle.py);
* the secret is sealed by the installation's secret and bound to the person's name: the database alone makes no code. Recovery codes are kept as
  keyed hashes. A slow hash would add nothing: a code is 60 random bits, not a word that somebody thought of.
"""

import base64
import binascii
import unicodedata
from collections.abc import Callable
from datetime import datetime

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pyotp.exceptions import OTPVerificationError
from sqlalchemy.orm import Session

from polling import audit, typed_codes
from polling.calendar import BEIJING
from polling.db import Database
from polling.errors import BadInput, RuleRefused
from polling.models import DeskSession, Grant, RecoveryCode, User
from polling.people import demand_charge, find_user
from polling.settings import Settings
from polling.throttle import CODES, begin, forget, keyed, wrong

ISSUER = "Yipiao 一票"  # how the phone's list calls it
SECRET_BYTES, NONCE_BYTES = 20, 12  # of the secret as RFC 4226 (section 4, R6) recommends
DIGITS, RECOVERY_CODES = 6, 10
DRIFT = 1  # time steps of half a minute each way
LOOKED_FOR = 120  # as far a wrong clock is looked for when the step is turned on
STEPS_A_MINUTE = 2


def new_secret(random: Callable[[int], bytes]) -> str:
    """A fresh secret, as apps take it: 32 letters and digits."""
    return base64.b32encode(random(SECRET_BYTES)).decode()


def address_for_apps(name: str, secret: str) -> str:
    """What the QR code says to the app (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def turn_on(
    session: Session,
    settings: Settings,
    name: str,
    secret: str,
    typed: str,
    *,
    now: datetime,
    random: Callable[[int], bytes],
) -> list[str]:
    """Ask this person for a second step from now on, as the app gives right codes of it: the recovery codes, shown nowhere again.

    Every session of before ends. Raises RuleRefused `second_on`, `second_wrong`, `second_ahead` or `second_behind` {minutes}.
    """
    user = _locked(session, name)
    if user.totp_sealed is not None:
        raise RuleRefused("second_on")
    step = _step(secret, _digits(typed), now, DRIFT)
    if step is None:
        raise _what_is_wrong(secret, typed, now)
    user.totp_sealed, user.totp_step = _seal(settings, name, secret, random), step
    codes = _new_codes(session, settings, name, random)
    session.execute(sa.delete(DeskSession).where(DeskSession.user_name == name))
    audit.record(session, who=name, what="user.second_on", now=now, name=name, places=_places(session, name))
    return codes


def turn_off(session: Session, name: str, *, who: str, now: datetime) -> User:
    """The password is enough again. Every session of before ends. Raises RuleRefused `user_unknown`, `second_off`."""
    user = _locked(session, name)
    if user.totp_sealed is None:
        raise RuleRefused("second_off", name=name)
    user.totp_sealed = user.totp_step = None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_name == name))
    session.execute(sa.delete(DeskSession).where(DeskSession.user_name == name))
    audit.record(session, who=who, what="user.second_off", now=now, name=name, places=_places(session, name))
    return user


def turn_off_for(session: Session, name: str, *, by: str, now: datetime) -> User:
    """An administrator turns it off for who lost the phone. Raises RuleRefused `user_self`, and as `demand_charge` and `turn_off` do."""
    if name == by:
        raise RuleRefused("user_self")
    demand_charge(session, name, by=by)
    return turn_off(session, name, who=by, now=now)


def renew_codes(
    session: Session, settings: Settings, name: str, *, now: datetime, random: Callable[[int], bytes]
) -> list[str]:
    """New recovery codes; those of before count no more. Raises RuleRefused `second_off`."""
    if _locked(session, name).totp_sealed is None:
        raise RuleRefused("second_off", name=name)
    codes = _new_codes(session, settings, name, random)
    audit.record(session, who=name, what="user.recovery", now=now, name=name)
    return codes


def codes_left(session: Session, name: str) -> int:
    """How many recovery codes somebody has left."""
    chosen = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_name == name)
    return session.scalar(chosen) or 0


def demand_code(database: Database, user: User, typed: str, *, place: str, now: datetime) -> bool:
    """Use a code of this person's up, if the second step is on; `user` as the password was checked against. Whether it was a recovery code.

    Takes the database, as `check_password` does and for the same reason. Raises BadInput `second_missing` {name}; RuleRefused `second_wrong`,
    `second_used`, `recovery_wrong`, `second_locked`, `login_wait` {minutes}.
    """
    if user.totp_sealed is None:
        return False
    if not typed.strip():
        raise BadInput("second_missing", name=user.name)
    attempt = begin(database, _counted(user.name), place, now=now, patience=CODES)
    with database.write() as session:
        recovery = len(_digits(typed)) != DIGITS
        if recovery:
            _use_recovery_code(session, database.settings, user.name, typed, now)
        else:
            _use_code(session, database.settings, user, _digits(typed), now)
        forget(session, attempt)
    return recovery


def wrong_codes(database: Database, name: str, *, place: str, now: datetime) -> int:
    """How many wrong codes of somebody's are remembered from a place: so many times somebody knew the password."""
    return wrong(database, _counted(name), place, now=now, patience=CODES)


def _counted(name: str) -> str:
    """Under which name codes are counted: none that anybody can have."""
    return f"\0code {name}"


def _use_code(session: Session, settings: Settings, user: User, digits: str, now: datetime) -> None:
    secret = _unseal(settings, user)
    step = _step(secret, digits, now, DRIFT)
    if step is None:
        raise RuleRefused("second_wrong", time=_clock(now))
    latest = sa.update(User).where(User.name == user.name, User.totp_sealed == user.totp_sealed, User.totp_step < step)
    if not session.execute(latest.values(totp_step=step)).rowcount:  # type: ignore[attr-defined]
        raise RuleRefused("second_used")


def _use_recovery_code(session: Session, settings: Settings, name: str, typed: str, now: datetime) -> None:
    one = sa.delete(RecoveryCode).where(
        RecoveryCode.user_name == name, RecoveryCode.hash == _hash(settings, name, typed)
    )
    if not session.execute(one).rowcount:  # type: ignore[attr-defined]
        raise RuleRefused("recovery_wrong")
    audit.record(session, who=name, what="user.recovery_used", now=now, name=name, left=codes_left(session, name))


def _what_is_wrong(secret: str, typed: str, now: datetime) -> RuleRefused:
    """Why the first code does not fit. Only who holds the secret is told what a clock is off: to a guesser it would give codes of later."""
    found = _step(secret, _digits(typed), now, LOOKED_FOR)
    if found is None:
        return RuleRefused("second_wrong", time=_clock(now))
    off = found - pyotp.TOTP(secret).timecode(now)
    minutes = max(1, abs(off) // STEPS_A_MINUTE)
    if off > 0:
        return RuleRefused("second_ahead", minutes=minutes, time=_clock(now))
    return RuleRefused("second_behind", minutes=minutes, time=_clock(now))


def _step(secret: str, digits: str, now: datetime, window: int) -> int | None:
    """The time step near now whose code this is."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=now, valid_window=window)
    except OTPVerificationError:
        return None


def _digits(typed: str) -> str:
    """The digits of what was typed, where there is nothing else but what stands between them: wide ones too. Else nothing."""
    kept = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    return kept if kept.isascii() and kept.isdecimal() else ""


def _clock(now: datetime) -> str:
    return now.astimezone(BEIJING).strftime("%H:%M:%S")


def _locked(session: Session, name: str) -> User:
    find_user(session, name)
    return session.get_one(User, name, with_for_update=True, populate_existing=True)


def _places(session: Session, name: str) -> list[dict[str, str]]:
    """Where somebody has a role: the log of these organizations tells it (polling/history.py)."""
    chosen = sa.select(Grant.organization_id).where(Grant.user_name == name).distinct().order_by(Grant.organization_id)
    return [{"organization": at} for at in session.scalars(chosen)]


def _new_codes(session: Session, settings: Settings, name: str, random: Callable[[int], bytes]) -> list[str]:
    codes = [typed_codes.new_code(random) for _ in range(RECOVERY_CODES)]
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_name == name))
    session.add_all(RecoveryCode(user_name=name, hash=_hash(settings, name, code)) for code in codes)
    session.flush()
    return codes


def _hash(settings: Settings, name: str, typed: str) -> str:
    return keyed(settings.secret(), "recovery", f"{name}\0{typed_codes.plain(typed)}")


def _cipher(settings: Settings) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(bytes.fromhex(keyed(settings.secret(), "second step", "")))


def _seal(settings: Settings, name: str, secret: str, random: Callable[[int], bytes]) -> str:
    nonce = random(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(settings).encrypt(nonce, secret.encode(), name.encode())).decode()


def _unseal(settings: Settings, user: User) -> str:
    """The secret. Raises RuleRefused `second_locked` when the installation's secret is another one than it was sealed with."""
    try:
        raw = base64.b64decode(user.totp_sealed or "", validate=True)
        return _cipher(settings).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], user.name.encode()).decode()
    except (InvalidTag, ValueError, binascii.Error):
        raise RuleRefused("second_locked", name=user.name) from None
