"""Mail scanners open what all mails of the application link to: nobody has acted by it (R13, R21).

The links are those of the mails that the world was sent, and one for each route that is entered
with a token: a new kind of link that is not in the world fails here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, sync_playwright

from chalicelib import ids
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from chalicelib.people import calendars
from chalicelib.web import pages
from infra import browser as chromiums
from tests import builders
from tests.doubles import Mailbox
from tests.pages import ORIGIN, Site
from tests.whole.asking import routes, token_slot
from tests.whole.world import World, fill, items_of

GETS = 5
FETCHES = (
    {"User-Agent": "Scanner/1.0"},
    {"User-Agent": "Mozilla/5.0", "Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
    {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"},
)
# What a reading may leave behind: its audit line, that a link was fetched, and rate counts.
LEFT = ("audit/", "ephemera/")


def of_routes() -> list[pages.Route]:
    """Every page that is entered with a token, of people: filters have doors of their own."""
    return [
        each
        for each in routes()
        if each.method == "GET" and "{token}" in each.path and each.path != "/hooks/{token}"
    ]


def route_of(path: str) -> str:
    """The declared path that a link leads to; the one with the fewest slots, as a router has it."""
    fits = [
        each.path
        for each in routes()
        if each.method == "GET" and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.path), path)
    ]
    assert fits, f"A mail links to a page that is not there: /{path.split('/')[1]}"
    return min(fits, key=lambda each: (each.count("{"), each))


def emailed(mailbox: Mailbox) -> dict[str, str]:
    """The newest link to each kind of page in all mails, by its route."""
    links = (urlsplit(link).path for mail in mailbox.mails for link in mail.links())
    return {route_of(path): path for path in links}


@pytest.fixture
def links(world: World, site: Site, mailbox: Mailbox) -> dict[str, str]:
    """A working link for every kind that is mailed, by its route."""
    place, trust = world.schools["A1"], world.trusts["TA"]
    slots = place.slots | {"school": place.id}
    found = emailed(world.mailbox) | {
        each.path: fill(each.path, slots | token_slot(each, place)) for each in of_routes()
    }
    visitor = site.another()
    visitor.get("/signin")
    visitor.submit({"email": place.people[Role.GOVERNOR].email})
    admin = site.another()
    admin.cookies = dict(world.cookies[trust.people[Role.TRUST_ADMINISTRATOR].id])
    admin.get(f"/t/{trust.id}/schools/join")
    admin.submit({"email": f"{ids.new()}@example.sch.uk"})
    mailbox.deliver()
    found |= emailed(mailbox)
    school, dsl = SchoolId(place.id), place.people[Role.DSL]
    with builders.within(school):
        address = calendars.address(school, dsl.id, by=dsl.actor)
    return found | {"/duty-calendar/{token}": f"/duty-calendar/{address}"}


def everything(world: World) -> dict[str, str]:
    """What the tables hold of every place and person, but for what a reading leaves."""
    holders = [each.id for each in world.places] + [
        person.id for place in world.places for person in place.people.values()
    ]
    found = {f"{who}/{key}": item for who in holders for key, item in items_of(who).items()}
    return {key: item for key, item in found.items() if not key.split("/", 1)[1].startswith(LEFT)}


def test_no_scanner_acts_for_anybody(
    world: World, site: Site, links: dict[str, str], figure: Callable[[str], None]
) -> None:
    """HEAD, OPTIONS, GETs, prefetches of every kind of link: no row of any record changes, so that
    nothing is signed, answered, declined, accepted, received or read in anybody's name.
    """
    before, asked = everything(world), 0
    for path in links.values():
        for method in ("HEAD", "OPTIONS"):
            site.another().request(method, path)
        for headers in FETCHES:
            for _ in range(GETS):
                answer = site.another().request("GET", path, headers=headers)
                asked += 1

                assert answer.status in {200, 303}, (route_of(path), answer.status)

    assert {each.path for each in of_routes()} <= set(links)
    after = everything(world)
    changed = sorted(
        key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
    )
    figure(f"scanners: {len(links)} kinds of link, {asked} fetches, {len(changed)} rows changed")
    assert [] == changed


@dataclass
class Scanner:
    """A browser whose every request is answered by the application, and what it sent."""

    site: Site
    sent: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        asked = route.request
        self.sent.append(asked.method)
        path = asked.url.removeprefix(ORIGIN)
        found = self.site.request(asked.method, path, headers={"User-Agent": "Scanner/2.0"})
        while found.status == 303:  # what is fulfilled as a redirect is not asked of us again
            found = self.site.request("GET", found.location.removeprefix(ORIGIN))
        route.fulfill(status=found.status, headers=dict(found.headers), body=found.raw)


@pytest.fixture
def chromium() -> Iterator[Browser]:
    found = chromiums.find()
    assert found, "There is no Chromium: python -m infra.browser installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=chromiums.arguments())
        yield browser
        browser.close()


@pytest.mark.browser
def test_a_scanner_that_runs_scripts_sends_nothing(
    world: World,
    site: Site,
    links: dict[str, str],
    chromium: Browser,
    figure: Callable[[str], None],
) -> None:
    """R13, R21: opened in a browser with scripts and left alone, no page sends a form by itself."""
    before, scanner = everything(world), Scanner(site.another())
    page = chromium.new_page()
    page.route("**/*", scanner.answer)
    opened = [path for route, path in links.items() if "calendar" not in route]
    for path in opened:
        page.goto(f"{ORIGIN}{path}")
        page.wait_for_timeout(100)
    page.close()

    figure(f"scanners with scripts: {len(opened)} pages left open, {len(scanner.sent)} requests")
    assert {"GET"} == set(scanner.sent)
    assert before == everything(world)
