"""Every code that a domain error is raised with, read from our own source: for the tests that hold the sentences against them."""

import ast
import string
from collections.abc import Iterator
from functools import cache

from running import ROOT

ROOMS = ("polling", "ballots", "publishing", "scoring", "cli", "web")
# where a code stands in a call, and what the callee adds
RAISERS = {"RuleRefused": (0, set()), "BadInput": (0, set()), "bad": (0, {"where", "path"}), "_decode": (3, set())}


@cache
def _calls(room: str) -> tuple[tuple[str, str, ast.Call], ...]:
    """Every call in a room, read once a process: (room/file, function, call)."""
    return tuple(
        (
            f"{room}/{path.name}",
            node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", ""),
            node,
        )
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )


def calls(rooms, wanted) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of the functions `wanted` in some rooms: (room/file, function, call)."""
    for room in rooms:
        yield from (call for call in _calls(room) if call[1] in wanted)


def raised(rooms=ROOMS):
    """Every code that is raised in some rooms: (where, code, names of the parameters), and the calls that hand another one on."""
    found, handed_on = [], set()
    for file, name, call in calls(rooms, RAISERS):
        place, added = RAISERS[name]
        code = call.args[place]
        if isinstance(code, ast.Constant):
            found.append((f"{file}:{call.lineno}", code.value, added | {keyword.arg for keyword in call.keywords}))
        else:
            handed_on.add((file, name, ast.unparse(code)))
    for file, _name, call in calls(["schemes"], {"PeriodError"}):
        parameters = {keyword.arg for keyword in call.keywords} | {"where", "path"}  # polling.polls adds the place
        found.append((f"{file}:{call.lineno}", call.args[0].value, parameters))
    return found, handed_on


def codes(rooms=ROOMS) -> set[str]:
    """The codes alone."""
    return {code for _where, code, _parameters in raised(rooms)[0]}


def places(text) -> set[str]:
    """The names of a sentence's places to fill in."""
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


def lacking(sentences, rooms=ROOMS) -> dict[tuple[str, str], set[str]]:
    """Where a code is raised without all that its sentence names."""
    return {
        (where, code): places(sentences[code]) - parameters
        for where, code, parameters in raised(rooms)[0]
        if code in sentences and places(sentences[code]) - parameters
    }
