"""A village with a roster, and its ticks."""

from polling.attendance import Tick, tick
from polling.polls import find_poll
from polling.rosters import RosterLine, roster_of, write_roster


def rostered(village, key="villagers", names=None, **options) -> None:
    """A printed poll whose panel has a roster, of ten villagers where no names are given."""
    names = names or [f"村民{number}" for number in range(10)]
    village.create(panels=(key,), **options)
    give(village, names, key)
    village.print()


def give(village, names, key="villagers") -> None:
    """Give a panel a roster."""
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        write_roster(
            session, poll, key, [RosterLine(*(name if isinstance(name, tuple) else (name,))) for name in names]
        )


def ticked(village, position, what=Tick.SLIP, *, on=True, key="villagers") -> bool:
    """One tap: whether it changed anything."""
    with village.database.write() as session:
        return tick(session, find_poll(session, village.poll), key, position, what, on=on)


def lines_of(village, key="villagers") -> list[tuple[bool, bool]]:
    """Present and slip, by line."""
    with village.database.read() as session:
        poll = find_poll(session, village.poll)
        return [(line.present, line.has_slip) for line in roster_of(session, poll, key)]
