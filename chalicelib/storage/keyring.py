"""Each tenant's data keys: made with the tenant, wrapped by KMS, opened once per process.

On a laptop the wrapping key is a file behind the same three functions. A tenant whose key rows
are gone can no longer be read by anybody.
"""

import os
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib import config

if TYPE_CHECKING:
    from chalicelib.storage.transaction import Transaction

_KEEP_SECONDS = 300.0  # a key that was destroyed is forgotten by every process within this
_opened: dict[tuple[str, int], tuple[bytes, float]] = {}


class NoKey(Exception):
    """The tenant has no such data key: it never existed here, or it was destroyed."""


def create(tx: "Transaction", tenant: str) -> None:
    """Make the tenant's first data key in the transaction that makes the tenant.

    It serves at once, for the tenant's first sealed rows; if the transaction is not committed it
    is forgotten, because what it seals nobody could ever open.
    """
    from chalicelib.storage.key_rows import KeyRow, sk_of

    key = AESGCM.generate_key(bit_length=256)
    tx.create(KeyRow(tenant, sk_of(1), wrapped=_wrap(tenant, key)))
    _opened[tenant, 1] = (key, time.monotonic())
    tx.otherwise(lambda: _opened.pop((tenant, 1), None))


def current(tenant: str) -> tuple[int, bytes]:
    """The number of the key that new values are sealed with, and the key. Raises NoKey."""
    return 1, numbered(tenant, 1)


def numbered(tenant: str, number: int) -> bytes:
    """A data key of the tenant, from memory or from its row. Raises NoKey."""
    kept = _opened.get((tenant, number))
    if kept and time.monotonic() - kept[1] < _KEEP_SECONDS:
        return kept[0]
    key = _unwrap(tenant, _row(tenant, number))
    _opened[tenant, number] = (key, time.monotonic())
    return key


def forget() -> None:
    """Drop the keys held in memory."""
    _opened.clear()


def hmac_key() -> bytes:
    """The deployment's key for looking up addresses without storing them."""
    directory = config.local_keys_dir()
    if directory:
        return _local_key(str(Path(directory) / "hmac.key"))
    return _hmac_from_secret(config.hmac_secret_arn())


def _row(tenant: str, number: int) -> bytes:
    from chalicelib.storage.key_rows import KeyRow, sk_of
    from chalicelib.storage.reading import get

    row = get(KeyRow, tenant, sk_of(number))
    if row is None:
        raise NoKey
    return bytes(row.wrapped)


def _wrap(tenant: str, key: bytes) -> bytes:
    directory = config.local_keys_dir()
    if directory:
        nonce = os.urandom(12)
        wrapping = AESGCM(_local_key(str(Path(directory) / "wrapping.key")))
        return nonce + wrapping.encrypt(nonce, key, tenant.encode())
    answer = _kms().encrypt(
        KeyId=config.kms_key_id(), Plaintext=key, EncryptionContext={"tenant": tenant}
    )
    return bytes(answer["CiphertextBlob"])


def _unwrap(tenant: str, wrapped: bytes) -> bytes:
    directory = config.local_keys_dir()
    if directory:
        wrapping = AESGCM(_local_key(str(Path(directory) / "wrapping.key")))
        return wrapping.decrypt(wrapped[:12], wrapped[12:], tenant.encode())
    answer = _kms().decrypt(
        KeyId=config.kms_key_id(), CiphertextBlob=wrapped, EncryptionContext={"tenant": tenant}
    )
    return bytes(answer["Plaintext"])


@cache
def _local_key(path: str) -> bytes:
    """A 256-bit key kept in a file that only its owner can read; made when first needed.

    The file appears whole or not at all, and the first of several processes that make it wins.
    """
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        _make_local_key(file)
    return file.read_bytes()


def _make_local_key(file: Path) -> None:
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as new:
            new.write(os.urandom(32))
        with suppress(FileExistsError):
            file.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)


@cache
def _kms() -> Any:
    import boto3

    return boto3.client("kms")


@cache
def _hmac_from_secret(arn: str) -> bytes:
    import boto3

    answer = boto3.client("secretsmanager").get_secret_value(SecretId=arn)
    return str(answer["SecretString"]).encode()
