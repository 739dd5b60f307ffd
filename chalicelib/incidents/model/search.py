"""What somebody looks for in the log, and in which order (2.1)."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.incidents.model.card import Card, Place
from chalicelib.incidents.model.record import Status
from chalicelib.incidents.model.severity import Severity

OTHER_PLATFORM = "other"


class Lists(StrEnum):
    """The tabs of the log, and the states beside them."""

    ALL = "all"
    NEW = "new"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _LIST_LABELS[self]

    def holds(self, status: Status) -> bool:
        return status in _STATUSES[self]


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    REPORTED = "reported"
    GRAVEST = "gravest"
    QUIETEST = "quietest"

    @property
    def label(self) -> str:
        return _SORT_LABELS[self]


_LIST_LABELS = {
    Lists.ALL: "All",
    Lists.NEW: "To acknowledge",
    Lists.OPEN: "Open",
    Lists.ACKNOWLEDGED: "Acknowledged, nothing done yet",
    Lists.IN_PROGRESS: "In progress",
    Lists.CLOSED: "Closed",
}
_STATUSES = {
    Lists.ALL: frozenset(Status),
    Lists.NEW: frozenset({Status.SUBMITTED}),
    Lists.OPEN: frozenset(Status) - {Status.CLOSED},
    Lists.ACKNOWLEDGED: frozenset({Status.ACKNOWLEDGED}),
    Lists.IN_PROGRESS: frozenset({Status.IN_PROGRESS}),
    Lists.CLOSED: frozenset({Status.CLOSED}),
}
_SORT_LABELS = {
    Sort.NEWEST: "Latest incident first",
    Sort.OLDEST: "Earliest incident first",
    Sort.REPORTED: "Last reported first",
    Sort.GRAVEST: "Most serious first",
    Sort.QUIETEST: "Longest without anything happening first",
}
_GRAVITY = {each: number for number, each in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; whatever is empty is not asked. `group` is the id of a class."""

    status: Lists = Lists.ALL
    who: str = ""
    first: date | None = None
    last: date | None = None
    kind: str = ""
    severity: Severity | None = None
    group: str = ""
    place: Place | None = None
    platform: str = ""
    sort: Sort = Sort.NEWEST

    @property
    def is_plain(self) -> bool:
        """Whether it is the log as it stands: everything, the latest first."""
        return self == Search()

    @property
    def narrows(self) -> bool:
        """Whether it asks for anything beyond a tab."""
        return replace(self, status=Lists.ALL) != Search()


@dataclass(frozen=True, slots=True)
class Class:
    """A class to search by: somebody belongs to it by the roll, or by what was typed."""

    id: str
    name: str
    pupils: frozenset[str] = frozenset()


def found(search: Search, cards: Iterable[Card], group: Class | None = None) -> list[Card]:
    """The cards that are looked for, in the order asked."""
    left = list(cards)
    for wanted in _tests(search, group):
        left = [each for each in left if wanted(each)]
    return ordered(left, search.sort)


def ordered(cards: list[Card], sort: Sort) -> list[Card]:
    """In a new list; equal ones stand the latest first."""
    latest = sorted(cards, key=lambda each: (each.happened, each.id), reverse=True)
    if sort is Sort.OLDEST:
        return latest[::-1]
    if sort is Sort.REPORTED:
        return sorted(latest, key=lambda each: each.reported_on, reverse=True)
    if sort is Sort.GRAVEST:
        return sorted(latest, key=lambda each: _GRAVITY[each.severity])
    if sort is Sort.QUIETEST:
        return sorted(latest, key=lambda each: each.moved_on)
    return latest


def plainly(text: str) -> str:
    """Without accents and capitals, so that Zoe finds Zoë."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def _tests(search: Search, group: Class | None) -> list[Callable[[Card], bool]]:
    """What each card must pass, those first that leave fewest and cost least."""
    tests: list[Callable[[Card], bool]] = []
    if search.status is not Lists.ALL:
        statuses = _STATUSES[search.status]
        tests.append(lambda e: e.status in statuses)
    if search.first:
        low = search.first.isoformat()
        tests.append(lambda e: e.happened >= low)
    if search.last:
        high = search.last.isoformat() + "~"
        tests.append(lambda e: e.happened < high)
    if search.kind:
        tests.append(lambda e: search.kind in e.types)
    if search.severity:
        tests.append(lambda e: e.severity is search.severity)
    if search.place:
        tests.append(lambda e: search.place in e.places)
    if search.platform:
        tests.append(lambda e: _on_platform(e, search.platform))
    if group:
        words = plainly(group.name)
        tests.append(lambda e: _of_class(e, group, words))
    if search.who:
        looked_for = plainly(search.who)
        tests.append(lambda e: _names(e, looked_for))
    return tests


def _on_platform(card: Card, platform: str) -> bool:
    return bool(card.other_platforms) if platform == OTHER_PLATFORM else platform in card.platforms


def _of_class(card: Card, group: Class, words: str) -> bool:
    return any(
        each.linked in group.pupils or f" {words} " in f" {_spaced(each.name)} "
        for each in card.people
    )


def _names(card: Card, looked_for: str) -> bool:
    """Every word stands in one person's name, or it is the record's reference."""
    if looked_for.replace(" ", "") == card.reference.casefold():
        return True
    words = looked_for.split()
    return any(all(word in name for word in words) for name in _plain_names(card))


def _plain_names(card: Card) -> Iterable[str]:
    return (plainly(each.name) for each in card.people)


def _spaced(name: str) -> str:
    """The words of a name with their punctuation gone: `Alex Smith, 5B` is in class 5B."""
    return " ".join("".join(c if c.isalnum() else " " for c in plainly(name)).split())


def to_stored(search: Search) -> dict[str, str]:
    """As a saved view keeps it: what is empty is left out."""
    values = {each.name: getattr(search, each.name) for each in fields(Search)}
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in values.items()
        if value and value != getattr(Search(), name)
    }


def of_stored(stored: Mapping[str, Any]) -> Search:
    """What was kept, or typed into an address: a word that means nothing is not asked."""
    return Search(
        status=_member(Lists, stored.get("status")) or Lists.ALL,
        who=str(stored.get("who", ""))[:200],
        first=_date(stored.get("first")),
        last=_date(stored.get("last")),
        kind=str(stored.get("kind", "")),
        severity=_member(Severity, stored.get("severity")),
        group=str(stored.get("group", "")),
        place=_member(Place, stored.get("place")),
        platform=str(stored.get("platform", "")),
        sort=_member(Sort, stored.get("sort")) or Sort.NEWEST,
    )


def _member(of: type[Any], value: Any) -> Any:
    return next((each for each in of if each == value), None)


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
