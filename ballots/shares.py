"""The file in which a key holder's program hands in its share of one panel's decryption."""

import json

import msgspec

TYPE = "yipiao.decryption"


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One share; `payload` is the exact text that goes into the archive, `owner` the trustee's number from 1."""

    type: str
    panel: str
    setup: str
    owner: int
    payload: str


def write_share(panel: str, setup: str, owner: int, payload: bytes) -> bytes:
    """The file that `trustee decrypt` writes."""
    return json.dumps(
        {"type": TYPE, "panel": panel, "setup": setup, "owner": owner, "payload": payload.decode()}, indent=1
    ).encode()


def read_share(raw: bytes) -> Share:
    """Read such a file; ValueError for anything else. Whether the share is true is checked against the key later."""
    try:
        share = msgspec.json.decode(raw, type=Share)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("not a share") from error
    if share.type != TYPE:
        raise ValueError("not a share")
    return share
