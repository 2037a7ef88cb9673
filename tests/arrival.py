"""Whether what lies in files tells in which order things came: positions of what names them, correlated with their arrival (law 1)."""

from collections import defaultdict


def correlation(values: list[tuple[int, int]]) -> float:
    """Pearson's correlation of pairs; of ranks it is Spearman's."""
    n = len(values)
    left, right = (sum(column) / n for column in zip(*values, strict=True))
    product = sum((x - left) * (y - right) for x, y in values)
    spread = sum((x - left) ** 2 for x, _ in values) * sum((y - right) ** 2 for _, y in values)
    return product / spread**0.5 if spread else 0.0


def places(raw: bytes, needle: bytes) -> list[int]:
    """Every position of a needle."""
    found, start = [], raw.find(needle)
    while start >= 0:
        found.append(start)
        start = raw.find(needle, start + 1)
    return found


def traces(home, arrivals: int, spellings: dict[str, list[bytes]]) -> dict[str, float]:
    """Correlate all that names a thing in any byte of any file of `home` with the order of arrival; `spellings`: what names each, in order.

    A file that names a thing several times holds several lists, one after the other: the first places are compared, then the second ones,
    from both ends. How often a thing is named is compared too. (A needle that a page boundary cuts is missing from its list, hence the
    weight.)
    """
    found = {}
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for name, needles in spellings.items():
            every = [places(content, needle) for needle in needles]
            found[f"{path.name}: number of {name}"] = correlation(list(enumerate(map(len, every))))
            for pick in range(-max(map(len, every)), max(map(len, every))):
                seen = [
                    (at[pick], arrival)
                    for arrival, at in enumerate(every)
                    if len(at) > pick >= 0 or len(at) >= -pick > 0
                ]
                ranks = [(rank, arrival) for rank, (_, arrival) in enumerate(sorted(seen))]
                if len(seen) > 2:
                    weight = ((len(seen) - 1) / (arrivals - 1)) ** 0.5
                    found[f"{path.name}: {name} {pick}"] = weight * correlation(ranks)
    return found


def bound(runs: int, arrivals: int) -> float:
    """What no mean of correlations without cause exceeds.

    A rank correlation of n random ranks has the variance 1 / (n - 1), and the mean of the runs is nearly normal: beyond 6.2 of its standard
    deviations lies less than 10^-9, and fewer than a thousand means are looked at.
    """
    return 6.2 / (runs * (arrivals - 1)) ** 0.5


def leaks(runs: list[dict[str, float]], limit: float) -> dict[str, float]:
    """Whatever correlates with the order of arrival over all runs."""
    collected = defaultdict(list)
    for found in runs:
        for name, value in found.items():
            collected[name].append(value)
    means = {name: sum(values) / len(runs) for name, values in collected.items()}
    return {name: mean for name, mean in means.items() if abs(mean) > limit}
