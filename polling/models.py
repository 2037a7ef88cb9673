"""Polls, their panels and subjects, the people who run them, and the audit log."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from polling.db import Base, UtcDateTime
from polling.lifecycle import State


class Role(StrEnum):
    """What somebody may do (docs/roles/)."""

    ORGANIZER = "organizer"
    SCRUTINEER = "scrutineer"
    TELLER = "teller"
    APPROVER = "approver"
    READER = "reader"
    ADMINISTRATOR = "administrator"


class Level(StrEnum):
    """How high an organization stands; whatever lies below it is of a lower level."""

    REGION = "region"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


ROOT = "root"  # the organization that every other one lies below


def _by_value(kind: type) -> sa.Enum:
    return sa.Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        length=32,
        create_constraint=False,
    )


class User(Base):
    """Somebody who runs polls; never a voter."""

    __tablename__ = "users"
    name: Mapped[str] = mapped_column(primary_key=True)
    password_hash: Mapped[str | None]
    # the second step of signing in (polling/second_step.py): its sealed secret, and the last time step of which a code was taken
    totp_sealed: Mapped[str | None]
    totp_step: Mapped[int | None] = mapped_column(sa.BigInteger)


class RecoveryCode(Base):
    """A code that stands in once for the phone of somebody's second step, as a keyed hash; a used one is gone."""

    __tablename__ = "recovery_codes"
    user_name: Mapped[str] = mapped_column(sa.ForeignKey("users.name"), primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)


class Organization(Base):
    """A node of the tree region - city - county - township - village. There is one root, and a parent never changes: so there is no cycle."""

    __tablename__ = "organizations"
    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None] = mapped_column(sa.ForeignKey("organizations.id"))
    name: Mapped[str]
    level: Mapped[Level] = mapped_column(_by_value(Level))
    # telephone and address for objections, public; None: that of the organization above
    contact: Mapped[str | None]
    # offices list what lies below them in an order of their own: the order of adding
    position: Mapped[int]
    # names of the schemes that are used here and below, separated by blanks; NULL: what the one above uses
    schemes: Mapped[str | None]
    __table_args__ = (
        sa.UniqueConstraint("parent", "name"),
        sa.CheckConstraint("(parent IS NULL) = (id = 'root') AND (parent IS NULL OR parent <> id)", name="one_root"),
    )


class Grant(Base):
    """A role of a user at an organization; it holds for whatever lies below too."""

    __tablename__ = "grants"
    user_name: Mapped[str] = mapped_column(sa.ForeignKey("users.name"), primary_key=True)
    organization_id: Mapped[str] = mapped_column(sa.ForeignKey("organizations.id"), primary_key=True, index=True)
    role: Mapped[Role] = mapped_column(_by_value(Role), primary_key=True)


class Welcome(Base):
    """A one-time link by which somebody chooses a password, as its hash; the latest of a user is the one that opens."""

    __tablename__ = "welcomes"
    user_name: Mapped[str] = mapped_column(sa.ForeignKey("users.name"), primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[bool] = mapped_column(default=False)


class Namesake(Base):
    """A note that a user is not the subject of the same name, and why. The subject may be forgotten with its draft; the note stays."""

    __tablename__ = "namesakes"
    user_name: Mapped[str] = mapped_column(sa.ForeignKey("users.name"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]


class LoginFailure(Base):
    """A password that was wrong; `who` is a keyed hash of name and address, and old ones are swept away."""

    __tablename__ = "login_failures"
    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DeskSession(Base):
    """A session of somebody at the desk, for its owner to look at and to end: device, beginning, and the day it was last in use."""

    __tablename__ = "desk_sessions"
    number: Mapped[str] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(sa.ForeignKey("users.name"), index=True)
    device: Mapped[str]
    began: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_on: Mapped[date]


class EndedSession(Base):
    """A session of the desk that was signed out of, until its cookie would have ended by itself. A second click may note it twice."""

    __tablename__ = "ended_sessions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OneTimeCode(Base):
    """A code shown on the terminal once, as its hash: for the first administrator."""

    __tablename__ = "one_time_codes"
    purpose: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Subject(Base):
    """What is assessed: a work team, a first secretary, a team member. The same id in every poll."""

    __tablename__ = "subjects"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]


class Poll(Base):
    """One assessment of some subjects by some panels for one period."""

    __tablename__ = "polls"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    scheme: Mapped[str]
    period_kind: Mapped[str]
    period_label: Mapped[str]
    rehearsal: Mapped[bool]
    base_url: Mapped[str | None]
    # what the voter's page says above the ballot, and its languages, separated by blanks
    intro: Mapped[str] = mapped_column(default="", server_default="")
    languages: Mapped[str] = mapped_column(default="zh_CN en", server_default="zh_CN en")
    state: Mapped[State] = mapped_column(_by_value(State))
    # frozen at printing (law 8): the scheme's bytes, never its name alone
    scheme_raw: Mapped[bytes | None]
    scheme_digest: Mapped[str | None]
    # when the boxes are to close, as it was announced: a minute in Beijing (`polling.closing_time`)
    closes: Mapped[str | None]
    # names the latest printing: whose public points the lists of credentials hold, or are waited for
    printing: Mapped[str | None]
    annulled_reason: Mapped[str | None]
    # whether the closed box was rewritten so that nothing tells the order of arrival (law 1)
    levelled: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    # grows with every change: a page that was opened before somebody else's change is refused
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    organization_id: Mapped[str] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    # a throw-away trial names the poll that it tries out: never listed, never published
    trial_of: Mapped[str | None]

    subjects: Mapped[list["PollSubject"]] = relationship(order_by="PollSubject.position", lazy="selectin")
    panels: Mapped[list["Panel"]] = relationship(order_by="Panel.position", back_populates="poll", lazy="selectin")


class PollSubject(Base):
    """A subject's place in a poll, with the name that stood on its ballot."""

    __tablename__ = "poll_subjects"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(sa.ForeignKey("subjects.id"))
    kind: Mapped[str]
    name: Mapped[str]


class Panel(Base):
    """A counting group of one poll: one box, one list of credentials, one Belenios election."""

    __tablename__ = "panels"
    poll_id: Mapped[str] = mapped_column(sa.ForeignKey("polls.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    expected: Mapped[int]
    spare: Mapped[int]
    # the Belenios election's uuid, from the first printing on
    uuid: Mapped[str | None] = mapped_column(unique=True)
    # the exact bytes of the three setup parts, from opening on
    election: Mapped[bytes | None]
    trustees: Mapped[bytes | None]
    credentials: Mapped[bytes | None]
    setup_hash: Mapped[str | None]
    opening_record: Mapped[str | None]
    # the attendance desk's counters of a panel without roster; wiped at closing
    came: Mapped[int] = mapped_column(default=0, server_default="0")
    handed_out: Mapped[int] = mapped_column(default=0, server_default="0")
    # stated and found at closing; `note` says why the figures do not balance
    issued: Mapped[int | None]
    present: Mapped[int | None]
    spoiled: Mapped[int | None]
    unused: Mapped[int | None]
    note: Mapped[str | None]
    returned: Mapped[int | None]
    # append-only: up to EncryptedTally at closing, with decryptions and result when counted
    archive: Mapped[bytes | None] = mapped_column(deferred=True)
    result: Mapped[str | None]

    poll: Mapped[Poll] = relationship(back_populates="panels", lazy="joined", innerjoin=True)

    @property
    def slips(self) -> int:
        """How many slips are printed: one each and the spare ones."""
        return self.expected + self.spare


class AuditEntry(Base):
    """Who did what, when; each entry's hash covers the one before. Never a voter, a credential or a ballot. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str]
    what: Mapped[str]
    poll_id: Mapped[str | None]
    detail: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
