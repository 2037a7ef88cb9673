"""Exact arithmetic (law 7): no binary floating point in the rooms that read rules and count votes."""

import ast
from pathlib import Path

import pytest

import schemes
import tally

FILES = sorted(path for room in (schemes, tally) for path in Path(room.__file__).parent.glob("**/*.py"))
# float() itself, and the functions of the standard library that answer with one or round by themselves
FORBIDDEN_CALLS = {"float", "round", "complex"}
FORBIDDEN_MODULES = {"cmath", "statistics", "random", "numpy"}
WHOLE_NUMBER_MATH = {"lcm", "gcd", "isqrt", "comb", "perm", "factorial"}
# `/` between two whole numbers is a float; it is allowed where an operand is plainly a Fraction or a path
DIVISIONS = {
    "tally/weighting.py": {"100 * points / counts.valid"},
    "schemes/loading.py": {"Path(__file__).parent / 'packs'", "(folder or PACKS) / f'{name}.toml'"},
}


def violations(source, name):
    """List what in this source could make or use a float."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float() | complex()):
                found.append(ast.unparse(node))
            case ast.Name(id=word) if word in FORBIDDEN_CALLS:
                found.append(word)
            case ast.Import(names=aliases):
                found += [each.name for each in aliases if each.name.split(".")[0] in FORBIDDEN_MODULES | {"math"}]
            case ast.ImportFrom(module="math", names=aliases):
                found += [each.name for each in aliases if each.name not in WHOLE_NUMBER_MATH]
            case ast.ImportFrom(module=module) if module and module.split(".")[0] in FORBIDDEN_MODULES:
                found.append(module)
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                if ast.unparse(node) not in DIVISIONS.get(name, set()):
                    found.append(ast.unparse(node))
            case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp(op=ast.USub())):
                found.append(ast.unparse(node))
            case ast.FormattedValue(format_spec=ast.JoinedStr() as spec) if (
                ast.unparse(spec).rstrip("'\"")[-1] in "fFeEgG%"
            ):
                found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_float_is_made(path):
    """No float literal, no float(), no division of whole numbers, no float format in schemes/ and tally/."""
    assert violations(path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}") == []


@pytest.mark.parametrize(
    "source",
    ["x = 0.5", "x = float(y)", "x = a / b", "x /= 2", "import math", "from math import sqrt", "round(x, 2)", "f'{x:.2f}'", "x = 10 ** -2",
     "from statistics import mean", "y: float = z", "x = 1j"],
)  # fmt: skip
def test_this_test_sees_floats(source):
    """The walk finds each way a float comes about."""
    assert violations(source, "tally/planted.py")


def test_the_divisions_that_are_allowed_exist():
    """The list of allowed divisions has no leftovers."""
    root = Path(tally.__file__).parent.parent
    for name, divisions in DIVISIONS.items():
        source = {
            ast.unparse(node)
            for node in ast.walk(ast.parse((root / name).read_text(encoding="utf-8")))
            if isinstance(node, ast.BinOp)
        }
        assert divisions <= source
