"""The people who run polls: users with a role, and which acts need which."""

import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from polling.models import Role, User
from polling.passwords import hash_password
from polling.settings import TERMINAL

LONGEST_NAME = 80

RUNS_POLLS = frozenset({Role.ORGANIZER, Role.ADMINISTRATOR})
WITNESSES = frozenset({Role.SCRUTINEER})
REHEARSAL_PEOPLE = {Role.ORGANIZER: "演练组织者", Role.SCRUTINEER: "演练监票人"}


def add_user(session: Session, name: str, role: Role, password: str | None) -> User:
    """Add somebody. Raises BadInput as `register` and `polling.passwords.hash_password` do."""
    return register(session, name, role, hash_password(password, name) if password is not None else None)


def register(session: Session, name: str, role: Role, password_hash: str | None) -> User:
    """Add somebody whose password was hashed before. Raises BadInput when the name is taken, empty or can't be a name."""
    name = name.strip()
    if not name:
        raise BadInput("user_name_empty")
    if not _is_name(name):
        raise BadInput("user_name_form", most=LONGEST_NAME)
    if session.get(User, name) is not None:
        raise BadInput("user_exists", name=name)
    user = User(name=name, role=role, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def _is_name(name: str) -> bool:
    return len(name) <= LONGEST_NAME and not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name)


def look_up(session: Session, name: str) -> User | None:
    """The user of that name, if there is one; the database is asked for nothing that can't be a name."""
    return session.get(User, name) if _is_name(name) else None


def find_user(session: Session, name: str) -> User:
    """The user of that name. Raises RuleRefused `user_unknown`."""
    user = look_up(session, name)
    if user is None:
        raise RuleRefused("user_unknown", name=name)
    return user


def everybody(session: Session) -> list[User]:
    """All users, by role and name; the people of rehearsals are nobody."""
    users = session.scalars(sa.select(User).where(User.name.not_in(REHEARSAL_PEOPLE.values()))).all()
    return sorted(users, key=lambda user: (list(Role).index(user.role), user.name))


def can_sign_in(session: Session, *roles: Role) -> bool:
    """Whether there is somebody of one of these roles with a password."""
    return bool(session.scalar(sa.select(sa.exists().where(User.role.in_(roles), User.password_hash.is_not(None)))))


def missing_people(session: Session) -> list[Role]:
    """Which roles nobody can sign in with, though closing takes an organizer (or administrator) and a scrutineer."""
    needed = {Role.ORGANIZER: RUNS_POLLS, Role.SCRUTINEER: WITNESSES}
    return [role for role, roles in needed.items() if not can_sign_in(session, *roles)]


def set_password(session: Session, name: str, password_hash: str) -> User:
    """Give somebody a new password; every session under the old one ends. Raises RuleRefused `user_unknown`."""
    user = find_user(session, name)
    user.password_hash = password_hash
    return user


def set_role(session: Session, name: str, role: Role, *, by: str) -> User:
    """Give somebody another role. Raises RuleRefused `user_unknown`, `user_self`, `user_not_administrator`."""
    user = _other(session, name, by)
    user.role = role
    return user


def remove(session: Session, name: str, *, by: str) -> User:
    """Take somebody's password away: the name stays, because the audit log speaks of it. Raises as `set_role` does."""
    user = _other(session, name, by)
    user.password_hash = None
    return user


def _other(session: Session, name: str, by: str) -> User:
    """Somebody else than the administrator who acts. As nobody acts on himself, one administrator always stays."""
    if name == by:
        raise RuleRefused("user_self")
    # locked, and looked at again: two administrators who remove each other at once would leave none
    active = (User.role == Role.ADMINISTRATOR, User.password_hash.is_not(None))
    administrators = session.scalars(sa.select(User.name).where(*active).order_by(User.name).with_for_update()).all()
    if by not in administrators:
        raise RuleRefused("user_not_administrator")
    return find_user(session, name)


def demand_role(session: Session, name: str, roles: Iterable[Role]) -> None:
    """Raise RuleRefused unless `name` is a user with one of `roles`."""
    user = look_up(session, name)
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
