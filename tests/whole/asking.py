"""Requests as each principal would send them, to any route, with any ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.web import csrf, pages
from tests.builders import Person
from tests.pages import Answer, Site
from tests.whole.world import FORM_HEADERS, Place, World, fill

VISIT = "visit-of-the-whole-tests"
# Slots whose values are words of ours, the same everywhere: there is no foreign one.
WORDS = frozenset(
    {
        "year",
        "pack",
        "paper",
        "part",
        "step",
        "name",
        "section",
        "what",
        "involved",
        "procedure",
        "stage",
        "row",
        "register",
        "act",
        "form",
        "table",
        "line",
        "key",
        "language",
        "provider",
    }
)


@dataclass(frozen=True)
class Principal:
    """Who asks: a person by role at a place, the holder of a link, a sender, or nobody."""

    name: str
    place: Place | None = None
    role: Role | None = None
    person: Person | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    post: str = ""  # what somebody is who is more than their role


def routes() -> list[pages.Route]:
    """Every route of the application."""
    import app

    assert app.app.routes
    return sorted(pages.ROUTES, key=lambda route: (route.path, route.method))


def person_at(world: World, place: Place, role: Role) -> Principal:
    person = place.people[role]
    return Principal(f"{role}@{place.key}", place, role, person, world.cookies[person.id])


def everybody(world: World) -> list[Principal]:
    """Each role of each school and trust, whoever holds a school's links, and a stranger."""
    people = [person_at(world, place, role) for place in world.places for role in place.people]
    holders = [Principal(f"links@{place.key}", place) for place in world.schools.values()]
    return [*people, *holders, Principal("stranger")]


def nowhere(slots: Mapping[str, str]) -> dict[str, str]:
    """Ids of the same shapes that never existed; what was one id twice is so again."""
    made = {value: never(slot, value) for slot, value in slots.items()}
    return {slot: made[value] for slot, value in slots.items()}


def never(slot: str, value: str) -> str:
    if slot in {"school", "trust", "person", "holder"}:
        return ids.tenant()
    if slot == "token":
        return f"{ids.tenant()}.{ids.secret()}"
    if slot in WORDS:
        return value
    if slot == "who":
        return f"pupil-{ids.new()}"
    if slot == "source":
        return ids.digest(ids.new())[: len(value)]
    return ids.new()


def token_slot(route: pages.Route, place: Place) -> dict[str, str]:
    """The place's own token for a route that is entered with one."""
    if "{token}" not in route.path:
        return {}
    kind = route.access if route.access in place.links else "link:agreement"
    return {"token": place.links[kind]}


def ask(
    site: Site,
    who: Principal,
    route: pages.Route,
    slots: Mapping[str, str],
    *,
    fields: Mapping[str, str] | None = None,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request, with this principal's own browser and a right CSRF token."""
    browser = Site(mailbox=site.mailbox)
    browser.cookies = dict(who.cookies if cookies is None else cookies)
    path = fill(route.path, dict(slots)) + query
    if route.method == "GET":
        return browser.request("GET", path, headers=headers)
    if route.access == "hook":
        return browser.request(route.method, path, body=body or b"{}", headers=headers)
    browser.cookies.setdefault(csrf.VISIT_COOKIE, VISIT)
    bound = browser.cookies.get(csrf.SESSION_COOKIE) or browser.cookies[csrf.VISIT_COOKIE]
    sent = {**(fields or {}), csrf.FIELD: csrf._token(bound)}
    return browser.request(
        route.method,
        path,
        body=urlencode(sent).encode(),
        headers={**FORM_HEADERS, **(headers or {})},
    )
