"""A school's own themes and severities, what no list knows, what nobody alerts on (4.3, 4.20)."""

import pytest

from chalicelib.alerts import coverage
from chalicelib.alerts.facts import Severity
from chalicelib.alerts.repository import alerts
from chalicelib.alerts.senders import SourceKind
from chalicelib.alerts.service import mapping
from chalicelib.alerts.themes import lists
from chalicelib.errors import Invalid
from chalicelib.identity.permissions import Role
from chalicelib.ids import SchoolId
from tests.alerts.senders import Sender, a_source, fortigate, post
from tests.builders import BY, a_person, a_school, signed_in, within
from tests.pages import Site

ODD = (141, "Roblox-like worlds")


@pytest.fixture
def school(store: str) -> SchoolId:
    return a_school()


@pytest.fixture
def sender(school: SchoolId) -> Sender:
    return a_source(school)


@pytest.fixture
def desk(site: Site, school: SchoolId) -> Site:
    return signed_in(site, a_person(school, roles=[Role.DSL]))


def newest(school: SchoolId) -> alerts.Alert:
    with within(school):
        return alerts.page(school, alerts.Listing.ALL).alerts[0]


def test_an_unknown_category_is_shown_counted_and_given_a_theme(
    site: Site, school: SchoolId, sender: Sender, desk: Site
) -> None:
    """S273: unclassified and counted until the school says what it means; its own words stay."""
    for pupil in ("a", "b"):
        post(site, sender, fortigate(pupil, category=ODD))
    before = newest(school)
    shown = desk.get(f"/s/{school}/alerts/themes").text
    desk.submit({"name": "roblox-like  WORLDS", "theme": "gambling"}, action="/themes")
    post(site, sender, fortigate("c", category=ODD, after=5))
    after = newest(school)
    now = desk.get(f"/s/{school}/alerts/themes").text

    assert ("unclassified", "gambling") == (before.theme_id, after.theme_id)
    assert ("Roblox-like worlds",) == after.facts.categories
    assert "Roblox-like worlds" in shown.partition("nobody knows")[2].partition("Give a")[0]
    assert "every category that came is in the lists" in now
    assert "Version 1" in now


def test_a_school_makes_a_theme_more_serious(
    site: Site, school: SchoolId, sender: Sender, desk: Site
) -> None:
    """Gambling let through is high here from now on; what came before stays as it was judged."""
    gambling = (11, "Gambling")
    post(site, sender, fortigate("a", category=gambling))
    desk.get(f"/s/{school}/alerts/themes/severities")
    refused = desk.submit({"gambling_blocked": "high"}, expect=422)
    desk.submit({"gambling_blocked": "low", "gambling_through": "high"}, page=refused)
    post(site, sender, fortigate("b", category=gambling, after=1))

    with within(school):
        found = [each.severity for each in alerts.page(school, alerts.Listing.ALL).alerts]
    assert [Severity.HIGH, Severity.LOW] == found
    assert ["What is let through cannot matter less than what is blocked"] == refused.problems()


def test_illegal_content_is_critical_whatever_a_school_says(
    site: Site, school: SchoolId, sender: Sender
) -> None:
    """Alerts.md section 5: it cannot be lowered."""
    changes = mapping.Changes({"illegal_csam": (Severity.LOW, Severity.LOW)})

    with within(school), pytest.raises(Invalid):
        mapping.save(school, changes, version=0, by=BY)


def test_every_theme_is_tied_to_types_cs_and_lists() -> None:
    """S238: what UKSIC asks about has its place on its two lists and its incident types."""
    asked = [theme for theme in lists().by_id.values() if theme.lists]

    assert {"filtering", "monitoring"} == {each for theme in asked for each in theme.lists}
    assert all(theme.four_cs and theme.incident_types for theme in asked)


def test_it_is_said_what_is_not_alerted(
    site: Site, school: SchoolId, sender: Sender, desk: Site
) -> None:
    """4.20: with a FortiGate alone nothing notices self-harm, and the page says so."""
    post(site, sender, fortigate())
    text = desk.get(f"/s/{school}/alerts/coverage").text

    assert "none for self-harm or suicide" in text
    assert "None of your connected products has a category for: " in text
    assert "Pornography" not in text.partition("in 90 days")[2]
    assert all(coverage.of(kind).misses for kind in SourceKind)
    assert {t for p in coverage.products().values() for t in p.unseen} <= set(lists().by_id)
