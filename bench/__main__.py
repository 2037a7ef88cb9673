"""`python -m bench [NAME…]`: every measurement, or the named ones."""

import os
import sys

from bench import casting, pages, slips, verifying
from bench.figures import Figure

ALL = {"casting": casting.measure, "verifying": verifying.measure, "slips": slips.measure, "pages": pages.measure}

# what else the machine was doing: a figure taken under a load of more than its processors is to be taken again
print(f"load {' '.join(f'{each:.1f}' for each in os.getloadavg())} on {os.cpu_count()} processors")
for name in sys.argv[1:] or ALL:
    print(f"\n{name}")
    for figure in map(Figure._make, ALL[name]()):
        print(f"  {figure.name:<58} {figure.value:>10.2f} {figure.unit:<8} {figure.target}")
