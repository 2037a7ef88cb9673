"""By what a person on a roster is found: the characters, the full pinyin, the initials of the pinyin.

A surname may be read otherwise than the same character elsewhere (单 dān, shàn), so every reading finds its person.
"""

import unicodedata
from functools import lru_cache
from itertools import islice, product

# readings of one name; more would need a name of five characters with many readings each
MOST_READINGS = 24


def typed(text: str) -> str:
    """What was typed into a search, as `findable` writes it: one spelling, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFC", text).lower().split())


@lru_cache(maxsize=20_000)
def findable(name: str, household: str | None = None) -> str:
    """The words that a typed text may be part of, separated by blanks: characters, household, readings, initials.

    Chinese characters are read; all other writing (Tibetan, Uyghur, Latin) is found as it is written.
    """
    from pypinyin import Style, pinyin

    plain = typed(name)
    syllables = pinyin(plain, style=Style.NORMAL, heteronym=True)
    readings = list(islice(product(*syllables), MOST_READINGS))
    words = [plain, *([typed(household)] if household else [])]
    words += ["".join(reading) for reading in readings]
    # what no pinyin was made of (figures, Latin) stays whole: 村民12 is cm12
    words += ["".join(part if part in plain else part[:1] for part in reading) for reading in readings]
    return " ".join(dict.fromkeys(word for word in words if word))
