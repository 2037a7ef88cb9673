"""The tar form and the chain of events: the key holder's page notices what Python notices."""

import json

import pytest

from belenios.archive import read_archive
from belenios.encoding import encode, hexadecimal_hash
from belenios.tar import read_entries, write_entry, write_header


def test_altered_bytes_are_refused_alike(both, box):
    """Any single byte changed, cut off or added is noticed, and by the same check."""
    setup = read_archive(box.closed).setup_hash
    seen = set()
    for at in [0, 7, 8, 100, 124, 134, 136, 148, 156, 157, 300, 512, *range(520, len(box.closed), 1373)]:
        raw = bytearray(box.closed)
        raw[at] ^= 1
        seen.add(both(bytes(raw), setup))
    for raw in (box.closed[:-1], box.closed[:-512], box.closed[:511], b"", box.closed + bytes(1024), box.closed * 2):
        seen.add(both(raw, setup))
    assert seen == {"unreadable", "header", "tar_bytes", "entry_hashes"}


def test_chains_are_refused_alike(both, box, entries_of_events):
    """Events left out, doubled, misspelt or out of order, and data astray, are refused by the same check."""
    setup = read_archive(box.closed).setup_hash
    seen = {both(raw, setup) for raw in entries_of_events(box.closed)}
    assert seen >= {"event_form", "event_order", "event_chain", "event_data", "entry_hashes"}


@pytest.fixture
def entries_of_events():
    """Make spoilt copies of an archive: entries rewritten with their true names, but not the chain behind them."""

    def spoil(raw):
        time, entries = read_entries(raw)
        bodies = [(body, name.partition(".")[2]) for name, body in entries]
        events = [place for place, (_, kind) in enumerate(bodies) if kind == "event.json"]

        def write(changed):
            out = write_header(time)
            for body, kind in changed:
                out += write_entry(f"{hexadecimal_hash(body)}.{kind}", body, time)
            return out

        for place in range(len(bodies)):
            yield write(bodies[:place] + bodies[place + 1 :])
            yield write([*bodies[: place + 1], *bodies[place:]])
            yield write([*bodies[:place], (b"[]", "data.json"), *bodies[place:]])
            yield write([*bodies[:place], *bodies[place : place + 2][::-1], *bodies[place + 2 :]])
        for place in events:
            event = bodies[place][0]
            for change in (
                {"height": 7},
                {"height": 0},
                {"height": "0"},
                {"height": 1.5},
                {"parent": "0" * 64},
                {"type": "Shuffle"},
                {"type": "toString"},
                {"type": 1},
                {"payload": "0" * 64},
                {"more": 1},
            ):
                tree = json.loads(event) | change
                yield write([*bodies[:place], (encode(tree), "event.json"), *bodies[place + 1 :]])
            for spelled in (event + b" ", event.replace(b",", b", ", 1), b"[]", b"1", b"null"):
                yield write([*bodies[:place], (spelled, "event.json"), *bodies[place + 1 :]])
        for place, (body, kind) in enumerate(bodies):
            if body.startswith((b'{"election":"', b'{"num_tallied"')):
                for spelled in (body + b" ", body.replace(b'":"', b'":"0', 1), b"{}", body.replace(b"5", b"5.0", 1)):
                    yield write([*bodies[:place], (spelled, kind), *bodies[place + 1 :]])

    return spoil
