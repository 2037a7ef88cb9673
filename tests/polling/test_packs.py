"""A county's own pack in YIPIAO_HOME/schemes: found by its name, never in the place of the project's."""

import pytest

from polling.packs import county_folder, load_pack, packs
from schemes.errors import SchemeError, SchemeFault
from schemes.loading import load, names

STANDARD = load("standard").raw.decode()


def put(name, text):
    """Lay a file into the installation's folder."""
    county_folder().mkdir(parents=True, exist_ok=True)
    (county_folder() / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_countys_pack_is_found_besides_the_projects(home):
    """By name, and in the list."""
    put("my_county", STANDARD.replace('name = "standard"', 'name = "my_county"', 1))
    assert county_folder() == home / "schemes"
    assert load_pack("my_county").name == "my_county"
    assert load_pack("standard") == load("standard")
    found, faults = packs()
    assert [pack.name for pack in found] == sorted([*names(), "my_county"])
    assert faults == []


def test_a_bad_file_stops_no_other_scheme(home):
    """Left out and named, with its key; loading it says the same."""
    put("my_county", STANDARD.replace('name = "standard"', 'name = "my_county"', 1).replace("minimum_days = 3", "", 1))
    found, [fault] = packs()
    assert [pack.name for pack in found] == names()
    assert (fault.where, fault.path, fault.code) == ("my_county.toml", "notice.minimum_days", SchemeFault.MISSING_KEY)
    with pytest.raises(SchemeError):
        load_pack("my_county")


def test_the_projects_packs_cannot_be_replaced(home):
    """A file of the same name is refused, and the project's rules stay."""
    put("standard", STANDARD.replace("minimum_returned = 20", "minimum_returned = 5", 1))
    assert load_pack("standard") == load("standard")
    _found, [fault] = packs()
    assert (fault.where, fault.code) == ("standard.toml", SchemeFault.TAKEN)


@pytest.mark.parametrize("name", ["none", "../my_county", "schemes/my_county", ""])
def test_a_name_never_becomes_a_path(home, name):
    """What is in neither list is refused, with the names there are."""
    put("my_county", STANDARD.replace('name = "standard"', 'name = "my_county"', 1))
    with pytest.raises(SchemeError, match="my_county, shangzhou") as caught:
        load_pack(name)
    assert caught.value.code == SchemeFault.UNKNOWN_SCHEME
