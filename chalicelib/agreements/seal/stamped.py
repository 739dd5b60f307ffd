"""Checking a time-stamp of evidence (RFC 3161) with none of the code that asked for it.

It says that the evidence was there at a time by somebody else's clock. Whether that somebody is to
be believed is for whoever checks: their certificate is in the token, and any tool for time-stamps
can follow it to a root. The seal covers the token, so it cannot be exchanged or taken out.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chalicelib.agreements.seal.der import parts, read, tlv

_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SHA256 = bytes.fromhex("0609608648016503040201")
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    _SHA256: hashes.SHA256(),
    bytes.fromhex("0609608648016503040202"): hashes.SHA384(),
    bytes.fromhex("0609608648016503040203"): hashes.SHA512(),
}


class Unsound(Exception):
    """The time-stamp is not of this evidence, or not as it was given; says why."""


@dataclass(frozen=True)
class Stamp:
    """When the evidence was there, in UTC, and who says so."""

    at: datetime
    by: str


def is_token(attached: bytes) -> bool:
    """Whether an attachment is the token of a time-stamp."""
    return attached[:1] == b"\x30" and _TST_INFO in attached[:200]


def whole(data: bytes) -> bytes:
    """The token that some bytes begin with, by the length it gives of itself."""
    try:
        _, _, end = read(data, 0)
    except (IndexError, ValueError):
        return data
    return data[:end]


def check(token: bytes, evidence: bytes) -> Stamp:
    """Raises Unsound unless the token is of exactly this evidence, signed by the one it names."""
    try:
        return _check(token, evidence)
    except (IndexError, ValueError, KeyError, InvalidSignature) as e:
        raise Unsound("its time-stamp cannot be read") from e


def _check(token: bytes, evidence: bytes) -> Stamp:
    info, certificates, signer = _signed(token)
    imprint, at = _info(info)
    if imprint != hashlib.sha256(evidence).digest():
        raise Unsound("its time-stamp is of something else")
    fields = [whole for _, _, whole in parts(signer)]
    _, who, digest, attributes, _, signature, *_ = fields
    algorithm = _HASHES[_oid(digest)]
    signed = tlv(0x31, read(attributes, 0)[1])
    hashed = hashes.Hash(algorithm)
    hashed.update(info)
    if tlv(0x30, _MESSAGE_DIGEST + tlv(0x31, tlv(0x04, hashed.finalize()))) not in signed:
        raise Unsound("its time-stamp was changed")
    found = _named(certificates, who)
    _verify(found, read(signature, 0)[1], signed, algorithm)
    if not found.not_valid_before_utc <= at <= found.not_valid_after_utc:
        raise Unsound("its time-stamp was given with a certificate that had run out")
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Stamp(at, str(names[0].value) if names else found.subject.rfc4514_string())


def _signed(token: bytes) -> tuple[bytes, bytes, bytes]:
    """What was stamped, the certificates, and the one signer."""
    _, content, _ = read(token, 0)
    _, wrapped = [inside for _, inside, _ in parts(content)]
    _, data, _ = read(wrapped, 0)
    _, _, (_, encapsulated, _), *rest = list(parts(data))
    kind, held = [whole for _, _, whole in parts(encapsulated)]
    if kind != _TST_INFO:
        raise Unsound("its time-stamp is none")
    info = read(read(held, 0)[1], 0)[1]
    certificates = next(inside for tag, inside, _ in rest if tag == 0xA0)
    signers = next(inside for tag, inside, _ in rest if tag == 0x31)
    [signer] = [inside for _, inside, _ in parts(signers)]
    return info, certificates, signer


def _info(info: bytes) -> tuple[bytes, datetime]:
    """The fingerprint that was stamped, and when."""
    fields = list(parts(read(info, 0)[1]))
    algorithm, hashed = list(parts(fields[2][1]))
    if _oid(algorithm[2]) != _SHA256:
        raise Unsound("its time-stamp is of another kind of fingerprint")
    text = next(inside for tag, inside, _ in fields if tag == 0x18).decode("ascii")
    return hashed[1], datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _oid(algorithm: bytes) -> bytes:
    """The identifier that an algorithm begins with."""
    return next(whole for _, _, whole in parts(read(algorithm, 0)[1]))


def _named(certificates: bytes, who: bytes) -> x509.Certificate:
    """The signer's certificate, which must be one for time-stamps."""
    for _, _, whole in parts(certificates):
        found = x509.load_der_x509_certificate(whole)
        serial = found.serial_number
        number = serial.to_bytes(serial.bit_length() // 8 + 1)
        if tlv(0x30, found.issuer.public_bytes() + tlv(0x02, number)) == who:
            uses = found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            if ExtendedKeyUsageOID.TIME_STAMPING in uses:
                return found
    raise Unsound("its time-stamp names nobody who may give one")


def _verify(
    found: x509.Certificate, signature: bytes, signed: bytes, algorithm: hashes.HashAlgorithm
) -> None:
    """Raises InvalidSignature."""
    key = found.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(algorithm))
    else:
        raise Unsound("its time-stamp is signed in a way that is not known here")
