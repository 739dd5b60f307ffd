"""No request decides where our links and redirects lead (R18)."""

from collections.abc import Callable
from itertools import product
from urllib.parse import quote

import pytest

from chalicelib.identity import return_path
from chalicelib.identity.permissions import Role
from tests import builders
from tests.doubles import Mailbox
from tests.pages import Site
from tests.whole.asking import ask, routes, token_slot
from tests.whole.test_logs import somebody_for
from tests.whole.world import World

EVIL = "evil.example"
FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Forwarded": f"host={EVIL};proto=http",
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "Referer": f"https://{EVIL}/",
}
STARTS = [
    "//{0}", "///{0}", "/\\{0}", "\\\\{0}", "/%09/{0}", "/%5c{0}", "/%2f{0}", "https://{0}",
    "http:{0}", "https:/{0}", "HtTpS://{0}", "javascript:alert(1)//{0}", "data:text/html,{0}",
    "//{0}@localhost:8000", "http://localhost:8000@{0}", "http://localhost:8000.{0}", "/.{0}",
    "@{0}", "/\t/{0}", "/\n/{0}", "\n//{0}", " //{0}", "\u3000//{0}", "/\u2044{0}", "/;@{0}",
    "/\r\nLocation: https://{0}", "%0d%0aLocation:%20https://{0}", "/%0d%0aX: {0}", "?{0}", "#{0}",
    "mailto:{0}", "ftp://{0}", "/s/0123456789abcdef/../../{0}", "/s/0123456789abcdef//{0}",
    "/s/0123456789abcdef?next=//{0}", "/s/0123456789abcdef#//{0}", "/sessions/../{0}",
]  # fmt: skip
ENDS = ["", "/", "/sessions", "/%2e%2e", "?a=b", "#x", "/s/0123456789abcdef", "\x00", "%00"]
PAYLOADS = [start.format(EVIL) + end for start, end in product(STARTS, ENDS)]


def test_there_are_three_hundred_payloads() -> None:
    """R18's figure."""
    assert len(set(PAYLOADS)) >= 300


def test_only_a_page_of_ours_is_returned_to() -> None:
    """Whatever `next` says; a page with a slot takes an id and nothing else."""
    import app

    assert app.app.routes
    assert "/sessions" == return_path.checked("/sessions")
    assert "/s/0123456789abcdef/incidents" == return_path.checked("/s/0123456789abcdef/incidents")
    assert [] == [each for each in PAYLOADS if return_path.checked(each)]


def test_the_sign_in_page_carries_no_foreign_address(site: Site) -> None:
    """Nor does the form that it holds."""
    for payload in PAYLOADS:
        answer = site.request("GET", f"/signin?next={quote(payload)}")

        assert EVIL not in answer.body
        assert EVIL not in str(answer.headers)


def test_signing_in_leads_to_a_page_of_ours(
    site: Site, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a forged `next` in the form and forged headers: the mail and the way lead to us."""
    monkeypatch.setattr("chalicelib.identity.sign_in.ANSWER_AFTER", 0.0)
    for payload in PAYLOADS[::60]:
        person = builders.a_person(builders.a_school(), roles=[Role.STAFF])
        browser = site.another()
        browser.get("/signin")
        browser.submit({"email": person.email, "next": payload})
        mail = next(each for each in mailbox.deliver() if each.subject == "Sign in to Holdfast")

        assert EVIL not in mail.raw.decode(errors="replace")
        assert all(link.startswith("http://localhost:8000/") for link in mail.links())


def test_no_route_believes_a_forged_host(
    world: World, site: Site, figure: Callable[[str], None]
) -> None:
    """Every reading, by who may, with every header that could name another host."""
    asked = 0
    for route in routes():
        if route.method == "GET":
            who, place = somebody_for(world, route)
            slots = world.slots(place, who.person) | token_slot(route, world.schools["A1"])
            answer = ask(site, who, route, slots, headers=FORGED)
            asked += 1

            assert EVIL not in answer.body, route
            assert EVIL not in str(answer.headers), route

    figure(f"forged hosts: {asked} pages, {len(PAYLOADS)} ways to say where to return")
