"""Every page that somebody with every role can reach from their first page, on a phone."""

import re
from collections.abc import Callable

import pytest

from chalicelib import ids
from chalicelib.alerts.senders import SourceKind
from chalicelib.identity.permissions import Role
from chalicelib.registers import loader
from infra.local.cloud import LocalCloud
from tests.agreements.families import a_campaign, a_child, a_ready_school
from tests.alerts.senders import a_source
from tests.browser.tab import Tab, Way
from tests.builders import Person, a_contact, a_person, a_school, a_trust
from tests.whole.reporting import a_draft

AT_SCHOOL = (Role.HEADTEACHER, Role.DSL, Role.OFFICE, Role.TECHNICIAN)
FILES = re.compile(r"/(pdf|csv|xlsx)$")
AWAY = re.compile(
    r"^/(signin/with|signin/again/with|account/connect|_local)/"
)  # to another's pages
ANY_ID = re.compile(r"[0-9A-HJKMNP-TV-Za-z]{16,}")
# Of what there are many of one kind, each with the same pages, the first stands for all.
ONE_OF_MANY = (
    re.compile(rf"(/registers(?:/change)?)/(?:{'|'.join(loader.shipped())})(?=/|$)"),
    re.compile(r"(/agreements/texts)/[^/]+(?=/|$)"),
    re.compile(r"(/tables/[^/]+/lines)/(?!new$)[^/]+(?=/|$)"),
)
FEWEST = 120  # pages at a school; fewer would mean that the walk broke off


def _walk(tab: Tab, first: str, *, each: bool) -> set[str]:
    """Follow every link inside the site, one page of each kind; each page is inspected. All
    registers are of one kind, all texts and all lines of a table, unless each is asked for.
    """
    kinds: set[str] = set()
    waiting = [first]
    while waiting:
        path = waiting.pop(0)
        kind = ANY_ID.sub("*", path.partition("?")[0].partition("#")[0])
        for one in () if each else ONE_OF_MANY:
            kind = one.sub(r"\1/*", kind)
        if kind in kinds or FILES.search(kind) or AWAY.match(kind):
            continue
        kinds.add(kind)
        tab.open(path)
        links = tab.page.locator("a[href^='/']")
        waiting += links.evaluate_all("found => found.map(each => each.getAttribute('href'))")
    return kinds


@pytest.mark.parametrize(
    "each", [False, pytest.param(True, marks=pytest.mark.long)], ids=["kinds", "each"]
)
def test_every_page_of_a_school(
    browser_for: Callable[[Way], Tab], inside: LocalCloud, *, each: bool
) -> None:
    """With classes, long names, contacts of every kind, a campaign and a source; in the long form
    the pages of each register, text and line of a table.
    """
    ready = a_ready_school()
    pupil = a_child(ready, f"mum.{ids.new().lower()}@example.net", given_name="Bartholomew-James")
    a_contact(
        ready.school,
        pupil,
        name="Persephone Featherstonehaugh-Cholmondeley",
        email="",
        relationship="Grandmother",
        parental_responsibility=False,
    )
    a_campaign(ready)
    a_source(ready.school, SourceKind.SIGNED)
    a_draft(ready.school, ready.dsl)
    head = a_person(ready.school, roles=AT_SCHOOL, email=f"head.{ids.new().lower()}@a.example")

    seen = _walk(_signed_in(browser_for, head), f"/s/{ready.school}", each=each)

    assert len(seen) >= FEWEST, seen


def test_every_page_of_a_trust(browser_for: Callable[[Way], Tab], inside: LocalCloud) -> None:
    """An empty one, as it is on the first day."""
    trust = a_trust()
    a_school(trust=trust)
    ruth = a_person(
        trust, roles=[Role.TRUST_ADMINISTRATOR], email=f"ruth.{ids.new().lower()}@t.example"
    )

    seen = _walk(_signed_in(browser_for, ruth), f"/t/{trust}", each=False)

    assert {"/t/*", "/t/*/reports/new"} <= seen


def _signed_in(browser_for: Callable[[Way], Tab], person: Person) -> Tab:
    tab = browser_for(Way.PHONE)
    tab.be(person)
    return tab
