"""Somebody's saved views of the log."""

from chalicelib import ids
from chalicelib.errors import Invalid
from chalicelib.ids import PersonId, SchoolId
from chalicelib.incidents.model.search import Search
from chalicelib.incidents.repository import views
from chalicelib.incidents.repository.views import View, unveil, veil
from chalicelib.storage import transaction

__all__ = ["MOST", "View", "drop", "keep", "of_person", "unveil", "veil"]

MOST = 20


def of_person(school: SchoolId, person: PersonId) -> list[View]:
    return views.of_person(school, person)


def keep(school: SchoolId, person: PersonId, *, name: str, search: Search) -> None:
    """Save a view under a name; one of that name is replaced. Raises Invalid past `MOST`."""
    mine = views.of_person(school, person)
    same = next((each for each in mine if each.name.casefold() == name.casefold()), None)
    if same is None and len(mine) >= MOST:
        raise Invalid({"name": [f"You have {MOST} saved views. Remove one first"]})
    with transaction() as tx:
        views.keep(tx, school, person, View(same.id if same else ids.new(), name, search))


def drop(school: SchoolId, person: PersonId, view: str) -> None:
    with transaction() as tx:
        views.drop(tx, school, person, view)
