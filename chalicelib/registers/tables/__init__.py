"""The tables that ship: devices and technology, what may be done online, and the sanctions.

They are data (S319, S367): TOML beside this file, read once, kept by each school in versions of
its own by `tenancy.matrix`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chalicelib.errors import NotFound
from chalicelib.tenancy import matrix
from chalicelib.tenancy.matrix import Matrix, shared

_HERE = Path(__file__).parent


@cache
def shipped() -> Mapping[str, Matrix]:
    """Every table by its key, in the order they are shown."""
    found = [matrix.load(_HERE / f"{name}.toml") for name in ("devices", "actions")]
    return {each.key: each for each in (*found, *shared.every())}


def of(key: str) -> Matrix:
    """Raises NotFound."""
    found = shipped().get(key)
    if found is None:
        raise NotFound
    return found
