"""Ed25519 signatures over documents and receipts. Pure: keys in, bytes out."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from publishing.documents import canonical_json, envelope, open_envelope


class SignatureFalse(ValueError):
    """The signature does not fit the document, or its key is not among the known ones."""


class Signer:
    """One signing key with its id: the first 16 hex digits of SHA-256 over the raw public key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.public_base64 = base64.b64encode(self.public).decode()
        self.key_id = key_id(self.public)

    @classmethod
    def generate(cls) -> "Signer":
        """A fresh key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def unwrap(cls, pem: bytes, secret: bytes) -> "Signer":
        """The key from its wrapped form. Raises ValueError when the secret is another one."""
        private = serialization.load_pem_private_key(pem, password=secret)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError("not an Ed25519 key")
        return cls(private)

    def wrap(self, secret: bytes) -> bytes:
        """PKCS 8, encrypted with the installation's secret."""
        encryption = serialization.BestAvailableEncryption(secret)
        return self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def document(self, document: Mapping[str, Any]) -> bytes:
        """The signed envelope of a document."""
        return envelope(
            document, key=self.key_id, signature=base64.b64encode(self._private.sign(canonical_json(document))).decode()
        )

    def receipt(self, panel: str, tracker: str) -> str:
        """The receipt of a ballot: base64 over `panel|tracker`. A document starts with a brace, so neither signature serves as the other."""
        return base64.b64encode(self._private.sign(f"{panel}|{tracker}".encode())).decode()


class KeysUnreadable(ValueError):
    """These bytes are no answer of `/api/v1/keys`."""


def keys_from(raw: bytes) -> dict[str, bytes]:
    """The public keys in a saved answer of `/api/v1/keys`, each id recomputed. Raises KeysUnreadable."""
    try:
        publics = [base64.b64decode(entry["public"], validate=True) for entry in json.loads(raw)["keys"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise KeysUnreadable from None
    return {key_id(public): public for public in publics}


def key_id(public: bytes) -> str:
    """The id of a raw public key (32 bytes)."""
    return hashlib.sha256(public).hexdigest()[:16]


def _check(public: bytes, signature: str, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        raise SignatureFalse("the signature does not fit") from None


def check_document(raw: bytes, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """The document inside a signed envelope. `keys`: raw public keys by id.

    Raises DocumentUnreadable, SignatureFalse.
    """
    document, key, signature = open_envelope(raw)
    if key not in keys:
        raise SignatureFalse("signed by a key that is not among the known ones")
    _check(keys[key], signature, canonical_json(document))
    return document


def check_receipt(panel: str, tracker: str, receipt: str, public: bytes) -> None:
    """Raise SignatureFalse unless `receipt` is the box's promise for this ballot."""
    _check(public, receipt, f"{panel}|{tracker}".encode())
