"""QR codes at level M as 1-bit images: one by one, and thousands that share a beginning at once."""

from functools import cache, lru_cache

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

QUIET = 4  # modules of white around a code (ISO/IEC 18004, 9.1)
# A mask chosen per code costs eight times as much; readers take it from the code, so one serves all
MASK = 2
SMOOTH = 6  # pixels a module of a single code


@cache
def version_for(octets: int) -> int:
    """Return the smallest version that holds so many octets at level M; qrcode's DataOverflowError when none does."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(QRData(b"0" * octets, MODE_8BIT_BYTE))
    return int(code.best_fit())


def modules(octets: int) -> int:
    """Return the side of the code for so many octets, in modules without quiet zone."""
    return version_for(octets) * 4 + 17


def _rows(data: bytes, version: int) -> list[list[bool]]:
    """Return the modules of a code, row by row, True is black, without quiet zone (ISO/IEC 18004)."""
    code = qrcode.QRCode(version=version, error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    code.add_data(QRData(data, MODE_8BIT_BYTE))
    code.make(fit=False)
    rows: list[list[bool]] = code.modules
    return rows


def _pack(rows: list[list[bool]], quiet: int = QUIET) -> int:
    """Pack a QR code with its quiet zone as one number: rows of whole octets, 1 bit a sample, white is 1."""
    octets = (len(rows) + 2 * quiet + 7) // 8
    blank = "1" * (8 * octets)
    lines = [blank] * quiet
    lines += [("1" * quiet + "".join("0" if module else "1" for module in row)).ljust(8 * octets, "1") for row in rows]
    lines += [blank] * quiet
    return int("".join(lines), 2)


@lru_cache(maxsize=4)  # the panels of a poll have addresses of one length, and so have its next printings
def _changes(octets: int, ending: int) -> list[list[int]]:
    """Return what each of the 128 ASCII characters changes in a code of so many octets, for each place of its ending.

    What comes before makes no difference: see `CodeImages`.
    """
    version, nothing = version_for(octets), b"0" * octets
    blank = _pack(_rows(nothing, version))
    table = []
    for place in range(octets - ending, octets):
        changes = [0]
        for bit in range(7):
            text = bytearray(nothing)
            text[place] ^= 1 << bit
            change = _pack(_rows(bytes(text), version)) ^ blank
            changes += [before ^ change for before in changes]
        table.append(changes)
    return table


class CodeImages:
    """Makes the QR images of texts that share a beginning, some hundred times faster than one by one.

    At a fixed version and mask every module is an exclusive-or of bits of the text: bytes are laid out as they are, Reed-Solomon check
    words are linear, and the mask is a constant added at the end (ISO/IEC 18004, 7.5 and 7.8). So the code of any text is the code of
    one text changed by what each differing bit changes, and one code per bit of the part that differs holds all that is to be known.
    """

    def __init__(self, beginning: str, length: int) -> None:
        """`beginning` is shared by all, `length` ASCII characters follow it."""
        blank = beginning.encode() + b"\0" * length
        self.version = version_for(len(blank))
        self.modules = modules(len(blank))
        self.side = self.modules + 2 * QUIET  # pixels, one a module
        self._octets = (self.side + 7) // 8 * self.side
        self._blank = _pack(_rows(blank, self.version))
        self._changes = _changes(len(blank), length)

    def pixels(self, ending: str) -> bytes:
        """Return the image of the code of one text, given its ending: rows of whole octets, black is 0, quiet zone included."""
        image = self._blank
        for change, octet in zip(self._changes, ending.encode(), strict=True):
            image ^= change[octet]
        return image.to_bytes(self._octets, "big")

    def operator(self, ending: str) -> bytes:
        """Return the image as PDF operators that draw it in the unit square (ISO 32000-1, 8.9.7)."""
        return _operator(self.side, self.pixels(ending))


def _operator(side: int, pixels: bytes) -> bytes:
    return b"BI /W %d /H %d /BPC 1 /CS /G /F /AHx ID %s> EI" % (side, side, pixels.hex().encode())


def single(text: str) -> tuple[int, bytes]:
    """Return the side in modules, quiet zone included, and the drawing operators of one code in the unit square.

    Each module is drawn as several pixels: viewers blur an image that they enlarge less than fourfold, as they would a small code.
    """
    data = text.encode()
    bits = [
        [module for module in row for _ in range(SMOOTH)]
        for row in _rows(data, version_for(len(data)))
        for _ in range(SMOOTH)
    ]
    side = modules(len(data)) + 2 * QUIET
    pixels = side * SMOOTH
    image = _pack(bits, QUIET * SMOOTH)
    return side, _operator(pixels, image.to_bytes((pixels + 7) // 8 * pixels, "big"))
