"""JSON of any depth as flat fields: `{"user": {"name": "x"}}` answers to `user.name`.

Vendors put their own JSON into strings (Office 365) and write name and value lists (Google); both
are opened. Everything is bounded: a record is at most 64 KB and 32 levels deep.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

DEPTH = 32
FIELDS = 2000


def flatten(tree: Mapping[str, Any]) -> dict[str, str]:
    """Dotted names to text, first spelling wins; lists of plain values are joined with commas."""
    found: dict[str, str] = {}
    for name, value in _walk("", tree, 0):
        if len(found) >= FIELDS:
            break
        found.setdefault(name, value)
    return found


def _walk(prefix: str, value: object, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEPTH or value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name = str(key).strip()
            yield from _walk(f"{prefix}.{name}" if prefix else name, inner, depth + 1)
    elif isinstance(value, list):
        yield from _walk_list(prefix, value, depth)
    elif isinstance(value, str) and depth < 4 and value[:1] == "{" and value.rstrip()[-1:] == "}":
        inner = _inside(value)
        if isinstance(inner, Mapping):
            yield from _walk(prefix, inner, depth + 1)
        yield prefix, value
    else:
        yield prefix, text_of(value)


def _walk_list(prefix: str, items: list[Any], depth: int) -> Iterator[tuple[str, str]]:
    plain = [item for item in items if not isinstance(item, Mapping | list) and item is not None]
    if plain:
        yield prefix, ",".join(text_of(item) for item in plain)
    for item in items:
        if isinstance(item, Mapping):
            name, value = item.get("name", item.get("Name")), item.get("value", item.get("Value"))
            if isinstance(name, str) and value is not None:
                yield from _walk(f"{prefix}.{name}", value, depth + 1)
            yield from _walk(prefix, item, depth + 1)


def _inside(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def text_of(value: object) -> str:
    """A plain JSON value as text: `true`, not `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
