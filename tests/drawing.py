"""Random inspections for the tests: 47 villages, two people's dice, a small pack with an inspection."""

from datetime import UTC, date, datetime
from fractions import Fraction

from scoring.draws import Wanted
from scoring.sampling import METHOD, POPULATION_TYPE, DiceSource, Population, PublicSource, Ratio

VILLAGES = tuple(sorted(f"{place}{number}村" for place in "甲乙丙丁" for number in range(1, 13)))[:47]
THROWS = [("王组织", "12345612345612345612"), ("李监票", "65432165432165432165")]
LOTTERY = PublicSource(source="双色球第 2026138 期开奖号码", day=date(2026, 12, 1))
# 1 November in Beijing already
NOW = datetime(2026, 10, 31, 17, tzinfo=UTC)
POPULATION = Population(
    type=POPULATION_TYPE,
    version=1,
    method=METHOD,
    id="9yTbsYbHxQ2Bwr",
    purpose="驻村工作队半年抽查",
    period="2026H1",
    rule=None,
    names=VILLAGES,
    ratio=Ratio(num=1, den=5),
    size=10,
    seed=DiceSource(),
    replaces=None,
    fixed_on=date(2026, 11, 1),
)
BY_NUMBER = Population(**{name: getattr(POPULATION, name) for name in Population.__struct_fields__} | {"seed": LOTTERY})


def wanted(**changes) -> Wanted:
    """The usual draw, but for what is named."""
    usual = {
        "purpose": "驻村工作队半年抽查",
        "period": "2026H1",
        "names": VILLAGES,
        "ratio": Fraction(1, 5),
        "seed": DiceSource(),
    }
    return Wanted(**usual | changes)
