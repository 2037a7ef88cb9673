"""Our own source as syntax trees, for the tests that hold the code base against a rule."""

import ast
from collections.abc import Iterator

from running import ROOT

PACKAGES = ("ballots", "belenios", "cli", "polling", "publishing", "schemes", "scoring", "tally", "web")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of ours: (dotted name, tree)."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def users(name: str) -> list[str]:
    """Where a name is read, as module.function; neither its import nor its definition counts."""
    found = []
    for module, tree in modules():
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                read = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
                if read or (isinstance(node, ast.Attribute) and node.attr == name):
                    found.append(f"{module}.{function.name}")
    return found


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
