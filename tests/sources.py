"""Our own source as syntax trees, for the tests that hold the code base against a rule."""

import ast
from collections import defaultdict
from functools import cache

from running import ROOT

PACKAGES = ("ballots", "belenios", "cli", "polling", "publishing", "schemes", "scoring", "tally", "web")


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of ours: (dotted name, tree). Read once a process: nobody may change a tree."""
    return tuple(
        (
            ".".join(path.relative_to(ROOT).with_suffix("").parts),
            ast.parse(path.read_text(encoding="utf-8")),
        )
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    )


@cache
def _reads() -> dict[str, list[str]]:
    """For each name or attribute that is read: where, as module.function."""
    found = defaultdict(list)
    for module, tree in modules():
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found[node.id].append(f"{module}.{function.name}")
                elif isinstance(node, ast.Attribute):
                    found[node.attr].append(f"{module}.{function.name}")
    return dict(found)


def users(name: str) -> list[str]:
    """Where a name is read, as module.function; neither its import nor its definition counts."""
    return list(_reads().get(name, ()))


def importers(origin: str, name: str) -> list[str]:
    """The modules that take a name from a module of ours, or that module whole."""
    found = []
    for module, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                taken = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                taken = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if f"{origin}.{name}" in taken or origin in taken:
                found.append(module)
    return found
