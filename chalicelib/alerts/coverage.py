"""What the connected products do not alert on, said plainly: silence is not safety.

The texts are data (`coverage.toml`, versioned); what was heard in fact stands beside them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chalicelib.alerts.senders import SourceKind

_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of source: its gaps in words, and the themes it has no category for."""

    name: str
    misses: tuple[str, ...]
    unseen: tuple[str, ...]


@cache
def products() -> dict[str, Product]:
    text = (Path(__file__).parent / "coverage.toml").read_text(encoding="utf-8")
    return {
        key: Product(entry["name"], tuple(entry["misses"]), tuple(entry["unseen"]))
        for key, entry in tomllib.loads(text)["products"].items()
    }


def of(kind: SourceKind) -> Product:
    """The product a source is; what is not known is said to be not known."""
    known = products()
    return known.get(kind.value, known[_OTHER])
