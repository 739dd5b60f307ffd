"""Events that were taken out of one body to be put into another, nothing of them lost.

A trust's delivery is divided among its schools; what an envelope said around an event goes along.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

CONTENT_TYPE = "application/x-holdfast-pieces+json"


@dataclass(frozen=True, slots=True)
class Piece:
    """One event before anybody reads it: its own text, and the JSON object if it was one."""

    raw: str
    tree: Mapping[str, Any] | None = None
    outer: Mapping[str, Any] | None = None
    repeated_keys: bool = False


def packed(pieces: Iterable[Piece]) -> bytes:
    """The pieces as one body."""
    return json.dumps([[p.raw, p.tree, p.outer, p.repeated_keys] for p in pieces]).encode()


def unpacked(body: bytes) -> list[Piece] | None:
    """The pieces again; None for what was not packed so."""
    try:
        listed = json.loads(body)
        return [_piece(*each) for each in listed]
    except (ValueError, TypeError, RecursionError):
        return None


def _piece(raw: object, tree: object, outer: object, repeated: object) -> Piece:
    if not isinstance(raw, str):
        raise TypeError
    return Piece(raw, _mapping(tree), _mapping(outer), repeated is True)


def _mapping(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None
