"""A search of the log as an address holds it, and in words."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from chalicelib.ids import SchoolId
from chalicelib.incidents.model.search import (
    OTHER_PLATFORM,
    Lists,
    Search,
    Sort,
    of_stored,
    to_stored,
)
from chalicelib.incidents.service import views
from chalicelib.incidents.types import CURRENT, PLATFORMS
from chalicelib.web import words

# What the address calls each part; a name that is looked for stands there sealed.
_NAMES = {"status": "list", "kind": "type", "group": "class"}


def query_of(school: SchoolId, search: Search, **more: str) -> str:
    """The part of the address behind the question mark, with it; empty for the log as it is."""
    stored = to_stored(search)
    if "who" in stored:
        stored["who"] = views.veil(school, stored["who"])
    parts = {_NAMES.get(name, name): value for name, value in stored.items()}
    parts |= {name: value for name, value in more.items() if value}
    return f"?{urlencode(parts)}" if parts else ""


def search_of(school: SchoolId, query: Mapping[str, str]) -> Search:
    """What an address asks for; what it gets wrong is not asked."""
    stored = {name: query.get(_NAMES.get(name, name), "") for name in to_keep()}
    if stored["who"]:
        stored["who"] = views.unveil(school, stored["who"])
    return of_stored(stored)


def to_keep() -> tuple[str, ...]:
    return tuple(Search.__dataclass_fields__)


def in_words(search: Search, class_names: Mapping[str, str]) -> tuple[str, ...]:
    """What is looked for, part by part, beside the tab."""
    shown = search.status in {Lists.ACKNOWLEDGED, Lists.IN_PROGRESS}
    parts: Iterable[str] = (
        f"“{search.who}”" if search.who else "",
        f"from {words.london_date(search.first)}" if search.first else "",
        f"to {words.london_date(search.last)}" if search.last else "",
        CURRENT.label(search.kind) if search.kind else "",
        search.status.label.lower() if shown else "",
        f"{search.severity} severity" if search.severity else "",
        f"class {class_names.get(search.group, 'that is gone')}" if search.group else "",
        search.place.label.lower() if search.place else "",
        _platform(search.platform),
        search.sort.label.lower() if search.sort is not Sort.NEWEST else "",
    )
    return tuple(each for each in parts if each)


def _platform(platform: str) -> str:
    if platform == OTHER_PLATFORM:
        return "an app or site not in the list"
    return PLATFORMS.get(platform, "") if platform else ""
