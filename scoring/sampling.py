"""Random inspection 随机抽查: what is fixed first, the seed, the tickets, the sample, and how anybody repeats it. Pure: no clock, no chance.

Invariants:
* the population, the ratio and where the seed will come from are one document; its SHA-256, the commitment, is known before any seed;
* the seed text begins with the commitment, so no seed serves two populations;
* an item's ticket follows from seed text and item alone; the sample are the items with the smallest tickets (docs/sampling.md);
* the size is the ratio of the number of items, rounded up (R6), in integers.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from publishing.documents import canonical_json
from scoring.pot import FEWEST_DICE, FEWEST_DIGITS, MOST_TYPED, plain_name

POPULATION_TYPE = "yipiao.sample-population"
SAMPLE_TYPE = "yipiao.sample"
METHOD = "sha256-tickets-1"
VERSION = 1


class _Part(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a document: what is not named here is refused, for the commitment would cover it unseen."""


class Ratio(_Part, frozen=True):
    """The exact ratio, reduced."""

    num: int
    den: int


class Rule(_Part, frozen=True):
    """The inspection of a scheme that asks for the draw; `digest` names the scheme's bytes."""

    scheme: str
    digest: str
    inspection: str


class DiceSource(_Part, frozen=True, tag_field="kind", tag="dice"):
    """The seed will be thrown: dice by two people, in front of everybody."""


class PublicSource(_Part, frozen=True, tag_field="kind", tag="public"):
    """The seed will be a number that is published elsewhere, on a later day: `source` says which one exactly."""

    source: str
    day: date


class Replaced(_Part, frozen=True):
    """The draw that this one stands in for, and why."""

    draw: str
    reason: str


class Population(_Part, frozen=True):
    """What is fixed before a seed exists. `names`: in the order of their code points, each once."""

    type: str
    version: int
    method: str
    id: str
    purpose: str
    period: str
    rule: Rule | None
    names: tuple[str, ...]
    ratio: Ratio
    size: int
    seed: DiceSource | PublicSource
    replaces: Replaced | None
    fixed_on: date


class Throw(_Part, frozen=True):
    """One person's dice, in the order in which they were thrown."""

    by: str
    dice: str


class DiceSeed(_Part, frozen=True, tag_field="kind", tag="dice"):
    """Two people's dice."""

    throws: tuple[Throw, Throw]


class PublicSeed(_Part, frozen=True, tag_field="kind", tag="public"):
    """The number that was published, its groups in the published order with one blank between; who typed it in."""

    number: str
    by: str


Seed = DiceSeed | PublicSeed


class Drawn(_Part, frozen=True):
    """One item of the sample; `place` counts from 1."""

    place: int
    name: str
    ticket: str


class Record(_Part, frozen=True):
    """A finished draw, whole: with it anybody can repeat it."""

    type: str
    version: int
    population: Population
    commitment: str
    seed: Seed
    seed_text: str
    sample: tuple[Drawn, ...]
    drawn_on: date


_Document = TypeVar("_Document", Population, Record)


class SampleCheck(StrEnum):
    """What is checked of a record, in this order."""

    POPULATION = "population"
    SIZE = "size"
    COMMITMENT = "commitment"
    SEED = "seed"
    DAYS = "days"
    SAMPLE = "sample"


class SampleUnreadable(ValueError):
    """Not a record of a draw, and not what is fixed before one."""


def size_of(ratio: Fraction, number: int) -> int:
    """How many of `number` items are drawn: rounded up (R6), never a float."""
    return -(-ratio.numerator * number // ratio.denominator)


def written(part: Struct) -> dict[str, Any]:
    """A document's plain form, as canonical JSON takes it."""
    plain: dict[str, Any] = json.loads(canonical_json(msgspec.to_builtins(part)))
    return plain


def commitment_of(population: Population) -> str:
    """SHA-256 over the canonical JSON of what is fixed, 64 hex digits."""
    return hashlib.sha256(canonical_json(msgspec.to_builtins(population))).hexdigest()


def seed_text(commitment: str, seed: Seed) -> str:
    """The text that the tickets are made from: the commitment, then what was thrown or published, parted by colons."""
    parts = [throw.dice for throw in seed.throws] if isinstance(seed, DiceSeed) else [seed.number]
    return ":".join([commitment, *parts])


def ticket(seed: str, name: str) -> str:
    """The ticket number of an item, between 0 and 1, as a decimal text.

    SHA-256 over the hex SHA-256 of the seed text, followed by the item; the hash as a decimal number of at least 64 digits, read from
    its last digit to its first: the first digits of such a number are not evenly spread, the last ones are.
    """
    return _ticket(hashlib.sha256(seed.encode()).hexdigest(), name)


def _ticket(hashed_seed: str, name: str) -> str:
    number = int(hashlib.sha256((hashed_seed + name).encode()).hexdigest(), 16)
    return "0." + f"{number:064d}"[::-1]


def select(names: Sequence[str], seed: str, size: int) -> tuple[Drawn, ...]:
    """The `size` items with the smallest tickets, the smallest first; the order of `names` plays no part."""
    hashed = hashlib.sha256(seed.encode()).hexdigest()
    tickets = sorted((_ticket(hashed, name), name) for name in names)
    return tuple(
        Drawn(place=place, name=name, ticket=number) for place, (number, name) in enumerate(tickets[:size], start=1)
    )


def draw_from(population: Population, seed: Seed, *, on: date) -> Record:
    """The record of a draw."""
    commitment = commitment_of(population)
    text = seed_text(commitment, seed)
    return Record(
        type=SAMPLE_TYPE,
        version=VERSION,
        population=population,
        commitment=commitment,
        seed=seed,
        seed_text=text,
        sample=select(population.names, text, population.size),
        drawn_on=on,
    )


def read_population(document: Mapping[str, Any]) -> Population:
    """What was fixed, out of its document. Raises SampleUnreadable."""
    return _read(document, Population, POPULATION_TYPE)


def read_record(document: Mapping[str, Any]) -> Record:
    """A finished draw out of its document. Raises SampleUnreadable."""
    return _read(document, Record, SAMPLE_TYPE)


def _read(document: Mapping[str, Any], kind: type[_Document], wanted: str) -> _Document:
    try:
        read, raw = msgspec.convert(document, kind), canonical_json(document)
    except (msgspec.ValidationError, TypeError) as error:
        raise SampleUnreadable(str(error)) from None
    # canonical or refused: the hash covers the text, so there is one way to write it
    if read.type != wanted or read.version != VERSION or canonical_json(msgspec.to_builtins(read)) != raw:
        raise SampleUnreadable("another type or version, or written in another way")
    return read


def fault_of(record: Record) -> SampleCheck | None:
    """Work a finished draw out again from its own words: the first check that fails, or None."""
    population = record.population
    fault = fault_of_population(population)
    if fault is not None:
        return fault
    if record.commitment != commitment_of(population):
        return SampleCheck.COMMITMENT
    if not _fits(population, record.seed) or record.seed_text != seed_text(record.commitment, record.seed):
        return SampleCheck.SEED
    if record.drawn_on < (population.seed.day if isinstance(population.seed, PublicSource) else population.fixed_on):
        return SampleCheck.DAYS
    if record.sample != select(population.names, record.seed_text, population.size):
        return SampleCheck.SAMPLE
    return None


def fault_of_population(population: Population) -> SampleCheck | None:
    """The first check that fails of what was fixed, or None."""
    names = population.names
    plain = all(name and name == plain_name(name) for name in names)
    if not names or not plain or list(names) != sorted(set(names)) or population.method != METHOD:
        return SampleCheck.POPULATION
    ratio = population.ratio
    if ratio.den < 1 or not 0 < ratio.num <= ratio.den:
        return SampleCheck.SIZE
    exact = Fraction(ratio.num, ratio.den)
    if (exact.numerator, exact.denominator) != (ratio.num, ratio.den) or population.size != size_of(exact, len(names)):
        return SampleCheck.SIZE
    if isinstance(population.seed, PublicSource) and population.seed.day <= population.fixed_on:
        return SampleCheck.DAYS
    return None


def _fits(population: Population, seed: Seed) -> bool:
    """Whether a seed is of the kind that was fixed, and well formed."""
    if isinstance(seed, DiceSeed):
        one, other = seed.throws
        return (
            isinstance(population.seed, DiceSource)
            and one.by != other.by
            and all(
                throw.by and FEWEST_DICE <= len(throw.dice) <= MOST_TYPED and set(throw.dice) <= set("123456")
                for throw in seed.throws
            )
        )
    groups = seed.number.split(" ")
    return (
        isinstance(population.seed, PublicSource)
        and bool(seed.by)
        and all(group.isascii() and group.isdecimal() for group in groups)
        and FEWEST_DIGITS <= sum(map(len, groups)) <= MOST_TYPED
    )
