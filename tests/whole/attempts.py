"""Every attempt at somebody else's things: who asks which route with whose ids in which slot (R4).

Nothing here is written per route: routes come from the application and ids from the world, so a
new route is attempted the day it is declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib import ids
from chalicelib.web import csrf, pages
from tests.pages import Answer, Site
from tests.whole.asking import VISIT, WORDS, Principal, ask, everybody, never, nowhere, routes
from tests.whole.test_routes import reviewed
from tests.whole.world import Place, World

# Fields in which a form names something by its id, with what else that form needs to be read.
FORM_IDS: dict[tuple[str, str], tuple[str, str, dict[str, str]]] = {
    ("POST", "/s/{school}/agreements/new"): ("classes", "group", {"template": "pupil-7-11"}),
    ("POST", "/s/{school}/agreements"): ("classes", "group", {"template": "pupil-7-11"}),
    ("POST", "/s/{school}/agreements/{campaign}/pupils/{pupil}/send"): ("contact", "pupil", {}),
    ("POST", "/s/{school}/duty/absences"): (
        "person",
        "person",
        {
            "first_on-day": "1",
            "first_on-month": "12",
            "first_on-year": "2026",
            "last_on-day": "1",
            "last_on-month": "12",
            "last_on-year": "2026",
        },
    ),
    ("POST", "/s/{school}/alerts"): ("alerts", "alert", {"do": "take"}),
    ("POST", "/s/{school}/alerts/{alert}/join"): ("incident", "incident", {}),
    ("POST", "/t/{trust}/reports/new"): ("schools", "school", {"period": "2026-spring"}),
}


@dataclass(frozen=True)
class Attempt:
    """One request with a foreign id, and the same with one that never existed."""

    who: Principal
    route: pages.Route
    foreign: Mapping[str, str]
    never: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)
    never_fields: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] | None = None
    never_cookies: Mapping[str, str] | None = None

    def ask(self, site: Site) -> Answer:
        return ask(
            site, self.who, self.route, self.foreign, fields=self.fields, cookies=self.cookies
        )

    def ask_never(self, site: Site) -> Answer:
        return ask(
            site,
            self.who,
            self.route,
            self.never,
            fields=self.never_fields,
            cookies=self.never_cookies,
        )

    @property
    def control(self) -> tuple[object, ...]:
        """Attempts that share this have the same never-answer: it is asked once."""
        slots = tuple(sorted((k, v) for k, v in self.never.items() if k not in self._changed()))
        return (self.who.name, self.route, slots, bool(self.fields), bool(self.cookies))

    @property
    def kind(self) -> tuple[object, ...]:
        """What is foreign in it."""
        return (frozenset(self._changed()), bool(self.fields), bool(self.cookies))

    def _changed(self) -> set[str]:
        return {slot for slot, value in self.foreign.items() if self.never[slot] != value}

    def __str__(self) -> str:
        changed = ", ".join(sorted(self._changed())) or "a field or cookie"
        return f"{self.route.method} {self.route.path} by {self.who.name} with foreign {changed}"


def of_place(world: World, place: Place) -> Iterator[Attempt]:
    """All attempts by the people, holders and strangers of one place at everybody else's."""
    asking = [who for who in everybody(world) if who.place is place]
    if place is world.schools["A1"]:
        asking.append(Principal("stranger"))
    for who in asking:
        for route in routes():
            if route.access == "visitor":
                continue  # open to all, whoever they are; test_tenancy says what it may show
            yield from _at_another_place(world, who, route)
            if who.place:
                yield from _own_place_foreign_record(world, who, route)
                yield from _own_place_foreign_field(world, who, route)
                yield from _with_anothers_cookie(world, who, route)
            yield from _with_anothers_token(world, who, route)


def _of(route: pages.Route, slots: Mapping[str, str]) -> dict[str, str]:
    """Those of the ids that this route asks for."""
    asked = (part.strip("{}") for part in route.path.split("/") if part.startswith("{"))
    return {slot: slots[slot] for slot in asked if slot in slots}


def _others(world: World, who: Principal, route: pages.Route) -> list[Place]:
    kinds = {"{school}": world.schools, "{trust}": world.trusts}
    for slot, places in kinds.items():
        if slot in route.path:
            return [place for place in places.values() if place is not who.place]
    return []


def _at_another_place(world: World, who: Principal, route: pages.Route) -> Iterator[Attempt]:
    """Every slot another place's own, real id."""
    for other in _others(world, who, route):
        slots = _of(route, world.slots(other))
        yield Attempt(who, route, slots, nowhere(slots))


def _own_place_foreign_record(
    world: World, who: Principal, route: pages.Route
) -> Iterator[Attempt]:
    """One's own place in the path, and one slot another's: for whoever may use the route."""
    if not who.place or not _may(who, route) or f"{{{_kind(who.place)}}}" not in route.path:
        return
    own = _of(route, world.slots(who.place, who.person))
    for slot in own:
        if slot in WORDS | {"school", "trust"}:
            continue
        for other in _others(world, who, route):
            somebody = next(iter(other.people.values()))
            foreign = world.slots(other, somebody)[slot]
            yield Attempt(who, route, {**own, slot: foreign}, {**own, slot: never(slot, foreign)})


def _own_place_foreign_field(world: World, who: Principal, route: pages.Route) -> Iterator[Attempt]:
    """The path one's own, and an id in the form another's."""
    wanted = FORM_IDS.get((route.method, route.path))
    if not who.place or not wanted or not _may(who, route):
        return
    name, slot, rest = wanted
    own = _of(route, world.slots(who.place, who.person))
    for other in world.schools.values():
        if other is who.place or other.trust == who.place.id:
            continue
        foreign = other.slots[slot]
        yield Attempt(
            who,
            route,
            own,
            own,
            fields={**rest, name: foreign},
            never_fields={**rest, name: never(slot, foreign)},
        )


def _with_anothers_cookie(world: World, who: Principal, route: pages.Route) -> Iterator[Attempt]:
    """Somebody's id before one's own secret: at their place, as if one were they."""
    if not who.person or who.role is not next(iter(who.place.people)):  # type: ignore[union-attr]
        return
    for other in _others(world, who, route):
        somebody = next(iter(other.people.values()))
        secret = who.cookies[csrf.SESSION_COOKIE].partition(".")[2]
        slots = _of(route, world.slots(other))
        yield Attempt(
            who,
            route,
            slots,
            slots,
            cookies={csrf.SESSION_COOKIE: f"{somebody.id}.{secret}"},
            never_cookies={csrf.SESSION_COOKIE: f"{ids.tenant()}.{secret}"},
        )


def _with_anothers_token(world: World, who: Principal, route: pages.Route) -> Iterator[Attempt]:
    """Tokens made of two places' halves, and tokens of another purpose."""
    if "{token}" not in route.path or who.person:
        return
    unknown = f"{ids.tenant()}.{ids.secret()}"
    for other in world.schools.values():
        slots = world.slots(other)
        own = who.place or next(p for p in world.schools.values() if p is not other)
        for purpose, token in other.links.items():
            if other is own or purpose != route.access:
                half = f"{own.id}.{token.partition('.')[2]}"
                tokens = [half] if other is not own else []
                if purpose != route.access:
                    tokens.append(token)
                for tried in tokens:
                    yield Attempt(
                        who,
                        route,
                        slots | {"token": tried},
                        slots | {"token": unknown},
                        cookies={csrf.VISIT_COOKIE: VISIT},
                        never_cookies={csrf.VISIT_COOKIE: VISIT},
                    )


def _kind(place: Place) -> str:
    return "school" if place.is_school else "trust"


def _may(who: Principal, route: pages.Route) -> bool:
    line = reviewed().get((route.method, route.path))
    return bool(line and who.role and who.role in line.who.split())
