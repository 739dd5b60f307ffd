"""One event as it arrived: its text, its fields, and the shape they were written in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Shape(StrEnum):
    """How the record was written."""

    JSON = "json"
    BROKEN_JSON = "broken_json"
    KEY_VALUE = "key_value"
    CEF = "cef"
    LEEF = "leef"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Record:
    """`fields` are flat, first spelling wins; `tree` is the parsed JSON, if it was JSON.

    `outer` is what stood around the record in its envelope (Alertmanager's common labels, a
    collector's source type). `header` is the syslog or CEF header, whose clock is never trusted
    over one inside the record.
    """

    raw: str
    shape: Shape
    fields: Mapping[str, str] = field(default_factory=dict)
    tree: Mapping[str, Any] = field(default_factory=dict)
    outer: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def first(self, *names: str) -> str | None:
        """The first of these fields that says something; placeholders say nothing."""
        for name in names:
            value = said(self.fields.get(name))
            if value is not None:
                return value
        return None


_NOTHING = frozenset(
    {
        "",
        "-",
        "--",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "undefined",
        "unknown",
        "(null)",
        "(empty)",
        "<none>",
        "<null>",
        "<n/a>",
        "not available",
        "nobody",
    }
)


def said(value: object) -> str | None:
    """The text of a value, or None for an empty one, a vendor's placeholder, or `%%log.user%%`."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    text = str(value).strip()
    if text.lower() in _NOTHING or (text.startswith("%%") and text.endswith("%%")):
        return None
    return text
