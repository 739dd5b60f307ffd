"""Tables that one feature keeps with its pages and another works by: sanctions (S372, S389), and
who may read which kind of incident (features 2.15).
"""

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


@cache
def readers() -> Matrix:
    """Which of those who handle incidents may read which kind."""
    return load(_HERE / "readers.toml")


def every() -> tuple[Matrix, ...]:
    return (*sanctions().values(), readers())
