"""The service's sealing key and its certificate.

Both follow from the deployment's secret, so that every function has the same without another
secret to keep: a P-256 key by HKDF, and a certificate signed by itself, the same to the byte.
"""

import datetime as dt
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

from chalicelib.storage import keyring

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_FROM = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_UNTIL = dt.datetime(2046, 1, 1, tzinfo=dt.UTC)
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Holdfast agreements")])


@cache
def private() -> ec.EllipticCurvePrivateKey:
    stretched = HKDF(hashes.SHA256(), 48, salt=None, info=b"holdfast agreement seal 1")
    number = int.from_bytes(stretched.derive(keyring.hmac_key())) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


@cache
def certificate() -> bytes:
    """The certificate as DER."""
    key = private()
    made = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    )
    return made.public_bytes(serialization.Encoding.DER)


def private_der() -> bytes:
    return private().private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
