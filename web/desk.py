"""What every page of the organizer's desk starts from: the database, the clock, who is signed in, and the polls that they run."""

import secrets
from datetime import UTC, datetime

from flask import abort, current_app
from flask_login import current_user

from ballots.keys import KeyStore
from polling.db import Database, Session
from polling.errors import BadInput
from polling.models import Poll
from polling.organizations import RUNS_POLLS, holds
from polling.polls import find_poll
from publishing.signing import Signer


def database() -> Database:
    """The application's database."""
    found: Database = current_app.config["YIPIAO_DATABASE"]
    return found


def signer() -> Signer:
    """Who signs documents now."""
    active: Signer = current_app.config["YIPIAO_SIGNERS"].active()
    return active


def store(poll: Poll) -> KeyStore:
    """The keys of this machine for one poll."""
    return KeyStore(database().settings, rehearsal=poll.rehearsal)


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


def random(number: int) -> bytes:
    """Random bytes of the operating system."""
    return secrets.token_bytes(number)


def who() -> str:
    """The name of who is signed in."""
    return str(current_user.name)


def own_poll(session: Session, poll_id: str, *, lock: bool = False) -> Poll:
    """The poll of that id if it is this person's; else the page says that there is none (404). A trial is a poll of no page."""
    try:
        poll = find_poll(session, poll_id, lock=lock)
    except BadInput:
        abort(404)
    if poll.trial_of is not None or not is_own(session, poll):
        abort(404)
    return poll


def is_own(session: Session, poll: Poll) -> bool:
    """Whether a poll is on this person's desk: whoever runs the polls of its organization, or of one above, runs it."""
    return holds(session, who(), RUNS_POLLS, poll.organization_id)
