"""The people who run polls: users with roles at organizations, and which acts need which."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from polling.errors import BadInput, RuleRefused
from polling.models import ROOT, DeskSession, Grant, Organization, Poll, Role, User, Welcome
from polling.organizations import RUNS_POLLS, above, below, find, holds
from polling.passwords import hash_password
from polling.recusal import demand_unconcerned
from polling.settings import TERMINAL

LONGEST_NAME = 80

WITNESSES = frozenset({Role.SCRUTINEER})
REHEARSAL_PEOPLE = {Role.ORGANIZER: "演练组织者", Role.SCRUTINEER: "演练监票人"}


def add_user(session: Session, name: str, role: Role, password: str | None, *, at: str = ROOT) -> User:
    """Add somebody. Raises BadInput as `register` and `polling.passwords.hash_password` do."""
    return register(session, name, role, hash_password(password, name) if password is not None else None, at=at)


def register(session: Session, name: str, role: Role, password_hash: str | None, *, at: str = ROOT) -> User:
    """Add somebody with a role at an organization, whose password was hashed before.

    Raises BadInput when the name is taken, empty or can't be a name, and `organization_unknown`.
    """
    name = name.strip()
    if not name:
        raise BadInput("user_name_empty")
    if not _is_name(name):
        raise BadInput("user_name_form", most=LONGEST_NAME)
    if session.get(User, name) is not None:
        raise BadInput("user_exists", name=name)
    user = User(name=name, password_hash=password_hash)
    session.add(user)
    session.flush()
    _give(session, name, role, at)
    return user


def _give(session: Session, name: str, role: Role, at: str) -> None:
    session.merge(Grant(user_name=name, organization_id=find(session, at).id, role=role))
    session.flush()


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


@dataclass(frozen=True)
class Listed:
    """Somebody as a list shows him: his roles as (role, organization), the highest organization first."""

    name: str
    can_sign_in: bool
    two_steps: bool
    roles: tuple[tuple[Role, str], ...]

    @property
    def places(self) -> set[str]:
        """The organizations where he has a role."""
        return {at for _role, at in self.roles}


def everybody(session: Session, within: Collection[str] | None = None) -> list[Listed]:
    """The people with a role at one of these organizations (None: everybody) by role and name; the people of rehearsals are nobody."""
    held: dict[str, list[tuple[Role, str]]] = {}
    rows = session.execute(
        sa.select(Grant.user_name, Grant.role, Grant.organization_id)
        .join(Organization, Organization.id == Grant.organization_id)
        .order_by(Organization.position)
    )
    for name, role, organization in rows:
        held.setdefault(name, []).append((role, organization))
    listed = [
        Listed(user.name, user.password_hash is not None, user.totp_sealed is not None, tuple(held.get(user.name, ())))
        for user in session.scalars(sa.select(User).where(User.name.not_in(REHEARSAL_PEOPLE.values())))
    ]
    order = list(Role)
    chosen = [one for one in listed if within is None or not one.places.isdisjoint(within)]
    return sorted(chosen, key=lambda one: (min((order.index(role) for role, _ in one.roles), default=99), one.name))


def roles_of(session: Session, name: str) -> list[tuple[Role, str]]:
    """Somebody's roles, each with the organization where it is held."""
    rows = session.execute(sa.select(Grant.role, Grant.organization_id).where(Grant.user_name == name))
    return [(role, organization) for role, organization in rows]


def known_of(session: Session, name: str, *places: str) -> list[str]:
    """What everybody knows of somebody: the name, and the names of these organizations and of those of the own roles, with all above them."""
    held = {*places, *(at for _role, at in roles_of(session, name))}
    ids = {each for at in held for each in above(session, at)}
    return [name, *session.scalars(sa.select(Organization.name).where(Organization.id.in_(ids)))]


def can_sign_in(session: Session, *roles: Role, at: str | None = None) -> bool:
    """Whether there is somebody with a password who has one of these roles, anywhere or at one organization."""
    chosen = sa.select(Grant.role).join(User).where(Grant.role.in_(roles), User.password_hash.is_not(None))
    if at is not None:
        chosen = chosen.where(Grant.organization_id == at)
    return session.execute(chosen.limit(1)).first() is not None


def missing_people(session: Session) -> list[Role]:
    """Which roles nobody can sign in with, though closing takes an organizer (or administrator) and a scrutineer."""
    needed = {Role.ORGANIZER: RUNS_POLLS, Role.SCRUTINEER: WITNESSES}
    return [role for role, roles in needed.items() if not can_sign_in(session, *roles)]


def who_may(session: Session, roles: Collection[Role], at: str) -> list[str]:
    """The names of those who have one of these roles at an organization or above it and can sign in."""
    from_above = Grant.organization_id.in_(above(session, at))
    chosen = sa.select(User.name).join(Grant).where(Grant.role.in_(roles), from_above, User.password_hash.is_not(None))
    return list(session.scalars(chosen.distinct().order_by(User.name)))


def set_password(session: Session, name: str, password_hash: str) -> User:
    """Give somebody a new password; every session under the old one ends. Raises RuleRefused `user_unknown`."""
    user = find_user(session, name)
    user.password_hash = password_hash
    _end_ways_in(session, name)
    return user


def _end_ways_in(session: Session, name: str) -> None:
    """No link that somebody was given earlier opens any more, and no session of before goes on: its cookie knew the old password."""
    session.execute(sa.delete(DeskSession).where(DeskSession.user_name == name))
    session.execute(sa.update(Welcome).where(Welcome.user_name == name).values(used=True))


def give_role(session: Session, name: str, role: Role, at: str, *, by: str) -> None:
    """Give somebody one more role. Raises RuleRefused `user_unknown`, `user_not_administrator`, BadInput `organization_unknown`."""
    _demand_administrator(session, by, [find(session, at).id])
    _give(session, find_user(session, name).name, role, at)


def take_role(session: Session, name: str, role: Role, at: str, *, by: str) -> None:
    """Take a role away. Raises RuleRefused `user_unknown`, `user_self`, `user_not_administrator`."""
    if name == by:
        raise RuleRefused("user_self")
    _demand_administrator(session, by, [at])
    find_user(session, name)
    session.execute(sa.delete(Grant).where(Grant.user_name == name, Grant.organization_id == at, Grant.role == role))


def demand_charge(session: Session, name: str, *, by: str) -> User:
    """Somebody all of whose roles lie below an administrator who acts on the account. Raises RuleRefused as `take_role` does.

    Whoever has a role elsewhere too is that office's as well: a county's administrator gives no password to one of the region.
    """
    user = find_user(session, name)
    places = session.scalars(sa.select(Grant.organization_id).where(Grant.user_name == name)).all()
    _demand_administrator(session, by, places or [ROOT])
    return user


def remove(session: Session, name: str, *, by: str) -> User:
    """Take somebody's password away: the name stays, because the audit log speaks of it. Raises as `take_role` does."""
    if name == by:
        raise RuleRefused("user_self")
    user = demand_charge(session, name, by=by)
    user.password_hash = None
    _end_ways_in(session, name)
    return user


def _demand_administrator(session: Session, by: str, places: Collection[str]) -> None:
    """Raise RuleRefused unless `by` administers all these organizations.

    As nobody takes from himself, one administrator of the root always stays: the rows are locked and looked at again, for two
    administrators who remove each other at once would leave none.
    """
    active = (Grant.role == Role.ADMINISTRATOR, User.password_hash.is_not(None))
    rows = sa.select(Grant).join(User).where(*active).order_by(Grant.user_name, Grant.organization_id)
    own = {row.organization_id for row in session.scalars(rows.with_for_update()) if row.user_name == by}
    if not set(session.scalars(below(own))).issuperset(places):
        raise RuleRefused("user_not_administrator")


def demand_role(session: Session, name: str, roles: Collection[Role], at: str) -> None:
    """Raise RuleRefused unless `name` is a user with one of `roles` at an organization or above it."""
    if look_up(session, name) is None:
        raise RuleRefused("user_unknown", name=name)
    if not holds(session, name, roles, at):
        needed = [role.value for role in Role if role in roles]
        raise RuleRefused("role_wrong", name=name, organization=find(session, at).name, needed=needed)


def demand_organizer(session: Session, who: str, poll: Poll) -> None:
    """Raise RuleRefused unless whoever is named runs this poll (law 12) and is not assessed in it; a rehearsal wants no role, the server's terminal none."""
    demand_unconcerned(session, poll, who)
    if not poll.rehearsal:
        demand_runs_polls(session, who, poll.organization_id)


def demand_runs_polls(session: Session, who: str, at: str) -> None:
    """Raise RuleRefused unless whoever is named runs an organization's polls; who sits at the server's terminal needs no name."""
    if who != TERMINAL:
        demand_role(session, who, RUNS_POLLS, at)


def two_people(session: Session, poll: Poll, *, organizer: str | None, witness: str | None) -> tuple[str, str]:
    """The organizer and the scrutineer of an act on a poll that takes two (law 12); a rehearsal has its own people.

    Raises RuleRefused when one is missing, both are the same, one has no account or no such role at the poll's organization or above,
    a rehearsal's person is named in a real poll, or one of them is assessed in it.
    """
    if poll.rehearsal:
        organizer = organizer or REHEARSAL_PEOPLE[Role.ORGANIZER]
        witness = witness or REHEARSAL_PEOPLE[Role.SCRUTINEER]
        for role, name in REHEARSAL_PEOPLE.items():
            if session.get(User, name) is None:
                add_user(session, name, role, None)
    if not organizer or not witness:
        raise RuleRefused("two_people_needed")
    if organizer == witness:
        raise RuleRefused("two_people_same", name=organizer)
    if not poll.rehearsal and {organizer, witness} & set(REHEARSAL_PEOPLE.values()):
        raise RuleRefused("rehearsal_person")
    demand_role(session, organizer, RUNS_POLLS, poll.organization_id)
    demand_role(session, witness, WITNESSES, poll.organization_id)
    for name in (organizer, witness):
        demand_unconcerned(session, poll, name)
    return organizer, witness
