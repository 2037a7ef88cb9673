"""What people type for a random inspection, read exactly: who is in the pot, the ratio, dice, a published number."""

import re
import unicodedata
from datetime import date
from fractions import Fraction

from polling.errors import BadInput

MOST_NAMES = 20_000
LONGEST_NAME = 120
# 20 dice are more than 51 bits: nobody tries out seeds on the way from the table to the page
FEWEST_DICE = 20
MOST_TYPED = 200
FEWEST_DIGITS = 6
SHOWN = 5
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,6}))?%")
_QUOTIENT = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_DECIMAL = re.compile(r"([01])\.([0-9]{1,6})")
# letters of no width: two names that differ in one alone look the same
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff"))


def plain_name(text: str) -> str:
    """A name with one spelling: composed letters (NFC), single blanks, none at its ends."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_UNSEEN)).split())


def read_names(text: str) -> tuple[str, ...]:
    """The items of a pasted list, one a line, in the order of their code points. Empty lines are none.

    Raises BadInput `pot_empty`, `pot_many`, `pot_letter`, `pot_long`, `pot_twice` with the lines.
    """
    lines = [(number, plain_name(line)) for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1)]
    lines = [(number, name) for number, name in lines if name]
    if not lines:
        raise BadInput("pot_empty")
    if len(lines) > MOST_NAMES:
        raise BadInput("pot_many", number=len(lines), most=MOST_NAMES)
    first: dict[str, int] = {}
    twice = []
    for number, name in lines:
        if len(name) > LONGEST_NAME:
            raise BadInput("pot_long", line=number, most=LONGEST_NAME)
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            raise BadInput("pot_letter", line=number)
        if name in first:
            twice.append(f"{name} ({first[name]}, {number})")
        first.setdefault(name, number)
    if twice:
        raise BadInput("pot_twice", names=[*twice[:SHOWN], "…"] if len(twice) > SHOWN else twice, number=len(twice))
    return tuple(sorted(first))


def read_ratio(text: str) -> Fraction:
    """A ratio written 20%, 1/5 or 0.2, exactly. Raises BadInput `ratio_form`."""
    typed = _typed(text).replace(" ", "")
    ratio = Fraction(0)
    if found := _PERCENT.fullmatch(typed):
        ratio = Fraction(f"{found[1]}.{found[2] or 0}") / 100
    elif _DECIMAL.fullmatch(typed):
        ratio = Fraction(typed)
    elif (found := _QUOTIENT.fullmatch(typed)) and int(found[2]):
        ratio = Fraction(int(found[1]), int(found[2]))
    if not 0 < ratio <= 1:
        raise BadInput("ratio_form", value=text.strip()[:LONGEST_NAME])
    return ratio


def read_dice(text: str, by: str) -> str:
    """The dice of one person, digits alone. Raises BadInput `dice_digit`, `dice_few`, `dice_many`."""
    digits = re.sub(r"[\s,，、.。;；\-]", "", _typed(text))
    wrong = sorted(set(digits) - set("123456"))
    if wrong:
        raise BadInput("dice_digit", by=by, wrong=wrong[:SHOWN])
    if len(digits) < FEWEST_DICE:
        raise BadInput("dice_few", by=by, number=len(digits), fewest=FEWEST_DICE)
    if len(digits) > MOST_TYPED:
        raise BadInput("dice_many", by=by, number=len(digits), most=MOST_TYPED)
    return digits


def read_number(text: str) -> str:
    """A published number: its groups of digits in their order, one blank between. Raises BadInput `number_form`."""
    groups = re.findall(r"[0-9]+", _typed(text))
    if not FEWEST_DIGITS <= sum(map(len, groups)) <= MOST_TYPED:
        raise BadInput("number_form", fewest=FEWEST_DIGITS, most=MOST_TYPED)
    return " ".join(groups)


def read_day(text: str) -> date:
    """A day written 2026-12-01. Raises BadInput `draw_day_form`."""
    typed = _typed(text)
    try:
        # 20261201 and 2026-W49-2 are other spellings that Python takes
        return date.fromisoformat(typed if _DAY.fullmatch(typed) else "")
    except ValueError:
        raise BadInput("draw_day_form", value=text.strip()[:LONGEST_NAME]) from None


def line(text: str | None) -> str:
    """A text of one line that any database and print takes; too long a one is cut nowhere: `draws` refuses it."""
    return plain_name("".join(letter if letter.isprintable() else " " for letter in text or ""))


def _typed(text: str) -> str:
    """What was typed, in half-width characters: a Chinese keyboard writes wide digits."""
    return unicodedata.normalize("NFKC", text).strip()
