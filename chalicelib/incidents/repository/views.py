"""Views of the log that somebody saved, and a name as an address may hold it."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.model.search import Search, of_stored, to_stored
from chalicelib.incidents.rows import ViewRow
from chalicelib.storage import Transaction, every, sealed

_PLACE = ("incidents", "log", "who")


@dataclass(frozen=True)
class View:
    """A search under the name its owner gave it."""

    id: str
    name: str
    search: Search


def of_person(school: SchoolId, person: PersonId) -> list[View]:
    """Somebody's own views, by name."""
    rows = every(ViewRow, school, f"view#{person}#", consistent=True)
    return sorted((_view(row) for row in rows), key=lambda view: view.name.casefold())


def keep(tx: Transaction, school: SchoolId, person: PersonId, view: View) -> None:
    row = ViewRow(school, _key(person, view.id))
    row.seal({"name": view.name, "search": to_stored(view.search)})
    tx.put(row)


def drop(tx: Transaction, school: SchoolId, person: PersonId, view: str) -> None:
    """Dropping one that is gone is no error."""
    tx.delete(ViewRow, school, _key(person, view))


def veil(school: SchoolId, name: str) -> str:
    """A name as an address may hold it: sealed, for no child's name stands in one."""
    closed = sealed.seal_bytes(school, *_PLACE, name.encode())
    return base64.urlsafe_b64encode(closed).decode().rstrip("=")


def unveil(school: SchoolId, text: str) -> str:
    """The name again; empty for what was not sealed here, so that an old address still opens."""
    try:
        closed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return sealed.unseal_bytes(school, *_PLACE, closed).decode()
    except (sealed.SealBroken, binascii.Error, ValueError):
        return ""


def _key(person: PersonId, view: str) -> str:
    return f"view#{person}#{view}"


def _view(row: ViewRow) -> View:
    private: Mapping[str, Any] = row.unseal()
    return View(row.sk.rpartition("#")[2], private["name"], of_stored(private["search"]))
