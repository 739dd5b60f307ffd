"""What a form can offer that only the school knows: its people, its terms, its entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Options = tuple[tuple[str, str], ...]
"""Ids or keys, each with what people read."""


@dataclass(frozen=True)
class Offers:
    people: Options = ()
    terms: Options = ()
    entries: Mapping[str, Options] = field(default_factory=dict)
