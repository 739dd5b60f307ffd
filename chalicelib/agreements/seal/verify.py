"""Checking a sealed certificate with none of the code that sealed it (R27).

Strict where readers are lenient: the seal covers every byte of the file but its own, and its own
bytes must be exactly those that this key, this certificate and these attributes make. So no byte
can be changed unnoticed, not even one that a reader would skip. Knows PDF and DER only as far as
that needs.
"""

import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.agreements.seal import stamped
from chalicelib.agreements.seal.der import read, tlv
from chalicelib.agreements.seal.stamped import Stamp

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_ECDSA = bytes.fromhex("300a06082a8648ce3d040302")
_DATA = bytes.fromhex("300b06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DIGEST = bytes.fromhex("06092a864886f70d010904")
_ONE = b"\x02\x01\x01"
MOST = 20_000_000


class NotSealed(Exception):
    """The file is not one that Holdfast sealed, or is not as it was then; says why, of the file."""


@dataclass(frozen=True)
class Sealed:
    """What a sound certificate holds: the evidence as it was written down."""

    sha256: str
    evidence: dict[str, Any]
    stamp: Stamp | None = None


def verify(pdf: bytes, certificate: bytes) -> Sealed:
    """Raises NotSealed unless every byte is as the holder of this certificate's key sealed it."""
    if len(pdf) > MOST:
        raise NotSealed("the file is too large to be one")
    found = _RANGE.findall(pdf)
    if len(found) != 1:
        raise NotSealed("it carries no seal, or more than one")
    start, first, second, last = (int(number) for number in found[0])
    if start != 0 or second + last != len(pdf) or not 0 < first < second:
        raise NotSealed("the seal does not cover the whole file")
    covered = hashlib.sha256(pdf[:first] + pdf[second:]).digest()
    _check_seal(_contents(pdf[first:second]), covered, certificate)
    evidence, written, token = _evidence(pdf)
    try:
        stamp = stamped.check(token, written) if token else None
    except stamped.Unsound as e:
        raise NotSealed(str(e)) from e
    return Sealed(hashlib.sha256(pdf).hexdigest(), evidence, stamp)


def _contents(gap: bytes) -> bytes:
    """The seal's own bytes, between angle brackets, in capitals, filled up with noughts."""
    if gap[:1] != b"<" or gap[-1:] != b">":
        raise NotSealed("the seal is not where it says")
    try:
        whole = bytes.fromhex(gap[1:-1].decode("ascii"))
    except ValueError as e:
        raise NotSealed("the seal cannot be read") from e
    if whole.hex().upper().encode() != gap[1:-1]:
        raise NotSealed("the seal is not as it was written")
    return whole


def _check_seal(whole: bytes, covered: bytes, certificate: bytes) -> None:
    try:
        attributes, signature, end = _parts(whole, certificate)
    except (IndexError, ValueError) as e:
        raise NotSealed("the seal is not ours") from e
    if any(whole[end:]):
        raise NotSealed("there is something behind the seal")
    if tlv(0x30, _DIGEST + tlv(0x31, tlv(0x04, covered))) not in attributes:
        raise NotSealed("the file was changed after it was sealed")
    if _cms(attributes, signature, certificate) != whole[:end]:
        raise NotSealed("the seal is not as it was written")
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotSealed("the seal is not ours")
    try:
        key.verify(signature, tlv(0x31, attributes), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as e:
        raise NotSealed("the seal is not ours") from e


def _parts(whole: bytes, certificate: bytes) -> tuple[bytes, bytes, int]:
    """The signed attributes, the signature, and where the seal ends."""
    _, content, end = read(whole, 0)
    _, _, at = read(content, 0)
    _, wrapped, _ = read(content, at)
    _, signed_data, _ = read(wrapped, 0)
    at = 0
    for _ in range(4):  # version, digests, what is signed, certificates
        _, _, at = read(signed_data, at)
    _, signers, _ = read(signed_data, at)
    _, signer, _ = read(signers, 0)
    at = 0
    for _ in range(3):  # version, who, digest
        _, _, at = read(signer, at)
    _, attributes, at = read(signer, at)
    _, _, at = read(signer, at)
    _, signature, _ = read(signer, at)
    return attributes, signature, end


def _cms(attributes: bytes, signature: bytes, certificate: bytes) -> bytes:
    """The one seal that these attributes, this signature and this certificate make."""
    loaded = x509.load_der_x509_certificate(certificate)
    who = tlv(0x30, loaded.issuer.public_bytes() + _ONE)
    signer = tlv(
        0x30,
        _ONE + who + _SHA256 + tlv(0xA0, attributes) + _ECDSA + tlv(0x04, signature),
    )
    signed_data = tlv(
        0x30,
        _ONE + tlv(0x31, _SHA256) + _DATA + tlv(0xA0, certificate) + tlv(0x31, signer),
    )
    return tlv(0x30, _SIGNED_DATA + tlv(0xA0, signed_data))


def _evidence(pdf: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """What is attached: the evidence, its bytes, and the token of a time-stamp or nothing."""
    evidence: dict[str, Any] | None = None
    written, token = b"", b""
    for stream in _STREAM.finditer(pdf):
        if stamped.is_token(stream[1]):
            token = stamped.whole(pdf[stream.start(1) :])
            continue
        try:
            plain = zlib.decompressobj().decompress(stream[1], 5_000_000)
        except zlib.error:
            continue
        if stamped.is_token(plain):
            token = plain
            continue
        try:
            found = json.loads(plain)
        except ValueError:
            continue
        if isinstance(found, dict) and found.get("holdfast") == "agreement evidence 1":
            evidence, written = found, plain
    if evidence is None:
        raise NotSealed("no evidence is attached")
    return evidence, written, token
