"""The people who run polls: users with a role, and which acts need which."""

from collections.abc import Iterable

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from polling.models import Role, User
from polling.settings import TERMINAL

MINIMUM_PASSWORD = 10


RUNS_POLLS = frozenset({Role.ORGANIZER, Role.ADMINISTRATOR})
WITNESSES = frozenset({Role.SCRUTINEER})
REHEARSAL_PEOPLE = {Role.ORGANIZER: "演练组织者", Role.SCRUTINEER: "演练监票人"}


def add_user(session: Session, name: str, role: Role, password: str | None) -> None:
    """Add somebody. Raises BadInput when the name is taken or empty, or the password too short."""
    name = name.strip()
    if not name:
        raise BadInput("user_name_empty")
    if session.get(User, name) is not None:
        raise BadInput("user_exists", name=name)
    if password is not None and len(password) < MINIMUM_PASSWORD:
        raise BadInput("password_short", minimum=MINIMUM_PASSWORD)
    session.add(User(name=name, role=role, password_hash=PasswordHasher().hash(password) if password else None))
    session.flush()


def demand_role(session: Session, name: str, roles: Iterable[Role]) -> None:
    """Raise RuleRefused unless `name` is a user with one of `roles`."""
    user = session.get(User, name)
    if user is None:
        raise RuleRefused("user_unknown", name=name)
    if user.role not in roles:
        raise RuleRefused("role_wrong", name=name, role=user.role.value, needed=sorted(role.value for role in roles))


def demand_organizer(session: Session, who: str, *, rehearsal: bool) -> None:
    """Raise RuleRefused unless whoever is named runs polls (law 12); who sits at the server's terminal needs no name."""
    if who != TERMINAL and not rehearsal:
        demand_role(session, who, RUNS_POLLS)


def two_people(session: Session, *, rehearsal: bool, organizer: str | None, witness: str | None) -> tuple[str, str]:
    """The organizer and the scrutineer of an act that takes two (law 12); a rehearsal has its own people.

    Raises RuleRefused when one is missing, both are the same, one has no account or the wrong role, or a rehearsal's person is named
    in a real poll.
    """
    if rehearsal:
        organizer = organizer or REHEARSAL_PEOPLE[Role.ORGANIZER]
        witness = witness or REHEARSAL_PEOPLE[Role.SCRUTINEER]
        for role, name in REHEARSAL_PEOPLE.items():
            if session.get(User, name) is None:
                add_user(session, name, role, None)
    if not organizer or not witness:
        raise RuleRefused("two_people_needed")
    if organizer == witness:
        raise RuleRefused("two_people_same", name=organizer)
    if not rehearsal and {organizer, witness} & set(REHEARSAL_PEOPLE.values()):
        raise RuleRefused("rehearsal_person")
    demand_role(session, organizer, RUNS_POLLS)
    demand_role(session, witness, WITNESSES)
    return organizer, witness
