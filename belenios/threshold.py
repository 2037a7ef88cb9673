"""Threshold (`Pedersen`) items of the trustees, read and verified, never made here (specification 4.6, 4.21).

Of m members, `threshold` are enough to decrypt. Each member signed a certificate with its context, the exponentiated
coefficients of its polynomial, all certificates together with these coefficients, and its share's public key. The form
is that of 3.0 and later: the older one without contexts and signatures let a cheating server mix certificates, and is
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce

import msgspec
from msgspec import UNSET

from belenios.encoding import Misshapen, NotCanonical, canonical, encode
from belenios.group import IDENTITY, NAME, ORDER, GroupError, add, power, read_point, write_point
from belenios.proofs import check_knowledge
from belenios.wire import (
    CertificateContext,
    CertificateKeys,
    CertificatesSigned,
    Proof,
    RawCoefexps,
    SignedMessage,
    ThresholdParameters,
    TrusteeKey,
)

_CERTIFICATES = msgspec.json.Decoder(CertificateKeys)
_COEFEXPS = msgspec.json.Decoder(RawCoefexps)


class ThresholdRefusal(StrEnum):
    """Why a threshold item is refused."""

    SHAPE = "shape"
    CERTIFICATE = "certificate"
    COEFFICIENTS = "coefficients"
    SIGNATURE = "signature"
    VERIFICATION_KEY = "verification_key"
    PROOF = "proof"


class FalseThreshold(ValueError):
    """A threshold item that is refused; `reason` says why."""

    def __init__(self, reason: ThresholdRefusal, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Threshold:
    """A verified item: its share of the election's key, its members' verification keys, how many are needed."""

    public_key: bytes
    keys: tuple[bytes, ...]
    threshold: int


def read_threshold(parameters: ThresholdParameters) -> Threshold:
    """Check a threshold item completely (4.6.1-4.6.7); raise FalseThreshold.

    Checked: the lengths, each certificate's context and signature, each list of coefficients and its signature, each
    member's signature over all certificates, each verification key against the coefficients, its proof of knowledge
    and its signature, and every point.
    """
    size = len(parameters.certs)
    if not (
        1 <= parameters.threshold <= size
        and len(parameters.coefexps) == len(parameters.signatures) == len(parameters.verification_keys) == size
    ):
        raise FalseThreshold(ThresholdRefusal.SHAPE, f"threshold {parameters.threshold} of {size} members")
    try:
        signers = [
            _signer(certificate, CertificateContext(group=NAME, size=size, threshold=parameters.threshold, index=index))
            for index, certificate in enumerate(parameters.certs, start=1)
        ]
        if len(set(signers)) != size:
            raise FalseThreshold(ThresholdRefusal.CERTIFICATE, "a signing key stands in two certificates")
        coefficients = [
            _coefficients(signed, signer, parameters.threshold)
            for signed, signer in zip(parameters.coefexps, signers, strict=True)
        ]
        for own, proof, signer in zip(coefficients, parameters.signatures, signers, strict=True):
            texts = [write_point(point) for point in own]
            message = encode(CertificatesSigned(certs=parameters.certs, coefexps=texts)).decode()
            if not _is_signed(f"certs_sig|{message}", proof, signer):
                raise FalseThreshold(ThresholdRefusal.SIGNATURE, "a member did not sign these certificates")
        # product over the members first: X_j = prod_k (prod_i A_ik)^(j^k), one power per coefficient and key
        columns = [reduce(add, column) for column in zip(*coefficients, strict=True)]
        keys = tuple(
            _verification_key(index, key, signer, columns)
            for index, (key, signer) in enumerate(zip(parameters.verification_keys, signers, strict=True), start=1)
        )
    except GroupError as error:
        raise FalseThreshold(ThresholdRefusal.SHAPE, str(error)) from None
    except (Misshapen, NotCanonical) as error:
        raise FalseThreshold(ThresholdRefusal.SHAPE, f"a signed message cannot be read: {error}") from None
    return Threshold(public_key=columns[0], keys=keys, threshold=parameters.threshold)


def lagrange(indexes: Sequence[int], index: int) -> int:
    """Compute the Lagrange coefficient of `index` among `indexes` at 0, modulo q (4.21)."""
    numerator, denominator = 1, 1
    for other in indexes:
        if other != index:
            numerator = numerator * other % ORDER
            denominator = denominator * (other - index) % ORDER
    return numerator * pow(denominator, -1, ORDER) % ORDER


def _is_signed(message: str, proof: Proof, signer: bytes) -> bool:
    return check_knowledge(f"sigmsg|{message}|", signer, proof.scalars())


def _signer(certificate: SignedMessage, context: CertificateContext) -> bytes:
    keys = canonical(_CERTIFICATES, certificate.message.encode())
    signer = read_point(keys.verification)
    read_point(keys.encryption)
    if keys.context != context:
        raise FalseThreshold(ThresholdRefusal.CERTIFICATE, f"certificate {context.index} belongs elsewhere")
    if not _is_signed(certificate.message, certificate.signature, signer):
        raise FalseThreshold(ThresholdRefusal.CERTIFICATE, f"certificate {context.index} is not signed by its owner")
    return signer


def _coefficients(signed: SignedMessage, signer: bytes, threshold: int) -> list[bytes]:
    texts = canonical(_COEFEXPS, signed.message.encode()).coefexps
    if len(texts) != threshold:
        raise FalseThreshold(ThresholdRefusal.COEFFICIENTS, f"{len(texts)} coefficients for threshold {threshold}")
    if not _is_signed(signed.message, signed.signature, signer):
        raise FalseThreshold(ThresholdRefusal.COEFFICIENTS, "coefficients are not signed by their owner")
    return [read_point(text) for text in texts]


def _verification_key(index: int, key: TrusteeKey, signer: bytes, columns: Sequence[bytes]) -> bytes:
    public_key = read_point(key.public_key)
    expected = IDENTITY
    for exponent, column in enumerate(columns):
        expected = add(expected, power(column, pow(index, exponent, ORDER)))
    if public_key != expected:
        raise FalseThreshold(ThresholdRefusal.VERIFICATION_KEY, f"key {index} does not follow from the coefficients")
    if not check_knowledge(f"pok|{NAME}|{key.public_key}|", public_key, key.pok.scalars()):
        raise FalseThreshold(ThresholdRefusal.PROOF, f"member {index} does not prove to know its private key")
    if key.signature is UNSET or not _is_signed(key.public_key, key.signature, signer):
        raise FalseThreshold(ThresholdRefusal.SIGNATURE, f"key {index} is not signed by its owner")
    return public_key
