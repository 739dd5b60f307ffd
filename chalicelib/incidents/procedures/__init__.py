"""The policies' procedures as guided checklists: which steps, why, and what a meeting must cover.

They are data: a school's lead reads a step, does it, and says when, who and what came of it. What
a step settles of the record itself (parents told, the site asked) stays to be entered there too.
"""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A question of one step alone: a date, or a line of text."""

    name: str
    label: str
    kind: str


@dataclass(frozen=True)
class Step:
    """One thing to do. A step with an `agenda` is a meeting that must cover it."""

    key: str
    title: str
    says: str
    sources: str
    agenda: tuple[tuple[str, str], ...] = ()
    asks: tuple[Asked, ...] = ()
    now: bool = False


@dataclass(frozen=True)
class Procedure:
    key: str
    title: str
    intro: str
    types: frozenset[str]
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step | None:
        return next((each for each in self.steps if each.key == key), None)


ORDER = ("sexual_images", "sexual_harassment", "cyberbullying", "negative_comments")


@cache
def all_procedures() -> Mapping[str, Procedure]:
    """Every procedure by its key, the most pressing first."""
    return {key: _load(key) for key in ORDER}


def suggested(types: Collection[str]) -> tuple[Procedure, ...]:
    """Those that a report of these types calls for."""
    return tuple(each for each in all_procedures().values() if each.types & set(types))


def _load(key: str) -> Procedure:
    text = (Path(__file__).parent / f"{key}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Procedure(
        key,
        data["title"],
        data["intro"],
        frozenset(data["types"]),
        tuple(_step(each) for each in data["steps"]),
    )


def _step(data: Mapping[str, Any]) -> Step:
    return Step(
        key=data["key"],
        title=data["title"],
        says=data["says"],
        sources=data["sources"],
        agenda=tuple((str(n), each) for n, each in enumerate(data.get("agenda", ()), start=1)),
        asks=tuple(
            Asked(each["name"], each["label"], each["kind"]) for each in data.get("asks", ())
        ),
        now=bool(data.get("now")),
    )
