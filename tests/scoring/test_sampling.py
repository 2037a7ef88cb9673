"""The method of random inspections: equal to consistent_sampler, known vectors, every alteration of a record is seen."""

import copy
import json
from datetime import date
from fractions import Fraction

import pytest
from consistent_sampler import sampler
from drawing import BY_NUMBER, POPULATION, THROWS
from hypothesis import given
from hypothesis import strategies as st

from polling.errors import BadInput
from publishing.documents import canonical_json
from scoring.draws import dice
from scoring.pot import read_day, read_dice, read_names, read_number, read_ratio
from scoring.sampling import (
    PublicSeed,
    SampleCheck,
    SampleUnreadable,
    commitment_of,
    draw_from,
    fault_of,
    fault_of_population,
    read_population,
    read_record,
    seed_text,
    select,
    size_of,
    ticket,
    written,
)

NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12), min_size=1, max_size=40, unique=True
)


@given(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_the_order_is_that_of_consistent_sampler(names, seed):
    """The same seed and items give the same whole order and the same tickets as the reference, all digits compared."""
    ours = [(drawn.ticket, drawn.name) for drawn in select(names, seed, len(names))]
    assert ours == [(number, name) for number, name, _generation in sampler(names, seed=seed, digits=100)]


def test_known_tickets():
    """The two tickets that the reference's own documentation prints."""
    assert ticket("01382438112797316654", "AB-130") == (
        "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"
    )
    assert ticket("314159", "cd-1").startswith("0.317685817")


@given(NAMES, st.randoms(use_true_random=False))
def test_the_order_of_the_list_plays_no_part(names, random):
    """Whoever pastes the list in another order draws the same items; a larger sample begins with the smaller one."""
    shuffled = random.sample(names, len(names))
    assert select(shuffled, "s", len(names)) == select(names, "s", len(names))
    assert select(names, "s", len(names))[:3] == select(names, "s", 3)


@pytest.mark.parametrize(
    ("ratio", "number", "size"), [("20%", 47, 10), ("10%", 47, 5), ("30%", 23, 7), ("100%", 9, 9), ("1/3", 9, 3)]
)
def test_the_size_is_rounded_up(ratio, number, size):
    """R6: 20 % of 47 are 10, 10 % of 47 are 5, 30 % of 23 are 7; an exact share stays as it is."""
    assert size_of(read_ratio(ratio), number) == size


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=1), st.integers(1, 20_000))
def test_the_size_is_the_smallest_that_reaches_the_ratio(ratio, number):
    """No fewer than the ratio asks for, and not one more."""
    size = size_of(ratio, number)
    assert size - 1 < ratio * number <= size <= number


# ---------------------------------------------------------------- what is fixed, and the record


def test_the_commitment_covers_every_word():
    """Each change of what is fixed makes another commitment, and so another seed text from the same dice."""
    plain = written(POPULATION)
    seen = {commitment_of(POPULATION)}
    for key, value in {
        "purpose": "别的",
        "period": "2026H2",
        "names": [*plain["names"][1:], "龘村"],
        "id": "other",
        "ratio": {"num": 1, "den": 10},
        "replaces": {"draw": "x", "reason": "y"},
        "fixed_on": "2026-11-02",
        "seed": {"kind": "public", "source": "s", "day": "2026-12-01"},
        "rule": {"scheme": "a", "digest": "b", "inspection": "c"},
    }.items():
        seen.add(commitment_of(read_population(plain | {key: value})))
    assert len(seen) == 10
    seed = dice(THROWS)
    assert seed_text(commitment_of(POPULATION), seed).startswith(commitment_of(POPULATION) + ":1234")


def record():
    """A finished draw as its document."""
    return written(draw_from(POPULATION, dice(THROWS), on=date(2026, 11, 1)))


def test_a_whole_record_is_good():
    """As it was made it is good, after its way through JSON too."""
    assert fault_of(read_record(json.loads(canonical_json(record())))) is None
    number = PublicSeed(number="03 11 22 25 30 33 08", by="王组织")
    assert fault_of(draw_from(BY_NUMBER, number, on=date(2026, 12, 1))) is None


def altered(*path, value):
    """The record with one place changed."""
    made = copy.deepcopy(record())
    place = made
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "check"),
    [
        (("population", "purpose"), "别的", SampleCheck.COMMITMENT),
        (("population", "names", 0), "一丁村", SampleCheck.COMMITMENT),
        (("population", "names", 0), "龘村", SampleCheck.POPULATION),
        (("population", "names"), [], SampleCheck.POPULATION),
        (("population", "names", 1), record()["population"]["names"][0], SampleCheck.POPULATION),
        (("population", "names", 0), " 一丁村", SampleCheck.POPULATION),
        (("population", "method"), "dice", SampleCheck.POPULATION),
        (("population", "size"), 9, SampleCheck.SIZE),
        (("population", "ratio", "num"), 2, SampleCheck.SIZE),
        (("population", "ratio", "den"), 0, SampleCheck.SIZE),
        (("commitment",), "0" * 64, SampleCheck.COMMITMENT),
        (("seed", "throws", 0, "dice"), "6" * 20, SampleCheck.SEED),
        (("seed", "throws", 0, "dice"), "7" * 20, SampleCheck.SEED),
        (("seed", "throws", 0, "dice"), "6" * 19, SampleCheck.SEED),
        (("seed", "throws", 0, "by"), "李监票", SampleCheck.SEED),
        (("seed",), {"kind": "public", "number": "123456", "by": "x"}, SampleCheck.SEED),
        (("seed_text",), "x", SampleCheck.SEED),
        (("drawn_on",), "2026-10-31", SampleCheck.DAYS),
        (("sample", 0, "name"), "别的村", SampleCheck.SAMPLE),
        (("sample", 0, "place"), 2, SampleCheck.SAMPLE),
        (("sample", 0, "ticket"), "0.1", SampleCheck.SAMPLE),
        (("sample",), [], SampleCheck.SAMPLE),
    ],
)
def test_an_altered_record_is_found_out(path, value, check):
    """Whatever is changed, the check that stands for it fails."""
    assert fault_of(read_record(altered(*path, value=value))) is check


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "yipiao.result"},
        altered("type", value="yipiao.result"),
        altered("version", value=2),
        altered("more", value=1),
        altered("population", "names", value="甲"),
        altered("population", "ratio", "num", value=1.0),
        altered("drawn_on", value="2026-11-01T00:00:00"),
        altered("population", "fixed_on", value=" 2026-11-01"),
    ],
)
def test_what_is_no_record_is_unreadable(document):
    """Other documents, unknown keys, other types, other spellings."""
    with pytest.raises(SampleUnreadable):
        read_record(document)


def test_a_public_number_needs_a_later_day():
    """The day is after the fixing, and the drawing not before the day."""
    early = read_population(written(BY_NUMBER) | {"fixed_on": "2026-12-01"})
    assert fault_of_population(early) is SampleCheck.DAYS
    seed = PublicSeed(number="031122", by="王")
    assert fault_of(draw_from(BY_NUMBER, seed, on=date(2026, 11, 30))) is SampleCheck.DAYS
    assert fault_of(draw_from(BY_NUMBER, dice(THROWS), on=date(2026, 12, 1))) is SampleCheck.SEED


# ---------------------------------------------------------------- what people type


def refused(code, read, *arguments):
    """The parameters of a refusal."""
    with pytest.raises(BadInput) as caught:
        read(*arguments)
    assert caught.value.code == code
    return caught.value.params


def test_a_list_is_read_line_by_line():
    """Blank lines, tabs, Windows line ends, a byte order mark and composed letters make no other list."""
    assert read_names("\ufeff乙村\t三组\r\n\r\n 甲村 \n") == ("乙村 三组", "甲村")
    assert read_names("e\u0301") == read_names("\u00e9")
    refused("pot_empty", read_names, " \n\u200b\n")
    assert refused("pot_twice", read_names, "甲\n乙\n甲 \n\u200b乙")["names"] == ["甲 (1, 3)", "乙 (2, 4)"]
    assert refused("pot_letter", read_names, "甲\n乙\x00")["line"] == 2
    assert refused("pot_long", read_names, "甲\n" + "乙" * 121)["line"] == 2
    assert refused("pot_many", read_names, "\n".join(map(str, range(100_000))))["number"] == 100_000


@pytest.mark.parametrize(
    ("text", "ratio"), [("20%", "1/5"), (" ２０ ％", "1/5"), ("0.2", "1/5"), ("12.5%", "1/8"), ("3/10", "3/10")]
)
def test_a_ratio_is_exact(text, ratio):
    """As people write it, also in wide characters."""
    assert read_ratio(text) == Fraction(ratio)


@pytest.mark.parametrize("text", ["", "20", "0%", "101%", "1/0", "-1/5", "2e-1", "nan", "百分之二十", "5/4"])
def test_what_is_no_ratio_is_refused(text):
    """Nothing is guessed."""
    refused("ratio_form", read_ratio, text)


def test_dice_and_numbers():
    """Blanks and wide digits are taken, a 7 and a short row are not; a number keeps its groups."""
    assert read_dice("1234 5612, 3456123\n45612１", "王") == "12345612345612345612" + "1"
    assert refused("dice_digit", read_dice, "1" * 20 + "7", "王")["wrong"] == ["7"]
    assert refused("dice_few", read_dice, "1" * 19, "王")["number"] == 19
    refused("dice_many", read_dice, "1" * 201, "王")
    assert read_number("03 11 22 25 30 33 + 08") == "03 11 22 25 30 33 08"
    refused("number_form", read_number, "12 345")
    refused("number_form", read_number, "1" * 201)
    assert read_day(" 2026-12-01") == date(2026, 12, 1)
    for text in ("20261201", "2026-13-01", "1.12.2026", "2026-W49-2", ""):
        refused("draw_day_form", read_day, text)
    refused("dice_people", dice, [("王", "1" * 20)])
    refused("dice_people", dice, [("王", "1" * 20), (" ", "2" * 20)])
    refused("dice_same_person", dice, [("王", "1" * 20), (" 王", "2" * 20)])
    refused("dice_same", dice, [("王", "1" * 20), ("李", "1" * 20)])
