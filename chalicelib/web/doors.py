"""Which feature answers which path, known before any feature is imported.

Importing every feature costs a cold start more than all else together, and each new feature adds
to it. Packaging imports them all once, asks what they declared and writes it down beside this
module; the packaged application reads that, and imports a feature when the first request for one
of its paths comes. From source, and while Chalice packages, everything is imported at once.
"""

import importlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chalice.app import Chalice

from chalicelib import config
from chalicelib.web import navigation, pages
from chalicelib.web.navigation import Entry
from chalicelib.web.pages import Route

FILE = Path(__file__).with_name("doors.json")


@dataclass(frozen=True)
class Plan:
    """What the features declare: who serves a path, every route, every entry of the menus."""

    features: dict[str, Sequence[str]]
    routes: Sequence[Route]
    entries: Sequence[Entry]


class Application(Chalice):
    """Chalice with features that are opened when they are wanted."""

    def __init__(self, name: str, features: Sequence[str]) -> None:
        """`features` are modules with a blueprint `pages`, or several `BLUEPRINTS`."""
        super().__init__(app_name=name)
        self._opened: set[str] = set()
        self._plan = None if config.is_packaging() else _read(FILE)
        if self._plan is None:
            self.open(features)
            return
        pages.plan(self._plan.routes)
        for entry in self._plan.entries:
            navigation.register(entry)

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        if self._plan is not None:
            path = event.get("requestContext", {}).get("resourcePath", "")
            self.open(self._plan.features.get(path, ()))
        answer: dict[str, Any] = super().__call__(event, context)
        return answer

    def open(self, features: Collection[str]) -> None:
        """Import features and take their pages in, unless that was done."""
        for feature in features:
            if feature not in self._opened:
                for blueprint in blueprints(feature):
                    self.register_blueprint(blueprint)
                self._opened.add(feature)


def blueprints(feature: str) -> Sequence[pages.Pages]:
    """The blueprints of a feature's module, which is imported for it."""
    module = importlib.import_module(feature)
    return getattr(module, "BLUEPRINTS", None) or (module.pages,)


def write(features: Sequence[str], file: Path) -> None:
    """Import every feature, and write down what they declare."""
    serving: dict[str, list[str]] = {}
    for feature in features:
        for blueprint in blueprints(feature):
            for path in blueprint.paths:
                here = serving.setdefault(path, [])
                here += [feature] if feature not in here else []
    found = {
        "features": serving,
        "routes": [asdict(route) for route in pages.ROUTES],
        "entries": [asdict(entry) for entry in navigation.entries()],
    }
    file.write_text(json.dumps(found), encoding="utf-8")


def _read(file: Path) -> Plan | None:
    """What was written down; None when nothing was, because this is no package."""
    if not file.exists():
        return None
    found = json.loads(file.read_bytes())
    return Plan(
        found["features"],
        [Route(**each) for each in found["routes"]],
        [Entry(**each) for each in found["entries"]],
    )
