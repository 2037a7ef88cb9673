"""A county for tests: townships below the root, and people who have a role there."""

import os
from datetime import UTC, datetime

from polling import organizations, people
from polling.models import ROOT, Level, Role
from polling.packs import county_folder
from polling.passwords import hash_password
from schemes.loading import load

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PASSWORD = "vier-worte-am-see"


def add_places(database, *names, below=ROOT, level=Level.TOWNSHIP) -> list[str]:
    """Organizations below another one: their ids."""
    with database.write() as session:
        parent = organizations.find(session, below)
        made = organizations.add(session, parent, level, names, who="测试", now=NOW, random=os.urandom)
        return [one.id for one in made]


def add_person(database, name, role, at=ROOT, password_hash="no password is asked for here") -> str:
    """Somebody with a role, or with one more: the name."""
    with database.write() as session:
        if people.look_up(session, name) is None:
            people.register(session, name, role, password_hash, at=at)
        else:
            people._give(session, name, role, at)
    return name


def add_people(database, *held) -> None:
    """Several people, each as (name, role, organization), with the same password."""
    kept = hash_password(PASSWORD, "")
    for name, role, at in held:
        add_person(database, name, role, at, kept)


def neighbour(database, name="邻组织") -> str:
    """Somebody who organizes another township than the root's polls are held for: the name."""
    [place] = add_places(database, "邻乡")
    return add_person(database, name, Role.ORGANIZER, place, hash_password(PASSWORD, ""))


def roles(database, name) -> set[tuple[Role, str]]:
    """Somebody's roles, each with the organization."""
    with database.read() as session:
        return set(people.roles_of(session, name))


def own_pack(of: str, name: str = "my_county") -> str:
    """Lay a pack of the project under another name into YIPIAO_HOME/schemes, as a county does with its own: that name."""
    county_folder().mkdir(parents=True, exist_ok=True)
    text = load(of).raw.decode().replace(f'name = "{of}"', f'name = "{name}"', 1)
    (county_folder() / f"{name}.toml").write_text(text, encoding="utf-8")
    return name
