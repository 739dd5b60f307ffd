"""Which line of a TOML file a path leads to: the parser keeps none, and people need one."""

import re
from collections.abc import Iterator

from chalicelib.registers.model.taking import Path

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\s\"'-]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def line_of(text: str, path: Path) -> int:
    """The line of what stands at a path, or of the nearest thing around it; counts from 1."""
    best, line = -1, 1
    for number, here in _places(text):
        depth = len(here) if here == path[: len(here)] else -1
        if depth > best:
            best, line = depth, number
    return line


def _places(text: str) -> Iterator[tuple[int, Path]]:
    """Each line that opens a table or sets a key, with the path of that."""
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            names = [name.strip().strip("\"'") for name in header[2].split(".")]
            table = _table(names, counts, again=header[1] == "[[")
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, key[1])


def _table(names: list[str], counts: dict[Path, int], *, again: bool) -> Path:
    """Where a header leads: each name that is a list stands for its last table so far."""
    path: Path = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if again:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path
