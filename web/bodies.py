"""The bytes of a posted ballot, limited before anything is parsed, and whose turn it is to have them checked.

A phone on a weak line may take minutes to send its ballot: many threads wait for bytes, and one at a time, in the order in which the bytes
were complete, checks and stores.
"""

import threading
import zlib
from collections import deque
from types import TracebackType

from flask import Request

from ballots.casting import CastRefusal, CastRefused
from ballots.questions import MOST_BALLOT

# no panel is printed whose ballots could be larger; the box then applies the panel's own limit
MOST_BODY = MOST_BALLOT
# who sends too much is heard out this far, because a line that is cut while it sends never reads the answer
MOST_HEARD = 64 * MOST_BODY
PIECE = 64 * 1024


def read_body(request: Request) -> bytes:
    """Give the request's body, inflated where it is gzip, at most MOST_BODY bytes of either. Raises CastRefused."""
    raw = limited(request)
    encoding = (request.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise CastRefused(CastRefusal.UNREADABLE_ENCODING)
    if len(raw) > MOST_BODY:
        raise CastRefused(CastRefusal.TOO_LARGE)
    return _inflated(raw) if encoding == "gzip" else raw


def limited(request: Request, most: int = MOST_BODY) -> bytes:
    """Read the whole body; of one that is too long, `most` + 1 bytes are kept."""
    kept, heard = bytearray(), 0
    while heard < MOST_HEARD and (piece := request.stream.read(PIECE)):
        heard += len(piece)
        kept += piece[: most + 1 - len(kept)]
    return bytes(kept)


def _inflated(raw: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        inflated = inflater.decompress(raw, MOST_BODY + 1)
    except zlib.error:
        raise CastRefused(CastRefusal.UNREADABLE_ENCODING) from None
    if len(inflated) > MOST_BODY:
        raise CastRefused(CastRefusal.TOO_LARGE)
    if not inflater.eof or inflater.unused_data:  # cut short, or something after the end
        raise CastRefused(CastRefusal.UNREADABLE_ENCODING)
    return inflated


class Turns:
    """A lock that is given in the order in which it was asked for, so that no voter waits long for others' sake."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._own:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
