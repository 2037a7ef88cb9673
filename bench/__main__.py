"""`python -m bench [NAME…]`: every measurement, or the named ones."""

import sys

from bench import casting, pages, slips, verifying
from bench.figures import Figure

ALL = {"casting": casting.measure, "verifying": verifying.measure, "slips": slips.measure, "pages": pages.measure}

for name in sys.argv[1:] or ALL:
    print(f"\n{name}")
    for figure in map(Figure._make, ALL[name]()):
        print(f"  {figure.name:<58} {figure.value:>10.2f} {figure.unit:<8} {figure.target}")
