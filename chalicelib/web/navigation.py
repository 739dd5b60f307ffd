"""The navigation: features register their entries, roles decide which of them a person sees."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A place in the navigation. `path` holds `{school}` or `{trust}`; `permission` is its name.

    Whoever holds `unless` comes there from another page, and has it not in the menu.
    """

    label: str
    path: str
    permission: str
    order: int = 50
    unless: str = ""


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Look:
    """How a school shows itself to families: its name, a colour or none, the path of a logo."""

    name: str
    colour: str = ""
    logo: str = ""


@dataclass(frozen=True)
class Chrome:
    """What stands around a page: where one is, who one is, where one can go."""

    place_name: str | None = None
    place_path: str | None = None
    person_name: str | None = None
    navigation: tuple[Item, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    look: Look | None = None
    notice: str = ""  # the page where a place that is not live yet is set up


_entries: list[Entry] = []


def register(entry: Entry) -> None:
    """Add an entry; called once per feature, when its `web` module is imported."""
    if entry not in _entries:
        _entries.append(entry)


def entries() -> tuple[Entry, ...]:
    """Everything that was registered."""
    return tuple(_entries)


def items(*, kind: str, tenant: str, path: str, may: Callable[[str], bool]) -> tuple[Item, ...]:
    """The entries of a `school` or `trust` that somebody may use, in order.

    `path` is the page being shown: the entry with the longest matching path is the current one.
    """
    slot = "{" + kind + "}"
    shown = [
        (entry.label, entry.path.replace(slot, tenant))
        for entry in sorted(_entries, key=lambda each: (each.order, each.label))
        if slot in entry.path and may(entry.permission) and not (entry.unless and may(entry.unless))
    ]
    matching = [href for _, href in shown if path == href or path.startswith(href + "/")]
    here = max(matching, key=len, default="")
    return tuple(Item(label, href, href == here) for label, href in shown)
