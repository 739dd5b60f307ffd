"""Sealing: AES-256-GCM under the tenant's data key, bound to the place the value stands in (R7).

A value copied to another school, record, attribute or schema version does not open. The layout is
one byte of schema version, one of key number, one that says whether it is compressed, a 12-byte
nonce, then the ciphertext.
"""

import json
import os
import zlib
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.storage import keyring

SCHEMA = 1
_NONCE = 12
_COMPRESS_FROM = 600  # bytes; below that deflate gains less than it costs


class SealBroken(Exception):
    """A sealed value that does not open here: moved, altered, or under a key that is gone."""


def seal(tenant: str, table: str, sk: str, attribute: str, private: Mapping[str, Any]) -> bytes:
    """Seal a JSON object for one attribute of one item."""
    text = json.dumps(private, separators=(",", ":"), ensure_ascii=False)
    return seal_bytes(tenant, table, sk, attribute, text.encode())


def unseal(tenant: str, table: str, sk: str, attribute: str, value: bytes) -> dict[str, Any]:
    """What `seal` was given. Raises SealBroken."""
    opened: dict[str, Any] = json.loads(unseal_bytes(tenant, table, sk, attribute, value))
    return opened


def seal_bytes(tenant: str, table: str, sk: str, attribute: str, plain: bytes) -> bytes:
    """Seal bytes for one attribute of one item; long ones are compressed first."""
    packed = len(plain) > _COMPRESS_FROM
    number, key = keyring.current(tenant)
    head = bytes([SCHEMA, number, packed])
    nonce = os.urandom(_NONCE)
    body = zlib.compress(plain, 6) if packed else plain
    place = _place(tenant, table, sk, attribute, head)
    return head + nonce + AESGCM(key).encrypt(nonce, body, place)


def unseal_bytes(tenant: str, table: str, sk: str, attribute: str, value: bytes) -> bytes:
    """What `seal_bytes` was given. Raises SealBroken."""
    head, nonce, body = value[:3], value[3 : 3 + _NONCE], value[3 + _NONCE :]
    if len(head) < 3 or head[0] != SCHEMA:
        raise SealBroken
    try:
        key = keyring.numbered(tenant, head[1])
        plain = AESGCM(key).decrypt(nonce, body, _place(tenant, table, sk, attribute, head))
    except (keyring.NoKey, InvalidTag, ValueError) as e:
        raise SealBroken from e
    return zlib.decompress(plain) if head[2] else plain


def _place(tenant: str, table: str, sk: str, attribute: str, head: bytes) -> bytes:
    # The table's short name: the prefix names the deployment, which a restore may change.
    return json.dumps([tenant, table.rpartition("-")[2], sk, attribute, head.hex()]).encode()
