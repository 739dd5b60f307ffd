"""Tables of a policy that say who may do what, kept by version: what ships, and a school's own.

Such a table has lines (mobile phones, file sharing, sending an offensive message) and, for each
audience, columns to mark (allowed, not allowed, police). A feature ships one as TOML; a school
changes it line by line, each change is a version with its reason, and what contradicts itself is
flagged and never put right in silence (S319, S367, S372, S389, index F 9 to 14).
"""

from chalicelib.tenancy.matrix.loading import load
from chalicelib.tenancy.matrix.model import (
    Audience,
    Column,
    Contradiction,
    Line,
    Matrix,
    Version,
)
from chalicelib.tenancy.matrix.store import change, current, history

__all__ = [
    "Audience",
    "Column",
    "Contradiction",
    "Line",
    "Matrix",
    "Version",
    "change",
    "current",
    "history",
    "load",
]
