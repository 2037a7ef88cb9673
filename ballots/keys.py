"""Keys of a poll: the server's own, fresh per poll and wrapped; a key holder's file made elsewhere; who holds what.

A wrapped key is Scrypt over the passphrase and ChaCha20-Poly1305 over the number, bound to its poll by the associated data. Key files lie in
YIPIAO_HOME/keys, are in no backup, and are destroyed when their poll is final.
"""

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from belenios.group import RandomBytes
from polling.errors import BadInput, RuleRefused
from polling.settings import Settings

REHEARSAL_PASSPHRASE = "rehearsal"  # noqa: S105 - a rehearsal's keys protect nothing, and say so
SALT_BYTES, NONCE_BYTES = 16, 12
SCRYPT_COST = 2**15


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())


def wrap(private_key: int, passphrase: str, name: str, random: RandomBytes) -> bytes:
    """Wrap a private key; `name` is bound to it."""
    salt, nonce = random(SALT_BYTES), random(NONCE_BYTES)
    sealed = ChaCha20Poly1305(_stretch(passphrase, salt)).encrypt(nonce, private_key.to_bytes(32, "big"), name.encode())
    parts = {"salt": salt, "nonce": nonce, "sealed": sealed}
    return json.dumps(
        {"name": name} | {field: base64.b64encode(part).decode() for field, part in parts.items()}
    ).encode()


def unwrap(raw: bytes, passphrase: str, name: str) -> int:
    """The private key. Raises RuleRefused `passphrase_wrong`, BadInput `key_file_damaged`."""
    try:
        parts = json.loads(raw)
        salt, nonce, sealed = (base64.b64decode(parts[field], validate=True) for field in ("salt", "nonce", "sealed"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("key_file_damaged", name=name) from None
    try:
        return int.from_bytes(ChaCha20Poly1305(_stretch(passphrase, salt)).decrypt(nonce, sealed, name.encode()), "big")
    except InvalidTag:
        raise RuleRefused("passphrase_wrong", name=name) from None
    except ValueError:  # a nonce of another length
        raise BadInput("key_file_damaged", name=name) from None


class KeyStore:
    """The wrapped keys of this machine: `YIPIAO_HOME/keys/<poll>.<position>.key`."""

    def __init__(self, settings: Settings, *, rehearsal: bool) -> None:
        self.folder = settings.home / "keys"
        # without a passphrase of its own, a key is wrapped as the signing key is: by the installation's secret
        self._passphrase = settings.passphrase or (REHEARSAL_PASSPHRASE if rehearsal else settings.secret().decode())

    def path(self, poll_id: str, position: int) -> Path:
        """Where the key at `position` of a poll lies."""
        return self.folder / f"{poll_id}.{position}.key"

    def holds(self, poll_id: str, position: int) -> bool:
        """Whether this machine has that key."""
        return self.path(poll_id, position).exists()

    def put(self, poll_id: str, position: int, private_key: int, random: RandomBytes) -> None:
        """Wrap and store a fresh key."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.path(poll_id, position)
        raw = wrap(private_key, self._passphrase, path.stem, random)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())

    def get(self, poll_id: str, position: int) -> int:
        """Unwrap a key of this machine."""
        path = self.path(poll_id, position)
        return unwrap(path.read_bytes(), self._passphrase, path.stem)

    def destroy(self, poll_id: str) -> None:
        """Overwrite and remove every key of a poll."""
        for path in self.folder.glob(f"{poll_id}.*.key"):
            with path.open("r+b") as file:
                file.write(b"\0" * path.stat().st_size)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
