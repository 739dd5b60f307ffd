"""What a trust or school changes about its registers, laid over what ships.

A shipped register is never silently changed: what is laid over it is its own data, versioned, and
can be taken off again. More questions, other approvers, other periods, or switched off; and whole
registers of their own, written as a shipped one is.
"""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.registers.model.definition import Definition
from chalicelib.registers.model.reading import read

OWN = "own_"  # how the key of everything begins that a school or trust added


@dataclass(frozen=True)
class Change:
    """What is laid over one shipped register."""

    off: bool = False
    deciders: tuple[str, ...] = ()
    periods: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_nothing(self) -> bool:
        return self == Change()


@dataclass(frozen=True)
class Overlay:
    """All that one place changed: by register, and the registers it added itself."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def change_of(self, register: str) -> Change:
        return self.changes.get(register, Change())

    def with_change(self, register: str, change: Change) -> "Overlay":
        others = {key: each for key, each in self.changes.items() if key != register}
        return Overlay(others if change.is_nothing else {**others, register: change}, self.own)

    def with_own(self, data: Mapping[str, Any]) -> "Overlay":
        return Overlay(self.changes, {**self.own, str(data["key"]): data})


def laid(shipped: Definition, *changes: Change) -> Definition:
    """A register with what its trust and then its school laid over it. Raises Malformed."""
    changes = tuple(each for each in changes if not each.is_nothing)
    if not changes:
        return shipped
    data = copy.deepcopy(dict(shipped.source))
    for each in changes:
        _lay(data, each)
    return read(data)


def digest(definition: Definition) -> str:
    """What a definition is found by later: the same words give the same digest."""
    text = json.dumps(definition.source, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def to_data(overlay: Overlay) -> dict[str, Any]:
    return {
        "changes": {
            key: {
                "off": each.off,
                "deciders": list(each.deciders),
                "periods": dict(each.periods),
                "fields": [dict(one) for one in each.fields],
            }
            for key, each in overlay.changes.items()
        },
        "own": {key: dict(each) for key, each in overlay.own.items()},
    }


def from_data(data: Mapping[str, Any]) -> Overlay:
    return Overlay(
        {
            key: Change(
                bool(each["off"]),
                tuple(each["deciders"]),
                each["periods"],
                tuple(each["fields"]),
            )
            for key, each in data.get("changes", {}).items()
        },
        data.get("own", {}),
    )


def _lay(data: dict[str, Any], change: Change) -> None:
    if change.deciders:
        data["who"]["deciders"] = list(change.deciders)
        readers = data["who"]["read"]
        data["who"]["read"] = [*readers, *(r for r in change.deciders if r not in readers)]
    for part in ("clocks", "cycles"):
        for each in data.get(part, []):
            if period := change.periods.get(each["key"]):
                each["due" if part == "cycles" else "within"] = period
    data["fields"] = [*data["fields"], *change.fields]
