"""Both ways with the real belenios-tool 3.x: it accepts what we make, we accept what it makes.

Its `election verify` drops the outcome of its own ballot check unless LWT_ASYNC_METHOD=none is set, so a known-bad
archive stands beside every use of it as a canary.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from belenios import tallying
from belenios.archive import ArchiveWriter, read_archive
from belenios.ballot import check_election, check_proofs, check_signature, read_ballot, seal
from belenios.credentials import point_of, secret_of
from belenios.decryption import decrypt
from belenios.election import Question, read_election
from belenios.trustees import new_key, public_part, read_public_part, read_trustees
from belenios.verify import verify

TOOL = Path(os.environ.get("BELENIOS_TOOL") or Path(__file__).parents[2] / ".tools/belenios-tool/belenios-tool")
pytestmark = [
    pytest.mark.skipif(
        not TOOL.exists(), reason=f"NO BELENIOS-TOOL at {TOOL}: run `make tools`; nothing below was compared"
    ),
    pytest.mark.xdist_group("belenios-tool"),
]
CHOICES = ([[0, 1, 0], [1, 0]], [[1, 0, 0], [0, 1]], [[0, 0, 1], [1, 1]])


def tool(folder, *arguments, text="", good=True):
    """Run the tool in a folder and give its standard output; `good` says whether it must succeed."""
    done = subprocess.run(
        [TOOL, *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"LWT_ASYNC_METHOD": "none"},
    )
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done.stdout


def tool_verifies(folder, raw, *, good=True):
    """Let the tool verify an archive that lies alone in a new folder."""
    place = folder / str(len(list(folder.iterdir())))
    place.mkdir()
    (place / f"{read_election(read_archive(raw).election).uuid}.bel").write_bytes(raw)
    tool(place, "election", "verify", good=good)


def test_the_tool_accepts_our_archives(tmp_path, box, vectors):
    """An archive of ours passes the tool's verifier, closed, half decrypted and opened; the canary does not."""
    half = box.parts.archive(decryptions=box.parts.decryptions[:1], result=None)
    for raw in (box.closed, half, box.opened):
        tool_verifies(tmp_path, raw)
    tool_verifies(tmp_path, (vectors / "bad" / "badproof.bel").read_bytes(), good=False)


def test_the_tool_accepts_every_shape_of_question(tmp_path, box_maker, vectors):
    """Questions with several choices, with and without blank, and an empty box pass too; the canary does not."""
    questions = [
        Question(text="a", answers=("x", "y", "z"), blank=True, minimum=1, maximum=2),
        Question(text="b", answers=("x", "y", "z"), blank=False, minimum=0, maximum=3),
        Question(text="c", answers=("x", "y"), blank=True, minimum=0, maximum=0),
    ]
    rows = [
        ((0, 1, 1, 0), (1, 1, 1), (0, 0, 0)),
        ((1, 0, 0, 0), (0, 0, 0), (1, 0, 0)),
        ((0, 0, 0, 1), (0, 1, 0), (0, 0, 0)),
    ]
    tool_verifies(tmp_path, box_maker(questions, rows, keys=1).opened)
    tool_verifies(tmp_path, box_maker(questions, (), keys=3).opened)
    tool_verifies(tmp_path, (vectors / "bad" / "badsig.bel").read_bytes(), good=False)


def test_the_tool_refuses_our_bad_ballots(tmp_path, box, resigned):
    """A falsely proved ballot in an otherwise good archive of ours is refused by the tool as by us."""
    tree = json.loads(box.parts.ballots[0])
    tree["answers"][0]["individual_proofs"].reverse()
    ballots = (resigned(tree, box.secrets[0]), *box.parts.ballots[1:])
    tool_verifies(tmp_path, box.parts.archive(ballots=ballots), good=False)


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    """Let the tool set up an election whose second trustee is ours, and seal three ballots."""
    folder = tmp_path_factory.mktemp("village")
    uuid = tool(folder, "setup", "generate-token").strip()
    tool(folder, "setup", "generate-credentials", "--uuid", uuid, "--group", "Ed25519", "--count", "4")
    (public,) = folder.glob("*.pubcreds")
    public.rename(folder / "public_creds.json")
    (private,) = folder.glob("*.privcreds")
    codes = list(json.loads(private.read_text()).values())
    tool(folder, "setup", "generate-trustee-key", "--group", "Ed25519")
    (theirs,) = folder.glob("*.pubkey")
    ours = new_key(os.urandom)
    lines = [theirs.read_text().strip(), public_part(ours, os.urandom).decode(), ""]
    (folder / "public_keys.jsons").write_text("\n".join(lines))
    tool(folder, "setup", "make-trustees")
    questions = [
        {"answers": ["优秀", "称职"], "blank": True, "min": 1, "max": 1, "question": '"甲" \\'},
        {"answers": ["是", "否"], "min": 1, "max": 2, "question": "乙"},
    ]
    template = {"description": "d", "name": "测评", "questions": questions}
    (folder / "tpl.json").write_text(json.dumps(template))
    tool(folder, "setup", "make-election", "--uuid", uuid, "--group", "Ed25519", "--template", "tpl.json")
    tool(folder, "archive", "init")
    for code, choice in zip(codes, CHOICES, strict=False):
        (folder / "cred.txt").write_text(code)
        (folder / "choice.json").write_text(json.dumps(choice))
        ballot = tool(folder, "election", "generate-ballot", "--privcred", "cred.txt", "--choice", "choice.json")
        tool(folder, "archive", "add-event", "--type=Ballot", text=ballot)
    return folder, uuid, codes, ours


def test_we_read_what_the_tool_set_up(village):
    """Keys, trustees, election and credentials of the tool are read, and its codes give the public points."""
    folder, uuid, codes, ours = village
    archive = read_archive((folder / f"{uuid}.bel").read_bytes())
    trustees = read_trustees(archive.trustees)
    election = read_election(archive.election)
    (theirs,) = folder.glob("*.pubkey")
    assert trustees.keys[0] == read_public_part(theirs.read_bytes()).public_key
    assert trustees.keys[1] == read_public_part(public_part(ours, os.urandom)).public_key
    assert trustees.public_key == election.public_key
    assert sorted(json.loads(archive.credentials)) == sorted(point_of(secret_of(code, uuid)) for code in codes)


def test_the_tools_ballots_enter_our_box(village):
    """Each ballot the tool sealed passes all our checks."""
    folder, uuid, _, _ = village
    archive = read_archive((folder / f"{uuid}.bel").read_bytes())
    election = read_election(archive.election)
    assert len(archive.ballots) == 3
    for raw in archive.ballots:
        ballot = read_ballot(raw)
        check_election(election, ballot)
        check_signature(ballot)
        check_proofs(election, ballot)


def test_our_ballot_enters_the_tools_box(village, tmp_path, resigned):
    """The tool's check of single ballots accepts ours, and refuses it with one proof exchanged."""
    folder, uuid, codes, _ = village
    archive = read_archive((folder / f"{uuid}.bel").read_bytes())
    writer = ArchiveWriter(archive.timestamp)
    writer.setup(archive.election, archive.trustees, archive.credentials)
    (tmp_path / f"{uuid}.bel").write_bytes(writer.bytes())
    secret = secret_of(codes[3], uuid)
    good = seal(read_election(archive.election), secret, [(0, 0, 1), (1, 1)], os.urandom)
    tree = json.loads(good)
    tree["answers"][1]["overall_proof"].reverse()
    for raw, accepted in ((good, True), (resigned(tree, secret), False)):
        (tmp_path / "ballot.json").write_bytes(raw)
        tool(tmp_path, "election", "verify-ballot", "--ballot", "ballot.json", good=accepted)


def test_both_programs_count_together(village, tmp_path, vectors):
    """One trustee decrypts with the tool and one with us, the tool's key also with us; all give one result."""
    folder, uuid, _, ours = village
    raw = (folder / f"{uuid}.bel").read_bytes()
    setup = read_archive(raw).setup_hash
    path = tmp_path / f"{uuid}.bel"
    path.write_bytes(raw)
    tool(tmp_path, "archive", "add-event", "--type=EndBallots")
    tally = tool(tmp_path, "election", "compute-encrypted-tally")
    tool(tmp_path, "archive", "add-event", "--type=EncryptedTally", text=tally)
    closed = path.read_bytes()
    assert verify(closed, setup=setup).ballots == 3
    (key,) = folder.glob("*.privkey")
    part = tool(tmp_path, "election", "decrypt", "--privkey", str(key), "--trustee-id", "1")
    tool(tmp_path, "archive", "add-event", "--type=PartialDecryption", text=part)
    theirs = int(re.sub(r"\D", "", key.read_text()))
    results = []
    for keys in ((ours,), (theirs, ours)):
        writer = ArchiveWriter.resume(path.read_bytes() if len(keys) == 1 else closed)
        for private in keys:
            mine = decrypt(writer.bytes(), private, setup, os.urandom, minimum=3)
            writer.partial_decryption(mine.owner, mine.payload)
        found = verify(writer.bytes())
        assert found.decrypted_by == (1, 2)
        results.append(tallying.result(found.election, found.trustees, found.tally, found.factors, found.ballots))
        writer.result(results[-1])
        tool_verifies(folder, writer.bytes())
        assert verify(writer.bytes(), setup=setup).opened
    assert results == [b'{"result":[[1,1,1],[2,2]]}'] * 2
    tool_verifies(folder, (vectors / "bad" / "badproof.bel").read_bytes(), good=False)
