"""Tables that one feature keeps with its pages and another works by: the sanctions (S372, S389)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from chalicelib.tenancy.matrix.loading import load
from chalicelib.tenancy.matrix.model import Matrix

_HERE = Path(__file__).parent


@cache
def sanctions() -> Mapping[str, Matrix]:
    """The two tables, by whom they are for: `pupils` and `staff`."""
    return {each: load(_HERE / f"sanctions_{each}.toml") for each in ("pupils", "staff")}
