"""Every answer of every route carries the whole set of security headers, errors included (R41)."""

import re
from collections.abc import Callable

import pytest

from chalicelib.identity.permissions import Role
from chalicelib.web import pages
from tests.pages import Answer, Site, check_headers, check_page
from tests.whole.asking import Principal, ask, nowhere, person_at, routes, token_slot
from tests.whole.world import World, fill


def _checked(answer: Answer) -> None:
    check_headers(answer)
    cookies = answer.cookies
    assert all("; Secure; HttpOnly; SameSite=Lax" in cookie for cookie in cookies), cookies
    if answer.status != 303 and answer.headers.get("content-type", "").startswith("text/html"):
        check_page(answer)
    if answer.status == 303:
        assert re.match(r"/(?!/)|https://documents\.example/", answer.location)


def test_every_route_answers_with_every_header(
    world: World, site: Site, figure: Callable[[str], None]
) -> None:
    """To somebody who may, to a stranger, and for ids that never were; each page is well made."""
    asked = 0
    for route in routes():
        trust = "{trust}" in route.path
        place = world.trusts["TA"] if trust else world.schools["A1"]
        role = Role.TRUST_ADMINISTRATOR if trust else Role.HEADTEACHER
        somebody = person_at(world, place, role)
        slots = world.slots(place, somebody.person)
        slots |= token_slot(route, world.schools["A1"])
        for who, ids_ in (
            (somebody, slots if route.method == "GET" else nowhere(slots)),
            (somebody, nowhere(slots)),
            (Principal("stranger"), nowhere(slots)),
        ):
            _checked(ask(site, who, route, ids_))
            asked += 1

    figure(f"headers: {asked} answers checked")
    assert asked > 300


def test_the_set_is_the_one_that_was_decided(site: Site) -> None:
    """Word for word, so that a weaker one is seen in review."""
    answer = site.get("/help")
    nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    policy = answer.headers["content-security-policy"].replace(nonce, "NONCE")

    assert (
        "default-src 'none'; script-src 'nonce-NONCE' 'strict-dynamic'; style-src 'self'; "
        "img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'" == policy
    )
    assert {
        "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "x-robots-tag": "noindex, nofollow",
        "cache-control": "no-store",
    }.items() <= answer.headers.items()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
def test_a_method_nobody_declared_is_our_405_everywhere(
    world: World, site: Site, method: str
) -> None:
    """On every path, with the methods there are."""
    everything = world.slots(world.trusts["TA"]) | world.slots(world.schools["A1"])
    slots = nowhere(everything) | {"trust": "x" * 16, "report": "x"}
    for path in {route.path for route in routes()}:
        declared = sorted(r.method for r in pages.ROUTES if r.path == path)
        if method in declared:
            continue
        answer = site.request(method, fill(path, slots | {"token": "x" * 16 + ".y"}))

        assert 405 == answer.status, path
        assert declared == sorted(answer.headers["allow"].split(", "))
        _checked(answer)


def test_a_file_is_kept_and_a_page_is_not(world: World, site: Site) -> None:
    """Only files named by their content may be cached; nothing that shows anybody's data."""
    file = site.get(f"/assets/{world.schools['A1'].slots['name']}")
    shown = ask(
        site,
        person_at(world, world.schools["A1"], Role.DSL),
        next(r for r in routes() if r.path == "/s/{school}/incidents/{incident}"),
        world.slots(world.schools["A1"]),
    )

    assert "immutable" in file.headers["cache-control"]
    assert "no-store" == shown.headers["cache-control"]
