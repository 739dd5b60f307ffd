"""argon2id, for what a person types and is too short to keep as a plain digest (ASVS 6.5.2)."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def of(secret: str) -> str:
    return _hasher().hash(secret)


def fits(kept: str, secret: str) -> bool:
    from argon2.exceptions import VerifyMismatchError  # as _hasher: only sign-in needs it

    try:
        return _hasher().verify(kept, secret)
    except VerifyMismatchError:
        return False


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
