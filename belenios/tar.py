"""The old-style tar form of an archive, byte for byte (specification 4.4).

Python's `tarfile` could read it but must never write it: the entries carry fixed modes, one time, no `ustar` mark, and
no end-of-archive blocks follow. Reading means writing the entries again and comparing.
"""

import re

import msgspec

from belenios.checks import Check, NotVerified, Unreadable
from belenios.encoding import Misshapen, NotCanonical, canonical, encode
from belenios.wire import Header

BLOCK = 512
HEADER_NAME = "BELENIOS"
VERSION = 1
MAXIMUM_TIME = 8**11 - 1
_NAME = slice(0, 100)
_SIZE = slice(124, 135)
_OCTAL = re.compile(rb"[0-7]{11}")
_TIME = re.compile(r"0|[1-9][0-9]{0,10}")
_HEADER = msgspec.json.Decoder(Header)


def write_entry(name: str, body: bytes, timestamp: int) -> bytes:
    """Write one file of an archive: a header block and the body padded to whole blocks."""
    head = bytearray(BLOCK)
    head[: len(name)] = name.encode("latin-1")
    head[100:124] = b"0000644\x00" + b"0000000\x00" * 2
    head[_SIZE] = b"%011o" % len(body)
    head[136:147] = b"%011o" % timestamp
    head[148:156] = b" " * 8
    head[156:157] = b"0"
    head[148:156] = b"%06o\x00 " % sum(head)
    return bytes(head) + body + bytes(-len(body) % BLOCK)


def write_header(timestamp: int) -> bytes:
    """Write the first file, which names the version and the time in Unix seconds that all entries carry."""
    if not 0 <= timestamp <= MAXIMUM_TIME:
        raise ValueError("the time of an archive must fit eleven octal digits")
    return write_entry(HEADER_NAME, encode(Header(version=VERSION, timestamp=str(timestamp))), timestamp)


def read_entries(raw: bytes) -> tuple[int, list[tuple[str, bytes]]]:
    """Read an archive: its time and its entries after the header, in order, as (name, body).

    Raises Unreadable when the bytes do not begin as an archive does, NotVerified (header, tar_bytes) when the form is
    not exactly the one `write_entry` gives.
    """
    if len(raw) < BLOCK or raw[: len(HEADER_NAME) + 1] != HEADER_NAME.encode() + b"\x00":
        raise Unreadable("this is no Belenios archive: it does not begin with its header")
    _, body, offset = _cut(raw, 0)
    try:
        header = canonical(_HEADER, body)
    except (Misshapen, NotCanonical) as error:
        raise NotVerified(Check.HEADER, str(error)) from None
    if header.version != VERSION or not _TIME.fullmatch(header.timestamp) or int(header.timestamp) > MAXIMUM_TIME:
        raise NotVerified(Check.HEADER, "version 1 and a time in Unix seconds are needed")
    timestamp = int(header.timestamp)
    _compare(raw, 0, offset, write_entry(HEADER_NAME, body, timestamp))
    entries = []
    while offset < len(raw):
        start = offset
        name, body, offset = _cut(raw, start)
        _compare(raw, start, offset, write_entry(name, body, timestamp))
        entries.append((name, body))
    return timestamp, entries


def _cut(raw: bytes, start: int) -> tuple[str, bytes, int]:
    """Cut out the entry at `start`: name, body, and where the next entry begins.

    A body that is cut off is given as far as it goes: written again it has another size, so `_compare` refuses it.
    """
    head = raw[start : start + BLOCK]
    if len(head) < BLOCK or not _OCTAL.fullmatch(head[_SIZE]):
        raise NotVerified(Check.TAR_BYTES, f"no entry begins at byte {start}")
    size = int(head[_SIZE], 8)
    body = raw[start + BLOCK : start + BLOCK + size]
    return head[_NAME].rstrip(b"\x00").decode("latin-1"), body, start + BLOCK + size + -size % BLOCK


def _compare(raw: bytes, start: int, end: int, again: bytes) -> None:
    if raw[start:end] != again:
        raise NotVerified(Check.TAR_BYTES, f"the entry at byte {start} is not in the one form allowed")
