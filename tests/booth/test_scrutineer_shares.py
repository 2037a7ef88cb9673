"""Shares of the decryption made by the key holder's page are Python's and belenios-tool's; its key is not used where Python's is not."""

import base64
import json
import os
import subprocess
from pathlib import Path

import pytest

from ballots.shares import read_share
from belenios import tallying
from belenios.archive import ArchiveWriter, read_archive
from belenios.verify import verify

TOOL = Path(os.environ.get("BELENIOS_TOOL") or Path(__file__).parents[2] / ".tools/belenios-tool/belenios-tool")


def closed(box, **changes):
    """The archive of a closed box out of changed parts."""
    return box.parts.archive(**{"decryptions": (), "result": None} | changes)


def share(core, raw, secret, **more):
    """The share that the page would hand in, as the box reads it."""
    given = {"setup": read_archive(raw).setup_hash, "minimum": 5, "decrypted": {}} | more
    return read_share(core("share", archive=base64.b64encode(raw).decode(), secret=str(secret), **given).encode())


def test_shares_of_the_page_open_the_sum(core, box):
    """Both holders' shares, made by the core one after the other, are accepted by Python and give the votes."""
    writer = ArchiveWriter.resume(box.closed)
    for number, secret in enumerate(box.keys, start=1):
        made = share(core, writer.bytes(), secret)
        assert (made.panel, made.setup, made.owner) == (box.election.uuid, box.setup, number)
        writer.partial_decryption(made.owner, made.payload.encode())
    found = verify(writer.bytes(), setup=box.setup)
    assert found.decrypted_by == (1, 2)
    result = tallying.result(found.election, found.trustees, found.tally, found.factors, found.ballots)
    assert result == box.parts.result


@pytest.mark.skipif(not TOOL.exists(), reason=f"NO BELENIOS-TOOL at {TOOL}: run `make tools`")
@pytest.mark.xdist_group("belenios-tool")
def test_the_tool_accepts_shares_of_the_page(core, box, tmp_path):
    """belenios-tool verifies an archive with the core's shares, and refuses it with the two exchanged."""
    shares = [
        (owner, share(core, box.closed, secret).payload.encode()) for owner, secret in enumerate(box.keys, start=1)
    ]
    exchanged = [(1, shares[1][1]), (2, shares[0][1])]
    for decryptions, good in ((shares, True), (exchanged, False)):
        folder = tmp_path / str(good)
        folder.mkdir()
        (folder / f"{box.election.uuid}.bel").write_bytes(box.parts.archive(decryptions=tuple(decryptions)))
        environment = os.environ | {"LWT_ASYNC_METHOD": "none"}
        done = subprocess.run(
            [TOOL, "election", "verify"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environment,
        )
        assert (done.returncode == 0) is good, done.stdout + done.stderr


def test_a_key_is_not_used_where_python_refuses(core, box, box_maker, resigned):
    """Another setup, a foreign key, too few ballots, a second time, a second archive of the same election: each has its code."""
    few = box_maker(box.election.questions, (((0, 1, 0), (1, 0)),) * 4)
    half = closed(box, decryptions=box.parts.decryptions[:1])
    tree = json.loads(box.parts.ballots[0])
    tree["answers"][0]["individual_proofs"].reverse()
    false = closed(box, ballots=(resigned(tree, box.secrets[0]), *box.parts.ballots[1:]))
    phi = box.election.fingerprint
    for code, arguments, more in (
        ("setup_hash", (box.closed, box.keys[0]), {"setup": "0" * 64}),
        ("foreign_key", (box.closed, 4711), {}),
        ("too_few_ballots", (few.closed, few.keys[0]), {"minimum": 0}),
        ("too_few_ballots", (box.closed, box.keys[0]), {"minimum": 6}),
        ("already_decrypted", (half, box.keys[0]), {}),
        ("already_opened", (box.opened, box.keys[0]), {}),
        ("decrypted_other", (box.closed, box.keys[0]), {"decrypted": {phi: "0" * 64}}),
        ("ballot_proofs", (false, box.keys[0]), {}),
    ):
        with pytest.raises(core.refused, match=code) as caught:
            share(core, *arguments, **more)
        assert caught.value.code == code
    assert share(core, half, box.keys[1], decrypted={phi: verify(box.closed).tally_hash, "other": "x"}).owner == 2
