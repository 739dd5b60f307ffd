"""In a browser: a trust with three schools sets itself up, from nothing to live (issue 7)."""

import re
from collections.abc import Callable

from chalicelib import clock, ids
from chalicelib.tenancy import calendar
from tests.browser.tab import Tab, Way
from tests.cloud.visitor import Post


def _code(post: Post, address: str, count: int) -> str:
    found = re.search(r"\b\d{4} ?\d{4}\b", post.wait_for(address, count)[-1].text)
    assert found
    return found[0]


def _start(tab: Tab, post: Post, address: str) -> None:
    tab.open("/start")
    tab.press("A trust")
    tab.fill("Name of the trust", "Moorland Trust")
    tab.fill("Your full name", "Ana Admin")
    tab.fill("Your own work email address", address)
    tab.tick("I work for it and may set it up")
    tab.press("Email me a code")
    tab.fill("Code", _code(post, address, 1))
    tab.press("Set it up")


def _add(tab: Tab, name: str, head: str) -> None:
    tab.menu("Schools")
    tab.press("Add a school")
    tab.fill("Name of the school", name)
    tab.choose("Primary school")
    tab.fill("How many pupils, about?", "210")
    tab.fill("Name of the headteacher", "Edna Executive")
    tab.fill("Work email address of the headteacher", head)
    tab.press("Add the school")
    tab.sees(name)


def _accept(tab: Tab, post: Post, address: str, name: str) -> str:
    """Accept the invitation to a school, signing in when that is still to do; gives its path."""
    while not (found := [m for m in post.to(address) if m.subject.endswith(f"by {name}")]):
        post.wait_for(address, len(post.to(address)) + 1)
    [link] = [each for each in found[-1].links() if "/invited/" in each]
    before = len(post.to(address))
    tab.open("/invited/" + link.rpartition("/")[2])
    tab.press("Accept and sign in")
    if "/signin" in tab.path:
        tab.fill("Your work email address", address)
        tab.press("Email me a link and a code")
        tab.fill("Code", _code(post, address, before + 1))
        tab.press("Sign in")
    return tab.path


def _name_people(tab: Tab, at: str, head: str) -> None:
    """One address, several posts: the executive head leads safeguarding in all three."""
    tab.open(f"{at}/setting-up")
    tab.press("Name the people every school must have")
    for post, part in (
        ("Designated safeguarding lead", head),
        ("Deputy designated safeguarding lead", f"deputy.{head}"),
        ("Online safety lead", f"deputy.{head}"),
        ("Senior leader", f"deputy.{head}"),
        ("Governor", f"gov.{head}"),
        ("Chair of governors", f"chair.{head}"),
    ):
        tab.fill("Full name", post, of=post)
        tab.fill("Email address", part, of=post)
    tab.press("Save and invite")
    tab.sees("Everybody new has an invitation")


def _enter_terms(tab: Tab) -> None:
    tab.press("Enter the term dates")
    for term in calendar.usual_terms(calendar.academic_year(clock.today())):
        for part, day in (("First day", term.first_on), ("Last day", term.last_on)):
            group = f"{part} of {term.name} term"
            tab.fill("Day", str(day.day), of=group)
            tab.fill("Month", str(day.month), of=group)
            tab.fill("Year", str(day.year), of=group)
    tab.press("Save term dates")


def _go_live(tab: Tab, at: str) -> None:
    tab.open(f"{at}/setting-up")
    tab.press("Done: look through the settings")
    tab.press("Go live")
    tab.sees("This school is live.")


def test_a_trust_with_three_schools_sets_itself_up(
    browser_for: Callable[[Way], Tab], post: Post
) -> None:
    """Signed up by a code, schools added, people named, dates entered once, all three live."""
    mark = ids.tenant()
    admin, head = f"ana.{mark}@moorland.example", f"edna.{mark}@moorland.example"
    trust, desk = browser_for(Way.DESKTOP), browser_for(Way.PHONE)

    _start(trust, post, admin)
    _add(trust, "Ash Primary", head)
    at = _accept(desk, post, head, "Ash Primary")
    _name_people(desk, at, head)
    _enter_terms(desk)
    desk.open(f"{at}/duty/plan/change")
    desk.fill("What does whoever is told do, when the school is closed?", "We look until ten.")
    desk.press("Save the plan")
    _go_live(desk, at)

    for name in ("Birch Primary", "Cedar Primary"):
        _add(trust, name, head)
        at = _accept(desk, post, head, name)
        _name_people(desk, at, head)
        _go_live(desk, at)

    trust.menu("Schools")
    assert 3 == trust.text.count("Live")
    assert "Being set up" not in trust.text
