"""The packs that polls can use: those of the project, and a county's own in `YIPIAO_HOME/schemes/`."""

from pathlib import Path

from polling.settings import home_folder
from schemes.errors import SchemeError, SchemeFault
from schemes.loading import load, names
from schemes.rules import Scheme


def county_folder() -> Path:
    """Where this installation's own packs lie, one `<name>.toml` each."""
    return home_folder() / "schemes"


def load_pack(name: str) -> Scheme:
    """Read a pack by name; the project's come first. Raise SchemeError: unknown_scheme, or whatever is wrong with the file."""
    own = [each for each in names(county_folder()) if each not in names()]
    if name in own:
        return load(name, county_folder())
    if name not in names():
        known = ", ".join(sorted([*names(), *own]))
        raise SchemeError(name, "", SchemeFault.UNKNOWN_SCHEME, name=name, known=known)
    return load(name)


def packs() -> tuple[list[Scheme], list[SchemeError]]:
    """Every pack that can be read, by name, and what is wrong with the installation's others: one bad file stops no other scheme."""
    found, faults = [load(name) for name in names()], list[SchemeError]()
    for name in names(county_folder()):
        if name in names():
            faults.append(SchemeError(f"{name}.toml", "name", SchemeFault.TAKEN, value=name))
            continue
        try:
            found.append(load(name, county_folder()))
        except SchemeError as error:
            faults.append(error)
    return sorted(found, key=lambda pack: pack.name), faults
