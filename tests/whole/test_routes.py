"""Who may do what, tried on every route by every role (R6), against the reviewed `routes.txt`.

Each line there is a route, what it answers whoever may use it (with existing ids and an empty
form), and who that is. A new route fails here until its line is written.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.web import pages
from tests.faults import Nemesis, nemesis
from tests.pages import Site
from tests.whole import setting_up
from tests.whole import world as worlds
from tests.whole.asking import Principal, ask, everybody, routes, token_slot
from tests.whole.setting_up import SETS_UP
from tests.whole.world import Place, World

FILE = Path(__file__).parent / "routes.txt"
ANYBODY = ("anybody", "whoever holds the link", "whoever holds the address")
SIGNED_IN = "whoever is signed in"


@dataclass(frozen=True)
class Line:
    """One reviewed route."""

    answers: frozenset[int]
    who: str

    @property
    def roles(self) -> frozenset[str]:
        names = self.who.split()
        return frozenset(name if name == SETS_UP else Role(name) for name in names)


@cache
def reviewed() -> dict[tuple[str, str], Line]:
    lines = {}
    for text in FILE.read_text().splitlines():
        if not text or text.startswith("#"):
            continue
        route, answers, who = (part.strip() for part in text.split("|"))
        method, path = route.split()
        lines[method, path] = Line(frozenset(map(int, answers.split())), who)
    return lines


@pytest.fixture(scope="module")
def own_world(engine: str) -> World:
    """A world of this module's own: here the forms are really sent."""
    return worlds.make()


def test_the_reviewed_list_is_the_application() -> None:
    """A route added, moved or taken away is seen in review."""
    declared = {(route.method, route.path) for route in routes()}

    assert declared == set(reviewed())


def test_every_route_declares_one_access() -> None:
    """A reading and its sending are two routes with an access each."""
    for route in routes():
        kind, _, purpose = route.access.partition(":")
        assert kind in {"public", "signed_in", "school", "trust", "link", "hook", "visitor"}
        assert bool(purpose) == (kind in {"school", "trust", "link"}), route
        assert ("{school}" in route.path) == (kind in {"school", "visitor"}), route
        assert ("{trust}" in route.path) == (kind == "trust"), route


def _asked(route: pages.Route) -> tuple[int, str, str]:
    """Readings first, then sendings; what ends a link comes after its others, a session's last."""
    ends = int(route.path.startswith(("/account/device", "/sessions", "/signout")))
    ends += route.path in ("/account/device/unmark", "/signout")
    return (ends, route.method, route.path.replace("/not-me", "/~"))


def test_every_cell_of_the_matrix_is_as_reviewed(
    own_world: World,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    figure: Callable[[str], None],
) -> None:
    """Allowed roles are answered, all others refused, on every route: 403 for what one's role
    does not cover, 404 for a place one does not belong to, the way to sign in for a stranger.
    """
    monkeypatch.setattr("chalicelib.documents.files._s3", lambda: own_world.bucket)
    lines, wrong, cells = reviewed(), [], 0
    setter_up = setting_up.a_setter_up(own_world, site)
    for route in sorted(routes(), key=_asked):
        line = lines[route.method, route.path]
        for who, place in _cells(own_world, route, setter_up):
            with setting_up.being_set_up(who), nemesis() as seen:
                answer = ask(
                    site,
                    who,
                    route,
                    own_world.slots(place, who.person if who.place is place else None)
                    | token_slot(route, place),
                )
            cells += 1
            expected = _expected(line, route, who, place)
            if answer.status not in expected:
                said = f"{answer.status}, not {sorted(expected)}"

                wrong.append(f"{route.method} {route.path} by {who.name}: {said}")
            if expected == {303} and not line.answers & {303}:
                assert answer.location.startswith("/signin"), (route, who.name)
            if route.method == "GET":
                _changed_nothing(seen, route)

    figure(f"role matrix: {cells} cells tried, {len(wrong)} not as reviewed")
    assert not wrong, "\n".join(wrong)
    assert cells > 1500


def _cells(
    world: World, route: pages.Route, setter_up: Principal
) -> Iterator[tuple[Principal, Place]]:
    """Everybody of one school and its trust, whoever sets it up, and strangers of all kinds, at
    that place.
    """
    here = world.trusts["TA"] if "{trust}" in route.path else world.schools["A1"]
    holders = world.schools["A1"] if "{token}" in route.path else here
    for who in everybody(world):
        near = who.place is None or who.place.key in {"A1", "TA"}
        if near or who.role in {Role.HEADTEACHER, Role.TRUST_ADMINISTRATOR}:
            yield who, holders
    yield setter_up, holders


def _expected(line: Line, route: pages.Route, who: Principal, place: Place) -> set[int]:
    if line.who in ANYBODY:
        return set(line.answers)
    if who.person is None:
        return {303}
    if line.who == SIGNED_IN:
        return set(line.answers)
    if who.place is not place:
        return {404}
    return set(line.answers) if (who.role or who.post) in line.roles else {403}


# --- reading changes nothing ---------------------------------------------------------------------

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
# What may be written while reading: the audit's line of it, and that a session was used.
NOTED = ("line#", "session#")
# That a link was fetched, which may have been a mail scanner, is counted (R21).
# That a trust opened a record is noted beside the record too, for the school to see (row 5.6).
COUNTED = {"/a/{token}": ("opens#",), "/t/{trust}/shared-records/{sharing}": ("opened#",)}


def _changed_nothing(seen: Nemesis, route: pages.Route) -> None:
    for operation, body in zip(seen.calls, seen.bodies, strict=True):
        if operation in WRITES:
            for key in _keys(json.loads(body)):
                assert key.startswith(NOTED + COUNTED.get(route.path, ())), (route, operation, key)


def _keys(request: dict[str, Any]) -> Iterator[str]:
    entries = request.get("TransactItems", [{"Put": request}])
    for entry in entries:
        for each in entry.values():
            yield (each.get("Key") or each["Item"])["sk"]["S"]
