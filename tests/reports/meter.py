"""What the tables were asked and what it cost, in capacity units as the engine says (P9, P10)."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.storage import connection


@contextmanager
def metered() -> Iterator[list[tuple[str, float]]]:
    """The calls made inside, as (operation, units)."""
    calls: list[tuple[str, float]] = []

    def note(operation: str, units: float) -> None:
        calls.append((operation, units))

    connection.meters.append(note)
    try:
        yield calls
    finally:
        connection.meters.remove(note)
