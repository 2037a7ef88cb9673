"""A key of the key holder's page is a key for Python and the other way round; so are backups and opening records."""

import base64
import json
import os

import pytest

from ballots.key_backup import backup_text, read_backup
from belenios.group import base_power, write_point
from belenios.trustees import fingerprint, new_key, public_part, read_public_part
from cli.trustee import KEY_TYPE, read_key_file
from polling.errors import BadInput
from publishing.signing import SignatureFalse, Signer, check_document


def test_keys_and_backups_go_both_ways(core, tmp_path):
    """A key of the page is a key for Python and the other way round: public part, fingerprint, backup, key file."""
    for _ in range(5):
        made = core("newKey")
        secret = int(made["secret"])
        part = read_public_part(made["publicPart"].encode())
        assert part.public_key == base_power(secret)
        assert part.raw == made["publicPart"].encode()
        assert core("backupText", secret=made["secret"]) == backup_text(secret)
        mine = new_key(os.urandom)
        text = public_part(mine, os.urandom).decode()
        found = core("checkPublicPart", text=text + "\n")
        assert found == {
            "publicKey": write_point(base_power(mine)),
            "fingerprint": fingerprint(base_power(mine)),
            "text": text,
        }
        assert core("readBackup", text=backup_text(mine)) == str(mine)
        file = core(
            "writeKeyFile", secret=made["secret"], publicPart=made["publicPart"], confirmed=True, decrypted={"phi": "h"}
        )
        (tmp_path / "page.key").write_text(file)
        document = read_key_file(str(tmp_path / "page.key"))
        assert document == {
            "type": KEY_TYPE,
            "private_key": made["secret"],
            "public": made["publicPart"],
            "confirmed": True,
            "decrypted": {"phi": "h"},
        }
        read = core("readKeyFile", text=json.dumps(document | {"private_key": str(mine), "public": text}))
        assert (read["secret"], read["decrypted"], read["confirmed"]) == (str(mine), {"phi": "h"}, True)


def test_damaged_backups_are_named_alike(core):
    """Whatever happens to a backup, both name the same groups."""
    groups = backup_text(new_key(os.urandom)).split("-")
    spoilt = [
        groups[1:],
        [groups[1], groups[0], *groups[2:]],
        ["zzzzzzz", *groups[1:]],
        ["1111111"] * 8,
        ["票" * 7] * 8,
    ]
    for place in range(8):
        spoilt += [[*groups[:place], letter + groups[place][1:], *groups[place + 1 :]] for letter in "0l1z"]
    for changed in spoilt:
        text = " - ".join(changed)
        assert outcome(core.refused, core, "readBackup", text=text) == outcome(BadInput, read_backup, text)


def outcome(refusal, function, *given, **more):
    """What a function gives as text, or the code and parameters of its refusal."""
    try:
        return str(function(*given, **more))
    except refusal as error:
        return error.code, getattr(error, "detail", None) or error.params


def test_opening_records_are_read_and_their_signature_checked(core, village):
    """The record of a real poll is read with its facts; an altered one, another signature or another key is refused as by Python."""
    village.opened()
    text = village.panel().opening_record
    record = json.loads(text)["document"]
    found = core("openRecord", text=text + "\n", keys=None)
    for key, name in (
        ("setup", "setup"),
        ("panel", "panel"),
        ("phi", "phi"),
        ("title", "title"),
        ("panelTitle", "panel_title"),
    ):
        assert found[key] == record[name]
    assert found["minimum"] == max(5, record["minimum"])
    assert [key["fingerprint"] for key in found["keys"]] == [key["fingerprint"] for key in record["keys"]]
    signer = Signer.generate()
    keys = {signer.key_id: signer.public_base64}
    good = signer.document(record | {"\U0001f600": 1, "\uffee": '"\\\x7f\u2028'}).decode()
    assert core("openRecord", text=good, keys=keys)["signedBy"] == signer.key_id
    assert check_document(good.encode(), {signer.key_id: signer.public})
    stranger = Signer.generate()
    for spoilt, known in (
        (signer.document(record).decode().replace(record["setup"], "0" * 64), keys),
        (good, {}),
        (good, {signer.key_id: stranger.public_base64}),
        (stranger.document(record).decode(), keys),
        (stranger.document(record).decode().replace(stranger.key_id, signer.key_id), keys),
        (good, {signer.key_id: ""}),
    ):
        raw_keys = {name: base64.b64decode(public) for name, public in known.items()}
        with pytest.raises(SignatureFalse):
            check_document(spoilt.encode(), raw_keys)
        with pytest.raises(core.refused, match="record_signature"):
            core("openRecord", text=spoilt, keys=known)
    # a key under another's name: a reader works the names out itself (docs/protocol.md, section 8)
    renamed = stranger.document(record).decode().replace(stranger.key_id, signer.key_id)
    with pytest.raises(core.refused, match="record_signature"):
        core("openRecord", text=renamed, keys={signer.key_id: stranger.public_base64})
    for spoilt in (
        " ".join(good.split(",")),
        good.replace(",", ", ", 1),
        good.replace('"minimum":', '"minimum":"', 1),
        signer.document(record | {"type": "yipiao.result"}).decode(),
        signer.document(record | {"minimum": -1}).decode(),
    ):
        with pytest.raises(core.refused, match="record_unreadable"):
            core("openRecord", text=spoilt, keys=keys)
