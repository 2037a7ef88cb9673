"""One measured figure."""

from typing import NamedTuple


class Figure(NamedTuple):
    """`value` in `unit`; `target` in words, empty where there is none."""

    name: str
    value: float
    unit: str
    target: str = ""
