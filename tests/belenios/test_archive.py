"""The archive: what is written is read, and no byte of it can be changed."""

import json
import tarfile
from hashlib import sha256
from io import BytesIO

import pytest

from belenios.archive import ArchiveWriter, WrongOrder, read_archive
from belenios.checks import Check, NotVerified, Unreadable
from belenios.election import Question
from belenios.events import Kind
from belenios.tar import write_entry, write_header

TIME = 1_790_000_000
HEADER = b'{"version":1,"timestamp":"1790000000"}'


def chain(*events):
    """Write an archive from (type, data...) with consistent hashes, whatever the events say; a dict is merged in."""
    raw, parent = write_header(TIME), None
    for height, (kind, data, *changes) in enumerate(events):
        for body in data:
            raw += write_entry(sha256(body).hexdigest() + ".data.json", body, TIME)
        event = {} if parent is None else {"parent": parent}
        event |= {"height": height, "type": kind}
        if data:
            event["payload"] = sha256(data[-1]).hexdigest()
        for change in changes:
            event |= change
        body = json.dumps(event, separators=(",", ":")).encode()
        parent = sha256(body).hexdigest()
        raw += write_entry(parent + ".event.json", body, TIME)
    return raw


def named(body):
    """Name some data by their hash."""
    return sha256(body).hexdigest()


SETUP_DATA = json.dumps(
    {"election": named(b"e"), "trustees": named(b"t"), "credentials": named(b"c")}, separators=(",", ":")
).encode()
SIZED = json.dumps(
    {"num_tallied": 1, "total_weight": 1, "encrypted_tally": named(b"y")}, separators=(",", ":")
).encode()
OWNED = json.dumps({"owner": 1, "payload": named(b"d")}, separators=(",", ":")).encode()
SETUP = ("Setup", [b"e", b"t", b"c", SETUP_DATA])
BALLOT = ("Ballot", [b"b"])
END = ("EndBallots", [])
TALLY = ("EncryptedTally", [b"y", SIZED])
PARTIAL = ("PartialDecryption", [b"d", OWNED])
RESULT = ("Result", [b"r"])
WHOLE = (SETUP, BALLOT, END, TALLY, PARTIAL, RESULT)


def refused(raw):
    """Tell which check refuses an archive."""
    with pytest.raises(NotVerified) as caught:
        read_archive(raw)
    return caught.value.check


def test_the_writer_writes_this_chain():
    """Our writer and the plain one of this test agree byte for byte, and reading gives everything back."""
    writer = ArchiveWriter(TIME)
    writer.setup(b"e", b"t", b"c")
    writer.ballot(b"b")
    writer.end_ballots()
    writer.encrypted_tally(b"y", 1)
    writer.partial_decryption(1, b"d")
    writer.result(b"r")
    assert writer.bytes() == chain(*WHOLE)
    archive = read_archive(writer.bytes())
    assert (archive.timestamp, archive.last, archive.height) == (TIME, Kind.RESULT, 5)
    assert (archive.election, archive.trustees, archive.credentials) == (b"e", b"t", b"c")
    assert (archive.ballots, archive.decryptions, archive.result) == ((b"b",), ((1, b"d"),), b"r")
    assert (archive.tally.raw, archive.tally.hash) == (b"y", named(b"y"))
    assert (archive.tally.num_tallied, archive.tally.total_weight) == (1, 1)


def test_the_setup_hash_is_the_next_events_parent(box, entries_of):
    """`setup_hash` is the SHA-256 of the Setup event's JSON, which the second event names."""
    events = [json.loads(body) for name, body in entries_of(box.closed) if name.endswith(".event.json")]
    assert read_archive(box.closed).setup_hash == box.setup == events[1]["parent"]


def test_any_tar_program_reads_the_archive(box):
    """The form is an old-style tar file: the standard library lists every entry with its content."""
    with tarfile.open(fileobj=BytesIO(box.opened)) as tar:
        members = tar.getmembers()
        assert [member.name for member in members][:1] == ["BELENIOS"]
        assert {member.mtime for member in members} == {TIME}
        for member in members[1:]:
            assert member.name.split(".")[0] == named(tar.extractfile(member).read())


@pytest.mark.parametrize("length", range(1, 7))
def test_an_archive_may_end_after_any_event(length):
    """Every beginning of the grammar is structurally sound and can be continued where it stopped."""
    raw = chain(*WHOLE[:length])
    assert read_archive(raw).height == length - 1
    writer = ArchiveWriter.resume(raw)
    assert writer.bytes() == raw
    steps = [
        None,
        lambda: writer.ballot(b"b"),
        writer.end_ballots,
        lambda: writer.encrypted_tally(b"y", 1),
        lambda: writer.partial_decryption(1, b"d"),
        lambda: writer.result(b"r"),
    ]
    for step in steps[length:]:
        step()
    assert writer.bytes() == chain(*WHOLE)


@pytest.mark.parametrize(
    "events",
    [
        (BALLOT,),
        (SETUP, SETUP),
        (SETUP, TALLY),
        (SETUP, BALLOT, TALLY),
        (SETUP, END, END),
        (SETUP, END, BALLOT),
        (SETUP, END, PARTIAL),
        (SETUP, END, TALLY, RESULT),
        (SETUP, END, TALLY, BALLOT),
        (SETUP, END, TALLY, PARTIAL, TALLY),
        (SETUP, END, TALLY, PARTIAL, RESULT, PARTIAL),
        (SETUP, END, TALLY, PARTIAL, RESULT, RESULT),
        (SETUP, ("EndShuffles", [])),
        (SETUP, ("", [])),
        (),
    ],
)
def test_the_grammar_is_exact(events):
    """Any other order of events is refused (pitfall 1); data that would stand twice are made distinct first."""
    seen = set()
    fresh = []
    for kind, data in events:
        fresh.append((kind, [body + b" " if body in seen else body for body in data]))
        seen.update(data)
    assert refused(chain(*fresh)) is Check.EVENT_ORDER


@pytest.mark.parametrize(
    ("place", "change", "check"),
    [
        (1, {"height": 2}, Check.EVENT_CHAIN),
        (1, {"height": 0}, Check.EVENT_CHAIN),
        (1, {"parent": "00" * 32}, Check.EVENT_CHAIN),
        (1, {"height": 1.0}, Check.EVENT_FORM),
        (1, {"height": "1"}, Check.EVENT_FORM),
        (1, {"time": 5}, Check.EVENT_FORM),
        (1, {"payload": None}, Check.EVENT_FORM),
        (1, {"payload": "00" * 32}, Check.EVENT_DATA),
        (3, {"payload": named(b"y")}, Check.EVENT_DATA),
        (2, {"payload": named(b"b")}, Check.EVENT_DATA),
    ],
)
def test_every_field_of_an_event_is_checked(place, change, check):
    """Height, parent, payload and form of an event are each refused by name."""
    events = list(WHOLE)
    events[place] = (*events[place], change)
    assert refused(chain(*events)) is check


def test_the_first_event_has_no_parent():
    """A Setup event that names a predecessor is refused, and so is an event in another order of fields."""
    assert refused(chain((*SETUP, {"parent": "00" * 32}))) is Check.EVENT_FORM
    body = json.dumps({"parent": "00" * 32, "height": 0, "type": "Setup", "payload": named(SETUP_DATA)})
    event = body.replace(" ", "").encode()
    raw = write_header(TIME)
    for data in SETUP[1]:
        raw += write_entry(named(data) + ".data.json", data, TIME)
    assert refused(raw + write_entry(named(event) + ".event.json", event, TIME)) is Check.EVENT_CHAIN


@pytest.mark.parametrize(
    ("place", "data"),
    [
        (0, [b"t", b"e", b"c", SETUP_DATA]),
        (0, [b"e", b"t", SETUP_DATA]),
        (0, [b"x", b"e", b"t", b"c", SETUP_DATA]),
        (0, [b"e", b"t", b"C", SETUP_DATA]),
        (1, []),
        (1, [b"x", b"b"]),
        (2, [b"x"]),
        (3, [SIZED]),
        (3, [b"Y", SIZED]),
        (3, [b"y", b"x", SIZED]),
        (4, [b"D", OWNED]),
        (5, [b"x", b"r"]),
    ],
)
def test_the_data_of_an_event_lie_right_before_it(place, data):
    """Missing, foreign, additional or exchanged data are refused, wherever they lie."""
    events = list(WHOLE)
    events[place] = (events[place][0], data)
    assert refused(chain(*events)) is Check.EVENT_DATA


def test_nothing_lies_behind_the_last_event():
    """Data without an event at the end are refused."""
    assert refused(chain(*WHOLE) + write_entry(named(b"x") + ".data.json", b"x", TIME)) is Check.EVENT_DATA


def test_no_content_stands_twice():
    """The same data twice are refused when reading and when writing."""
    assert refused(chain(SETUP, BALLOT, BALLOT)) is Check.ENTRY_HASHES
    writer = ArchiveWriter.resume(chain(SETUP, BALLOT))
    for again in (b"b", b"e"):
        with pytest.raises(WrongOrder):
            writer.ballot(again)
    assert writer.bytes() == chain(SETUP, BALLOT)


def test_entries_are_named_by_their_hash():
    """Another name, another suffix or a path is refused."""
    for name in ("00" * 32 + ".data.json", named(b"x") + ".json", "./" + named(b"x") + ".data.json"):
        assert refused(write_header(TIME) + write_entry(name, b"x", TIME)) is Check.ENTRY_HASHES


@pytest.mark.parametrize(
    ("place", "data"),
    [
        (0, [b"e", b"t", b"c", SETUP_DATA.replace(b":", b": ")]),
        (0, [b"e", b"t", b"c", b"{}"]),
        (3, [b"y", SIZED + b"\n"]),
        (3, [b"y", SIZED.replace(b"1", b"true", 1)]),
        (4, [b"d", OWNED.replace(b"1", b'"1"', 1)]),
    ],
)
def test_references_are_canonical(place, data):
    """Data that refer to other data must be in their canonical form."""
    events = list(WHOLE)
    events[place] = (events[place][0], data)
    assert refused(chain(*events)) is Check.EVENT_FORM


def test_the_writer_keeps_the_grammar():
    """Nothing can be appended out of order, and a refused step leaves the archive as it was."""
    writer = ArchiveWriter(TIME)
    for step in (lambda: writer.ballot(b"b"), writer.end_ballots, lambda: writer.result(b"r")):
        with pytest.raises(WrongOrder):
            step()
    assert writer.bytes() == write_header(TIME)
    writer.setup(b"e", b"t", b"c")
    with pytest.raises(WrongOrder):
        writer.setup(b"E", b"T", b"C")
    with pytest.raises(WrongOrder):
        writer.encrypted_tally(b"y", 0)
    assert writer.bytes() == chain(SETUP)
    with pytest.raises(ValueError, match="octal"):
        ArchiveWriter(8**11)


@pytest.mark.parametrize("raw", [b"", b"BELENIOS", b"PK\x03\x04" + bytes(600), b"{}" * 600, bytes(1024)])
def test_what_is_no_archive_is_unreadable(raw):
    """Bytes that do not begin as an archive does are no archive at all, rather than a bad one."""
    with pytest.raises(Unreadable):
        read_archive(raw)


@pytest.mark.parametrize(
    ("header", "check"),
    [
        (b'{"version":2,"timestamp":"1790000000"}', Check.HEADER),
        (b'{"version":1,"timestamp":"-5"}', Check.HEADER),
        (b'{"version":1,"timestamp":"01790000000"}', Check.HEADER),
        (b'{"version":1,"timestamp":"99999999999"}', Check.HEADER),
        (b'{"version":1,"timestamp":1790000000}', Check.HEADER),
        (b'{"timestamp":"1790000000","version":1}', Check.HEADER),
        (b'{"version":1,"timestamp":"1790000000" }', Check.HEADER),
        (b'{"version":1,"timestamp":"1790000001"}', Check.TAR_BYTES),
    ],
)
def test_the_header_is_checked(header, check):
    """The header names version 1 and, canonically, the time that every entry carries."""
    assert refused(write_entry("BELENIOS", header, TIME)) is check


def test_the_tar_form_is_exact():
    """End blocks, cut ends, other times and anything between entries are refused (pitfall 2)."""
    raw = chain(*WHOLE)
    for spoilt in (raw + bytes(1024), raw + b"\x00", raw[:-1], raw[:-512], raw[:-600]):
        assert refused(spoilt) is Check.TAR_BYTES
    assert refused(write_entry("BELENIOS\x00x", HEADER, TIME) + raw[1024:]) is Check.TAR_BYTES
    later = write_entry(named(b"x") + ".data.json", b"x", TIME + 1)
    assert refused(write_header(TIME) + later) is Check.TAR_BYTES
    with BytesIO() as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            info = tarfile.TarInfo("BELENIOS")
            info.size = len(body := b'{"version":1,"timestamp":"0"}')
            tar.addfile(info, BytesIO(body))
        assert refused(out.getvalue()) is Check.TAR_BYTES


def test_no_byte_can_be_changed(box_maker):
    """Each byte of an archive with two ballots is flipped in one bit: none is accepted, at the structural level alone."""
    question = Question(text="q", answers=("a",), blank=False, minimum=0, maximum=1)
    raw = box_maker([question], [[(1,)], [(0,)]], keys=1).opened
    read_archive(raw)
    for position in range(len(raw)):
        spoilt = bytearray(raw)
        spoilt[position] ^= 1 << position % 8
        with pytest.raises((NotVerified, Unreadable)):
            read_archive(bytes(spoilt))
