"""Ids as types, and the only place that makes them.

Tenants (schools, trusts, people) are 16 random base32 characters, so none is a prefix of another
(R1). Records are ULIDs, which sort by time. People are shown a short random reference, never a
sequence: a sequence tells how many there are.
"""

import hashlib
import secrets
from typing import NewType

from ulid import ULID

Tenant = str
SchoolId = NewType("SchoolId", str)
TrustId = NewType("TrustId", str)
PersonId = NewType("PersonId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
TENANT_LENGTH = 16


def tenant() -> Tenant:
    """A new tenant's id: 80 random bits in a fixed length of one alphabet."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TENANT_LENGTH))


def is_tenant(text: str) -> bool:
    """Whether a text from outside has the shape of a tenant id; says nothing of its existence."""
    return len(text) == TENANT_LENGTH and all(letter in _ALPHABET for letter in text)


def new() -> str:
    """A new record's id: 26 characters that sort by the time they were made."""
    return str(ULID())


def is_record(text: str) -> bool:
    """Whether a text from outside has the shape of a record id."""
    return len(text) == 26 and text.isascii() and text.isalnum()


def reference() -> str:
    """A short reference to say over the telephone, such as `K7M-4QXT`; no letters that mislead."""
    letters = "".join(secrets.choice(_READABLE) for _ in range(7))
    return f"{letters[:3]}-{letters[3:]}"


def secret() -> str:
    """256 random bits, safe in a URL: for links, cookies and hook addresses."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """SHA-256 in hex: how every token is stored (R14, R20)."""
    return hashlib.sha256(text.encode()).hexdigest()
