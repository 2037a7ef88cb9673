"""Why a text can't be printed. Apart from the printing itself, so that naming the reason loads no fonts."""

import unicodedata


class MissingGlyph(ValueError):
    """A text holds a character that the font cannot print: `character` is that one, `text` where it stands."""

    def __init__(self, character: str, text: str) -> None:
        self.character = character
        self.text = text
        name = unicodedata.name(character, "no name")
        super().__init__(f"cannot print {character!r} (U+{ord(character):04X}, {name}) in {text!r}")


class TextTooLong(ValueError):
    """The sentences of a slip do not fit on one at a size that can be read."""
