"""Somebody's phone with the authenticator app, without a phone, and a clock that both sides go by."""

import html
from datetime import UTC, datetime, timedelta

import pyotp

from polling import second_step
from web.desk import random

CODE, MANAGE = "/desk/login/code", "/desk/account/two-steps"


def words(answer):
    """What a page says, whatever its status."""
    return html.unescape(answer.text)


class Clock:
    """The time of the server and of the phones, until it is moved on."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self):
        """Now."""
        return self.at

    def set(self, monkeypatch):
        """Let the pages that look at a code go by it."""
        for room in ("login", "second_step", "people", "acts", "invitations"):
            monkeypatch.setattr(f"web.{room}.now", self)

    def pass_by(self, **duration):
        """Let time pass."""
        self.at += timedelta(**duration)


class Phone:
    """The app on somebody's phone, and the recovery codes, from turning the second step on."""

    def __init__(self, database, clock, name) -> None:
        self.clock, self.secret = clock, second_step.new_secret(random)
        with database.write() as session:
            self.recovery = second_step.turn_on(
                session, database.settings, name, self.secret, self.now(), now=clock(), random=random
            )

    def now(self):
        """What it shows now."""
        return pyotp.TOTP(self.secret).at(self.clock())

    def next(self):
        """What it shows after half a minute."""
        self.clock.pass_by(seconds=30)
        return self.now()
